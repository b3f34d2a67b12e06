"""The Stock page by keyboard, by address and by its switches."""

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from core.market.store import BarStore
from tests.browser.helpers import goto, screenshot, wait_idle
from tests.core.indicators.generate import walk

HOSTILE = "<img src=x onerror=\"document.title='taken'\"> [x](javascript:alert(1))"


@pytest.fixture(scope="module")
def app(server, tmp_path_factory):
    data_dir = tmp_path_factory.mktemp("stock") / "data"
    store = BarStore(data_dir)
    frames = {name: walk(900, seed) for seed, name in enumerate(("AAA", "BBB", "CCC"))}
    store.write("VN", frames, source="made up")
    store.write("VN", {"VNINDEX": walk(900, 9)}, source="made up", kind="index")
    names = {"symbol": ["BBB"], "name": [HOSTILE], "exchange": "HOSE", "sector": HOSTILE}
    store.set_listing("VN", pd.DataFrame(names))
    return server(data_dir, WEEKLENS_TRAIN_SAMPLE="false")


def drawn(page: Page, name: str) -> list:
    """The traces of the chart that has one of this name."""
    return page.evaluate(
        """name => [...document.querySelectorAll('.js-plotly-plot')]
            .map(plot => plot._fullData.map(trace => trace.name))
            .find(names => names.includes(name)) ?? []""",
        name,
    )


def test_a_key_goes_to_the_next_stock_and_back(app, page):
    goto(page, app.url, "stock", symbol="AAA")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_contain_text("BBB")
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=1)).to_contain_text("AAA")


def test_a_hostile_name_does_nothing(app, page):
    goto(page, app.url, "stock", symbol="BBB")
    expect(page.get_by_role("heading", level=1)).to_contain_text(HOSTILE)
    assert page.locator("[data-testid=stMain] img[src=x]").count() == 0
    assert page.locator("[data-testid=stMain] a[href^=javascript]").count() == 0
    assert page.title() != "taken"


def test_candles_of_days_and_a_log_axis(app, page):
    goto(page, app.url, "stock", symbol="AAA")
    assert "Week" in drawn(page, "MA20")
    page.get_by_role("radio", name="Daily").click()
    page.get_by_text("Log axis").click()
    page.wait_for_function(
        "document.querySelector('.js-plotly-plot')?._fullLayout?.yaxis?.type === 'log'"
    )
    assert "Day" in drawn(page, "MA20")
    page.get_by_role("button", name="Past forecasts").focus()
    page.get_by_role("button", name="MA20").click()
    wait_idle(page)
    assert drawn(page, "MA20") == []
    # The choice outlives a visit to another page.
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Data", exact=True).click()
    wait_idle(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Stock", exact=True).click()
    wait_idle(page)
    assert "Day" in drawn(page, "MA10")
    assert drawn(page, "MA20") == []


def test_pointing_at_a_week_shows_it_in_every_row(app, page):
    goto(page, app.url, "stock", symbol="AAA")
    chart = page.locator(".js-plotly-plot").nth(1)
    chart.locator(".nsewdrag").first.hover(position={"x": 150, "y": 40})
    expect(chart.locator(".hoverlayer .hovertext")).to_have_count(20)


def test_a_copied_address_opens_the_comparison(app, page):
    goto(page, app.url, "stock", symbol="AAA", compare="CCC,VNINDEX", market="VN")
    expect(page.get_by_role("tab", name="Compare")).to_have_attribute("aria-selected", "true")
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length >= 4")
    assert drawn(page, "VNINDEX") == ["AAA", "CCC", "VNINDEX"]
    screenshot(page, "stock_compare")
