"""The form of a training: stocks, dates, what is forecast, parameters, and what to expect."""

import streamlit as st

from core.access import Role
from core.errors import UserError
from core.evaluation.tables import ROWS
from core.formats import number
from core.language import N_, _, language, ngettext
from core.market.schema import MARKETS
from core.settings import settings
from core.training.presets import (
    PARAMETERS,
    PRESETS,
    STANDARD,
    Parameter,
    Preset,
    preset_title,
)
from core.training.recipe import Recipe
from core.training.request import Outlook, outlook, request_training, stocks_of
from pages.parts.jobs import person
from pages.parts.rights import lacks, needs
from pages.parts.training_stocks import choose_stocks
from pages.parts.words import duration

SEARCHED, FIXED = N_("Searched in time order"), N_("Fixed")
DATE_INPUTS = {"en": "YYYY-MM-DD", "vi": "DD/MM/YYYY"}
HORIZON_HELP = N_(
    "How many weeks ahead both models forecast. It is recorded with the run: the price and the "
    "call share it, and only versions of the same horizon and band can be compared or stand in "
    "production together."
)
BAND_HELP = N_(
    "A stock that ends within so many per cent of today's price counts as SIDEWAYS; above is UP, "
    "below is DOWN. Recorded and shared like the horizon."
)


def training_form(market: str, chosen: list[str]) -> None:
    """The form, what is known beforehand, and the button."""
    st.header(_("New training"), anchor="new-training")
    name = st.radio(
        _("Preset"),
        list(PRESETS),
        index=list(PRESETS).index(STANDARD),
        format_func=preset_title,
        captions=[_(preset.summary) for preset in PRESETS.values()],
        key="preset",
    )
    preset = PRESETS[name]
    st.caption(
        _("**Models.** {models}  \n**Judged.** {judged}").format(
            models=_(preset.models), judged=_(preset.judged)
        )
    )
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
    days = {"format": DATE_INPUTS[language()], "min_value": "1970-01-01", "max_value": "today"}
    start = first.date_input(
        _("First week"),
        None,
        key="start",
        help=_(
            "Learn from the week of this day on; the year before it is still read to warm up "
            "the indicators. Empty: from the first week there is."
        ),
        **days,
    )
    end = last.date_input(
        _("Last day"),
        None,
        key="end",
        help=_(
            "Use no price after this day, as if today were then. Empty: up to the newest price."
        ),
        **days,
    )
    weeks = third.number_input(
        _("Horizon, in weeks"),
        1,
        13,
        settings().horizon_weeks,
        key="horizon",
        help=_(HORIZON_HELP),
    )
    band = fourth.number_input(
        _("SIDEWAYS within ± %"),
        0.1,
        19.9,
        100 * settings().band,
        0.1,
        format="%.1f",
        key="band",
        help=_(BAND_HELP),
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
        lines = "\n".join(f"- {_(reason)}" for reason in preset.fixed.values())
        heading = _("Fixed in the preset {preset}:").format(preset=_(preset.title))
        st.caption(f"{heading}\n{lines}")
    return asked


def _control(parameter: Parameter, name: str, preset: Preset):
    value = preset.values.get(parameter.name, Recipe.model_fields[parameter.name].default)
    # A key for each preset: its own values come up, and what was typed under another stays there.
    key, label = f"{parameter.name}-{name}", _(parameter.label)
    common = {"key": key, "help": _(parameter.help), "persist_state": "session"}
    if parameter.kind == "seeds":
        return st.text_input(label, str(value), **common)
    if parameter.kind == "whole":
        limits = (parameter.least, parameter.most)
        return int(st.number_input(label, *limits, value, **common))
    if parameter.kind == "candidate":
        return st.selectbox(
            label,
            parameter.choices,
            format_func=lambda candidate: _(ROWS[candidate].title),
            **common,
        )
    how = st.selectbox(label, [SEARCHED, FIXED], format_func=_, **common)
    if how == SEARCHED:
        return None
    return st.number_input(
        _("The fixed penalty"),
        0.01,
        1e9,
        1e5,
        format="%g",
        key=f"{parameter.name}-fixed-{name}",
        help=_("1 hardly holds back, 1e6 leaves little but “no change”."),
        persist_state="session",
    )


def _start(seen: Outlook, preset: Preset, market: str) -> None:
    """How long it takes, the button, and beside it why it cannot be pressed."""
    count = len(seen.recipes)
    what = (
        _("{stocks} stocks of {market}, {count} runs one after the other.")
        if count > 1
        else _("{stocks} stocks of {market}.")
    ).format(stocks=number(seen.stocks), market=_(MARKETS[market].name), count=count)
    st.caption(f"{what} {_time(seen, preset)}")
    row = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    pressed = row.button(
        _("Train"),
        type="primary",
        icon=":material/play_arrow:",
        key="train",
        **needs(Role.ANALYST, disabled=not seen.ready),
    )
    with row:
        if lacking := lacks(Role.ANALYST):
            st.markdown(f":material/lock: {lacking}")
        elif seen.problem:
            st.markdown(f":material/info: {seen.problem}")
        elif seen.running:
            same = (
                _("The same training is under way: [see it above](#under-way).")
                if len(seen.running) == count
                else _(
                    "The same training is under way for {few} of the seeds: "
                    "[see it above](#under-way)."
                ).format(few=len(seen.running))
            )
            st.markdown(f":material/progress_activity: {same}")
    if not pressed or not seen.ready:
        return
    try:
        new = request_training(settings().data_dir, seen.recipes, by=person())
    except UserError as error:
        st.error(str(error), icon=":material/info:")
        return
    st.toast(_("Training started; it is shown above.") if new else _("It is already under way."))
    st.rerun()


def _time(seen: Outlook, preset: Preset) -> str:
    if seen.expected is None:
        return ""
    low, high = (duration(part) for part in (seen.expected.low, seen.expected.high))
    several, past = len(seen.recipes) > 1, seen.expected.runs
    if not past:
        told = (
            _("First run of {preset} here: usually {low} to {high} each.")
            if several
            else _("First run of {preset} here: usually {low} to {high}.")
        )
        return told.format(preset=_(preset.title), low=low, high=high)
    told = (
        ngettext(
            "About {time} each, from the last run of {preset} here.",
            "About {time} each, from {past} earlier runs of {preset} here.",
            past,
        )
        if several
        else ngettext(
            "About {time}, from the last run of {preset} here.",
            "About {time}, from {past} earlier runs of {preset} here.",
            past,
        )
    )
    return told.format(time=low, past=past, preset=_(preset.title))
