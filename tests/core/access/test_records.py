"""Records carry who it was, also once a job goes on by itself."""

from core.access import SYSTEM, Actor, Role, acting, tokens
from core.jobs.one import RESUMED, interrupted
from core.jobs.store import JobStore

ANNA = Actor("anna@desk.example", Role.ANALYST, "oidc")
OLGA = Actor("olga@desk.example", Role.OWNER, "oidc")


def test_a_job_that_was_cut_off_goes_on_in_the_name_of_who_asked(data_dir):
    jobs = JobStore(data_dir)
    with acting(ANNA):
        job, __ = jobs.submit("evaluate", {"market": "VN"}, requested_by=ANNA.name)
    with acting(SYSTEM):  # at the next start
        interrupted(jobs, job, "Weeklens was stopped while this job ran")
    (then,) = jobs.active()
    assert then.requested_by == ANNA.name + RESUMED
    assert then.requested_by.removesuffix(RESUMED) == ANNA.name


def test_a_token_tells_who_made_it(data_dir):
    with acting(OLGA):
        made, __ = tokens.create(data_dir, "desk-report", Role.VIEWER)
        assert made.created_by == OLGA.name
        assert tokens.listed(data_dir)[0].created_by == OLGA.name
