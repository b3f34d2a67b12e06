"""The gate, as a person meets it: refused, overridden, taken back, read in the trail."""

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import goto, screenshot, wait_idle
from tests.core import trained as trainings


@pytest.fixture(scope="module")
def app(world, server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("promotion") / "data"
    trainings.copy(world, folder)
    return server(folder, WEEKLENS_TRAIN_SAMPLE="false")


def open_gate(page):
    page.get_by_role("button", name="Promote both").first.click()
    expect(page.get_by_text("The gate to Production")).to_be_visible()
    wait_idle(page)


def test_a_shut_gate_a_reason_and_the_way_back(app, page):
    goto(page, app.url, "models")
    open_gate(page)
    page.get_by_role("button", name="Promote all the same").click()
    expect(page.get_by_text("at least 10 characters", exact=False).first).to_be_visible()
    page.reload()
    wait_idle(page)
    expect(page.get_by_text("The gate to Production")).to_have_count(0)
    expect(
        page.get_by_text("price_target_model v1 and pattern_lstm_classifier v1").first
    ).to_be_visible()
    open_gate(page)
    page.get_by_role("textbox", name="Why all the same?").fill("The older one learned too little.")
    page.get_by_role("button", name="Promote all the same").click()
    expect(page.get_by_text("are now in Production", exact=False).first).to_be_visible()
    wait_idle(page)
    screenshot(page, "promotion_trail")
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("are back in Production", exact=False).first).to_be_visible()
    expect(page.get_by_text("rolled back", exact=False).first).to_be_visible()
