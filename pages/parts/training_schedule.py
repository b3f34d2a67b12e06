"""The weekly schedule: on or off, what it does, when it fires next, how it went last time."""

from datetime import datetime

import streamlit as st

from core.errors import UserError
from core.market.schema import MARKETS
from core.schedule import DONE, FAILED, Plan, Run, last_run, next_due, read_plan, save_plan
from core.settings import settings
from core.training.presets import PRESETS
from core.training.request import CHOSEN
from pages.parts.training_stocks import choose_stocks
from pages.parts.words import moment, plain


def schedule_section(market: str, chosen: list[str]) -> None:
    """State, form and the last run of one market's schedule."""
    st.header("Every week", anchor=False)
    data_dir = settings().data_dir
    plan = read_plan(data_dir, market)
    st.markdown(_state(market, plan, next_due(data_dir, market)))
    if (run := last_run(data_dir, market)) is not None:
        _last(run)
    with st.expander("Change the schedule", icon=":material/event_repeat:", key="schedule"):
        _form(market, chosen, plan)


def _state(market: str, plan: Plan, due: datetime | None) -> str:
    name = MARKETS[market].name
    if not plan.on:
        return f":gray-badge[off] Nothing happens by itself for {name}."
    when = f"{due:%A %Y-%m-%d, %H:%M} ({MARKETS[market].timezone})" if due else "not known"
    return (
        f":green-badge[on] Next: **{when}**, with the preset {PRESETS[plan.preset].title} on "
        f"{_stocks(plan)}."
    )


def _stocks(plan: Plan) -> str:
    if plan.which == CHOSEN:
        return f"{len(plan.symbols)} chosen stocks"
    return f"the watchlist {plain(plan.watchlist)}" if plan.watchlist else "all stocks"


def _last(run: Run) -> None:
    badge = {DONE: ":green-badge[done]", FAILED: ":red-badge[failed]"}
    told = f" {plain(run.message)}" if run.message else ""
    st.markdown(
        f"{badge.get(run.step, f':blue-badge[{run.step}]')} The week to {run.week}, "
        f"begun {moment(run.at)}.{told}"
    )


def _form(market: str, chosen: list[str], plan: Plan) -> None:
    st.caption(
        f"One hour after the last session of a week has closed in {MARKETS[market].name}, prices "
        "are refreshed; then the forecasts of the versions in production are computed and a "
        "training runs. If the week's prices do not come, it asks again every hour, four times "
        "in all, and trains on no old ones. A week missed while Weeklens was off is made up for "
        "at the next start. New versions are never promoted by themselves."
    )
    on = st.toggle("Refresh and train every week", plan.on, key=f"schedule-on-{market}")
    names = list(PRESETS)
    preset = st.selectbox(
        "Preset",
        names,
        index=names.index(plan.preset),
        format_func=lambda name: f"{PRESETS[name].title}: {PRESETS[name].summary}",
        key=f"schedule-preset-{market}",
    )
    which, watchlist = choose_stocks(
        market, chosen, f"schedule-stocks-{market}", plan.which, plan.watchlist
    )
    if not st.button("Save the schedule", key="save_schedule", icon=":material/save:"):
        return
    symbols = tuple(chosen) if which == CHOSEN else ()
    wanted = Plan(on=on, preset=preset, which=which, symbols=symbols, watchlist=watchlist)
    try:
        save_plan(settings().data_dir, market, wanted)
    except UserError as error:
        st.error(str(error), icon=":material/info:")
        return
    st.toast("The schedule is saved.")
    st.rerun()
