"""From bars to what a model learns: panel, labels, sequences and time-ordered splits."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import numpy as np
import pandas as pd

from core.errors import UserError
from core.indicators.catalogue import NAMES, WARMUP_WEEKS
from core.indicators.table import Indicators
from core.indicators.weekly import WeeklyIndicatorCalculator
from core.language import _
from core.market.calendar import complete_weeks

SEQUENCE_WEEKS = 8
"""Weeks of indicators the pattern model reads."""
MOST_MISSING = 4
"""After warm-up at most this many of the 20 may be missing in a week."""
LEAST_TRAINING_WEEKS = 26
"""Fewer labelled weeks than this before validation teach nothing."""
LEAST_JUDGING_WEEKS = 13
"""Fewer test or validation weeks than a quarter of a year judge nothing."""


@dataclass(frozen=True)
class Panel:
    """Every stock in every complete week.

    Attributes
    ----------
    frame : DataFrame
        Sorted by symbol and week, one row for each market week between a
        stock's first and last: ``symbol, week, close, raw_close, n_weeks``, the 20
        indicators, ``ready`` (warm-up over, at most 4 missing), and the label:
        ``target_date``, ``target_close``, ``ret`` (log return to it), ``label``
        (0 DOWN, 1 SIDEWAYS, 2 UP; -1 where there is none).
    weeks : DatetimeIndex
        The market's complete weeks, labelled by their Fridays.
    horizon_weeks : int
    band : float
    """

    frame: pd.DataFrame
    weeks: pd.DatetimeIndex
    horizon_weeks: int
    band: float

    @property
    def first(self) -> np.ndarray:
        """The first row of each stock."""
        symbol = pd.factorize(self.frame["symbol"])[0]
        return np.flatnonzero(np.diff(symbol, prepend=-1))

    @property
    def features(self) -> np.ndarray:
        """The 20 indicators, float64 (n, 20), NaN for missing."""
        return self.frame[list(NAMES)].to_numpy(float)


def build_panel(
    bars: dict[str, pd.DataFrame],
    sessions: pd.DatetimeIndex,
    market: str,
    *,
    horizon_weeks: int,
    band: float,
    now: datetime | None = None,
) -> Panel:
    """Compute indicators and labels of all stocks for all complete weeks.

    Parameters
    ----------
    bars : dict of DataFrame
        Daily bars by symbol (``core.market.schema.BAR_COLUMNS``).
    sessions : DatetimeIndex
        The market's sessions, which decide which weeks exist.
    market : str
    horizon_weeks : int
    band : float
        Half-width of SIDEWAYS as a simple return.
    now : datetime, optional
        Decides whether the last week is complete; default the present.

    Raises
    ------
    UserError
        If the market has no complete week.
    """
    weeks = complete_weeks(market, sessions, now=now)
    if len(weeks) == 0:
        raise UserError(
            _("There is no complete week of prices for {market} yet: import prices.").format(
                market=market
            )
        )
    made = WeeklyIndicatorCalculator().compute_all(dict(sorted(bars.items())), weeks)
    return panel_of(made, weeks, horizon_weeks=horizon_weeks, band=band)


def panel_of(
    made: Indicators, weeks: pd.DatetimeIndex, *, horizon_weeks: int, band: float
) -> Panel:
    """The panel of indicators that are there already.

    Parameters
    ----------
    made : Indicators
        Of the stocks in order of symbol.
    weeks : DatetimeIndex
        The market's complete weeks, none of them later than the last that was computed.
    horizon_weeks : int
    band : float

    Raises
    ------
    UserError
        If no stock has a week.
    """
    if not len(made.week):
        raise UserError(_("None of the chosen stocks has a complete week of prices."))
    close, n_weeks = made.column("close"), made.column("n_weeks")
    named = {name: made.column(name) for name in NAMES}
    missing = np.count_nonzero(np.isnan(np.stack(list(named.values()))), axis=0)
    frame = pd.DataFrame(
        {
            "symbol": pd.array(np.repeat(made.symbols, np.diff(made.first)), dtype="str"),
            "week": made.week,
            "close": close,
            "raw_close": made.column("raw_close"),
            "n_weeks": n_weeks,
            **named,
            **labels(made.week, close, made.first, weeks[-1], horizon_weeks, band),
            "missing": missing,
            "ready": ~np.isnan(close) & (n_weeks >= WARMUP_WEEKS) & (missing <= MOST_MISSING),
        }
    )
    return Panel(frame, weeks, horizon_weeks, band)


def labels(
    week: np.ndarray,
    close: np.ndarray,
    first: np.ndarray,
    last_week: pd.Timestamp,
    horizon_weeks: int,
    band: float,
) -> dict[str, np.ndarray]:
    """Target of each week: the last close on or before Friday + horizon, by dates.

    Rows cannot be counted ahead: where weeks are missing (Tet, halts) they
    reach past the horizon.

    Parameters
    ----------
    week : array of datetime64, shape (n,)
        Market weeks of the life of one stock after the other, ascending.
    close : array of shape (n,)
        NaN where the stock did not trade.
    first : array of int, shape (stocks + 1,)
        Where each stock's rows begin; the last is n.
    last_week : Timestamp
        Last complete week: what comes later is not known yet.
    horizon_weeks : int
    band : float

    Returns
    -------
    dict of arrays of shape (n,)
        ``target_date, target_close, ret`` and ``label`` (-1 where it is not known).
    """
    target = week + np.timedelta64(7 * horizon_weeks, "D")
    reach = np.empty(len(week), np.intp)
    for start, stop in pairwise(first):
        own = slice(start, stop)
        reach[own] = start - 1 + np.searchsorted(week[own], target[own], side="right")
    row = np.arange(len(week))
    # A row that traded is the least that its own target's row can find behind it.
    ahead = np.maximum.accumulate(np.where(np.isnan(close), -1, row))[reach]
    known = (target <= last_week.to_datetime64()) & (ahead > row) & ~np.isnan(close)
    reached = np.where(known, close[np.maximum(ahead, 0)], np.nan)
    # Prices move in ticks, so exactly +1 % is common and must not be decided by rounding.
    move = np.round(reached / close - 1, 9)
    label = np.where(move > band, 2, np.where(move < -band, 0, 1))
    return {
        "target_date": target,
        "target_close": reached,
        "ret": np.log(reached / close),
        "label": np.where(known, label, -1).astype(np.int8),
    }


def sequence_ends(panel: Panel) -> np.ndarray:
    """Row numbers that end eight consecutive market weeks of one ready stock, shape (m,)."""
    ready = panel.frame["ready"].to_numpy()
    symbol = pd.factorize(panel.frame["symbol"])[0]
    run = np.ones(len(ready), dtype=bool)
    for back in range(SEQUENCE_WEEKS):
        earlier = slice(max(len(ready) - back, 0))
        run[:back] = False
        run[back:] &= ready[earlier] & (symbol[earlier] == symbol[back:])
    return np.flatnonzero(run)


def sequences(panel: Panel, ends: np.ndarray) -> np.ndarray:
    """Indicators of the eight weeks up to each row, float32 (m, 8, 20), oldest first."""
    steps = np.arange(1 - SEQUENCE_WEEKS, 1)
    return panel.features.astype(np.float32)[ends[:, None] + steps]


@dataclass(frozen=True)
class Split:
    """Weeks of training, validation and test, in that order, with gaps between.

    Attributes
    ----------
    train, validation, test : ndarray of datetime64
    notes : list of str
        What a reader must know, for example that history is short.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    notes: list[str] = field(default_factory=list)

    def parts(self) -> dict[str, np.ndarray]:
        """The three by name, in order of time."""
        return {"train": self.train, "val": self.validation, "test": self.test}


def split_weeks(
    weeks: np.ndarray,
    *,
    horizon_weeks: int,
    test_weeks: int = 52,
    validation_weeks: int = 52,
) -> Split:
    """Cut labelled weeks into train, validation and test by time.

    A week belongs to an earlier part only if its label's target date lies
    before the first week of the next part (an embargo of the horizon, by
    dates, so that missing weeks cannot shorten it).

    Parameters
    ----------
    weeks : ndarray of datetime64
        Distinct labelled weeks.
    horizon_weeks : int
    test_weeks, validation_weeks : int
        Wanted lengths; shorter where history is short, and said in ``notes``.

    Raises
    ------
    UserError
        If the history is too short for any honest test.
    """
    weeks = np.unique(np.asarray(weeks, dtype="datetime64[ns]"))
    spare = (len(weeks) - LEAST_TRAINING_WEEKS - 2 * horizon_weeks) // 2
    if spare < LEAST_JUDGING_WEEKS:
        least = LEAST_TRAINING_WEEKS + 2 * LEAST_JUDGING_WEEKS + 3 * horizon_weeks + WARMUP_WEEKS
        raise UserError(
            _(
                "These stocks give only {weeks} weeks to learn from after the warm-up: about "
                "{least} weeks of prices are needed. Add longer histories or more stocks."
            ).format(weeks=len(weeks), least=least)
        )
    tested, validated = min(test_weeks, spare), min(validation_weeks, spare)
    reach = np.timedelta64(7 * horizon_weeks, "D")
    test = weeks[-tested:]
    before = weeks[weeks + reach < test[0]]
    validation = before[-validated:]
    train = before[before + reach < validation[0]]
    notes = []
    if tested < test_weeks or validated < validation_weeks:
        notes.append(
            _(
                "History is short: {tested} test and {validated} validation weeks instead of "
                "{test} and {validation}."
            ).format(
                tested=tested, validated=validated, test=test_weeks, validation=validation_weeks
            )
        )
    return Split(train, validation, test, notes)
