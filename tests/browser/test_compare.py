"""Two versions are chosen, the page is loaded again, and the same comparison is there."""

import re

from playwright.sync_api import expect

from core.registry import PATTERN
from tests.browser.helpers import goto, screenshot, wait_idle


def test_a_comparison_survives_a_reload_and_opens_from_its_address(server, page, trained):
    app = server(trained, WEEKLENS_TRAIN_SAMPLE="false")
    goto(page, app.url, "models")
    page.get_by_role("link", name="Compare versions").click()
    wait_idle(page)
    page.get_by_text("Pattern (UP, SIDEWAYS, DOWN)").click()
    wait_idle(page)
    page.get_by_role("button", name="Clear all").click()
    wait_idle(page)
    expect(page.get_by_text("Choose at least two versions")).to_be_visible()
    picker = page.get_by_test_id("stMultiSelect").get_by_role("combobox")
    for number in (2, 1):
        picker.fill(f"v{number}")
        page.get_by_role("option", name=re.compile(f"^v{number} ")).click()
        wait_idle(page)
    expect(page).to_have_url(re.compile(f"model={PATTERN}&versions=2%2C1"))
    said = page.get_by_text(re.compile("^. By log loss v2 ")).first.inner_text()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    screenshot(page, "compare")

    page.reload()
    wait_idle(page)
    assert page.get_by_text(re.compile("^. By log loss v2 ")).first.inner_text() == said
    chosen = page.get_by_test_id("stMultiSelect").locator("[data-tag]").all_inner_texts()
    assert [text.split(" ")[0] for text in chosen] == ["v2", "v1"]
