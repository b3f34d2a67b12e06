"""Two quiet buttons that save a table one sees."""

import re

import pandas as pd
import streamlit as st

from core.market.export import MIME, to_csv, to_parquet

MAKERS = {"csv": ("CSV", to_csv), "parquet": ("Parquet", to_parquet)}


def export_buttons(frame: pd.DataFrame, name: str) -> None:
    """Offer a table as CSV and as Parquet; the file is made when its button is clicked.

    Parameters
    ----------
    frame : DataFrame
        Numbers as they stand, not as they are formatted; not changed afterwards.
    name : str
        Of the file, without its ending; also part of the widgets' keys.
    """
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "table"
    with st.container(horizontal=True):
        for kind, (title, make) in MAKERS.items():
            st.download_button(
                title,
                # Deferred: nothing is written out on the many runs without a click.
                data=lambda make=make: make(frame),
                file_name=f"{safe}.{kind}",
                mime=MIME[kind],
                key=f"export-{safe}-{kind}",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
                help=f"Save these {len(frame):,} rows as {title}",
                disabled=frame.empty,
            )
