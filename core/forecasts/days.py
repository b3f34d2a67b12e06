"""The week to forecast from."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from core.errors import UserError
from core.language import _
from core.market.calendar import complete_weeks
from core.market.store import BarStore


def read_day(text: str) -> pd.Timestamp:
    """The day a reader wrote.

    Raises
    ------
    UserError
        If it is no date.
    """
    try:
        day = pd.Timestamp(text)
    except ValueError:
        day = pd.NaT
    if day is pd.NaT or day.tzinfo is not None:
        raise UserError(
            _("{text} is not a date: write it as 2024-06-28.").format(text=repr(text[:40]))
        )
    return day.normalize()


def as_of_week(weeks: pd.DatetimeIndex, asked: str | None) -> pd.Timestamp:
    """The complete week to forecast from: the last one, or the last on or before a date.

    Raises
    ------
    UserError
        If the date cannot be read or lies before the first week.
    """
    if asked is None:
        return weeks[-1]
    day = read_day(asked)
    before = weeks[weeks <= day]
    if len(before) == 0:
        raise UserError(
            _("There are no prices on or before {day}: choose a later date.").format(day=day.date())
        )
    return before[-1]


def last_complete_week(data_dir: Path, market: str) -> pd.Timestamp | None:
    """The newest week a forecast could be made from; None without prices."""
    sessions = BarStore(data_dir).sessions(market)
    if len(sessions) == 0:
        return None
    weeks = complete_weeks(market, sessions, now=datetime.now(UTC))
    return weeks[-1] if len(weeks) else None
