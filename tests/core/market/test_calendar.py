from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from core.errors import UserError
from core.market.calendar import (
    complete_weeks,
    is_session,
    last_session,
    market_weeks,
    week_of,
    weeks_behind,
)
from core.market.sample import sample_bars
from core.settings import settings

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NEW_YORK = ZoneInfo("America/New_York")


def days(*texts):
    return pd.DatetimeIndex(texts).as_unit("ns")


def scheduled_sessions(market, first, last):
    return days(*(d for d in pd.date_range(first, last) if is_session(market, d.date())))


def test_a_week_is_named_by_its_friday():
    dates = ["2024-06-24", "2024-06-28", "2024-06-29", "2024-06-30", "2024-07-01"]
    expected = ["2024-06-28", "2024-06-28", "2024-07-05", "2024-07-05", "2024-07-05"]
    assert list(week_of(dates)) == list(days(*expected))
    assert week_of(dates).dtype == "datetime64[ns]"


@pytest.mark.parametrize(
    ("market", "friday", "expected"),
    [
        ("VN", "2024-06-28", "2024-06-28"),
        ("VN", "2019-02-08", None),  # Tet
        ("VN", "2015-02-20", None),
        ("VN", "2016-02-12", None),
        ("VN", "2022-02-04", None),
        ("VN", "2024-02-16", "2024-02-16"),  # Thursday and Friday after Tet
        ("VN", "2021-01-01", "2020-12-31"),
        ("VN", "2020-05-01", "2020-04-29"),
        ("VN", "2026-09-04", "2026-09-04"),
        ("VN", "2026-05-01", "2026-04-29"),
        ("US", "2012-11-23", "2012-11-23"),
        ("US", "2012-04-06", "2012-04-05"),  # Good Friday
        ("US", "2001-09-14", "2001-09-10"),
    ],
)
def test_the_last_scheduled_session_of_a_week(market, friday, expected):
    expected = None if expected is None else pd.Timestamp(expected)
    assert last_session(market, pd.Timestamp(friday)) == expected


def test_announced_closures_are_known():
    closed = {"2026-08-31", "2026-09-01", "2026-09-02"}
    scheduled = scheduled_sessions("VN", datetime(2026, 8, 28), datetime(2026, 9, 4))
    assert [str(day.date()) for day in scheduled] == ["2026-08-28", "2026-09-03", "2026-09-04"]
    assert not closed & {str(day.date()) for day in scheduled}


@pytest.mark.parametrize(
    ("now", "complete"),
    [
        ("2024-06-28 15:14", False),
        ("2024-06-28 15:15", True),
        ("2024-06-28 22:00", True),
        ("2024-07-01 08:00", True),
    ],
)
def test_a_week_is_complete_on_friday_evening(data_dir, now, complete):
    sessions = days("2024-06-20", "2024-06-21", "2024-06-27", "2024-06-28")
    weeks = complete_weeks("VN", sessions, datetime.fromisoformat(now).replace(tzinfo=HANOI))
    assert list(weeks) == list(days("2024-06-21", "2024-06-28") if complete else days("2024-06-21"))


def test_a_week_waits_for_its_last_bar(data_dir):
    sessions = days("2024-06-21", "2024-06-26", "2024-06-27")
    weeks = complete_weeks("VN", sessions, datetime(2024, 6, 29, tzinfo=HANOI))
    assert list(weeks) == list(days("2024-06-21"))


def test_a_week_before_a_holiday_friday_is_complete_on_thursday(data_dir):
    sessions = days("2020-12-24", "2020-12-25", "2020-12-30", "2020-12-31")
    before = complete_weeks("VN", sessions, datetime(2020, 12, 31, 15, 0, tzinfo=HANOI))
    after = complete_weeks("VN", sessions, datetime(2020, 12, 31, 15, 30, tzinfo=HANOI))
    assert list(before) == list(days("2020-12-25"))
    assert list(after) == list(days("2020-12-25", "2021-01-01"))


def test_now_is_read_in_the_markets_own_time(data_dir):
    sessions = days("2024-06-28")
    in_london = datetime(2024, 6, 28, 9, 20, tzinfo=ZoneInfo("Europe/London"))  # 15:20 in Hanoi
    assert list(complete_weeks("VN", sessions, in_london)) == list(sessions)


def test_later_bars_are_not_seen_from_an_earlier_now(data_dir):
    sessions = days("2024-06-21", "2024-06-28", "2024-07-05")
    weeks = complete_weeks("VN", sessions, datetime(2024, 6, 28, 16, tzinfo=HANOI))
    assert list(weeks) == list(days("2024-06-21", "2024-06-28"))


def test_no_sessions_no_weeks(data_dir):
    assert complete_weeks("VN", days()).empty


def test_the_samples_last_week_is_complete(data_dir):
    sessions = pd.DatetimeIndex(sample_bars()["IBM"]["date"])
    assert complete_weeks("US", sessions)[-1] == pd.Timestamp("2013-03-01")
    early = datetime(2013, 3, 1, 16, 0, tzinfo=NEW_YORK)
    assert complete_weeks("US", sessions, early)[-1] == pd.Timestamp("2013-02-22")


def test_the_calendar_agrees_with_the_samples_sessions():
    sessions = pd.DatetimeIndex(sample_bars()["IBM"]["date"])
    assert list(scheduled_sessions("US", sessions[0], sessions[-1])) == list(sessions)


def test_the_calendar_agrees_with_vietnams_sessions(vn_data):
    indices = pd.read_parquet(vn_data / "indices.parquet")
    sessions = pd.DatetimeIndex(indices.loc[indices["symbol"] == "VNINDEX", "date"])
    scheduled = scheduled_sessions("VN", sessions[0], sessions[-1])
    # HOSE's trading system was down on these two days.
    assert list(scheduled.difference(sessions)) == list(days("2018-01-23", "2018-01-24"))
    assert sessions.difference(scheduled).empty


def test_weeks_without_a_session_are_no_market_weeks():
    weeks = market_weeks(days("2019-02-01", "2019-02-11"))
    assert list(weeks) == list(days("2019-02-01", "2019-02-15"))


@pytest.mark.parametrize(
    ("last", "now", "behind"),
    [
        ("2024-06-28", "2024-06-28 20:00", 0),
        ("2024-06-27", "2024-06-28 15:00", 0),
        ("2024-06-27", "2024-06-28 16:00", 1),
        ("2024-06-14", "2024-06-28 16:00", 2),
        ("2019-02-01", "2019-02-10 16:00", 0),
    ],
)
def test_weeks_behind(data_dir, last, now, behind):
    moment = datetime.fromisoformat(now).replace(tzinfo=HANOI)
    assert weeks_behind("VN", pd.Timestamp(last), moment) == behind


def test_a_wrong_closing_time_is_named(data_dir, monkeypatch):
    monkeypatch.setenv("WEEKLENS_VN_CLOSE", "quarter past")
    settings.cache_clear()
    with pytest.raises(UserError, match="WEEKLENS_VN_CLOSE"):
        complete_weeks("VN", days("2024-06-28"))
