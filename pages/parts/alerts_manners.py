"""Quiet hours, how soon an alert is repeated, and its language."""

from datetime import time
from pathlib import Path
from zoneinfo import available_timezones

import streamlit as st

from core.access import Role
from core.alerts import manners
from core.alerts.manners import MARKET_ZONE, MOST_HOURS, Manners
from core.errors import UserError
from core.language import LANGUAGES, _
from pages.parts.alerts_sent import expect_news
from pages.parts.rights import needs
from pages.parts.words import plain


def manners_section(data_dir: Path) -> None:
    """The form with what is in force, and the button that keeps it."""
    st.header(_("When and how"), anchor=False)
    ways = manners.read(data_dir)
    left, right = st.columns(2)
    repeat = left.number_input(
        _("Repeat after, hours"),
        1,
        MOST_HOURS,
        ways.repeat_hours,
        key="alerts-repeat",
        help=_(
            "What lasts, such as stale prices, is told again after so long; what happened once, "
            "such as a changed call, is told once."
        ),
    )
    language = right.selectbox(
        _("Language of alerts"),
        list(LANGUAGES),
        index=list(LANGUAGES).index(ways.language),
        format_func=LANGUAGES.get,
        key="alerts-language",
    )
    quiet = st.toggle(
        _("Quiet hours"),
        ways.quiet,
        key="alerts-quiet",
        help=_("Alerts of that time wait until it is over."),
    )
    start, end, zone = ways.start, ways.end, ways.zone
    if quiet:
        start, end, zone = _hours(ways)
    if not st.button(_("Save"), key="save-alerts", icon=":material/save:", **needs(Role.OWNER)):
        return
    try:
        manners.save(data_dir, Manners(quiet, start, end, zone, int(repeat), language))
    except UserError as error:
        st.error(plain(str(error)), icon=":material/info:")
        return
    expect_news()
    st.toast(_("Saved."))


def _hours(ways: Manners) -> tuple[str, str, str]:
    first, second, third = st.columns(3)
    start = first.time_input(_("From"), time.fromisoformat(ways.start), key="alerts-start")
    end = second.time_input(_("Until"), time.fromisoformat(ways.end), key="alerts-end")
    zones = [MARKET_ZONE, *sorted(available_timezones())]
    zone = third.selectbox(
        _("Time zone"),
        zones,
        index=zones.index(ways.zone),
        format_func=lambda name: name or _("that of the market"),
        key="alerts-zone",
    )
    return f"{start:%H:%M}", f"{end:%H:%M}", zone
