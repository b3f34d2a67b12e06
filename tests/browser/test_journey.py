"""The main job, as a person does it, on one running app; each test goes on from the last."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.indicators.catalogue import INDICATORS
from tests.browser.helpers import goto, screenshot, wait_idle

MINUTES = 4 * 60_000
CHOSEN = ("AAPL", "IBM", "MSFT")


@pytest.fixture(scope="module")
def app(server):
    return server(WEEKLENS_TRAIN_SAMPLE="false")


def open_page(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    wait_idle(page)


def chosen_symbols(page: Page) -> list[str]:
    tags = page.get_by_test_id("stSidebar").locator(".react-aria-ComboBox [data-tag]")
    return [text.split(" ")[0] for text in tags.all_inner_texts()]


def test_symbols_picked_are_in_the_address(app, page):
    goto(page, app.url, "market")
    expect(page.get_by_text("No model for this market yet.")).to_be_visible()
    picker = (
        page.get_by_test_id("stSidebar").get_by_test_id("stMultiSelect").get_by_role("combobox")
    )
    for symbol in CHOSEN:
        picker.fill(symbol)
        page.get_by_role("option", name=re.compile(f"^{symbol}")).click()
        wait_idle(page)
    expect(page).to_have_url(re.compile("symbols=AAPL%2CIBM%2CMSFT"))
    screenshot(page, "journey_picked")


def test_a_copied_address_opens_the_same_view(app, page):
    goto(page, app.url, "market", symbols="AAPL,IBM,MSFT", market="US")
    assert chosen_symbols(page) == list(CHOSEN)
    open_page(page, "Stock")
    assert chosen_symbols(page) == list(CHOSEN)
    expect(page).to_have_url(re.compile("symbols=AAPL%2CIBM%2CMSFT"))


def test_a_stock_is_found_by_its_name_and_a_watchlist_is_in_the_address(app, page):
    goto(page, app.url, "market", symbols="IBM", market="US")
    page.get_by_role("button", name="Find stocks").click()
    page.get_by_role("searchbox", name="Symbol or name").fill("apple")
    page.get_by_role("button", name=re.compile("^AAPL")).click()
    expect(page).to_have_url(re.compile("symbols=IBM%2CAAPL"))
    page.get_by_role("tab", name="Watchlists").click()
    page.get_by_role("textbox", name="Save as").fill("Two <b>giants</b>")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile("list=Two"))
    screenshot(page, "journey_watchlist")
    copied = page.url
    goto(page, app.url, "market", symbols="MSFT", market="US")
    assert chosen_symbols(page) == ["MSFT"]
    page.goto(copied)
    wait_idle(page)
    assert chosen_symbols(page) == ["IBM", "AAPL"]


def test_a_table_on_show_is_saved_as_csv(app, page):
    goto(page, app.url, "market", symbols="IBM", market="US")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Symbol,")
    assert [line.split(",")[0] for line in lines[1:]] == ["IBM"]


def test_the_stock_page_draws_the_price_and_twenty_indicators(app, page):
    goto(page, app.url, "stock", symbol="IBM")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    titles = page.locator(".js-plotly-plot text").all_text_contents()
    drawn = {indicator.name for indicator in INDICATORS if indicator.title in titles}
    assert len(drawn) == 20
    screenshot(page, "journey_stock")


def test_training_is_watched_to_its_end(app, page):
    goto(page, app.url, "training", symbols="AAPL,IBM,MSFT", market="US")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("running", exact=True)).to_be_visible()
    stage = re.compile("Computing indicators|Fitting the|Starting TensorFlow|Exporting")
    expect(page.get_by_text(stage).first).to_be_visible(timeout=MINUTES)
    screenshot(page, "journey_training")
    expect(page.get_by_text("done", exact=True)).to_be_visible(timeout=MINUTES)


def test_both_versions_are_listed_and_promoted(app, page):
    goto(page, app.url, "models")
    expect(page.get_by_text("price_target_model v1").first).to_be_visible()
    expect(page.get_by_text("pattern_lstm_classifier v1").first).to_be_visible()
    page.get_by_role("button", name="Promote both").click()
    expect(page.get_by_text("nothing to beat, so no rule holds it back").first).to_be_visible()
    page.get_by_role("button", name="Promote now").click()
    expect(page.get_by_text("Production", exact=True)).to_have_count(2)
    wait_idle(page)
    screenshot(page, "journey_models")


def test_the_forecast_is_on_the_market_page(app, page):
    goto(page, app.url, "market", market="US")
    expect(page.get_by_text("4 of 5")).to_be_visible(timeout=MINUTES)
    expect(page.get_by_text(re.compile("as of 2013-03-01 for 2013-03-29"))).to_be_visible()
    expect(page.get_by_text(re.compile("price_target_model v1"))).to_be_visible()
    screenshot(page, "journey_market")


def test_the_forecast_card_is_on_the_stock_page(app, page):
    goto(page, app.url, "stock", market="US", symbol="MSFT")
    expect(page.get_by_text("Statistical 4-week forecast")).to_be_visible()
    expect(page.get_by_text("No change", exact=True).first).to_be_visible()
    expect(page.get_by_text("rising more than 1 %")).to_be_visible()
    expect(page.get_by_text(re.compile("always naming the most frequent class"))).to_be_visible()
    screenshot(page, "journey_card")


def test_a_row_of_the_table_opens_its_stock(app, page):
    goto(page, app.url, "market", market="US")
    table = page.get_by_test_id("stDataFrame")
    table.click(position={"x": 18, "y": 38 + 19})  # the first row's box
    expect(page.get_by_role("heading", name="AAPL Apple")).to_be_visible()
    expect(page).to_have_url(re.compile("/stock.*symbol=AAPL"))


def test_a_file_of_prices_is_imported_with_its_refusals(app, page, tmp_path):
    rows = ["symbol,date,open,high,low,close,volume"]
    rows += [f"NEW,2024-01-{day:02d},10,11,9,10,1000" for day in range(2, 6)]
    rows += ["NEW,2024-01-08,10,9,11,10,1000"]
    (tmp_path / "new.csv").write_text("\n".join(rows))
    goto(page, app.url, "data", part="import")
    page.get_by_test_id("stFileUploader").first.locator("input").set_input_files(
        tmp_path / "new.csv"
    )
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Refused rows")).to_be_visible()
    expect(page.get_by_test_id("stMetric").filter(has_text="Rows added")).to_contain_text("4")
    screenshot(page, "journey_import")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("NOSUCH", "Not among the stocks of United States here"),
        ("<script>alert(1)</script>", "One of the symbols in the address is no symbol"),
    ],
)
def test_an_unknown_symbol_in_the_address_is_one_sentence(app, page, asked, said):
    goto(page, app.url, "stock", market="US", symbol=asked, symbols=asked)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlert").first).to_contain_text(said)
