"""Earlier work: how it went, with what, when, and the same once more."""

import streamlit as st

from core.access import Role
from core.errors import UserError
from core.formats import day
from core.jobs.history import ended_jobs, transitions
from core.jobs.kinds import KINDS
from core.jobs.progress import tail
from core.jobs.store import Job
from core.language import N_, _, retold
from core.settings import settings
from core.training.request import explained
from pages.parts.jobs import asked_by, job_title, jobs, person, state_badge
from pages.parts.rights import needs
from pages.parts.words import duration, moment, plain

PAGE = 30
TRAININGS, EVERYTHING = N_("Trainings"), N_("All work")


def history_section() -> None:
    """Ended jobs by page, the newest first; each opens to its details."""
    st.header(_("Earlier runs"), anchor=False)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    shown = row.segmented_control(
        _("Show"),
        [TRAININGS, EVERYTHING],
        default=TRAININGS,
        format_func=_,
        required=True,
        key="history_kind",
    )
    kind = "train" if shown == TRAININGS else None
    __, count = ended_jobs(settings().data_dir, kind=kind, size=PAGE)
    if not count:
        st.caption(_("None yet. Start one above; it takes from some seconds to half an hour."))
        return
    pages = -(-count // PAGE)
    page = 1
    if pages > 1:
        label = _("Page, of {pages}").format(pages=pages)
        page = row.number_input(label, 1, pages, 1, key=f"page-{shown}", width=160)
    found, __ = ended_jobs(settings().data_dir, kind=kind, page=int(page), size=PAGE)
    for job in found:
        took = duration(job.seconds) if job.seconds is not None else _("not started")
        heading = f"{state_badge(job)} {job_title(job)} · {moment(job.created)} · {took}"
        # Opened ones alone are read: thirty logs a click would be slow.
        place = st.expander(heading, key=f"run-{job.id}", on_change="rerun")
        if place.open:
            with place:
                _details(job)


def _details(job: Job) -> None:
    if job.message:
        st.markdown(plain(retold(job.message)))
    if made := job.result.get("versions"):
        names = ", ".join(f"{name} v{n}" for name, n in made.items())
        st.write(_("Registered {versions}.").format(versions=names))
        st.page_link("pages/models.py", label=_("See the versions"), icon=":material/workspaces:")
    left, right = st.columns(2)
    with left:
        st.markdown(_("**Asked for**"))
        st.table(_asked(job), border="horizontal")
    with right:
        st.markdown(_("**What happened**"))
        lines = transitions(settings().data_dir, job.id)
        states = [line["state"] for line in lines]
        st.table(
            {
                _("When"): [_second(line["at"]) for line in lines],
                _("State"): [_(state) for state in states],
            },
            border="horizontal",
        )
        st.caption(
            _("Job {job}, asked for by {person}.").format(job=job.id, person=plain(asked_by(job)))
        )
    if log := tail(jobs().folder(job.id)):
        st.markdown(_("**Log, its last lines**"))
        st.code(log, language=None, height=min(24 * log.count("\n") + 70, 300))
    _retry(job)


def _asked(job: Job) -> dict:
    if job.kind == "train":
        rows = explained(job.params)
    else:
        rows = [(name, str(value)) for name, value in job.params.items()] or [(_("Nothing"), "–")]
    return {
        _("Parameter"): [name for name, __ in rows],
        _("Value"): [plain(value) for __, value in rows],
    }


def _retry(job: Job) -> None:
    cut_off = job.state in ("interrupted", "cancelled", "failed")
    resumes = KINDS[job.kind].resumes and cut_off
    words = _("Resume") if resumes else _("Run again") if job.state == "done" else _("Retry")
    told = (
        _("Goes on where it stopped.")
        if resumes
        else _("The same kind of work, the same parameters.")
    )
    if not st.button(
        words, key=f"retry-{job.id}", icon=":material/replay:", **needs(Role.ANALYST, told)
    ):
        return
    try:
        __, new = jobs().retry(job.id, requested_by=person())
    except UserError as error:
        st.error(str(error), icon=":material/info:")
        return
    st.toast(
        _("Asked for again; it is shown above.") if new else _("The same is already under way.")
    )
    st.rerun()


def _second(iso: str) -> str:
    return f"{day(iso[:10])} {iso[11:19]} UTC"
