"""A backtest is asked for, runs in the background, and opens again from its address."""

import re

from playwright.sync_api import expect

from core.backtest import records
from tests.browser.helpers import goto, screenshot, wait_idle


def test_a_backtest_runs_and_its_address_opens_it_again(server, page, evaluated):
    app = server(evaluated, WEEKLENS_TRAIN_SAMPLE="false")
    goto(page, app.url, "backtest?market=US")
    expect(page.get_by_text("No backtest of this market has run yet")).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    lead = page.get_by_text(re.compile("the same stocks bought and held: [+−]", re.I)).first
    expect(lead).to_be_visible(timeout=120_000)
    wait_idle(page)
    (name,) = records.names(evaluated)
    expect(page).to_have_url(re.compile(f"id={name}"))
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    screenshot(page, "backtest")
    said = lead.inner_text()

    page.reload()
    wait_idle(page)
    expect(page.get_by_text(said, exact=True).first).to_be_visible()
