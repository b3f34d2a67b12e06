"""Speed of prices in, out and refreshed, beside the plain pandas way of doing it.

    python -m benchmarks.prices [--data FILE] [--listing FILE.csv] [--json OUT]

FILE is a Parquet of daily bars with the columns symbol, date, open, high, low, close,
volume; the sample by default. Rivals keep one Parquet of everything: they read it whole and
filter, and to take new rows in they join, drop duplicates and write it whole. Seconds, the
median of the rounds; ``_ratio`` is ours over the rival's. A refresh without news asks the
source "file" for every symbol; nothing limits its pace, while a live source of 18 requests
a minute needs that many minutes less whatever our own work takes.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from benchmarks.report import report
from core.jobs.kinds import KINDS
from core.jobs.progress import Progress
from core.market.follows import follow
from core.market.importer import import_files
from core.market.refresh.work import work
from core.market.sample import SAMPLE_FILE
from core.market.store import BarStore
from core.settings import settings

ROUNDS = {"import": 3, "symbol": 21, "panel": 7, "refresh": 3}
COLUMNS = ["symbol", "date", "open", "high", "low", "close", "volume"]


def timed(rounds: int, *works: Callable[[], object]) -> list[float]:
    """Median seconds of each work, done in turn so that the machine's moods meet them alike."""
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for place, one in enumerate(works):
            started = time.perf_counter()
            one()
            seconds[place].append(time.perf_counter() - started)
    return [statistics.median(each) for each in seconds]


def plain_import(files: list[Path], out: Path) -> None:
    """Join, drop duplicates, sort, write: one file of everything."""
    frames = [pd.read_parquet(path) for path in files if path.exists()]
    table = pd.concat(frames)
    table["date"] = pd.to_datetime(table["date"])
    table = table.drop_duplicates(["symbol", "date"], keep="last")
    table.sort_values(["symbol", "date"]).to_parquet(out)


def plain_refresh(kept: Path, source: Path) -> int:
    """Join what is kept with what the source has, and count what differs."""
    old, new = pd.read_parquet(kept), pd.read_parquet(source)
    new["date"] = pd.to_datetime(new["date"])
    both = old.merge(new, on=["symbol", "date"], how="right", suffixes=("", "_new"))
    return int((both["close"] != both["close_new"]).sum())


def main() -> None:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, help="Parquet of daily bars; default: the sample")
    parser.add_argument("--listing", type=Path, help="CSV of names, for the checks by exchange")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    market = "VN" if arguments.data else "US"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        os.environ["WEEKLENS_DATA_DIR"] = str(place / "data")
        os.environ["WEEKLENS_FILES_DIR"] = str(place / "inbox")
        settings.cache_clear()
        source = place / "inbox" / market / "prices.parquet"
        source.parent.mkdir(parents=True)
        whole = pq.read_table(arguments.data or SAMPLE_FILE, columns=COLUMNS).to_pandas()
        whole["symbol"] = whole["symbol"].astype("str")
        whole.to_parquet(source)
        report(measure(place, source, market, arguments.listing), arguments.json)


def measure(place: Path, source: Path, market: str, listing: Path | None) -> dict[str, float]:
    """All figures."""
    kept = place / "plain.parquet"
    numbers = iter(range(1000))

    def fresh_import() -> None:
        store = BarStore(place / f"import-{next(numbers)}")
        import_files([source], market=market, store=store, listing=listing)

    ours, plain = timed(ROUNDS["import"], fresh_import, lambda: plain_import([source], kept))
    store = BarStore(settings().data_dir)
    import_files([source], market=market, store=store, listing=listing)
    names = list(store.symbols(market)["symbol"])
    figures = {
        "symbols": float(len(names)),
        "rows": float(store.symbols(market)["rows"].sum()),
        "import": ours,
        "import_plain": plain,
        "import_ratio": ours / plain,
    }

    def one_of_all() -> pd.DataFrame:
        table = pd.read_parquet(kept)
        return table[table["symbol"] == names[len(names) // 2]]

    ours, plain = timed(
        ROUNDS["symbol"], lambda: store.bars(market, names[len(names) // 2]), one_of_all
    )
    figures |= {"symbol": ours, "symbol_plain": plain, "symbol_ratio": ours / plain}
    ours, plain = timed(
        ROUNDS["panel"],
        lambda: store.panel(market),
        lambda: dict(list(pd.read_parquet(kept).groupby("symbol"))),
    )
    figures |= {"panel": ours, "panel_plain": plain, "panel_ratio": ours / plain}
    follow(settings().data_dir, market, names, "file")
    jobs = place / "job"
    jobs.mkdir()

    def refresh(**params) -> dict:
        return work({"market": market, **params}, jobs, Progress(jobs, KINDS["refresh"].stages))

    first = refresh()  # takes the source over from the import
    assert first["counts"]["refused"] == first["counts"]["failed"] == 0
    ours, plain, none_due = timed(
        ROUNDS["refresh"],
        lambda: refresh(force=True),
        lambda: plain_refresh(kept, source),
        lambda: refresh(),
    )
    figures |= {"refresh_no_news": ours, "refresh_no_news_plain": plain}
    figures |= {"refresh_no_news_ratio": ours / plain, "refresh_nothing_due": none_due}
    return figures


if __name__ == "__main__":
    main()
