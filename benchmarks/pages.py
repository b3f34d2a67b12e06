"""Seconds a person waits in the browser: first page, page switch, stock switch, while training.

    python -m benchmarks.pages [--data FILE [--market VN]] [--rounds N] [--json OUT]

Imports FILE (else takes the sample) into a fresh data folder, starts the app, and drives Chromium.
"idle" and "training" are the same reruns without and with a training on all
stocks beside them; medians of N rounds.
"""

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.report import report
from tests.browser.conftest import FLAGS
from tests.browser.helpers import IDLE, Server, find_chromium, goto

DRAWN = """
() => {
  const found = {};
  for (const plot of document.querySelectorAll('.js-plotly-plot'))
    for (const trace of plot._fullData ?? []) {
      if (trace.type === 'candlestick') found.price = Array.from(trace.close).join();
      if (trace.name === 'MACD histogram') found.indicators = Array.from(trace.y).join();
    }
  return found;
}
"""
"""What the price chart and the last of the 20 indicators show."""


def timed_start(page: Page, folder: Path, data_dir: Path) -> tuple[Server, float]:
    """Start the server and time until the first page is full."""
    start = time.perf_counter()
    server = Server(folder, data_dir, {"WEEKLENS_TRAIN_SAMPLE": "false"})
    server.wait_healthy()
    page.goto(server.url)
    page.wait_for_selector("[data-testid=stDataFrame] canvas")
    page.wait_for_selector(IDLE)
    return server, time.perf_counter() - start


def stock_switches(page: Page, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of a click on "next stock" until the price, and the last indicator, is drawn."""
    price, indicators = [], []
    page.wait_for_function(f"Object.keys(({DRAWN})()).length === 2")
    for _ in range(rounds):
        before = page.evaluate(DRAWN)
        start = time.perf_counter()
        page.get_by_role("button", name="▶").click()
        for name, took in (("price", price), ("indicators", indicators)):
            page.wait_for_function(f"old => ({DRAWN})().{name} !== old", arg=before[name])
            took.append(time.perf_counter() - start)
        page.wait_for_selector(IDLE)
    return price, indicators


def page_switches(page: Page, rounds: int) -> list[float]:
    """Seconds from a click on Market in the sidebar until its table is drawn."""
    took = []
    for _ in range(rounds):
        nav = page.get_by_test_id("stSidebarNav")
        nav.get_by_role("link", name="Data", exact=True).click()
        page.get_by_role("heading", name="Import your own prices").wait_for()
        page.wait_for_selector(IDLE)
        start = time.perf_counter()
        nav.get_by_role("link", name="Market", exact=True).click()
        page.get_by_role("heading", name="Market", exact=True).wait_for()
        page.wait_for_selector("[data-testid=stDataFrame] canvas")
        page.wait_for_selector(IDLE)
        took.append(time.perf_counter() - start)
    return took


def measure(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """All times, in seconds."""
    from core.jobs.store import JobStore
    from core.market.importer import import_files
    from core.market.sample import SAMPLE_MARKET, ensure_sample
    from core.market.store import BarStore
    from core.training.recipe import make_recipe

    data_dir = folder / "data"
    os.environ["WEEKLENS_DATA_DIR"] = str(data_dir)
    if options.data is None:
        options.market = SAMPLE_MARKET
        ensure_sample(BarStore(data_dir))
    else:
        import_files([options.data], market=options.market, store=BarStore(data_dir))
    jobs = JobStore(data_dir)
    figures: dict[str, float] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        server, figures["start_to_first_full_page"] = timed_start(page, folder / "app", data_dir)
        try:
            for state in ("idle", "training"):
                if state == "training":
                    recipe = make_recipe(market=options.market).model_dump(mode="json")
                    job, _ = jobs.submit("train", recipe, requested_by="benchmark")
                    while jobs.get(job.id).state == "queued":
                        time.sleep(0.1)
                    time.sleep(15)  # into the fitting, where the machine is busiest
                goto(page, server.url, "stock")
                price, indicators = stock_switches(page, options.rounds)
                pages = page_switches(page, options.rounds)
                figures[f"stock_price_{state}_median"] = statistics.median(price)
                figures[f"stock_switch_{state}_median"] = statistics.median(indicators)
                figures[f"stock_switch_{state}_max"] = max(indicators)
                figures[f"page_switch_{state}_median"] = statistics.median(pages)
                figures[f"page_switch_{state}_max"] = max(pages)
            figures["still_training_at_the_end"] = float(jobs.get(job.id).active)
            if jobs.get(job.id).active:
                jobs.cancel(job.id)
        finally:
            server.stop()
            browser.close()
    for name in ("stock_switch", "page_switch"):
        figures[f"{name}_ratio"] = (
            figures[f"{name}_training_median"] / figures[f"{name}_idle_median"]
        )
    return figures


def main() -> None:
    """Measure, print a table, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="Parquet or CSV of daily bars")
    parser.add_argument("--market", default="VN", help="default VN")
    parser.add_argument("--rounds", type=int, default=8, help="clicks of each kind (default 8)")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report(measure(options, Path(folder)), options.json)


if __name__ == "__main__":
    main()
