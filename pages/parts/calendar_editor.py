"""Closures of a market: those to come, and the days the reader adds or corrects."""

import pandas as pd
import streamlit as st
from babel.dates import format_date

from core.access import Role
from core.errors import UserError
from core.formats import day
from core.language import N_, _, language, retold
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
from pages.parts.columns import day_column
from pages.parts.rights import needs
from pages.parts.words import plain

SOURCES = {
    "calendar": N_("calendar: the holidays of the country or exchange."),
    "HOSE": N_("HOSE: the exchange's announcement."),
    "yours": N_("yours: a day you added or corrected."),
}
FROM = (N_("calendar"), N_("yours"))
"""The words of `coming_closures` for where a day is known from, told again where shown."""


def calendar_editor(market: str) -> None:
    """Show the closures of the year to come and let the reader add and correct days.

    Parameters
    ----------
    market : str
    """
    name = _(MARKETS[market].name)
    closures, refused = read_closures(user_file(market))
    for line, reason in refused:
        if line:
            words = _(
                "Line {line} of `{file}` in the data folder is not used: {reason}. Mend it there, "
                "or save below: the old file is then kept beside the new one."
            )
        else:
            words = _(
                "The whole of `{file}` in the data folder is not used: {reason}. Mend it there, or "
                "save below: the old file is then kept beside the new one."
            )
        file = f"calendar/{market}.csv"
        st.warning(words.format(line=line, file=file, reason=retold(reason)))
    coming, own = st.columns([3, 2], gap="medium")
    with coming:
        st.markdown(_("**No trading in {market} in the year to come**").format(market=name))
        _coming(market)
    with own:
        st.markdown(_("**Days you add or correct**"), help=_("They win over every other calendar."))
        _own(market, closures, mend=bool(refused))


def _coming(market: str) -> None:
    table = coming_closures(market)
    if table.empty:
        st.caption(_("No closure is known for the year to come."))
        return
    # A plain table: every row is on show and a long reason is broken, not cut.
    st.table(
        pd.DataFrame(
            {
                # Unbreakable hyphens: a telephone would break a date in two.
                _("Date"): table["date"].map(day).str.replace("-", "\N{NON-BREAKING HYPHEN}"),
                _("Day"): [format_date(at, "EEE", locale=language()) for at in table["date"]],
                _("Why"): [plain(retold(note)) for note in table["note"]],
                _("From"): [plain(retold(source)) for source in table["source"]],
            }
        ),
        hide_index=True,
    )
    there = set(table["source"])
    st.caption(" ".join(_(words) for source, words in SOURCES.items() if source in there))


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
            "date": day_column(_("Date"), required=True),
            "open": st.column_config.CheckboxColumn(
                _("Trades"),
                default=False,
                help=_("Ticked: the market trades on this day after all."),
            ),
            "note": st.column_config.TextColumn(_("Why"), max_chars=200),
        },
    )
    if st.button(
        _("Save the calendar"),
        key=f"closures-save-{market}",
        icon=":material/save:",
        **needs(Role.OWNER, disabled=not (mend or _changed(edited, closures))),
    ):
        try:
            write_closures(market, from_table(edited))
        except UserError as error:
            st.error(str(error), icon=":material/info:")
            return
        st.toast(_("Saved. Weeks and freshness follow the new calendar."))
        st.rerun()
    st.caption(
        _(
            "Add a day on which the market will be closed, or tick Trades where a calendar is "
            "wrong. Kept as `{file}` in the data folder."
        ).format(file=f"calendar/{market}.csv")
    )


def _changed(edited: pd.DataFrame, closures: list[Closure]) -> bool:
    try:
        now = from_table(edited)
    except UserError:  # a row without a date: saving says so
        return True
    return to_table(now).to_dict("list") != to_table(closures).to_dict("list")
