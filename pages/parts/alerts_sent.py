"""What became of each alert: not delivered and why, waiting, sent."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import streamlit as st

from core.access import Role
from core.alerts import manners, outbox
from core.alerts.manners import Manners
from core.alerts.outbox import SENDING, SENT, UNDELIVERED, WAITING, Delivery
from core.alerts.sending import nudge
from core.language import _, ngettext, retold
from pages.parts.rights import needs, part, told
from pages.parts.words import moment, plain

AGAIN_SECONDS = 3.0
EXPECTED, EXPECTED_SECONDS = "_alerts_expected", 30.0
"""When somebody asked to look, and how long an answer may take."""
SHOWN = 20
"""Messages under way or given up that are shown one by one."""


def expect_news() -> None:
    """Let the rules look at once, and this page look out for what comes of it."""
    nudge()
    st.session_state[EXPECTED] = time.monotonic()


def sent_section(data_dir: Path) -> None:
    """The lists, drawn anew for as long as something is under way; nothing before the first."""
    busy = _busy(data_dir)

    @part(run_every=AGAIN_SECONDS if busy else None)
    def lists() -> None:
        if busy and not _busy(data_dir):
            st.rerun()
        if not outbox.deliveries(data_dir, WAITING, SENDING, UNDELIVERED, SENT, limit=1):
            return
        st.header(_("Sent and waiting"), anchor=False)
        given_up = outbox.deliveries(data_dir, UNDELIVERED)
        under_way = outbox.deliveries(data_dir, WAITING, SENDING)
        ways = manners.read(data_dir)
        _each(data_dir, ways, given_up[:SHOWN], ":red-badge", _("undelivered"))
        _each(data_dir, ways, under_way[:SHOWN], ":blue-badge", _("waiting"))
        if more := len(given_up[SHOWN:]) + len(under_way[SHOWN:]):
            st.caption(_("And {count} more.").format(count=more))
        _sent(outbox.deliveries(data_dir, SENT))

    lists()


def _busy(data_dir: Path) -> bool:
    asked = st.session_state.get(EXPECTED, float("-inf"))
    return outbox.waiting(data_dir) > 0 or time.monotonic() - asked < EXPECTED_SECONDS


def _again(data_dir: Path, delivery: int) -> None:
    outbox.again(data_dir, delivery, datetime.now(UTC))
    expect_news()


def _each(data_dir: Path, ways: Manners, some: list[Delivery], colour: str, word: str) -> None:
    for one in some:
        st.markdown(f"{colour}[{word}] {plain(_text(one))} → {plain(one.channel)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_story(one, ways), width="stretch")
            st.button(
                _("Send again"),
                key=f"again-{one.id}",
                icon=":material/send:",
                on_click=told(_again),
                args=(data_dir, one.id),
                **needs(Role.ANALYST, disabled=one.state == SENDING),
            )
            st.button(
                _("Drop"),
                key=f"drop-{one.id}",
                icon=":material/delete:",
                on_click=told(outbox.drop),
                args=(data_dir, one.id),
                **needs(
                    Role.ANALYST,
                    _("Takes it off the list; it is not sent."),
                    disabled=one.state == SENDING,
                ),
            )


def _story(one: Delivery, ways: Manners) -> str:
    """When it was found, how often it was tried, and why it is not there yet."""
    if one.state == WAITING and ways.silent(one.market, datetime.now(UTC)):
        return _("Found {moment}; held until the quiet hours end, at {time}.").format(
            moment=moment(one.created), time=ways.end
        )
    if not one.tries:
        return _("Found {moment}; not tried yet.").format(moment=moment(one.created))
    told = ngettext(
        "Found {moment}; tried {tries} time.", "Found {moment}; tried {tries} times.", one.tries
    ).format(moment=moment(one.created), tries=one.tries)
    if one.state == WAITING:
        told += " " + _("Next try {moment}.").format(moment=moment(one.due))
    return f"{told} {plain(retold(one.reason))}".rstrip()


def _sent(some: list[Delivery]) -> None:
    if not some:
        return
    rows = [{"at": moment(one.ended), "channel": one.channel, "text": _text(one)} for one in some]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content" if len(rows) < SHOWN else 400,
        key="alerts-sent",
        column_config={
            "at": st.column_config.TextColumn(_("Sent"), width="small"),
            "channel": st.column_config.TextColumn(_("Channel"), width="small"),
            "text": st.column_config.TextColumn(_("What"), width="large"),
        },
    )


def _text(one: Delivery) -> str:
    return " ".join(retold(line) for line in one.text.splitlines())
