"""Alerts: a channel is entered, a rule is made, and its message arrives with the picture."""

import pytest
from playwright.sync_api import expect

from core.market.store import BarStore
from tests.browser.helpers import goto, screenshot, wait_idle
from tests.core.alerts.receivers import Webhook
from tests.core.records import two_weeks

SOON = 60_000


@pytest.fixture
def webhook():
    """A web server."""
    running = Webhook()
    yield running
    running.close()


def test_a_person_enters_a_channel_and_a_rule_and_is_told(server, page, webhook, tmp_path):
    two_weeks(BarStore(tmp_path))
    app = server(tmp_path, WEEKLENS_TRAIN_SAMPLE="false")
    goto(page, app.url, "alerts")
    page.get_by_label("Name").fill("Desk")
    page.get_by_label("Address").fill(f"{webhook.url}/s3cret")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Add", exact=True).last.click()
    test = page.get_by_role("button", name="Send a test")
    expect(test).to_be_visible(timeout=SOON)
    test.click()
    expect(page.get_by_text("Desk took the test")).to_be_visible(timeout=SOON)
    picker = page.get_by_role("combobox", name="What to watch")
    # A page that scrolls closes the list again.
    picker.scroll_into_view_if_needed()
    wait_idle(page)
    picker.click()
    page.get_by_role("option", name="A call changes").click()
    wait_idle(page)
    page.get_by_role("button", name="Add", exact=True).first.click()
    expect(page.get_by_text("A call changes: Vietnam, every stock")).to_be_visible(timeout=SOON)
    page.wait_for_function(
        "document.querySelectorAll('[data-testid=stDataFrame]').length > 0", timeout=SOON
    )
    wait_idle(page)
    screenshot(page, "alerts")
    assert "AAA: the call changed from UP to DOWN" in webhook.words[1]
    (picture,) = webhook.pictures()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert "s3cret" not in page.content()
    assert "s3cret" not in app.log()
