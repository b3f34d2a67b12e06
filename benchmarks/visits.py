"""Timings of what a person does in the browser: switching, choosing, filtering, sharing."""

import time

from playwright.sync_api import Page

from tests.browser.helpers import IDLE, UNFINISHED

PAGES = (
    *("Home", "Market", "Stock", "Ask", "Training", "Models", "Compare", "Evidence", "Backtest"),
    *("Monitoring", "Data", "Quality", "Alerts"),
)
FULL = f"""
(before => document.querySelector('{IDLE}') && !document.querySelector('{UNFINISHED}')
  && (document.querySelector('h1')?.innerText ?? '') !== before)
"""
"""Whether a page with another heading than before stands complete."""
DRAWN = """
() => {
  const found = {};
  const fresh = [...document.querySelectorAll('.js-plotly-plot')].filter(
    plot => !plot.closest('[data-stale="true"]'));
  for (const plot of fresh)
    for (const trace of plot._fullData ?? []) {
      if (trace.type === 'candlestick') found.price = Array.from(trace.close).join();
      if (trace.name === 'MACD histogram') found.indicators = Array.from(trace.y).join();
    }
  const card = [...document.querySelectorAll('[data-testid=stMetricValue]')];
  found.card = card.map(value => value.innerText).join();
  return found;
}
"""
"""What the price chart, the last of the 20 indicators and the forecast card show; what stood there
before is marked as stale and lies in the page until the script has ended."""


class Wire:
    """Counts the bytes that reach the browser while it is listening.

    Parameters
    ----------
    page : Page
    """

    def __init__(self, page: Page):
        self.count = 0
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda told: self._add(told["encodedDataLength"]))
        # Binary frames arrive here as base64; the server does not compress them.
        session.on(
            "Network.webSocketFrameReceived",
            lambda told: self._add(len(told["response"]["payloadData"]) * 3 / 4),
        )

    def _add(self, size: float) -> None:
        self.count += size


def page_switches(page: Page, rounds: int) -> dict[str, list[float]]:
    """Seconds from a click in the menu until each page stands complete."""
    took: dict[str, list[float]] = {name: [] for name in PAGES}
    menu = page.get_by_test_id("stSidebarNav")
    for _ in range(rounds):
        for name in (*PAGES[1:], PAGES[0]):
            before = page.locator("h1").first.inner_text()
            began = time.perf_counter()
            menu.get_by_role("link", name=name, exact=True).click()
            page.wait_for_function(FULL, arg=before, polling=20)
            took[name].append(time.perf_counter() - began)
            page.wait_for_timeout(200)
    return took


def stock_switches(page: Page, rounds: int) -> dict[str, list[float]]:
    """Seconds of a click on "next stock" until price and card, and the last indicator, stand."""
    took: dict[str, list[float]] = {"price_and_card": [], "last_indicator": []}
    page.wait_for_function(f"Object.keys(({DRAWN})()).length === 3")
    for _ in range(rounds):
        before = page.evaluate(DRAWN)
        began = time.perf_counter()
        page.get_by_role("button", name="▶").click()
        for key in ("price", "card", "indicators"):
            page.wait_for_function(
                f"old => {{ const now = ({DRAWN})().{key}; return now && now !== old }}",
                arg=before[key],
                polling=20,
            )
            if key == "card":
                took["price_and_card"].append(time.perf_counter() - began)
        took["last_indicator"].append(time.perf_counter() - began)
        page.wait_for_selector(IDLE)
        page.wait_for_timeout(200)
    return took


def market_filters(page: Page, rounds: int, symbol: str) -> list[float]:
    """Seconds from Enter in the filter of Market until one row stands, or all again."""
    box = page.get_by_role("textbox", name="Filter")
    table = page.locator("[data-testid=stDataFrame]").first
    took = []
    for number in range(2 * rounds):
        tall = table.bounding_box()["height"]
        box.fill("" if number % 2 else symbol)
        began = time.perf_counter()
        page.keyboard.press("Enter")
        page.wait_for_function(
            f"""tall => document.querySelector('{IDLE}') && !document.querySelector('{UNFINISHED}')
              && document.querySelector('[data-testid=stDataFrame]')
                .getBoundingClientRect().height !== tall""",
            arg=tall,
            polling=20,
        )
        took.append(time.perf_counter() - began)
        page.wait_for_timeout(200)
    return took


def share_cards(page: Page, rounds: int) -> list[float]:
    """Seconds from a click on Share until the picture stands in its dialog."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        page.get_by_role("button", name="Share", exact=True).click()
        page.wait_for_function(
            "document.querySelector('[role=dialog] [data-testid=stImage] img')?.complete",
            polling=20,
        )
        took.append(time.perf_counter() - began)
        page.keyboard.press("Escape")
        page.wait_for_selector("[role=dialog]", state="detached")
        page.get_by_role("button", name="▶").click()
        page.wait_for_timeout(400)
        page.wait_for_selector(IDLE)
    return took


def candles_stand(page: Page) -> None:
    """Wait until a candlestick chart is drawn."""
    page.wait_for_function(f"({DRAWN})().price", polling=20)


def plain_switches(page: Page, rounds: int, symbols: list[str]) -> list[float]:
    """Seconds from choosing a symbol in the plain app until its candles stand."""
    took = []
    candles_stand(page)
    for number in range(rounds):
        before = page.evaluate(DRAWN)["price"]
        page.get_by_role("combobox").fill(symbols[(number + 1) % len(symbols)])
        began = time.perf_counter()
        page.keyboard.press("Enter")
        page.wait_for_function(
            f"old => {{ const now = ({DRAWN})().price; return now && now !== old }}",
            arg=before,
            polling=20,
        )
        took.append(time.perf_counter() - began)
        page.wait_for_timeout(200)
    return took
