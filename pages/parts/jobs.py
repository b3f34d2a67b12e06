"""What a page shows of running work; polling stops when nothing runs."""

import getpass

import streamlit as st

from core.errors import UserError
from core.jobs.kinds import KINDS
from core.jobs.progress import read
from core.jobs.store import Job, JobStore
from core.settings import settings
from core.training.presets import preset_title
from pages.parts.words import duration

STATE_WORDS = {
    "queued": ":gray-badge[waiting]",
    "running": ":blue-badge[running]",
    "cancelling": ":orange-badge[cancelling]",
    "cancelled": ":gray-badge[cancelled]",
    "failed": ":red-badge[failed]",
    "interrupted": ":orange-badge[interrupted]",
    "done": ":green-badge[done]",
}


def job_title(job: Job) -> str:
    """A job in a few words."""
    if job.kind != "train":
        return KINDS[job.kind].title
    symbols = job.params["symbols"]
    which = "all stocks" if symbols is None else ", ".join(symbols[:5])
    more = "" if symbols is None or len(symbols) <= 5 else f" and {len(symbols) - 5} more"
    return f"Training {job.params['market']}: {which}{more} ({preset_title(job.params['preset'])})"


def jobs() -> JobStore:
    """The jobs of this data folder."""
    return JobStore(settings().data_dir)


def person() -> str:
    """Who clicks: the account the server runs under."""
    return getpass.getuser()


def running_note(*, cancel: bool = False) -> None:
    """One line on the work in hand; the page is drawn anew when it ends.

    Parameters
    ----------
    cancel : bool
        Whether each has a button that ends it.
    """
    running = bool(jobs().active())

    @st.fragment(run_every=1.0 if running else None)
    def note() -> None:
        active = jobs().active()
        if running and not active:
            st.rerun()
        for job in active:
            seen = read(jobs().folder(job.id))
            words = KINDS[job.kind].title
            if job.requested_by == "first start":
                words += " on the sample, started by itself"
            detail = seen.stage.lower() if job.state == "running" else job.state
            if seen.detail:
                detail += f", {seen.detail}"
            line = st.container(horizontal=True, vertical_alignment="center")
            line.progress(min(seen.fraction, 1.0), text=f"{words}: {detail}{_left(seen)}")
            if cancel:
                with line:
                    cancel_button(job)

    if running:
        note()


def _left(seen) -> str:
    return "" if seen.seconds_left is None else f", about {duration(seen.seconds_left)} left"


def cancel_button(job: Job) -> None:
    """A button that ends a job."""
    if st.button("Cancel", key=f"cancel-{job.id}", icon=":material/stop_circle:"):
        try:
            jobs().cancel(job.id)
            st.toast("Cancelling.")
        except UserError as error:
            st.toast(str(error))
