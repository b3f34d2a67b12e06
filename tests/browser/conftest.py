"""Fixtures that drive the running app through Chromium.

Chromium is package-wide, not session-wide: Playwright holds an event loop for as long as it lives,
and the tests after these may want one of their own. An app ends with its file: each that stands
idle goes on looking for work.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.helpers import Server, find_chromium, is_external

FLAGS = [
    "--no-sandbox",  # Chromium refuses its sandbox to root, as in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SLOW = ("accessibility", "first_start", "journey", "shifts", "training")
"""Files that are begun first: one begun last is waited for alone."""
RUNNING: list[Server] = []
# Playwright's own five seconds are too few for a gate that reads two versions on a busy machine.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium; the tests are skipped where there is none, or fail if one is required."""
    with sync_playwright() as playwright:
        try:
            path = find_chromium(playwright)
        except LookupError as error:
            if os.environ.get("WEEKLENS_REQUIRE_BROWSER"):
                pytest.fail(f"A browser is required: {error}", pytrace=False)
            pytest.skip(str(error))
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Server]]:
    """Starts an app: ``server(data_dir=None, **environment)``; all end after the file's last."""

    def start(data_dir: Path | None = None, **env: str) -> Server:
        started = Server(tmp_path_factory.mktemp("app"), data_dir, env)
        RUNNING.append(started)
        started.wait_healthy()
        return started

    yield start
    while RUNNING:
        RUNNING.pop().stop()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh page that fails the test on a console error or on a request to another machine.

    ``page.problems`` (errors) and ``page.external`` (addresses) hold what was seen so far, in
    every tab of the page's context; a test that provokes an error clears the list.
    """
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    opened = context.new_page()
    opened.problems, opened.external = [], []

    def note_address(address: str) -> None:
        if is_external(address):
            opened.external.append(address)

    def note_console(message) -> None:
        if message.type == "error":
            where = message.location.get("url", "")
            # On a page's own address Streamlit looks for its server there first, then at the root.
            if where.endswith(("/_stcore/health", "/_stcore/host-config")):
                return
            opened.problems.append(f"{message.text} ({where})")

    context.on("request", lambda request: note_address(request.url))
    context.on("console", note_console)
    context.on("weberror", lambda error: opened.problems.append(str(error.error)))
    context.on("page", lambda tab: tab.on("websocket", lambda socket: note_address(socket.url)))
    opened.on("websocket", lambda socket: note_address(socket.url))
    yield opened
    context.close()
    assert opened.external == []
    assert opened.problems == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder, so that it can be run by itself, and put it in order."""
    here = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in here:
        item.add_marker(pytest.mark.browser)
    slow = [f"test_{name}.py" for name in SLOW]
    here.sort(key=lambda item: (*slow, item.path.name).index(item.path.name))
    ordered = iter(here)
    items[:] = [next(ordered) if item.get_closest_marker("browser") else item for item in items]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Show what the app printed beside a failure."""
    report = yield
    if report.failed:
        for started in RUNNING:
            report.sections.append((f"app at {started.url}", started.log()))
    return report
