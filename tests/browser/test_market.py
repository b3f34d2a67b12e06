"""The screener, Home and its way to old addresses, as a person uses them."""

import re

import pytest
from playwright.sync_api import expect

from core.forecasts import save
from core.market.store import BarStore
from tests.browser.helpers import goto, screenshot, wait_idle
from tests.core.market.bars import make_bars
from tests.core.records import put_on_show, record


@pytest.fixture(scope="module")
def app(server, tmp_path_factory):
    """Three stocks with forecasts of two weeks; AAA's call flipped."""
    data = tmp_path_factory.mktemp("market") / "data"
    stocks = {
        name: make_bars(69, level=level) for name, level in zip("ABC", (20, 40, 60), strict=True)
    }
    BarStore(data).write("VN", {name * 3: bars for name, bars in stocks.items()}, source="file")
    for week, call in (("2024-03-01", "UP"), ("2024-03-08", "DOWN")):
        rows = [record("AAA", week, call, 0.02), record("BBB", week, "UP", 0.01)]
        save(data, [*rows, record("CCC", week, "DOWN", -0.01)])
    put_on_show(data, "2024-03-08")
    return server(data, WEEKLENS_TRAIN_SAMPLE="false")


def test_home_lists_the_calls_that_flipped(app, page):
    goto(page, app.url)
    expect(page.get_by_text("Calls that flipped: 1")).to_be_visible()
    # The cells of a table are drawn; their text stands beside for those who do not see it.
    expect(page.get_by_text("▼ DOWN").first).to_be_attached()
    screenshot(page, "home")


def test_a_preset_is_one_click_and_stands_in_the_address(app, page):
    goto(page, app.url, "market", market="VN")
    page.get_by_text("Screener", exact=True).click()
    page.get_by_text("Unusual volume", exact=True).click()
    wait_idle(page)
    expect(page).to_have_url(re.compile(r"screen=vol_zscore_12w%3A2\.\."))
    expect(page.get_by_text(re.compile("of 3 stocks fit"))).to_be_visible()
    screenshot(page, "market_preset")


def test_a_screen_is_saved_and_its_address_opens_it_again(app, page):
    goto(page, app.url, "market", market="VN", screen="p_up:40..,call:UP")
    expect(page.get_by_text(re.compile("1 of 3 stocks fit"))).to_be_visible()
    page.get_by_role("button", name="Saved screens").click()
    page.get_by_role("textbox", name="Save as").fill("Likely <b>up</b>")
    page.keyboard.press("Enter")
    wait_idle(page)
    page.get_by_role("button", name="Save", exact=True).click()
    # It is kept under that name now; the toast that says so may be gone before a slow look.
    expect(page.get_by_role("button", name="Replace", exact=True)).to_be_visible()
    expect(page.get_by_role("combobox", name="Open")).to_have_value("Likely <b>up</b>")
    copied = page.url
    goto(page, app.url, "market", market="VN")
    page.goto(copied)
    wait_idle(page)
    expect(page.get_by_text(re.compile("1 of 3 stocks fit"))).to_be_visible()
    screenshot(page, "market_screen")


def test_the_heat_map_is_drawn_with_signs(app, page):
    goto(page, app.url, "market", market="VN")
    page.get_by_text("Heat map", exact=True).click()
    box = page.locator(".js-plotly-plot .treemaplayer text").filter(has_text="AAA")
    expect(box).to_contain_text("▲")
    screenshot(page, "market_heat_map")


def test_an_address_from_before_home_opens_the_market(app, page):
    goto(page, app.url, market="VN", symbols="AAA")
    expect(page.get_by_role("heading", name="Market")).to_be_visible()
    expect(page).to_have_url(re.compile("/market.*symbols=AAA"))
