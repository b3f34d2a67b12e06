"""Healthy and broken years fed week by week through scoring and the sequential test.

    python -m benchmarks.simulated_years --price 3 --pattern 3 [--years 100] [--chain 1]
        [--json OUT]

The versions are those of the data folder that the settings name; their out-of-sample rows
are the weeks. A year is 52 of these, drawn in blocks of 13 whole real weeks in a row
(forecasts, intervals, calls and outcomes of all stocks together). Each simulated week
becomes stored forecasts and bars (`benchmarks.staged`), scored by ``core.resolved`` and
``core.monitoring`` as live ones are. Broken from week 30 on: every forecast turned round
("flipped"), or twice the return comes ("doubled").

Three ways to judge: by all weeks (what production does: the years are drawn from the weeks
that set expectation and thresholds), and by one half of the weeks for years drawn from the
other half, which set nothing.

``--chain`` years of each kind also go through a store and a database of their own, one week
after the other, and must alarm in the same week. Nothing is forecast anew: the file that serves has
learned from these very weeks, so that its forecasts of them would be better than any live ones.
The rows hold what models that had not learned from them said.
"""

import argparse
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import staged
from benchmarks.report import report
from core import forecasts, registry
from core.market.store import BarStore
from core.monitoring.expectation import joined
from core.monitoring.expectation import score as score_history
from core.monitoring.scores import TESTED, weekly
from core.monitoring.scoring import score, scored
from core.monitoring.sequential import YEAR, Cusum, calibrate
from core.monitoring.standing import LEAST_LIVE, WORSE, stand
from core.resolved import resolve
from core.training import out_of_sample
from models.blocks import block_order

BLOCK, BREAK, IN_TIME = 13, 30, 12
KINDS = ("healthy", "flipped", "doubled")
SEED = 2026


@dataclass(frozen=True)
class Life:
    """What the simulated forecasts are of.

    Attributes
    ----------
    market : str
    pair : (int, int)
    band : float
    """

    market: str
    pair: tuple[int, int]
    band: float


def rows_of(price: int, pattern: int) -> tuple[pd.DataFrame, Life]:
    """The out-of-sample rows of a pair of versions, and what they are of."""
    versions = [registry.get(registry.PRICE, price), registry.get(registry.PATTERN, pattern)]
    first = out_of_sample.read(versions[0])
    same = versions[0].run_id == versions[1].run_id
    rows = joined(first, first if same else out_of_sample.read(versions[1]))
    band = float(versions[0].tags["band"])
    return rows, Life(versions[0].market, (price, pattern), band)


def draw_years(rows: pd.DataFrame, years: int, seed: int) -> list[list[pd.DataFrame]]:
    """Years of the rows of whole weeks."""
    weeks = [week for __, week in rows.groupby("week")]
    order = block_order(len(weeks), BLOCK, YEAR, years, seed)
    return [[weeks[place] for place in chosen] for chosen in order]


def broken(year: list[pd.DataFrame], kind: str, band: float) -> list[pd.DataFrame]:
    """The year as it is, or broken from week ``BREAK`` on."""
    change = {
        "healthy": lambda rows: rows,
        "flipped": staged.flipped,
        "doubled": partial(staged.doubled, band=band),
    }[kind]
    return [*year[:BREAK], *map(change, year[BREAK:])]


def calibrated(history: pd.DataFrame) -> dict[str, Cusum]:
    """The calibrated test of each score that has one."""
    past = weekly(score_history(history))
    found = {one.name: calibrate(one, past[one.tested].to_numpy(float)) for one in TESTED}
    return {name: test for name, test in found.items() if test is not None}


def first_alarms(year: list[pd.DataFrame], life: Life, tests: dict[str, Cusum]) -> dict[str, int]:
    """The simulated week of each score's first alarm, of those that raise one."""
    made = staged.records(year, market=life.market, pair=life.pair, band=life.band)
    through = staged.dates(len(year))[1][-1]
    live = weekly(score(resolve(made, staged.bars(year), through)))
    found = {}
    figure = {one.name: one.tested for one in TESTED}
    for name, test in tests.items():
        above = np.flatnonzero(test.levels(live[figure[name]].to_numpy(float)) > test.threshold)
        above = above[above >= LEAST_LIVE - 1]
        if len(above):
            found[name] = int(above[0])
    return found


def through_the_store(
    year: list[pd.DataFrame], life: Life, history: pd.DataFrame, folder: Path
) -> dict[str, int]:
    """The same with every week stored, one after the other, and judged before the next."""
    made = staged.records(year, market=life.market, pair=life.pair, band=life.band)
    as_of, target = staged.dates(len(year))
    whole, store, found = staged.bars(year), BarStore(folder), {}
    for place, (made_on, due_on) in enumerate(zip(as_of, target, strict=True)):
        forecasts.save(folder, staged.stored(made[made["as_of"] == made_on]))
        known = {symbol: frame[frame["date"] <= due_on] for symbol, frame in whole.items()}
        changed = {s: f for s, f in known.items() if len(f) and f["date"].iloc[-1] == due_on}
        store.write(life.market, changed, source="simulated")
        rows = scored(folder, life.market)[life.pair]
        for line in stand(life.market, life.pair, rows, history).lines:
            if line.state == WORSE:
                found.setdefault(line.score.name, place)
    return found


def measure(
    rows: pd.DataFrame, life: Life, *, years: int, chain: int = 0, seed: int = SEED
) -> dict[str, float]:
    """Simulate; counts of years, and delays in weeks from the first matured broken label."""
    weeks = np.sort(rows["week"].unique())
    middle = weeks[len(weeks) // 2]
    early, late = rows[rows["week"] < middle], rows[rows["week"] >= middle]
    figures: dict[str, float] = {"weeks": len(weeks), "rows": len(rows), "seed": seed}
    ways = (
        ("all", rows, rows),
        ("later_by_earlier", late, early),
        ("earlier_by_later", early, late),
    )
    for way, drawn_from, history in ways:
        tests = calibrated(history)
        figures[f"{way}/scores_tested"] = len(tests)
        if not tests:
            continue
        drawn = draw_years(drawn_from, years, seed)
        for kind in KINDS:
            found = [first_alarms(broken(y, kind, life.band), life, tests) for y in drawn]
            figures |= {f"{way}/{kind}/{name}": n for name, n in _told(found, kind).items()}
    for place, year in enumerate(draw_years(rows, chain, seed) if chain else []):
        tests = calibrated(rows)
        for kind in KINDS:
            staged_year = broken(year, kind, life.band)
            with tempfile.TemporaryDirectory() as folder:
                stored = through_the_store(staged_year, life, rows, Path(folder))
            same = stored == first_alarms(staged_year, life, tests)
            figures[f"chain/{kind}/{place}/same"] = float(same)
    return figures


def _told(found: list[dict[str, int]], kind: str) -> dict[str, float]:
    """Years with an alarm; of a broken kind those before, in time and later, and the delay."""
    first = [min(alarms.values()) if alarms else None for alarms in found]
    if kind == "healthy":
        told = {"years_alarmed": float(sum(week is not None for week in first))}
        for score_ in TESTED:
            told[f"by_{score_.name}"] = float(sum(score_.name in alarms for alarms in found))
        return told
    before = [week is not None and week < BREAK for week in first]
    delays = [week - BREAK for week in first if week is not None and week >= BREAK]
    told = {
        "alarmed_before": float(sum(before)),
        "alarmed_in_time": float(sum(delay <= IN_TIME for delay in delays)),
        "alarmed_later": float(sum(delay > IN_TIME for delay in delays)),
        "median_delay": float(np.median(delays)) if delays else np.nan,
    }
    for score_ in TESTED:
        at = [alarms.get(score_.name, -1) for alarms in found]
        told[f"in_time_by_{score_.name}"] = float(sum(BREAK <= w <= BREAK + IN_TIME for w in at))
    return told


def main() -> None:
    """Simulate, print a table, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--price", type=int, required=True, help="version of the price model")
    parser.add_argument("--pattern", type=int, required=True, help="version of the pattern model")
    parser.add_argument("--years", type=int, default=100)
    parser.add_argument("--chain", type=int, default=1, help="years of each kind through a store")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    rows, life = rows_of(options.price, options.pattern)
    figures = measure(rows, life, years=options.years, chain=options.chain, seed=options.seed)
    report(figures, options.json)


if __name__ == "__main__":
    main()
