"""Whether a source's reply is believed, held against what is stored."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.language import _

SAME = 5e-4
"""Closes that differ by less than this share, or by half of the last place kept, are the same."""
LAST_PLACE = 0.0051
LEAST_SHARE, LEAST_OVERLAP = 0.9, 0.75
"""Share of the stored days that a reply over the same range must have: of a whole history, of the
last few days."""
OTHER_MOVE, MOST_OTHER = 0.02, 0.2
"""A whole history in which more than a fifth of the days move by 2 points otherwise than the
stored ones is another stock's, or nonsense."""
LARGEST_FACTOR = 100.0
"""No split is larger; what differs more has another unit."""


@dataclass(frozen=True)
class Verdict:
    """What to do with a reply.

    Attributes
    ----------
    state : str
        ``take``, ``rewritten`` (history was adjusted: the whole series is needed) or
        ``refuse``.
    reason : str
        Half a sentence, empty where there is nothing to say.
    """

    state: str
    reason: str = ""


def judge_overlap(stored: pd.DataFrame, reply: pd.DataFrame, start: pd.Timestamp) -> Verdict:
    """Judge the bars from a few days before the last stored one onwards.

    Parameters
    ----------
    stored, reply : DataFrame
        Bars (``core.market.schema.BAR_COLUMNS``).
    start : Timestamp
        First day that was asked for.

    Notes
    -----
    The newest stored bar may be corrected by its source; every older one must
    agree, else the history was rewritten by a dividend or a split.
    """
    expected = stored[stored["date"] >= start]
    if reply.empty:
        return Verdict(
            "refuse",
            _("it has no bar for {count} days that are stored").format(count=len(expected)),
        )
    before, after = _common(expected, reply)
    if len(before) < LEAST_OVERLAP * len(expected):
        return Verdict(
            "refuse",
            _("it has {count} of the {total} days that are stored").format(
                count=len(before), total=len(expected)
            ),
        )
    if reason := _unit(after, before) or _leaps(reply):
        return Verdict("refuse", reason)
    known = expected["date"].isin(reply["date"]).to_numpy()
    newest = expected["date"].to_numpy()[known] == stored["date"].iloc[-1]
    changed = ~_same(before, after) & ~newest
    if not changed.any():
        return Verdict("take")
    factor = float(np.median(after[changed] / before[changed]))
    return Verdict(
        "rewritten",
        _("its earlier closes are {factor} times the stored ones").format(factor=f"{factor:.4f}"),
    )


def judge_whole(stored: pd.DataFrame, reply: pd.DataFrame, *, same_source: bool) -> Verdict:
    """Judge a whole history that shall take the place of the stored one.

    Parameters
    ----------
    stored, reply : DataFrame
    same_source : bool
        Whether the stored bars came from there; another source may begin later.
    """
    if reply.empty:
        return Verdict(
            "refuse", _("it has no bar and {count} days are stored").format(count=len(stored))
        )
    expected = stored
    if not same_source:
        expected = stored[stored["date"] >= reply["date"].iloc[0]]
    before, after = _common(expected, reply)
    if len(before) < LEAST_SHARE * len(expected) or not len(before):
        return Verdict(
            "refuse",
            _("it has {count} of the {total} days that are stored").format(
                count=f"{len(before):,}", total=f"{len(expected):,}"
            ),
        )
    if reason := _unit(after[-5:], before[-5:]) or _leaps(reply):
        return Verdict("refuse", reason)
    moves = np.abs(np.diff(np.log(after)) - np.diff(np.log(before)))
    other = float((moves > OTHER_MOVE).mean()) if len(moves) else 0.0
    if other > MOST_OTHER:
        return Verdict(
            "refuse",
            _("its moves differ from the stored ones on {share} of the days").format(
                share=f"{other:.0%}"
            ),
        )
    return Verdict("take")


def judge_new(reply: pd.DataFrame) -> Verdict:
    """Judge the first bars of a symbol of which nothing is stored."""
    if reply.empty:
        return Verdict("refuse", _("it has no usable bar"))
    reason = _leaps(reply)
    return Verdict("refuse", reason) if reason else Verdict("take")


def _common(stored: pd.DataFrame, reply: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Closes of the days both have, in order of day."""
    __, here, there = np.intersect1d(
        stored["date"].to_numpy(), reply["date"].to_numpy(), return_indices=True
    )
    return stored["close"].to_numpy(float)[here], reply["close"].to_numpy(float)[there]


def _same(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return np.abs(after - before) <= np.maximum(SAME * before, LAST_PLACE * _coarse(before, after))


def _coarse(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Where either side is rounded to two decimals, its last place is room."""
    rounded = (np.abs(before - before.round(2)) < 1e-9) | (np.abs(after - after.round(2)) < 1e-9)
    return rounded.astype(float)


def _unit(after: np.ndarray, before: np.ndarray) -> str:
    factor = float(np.median(after / before))
    if 1 / LARGEST_FACTOR < factor < LARGEST_FACTOR:
        return ""
    return _("its prices are {factor} times the stored ones, as in another unit").format(
        factor=f"{factor:,.4g}"
    )


def _leaps(reply: pd.DataFrame) -> str:
    close = reply["close"].to_numpy(float)
    factor = close[1:] / close[:-1]
    wild = np.flatnonzero((factor > LARGEST_FACTOR) | (factor < 1 / LARGEST_FACTOR))
    if not len(wild):
        return ""
    day = reply["date"].iloc[int(wild[0]) + 1]
    return _("its close is {factor} times the one before on {day}").format(
        factor=f"{factor[wild[0]]:,.4g}", day=f"{day:%Y-%m-%d}"
    )
