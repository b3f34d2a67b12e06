"""Asking for a backtest."""

import streamlit as st

from core.access import Role
from core.backtest.market import PRESETS, Rules
from core.backtest.portfolio import CHOICES, EVERY, WEIGHTS, Choice
from core.backtest.request import (
    CAPITAL,
    EVALUATION,
    LIQUIDITY,
    RECORDS,
    SOURCES,
    VERSION,
    default_rules,
    make_rules,
    request_backtest,
)
from core.backtest.words import RULE_NAMES, choice_name, weights_name
from core.errors import UserError
from core.formats import day
from core.language import N_, _
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.jobs import person, told_if_ended_badly
from pages.parts.reading import evaluations
from pages.parts.rights import needs

SOURCE_NAMES = {
    EVALUATION: N_("An evaluation's walk-forward"),
    VERSION: N_("A training run's held-out weeks"),
    RECORDS: N_("The stored forecasts"),
}
LOWEST, HIGHEST = 0.0, 5.0
ENDED = {
    "failed": N_("The backtest of {time} was failed."),
    "cancelled": N_("The backtest of {time} was cancelled."),
    "interrupted": N_("The backtest of {time} was interrupted."),
}
"""What is said of a backtest that did not end well."""


def ask_section(market: str, chosen: list[str], *, opened: bool) -> None:
    """Forecasts, the portfolio's rule, the market's rules, and the button."""
    with st.expander(_("Start a backtest"), expanded=opened, icon=":material/finance_mode:"):
        source, of = _forecasts(market)
        symbols = _stocks(market, chosen)
        try:
            choice, rules, more = _choice(market), _rules(market), _money(market)
        except UserError as error:
            st.error(str(error), icon=":material/info:")
            return
        if st.button(
            _("Run"),
            type="primary",
            icon=":material/play_arrow:",
            key="backtest-run",
            **needs(Role.ANALYST),
        ):
            try:
                request_backtest(
                    settings().data_dir,
                    market,
                    choice,
                    rules,
                    source=source,
                    of=of,
                    symbols=symbols,
                    **more,
                    by=person(),
                )
            except UserError as error:
                st.error(str(error), icon=":material/info:")
                return
            st.rerun()
    told_if_ended_badly("backtest", market, ENDED)


def _forecasts(market: str) -> tuple[str, str | None]:
    left, right = st.columns(2)
    source = left.selectbox(
        _("Forecasts"),
        SOURCES,
        format_func=lambda name: _(SOURCE_NAMES[name]),
        key="backtest-source",
        help=_("Only those of weeks that their model had not learned from can be followed."),
    )
    if source == EVALUATION:
        there = {record["id"]: record for record in evaluations(market)}
        if not there:
            right.caption(_("No evaluation of this market has run: start one on Evidence."))
            return source, None
        return source, right.selectbox(
            _("Evaluation"),
            list(there),
            format_func=lambda name: _("{count} stocks, {first} to {last}").format(
                count=there[name]["count"],
                first=day(there[name]["first_week"]),
                last=day(there[name]["last_week"]),
            ),
            key=f"backtest-evaluation-{market}",
        )
    if source == VERSION:
        number = right.number_input(
            _("Version of the price model"), min_value=1, value=1, key="backtest-version"
        )
        return source, str(int(number))
    return source, None


def _stocks(market: str, chosen: list[str]) -> list[str] | None:
    words = {"all": _("All stocks of {market}").format(market=_(MARKETS[market].name))}
    if chosen:
        words["chosen"] = _("The {count} chosen in the sidebar").format(count=len(chosen))
    which = st.radio(
        _("Stocks"),
        list(words),
        format_func=words.get,
        key=f"backtest-stocks-{bool(chosen)}",
        horizontal=True,
        help=_("Choose symbols or open a watchlist in the sidebar to hold only those."),
    )
    return chosen if which == "chosen" else None


def _choice(market: str) -> Choice:
    first, second, third, fourth = st.columns(4)
    by = first.selectbox(_("Hold"), list(CHOICES), format_func=choice_name, key="backtest-by")
    top, least = Choice.top, Choice.least
    if by == "up":
        percent = second.number_input(
            _("Least P(UP), %"), 0.0, 100.0, 100 * least, 1.0, key="backtest-least"
        )
        least = percent / 100
    else:
        top = second.number_input(_("Stocks held"), 1, 500, top, key="backtest-top")
    weights = third.selectbox(
        _("Weights"), list(WEIGHTS), format_func=weights_name, key="backtest-weights"
    )
    every = fourth.selectbox(
        _("Rebalance"),
        EVERY,
        index=EVERY.index(Choice.every),
        format_func=lambda weeks: _("weekly") if weeks == 1 else _("four-weekly"),
        key="backtest-every",
        help=_(
            "Four-weekly the money is in four parts that start a week apart, so that the luck of "
            "the first week shows."
        ),
    )
    return Choice(by, int(top), least, weights, every)


def _rules(market: str) -> Rules:
    own = default_rules(market)
    names = [own, "none"]
    first, *places = st.columns(4)
    preset = first.selectbox(
        _("Rules"), names, format_func=lambda name: _(RULE_NAMES[name]), key=f"rules-{market}"
    )
    base = PRESETS[preset]
    labels = {
        "fee": _("Fee a side, %"),
        "sale_tax": _("Tax on sales, %"),
        "spread": _("Spread a side, %"),
    }
    notes = {
        "fee": _("A broker's own; in Vietnam at most 0.5 %, usually 0.15 %."),
        "sale_tax": _("In Vietnam 0.1 % of the value sold."),
        "spread": _(
            "Lost a side where prices are adjusted and ticks unknown; else it is half a tick."
        ),
    }
    given = {
        name: place.number_input(
            labels[name],
            LOWEST,
            HIGHEST,
            100 * getattr(base, name),
            0.01,
            format="%.3f",
            help=notes[name],
            key=f"{name}-{preset}",
        )
        / 100
        for name, place in zip(labels, places, strict=True)
    }
    return make_rules(preset, **given)


def _money(market: str) -> dict:
    first, second, third = st.columns(3)
    unit = _(MARKETS[market].unit)
    capital = first.number_input(
        _("Capital, {unit}").format(unit=unit),
        min_value=1.0,
        value=CAPITAL[market],
        format="%.0f",
        key=f"capital-{market}",
    )
    cap = second.number_input(
        _("Liquidity cap, %"),
        0.0,
        100.0,
        100 * LIQUIDITY,
        1.0,
        key="backtest-liquidity",
        help=_("Most that one order may be of the 20-day median traded value; 0 for any."),
    )
    rate = third.number_input(_("Rate on cash, % a year"), -5.0, 30.0, 0.0, 0.5, key="cash-rate")
    return {"capital": capital, "liquidity": cap / 100 or None, "cash_rate": rate / 100}
