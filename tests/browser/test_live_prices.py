"""Live prices as a person meets them: the real vnstock client behind the page, a loopback broker
behind that; each test goes on from the last."""

import re

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from core.market.sources.sandbox import Sandbox
from tests.browser.helpers import goto, screenshot, wait_idle
from tests.core.market.bars import make_bars
from tests.core.market.sources.broker import Broker

MINUTE = 60_000


def bars_until(rows: int) -> dict[str, pd.DataFrame]:
    return {
        "VNM": make_bars(rows, level=60),
        "FPT": make_bars(rows, level=90),
        "VNINDEX": make_bars(rows, level=1200),
        "VN30": make_bars(rows, level=1100),
    }


@pytest.fixture(scope="module")
def broker():
    running = Broker()
    running.bars = bars_until(60)
    traded = {"exchange": "HOSE", "type": "stock", "index": 1, "re": 1, "ceiling": 2, "floor": 1}
    running.names = [
        {"symbol": "VNM", "name": "CTCP Sữa Việt Nam", "nameEn": "Vinamilk"} | traded,
        {"symbol": "FPT", "name": "CTCP FPT", "nameEn": "FPT Corporation"} | traded,
    ]
    running.groups = {"VN30": ["VNM"]}
    yield running
    running.close()


@pytest.fixture(scope="module")
def app(server, broker, installed_vnstock, tmp_path_factory):
    data = tmp_path_factory.mktemp("live") / "data"
    own = Sandbox(data)
    own.folder.mkdir(parents=True)
    (own.folder / "venv").symlink_to(installed_vnstock.folder / "venv")
    own.stamp.write_text(installed_vnstock.stamp.read_text("utf-8"), "utf-8")
    return server(data, WEEKLENS_TRAIN_SAMPLE="false", WEEKLENS_TEST_REDIRECT=broker.url)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    wait_idle(page)


def ask_again(page: Page, app, said: str) -> None:
    """Refresh what follows a source, even where nothing new is due, and read the account."""
    goto(page, app.url, "data", market="VN", part="refresh")
    page.get_by_text("Ask again", exact=True).click()
    wait_idle(page)
    press(page, "Refresh")
    expect(page.get_by_text(re.compile(said))).to_be_visible(timeout=MINUTE)
    wait_idle(page)


def test_new_symbols_are_fetched_from_vnstock_with_their_names(app, page):
    goto(page, app.url, "data", market="VN", part="refresh")
    page.get_by_placeholder("VNM, FPT, HPG").fill("vnm, FPT")
    page.keyboard.press("Enter")
    wait_idle(page)
    page.get_by_text("Names and groups too", exact=True).click()
    wait_idle(page)
    press(page, "Refresh")
    account = page.get_by_text(re.compile(r"^Of 2 stocks and 2 indices: 4 got 240 new days\."))
    expect(account).to_be_visible(timeout=MINUTE)
    wait_idle(page)
    screenshot(page, "live_refreshed")


def test_a_stock_is_found_by_its_vietnamese_name_without_diacritics(app, page):
    goto(page, app.url, "market", market="VN")
    press(page, "Find stocks")
    page.get_by_placeholder("vnm, sua viet nam").fill("sua viet nam")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("VNM"))).to_be_visible()


def test_a_reply_in_another_unit_is_refused_on_the_page_and_nothing_is_lost(app, page, broker):
    broker.bars, broker.fault = bars_until(62), "thousandth"
    ask_again(page, app, r"^Of 2 stocks and 2 indices: 4 refused\.")
    screenshot(page, "live_refused")
    goto(page, app.url, "data", market="VN", part="prices")
    troubled = page.get_by_test_id("stMetric").filter(has_text="Refused or failed")
    expect(troubled).to_contain_text("2")
    newest = page.get_by_test_id("stMetric").filter(has_text="Newest session")
    expect(newest).to_contain_text("2024-03-25")


def test_the_next_refresh_recovers(app, page, broker):
    broker.fault = ""
    ask_again(page, app, r"^Of 2 stocks and 2 indices: 4 got 8 new days\.")
    goto(page, app.url, "data", market="VN", part="prices")
    newest = page.get_by_test_id("stMetric").filter(has_text="Newest session")
    expect(newest).to_contain_text("2024-03-27")


def test_a_refresh_is_ended_by_a_click_and_says_what_was_kept(app, page, broker):
    broker.fault = "hang"
    goto(page, app.url, "data", market="VN", part="refresh")
    page.get_by_text("Ask again", exact=True).click()
    wait_idle(page)
    page.get_by_role("button", name="Refresh", exact=True).click()
    page.get_by_role("button", name="Cancel").click(timeout=MINUTE)
    said = page.get_by_text("Cancelled; what had arrived is kept").first
    expect(said).to_be_visible(timeout=MINUTE)
    broker.fault = ""


def test_a_marked_bar_is_shown_on_the_quality_page(app, page, tmp_path):
    rows = ["symbol,date,open,high,low,close,volume"]
    bars = make_bars(60)
    bars.loc[40:, ["open", "high", "low", "close"]] /= 2
    rows += [
        f"SPL,{r.date:%Y-%m-%d},{r.open:.3f},{r.high:.3f},{r.low:.3f},{r.close:.3f},{r.volume:.0f}"
        for r in bars.itertuples()
    ]
    (tmp_path / "split.csv").write_text("\n".join(rows))
    goto(page, app.url, "data", market="VN", part="import")
    page.get_by_test_id("stFileUploader").first.locator("input").set_input_files(
        tmp_path / "split.csv"
    )
    press(page, "Import")
    expect(page.get_by_test_id("stMetric").filter(has_text="Rows added")).to_contain_text("60")
    goto(page, app.url, "quality", market="VN", symbol="SPL")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    # The cells of a table are drawn; their text stands beside for those who do not see it.
    expect(page.get_by_text(re.compile("2:1")).first).to_be_attached()
    screenshot(page, "live_quality")
