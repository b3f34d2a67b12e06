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
from benchmarks.speed.race import Row, Spent, once, race, spent, usual
from core.indicators.store import LATE_WEEKS, RECENT_WEEKS, IndicatorStore
from core.market.schema import find_market
from core.market.store import BarStore

SIZES = (150, 400, 800, 1600)
MOST_MEMORY = 2048
MARKET = "VN"
PAGES = 20
"""Stocks whose pages are read after an update."""
ROUNDS = 3


def write(store: BarStore, bars: dict[str, Arrays]) -> None:
    """Store bars, a few hundred stocks at a time."""
    names = list(bars)
    for start in range(0, len(names), 200):
        frames = {symbol: pd.DataFrame(bars[symbol]) for symbol in names[start : start + 200]}
        store.write(MARKET, frames, source="benchmark")


def child(data_dir: Path, work: str) -> None:
    """Do one work on a data folder; print seconds and the most memory of this process."""
    indicators = IndicatorStore(BarStore(data_dir))
    works = {
        "update": lambda: indicators.update(MARKET),
        "recent": lambda: indicators.recent(MARKET),
        "lately": lambda: indicators.lately(MARKET),
    }
    seconds = once(works[work])
    print(json.dumps({"seconds": seconds, "megabytes": most_memory()}))


def most_memory() -> float:
    """Megabytes that this process has ever had at once."""
    status = Path("/proc/self/status")
    if status.exists():  # the other figure has the parent's memory at the fork in it
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_child(data_dir: Path, work: str) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.speed", "--child", str(data_dir), work]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(said.splitlines()[-1])


def from_nothing(data_dir: Path) -> dict[str, float]:
    shutil.rmtree(data_dir / "indicators", ignore_errors=True)
    return in_child(data_dir, "update")


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
            runs = [from_nothing(store.data_dir) for _ in range(3)]
            told[size] = {
                name: float(np.median([run[name] for run in runs])) for run in runs for name in run
            }
        return [
            *_growth(told),
            *_against_reading(store, bars),
            *_new(store, bars),
            *_memory(store),
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
    """A new week of all stocks, and one corrected stock, beside a full update, in turn.

    Counted from the bars in the store until both reads give what is new: the last weeks of
    all stocks, and the whole history of any.
    """
    kept, before = store.data_dir / "indicators", store.data_dir / "before"
    names = list(bars)
    week = np.timedelta64(7, "D")
    cut = {
        symbol: {
            column: values[columns["date"] <= columns["date"][-1] - week]
            for column, values in columns.items()
        }
        for symbol, columns in bars.items()
    }
    corrected = {**cut[names[0]], "volume": cut[names[0]]["volume"] + 1.0}

    def update() -> None:
        IndicatorStore(store).update(MARKET)

    def read_all() -> None:
        indicators = IndicatorStore(store)
        indicators.recent(MARKET)
        for name in names[:: max(1, len(names) // PAGES)]:
            indicators.weekly(MARKET, name)

    def back(to: Path | None) -> None:
        shutil.rmtree(kept, ignore_errors=True)
        if to is not None:
            shutil.copytree(to, kept)

    def found() -> list[pd.DataFrame]:
        indicators = IndicatorStore(store)
        some = names[:: max(1, len(names) // PAGES)]
        return [indicators.recent(MARKET), *(indicators.weekly(MARKET, name) for name in some)]

    def race_of(name: str, changed: dict[str, Arrays], least: float) -> list[Row]:
        write(store, changed)
        runs: dict[str, list[Spent]] = {}
        for _ in range(ROUNDS):
            back(None)
            runs.setdefault("full", []).append(spent(update))
            runs.setdefault("full read", []).append(spent(read_all))
            full = found()
            back(before)
            runs.setdefault("new", []).append(spent(update))
            runs.setdefault("new read", []).append(spent(read_all))
            same = all(a.equals(b) for a, b in zip(full, found(), strict=True))
        took = {key: usual(value) for key, value in runs.items()}
        note = f"the same bits: {same}"
        reads = f"then the last weeks and {PAGES} stocks read whole"
        return [
            Row(
                *(f"{name}, CPU s", took["new"].cpu),
                *("a full update", took["full"].cpu, least, note),
            ),
            Row(
                *(f"{name}, s", took["new"].seconds),
                *("a full update", took["full"].seconds, least),
            ),
            Row(
                *(f"{name}, {reads}, CPU s", took["new"].cpu + took["new read"].cpu),
                *("a full update, then the same", took["full"].cpu + took["full read"].cpu),
            ),
        ]

    write(store, cut)
    back(None)
    update()
    shutil.copytree(kept, before)
    of = f"of {len(bars)}"
    rows = race_of(f"one corrected stock {of}", {names[0]: corrected}, 20)
    rows += race_of(f"one new week of all stocks {of}", bars, 20)
    shutil.rmtree(before)
    return rows


def _memory(store: BarStore) -> list[Row]:
    """The most memory of processes that read, each on its own."""
    works = {"recent": f"the last {RECENT_WEEKS} weeks", "lately": f"the last {LATE_WEEKS} weeks"}
    return [
        Row(
            f"most memory of reading {said}, MB",
            in_child(store.data_dir, work)["megabytes"],
            *("2 GB", MOST_MEMORY, 1),
        )
        for work, said in works.items()
    ]


def _reading(store: BarStore) -> list[Row]:
    from_nothing(store.data_dir)
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
