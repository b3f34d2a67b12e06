"""A question typed in the browser, its answer, its address and the page that proves it."""

from playwright.sync_api import expect

from tests.browser.helpers import goto, wait_idle


def test_a_question_is_answered_shared_and_proved(server, page):
    app = server(WEEKLENS_TRAIN_SAMPLE="false")
    goto(page, app.url, "ask")
    page.get_by_role("searchbox", name="Your question").fill("so sánh Apple và MSFT")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="AAPL, MSFT side by side")).to_be_visible()
    wait_idle(page)
    shared = page.url
    assert "q=so+s" in shared or "q=so%20s" in shared
    page.get_by_role("link", name="Their prices on one scale").click()
    expect(page.get_by_role("heading", name="AAPL", exact=False).first).to_be_visible()
    page.goto(shared)
    expect(page.get_by_role("heading", name="AAPL, MSFT side by side")).to_be_visible()
    page.get_by_role("searchbox", name="Your question").fill("<img src=x onerror=alert(1)>")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This was not understood").first).to_be_visible()
    expect(page.locator("img[src='x']")).to_have_count(0)
    page.get_by_text("How is the market?", exact=True).click()
    expect(page.get_by_role("heading", name="United States as a whole")).to_be_visible()
