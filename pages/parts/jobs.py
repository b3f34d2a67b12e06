"""What a page shows of running work; polling stops when nothing runs."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.access import Role, actor
from core.errors import UserError
from core.jobs.kinds import KINDS
from core.jobs.one import RESUMED
from core.jobs.progress import Seen, read
from core.jobs.store import Job, JobStore
from core.language import _, retold
from core.settings import settings
from core.startup import FIRST_START
from core.training.presets import preset_title
from pages.parts.rights import needs, part
from pages.parts.words import duration, moment

STATE_COLOUR = {
    "queued": "gray",
    "running": "blue",
    "cancelling": "orange",
    "cancelled": "gray",
    "failed": "red",
    "interrupted": "orange",
    "done": "green",
}


def state_badge(job: Job) -> str:
    """How a job stands, as a coloured word."""
    words = _("waiting") if job.state == "queued" else _(job.state)
    return f":{STATE_COLOUR[job.state]}-badge[{words}]"


def job_title(job: Job) -> str:
    """A job in a few words."""
    if job.kind != "train":
        return _(KINDS[job.kind].title)
    symbols = job.params["symbols"]
    return _("Training {market}: {stocks} ({preset})").format(
        market=job.params["market"],
        stocks=_("all stocks") if symbols is None else listed(symbols, 5),
        preset=preset_title(job.params["preset"]),
    )


def listed(symbols: Sequence[str], most: int) -> str:
    """The first symbols by name, the others as a number."""
    named = ", ".join(symbols[:most])
    if len(symbols) <= most:
        return named
    return _("{names} and {count} more").format(names=named, count=len(symbols) - most)


def asked_by(job: Job) -> str:
    """Who asked for a job: a person, the weekly schedule, the first start."""
    first = job.requested_by.removesuffix(RESUMED)
    if first == job.requested_by:
        return retold(first)
    return _("{person}, resumed").format(person=retold(first))


def jobs() -> JobStore:
    """The jobs of this data folder."""
    return JobStore(settings().data_dir)


def person() -> str:
    """Who clicks, as the records name them."""
    return actor().name


def told_if_ended_badly(kind: str, market: str, words: Mapping[str, str]) -> None:
    """Why the newest work of a kind and market did not end well, where it did not.

    Parameters
    ----------
    kind, market : str
    words : mapping of str to str
        What is said by the state in which it ended, with a place for its ``time``.
    """
    mine = [job for job in jobs().all(kind=kind) if job.params["market"] == market]
    if mine and mine[0].state in words:
        st.warning(
            f"{_(words[mine[0].state]).format(time=moment(mine[0].created))} "
            f"{retold(mine[0].message)}",
            icon=":material/info:",
        )


def running_note(*, cancel: bool = False) -> None:
    """One line on the work in hand; the page is drawn anew when it ends.

    Parameters
    ----------
    cancel : bool
        Whether each has a button that ends it.
    """
    running = bool(jobs().active())

    @part(run_every=1.0 if running else None)
    def note() -> None:
        active = jobs().active()
        if running and not active:
            st.rerun()
        for job in active:
            seen = read(jobs().folder(job.id))
            line = st.container(horizontal=True, vertical_alignment="center")
            line.progress(min(seen.fraction, 1.0), text=_note(job, seen))
            if cancel:
                with line:
                    cancel_button(job)

    if running:
        note()


def _note(job: Job, seen: Seen) -> str:
    work = _(KINDS[job.kind].title)
    if job.requested_by == FIRST_START:
        work = _("{work} on the sample, started by itself").format(work=work)
    stage = retold(seen.stage)
    detail = stage[:1].lower() + stage[1:] if job.state == "running" else _(job.state)
    if seen.detail:
        detail += f", {retold(seen.detail)}"
    if seen.seconds_left is None:
        return f"{work}: {detail}"
    return _("{work}: {detail}, about {time} left").format(
        work=work, detail=detail, time=duration(seen.seconds_left)
    )


def cancel_button(job: Job) -> None:
    """A button that ends a job."""
    if st.button(
        _("Cancel"), key=f"cancel-{job.id}", icon=":material/stop_circle:", **needs(Role.ANALYST)
    ):
        try:
            jobs().cancel(job.id)
            st.toast(_("Cancelling."))
        except UserError as error:
            st.toast(str(error))
