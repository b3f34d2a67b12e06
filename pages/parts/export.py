"""Two quiet buttons that save a table one sees."""

import re
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.formats import number
from core.language import N_, _
from core.market.export import MIME, as_shown, to_csv, to_parquet

TITLES = {"csv": "CSV", "parquet": "Parquet"}
MARKET_HEADINGS = {
    "symbol": N_("Symbol"),
    "data": N_("Data"),
    "name": N_("Name"),
    "exchange": N_("Exchange"),
    "sector": N_("Sector"),
    "close": N_("Close"),
    "week_change": N_("Week, %"),
    "price": N_("Forecast"),
    "change": N_("vs no change, %"),
    "call": N_("Call"),
    "p_up": N_("P(UP), %"),
    "p_sideways": N_("P(SIDE), %"),
    "p_down": N_("P(DOWN), %"),
    "low_change": N_("80 % from, %"),
    "high_change": N_("80 % to, %"),
    "reason": N_("Note"),
}
"""Of the Market page's table, with the units that a tooltip gives there; translated where used."""
PRICE_HEADINGS = {
    "symbol": N_("Symbol"),
    "last": N_("Last session"),
    "behind": N_("Weeks behind"),
    "source": N_("From"),
    "follows": N_("Follows"),
    "asked": N_("Last asked, UTC"),
    "state": N_("Last answer"),
    "message": N_("Note"),
    "name": N_("Name"),
    "exchange": N_("Exchange"),
    "sector": N_("Sector"),
    "kind": N_("Kind"),
    "rows": N_("Days"),
    "first": N_("First"),
}
"""Of the table of prices on the Data page."""


def export_buttons(
    frame: pd.DataFrame, name: str, headings: Mapping[str, str] | None = None
) -> None:
    """Offer a table as CSV and as Parquet; the file is made when its button is clicked.

    Parameters
    ----------
    frame : DataFrame
        Numbers as they stand, not as they are formatted; not changed afterwards.
    name : str
        Of the file, without its ending; also part of the widgets' keys.
    headings : mapping of str to str, optional
        The columns of the CSV and what the page calls them, in English; see `as_shown`.
        Parquet is for programs: it keeps all columns, their names and all digits.
    """
    # Here, as the file may be made where no reader is known.
    told = None if headings is None else {name: _(title) for name, title in headings.items()}
    makers = {
        "csv": lambda: to_csv(as_shown(frame, told)),
        "parquet": lambda: to_parquet(frame),
    }
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "table"
    with st.container(horizontal=True):
        for kind, title in TITLES.items():
            st.download_button(
                title,
                # Deferred: nothing is written out on the many runs without a click.
                data=makers[kind],
                file_name=f"{safe}.{kind}",
                mime=MIME[kind],
                key=f"export-{safe}-{kind}",
                on_click="ignore",
                type="tertiary",
                icon=":material/download:",
                help=_("Save these {count} rows as {format}").format(
                    count=number(len(frame)), format=title
                ),
                disabled=frame.empty,
            )
