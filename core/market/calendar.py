"""Weeks, and when one is complete.

A week is named by its Friday. Scheduled sessions are Monday to Friday without
the market's holidays, past and announced; make-up Saturdays never trade. The
holidays are those of the library ``holidays``, corrected by dated lines that
come with the app and by the reader's own (`core.market.closures`).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pandas as pd

from core.errors import UserError
from core.language import N_, _
from core.market.closures import corrections
from core.market.schema import find_market
from core.settings import settings

FRIDAY = 4
FIRST_FRIDAY = 1
"""1970-01-02, in days since 1970-01-01."""
DAY = pd.Timedelta(days=1)
ONE_DAY = timedelta(days=1)
CLOSURES = (
    *(N_("{holiday} (observed)"), N_("New Year's Day"), N_("National Day")),
    *(N_("Lunar New Year's Eve"), N_("Lunar New Year"), N_("29 of Lunar New Year")),
    *(N_("Second Day of Lunar New Year"), N_("Third Day of Lunar New Year")),
    *(N_("Fourth Day of Lunar New Year"), N_("Fifth Day of Lunar New Year"), N_("Tet")),
    *(N_("Hung Kings' Commemoration Day"), N_("Liberation Day/Reunification Day")),
    *(N_("Liberation Day"), N_("International Labor Day"), N_("Labour Day")),
    *(N_("Vietnam Cultural Day"), N_("HOSE did not trade: a fault of its trading system")),
    N_("National Day, moved to Saturday {day}, which did not trade"),
    *(N_("Martin Luther King Jr. Day"), N_("Washington's Birthday"), N_("Good Friday")),
    *(N_("Memorial Day"), N_("Juneteenth National Independence Day"), N_("Independence Day")),
    *(N_("Labor Day"), N_("Thanksgiving Day"), N_("Christmas Day")),
)
"""Why markets stay closed, as the library and the shipped files say it; told again on pages."""


def week_of(dates: Iterable) -> pd.DatetimeIndex:
    """The Friday of each date's week; a Saturday or Sunday belongs to the next one.

    Parameters
    ----------
    dates : array-like of dates, shape (n,)

    Returns
    -------
    DatetimeIndex, shape (n,)
        ``datetime64[ns]``, named ``week``.
    """
    days = pd.DatetimeIndex(dates).to_numpy("datetime64[D]").astype("int64")
    named = fridays(days).astype("datetime64[D]").astype("datetime64[ns]")
    return pd.DatetimeIndex(named, name="week")


def fridays(days: np.ndarray) -> np.ndarray:
    """The Friday of each day's week; both as whole days since 1970-01-01, a Thursday.

    Plain integers are ten times faster than dates.
    """
    return days + (FIRST_FRIDAY - days) % 7


def market_weeks(sessions: Iterable) -> pd.DatetimeIndex:
    """The Fridays of all weeks that had a session, ascending."""
    return week_of(sessions).unique().sort_values()


def is_session(market: str, day: date) -> bool:
    """Whether the market is scheduled to trade on a day."""
    said = corrections(market).get(day)
    if said is not None:
        return said.open
    return day.weekday() <= FRIDAY and day not in _holidays(find_market(market).holidays, day.year)


def scheduled_sessions(market: str, first: date, last: date) -> pd.DatetimeIndex:
    """All days from ``first`` to ``last``, both included, on which the market is to trade.

    Returns
    -------
    DatetimeIndex
        ``datetime64[ns]``, ascending.
    """
    days = pd.date_range(first, last, freq="D").as_unit("ns")
    return days[[is_session(market, day) for day in days.date]]


def coming_closures(market: str, now: datetime | None = None, days: int = 366) -> pd.DataFrame:
    """The weekdays from today on that will not trade, and why.

    Parameters
    ----------
    market : str
    now : datetime, optional
        Time-zone aware; the current time by default.
    days : int
        How far to look.

    Returns
    -------
    DataFrame
        ``date``, ``note`` and ``source``: "calendar" for the library's
        holidays, else the word of the correction ("yours" for the reader's own).
    """
    first = _local(market, now).date()
    said = corrections(market)
    rows = []
    for day in pd.date_range(first, periods=days + 1).date:
        if day.weekday() > FRIDAY or is_session(market, day):
            continue
        named = _holidays(find_market(market).holidays, day.year).get(day, "")
        line = said.get(day)
        rows.append(
            {
                "date": pd.Timestamp(day).as_unit("ns"),
                "note": (line.note if line else "") or named,
                "source": (line.source or "yours") if line else "calendar",
            }
        )
    return pd.DataFrame(rows, columns=["date", "note", "source"])


def last_session(market: str, friday: pd.Timestamp) -> pd.Timestamp | None:
    """The last scheduled session of a week; None if it has none (a long Tet).

    Parameters
    ----------
    market : str
    friday : Timestamp
        The week's name.
    """
    found = _last_session(market, pd.Timestamp(friday).date())
    return None if found is None else pd.Timestamp(found).as_unit("ns")


def complete_weeks(
    market: str, sessions: pd.DatetimeIndex, now: datetime | None = None
) -> pd.DatetimeIndex:
    """The market weeks whose bars are all in.

    Every week before the last one with bars is complete. The last one is once
    its last scheduled session has closed and that session's bar has arrived.

    Parameters
    ----------
    market : str
    sessions : DatetimeIndex
        The market's sessions; those after ``now`` are left out.
    now : datetime, optional
        Time-zone aware; the current time by default.

    Returns
    -------
    DatetimeIndex
        Fridays, ascending.
    """
    local = _local(market, now)
    index = pd.DatetimeIndex(sessions)
    index = index[index <= pd.Timestamp(local.date())]
    weeks = market_weeks(index)
    if weeks.empty:
        return weeks
    # A week with bars but none scheduled contradicts the calendar: wait for its Friday.
    scheduled = last_session(market, weeks[-1])
    final = weeks[-1] if scheduled is None else scheduled
    arrived = scheduled is None or index.max() >= scheduled
    return weeks if arrived and local >= _closing(market, final) else weeks[:-1]


def weeks_behind(market: str, last: pd.Timestamp, now: datetime | None = None) -> int:
    """How many weeks have ended on the exchange since a stock's last bar.

    Parameters
    ----------
    market : str
    last : Timestamp
        Date of the last bar.
    now : datetime, optional
        Time-zone aware; the current time by default.
    """
    local = _local(market, now)
    # Dates, not timestamps: a page asks this on every run, over years where prices are old.
    friday, seen, behind = week_of([last])[0].date(), pd.Timestamp(last).date(), 0
    while friday <= local.date() + 6 * ONE_DAY:
        final = _last_session(market, friday)
        if final is not None and final > seen:
            behind += final < local.date() or _closing(market, pd.Timestamp(final)) <= local
        friday += 7 * ONE_DAY
    return behind


def last_closed_session(market: str, now: datetime | None = None) -> pd.Timestamp:
    """The newest scheduled session whose bar counts as final.

    Parameters
    ----------
    market : str
    now : datetime, optional
        Time-zone aware; the current time by default.
    """
    local = _local(market, now)
    day = pd.Timestamp(local.date()).as_unit("ns")
    while not (is_session(market, day.date()) and _closing(market, day) <= local):
        day -= DAY
    return day


def closed_at(market: str, session: pd.Timestamp) -> datetime:
    """When the bar of a session counts as final; time-zone aware."""
    return _closing(market, session)


def today(market: str, now: datetime | None = None) -> pd.Timestamp:
    """The market's own date, as a midnight."""
    return pd.Timestamp(_local(market, now).date()).as_unit("ns")


def _last_session(market: str, friday: date) -> date | None:
    days = (friday - back * ONE_DAY for back in range(FRIDAY + 1))
    return next((day for day in days if is_session(market, day)), None)


def _local(market: str, now: datetime | None) -> datetime:
    now = datetime.now(UTC) if now is None else now
    if now.tzinfo is None:
        raise ValueError("now needs a time zone")
    return now.astimezone(ZoneInfo(find_market(market).timezone))


def _closing(market: str, session: pd.Timestamp) -> datetime:
    """When the bar of a session counts as final."""
    name = f"{find_market(market).code.lower()}_close"
    text = getattr(settings(), name)
    try:
        closing = time.fromisoformat(text)
    except ValueError:
        raise UserError(
            _("The setting {name} is {text}; write it as 15:15.").format(
                name=f"WEEKLENS_{name.upper()}", text=repr(text)
            )
        ) from None
    return datetime.combine(session.date(), closing, ZoneInfo(find_market(market).timezone))


@lru_cache(maxsize=512)
def _holidays(calendar: str, year: int) -> dict[date, str]:
    # Names in English: the language would follow the machine's otherwise.
    if calendar in holidays.list_supported_financial():
        days = holidays.financial_holidays(calendar, years=year, language="en_US")
    else:
        days = holidays.country_holidays(calendar, years=year, language="en_US")
    return dict(days)
