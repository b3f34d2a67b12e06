"""A newcomer's first minutes: nothing clicked, charts, progress, forecasts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import goto, screenshot, wait_idle

MINUTES = 4 * 60_000


@pytest.fixture(scope="module")
def fresh(server):
    return server()


def test_an_empty_folder_shows_the_sample_then_progress_then_forecasts(fresh, page):
    goto(page, fresh.url)
    expect(page.get_by_text("sample: US, 2000 to 2013").first).to_be_visible()
    expect(page.get_by_text("started by itself")).to_be_visible()
    expect(page.get_by_text("Three steps to a first forecast")).to_be_visible()
    screenshot(page, "first_start_training")
    expect(page.get_by_text(re.compile("^4 of 5"))).to_be_visible(timeout=MINUTES)
    screenshot(page, "first_start_market")


def test_the_first_production_is_recorded_as_automatic(fresh, page):
    goto(page, fresh.url, "models")
    expect(page.get_by_text("by first start").first).to_be_visible(timeout=MINUTES)
    expect(page.get_by_text("nothing to beat").first).to_be_visible()


def test_a_stock_too_young_says_how_many_weeks_are_lacking(fresh, page):
    goto(page, fresh.url, "stock", market="US", symbol="FB")
    expect(page.get_by_text("It has 42 weeks of prices; 68 are needed, 26 more.")).to_be_visible()


@pytest.mark.parametrize("path", ["", "market", "stock", "training", "models", "data"])
def test_no_page_is_wider_than_its_window(fresh, page, path):
    """Opened in a telephone's, which is then made a screen's."""
    for width, scheme in ((390, "dark"), (1440, "light")):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        if width == 390:
            goto(page, fresh.url, path)
        wait_idle(page)
        screenshot(page, f"{path or 'home'}_{width}_{scheme}")
        wide = "document.querySelector('[data-testid=stMain]')"
        assert page.evaluate(f"{wide}.scrollWidth <= {wide}.clientWidth + 1")
        expect(page.get_by_test_id("stException")).to_have_count(0)


def test_nothing_is_written_into_home(fresh, page):
    goto(page, fresh.url, "models")
    home = fresh.log_file.parent / "home"
    assert [path for path in home.rglob("*") if path.is_file()] == []
