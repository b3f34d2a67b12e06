"""The menu, whichever page is visited first."""

from tests.browser.helpers import goto


def test_the_menu_is_ours_on_a_first_visit_to_any_page(server, page):
    goto(page, server(WEEKLENS_TRAIN_SAMPLE="false").url, "stock")
    menu = page.get_by_test_id("stSidebarNav").get_by_role("link")
    names = [text.splitlines()[-1] for text in menu.all_inner_texts()]
    assert names == [
        *("Home", "Market", "Stock", "Ask", "Help"),
        *("Training", "Models", "Compare", "Evidence", "Backtest", "Monitoring"),
        *("Data", "Quality", "Alerts"),
    ]
