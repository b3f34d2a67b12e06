"""Drift in healthy and broken years: how often it alarms, and how soon.

    python -m benchmarks.simulated_drift [--years 100] [--market VN] [--json OUT]

On the stored prices of a market. Real years first: trained to the end of a year (nothing
later is seen), the weeks of the year after are compared one by one. Then simulated years:
daily bars resampled in blocks of whole real weeks, all stocks together so that they go on
moving together, and joined to prices; their indicators are computed by the product's own
code. The first weeks are the training period, the last 52 the year. In a broken year it
goes wrong from its week 30 on: every log move twice as large ("doubled"), or one
indicator of twenty shifted by one of its standard deviations ("shifted"), which must be
seen at that indicator.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import pandas as pd

from core.indicators.catalogue import NAMES, WARMUP_WEEKS
from core.indicators.store import IndicatorStore
from core.indicators.table import Indicators
from core.indicators.weekly import WeeklyIndicatorCalculator
from core.market.calendar import week_of
from core.market.store import BarStore
from core.monitoring.measure import DRIFTED, WINDOW, Group, Part, compared
from core.monitoring.reference import make, ready
from core.settings import settings

HORIZON, YEAR, BREAK, IN_TIME = 4, 52, 30, 12
TRAINED = 260
"""Weeks of a simulated training period: five years."""
BLOCK = 13
"""Real weeks in a row that are drawn together."""
SEED = 20260
SHIFTED, BY = "ret_1w", 1.0
FIELDS = ("open", "high", "low", "close", "volume", "value")
Rows = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Week, indicators and symbol of the rows that a model reads."""


def measured(rows: Rows, start: np.datetime64, end: np.datetime64) -> Group:
    """The weeks from a start up to an end held against all weeks before the start."""
    week, values, symbol = rows
    past, live = week < start, (week >= start) & (week < end)
    reference = make(NAMES, week[past], values[past], symbol[past], HORIZON)
    live &= np.isin(symbol, reference.symbols)
    return compared([Part(reference, week[live], values[live])])


def alarms(group: Group) -> np.ndarray:
    """Whether each window would have raised the alarm."""
    return group.since.to_numpy() > 1


def real(store: BarStore, market: str) -> pd.DataFrame:
    """One row a year of the stored prices that has three years before it."""
    symbols = list(store.symbols(market)["symbol"])
    parts = []
    for symbol, frame in IndicatorStore(store).histories(market, symbols):
        own = frame[ready(frame)]
        values = own[list(NAMES)].to_numpy(float)
        parts.append((own["week"].to_numpy("datetime64[ns]"), values, np.full(len(own), symbol)))
    rows = tuple(map(np.concatenate, zip(*parts, strict=True)))
    first, last = (pd.Timestamp(edge).year for edge in (rows[0].min(), rows[0].max()))
    found = []
    for year in range(first + 3, last + 1):
        # Labels of December's weeks are not known yet, so they are not trained on.
        start, end = np.datetime64(f"{year - 1}-12-01"), np.datetime64(f"{year + 1}-01-01")
        group = measured(rows, start, end)
        raised = alarms(group)
        found.append(
            {
                "year": year,
                "trained": len(np.unique(rows[0][rows[0] < start])),
                "windows": len(raised),
                "alarmed": int(raised.sum()),
                "furthest": round(float(group.since.max()), 2),
                "first": str(group.since.index[raised.argmax()].date()) if raised.any() else "",
            }
        )
    return pd.DataFrame(found)


class Blocks:
    """Real weeks of a market, ready to be drawn.

    Parameters
    ----------
    bars : dict of DataFrame
        Of the stocks; only those that trade in every week are drawn from.
    """

    def __init__(self, bars: dict[str, pd.DataFrame]):
        days = pd.DatetimeIndex(sorted(set().union(*(b["date"] for b in bars.values()))))
        since = days[-1] - pd.DateOffset(years=9)
        days = days[days >= since]
        whole = {s: b.set_index("date").reindex(days) for s, b in bars.items()}
        whole = {s: b for s, b in whole.items() if b["close"].notna().mean() > 0.98}
        self.symbols = sorted(whole)
        stacked = np.stack([whole[s][list(FIELDS)].to_numpy(float) for s in self.symbols], axis=1)
        self.close = pd.DataFrame(stacked[:, :, 3]).ffill().to_numpy()
        self.moves = np.diff(np.log(self.close), axis=0, prepend=np.log(self.close[:1]))
        # Open, high and low beside the close of their day; volumes as they are.
        self.shape = stacked[:, :, :3] / stacked[:, :, 3:4]
        self.volume = stacked[:, :, 4:]
        week = week_of(days)
        self.first = np.flatnonzero(np.r_[True, week[1:] != week[:-1]])
        self.length = np.diff(np.r_[self.first, len(days)])

    def drawn(
        self, random: np.random.Generator, trained: int, doubled_from: int | None
    ) -> Indicators:
        """Indicators of one simulated life of all stocks."""
        total = WARMUP_WEEKS + trained + YEAR
        starts = random.integers(1, len(self.first) - BLOCK, total // BLOCK + 1)
        weeks = (starts[:, None] + np.arange(BLOCK)).ravel()[:total]
        at = np.concatenate([np.arange(n) + self.first[w] for w, n in self._spans(weeks)])
        place = np.repeat(np.arange(total), self.length[weeks])
        day = np.concatenate([np.arange(n) for __, n in self._spans(weeks)])
        moves = np.nan_to_num(self.moves[at])
        shape = np.log(self.shape[at])
        if doubled_from is not None:
            wild = (place >= WARMUP_WEEKS + trained + doubled_from)[:, None]
            moves, shape = moves * (1 + wild), shape * (1 + wild[..., None])
        close = 20 * np.exp(np.cumsum(moves, axis=0))
        monday = np.datetime64("2005-01-03", "ns")
        dates = monday + (7 * place + day) * np.timedelta64(86_400_000_000_000, "ns")
        fridays = monday + (7 * np.arange(total) + 4) * np.timedelta64(86_400_000_000_000, "ns")
        prices, volume = close[:, :, None] * np.exp(shape), self.volume[at]
        stocks = {}
        for number, symbol in enumerate(self.symbols):
            there = ~np.isnan(prices[:, number]).any(axis=1)
            stocks[symbol] = pd.DataFrame(
                {
                    "date": dates[there],
                    **{n: prices[there, number, i] for i, n in enumerate(FIELDS[:3])},
                    "close": close[there, number],
                    "volume": volume[there, number, 0],
                    "value": volume[there, number, 1],
                    "raw_close": np.nan,
                }
            )
        made = WeeklyIndicatorCalculator().compute_all(stocks, pd.DatetimeIndex(fridays))
        return made

    def _spans(self, weeks: np.ndarray) -> list[tuple[int, int]]:
        return [(week, self.length[week]) for week in weeks]


def rows_of(made: Indicators) -> Rows:
    """The rows that a model reads."""
    frame = pd.DataFrame({n: made.column(n) for n in (*NAMES, "close", "n_weeks")})
    kept = ready(frame)
    symbol = np.repeat(made.symbols, np.diff(made.first))
    return made.week[kept], frame.loc[kept, list(NAMES)].to_numpy(), symbol[kept]


def simulated(blocks: Blocks, years: int, trained: int) -> dict[str, float]:
    """Years that alarm, by kind, and how soon."""
    healthy, doubled, seen, delays, false = 0, [], [], [], []
    for number in range(years):
        for kind in ("healthy", "doubled"):
            random = np.random.default_rng([SEED, number])  # the same draw for both
            rows = rows_of(blocks.drawn(random, trained, BREAK if kind == "doubled" else None))
            weeks = np.unique(rows[0])
            start, end = weeks[-YEAR], weeks[-1] + np.timedelta64(1, "D")
            group = measured(rows, start, end)
            raised = alarms(group)
            if kind == "healthy":
                healthy += bool(raised.any())
                false.append(raised.mean())
                seen.append(_shift_seen(rows, start, weeks[-YEAR + BREAK]))
                continue
            # The window that ends in the week of the break is the first that has seen it.
            after = raised[BREAK - WINDOW + 1 :]
            delays.append(int(after.argmax()) + 1 if after.any() else np.inf)
            doubled.append(delays[-1] <= IN_TIME)
    caught = [delay for delay in delays if np.isfinite(delay)]
    return {
        "healthy years that alarm": healthy / years,
        "healthy weeks that alarm": float(np.mean(false)),
        f"doubled, alarmed within {IN_TIME} weeks": float(np.mean(doubled)),
        "doubled, median weeks to the alarm": float(np.median(caught)) if caught else np.nan,
        f"shifted, seen at {SHIFTED} after {WINDOW} weeks": float(np.mean(seen)),
    }


def _shift_seen(rows: Rows, start: np.datetime64, at: np.datetime64) -> bool:
    """Whether a shift of one indicator from a week on shows four weeks later."""
    week, values, symbol = rows
    column = NAMES.index(SHIFTED)
    changed = values.copy()
    changed[week >= at, column] += BY * np.nanstd(values[week < start, column])
    group = measured((week, changed, symbol), start, at + np.timedelta64(7 * WINDOW, "D"))
    return next(m for m in group.measures if m.name == SHIFTED).state == DRIFTED


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=100)
    parser.add_argument("--market", default="VN")
    parser.add_argument("--trained", type=int, default=TRAINED, help="weeks of training")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    store = BarStore(settings().data_dir)
    of_years = real(store, options.market)
    print(of_years.to_string(index=False))
    blocks = Blocks(store.panel(options.market))
    print(
        f"{len(blocks.symbols)} stocks, {len(blocks.first)} real weeks, blocks of {BLOCK}, "
        f"{options.years} years of each kind, seeds [{SEED}, 0] to [{SEED}, {options.years - 1}]"
    )
    began = time.process_time()
    found = simulated(blocks, options.years, options.trained)
    for name, value in found.items():
        print(f"{name}: {value:.3f}")
    print(f"{time.process_time() - began:.0f} CPU s")
    if options.json:
        told = {"seed": SEED, "real": of_years.to_dict("records"), "simulated": found}
        options.json.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
