"""The store of indicators: from files to files, and reading them."""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from benchmarks.speed.engine import compute_all, weeks_of
from benchmarks.speed.prices import Arrays
from benchmarks.speed.race import Row, once, race
from core.indicators.store import RECENT_WEEKS, IndicatorStore
from core.market.schema import find_market
from core.market.store import BarStore

SIZES = (150, 400, 800, 1600)
MOST_MEMORY = 2048
MARKET = "VN"


def write(store: BarStore, bars: dict[str, Arrays]) -> None:
    """Store bars, a few hundred stocks at a time."""
    names = list(bars)
    for start in range(0, len(names), 200):
        frames = {symbol: pd.DataFrame(bars[symbol]) for symbol in names[start : start + 200]}
        store.write(MARKET, frames, source="benchmark")


def child(data_dir: Path) -> None:
    """Update the indicators of a data folder from nothing; print seconds and the most memory."""
    import resource

    seconds = once(lambda: IndicatorStore(BarStore(data_dir)).update(MARKET))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": most}))


def in_child(data_dir: Path) -> dict[str, float]:
    """The same in a process of its own."""
    shutil.rmtree(data_dir / "indicators", ignore_errors=True)
    command = [sys.executable, "-m", "benchmarks.speed", "--child", str(data_dir)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(said.splitlines()[-1])


def measure(bars: dict[str, Arrays]) -> list[Row]:
    """Growth with the stocks, one new week, reading."""
    sizes = [size for size in SIZES if size <= len(bars)] or [len(bars)]
    with tempfile.TemporaryDirectory() as folder:
        store = BarStore(Path(folder))
        # The market's own index says which days are sessions, as it does where prices come live.
        index = {find_market(MARKET).index: pd.DataFrame(next(iter(bars.values())))}
        store.write(MARKET, index, source="benchmark", kind="index")
        told = {}
        for before, size in zip([0, *sizes], sizes, strict=False):
            write(store, dict(list(bars.items())[before:size]))
            runs = [in_child(store.data_dir) for _ in range(3)]
            told[size] = {
                name: float(np.median([run[name] for run in runs])) for run in runs for name in run
            }
        return [
            *_growth(told),
            *_against_reading(store, bars),
            *_new(store, bars),
            *_reading(store),
        ]


def _growth(told: dict[int, dict[str, float]]) -> list[Row]:
    (least, first), *_, (most, last) = [*told.items(), *list(told.items())[-1:]]
    steps = ", ".join(
        f"{size}: {run['seconds']:.2f} s {run['megabytes']:.0f} MB" for size, run in told.items()
    )
    return [
        Row(
            *("growth of the time of a full update", last["seconds"] / first["seconds"]),
            *("growth of the stocks", most / least, 1, steps),
        ),
        Row(
            *("growth of the memory", last["megabytes"] / first["megabytes"]),
            *("growth of the stocks", most / least, 1),
        ),
        Row(
            *(f"most memory of a full update of {most} stocks, MB", last["megabytes"]),
            *("2 GB", MOST_MEMORY, 1),
        ),
    ]


def _against_reading(store: BarStore, bars: dict[str, Arrays]) -> list[Row]:
    weeks, names = weeks_of(bars), list(bars)
    seconds = race(
        {
            "ours": lambda: compute_all(bars, weeks),
            "reading": lambda: store.arrays(MARKET, names),
        },
        rounds=3,
    )
    return [
        Row(
            *(f"computing the indicators of {len(bars)} stocks, s", seconds["ours"]),
            *("reading their bars", seconds["reading"], 0.5, "at most twice"),
        )
    ]


def _new(store: BarStore, bars: dict[str, Arrays]) -> list[Row]:
    """A full update, one corrected stock, and a new week of all stocks."""
    kept = store.data_dir / "indicators"

    def full() -> None:
        shutil.rmtree(kept, ignore_errors=True)
        IndicatorStore(store).update(MARKET)

    seconds_full = float(np.median([once(full) for _ in range(3)]))
    name, columns = next(iter(bars.items()))
    corrected = {**columns, "volume": columns["volume"] + 1.0}
    write(store, {name: corrected})
    seconds_one = once(lambda: IndicatorStore(store).update(MARKET))
    found = IndicatorStore(store).recent(MARKET)
    full()
    same = found.equals(IndicatorStore(store).recent(MARKET))
    week = np.timedelta64(7, "D")
    cut = {
        symbol: {
            column: values[columns["date"] <= columns["date"][-1] - week]
            for column, values in columns.items()
        }
        for symbol, columns in bars.items()
    }
    write(store, cut)
    IndicatorStore(store).update(MARKET)
    write(store, bars)
    seconds_week = once(lambda: IndicatorStore(store).update(MARKET))
    found = IndicatorStore(store).recent(MARKET)
    full()
    same_week = found.equals(IndicatorStore(store).recent(MARKET))
    return [
        Row(
            *(f"one corrected stock of {len(bars)}, store to store, s", seconds_one),
            *("a full update", seconds_full, 20, f"the same bits: {same}"),
        ),
        Row(
            *(f"one new week of all {len(bars)}, store to store, s", seconds_week),
            *("a full update", seconds_full, 20, f"the same bits: {same_week}"),
        ),
    ]


def _reading(store: BarStore) -> list[Row]:
    IndicatorStore(store).update(MARKET)
    folder = store.data_dir / "indicators" / MARKET
    late = next(folder.glob("recent.*.parquet"))
    since = IndicatorStore(store).recent(MARKET)["week"].min()
    symbols = list(store.symbols(MARKET)["symbol"])
    symbol = symbols[len(symbols) // 2]
    big = store.data_dir / "big.parquet"
    duckdb.sql(
        f"COPY (SELECT regexp_extract(filename, '([^/]+)[.][0-9a-f]+[.]parquet$', 1) AS symbol, * "
        f"EXCLUDE (filename) FROM read_parquet('{folder}/S*.parquet', filename=true) "
        f"ORDER BY symbol, week) TO '{big}' (FORMAT parquet)"
    )
    query = f"SELECT * FROM '{late}' WHERE week >= TIMESTAMP '{since}' ORDER BY symbol, week"
    scanned = pl.scan_parquet(late).filter(pl.col("week") >= since).sort("symbol", "week")
    ours = IndicatorStore(store)
    seconds = race(
        {
            "one": lambda: ours.weekly(MARKET, symbol),
            "big": lambda: pd.read_parquet(big, filters=[("symbol", "=", symbol)]),
            "recent": lambda: ours.recent(MARKET),
            "duckdb": lambda: duckdb.sql(query).df(),
            "polars": lambda: scanned.collect(),
        }
    )
    mine = ours.recent(MARKET)
    same = all(
        len(rows) == len(mine) and np.array_equal(rows["RSI_14w"], mine["RSI_14w"], equal_nan=True)
        for rows in (duckdb.sql(query).df(), scanned.collect().to_pandas())
    )
    name = f"all stocks' last {RECENT_WEEKS} weeks, s"
    return [
        Row(
            *("reading one stock whole, s", seconds["one"]),
            *("pandas on one big file", seconds["big"], 1),
        ),
        Row(
            name,
            seconds["recent"],
            "DuckDB on our file",
            seconds["duckdb"],
            1 / 1.5,
            f"same: {same}",
        ),
        Row(name, seconds["recent"], "polars on our file", seconds["polars"]),
    ]
