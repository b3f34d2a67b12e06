"""The channels of alerts: enter one, test it, delete it; no address is ever shown again."""

from pathlib import Path

import streamlit as st

from core.access import Role
from core.alerts import channels
from core.alerts.channels import FROM_SETTINGS, Channel
from core.alerts.manners import read
from core.errors import UserError
from core.language import _
from pages.parts.alerts_sent import expect_news
from pages.parts.rights import needs, told
from pages.parts.words import plain

KEPT = "_channels_kept"
"""How many were kept in this session. The fields of the next one are new ones: an emptied field
still holds the address in the browser's page."""
SAID = "_channel_said"


def channels_section(data_dir: Path, there: list[Channel]) -> None:
    """The channels there are, and the form for another."""
    st.header(_("Channels"), anchor=False)
    for place, channel in enumerate(there):
        _line(data_dir, channel, place)
    with st.expander(
        _("Add a channel"), expanded=not there, icon=":material/add_alert:", key="new-channel"
    ):
        _form(data_dir)


def _line(data_dir: Path, channel: Channel, place: int) -> None:
    origin = channel.service if channel.own else _(FROM_SETTINGS)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{plain(channel.name)}** {plain(channel.masked)} · {plain(origin)}", width="stretch"
        )
        test = st.button(
            _("Send a test"), key=f"test-{place}", icon=":material/send:", **needs(Role.OWNER)
        )
        if channel.own:
            st.button(
                _("Delete"),
                key=f"delete-channel-{place}",
                icon=":material/delete:",
                on_click=told(channels.delete),
                args=(data_dir, channel.name),
                **needs(
                    Role.OWNER,
                    _("Removes it and its address. What waits for it becomes undelivered."),
                ),
            )
    if test:
        _test(data_dir, channel)


def _test(data_dir: Path, channel: Channel) -> None:
    try:
        with st.spinner(_("Sending")):
            channels.test(data_dir, channel.name, read(data_dir).language)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/info:")
        return
    st.success(
        _("{channel} took the test: look there whether it has arrived.").format(
            channel=plain(channel.name)
        ),
        icon=":material/check:",
    )


def _form(data_dir: Path) -> None:
    st.caption(
        _(
            "The address is one of Apprise, which knows more than a hundred services. Mail: "
            "`mailto://user:password@smtp.example.com?to=you@example.com`. Telegram: "
            "`tgram://bot-token/chat-id`. Slack: its webhook address as Slack gives it. A webhook "
            "of your own: `jsons://example.com/path`. The address is kept in a file that only "
            "this server's account may read, and never shown again."
        )
    )
    # In a form every keystroke counts: outside one, an address left by the tabulator would not.
    with st.form("channel", border=False, enter_to_submit=False):
        left, right = st.columns([1, 3])
        left.text_input(
            _("Name"), key=_key("channel-name"), max_chars=60, placeholder=_("Desk mail")
        )
        right.text_input(_("Address"), key=_key("channel-url"), type="password", autocomplete="off")
        st.form_submit_button(
            _("Add"),
            key="add-channel",
            type="primary",
            icon=":material/add:",
            on_click=_add,
            args=(data_dir,),
            **needs(Role.OWNER),
        )
    if said := st.session_state.pop(SAID, ""):
        st.error(plain(said), icon=":material/info:")


def _key(name: str) -> str:
    return f"{name}-{st.session_state.get(KEPT, 0)}"


def _add(data_dir: Path) -> None:
    name, url = (st.session_state.get(_key(n), "") for n in ("channel-name", "channel-url"))
    try:
        channels.add(data_dir, name, url)
    except UserError as error:
        st.session_state[SAID] = str(error)
        return
    st.session_state[KEPT] = st.session_state.get(KEPT, 0) + 1
    expect_news()
