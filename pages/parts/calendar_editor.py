"""Closures of a market: those to come, and the days the reader adds or corrects."""

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.market.calendar import coming_closures
from core.market.closures import (
    Closure,
    from_table,
    read_closures,
    to_table,
    user_file,
    write_closures,
)
from core.market.schema import MARKETS
from pages.parts.words import plain

SOURCES = {
    "calendar": "calendar: the holidays of the country or exchange.",
    "HOSE": "HOSE: the exchange's announcement.",
    "yours": "yours: a day you added or corrected.",
}


def calendar_editor(market: str) -> None:
    """Show the closures of the year to come and let the reader add and correct days.

    Parameters
    ----------
    market : str
    """
    name = MARKETS[market].name
    closures, refused = read_closures(user_file(market))
    for line, reason in refused:
        place = f"Line {line} of" if line else "The whole of"
        st.warning(
            f"{place} `calendar/{market}.csv` in the data folder is not used: {reason}. Mend it "
            "there, or save below: the old file is then kept beside the new one."
        )
    coming, own = st.columns([3, 2], gap="medium")
    with coming:
        st.markdown(f"**No trading in {name} in the year to come**")
        _coming(market)
    with own:
        st.markdown("**Days you add or correct**", help="They win over every other calendar.")
        _own(market, closures, mend=bool(refused))


def _coming(market: str) -> None:
    table = coming_closures(market)
    if table.empty:
        st.caption("No closure is known for the year to come.")
        return
    # A plain table: every row is on show and a long reason is broken, not cut.
    st.table(
        pd.DataFrame(
            {
                # Unbreakable hyphens: a telephone would break a date in two.
                "Date": table["date"].dt.strftime(
                    "%Y\N{NON-BREAKING HYPHEN}%m\N{NON-BREAKING HYPHEN}%d"
                ),
                "Day": table["date"].dt.strftime("%a"),
                "Why": table["note"].map(plain),
                "From": table["source"].map(plain),
            }
        ),
        hide_index=True,
    )
    there = set(table["source"])
    st.caption(" ".join(words for source, words in SOURCES.items() if source in there))


def _own(market: str, closures: list[Closure], *, mend: bool) -> None:
    lines = to_table(closures)
    edited = st.data_editor(
        lines,
        # Named by what was read: saved lines start a new table, without the old changes.
        key=f"closures-own-{market}-{hash(tuple(closures))}",
        hide_index=True,
        num_rows="dynamic",
        height=min(35 * (len(lines) + 2) + 2, 282),
        placeholder="–",
        column_config={
            "date": st.column_config.DateColumn("Date", required=True),
            "open": st.column_config.CheckboxColumn(
                "Trades", default=False, help="Ticked: the market trades on this day after all."
            ),
            "note": st.column_config.TextColumn("Why", max_chars=200),
        },
    )
    if st.button(
        "Save the calendar",
        key=f"closures-save-{market}",
        icon=":material/save:",
        disabled=not (mend or _changed(edited, closures)),
    ):
        try:
            write_closures(market, from_table(edited))
        except UserError as error:
            st.error(str(error), icon=":material/info:")
            return
        st.toast("Saved. Weeks and freshness follow the new calendar.")
        st.rerun()
    st.caption(
        "Add a day on which the market will be closed, or tick Trades where a calendar is wrong. "
        f"Kept as `calendar/{market}.csv` in the data folder."
    )


def _changed(edited: pd.DataFrame, closures: list[Closure]) -> bool:
    try:
        now = from_table(edited)
    except UserError:  # a row without a date: saving says so
        return True
    return to_table(now).to_dict("list") != to_table(closures).to_dict("list")
