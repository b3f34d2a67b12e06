"""Sharing a forecast: its picture is saved, and its link opens it when a newer one is there."""

import io
import os
import subprocess
import sys

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.helpers import PROJECT, goto, screenshot, wait_idle
from tests.core import trained as trainings

OLD = "2022-05-06"
SOON = 30_000


@pytest.fixture(scope="module")
def app(world, server, tmp_path_factory):
    """An app with the forecasts of 2022-06-03 on show and those of four weeks before stored."""
    folder = tmp_path_factory.mktemp("sharing") / "data"
    trainings.copy(world, folder)
    asked = [sys.executable, "-m", "core", "forecast", "--all", "--as-of", OLD]
    environment = os.environ | {"WEEKLENS_DATA_DIR": str(folder), "MLFLOW_TRACKING_URI": ""}
    subprocess.run(asked, cwd=PROJECT, env=environment, check=True, capture_output=True)
    return server(folder, WEEKLENS_TRAIN_SAMPLE="false")


def open_dialog(page):
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog")
    # The first picture waits for the typefaces to be read.
    expect(dialog.get_by_test_id("stImage").locator("img")).to_be_visible(timeout=SOON)
    wait_idle(page)
    return dialog


@pytest.mark.parametrize(
    ("shape", "size"), [("Wide, 1200 × 630", (1200, 630)), ("Square, 1080 × 1080", (1080, 1080))]
)
def test_a_picture_of_the_forecast_is_saved(app, page, shape, size):
    goto(page, app.url, "stock", market="VN", symbol="BBB")
    dialog = open_dialog(page)
    dialog.get_by_text(shape).click()
    wait_idle(page)
    screenshot(page, f"share_{size[1]}")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="PNG").click()
    data = download.value.path().read_bytes()
    assert download.value.suggested_filename == "weeklens-BBB-2022-06-03.png"
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert Image.open(io.BytesIO(data)).size == size


def test_a_copied_link_opens_the_same_forecast(app, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    goto(page, app.url, "stock", market="VN", symbol="BBB")
    dialog = open_dialog(page)
    code = dialog.get_by_test_id("stCode")
    code.hover()
    code.get_by_role("button", name="Copy to clipboard").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{app.url}/forecast?id=")
    page.goto(copied)
    wait_idle(page)
    expect(page.get_by_role("heading", name="BBB")).to_be_visible()
    expect(page.get_by_text("from prices up to 2022-06-03")).to_be_visible()
    expect(page.get_by_text("on show today is another one")).to_have_count(0)


def test_an_old_link_opens_the_old_forecast(app, page):
    from core import forecasts

    past = forecasts.history(app.data_dir, "VN", "BBB")
    old = past[past["as_of"] == OLD].iloc[-1]
    goto(page, app.url, "forecast", id=old["id"])
    expect(page.get_by_text(f"from prices up to {OLD}")).to_be_visible()
    expect(page.get_by_text(f"As of {OLD}")).to_be_visible()
    expect(page.get_by_text("on show today is another one, as of 2022-06-03")).to_be_visible()
    expect(page.get_by_text("Close of 2022-06-03")).to_be_visible()
    screenshot(page, "share_old")
    page.get_by_role("link", name="Go to BBB today").click()
    wait_idle(page)
    expect(page.get_by_role("heading", name="BBB")).to_be_visible()
    expect(page.get_by_text("As of 2022-06-03")).to_be_visible()


def test_an_unknown_link_leads_to_the_market(app, page):
    goto(page, app.url, "forecast", id="nosuch")
    expect(page.get_by_text("There is no forecast")).to_be_visible()
    page.get_by_test_id("stMain").get_by_role("link", name="Go to Market").click()
    wait_idle(page)
    expect(page.get_by_role("heading", name="Market")).to_be_visible()
