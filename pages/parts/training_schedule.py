"""The weekly schedule: on or off, what it does, when it fires next, how it went last time."""

from datetime import datetime

import streamlit as st
from babel.dates import get_day_names

from core.access import Role
from core.errors import UserError
from core.formats import day
from core.language import _, language, retold
from core.market.schema import MARKETS
from core.schedule import DONE, FAILED, Plan, Run, last_run, next_due, read_plan, save_plan
from core.settings import settings
from core.training.presets import PRESETS, preset_title
from core.training.request import CHOSEN
from pages.parts.rights import needs
from pages.parts.training_stocks import choose_stocks
from pages.parts.words import moment, plain


def schedule_section(market: str, chosen: list[str]) -> None:
    """State, form and the last run of one market's schedule."""
    st.header(_("Every week"), anchor=False)
    data_dir = settings().data_dir
    plan = read_plan(data_dir, market)
    st.markdown(_state(market, plan, next_due(data_dir, market)))
    if (run := last_run(data_dir, market)) is not None:
        _last(run)
    with st.expander(_("Change the schedule"), icon=":material/event_repeat:", key="schedule"):
        _form(market, chosen, plan)


def _state(market: str, plan: Plan, due: datetime | None) -> str:
    if not plan.on:
        off, nothing = _("off"), _("Nothing happens by itself for {market}.")
        return f":gray-badge[{off}] {nothing.format(market=_(MARKETS[market].name))}"
    on, told = (
        _("on"),
        _("Next: **{when}**, with the preset {preset} on {stocks}.").format(
            when=_when(market, due) if due else _("not known"),
            preset=preset_title(plan.preset),
            stocks=_stocks(plan),
        ),
    )
    return f":green-badge[{on}] {told}"


def _when(market: str, due: datetime) -> str:
    weekday = get_day_names("wide", locale=language())[due.weekday()]
    return f"{weekday} {day(due)}, {due:%H:%M} ({MARKETS[market].timezone})"


def _stocks(plan: Plan) -> str:
    if plan.which == CHOSEN:
        return _("{count} chosen stocks").format(count=len(plan.symbols))
    if plan.watchlist:
        return _("the watchlist {name}").format(name=plain(plan.watchlist))
    return _("all stocks")


def _last(run: Run) -> None:
    colour = {DONE: "green", FAILED: "red"}.get(run.step, "blue")
    week = _("The week to {week}, begun {moment}.").format(
        week=day(run.week), moment=moment(run.at)
    )
    told = f" {plain(retold(run.message))}" if run.message else ""
    st.markdown(f":{colour}-badge[{_(run.step)}] {week}{told}")


def _form(market: str, chosen: list[str], plan: Plan) -> None:
    st.caption(
        _(
            "One hour after the last session of a week has closed in {market}, prices are "
            "refreshed; then the forecasts of the versions in production are computed and a "
            "training runs. If the week's prices do not come, it asks again every hour, four "
            "times in all, and trains on no old ones. A week missed while Weeklens was off is "
            "made up for at the next start. New versions are never promoted by themselves."
        ).format(market=_(MARKETS[market].name))
    )
    on = st.toggle(_("Refresh and train every week"), plan.on, key=f"schedule-on-{market}")
    names = list(PRESETS)
    preset = st.selectbox(
        _("Preset"),
        names,
        index=names.index(plan.preset),
        format_func=lambda name: f"{preset_title(name)}: {_(PRESETS[name].summary)}",
        key=f"schedule-preset-{market}",
    )
    which, watchlist = choose_stocks(
        market, chosen, f"schedule-stocks-{market}", plan.which, plan.watchlist
    )
    if not st.button(
        _("Save the schedule"), key="save_schedule", icon=":material/save:", **needs(Role.OWNER)
    ):
        return
    symbols = tuple(chosen) if which == CHOSEN else ()
    wanted = Plan(on=on, preset=preset, which=which, symbols=symbols, watchlist=watchlist)
    try:
        save_plan(settings().data_dir, market, wanted)
    except UserError as error:
        st.error(str(error), icon=":material/info:")
        return
    st.toast(_("The schedule is saved."))
    st.rerun()
