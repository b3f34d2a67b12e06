"""Nothing a reader looks at jumps while a page of the menu loads."""

from tests.browser.helpers import IDLE, goto, wait_idle

MOST = 0.1
"""Cumulative layout shift that web.dev calls good: share of the window moved, times how far."""
WATCH = """
window.moved = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.moved += entry.value;
}).observe({type: 'layout-shift', buffered: true});
"""


def test_no_page_of_the_menu_jumps_while_it_loads(server, page):
    page.add_init_script(WATCH)
    goto(page, server(WEEKLENS_TRAIN_SAMPLE="false").url)
    links = page.get_by_test_id("stSidebarNav").get_by_role("link")
    names = [text.splitlines()[-1] for text in links.all_inner_texts()]
    around = [*names[1:], names[0]]
    for name in around:  # the first time the browser fetches the parts a page is drawn with
        links.filter(has_text=name).first.click()
        wait_idle(page)
    moved = {}
    for name in around:
        page.evaluate("window.moved = 0")
        links.filter(has_text=name).first.click()
        page.wait_for_timeout(700)
        page.wait_for_selector(IDLE)
        moved[name] = page.evaluate("window.moved")
    assert {name: share for name, share in moved.items() if share > MOST} == {}
