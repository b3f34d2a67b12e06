"""People sign in with a real OpenID provider, and may what their role may."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request

import pytest
import requests
from playwright.sync_api import expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from core import trail
from core.access import oidc
from core.jobs.store import JobStore
from core.settings import settings
from tests.browser import provider as canaille
from tests.browser.helpers import PROJECT, free_port, goto, screenshot, wait_idle
from tests.core import trained as trainings

REASON = "The older one learned too little."


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def switches(port):
    return {
        "WEEKLENS_URL": "{url}",
        "WEEKLENS_OIDC_METADATA_URL": f"http://127.0.0.1:{port}/.well-known/openid-configuration",
        "WEEKLENS_OIDC_CLIENT_ID": canaille.CLIENT,
        "WEEKLENS_OIDC_CLIENT_SECRET": canaille.SECRET,
        "WEEKLENS_OIDC_SCOPE": "openid email profile groups",
        "WEEKLENS_OIDC_OWNERS": "desk-owners",
        "WEEKLENS_OIDC_ANALYSTS": "desk-analysts",
        "WEEKLENS_OIDC_VIEWERS": "desk-viewers",
    }


@pytest.fixture(scope="module")
def app(world, server, tmp_path_factory, switches):
    folder = tmp_path_factory.mktemp("signing-in") / "data"
    trainings.copy(world, folder)
    return server(folder, WEEKLENS_TRAIN_SAMPLE="false", **switches)


@pytest.fixture(scope="module")
def provider(app, port):
    """The provider's process; it knows where the app lies."""
    command = [sys.executable, "-m", "tests.browser.provider", str(port), app.url + oidc.CALLBACK]
    process = subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL)
    for __ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1):
                break
        except OSError:
            assert process.poll() is None
            time.sleep(0.05)
    yield process
    process.terminate()
    process.wait()


@pytest.fixture
def sign_in(app, provider, page):
    """``sign_in("anna", "models")``: from the page of signing in, through the provider's, back."""

    def through(name: str, path: str = ""):
        goto(page, app.url, path)
        page.get_by_role("button", name="Sign in").click()
        page.locator("input[name=login]").fill(name)
        page.locator("button[type=submit]").first.click()
        page.locator("input[name=password]").fill(canaille.PASSWORD)
        page.locator("button[type=submit]").first.click()
        page.wait_for_url(f"{app.url}/**")
        wait_idle(page)
        page.problems.clear()  # the provider's own pages miss fonts of theirs
        return page

    return through


def test_an_analyst_trains_in_her_name_and_cannot_promote(app, sign_in):
    page = sign_in("anna", "training")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("button", name="Cancel").first.click()
    expect(page.get_by_text("cancelled", exact=False).first).to_be_visible(timeout=30_000)
    assert JobStore(app.data_dir).all(kind="train")[0].requested_by == "anna@desk.example"
    goto(page, app.url, "models")
    page.get_by_role("button", name="Promote both").first.click()
    said = page.get_by_text("This needs the role owner; you are here as analyst.")
    expect(said).to_be_visible(timeout=30_000)  # the gate reads the versions' records first
    expect(page.get_by_role("button", name=re.compile("Promote (now|all)"))).to_be_disabled()


def test_an_owner_promotes_and_the_trail_names_her(app, sign_in):
    page = sign_in("olga", "models")
    expect(page).to_have_url(re.compile("/models"))
    expect(page.get_by_text("olga@desk.example")).to_be_visible()
    expect(page.get_by_text("Owner", exact=True)).to_be_visible()
    screenshot(page, "signed_in")
    page.get_by_role("button", name="Promote both").first.click()
    page.get_by_role("textbox", name="Why all the same?").fill(REASON)
    page.get_by_role("button", name="Promote all the same").click()
    said = page.get_by_text("are now in Production", exact=False)
    expect(said.first).to_be_visible(timeout=30_000)
    assert {entry.who for entry in trail.entries(app.data_dir) if entry.reason == REASON} == {
        "olga@desk.example"
    }


def test_who_signs_out_is_out_in_every_tab(app, sign_in):
    page = sign_in("vera")
    other = page.context.new_page()
    goto(other, app.url, "stock", market="VN", symbol="AAA")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    other.get_by_text("Daily", exact=True).click()  # draws a part of the page again, not all of it
    expect(other.get_by_text("You have signed out: sign in again.")).to_be_visible()
    expect(other.get_by_test_id("stPlotlyChart")).to_have_count(0)


def test_a_viewer_reads_and_starts_nothing(sign_in):
    page = sign_in("vera", "training")
    said = page.get_by_text("This needs the role analyst; you are here as viewer.")
    expect(said.first).to_be_visible()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()


def test_somebody_without_a_role_is_told_whom_to_ask(sign_in):
    page = sign_in("sven", "market")
    expect(page.get_by_text("sven@desk.example is signed in, but has no role here")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
    screenshot(page, "signed_in_without_a_role")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.fixture
def cookie(app, switches, monkeypatch):
    """``cookie(began)``: one of an owner, signed with the app's own key or with another."""
    for name, value in switches.items():
        monkeypatch.setenv(name, value.replace("{url}", app.url))
    monkeypatch.setenv("WEEKLENS_DATA_DIR", str(app.data_dir))
    settings.cache_clear()
    ours = oidc.for_streamlit(app.data_dir)["auth"]["cookie_secret"]

    def made(began: float, key: str = ours) -> dict:
        claims = {"iss": "x", "sub": "eve", "iat": began, "groups": ["desk-owners"]}
        told = json.dumps(claims | {"origin": app.url, "is_logged_in": True})
        value = create_signed_value(key, USER_COOKIE_NAME, told).decode() if key else told
        return {"name": USER_COOKIE_NAME, "value": value, "url": app.url}

    yield made
    settings.cache_clear()


@pytest.mark.parametrize(
    ("hours", "key", "seen"),
    [
        (1, "ours", "sub-eve"),
        (13, "ours", "Your session has ended: sign in again."),
        (1, "0" * 64, "Sign in to read them."),
        (1, "", "Sign in to read them."),
    ],
    ids=["one of ours", "an old one", "a forged one", "an unsigned one"],
)
def test_only_a_cookie_of_ours_and_of_today_lets_in(app, cookie, page, hours, key, seen):
    began = time.time() - hours * 3600
    jar = cookie(began) if key == "ours" else cookie(began, key)
    page.context.add_cookies([jar])
    goto(page, app.url)
    expect(page.get_by_text(seen)).to_be_visible()
    # A page's files are asked for by the same cookie; this one is not there.
    file = requests.get(
        f"{app.url}/media/0.png", headers={"Cookie": f"{jar['name']}={jar['value']}"}, timeout=30
    )
    assert file.status_code == (404 if seen == "sub-eve" else 401)


def test_without_signing_in_nothing_of_the_records_answers(app):
    for path in ("/media/0.png", "/_stcore/metrics", "/api/v1/symbols", "/api/v1/metrics"):
        assert requests.get(f"{app.url}{path}", timeout=30).status_code == 401, path
    upload = requests.put(f"{app.url}/_stcore/upload_file/a/b", timeout=30)
    assert upload.status_code == 401
    assert requests.get(f"{app.url}/_stcore/health", timeout=30).text == "ok"


def test_a_provider_that_is_down_is_a_sentence(app, provider, page):
    provider.terminate()
    provider.wait()
    goto(page, app.url, "stock")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("did not answer, or did not let you in")).to_be_visible()
    screenshot(page, "sign_in_failed")
    assert canaille.SECRET not in app.log_file.read_text(errors="replace")


def test_half_of_the_settings_starts_nothing(tmp_path):
    environment = os.environ | {
        "WEEKLENS_DATA_DIR": str(tmp_path),
        "WEEKLENS_OIDC_OWNERS": "desk-owners",
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.port", str(free_port())]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.startswith("Signing in is half switched on: WEEKLENS_OIDC_METADATA_URL, ")
    assert done.stderr.count("\n") == 1
