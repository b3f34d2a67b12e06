"""Quiet buttons that save a table one sees, or what a chart is drawn from."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.market.export import MIME, as_shown, to_csv, to_parquet, to_xlsx

TITLES = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet"}
MARKET_HEADINGS = {
    "symbol": "Symbol",
    "data": "Data",
    "name": "Name",
    "exchange": "Exchange",
    "sector": "Sector",
    "close": "Close",
    "day_change": "Day, %",
    "week_change": "Week, %",
    "month_change": "Month, %",
    "year_change": "Year, %",
    "strength": "Strength, points",
    "value_20": "Traded, million price units",
    "year_place": "52 weeks, %",
    "low_52": "Low 52",
    "high_52": "High 52",
    "price": "Forecast",
    "change": "vs no change, %",
    "rank": "Rank",
    "call": "Call",
    "p_up": "P(UP), %",
    "p_sideways": "P(SIDE), %",
    "p_down": "P(DOWN), %",
    "low_change": "80 % from, %",
    "high_change": "80 % to, %",
    "reason": "Note",
    "source": "From",
    "updated": "Stored",
}
"""Of the Market page's table, with the units that a tooltip gives there."""
PRICE_HEADINGS = {
    "symbol": "Symbol",
    "last": "Last session",
    "behind": "Weeks behind",
    "source": "From",
    "follows": "Follows",
    "asked": "Last asked, UTC",
    "state": "Last answer",
    "message": "Note",
    "name": "Name",
    "exchange": "Exchange",
    "sector": "Sector",
    "kind": "Kind",
    "rows": "Days",
    "first": "First",
}
"""Of the table of prices on the Data page."""


def export_buttons(
    frame: pd.DataFrame,
    name: str,
    headings: Mapping[str, str] | None = None,
    kinds: Sequence[str] = tuple(TITLES),
) -> None:
    """Offer a table as CSV, XLSX and Parquet; the file is made when its button is clicked.

    Parameters
    ----------
    frame : DataFrame
        Numbers as they stand, not as they are formatted; not changed afterwards.
    name : str
        Of the file, without its ending; also part of the widgets' keys.
    headings : mapping of str to str, optional
        The columns of CSV and XLSX and what the page calls them, see `as_shown`.
        Parquet is for programs: it keeps all columns, their names and all digits.
    kinds : sequence of str
        Which of the three are offered.
    """
    makers = {
        "csv": lambda: to_csv(as_shown(frame, headings)),
        "xlsx": lambda: to_xlsx(as_shown(frame, headings)),
        "parquet": lambda: to_parquet(frame),
    }
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "table"
    with st.container(horizontal=True):
        for kind in kinds:
            title = TITLES[kind]
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
                help=f"Save these {len(frame):,} rows as {title}",
                disabled=frame.empty,
            )
