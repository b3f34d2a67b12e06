"""The main job through the proxy, in Chromium, as a person does it."""

import io
import re
import tempfile
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from deploy.checking.findings import Findings
from deploy.native.composed import LOOPBACK
from tests.browser.conftest import FLAGS
from tests.browser.helpers import find_chromium, wait_idle

MINUTES = 6 * 60_000
SOON = 60_000
PATIENCE = 120
"""Seconds a page may take to be drawn: the machine may have other work."""
SYMBOLS = "AAPL,IBM,MSFT"


class Visit:
    """Chromium with one page of the server, noting what went wrong in it.

    Attributes
    ----------
    page : Page
    problems : list of str
        Errors of the console, those of the content security policy among them.
    elsewhere : set of str
        Other machines that were asked for something.
    """

    def __init__(self, browser: Browser, url: str):
        self.url, self.problems, self.elsewhere = url, [], set()
        # The certificate was made for this run; that it is the right one is checked elsewhere.
        self.context = browser.new_context(
            ignore_https_errors=True, viewport={"width": 1280, "height": 900}
        )
        self.context.set_default_timeout(SOON)
        own = urlsplit(url).hostname
        self.context.on(
            "request",
            lambda asked: (
                urlsplit(asked.url).hostname in (own, None)
                or self.elsewhere.add(str(urlsplit(asked.url).hostname))
            ),
        )
        self.context.on("console", self._note)
        self.context.on("weberror", lambda error: self.problems.append(str(error.error)))
        self.page = self.context.new_page()

    def _note(self, message) -> None:
        where = message.location.get("url", "")
        # On a page's own address Streamlit looks for its server there first, then at the root.
        known = where.endswith(("/_stcore/health", "/_stcore/host-config"))
        if message.type == "error" and not known:
            self.problems.append(f"{message.text} ({where})")


def check_journey(findings: Findings, proxy_url: str, app_url: str, watched, limit_mb: int) -> None:
    """From an empty server to a shared forecast, and the bytes of a first visit.

    Parameters
    ----------
    findings : Findings
    proxy_url, app_url : str
        The server, and the app behind it.
    watched : callable
        Called while the training runs.
    limit_mb : int
        The largest file it takes.
    """
    rules = f"--host-resolver-rules=MAP {urlsplit(proxy_url).hostname} {LOOPBACK}"
    expect.set_options(timeout=SOON)
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, rules])
        try:
            visit = Visit(browser, proxy_url)
            page = visit.page
            findings.check("the first page opens", lambda: _opens(page, proxy_url))
            findings.check("a file over the limit is refused", lambda: _file(visit, limit_mb))
            findings.check("a training is started from its page", lambda: _starts(page, proxy_url))
            watched()
            findings.check("and is watched to its end", lambda: _ends(page))
            findings.check("both versions are promoted", lambda: _promotes(page, proxy_url))
            findings.check("the forecasts are on Market", lambda: _forecasts(page, proxy_url))
            findings.check("the forecast is on Stock", lambda: _card(page, proxy_url))
            findings.check("its picture is shared", lambda: _picture(page))
            findings.check("no error in the console, no policy broken", lambda: _clean(visit))
            findings.check("no other machine was asked", lambda: _alone(visit))
            findings.check(
                "a first visit takes fewer bytes", lambda: _bytes(browser, proxy_url, app_url)
            )
        finally:
            browser.close()


def goto(page: Page, url: str, path: str = "", **query: str) -> None:
    """Open a page of the server and wait until it is drawn."""
    page.goto(f"{url}/{path}" + (f"?{urlencode(query)}" if query else ""))
    wait_idle(page, PATIENCE)


def _opens(page: Page, url: str) -> None:
    goto(page, url)
    expect(page.get_by_text("sample: US, 2000 to 2013").first).to_be_visible()


def _file(visit: Visit, limit_mb: int) -> str:
    page = visit.page
    goto(page, visit.url, "data", part="import")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "large.csv"
        file.write_bytes(b"symbol,date,open,high,low,close,volume\n" + b"0" * (limit_mb * 2**20))
        page.get_by_test_id("stFileUploader").first.locator("input").set_input_files(file)
        said = page.get_by_text(re.compile(f"{limit_mb}(\\.0)?\\s?MB or smaller"))
        expect(said.first).to_be_visible()
    return said.first.inner_text()


def _starts(page: Page, url: str) -> None:
    goto(page, url, "training", symbols=SYMBOLS, market="US")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("running", exact=True)).to_be_visible(timeout=MINUTES)


def _ends(page: Page) -> None:
    expect(page.get_by_text("done", exact=True)).to_be_visible(timeout=MINUTES)


def _promotes(page: Page, url: str) -> None:
    goto(page, url, "models")
    expect(page.get_by_text("price_target_model v1").first).to_be_visible()
    expect(page.get_by_text("pattern_lstm_classifier v1").first).to_be_visible()
    page.get_by_role("button", name="Promote both").click()
    expect(page.get_by_text("nothing to beat, so no rule holds it back").first).to_be_visible()
    page.get_by_role("button", name="Promote now").click()
    expect(page.get_by_text("Production", exact=True)).to_have_count(2)
    wait_idle(page, PATIENCE)


def _forecasts(page: Page, url: str) -> str:
    goto(page, url, "market", market="US")
    dated = page.get_by_text(re.compile("as of 2013-03-01 for 2013-03-29"))
    expect(dated).to_be_visible(timeout=MINUTES)
    expect(page.get_by_text(re.compile("price_target_model v1"))).to_be_visible()
    return "as of 2013-03-01 for 2013-03-29"


def _card(page: Page, url: str) -> None:
    goto(page, url, "stock", market="US", symbol="MSFT")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.get_by_text("Statistical 4-week forecast")).to_be_visible()
    expect(page.get_by_text("No change", exact=True).first).to_be_visible()


def _picture(page: Page) -> str:
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_test_id("stImage").locator("img")).to_be_visible(timeout=SOON)
    wait_idle(page, PATIENCE)
    with page.expect_download() as download:
        dialog.get_by_role("button", name="PNG").click()
    drawn = Image.open(io.BytesIO(download.value.path().read_bytes()))
    link = dialog.get_by_test_id("stCode").inner_text()
    assert link.startswith(page.url.split("/stock")[0]), f"the link is {link}"
    return f"{download.value.suggested_filename}, {drawn.size[0]} x {drawn.size[1]}"


def _clean(visit: Visit) -> None:
    assert not visit.problems, visit.problems


def _alone(visit: Visit) -> None:
    assert not visit.elsewhere, visit.elsewhere


def _bytes(browser: Browser, proxy_url: str, app_url: str) -> str:
    plain, packed = (_first_visit(browser, url) for url in (app_url, proxy_url))
    assert packed < plain / 2, f"{packed} of {plain} bytes"
    return f"{packed / 1e6:.2f} MB instead of {plain / 1e6:.2f} MB without the proxy"


def _first_visit(browser: Browser, url: str) -> int:
    """Bytes that came over the wire for a stock's page with an empty cache."""
    visit = Visit(browser, url)
    wire = visit.context.new_cdp_session(visit.page)
    came = []
    wire.on("Network.loadingFinished", lambda told: came.append(told["encodedDataLength"]))
    wire.send("Network.enable")
    goto(visit.page, url, "stock", market="US", symbol="MSFT")
    expect(visit.page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    visit.page.wait_for_timeout(500)
    visit.context.close()
    return round(sum(came))
