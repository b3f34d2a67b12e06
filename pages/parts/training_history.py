"""Earlier work: how it went, with what, when, and the same once more."""

import streamlit as st

from core.errors import UserError
from core.jobs.history import ended_jobs, transitions
from core.jobs.kinds import KINDS
from core.jobs.progress import tail
from core.jobs.store import Job
from core.settings import settings
from core.training.request import explained
from pages.parts.jobs import STATE_WORDS, job_title, jobs, person
from pages.parts.words import duration, moment, plain

PAGE = 30
TRAININGS, EVERYTHING = "Trainings", "All work"


def history_section() -> None:
    """Ended jobs by page, the newest first; each opens to its details."""
    st.header("Earlier runs", anchor=False)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    shown = row.segmented_control(
        "Show", [TRAININGS, EVERYTHING], default=TRAININGS, required=True, key="history_kind"
    )
    kind = "train" if shown == TRAININGS else None
    _, count = ended_jobs(settings().data_dir, kind=kind, size=PAGE)
    if not count:
        st.caption("None yet. Start one above; it takes from some seconds to half an hour.")
        return
    pages = -(-count // PAGE)
    page = 1
    if pages > 1:
        page = row.number_input(f"Page, of {pages}", 1, pages, 1, key=f"page-{shown}", width=160)
    found, _ = ended_jobs(settings().data_dir, kind=kind, page=int(page), size=PAGE)
    for job in found:
        took = duration(job.seconds) if job.seconds is not None else "not started"
        heading = f"{STATE_WORDS[job.state]} {job_title(job)} · {moment(job.created)} · {took}"
        # Opened ones alone are read: thirty logs a click would be slow.
        place = st.expander(heading, key=f"run-{job.id}", on_change="rerun")
        if place.open:
            with place:
                _details(job)


def _details(job: Job) -> None:
    if job.message:
        st.markdown(plain(job.message))
    if made := job.result.get("versions"):
        st.write("Registered " + ", ".join(f"{name} v{n}" for name, n in made.items()) + ".")
        st.page_link("pages/models.py", label="See the versions", icon=":material/workspaces:")
    left, right = st.columns(2)
    with left:
        st.markdown("**Asked for**")
        st.table(_asked(job), border="horizontal")
    with right:
        st.markdown("**What happened**")
        lines = transitions(settings().data_dir, job.id)
        st.table(
            {
                "When": [_second(line["at"]) for line in lines],
                "State": [line["state"] for line in lines],
            },
            border="horizontal",
        )
        st.caption(f"Job {job.id}, asked for by {plain(job.requested_by)}.")
    if log := tail(jobs().folder(job.id)):
        st.markdown("**Log, its last lines**")
        st.code(log, language=None, height=min(24 * log.count("\n") + 70, 300))
    _retry(job)


def _asked(job: Job) -> dict:
    if job.kind == "train":
        rows = explained(job.params)
    else:
        rows = [(name, str(value)) for name, value in job.params.items()] or [("Nothing", "–")]
    return {
        "Parameter": [name for name, _ in rows],
        "Value": [plain(value) for _, value in rows],
    }


def _retry(job: Job) -> None:
    cut_off = job.state in ("interrupted", "cancelled", "failed")
    resumes = KINDS[job.kind].resumes and cut_off
    words = "Resume" if resumes else "Run again" if job.state == "done" else "Retry"
    told = "Goes on where it stopped." if resumes else "The same kind of work, the same parameters."
    if not st.button(words, key=f"retry-{job.id}", icon=":material/replay:", help=told):
        return
    try:
        _, new = jobs().retry(job.id, requested_by=person())
    except UserError as error:
        st.error(str(error), icon=":material/info:")
        return
    st.toast("Asked for again; it is shown above." if new else "The same is already under way.")
    st.rerun()


def _second(iso: str) -> str:
    return f"{iso[:19].replace('T', ' ')} UTC"
