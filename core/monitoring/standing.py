"""How a pair of versions stands: its live weeks beside what they should have been.

Home asks on every visit, so an answer is kept until prices, forecasts that came due, or
the versions change.
"""

import math
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import forecasts
from core.errors import UserError
from core.market.store import BarStore
from core.monitoring.expectation import LEAST_WEEKS, Band, band, joined
from core.monitoring.expectation import score as score_history
from core.monitoring.scores import ROWS, SCORES, Score, weekly
from core.monitoring.scoring import Pair, due, scored
from core.monitoring.sequential import Cusum, Verdict, calibrate, judge
from core.settings import settings

ROLLING = 8
"""Weeks of a rolling mean, and the least that a verdict of "as expected" needs: two labels' length
that share no week."""
LEAST_LIVE = 4
"""Weeks before which nothing is judged: their outcomes share a week, so all are one bad month."""
WORSE, EXPECTED, FEW, CONSTANT, UNKNOWN, SHOWN = (
    *("worse", "as expected", "too few weeks", "never varies"),
    *("no expectation", "shown only"),
)
KEPT = 8
RETRY_SECONDS = 300
"""How long an answer without an expectation is kept: a model store that does not answer makes
each asking slow, and may answer again."""
NONE = pd.DataFrame(columns=list(ROWS))
_lock = threading.Lock()
_kept: dict[tuple, tuple["Standing", float]] = {}


@dataclass(frozen=True)
class Line:
    """One score of a pair.

    Attributes
    ----------
    score : Score
    weeks : DatetimeIndex
        As-of weeks of the live forecasts that came due.
    values, rolling, levels : ndarray
        Of each week: its figure, the mean of ``ROLLING`` weeks to it (NaN where fewer than
        that are known), and the sum of the sequential test.
    usual : ndarray or None
        Rolling figure of no skill, where it is one of each week.
    band : Band or None
        Of a rolling mean, by the out-of-sample weeks.
    test : Cusum or None
    verdict : Verdict or None
    past : int
        Out-of-sample weeks that have a figure.
    state : str
        ``WORSE``, ``EXPECTED``, ``FEW``, ``CONSTANT``, ``UNKNOWN`` or ``SHOWN``.
    """

    score: Score
    weeks: pd.DatetimeIndex
    values: np.ndarray
    rolling: np.ndarray
    levels: np.ndarray
    usual: np.ndarray | None
    band: Band | None
    test: Cusum | None
    verdict: Verdict | None
    past: int
    state: str

    @property
    def known(self) -> int:
        """How many weeks have a figure."""
        return int(np.isfinite(self.values).sum())

    @property
    def since(self) -> pd.Timestamp | None:
        """The week that raised the alarm which stands."""
        return None if self.state != WORSE else self.weeks[self.verdict.alarmed]

    @property
    def began(self) -> pd.Timestamp | None:
        """About when what raised the alarm began."""
        return None if self.state != WORSE else self.weeks[self.verdict.began]


@dataclass(frozen=True)
class Standing:
    """All scores of a pair.

    Attributes
    ----------
    market : str
    pair : (int, int)
        Versions of the price and the pattern model.
    rows : DataFrame
        Its scored live forecasts, ``core.monitoring.scores.ROWS``.
    history : DataFrame
        Its scored out-of-sample rows of the same stocks; empty where there are none.
    lines : tuple of Line
        In the order of ``SCORES``.
    lacking : str
        Why there is no expectation; empty where there is one.
    """

    market: str
    pair: Pair
    rows: pd.DataFrame
    history: pd.DataFrame
    lines: tuple[Line, ...]
    lacking: str

    @property
    def weeks(self) -> int:
        """Live weeks that came due."""
        return self.rows["week"].nunique()

    @property
    def history_weeks(self) -> int:
        """Out-of-sample weeks behind the expectation."""
        return self.history["week"].nunique()


def standing(data_dir: Path, market: str, pair: Pair) -> Standing:
    """How a pair of versions stands now.

    Parameters
    ----------
    data_dir : Path
    market : str
    pair : (int, int)

    Raises
    ------
    UserError
        If bars are lost or damaged.
    """
    through = forecasts.last_complete_week(data_dir, market)
    came = (0, 0) if through is None else due(data_dir, market, pair, through)
    where = (data_dir, settings().mlflow_uri, market, pair)
    key = (*where, BarStore(data_dir).revision(), through, came)
    with _lock:
        kept, until = _kept.get(key, (None, 0.0))
        if kept is not None and time.monotonic() < until:
            return kept
    rows = scored(data_dir, market, pair).get(pair, NONE)
    history, lacking = _history(pair)
    found = stand(market, pair, rows, history, lacking)
    with _lock:
        for old in [other for other in _kept if other[:4] == where]:
            del _kept[old]
        while len(_kept) >= KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = found, time.monotonic() + (RETRY_SECONDS if lacking else math.inf)
    return found


def stand(
    market: str, pair: Pair, rows: pd.DataFrame, history: pd.DataFrame, lacking: str = ""
) -> Standing:
    """Hold scored live forecasts against scored out-of-sample rows of the same stocks.

    Parameters
    ----------
    market : str
    pair : (int, int)
    rows : DataFrame
        ``core.monitoring.scores.ROWS``, live.
    history : DataFrame
        The out-of-sample rows as `core.training.out_of_sample.read` gives them, or those of
        `core.monitoring.expectation.joined`.
    lacking : str
        Why ``history`` is empty.
    """
    both = set(rows["symbol"]) & set(history["symbol"]) if len(rows) else set(history["symbol"])
    expected = score_history(history, both)
    held = rows[rows["symbol"].isin(both)] if len(history) else rows
    past, live = weekly(expected), weekly(held)
    lines = tuple(_line(score, live, past) for score in SCORES)
    return Standing(market, pair, rows, expected, lines, lacking)


def _line(score: Score, live: pd.DataFrame, past: pd.DataFrame) -> Line:
    values, before = (table[score.name].to_numpy(float) for table in (live, past))
    usual = _rolling(live["hits_usual"]) if score.level is None else None
    figures = live[score.tested or score.name].to_numpy(float)
    test = calibrate(score, past[score.tested].to_numpy(float)) if score.tested else None
    verdict = judge(test, figures) if test else None
    known, weeks = (int(np.isfinite(some).sum()) for some in (values, before))
    if not score.tested:
        state = SHOWN
    elif test is None:
        state = UNKNOWN if weeks < LEAST_WEEKS else CONSTANT
    elif verdict.alarmed is not None and known >= LEAST_LIVE:
        state = WORSE
    else:
        state = EXPECTED if known >= ROLLING else FEW
    return Line(
        score=score,
        weeks=pd.DatetimeIndex(live.index),
        values=values,
        rolling=_rolling(live[score.name]),
        levels=test.levels(figures) if test else np.zeros(len(values)),
        usual=usual,
        band=band(before, ROLLING),
        test=test,
        verdict=verdict,
        past=weeks,
        state=state,
    )


def _rolling(values: pd.Series) -> np.ndarray:
    known = values.dropna().astype(float)
    return known.rolling(ROLLING).mean().reindex(values.index).to_numpy(float)


def _history(pair: Pair) -> tuple[pd.DataFrame, str]:
    """Out-of-sample rows of a pair, or why there are none."""
    from core import registry  # MLflow takes a second to load, and Home mostly needs none of it
    from core.training import out_of_sample

    try:
        price, pattern = (
            registry.get(model, number) for model, number in zip(registry.MODELS, pair, strict=True)
        )
        rows = out_of_sample.read(price)
        if pattern.run_id == price.run_id:
            return rows, ""
        return joined(rows, out_of_sample.read(pattern)), ""
    except UserError as error:
        return pd.DataFrame(columns=list(out_of_sample.COLUMNS)), str(error)
