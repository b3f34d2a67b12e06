"""Who may see the pages and press what, where people sign in."""

import time
from pathlib import Path

import pytest
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from core import stages, trail
from core.jobs.store import JobStore
from core.registry import MODELS
from tests.browser.helpers import PROJECT
from tests.core.access.signing_in import CLAIMS, switch_on
from tests.core.gated import make_good
from tests.pages.conftest import words

PEOPLE = {
    "olga": ["desk-owners"],
    "anna": ["desk-analysts"],
    "vera": ["desk-viewers"],
    "sven": [],
}


@pytest.fixture(autouse=True)
def as_served(monkeypatch):
    """The tester would run a page's file alone; the app sees to it that navigation.py is run."""

    def run(path: str) -> None:
        exec(compile(Path(path).read_text("utf-8"), path, "exec"), {"__name__": "__main__"})

    monkeypatch.setattr(script_runner, "_mpa_v1", run)


@pytest.fixture
def as_one(monkeypatch, data_dir):
    """``as_one("anna", "models")``: what she sees of a page; nobody's name is a visitor's."""
    switch_on(monkeypatch)

    def see(name: str, page: str = "", **more) -> AppTest:
        at = AppTest.from_file(str(PROJECT / "navigation.py"), default_timeout=60)
        at.query_params["lang"] = more.pop("lang", "en")
        if name:
            groups = PEOPLE[name]
            at.user = CLAIMS | {"sub": name, "email": f"{name}@desk.example", "groups": groups}
            at.user |= {"iat": time.time(), "nonce": "a nonce", "is_logged_in": True, **more}
        at.run()
        return at.switch_page(f"pages/{page}.py").run() if page else at

    return see


def keys(at) -> set[str]:
    return {button.key for button in at.button if button.key}


def test_a_visitor_sees_the_page_of_signing_in_and_nothing_else(as_one, trained):
    at = as_one("")
    assert not at.exception
    assert [title.value for title in at.title] == ["Weeklens"]
    assert keys(at) == {"sign_in"}
    assert len(at.sidebar) == 0


def test_somebody_without_a_role_is_told_whom_to_ask(as_one, trained):
    at = as_one("sven", "market")
    assert "sven@desk.example is signed in, but has no role here: ask an owner" in words(at)
    assert keys(at) == {"sign_out"}
    assert not at.dataframe


@pytest.mark.parametrize("name", ["olga", "anna", "vera"])
def test_name_and_role_stand_in_the_sidebar(as_one, trained, name):
    at = as_one(name)
    role = {"olga": "Owner", "anna": "Analyst", "vera": "Viewer"}[name]
    assert [text.value for text in at.sidebar.text] == [f"{name}@desk.example"]
    assert [caption.value for caption in at.sidebar.caption] == [role]


def test_a_session_that_has_ended_says_so(as_one, trained):
    at = as_one("olga", iat=time.time() - 13 * 3600)
    assert "Your session has ended: sign in again." in words(at)
    assert keys(at) == {"sign_in"}


def test_a_session_ends_between_two_clicks(as_one, trained):
    at = as_one("olga", "models")
    at.user["iat"] -= 13 * 3600
    assert keys(open_gate(at)) == {"sign_in"}


def test_signing_out_ends_it(as_one, trained):
    began = time.time() - 60
    at = as_one("olga", iat=began)
    at.button(key="sign_out").click().run()
    assert keys(at) == {"sign_in"}
    assert "You have signed out" in words(as_one("olga", iat=began))


def test_a_viewer_reads_why_she_cannot_train(as_one, trained):
    at = as_one("vera", "training")
    assert "This needs the role analyst; you are here as viewer." in words(at)
    assert at.button(key="train").disabled


def test_core_refuses_a_viewer_whatever_her_page_shows(as_one, trained):
    def page():
        from core.jobs.store import JobStore
        from core.settings import settings
        from pages.parts import signing_in  # noqa: F401
        from pages.parts.errors import guarded

        with guarded():
            JobStore(settings().data_dir).submit("train", {}, requested_by="somebody else")

    at = AppTest.from_function(page)
    at.user = as_one("vera").user
    assert "vera@desk.example is here as viewer; to ask for work" in words(at.run())
    assert JobStore(trained).active() == []


def test_an_analyst_trains_in_her_name(as_one, trained):
    at = as_one("anna", "training")
    at.button(key="train").click().run()
    assert not at.exception
    assert [job.requested_by for job in JobStore(trained).active()] == ["anna@desk.example"]


def open_gate(at):
    both = [button for button in at.button if (button.key or "").startswith("both-")]
    return both[0].click().run()


def test_an_analyst_looks_at_the_gate_and_cannot_pass_it(as_one, trained):
    make_good()
    at = open_gate(as_one("anna", "models"))
    assert "This needs the role owner; you are here as analyst." in words(at)
    assert at.button(key="gate_promote").disabled


def test_a_click_of_one_who_is_no_owner_any_more_is_refused(as_one, trained):
    make_good()
    at = open_gate(as_one("olga", "models"))
    before = stages.in_production()
    at.user["groups"] = ["desk-analysts"]
    at.button(key="gate_promote").click().run()
    assert not at.exception
    assert "olga@desk.example is here as analyst; to promote" in words(at).replace("\\", "")
    assert stages.in_production() == before


def test_an_owner_promotes_and_the_trail_names_her(as_one, trained):
    make_good()
    at = open_gate(as_one("olga", "models"))
    at.button(key="gate_promote").click().run()
    assert not at.exception
    assert stages.in_production() == dict.fromkeys(MODELS, 2)
    assert trail.entries(trained)[-1].who == "olga@desk.example"


def test_half_of_the_settings_opens_no_page(as_one, trained, monkeypatch):
    switch_on(monkeypatch, WEEKLENS_OIDC_CLIENT_SECRET="")
    at = as_one("olga")
    assert "WEEKLENS_OIDC_CLIENT_SECRET is missing" in words(at)
    assert keys(at) == set()


def test_a_failed_try_is_told(as_one, trained):
    at = as_one("")
    at.query_params["signing_in"] = "failed"
    at.run()
    assert "`id.desk.example` did not answer, or did not let you in" in words(at)


def test_the_page_of_signing_in_speaks_vietnamese(as_one, trained):
    at = as_one("", lang="vi")
    assert at.button(key="sign_in").label == "Đăng nhập"
