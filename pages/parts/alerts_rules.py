"""The rules of alerts: what there is, and the form for another, drawn from the catalogue."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core import watchlists
from core.access import Role
from core.alerts import kept
from core.alerts.channels import Channel
from core.alerts.kept import EVERY, Rule
from core.alerts.kinds import Parameter
from core.alerts.rules import KINDS, described
from core.errors import UserError
from core.indicators.catalogue import BY_NAME
from core.language import _, retold
from core.market.schema import MARKETS
from pages.parts.alerts_sent import expect_news
from pages.parts.reading import known_symbols
from pages.parts.rights import needs, told
from pages.parts.words import plain


def rules_section(data_dir: Path, rules: Sequence[Rule], there: Sequence[Channel]) -> None:
    """Every rule with its switch, and the form for a new one."""
    st.header(_("Rules"), anchor=False)
    names = [channel.name for channel in there]
    for rule in rules:
        _line(data_dir, rule, names)
    with st.expander(
        _("Add a rule"), expanded=not rules, icon=":material/rule_settings:", key="new-rule"
    ):
        _form(data_dir, names)
    if rules:
        st.button(
            _("Look now"),
            key="look-now",
            icon=":material/refresh:",
            on_click=_look,
            help=_("Rules look by themselves after every job and once an hour."),
        )


def _look() -> None:
    expect_news()
    st.toast(_("Looking; what is new appears here within a minute."))


def _line(data_dir: Path, rule: Rule, names: list[str]) -> None:
    to = _("every channel") if rule.channel == EVERY else plain(rule.channel)
    with st.container(horizontal=True, vertical_alignment="center"):
        active = st.toggle(
            plain(described(rule.kind, rule.given)),
            rule.active,
            key=f"rule-{rule.id}",
            width="stretch",
            **needs(Role.ANALYST),
        )
        st.markdown(f"→ {to}", width="content")
        st.button(
            _("Delete"),
            key=f"delete-rule-{rule.id}",
            icon=":material/delete:",
            on_click=told(kept.delete),
            args=(data_dir, rule.id),
            **needs(Role.ANALYST),
        )
    if active != rule.active:
        kept.switch(data_dir, rule.id, active)
        expect_news()
    if rule.channel != EVERY and rule.channel not in names:
        st.warning(
            _("Its channel was deleted: delete the rule, or add a channel of that name."),
            icon=":material/info:",
        )
    if rule.trouble:
        st.warning(plain(retold(rule.trouble)), icon=":material/info:")


def _form(data_dir: Path, names: list[str]) -> None:
    left, right = st.columns(2)
    kind = left.selectbox(
        _("What to watch"), list(KINDS), format_func=lambda n: _(KINDS[n].title), key="rule-kind"
    )
    channel = right.selectbox(
        _("Where to tell it"),
        [EVERY, *names],
        format_func=lambda name: name or _("every channel"),
        key="rule-channel",
    )
    st.caption(_(KINDS[kind].help))
    parameters, given = KINDS[kind].parameters, {}
    if parameters:
        for place, parameter in zip(st.columns(len(parameters)), parameters, strict=True):
            with place:
                given[parameter.name] = _asked(data_dir, kind, parameter, given)
    if not st.button(
        _("Add"), key="add-rule", type="primary", icon=":material/add:", **needs(Role.ANALYST)
    ):
        return
    try:
        kept.add(data_dir, kind, given, channel)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/info:")
        return
    expect_news()
    st.rerun()


def _asked(data_dir: Path, kind: str, parameter: Parameter, given: dict) -> object:
    """The widget of a parameter; what was given before decides what can be chosen."""
    title, key = _(parameter.title), f"{kind}-{parameter.name}"
    if parameter.type in ("whole", "number"):
        whole = int if parameter.type == "whole" else float
        return st.number_input(
            title,
            whole(parameter.low),
            whole(parameter.high),
            None if parameter.default is None else whole(parameter.default),
            key=key,
        )
    if parameter.type == "choice":
        options = list(parameter.options)
        return st.selectbox(
            title,
            options,
            index=options.index(parameter.default),
            format_func=lambda name: _(parameter.options[name]),
            key=key,
        )
    if parameter.type == "indicator":
        return st.selectbox(
            title, list(BY_NAME), format_func=lambda name: BY_NAME[name].title, key=key
        )
    if parameter.type == "market":
        options = list(MARKETS) if parameter.default is None else ["", *MARKETS]
        return st.selectbox(
            title,
            options,
            format_func=lambda code: _(MARKETS[code].name) if code else _("every market"),
            key=key,
        )
    market = given["market"]
    if parameter.type == "watchlist":
        return st.selectbox(
            title,
            ["", *watchlists.watchlists(data_dir, market)],
            format_func=lambda name: name or _("every stock"),
            key=f"{key}-{market}",
        )
    stocks = known_symbols(market)
    return st.selectbox(
        title,
        list(stocks["symbol"]),
        key=f"{key}-{market}",
        placeholder=_("No stocks here"),
    )
