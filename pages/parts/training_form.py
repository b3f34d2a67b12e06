"""The form of a training: stocks, dates, what is forecast, parameters, and what to expect."""

import streamlit as st

from core.errors import UserError
from core.evaluation.tables import ROWS
from core.market.schema import MARKETS
from core.settings import settings
from core.training.presets import PARAMETERS, PRESETS, STANDARD, Parameter, Preset
from core.training.recipe import Recipe
from core.training.request import Outlook, outlook, request_training, stocks_of
from pages.parts.jobs import person
from pages.parts.training_stocks import choose_stocks
from pages.parts.words import duration

SEARCHED, FIXED = "Searched in time order", "Fixed"
HORIZON_HELP = (
    "How many weeks ahead both models forecast. It is recorded with the run: the price and the "
    "call share it, and only versions of the same horizon and band can be compared or stand in "
    "production together."
)
BAND_HELP = (
    "A stock that ends within so many per cent of today's price counts as SIDEWAYS; above is UP, "
    "below is DOWN. Recorded and shared like the horizon."
)


def training_form(market: str, chosen: list[str]) -> None:
    """The form, what is known beforehand, and the button."""
    st.header("New training", anchor="new-training")
    name = st.radio(
        "Preset",
        list(PRESETS),
        index=list(PRESETS).index(STANDARD),
        format_func=lambda key: PRESETS[key].title,
        captions=[preset.summary for preset in PRESETS.values()],
        key="preset",
    )
    preset = PRESETS[name]
    st.caption(f"**Models.** {preset.models}  \n**Judged.** {preset.judged}")
    which, watchlist = choose_stocks(market, chosen, "stocks")
    asked = _dates_and_target() | _parameters(name, preset)
    seeds = asked.pop("seed", None)
    try:
        symbols = stocks_of(settings().data_dir, market, which, named=chosen, watchlist=watchlist)
    except UserError as error:
        st.info(str(error), icon=":material/info:")
        return
    seen = outlook(settings().data_dir, name, seeds, market=market, symbols=symbols, **asked)
    _start(seen, preset, market)


def _dates_and_target() -> dict:
    """Which weeks are learned from, and what is forecast."""
    first, last, third, fourth = st.columns(4)
    days = {"format": "YYYY-MM-DD", "min_value": "1970-01-01", "max_value": "today"}
    start = first.date_input(
        "First week",
        None,
        key="start",
        help="Learn from the week of this day on; the year before it is still read to warm up "
        "the indicators. Empty: from the first week there is.",
        **days,
    )
    end = last.date_input(
        "Last day",
        None,
        key="end",
        help="Use no price after this day, as if today were then. Empty: up to the newest price.",
        **days,
    )
    weeks = third.number_input(
        "Horizon, in weeks", 1, 13, settings().horizon_weeks, key="horizon", help=HORIZON_HELP
    )
    band = fourth.number_input(
        "SIDEWAYS within ± %",
        0.1,
        19.9,
        100 * settings().band,
        0.1,
        format="%.1f",
        key="band",
        help=BAND_HELP,
    )
    return {
        "start": start,
        "end": end,
        "horizon_weeks": int(weeks),
        "band": round(band / 100, 6),
    }


def _parameters(name: str, preset: Preset) -> dict:
    """What the preset leaves open, asked for; what it fixes, with the reason."""
    family = preset.values.get("family", "")
    offered = [
        parameter
        for parameter in PARAMETERS
        if parameter.name not in preset.fixed and parameter.family in ("", family)
    ]
    asked = {}
    for place, parameter in zip(st.columns(4), offered, strict=False):
        with place:
            asked[parameter.name] = _control(parameter, name, preset)
    if preset.fixed:
        lines = "\n".join(f"- {reason}" for reason in preset.fixed.values())
        st.caption(f"Fixed in the preset {preset.title}:\n{lines}")
    return asked


def _control(parameter: Parameter, name: str, preset: Preset):
    value = preset.values.get(parameter.name, Recipe.model_fields[parameter.name].default)
    # A key for each preset: its own values come up, and what was typed under another stays there.
    common = {"key": f"{parameter.name}-{name}", "help": parameter.help, "persist_state": "session"}
    if parameter.kind == "seeds":
        return st.text_input(parameter.label, str(value), **common)
    if parameter.kind == "whole":
        limits = (parameter.least, parameter.most)
        return int(st.number_input(parameter.label, *limits, value, **common))
    if parameter.kind == "candidate":
        return st.selectbox(
            parameter.label,
            parameter.choices,
            format_func=lambda candidate: ROWS[candidate].title,
            **common,
        )
    how = st.selectbox(parameter.label, [SEARCHED, FIXED], **common)
    if how == SEARCHED:
        return None
    return st.number_input(
        "The fixed penalty",
        0.01,
        1e9,
        1e5,
        format="%g",
        key=f"{parameter.name}-fixed-{name}",
        help="1 hardly holds back, 1e6 leaves little but “no change”.",
        persist_state="session",
    )


def _start(seen: Outlook, preset: Preset, market: str) -> None:
    """How long it takes, the button, and beside it why it cannot be pressed."""
    count = len(seen.recipes)
    runs = f", {count} runs one after the other" if count > 1 else ""
    st.caption(f"{seen.stocks:,} stocks of {MARKETS[market].name}{runs}. {_time(seen, preset)}")
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    pressed = row.button(
        "Train",
        type="primary",
        icon=":material/play_arrow:",
        key="train",
        disabled=not seen.ready,
    )
    with row:
        if seen.problem:
            st.markdown(f":material/info: {seen.problem}")
        elif seen.running:
            few = "" if len(seen.running) == count else f" for {len(seen.running)} of the seeds"
            st.markdown(
                f":material/progress_activity: The same training is under way{few}: "
                "[see it above](#under-way)."
            )
    if not pressed or not seen.ready:
        return
    try:
        new = request_training(settings().data_dir, seen.recipes, by=person())
    except UserError as error:
        st.error(str(error), icon=":material/info:")
        return
    st.toast("Training started; it is shown above." if new else "It is already under way.")
    st.rerun()


def _time(seen: Outlook, preset: Preset) -> str:
    if seen.expected is None:
        return ""
    low, high = (duration(part) for part in (seen.expected.low, seen.expected.high))
    each = " each" if len(seen.recipes) > 1 else ""
    if not seen.expected.runs:
        return f"First run of {preset.title} here: usually {low} to {high}{each}."
    past = "the last run" if seen.expected.runs == 1 else f"{seen.expected.runs} earlier runs"
    return f"About {low}{each}, from {past} of {preset.title} here."
