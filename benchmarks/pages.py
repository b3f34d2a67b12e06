"""Seconds a person waits, bytes and memory; beside a plain Streamlit app and MLflow's own pages.

    python -m benchmarks.pages [--data FILE [--listing FILE]] [--rounds N] [--json OUT]

Imports FILE (else takes the sample) into a fresh data folder, trains quickly, promotes and
forecasts; then starts the app and drives Chromium. ``plain_`` is benchmarks/plain_app.py on the
same prices, ``mlflow_`` is `mlflow ui` on the same store, all in this run. Times are seconds, the
median and the 95th percentile of N rounds; "training" is the same beside a training on all stocks.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import visits
from benchmarks.report import report
from benchmarks.tabs import Tab
from tests.browser.conftest import FLAGS
from tests.browser.helpers import PROJECT, Server, find_chromium, free_port, goto
from tools.prepared import prepare

SESSIONS = (1, 5, 20)
STARTS = 3
SETTLED = 0.3
"""Seconds in which the last bytes of a first visit are told; not part of its time."""
AIMS = {
    "stock_price_and_card_median": 0.6,
    "stock_last_indicator_median": 1.0,
    "page_switch_median": 0.5,
    "slowest_page_rerun_per_plain_rerun": 1.3,
    "memory_mb_5_sessions": 400,
    "memory_mb_20_sessions": 1000,
    "first_full_page_per_plain": 1.5,
}
MODEL_PAGE = "#/models/price_target_model"


def summary(name: str, took: list[float]) -> dict[str, float]:
    """Median and 95th percentile under their keys."""
    return {f"{name}_median": float(np.median(took)), f"{name}_p95": float(np.quantile(took, 0.95))}


@contextmanager
def running(*command: str, **env: str) -> Iterator[subprocess.Popen]:
    """A server of somebody else's, ended with everything it started."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=PROJECT,
        env=os.environ | env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        family = [*psutil.Process(process.pid).children(recursive=True), process]
        for member in family:
            member.terminate()
        process.wait()


def first_visit(browser: Browser, url: str, stands: Callable[[Page], None]) -> tuple[Page, int]:
    """Open an address in a fresh browser, again until a server answers; and the bytes it took."""
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.set_default_timeout(120_000)
    wire = visits.Wire(page)
    until = time.monotonic() + 120
    while True:
        try:
            page.goto(url)
            break
        except Exception:  # refused as long as nobody listens
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
    stands(page)
    page.wait_for_timeout(1000 * SETTLED)
    return page, int(wire.count)


def memory(pid: int) -> float:
    """Resident megabytes of a server and what it started."""
    root = psutil.Process(pid)
    return sum(p.memory_info().rss for p in [root, *root.children(recursive=True)]) / 2**20


def with_sessions(url: str, pid: int, pages: tuple[str, ...]) -> dict[str, float]:
    """Memory with so many sessions, spread over the pages, each run three times."""
    figures, tabs = {}, []
    for count in SESSIONS:
        while len(tabs) < count:
            tabs.append(Tab(url, pages[len(tabs) % len(pages)]))
            for _ in range(3):
                tabs[-1].rerun()
        figures[f"memory_mb_{count}_sessions"] = memory(pid)
    for tab in tabs:
        tab.close()
    return figures


def reruns(url: str, page: str, rounds: int) -> list[float]:
    """Seconds the server takes for a page that nothing has changed on."""
    tab = Tab(url, page)
    for _ in range(2):
        tab.rerun()
    took = [tab.rerun() for _ in range(2 * rounds)]
    tab.close()
    return took


def full(page: Page) -> None:
    """Wait until a page of Streamlit stands complete."""
    page.wait_for_function(visits.FULL, arg="", polling=20)


def weeklens(browser: Browser, folder: Path, data_dir: Path, options) -> dict[str, float]:
    """Every figure of the product itself."""
    figures: dict[str, float] = {}
    starts = []
    for number in range(STARTS):
        began = time.perf_counter()
        server = Server(folder / f"app{number}", data_dir, {"WEEKLENS_TRAIN_SAMPLE": "false"})
        try:
            page, figures["first_visit_bytes"] = first_visit(browser, server.url, full)
            starts.append(time.perf_counter() - began - SETTLED)
            if number == STARTS - 1:
                figures |= idle(page, server, options)
                figures |= with_sessions(server.url, server.process.pid, ("", "market", "stock"))
                if not options.without_training:
                    figures |= beside_training(page, server, options)
            page.context.close()
        finally:
            server.stop()
    return summary("start_to_first_full_page", starts) | figures


def idle(page: Page, server: Server, options: argparse.Namespace) -> dict[str, float]:
    """What a person does while nothing else runs."""
    from core.market.store import BarStore

    symbol = BarStore(server.data_dir).symbols(options.market)["symbol"].iloc[0]
    figures: dict[str, float] = {}
    by_page = visits.page_switches(page, options.rounds)
    figures |= summary("page_switch", [one for took in by_page.values() for one in took])
    for name, took in by_page.items():
        figures |= summary(f"page_switch_{name.lower()}", took)
    goto(page, server.url, "stock", market=options.market)
    for name, took in visits.stock_switches(page, options.rounds).items():
        figures |= summary(f"stock_{name}", took)
    figures |= summary("share_card", visits.share_cards(page, options.rounds))
    goto(page, server.url, "market", market=options.market)
    figures |= summary("market_filter", visits.market_filters(page, options.rounds, symbol))
    for name in visits.PAGES:
        path = "" if name == "Home" else name.lower()
        took = reruns(server.url, path, options.rounds)
        figures |= summary(f"rerun_{name.lower()}", took)
    return figures


def beside_training(page: Page, server: Server, options: argparse.Namespace) -> dict[str, float]:
    """The same switches while a training on all stocks runs."""
    from core.jobs.store import JobStore
    from core.training.recipe import make_recipe

    jobs, figures = JobStore(server.data_dir), {}
    recipe = make_recipe(market=options.market).model_dump(mode="json")
    job, _ = jobs.submit("train", recipe, requested_by="benchmark")
    while jobs.get(job.id).state == "queued":
        time.sleep(0.1)
    time.sleep(15)  # into the fitting, where the machine is busiest
    goto(page, server.url, "stock", market=options.market)
    for name, took in visits.stock_switches(page, options.rounds).items():
        figures |= summary(f"stock_{name}_training", took)
    figures["still_training_at_the_end"] = float(jobs.get(job.id).active)
    if jobs.get(job.id).active:
        jobs.cancel(job.id)
    return figures


def plain(browser: Browser, file: Path, options: argparse.Namespace) -> dict[str, float]:
    """The same of one plain Streamlit page on the same prices."""
    import pandas as pd

    symbols = sorted(pd.read_parquet(file, columns=["symbol"])["symbol"].unique())
    figures, starts = {}, []
    for number in range(STARTS):
        port = str(free_port())
        url = f"http://127.0.0.1:{port}"
        run = ("streamlit", "run", "benchmarks/plain_app.py", "--server.port", port)
        began = time.perf_counter()
        with running(*run, PLAIN_DATA=str(file)) as process:
            page, size = first_visit(browser, url, visits.candles_stand)
            starts.append(time.perf_counter() - began - SETTLED)
            if number == STARTS - 1:
                figures["first_visit_bytes"] = size
                took = visits.plain_switches(page, options.rounds, symbols)
                figures |= summary("symbol_switch", took)
                figures |= summary("rerun", reruns(url, "", options.rounds))
                figures |= with_sessions(url, process.pid, ("",))
            page.context.close()
    figures |= summary("start_to_first_full_page", starts)
    return {f"plain_{name}": value for name, value in figures.items()}


def mlflow(browser: Browser, data_dir: Path, rounds: int) -> dict[str, float]:
    """The list of a model's versions in MLflow's own pages."""
    port = str(free_port())
    url = f"http://127.0.0.1:{port}/{MODEL_PAGE}"

    def stands(page: Page) -> None:
        page.get_by_text("Version 1", exact=True).first.wait_for()

    began = time.perf_counter()
    with running("tools.mlflow_ui", "--port", port, WEEKLENS_DATA_DIR=str(data_dir)) as process:
        page, size = first_visit(browser, url, stands)
        figures = {
            "start_to_versions_page": time.perf_counter() - began - SETTLED,
            "first_visit_bytes": size,
            "memory_mb_1_sessions": memory(process.pid),
        }
        took = []
        for _ in range(rounds):
            page.goto("about:blank")
            began = time.perf_counter()
            page.goto(url)
            stands(page)
            took.append(time.perf_counter() - began)
        page.context.close()
    figures |= summary("versions_page_opened", took)
    return {f"mlflow_{name}": value for name, value in figures.items()}


def measure(options: argparse.Namespace, folder: Path) -> dict[str, float]:
    """All figures."""
    from core.market.sample import SAMPLE_FILE, SAMPLE_MARKET

    if options.data is None:
        options.market = SAMPLE_MARKET
    data_dir = options.folder or folder / "data"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=FLAGS)
        # Only now: what knows the data folder ends with the server, and the browser must not.
        os.environ |= {"WEEKLENS_DATA_DIR": str(data_dir), "MLFLOW_TRACKING_URI": ""}
        if not data_dir.exists():
            prepare(data_dir, options.market, data=options.data, listing=options.listing)
        figures = plain(browser, options.data or SAMPLE_FILE, options)
        figures |= weeklens(browser, folder, data_dir, options)
        figures |= mlflow(browser, data_dir, options.rounds)
        browser.close()
    slowest = max(figures[f"rerun_{name.lower()}_median"] for name in visits.PAGES)
    figures["slowest_page_rerun_per_plain_rerun"] = slowest / figures["plain_rerun_median"]
    start = "start_to_first_full_page_median"
    figures["first_full_page_per_plain"] = figures[start] / figures[f"plain_{start}"]
    return figures


def main() -> None:
    """Measure, print a table and the aims, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="Parquet or CSV of daily bars")
    parser.add_argument("--listing", type=Path, help="names, industries and exchanges")
    parser.add_argument("--market", default="VN", help="default VN")
    parser.add_argument("--folder", type=Path, help="where the prepared data folder is kept")
    parser.add_argument("--rounds", type=int, default=8, help="of each kind (default 8)")
    parser.add_argument("--without-training", action="store_true")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(options, Path(folder))
        report(figures, options.json)
    print()
    for name, aim in AIMS.items():
        met = "met" if figures[name] <= aim else "MISSED"
        print(f"aim: {name} at most {aim:g}: {figures[name]:.3g}, {met}")


if __name__ == "__main__":
    main()
