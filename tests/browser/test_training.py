"""The training desk as a person uses it; each test goes on from the last, on one running app."""

import re
import time

import psutil
import pytest
from playwright.sync_api import Page, expect

from core.jobs.progress import read
from core.jobs.store import JobStore
from tests.browser.helpers import goto, screenshot, wait_idle

MINUTE = 60_000


@pytest.fixture(scope="module")
def app(server):
    return server(WEEKLENS_TRAIN_SAMPLE="false")


@pytest.fixture(autouse=True)
def patient():
    """A training takes the processor from the pages: what is drawn may be late."""
    expect.set_options(timeout=MINUTE)
    yield
    expect.set_options(timeout=5_000)


def live(page: Page):
    return page.locator('[class*="st-key-live-"]')


def run(page: Page, state: str):
    """The newest of the earlier runs, in a state."""
    return page.get_by_test_id("stExpander").filter(has_text=re.compile(f"{state}.*Training US"))


def held_at_an_epoch(data_dir) -> None:
    """Stop the process that trains once it has told of an epoch: on the sample it has ten or so,
    gone in two seconds."""
    jobs = JobStore(data_dir)
    until = time.monotonic() + 120
    while time.monotonic() < until:
        (job,) = jobs.active()
        if read(jobs.folder(job.id)).epochs:
            psutil.Process(job.pid).suspend()
            return
        time.sleep(0.02)
    pytest.fail("The training told of no epoch.")


def test_a_training_begun_in_one_tab_is_seen_in_all_and_after_a_reload(app, page):
    goto(page, app.url, "stock", market="US")  # the browser then has what draws the charts
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    goto(page, app.url, "training", market="US")
    expect(page.get_by_text(re.compile("First run of Standard here: usually"))).to_be_visible()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(live(page).get_by_text("running", exact=True)).to_be_visible()
    held_at_an_epoch(app.data_dir)
    expect(page.get_by_text(re.compile("The same training is under way"))).to_be_visible()

    other = page.context.new_page()
    goto(other, app.url, "training", market="US")
    expect(live(other)).to_contain_text("Training US: all stocks (Standard)")
    page.reload()
    expect(live(page).get_by_text("running", exact=True)).to_be_visible()
    for tab in (page, other):
        expect(live(tab)).to_contain_text(re.compile(r"memory [\d,]+ MB"))
        expect(live(tab)).to_contain_text(re.compile(r"epoch \d+ of at most 40"))
    expect(live(page).locator(".js-plotly-plot").first).to_be_visible()
    screenshot(page, "training_live")

    live(other).get_by_role("button", name="Cancel").click()
    for tab in (page, other):
        expect(live(tab)).to_have_count(0)
        expect(run(tab, "cancelled")).to_be_visible()
    other.close()


def test_a_cancelled_run_is_asked_for_again(app, page):
    goto(page, app.url, "training", market="US")
    run(page, "cancelled").click()
    expect(page.get_by_text("Cancelled; nothing was kept.")).to_be_visible()
    page.get_by_role("button", name="Retry").click()
    expect(live(page).get_by_text("running", exact=True)).to_be_visible()
    expect(live(page)).to_contain_text("Training US: all stocks (Standard)")
    screenshot(page, "training_retry")
    live(page).get_by_role("button", name="Cancel").click()
    expect(live(page)).to_have_count(0)


def test_what_was_typed_stays_where_the_form_refuses(app, page):
    goto(page, app.url, "training", market="US")
    seeds = page.get_by_role("textbox", name="Seeds")
    seeds.fill("seven")
    seeds.press("Enter")
    wait_idle(page)
    expect(page.get_by_text(re.compile("Seeds are whole numbers"))).to_be_visible()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()
    expect(seeds).to_have_value("seven")
