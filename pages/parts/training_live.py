"""Work that waits or runs, as every tab sees it: stage, epochs, losses, time, memory, log."""

import random
from collections.abc import Sequence

import streamlit as st

from core.charts.style import STATIC_CONFIG
from core.charts.training import loss_chart
from core.formats import number
from core.jobs.history import ahead, memory
from core.jobs.progress import Seen, read, tail
from core.jobs.store import Job
from core.language import _, retold
from core.settings import settings
from core.training.durations import expected_time
from core.training.recipe import Recipe
from pages.parts.jobs import asked_by, cancel_button, job_title, jobs, state_badge
from pages.parts.reading import known_symbols
from pages.parts.rights import part
from pages.parts.words import duration, moment

BETWEEN = (0.9, 1.2)
"""Seconds between two looks."""


def live_section() -> None:
    """What is under way; nothing is asked once nothing is, and the page is then drawn anew."""
    at_start = [job.id for job in jobs().active()]
    if not at_start:
        return
    st.header(_("Under way"), anchor="under-way")

    # Not on the same beat in every tab: twenty that ask at once would hold a page up.
    @part(run_every=random.uniform(*BETWEEN))  # noqa: S311
    def watch() -> None:
        active = jobs().active()
        if [job.id for job in active] != at_start:
            st.rerun()
        for job in active:
            with st.container(border=True, key=f"live-{job.id}"):
                _live(job, active)

    watch()


def _live(job: Job, active: Sequence[Job]) -> None:
    words, button = st.columns([5, 1], vertical_alignment="center")
    words.markdown(f"**{job_title(job)}** {state_badge(job)}")
    with button:
        cancel_button(job)
    asked = _("Asked for by {person}, {moment}.").format(
        person=asked_by(job), moment=moment(job.created)
    )
    if job.state == "queued":
        st.caption(f"{asked} {_queue(job, active)}")
        return
    seen = read(jobs().folder(job.id))
    detail = f": {retold(seen.detail)}" if seen.detail else ""
    stage = retold(seen.stage) or _("Starting")
    st.progress(min(seen.fraction, 1.0), text=f"{stage}{detail}")
    st.caption(f"{' · '.join(_facts(job, seen))}  \n{asked}")
    _losses(job, seen)
    with st.expander(_("Log, its last lines"), icon=":material/notes:", key=f"log-{job.id}"):
        st.code(tail(jobs().folder(job.id)) or _("Nothing was written so far."), language=None)


def _queue(job: Job, active: Sequence[Job]) -> str:
    before = ahead(job, active)
    if not before:
        return _("Next in line; it begins in a moment.")
    more = len(before) - 1
    told = (
        _("Number {number} in line, after {first} and {more} more: one runs at a time.")
        if more
        else _("Number {number} in line, after {first}: one runs at a time.")
    )
    return told.format(number=more + 2, first=job_title(before[0]), more=more)


def _facts(job: Job, seen: Seen) -> list[str]:
    """Epoch, losses, time gone and left, memory: what is known of them."""
    told = []
    last = seen.epochs[-1] if seen.epochs else None
    if last and last["stage"] == seen.stage:
        told.append(
            _("Network, epoch **{epoch}** of at most {most}").format(
                epoch=last["epoch"], most=last["epochs"]
            )
        )
        told.append(_("loss **{loss}**").format(loss=number(last["loss"], 4)))
        if last["val_loss"] is not None:
            told.append(_("validation loss **{loss}**").format(loss=number(last["val_loss"], 4)))
    told.append(_("**{time}** so far").format(time=duration(job.seconds or 0)))
    if left := _left(job, seen):
        told.append(_("about **{time}** left").format(time=duration(left)))
    if held := memory(job):
        told.append(
            _("memory **{held} MB**, with its sub-processes").format(held=number(held / 1e6))
        )
    return told


def _left(job: Job, seen: Seen) -> float | None:
    """Seconds left: as the work says; before it can, from earlier runs."""
    if seen.seconds_left is not None:
        return seen.seconds_left
    if job.kind != "train":
        return None
    market = job.params["market"]
    expected = expected_time(settings().data_dir, Recipe(**job.params), known_symbols(market))
    return expected.low - (job.seconds or 0) if expected.runs else None


def _losses(job: Job, seen: Seen) -> None:
    fitting = [epoch for epoch in seen.epochs if epoch["stage"] == "Fitting the pattern model"]
    if not fitting:
        return
    figure = loss_chart(
        [epoch["epoch"] for epoch in fitting],
        [epoch["loss"] for epoch in fitting],
        [epoch["val_loss"] for epoch in fitting],
        st.context.theme.type or "light",
    )
    st.plotly_chart(figure, key=f"loss-{job.id}", theme=None, config=STATIC_CONFIG)
    st.caption(
        _(
            "The loss says how wrong the network's probabilities are, by epoch; lower is better. "
            "Once the validation weeks no longer gain, the fitting ends and the marked epoch "
            "counts."
        )
    )
