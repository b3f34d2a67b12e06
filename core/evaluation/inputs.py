"""Everything the candidates may see, as plain arrays that a worker process can read."""

import hashlib
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from core import context
from core.dataset import SEQUENCE_WEEKS, Panel, sequence_ends


@dataclass(frozen=True)
class Inputs:
    """One row for each stock and market week, sorted by stock and week.

    Attributes
    ----------
    X : ndarray of shape (n, 20)
        The indicators, NaN for missing.
    ranks : ndarray of shape (n, 20)
        Rank within the week.
    context : ndarray of shape (n, 6)
        Logarithms of volatility measures.
    factor : ndarray of shape (n,)
        Momentum.
    move : ndarray of shape (n,)
        Expected move to the horizon, log return.
    vol_4w, vol_52w : ndarray of shape (n,)
        A year, as fractions.
    ret, close : ndarray of shape (n,)
        Log return to the target date (NaN without label), close of the as-of week.
    label, past : ndarray of int, shape (n,)
        Class that came (-1 without label), and class of the horizon before.
    week, target_date : ndarray of datetime64, shape (n,)
    symbol : ndarray of str, shape (n,)
    usable, judged : ndarray of bool, shape (n,)
        Rows to learn from (ready and labelled), and rows to judge (these also
        end eight ready weeks in a row, so that every candidate can answer).
    """

    X: np.ndarray
    ranks: np.ndarray
    context: np.ndarray
    factor: np.ndarray
    move: np.ndarray
    vol_4w: np.ndarray
    vol_52w: np.ndarray
    ret: np.ndarray
    close: np.ndarray
    label: np.ndarray
    past: np.ndarray
    week: np.ndarray
    target_date: np.ndarray
    symbol: np.ndarray
    usable: np.ndarray
    judged: np.ndarray

    @property
    def horizon_weeks(self) -> int:
        """Weeks from the as-of Friday to the target Friday."""
        return int((self.target_date[0] - self.week[0]) / np.timedelta64(7, "D"))

    @property
    def beside(self) -> np.ndarray:
        """Volatility context and momentum, shape (n, 7)."""
        return np.column_stack([self.context, self.factor])

    def windows(self, rows: np.ndarray) -> np.ndarray:
        """The eight weeks of indicators up to each row, float32 (m, 8, 20)."""
        steps = np.arange(1 - SEQUENCE_WEEKS, 1)
        return self.X.astype(np.float32)[rows[:, None] + steps]

    def given(self, name: str, rows: np.ndarray) -> np.ndarray:
        """What an exported model is given under one of its inputs' names, for some rows.

        ``X`` (m, 20), ``factor`` and ``move`` (m, 1), ``beside`` (m, 7), ``windows`` (m, 8, 20).
        """
        if name == "windows":
            return self.windows(rows)
        values = getattr(self, name)[rows]
        return values[:, None] if values.ndim == 1 else values

    def only(self, rows: np.ndarray) -> "Inputs":
        """Some rows, whole stocks of them."""
        return Inputs(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def fingerprint(self) -> str:
        """A hash of every value, by which stored forecasts know their inputs."""
        whole = hashlib.sha256()
        for field in fields(self):
            whole.update(np.ascontiguousarray(getattr(self, field.name)).tobytes())
        return whole.hexdigest()

    def save(self, path: Path) -> None:
        """Write one file for the worker processes."""
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> "Inputs":
        """Read what `save` wrote; no pickle is read."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(**{field.name: stored[field.name] for field in fields(cls)})


def build_inputs(panel: Panel) -> Inputs:
    """Arrays of a panel, context included."""
    frame = panel.frame
    label = frame["label"].to_numpy(int)
    usable = frame["ready"].to_numpy() & (label >= 0)
    judged = np.zeros(len(frame), dtype=bool)
    judged[sequence_ends(panel)] = True
    vol_52w = context.yearly_volatility(panel)
    move = context.expected_move(panel, vol_52w)
    ranks = context.weekly_ranks(panel)
    return Inputs(
        X=panel.features,
        ranks=ranks,
        context=context.volatility_context(panel, vol_52w),
        factor=context.momentum(ranks, move),
        move=move,
        vol_4w=frame["vol_4w"].to_numpy(float),
        vol_52w=vol_52w,
        ret=frame["ret"].to_numpy(float),
        close=frame["close"].to_numpy(float),
        label=label,
        past=past_class(panel),
        week=frame["week"].to_numpy("datetime64[ns]"),
        target_date=frame["target_date"].to_numpy("datetime64[ns]"),
        symbol=frame["symbol"].to_numpy(str),
        usable=usable,
        judged=judged & usable,
    )


def past_class(panel: Panel) -> np.ndarray:
    """Class of the four weeks before each row, by the same band: 0 DOWN, 1 SIDEWAYS, 2 UP."""
    before = panel.frame["ret_4w"].to_numpy(float)
    return np.where(before > panel.band, 2, np.where(before < -panel.band, 0, 1))
