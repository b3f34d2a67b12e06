"""Seconds of a backtest of 150 stocks over five years, weekly, beside backtrader in one run.

    python -m benchmarks.backtest [--stocks 150] [--years 5] [--json OUT]

Made-up prices and forecasts; the forecasts are there before the clock starts. Ours is
timed twice: the engine alone on the rule-free case that backtrader is given too, where
both must end with the same worth, and a whole backtest (Vietnam's rules, the same
without costs, buy and hold, measures, bootstrap) from the stored prices.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.report import report
from benchmarks.rivals.in_backtrader import follow
from core.backtest import engine
from core.backtest.market import PRESETS
from core.backtest.portfolio import Choice, targets
from core.backtest.prices import load
from core.backtest.run import backtest
from core.backtest.signals import COLUMNS, UP, Signals
from core.market.store import BarStore

SESSIONS_A_YEAR, WARM_UP = 250, 80
CAPITAL, INVESTED = 1e7, 0.9
"""Not all is invested beside backtrader, which refuses what a dear open makes too much."""


def made_bars(stocks: int, sessions: int, seed: int = 7) -> dict[str, pd.DataFrame]:
    """Random walks that trade every day."""
    random = np.random.default_rng(seed)
    days = pd.bdate_range("2015-01-05", periods=sessions).as_unit("ns")
    close = 20 * np.exp(np.cumsum(random.normal(0.0002, 0.018, (sessions, stocks)), axis=0))
    opens = close * np.exp(random.normal(0, 0.003, close.shape))
    return {
        f"S{i:03d}": pd.DataFrame(
            {
                "date": days,
                "open": opens[:, i],
                "high": np.maximum(opens[:, i], close[:, i]),
                "low": np.minimum(opens[:, i], close[:, i]),
                "close": close[:, i],
                "volume": 1e6,
                "value": np.nan,
                "raw_close": np.nan,
            }
        )
        for i in range(stocks)
    }


def made_signals(bars: dict[str, pd.DataFrame], seed: int = 8) -> Signals:
    """A forecast of every stock and week after the warm-up."""
    random = np.random.default_rng(seed)
    days = next(iter(bars.values()))["date"]
    fridays = days[(days.dt.day_of_week == 4) & (np.arange(len(days)) >= WARM_UP)].to_numpy()
    n = len(fridays) * len(bars)
    rows = pd.DataFrame(
        {
            "symbol": np.tile(sorted(bars), len(fridays)),
            "week": np.repeat(fridays, len(bars)),
            "forecast": random.normal(0, 0.02, n),
            "p_up": random.uniform(0.3, 0.6, n),
            "call": UP,
            "origin": "made up",
        }
    )
    return Signals(rows[list(COLUMNS)], "made up")


def measure(options: argparse.Namespace, data_dir: Path) -> dict[str, float]:
    """Time each; seconds of the clock and of the processor."""
    bars = made_bars(options.stocks, options.years * SESSIONS_A_YEAR + WARM_UP)
    store = BarStore(data_dir)
    store.write("VN", bars, source="made up")
    signals, choice = made_signals(bars), Choice(top=10, every=1)
    figures: dict[str, float] = {}
    with _timed(figures, "whole"):
        result, __ = backtest(
            data_dir, "VN", signals, choice, PRESETS["vn"], capital=CAPITAL, liquidity=0.1
        )
    figures["whole_trades"] = result["trades"]
    prices = load(store, "VN")
    wanted = {t: INVESTED * w for t, w in targets(signals.rows, prices, choice).items()}
    with _timed(figures, "engine"):
        ours = engine.run(prices, wanted, PRESETS["none"], capital=CAPITAL)
    with _timed(figures, "backtrader"):
        theirs, worth = follow(prices, wanted, fee=0.0, capital=CAPITAL)
    figures["trades"], figures["backtrader_trades"] = len(ours.trades), len(theirs)
    figures["worth_apart"] = float(np.abs(ours.equity / worth - 1).max())
    figures["times_faster"] = figures["backtrader_cpu"] / figures["engine_cpu"]
    return figures


class _timed:
    def __init__(self, figures: dict[str, float], name: str):
        self._figures, self._name = figures, name

    def __enter__(self):
        self._began = time.perf_counter(), time.process_time()

    def __exit__(self, *_):
        ended = time.perf_counter(), time.process_time()
        for kind, begin, end in zip(("seconds", "cpu"), self._began, ended, strict=True):
            self._figures[f"{self._name}_{kind}"] = end - begin


def main() -> None:
    """Measure in a folder of its own, print a table, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stocks", type=int, default=150)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report(measure(options, Path(folder)), options.json)


if __name__ == "__main__":
    main()
