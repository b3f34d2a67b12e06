"""Quiet buttons that save a table one sees, or what a chart is drawn from."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.formats import number
from core.language import N_, _
from core.market.export import MIME, as_shown, to_csv, to_parquet, to_xlsx

TITLES = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet"}
MARKET_HEADINGS = {
    "symbol": N_("Symbol"),
    "data": N_("Data"),
    "name": N_("Name"),
    "exchange": N_("Exchange"),
    "sector": N_("Sector"),
    "close": N_("Close"),
    "day_change": N_("Day, %"),
    "week_change": N_("Week, %"),
    "month_change": N_("Month, %"),
    "year_change": N_("Year, %"),
    "strength": N_("Strength, points"),
    "value_20": N_("Traded, million price units"),
    "year_place": N_("52 weeks, %"),
    "low_52": N_("Low 52"),
    "high_52": N_("High 52"),
    "price": N_("Forecast"),
    "change": N_("vs no change, %"),
    "rank": N_("Rank"),
    "call": N_("Call"),
    "p_up": N_("P(UP), %"),
    "p_sideways": N_("P(SIDE), %"),
    "p_down": N_("P(DOWN), %"),
    "low_change": N_("80 % from, %"),
    "high_change": N_("80 % to, %"),
    "reason": N_("Note"),
    "source": N_("From"),
    "updated": N_("Stored"),
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
        The columns of CSV and XLSX and what the page calls them, in English; see `as_shown`.
        Parquet is for programs: it keeps all columns, their names and all digits.
    kinds : sequence of str
        Which of the three are offered.
    """
    # Here, as the file may be made where no reader is known.
    told = None if headings is None else {name: _(title) for name, title in headings.items()}
    makers = {
        "csv": lambda: to_csv(as_shown(frame, told)),
        "xlsx": lambda: to_xlsx(as_shown(frame, told)),
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
                help=_("Save these {count} rows as {format}").format(
                    count=number(len(frame)), format=title
                ),
                disabled=frame.empty,
            )
