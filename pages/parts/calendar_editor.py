"""Closures of a market: those to come, and the reader's own lines."""

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


def calendar_editor(market: str) -> None:
    """Show the closures of the year to come and let the reader add, mend and save lines.

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
    coming, own = st.columns(2, gap="medium")
    with coming:
        st.markdown(f"**No trading in {name} in the year to come**")
        _coming(market)
    with own:
        st.markdown("**Your own lines**", help="They win over every other calendar.")
        _own(market, closures)


def _coming(market: str) -> None:
    table = coming_closures(market)
    if table.empty:
        st.caption("No closure is known for the year to come.")
        return
    st.dataframe(
        pd.DataFrame(
            {
                "date": table["date"].dt.date,
                "weekday": table["date"].dt.strftime("%a"),
                "note": table["note"],
                "source": table["source"],
            }
        ),
        key=f"closures-{market}",
        hide_index=True,
        height=min(35 * (len(table) + 1) + 2, 317),
        column_config={
            "date": st.column_config.DateColumn("Date", width=95),
            "weekday": st.column_config.TextColumn("Day", width=50),
            "note": st.column_config.TextColumn("Why", width=190),
            "source": st.column_config.TextColumn(
                "From",
                width="small",
                help="calendar: the holidays of the country or exchange. HOSE: the exchange's "
                "announcement. yours: your own lines.",
            ),
        },
    )


def _own(market: str, closures: list[Closure]) -> None:
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
    if st.button("Save the calendar", key=f"closures-save-{market}", icon=":material/save:"):
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
