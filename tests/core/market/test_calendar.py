from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from core.errors import UserError
from core.market.calendar import (
    coming_closures,
    complete_weeks,
    is_session,
    last_session,
    market_weeks,
    scheduled_sessions,
    week_of,
    weeks_behind,
)
from core.market.closures import Closure, write_closures
from core.market.sample import sample_bars
from core.settings import settings

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NEW_YORK = ZoneInfo("America/New_York")


def days(*texts):
    return pd.DatetimeIndex(texts).as_unit("ns")


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
def test_the_last_scheduled_session_of_a_week(data_dir, market, friday, expected):
    expected = None if expected is None else pd.Timestamp(expected)
    assert last_session(market, pd.Timestamp(friday)) == expected


def test_announced_closures_are_known(data_dir):
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


def test_the_calendar_agrees_with_the_samples_sessions(data_dir):
    sessions = pd.DatetimeIndex(sample_bars()["IBM"]["date"])
    assert list(scheduled_sessions("US", sessions[0], sessions[-1])) == list(sessions)


@pytest.fixture
def vnindex(vn_data):
    """Every session of VNINDEX, 2015-01-05 to 2024-06-28."""
    indices = pd.read_parquet(vn_data / "indices.parquet")
    return days(*indices.loc[indices["symbol"] == "VNINDEX", "date"])


def test_the_calendar_agrees_with_every_session_of_vnindex(data_dir, vnindex):
    assert list(scheduled_sessions("VN", vnindex[0], vnindex[-1])) == list(vnindex)


def test_on_every_friday_evening_the_week_is_complete_and_before_the_close_it_is_not(
    data_dir, vnindex
):
    weeks = market_weeks(vnindex)
    for place in range(1, len(weeks), 7):
        final = vnindex[vnindex <= weeks[place]][-1].tz_localize(HANOI)
        seen = vnindex[vnindex <= weeks[place]]
        evening = complete_weeks("VN", seen, final + pd.Timedelta(hours=15, minutes=15))
        afternoon = complete_weeks("VN", seen, final + pd.Timedelta(hours=15, minutes=14))
        assert list(evening) == list(weeks[: place + 1])
        assert list(afternoon) == list(weeks[:place])


def test_weeks_without_a_session_do_not_exist(data_dir, vnindex):
    fridays = pd.date_range("2015-01-09", "2024-06-28", freq="7D").as_unit("ns")
    tet = ["2015-02-20", "2016-02-12", "2019-02-08", "2022-02-04"]
    assert list(fridays.difference(complete_weeks("VN", vnindex))) == list(days(*tet))


MOMENTS = st.datetimes(datetime(2023, 11, 1), datetime(2024, 3, 31), timezones=st.just(HANOI))
SESSIONS = st.sets(st.dates(date(2023, 11, 1), date(2024, 3, 30)), max_size=90).map(
    lambda found: days(*sorted(d for d in found if is_session("VN", d)))
)
CHECKED = budget(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)


def slow_complete_weeks(sessions, now):
    """One week after another, as the rule is written."""
    found = []
    seen = [d for d in sessions if d.date() <= now.date()]
    for friday in pd.date_range("2023-11-03", "2024-04-05", freq="7D"):
        held = [d for d in seen if friday - pd.Timedelta(days=6) <= d <= friday]
        if not held:
            continue
        final = max(d for d in pd.date_range(end=friday, periods=5) if is_session("VN", d.date()))
        closed = now >= datetime(final.year, final.month, final.day, 15, 15, tzinfo=HANOI)
        later = any(d > friday for d in seen)
        if later or (final in held and closed):
            found.append(friday)
    return found


@CHECKED
@given(SESSIONS, MOMENTS)
def test_complete_weeks_are_those_of_the_written_rule(data_dir, sessions, now):
    assert list(complete_weeks("VN", sessions, now)) == slow_complete_weeks(sessions, now)


@CHECKED
@given(SESSIONS, MOMENTS, MOMENTS)
def test_a_complete_week_stays_complete(data_dir, sessions, one, other):
    before, after = sorted([one, other])
    first = complete_weeks("VN", sessions, before)
    assert list(complete_weeks("VN", sessions, after)[: len(first)]) == list(first)


@CHECKED
@given(SESSIONS, MOMENTS)
def test_later_bars_change_no_earlier_week(data_dir, sessions, now):
    seen = sessions[sessions <= pd.Timestamp(now.date())]
    assert list(complete_weeks("VN", seen, now)) == list(complete_weeks("VN", sessions, now))


@CHECKED
@given(SESSIONS, MOMENTS)
def test_no_week_is_complete_before_its_last_scheduled_session_has_closed(data_dir, sessions, now):
    for friday in complete_weeks("VN", sessions, now)[-1:]:
        final = last_session("VN", friday)
        assert now >= datetime(final.year, final.month, final.day, 15, 15, tzinfo=HANOI)


def test_the_readers_own_line_moves_the_end_of_a_week(data_dir):
    sessions = days("2024-06-21", "2024-06-26", "2024-06-27")
    evening = datetime(2024, 6, 27, 16, tzinfo=HANOI)
    assert list(complete_weeks("VN", sessions, evening)) == list(days("2024-06-21"))
    write_closures("VN", [Closure(date(2024, 6, 28), False, "A storm")])
    assert list(complete_weeks("VN", sessions, evening)) == list(days("2024-06-21", "2024-06-28"))
    assert weeks_behind("VN", pd.Timestamp("2024-06-26"), evening) == 1


def test_closures_to_come_are_named_with_where_they_are_known_from(data_dir):
    write_closures("VN", [Closure(date(2026, 8, 28), False, "A storm")])
    coming = coming_closures("VN", datetime(2026, 8, 26, tzinfo=HANOI), days=130)
    assert [(str(row.date.date()), row.note, row.source) for row in coming.itertuples()] == [
        ("2026-08-28", "A storm", "yours"),
        (
            "2026-08-31",
            "National Day, moved to Saturday 2026-08-22, which did not trade",
            "HOSE",
        ),
        ("2026-09-01", "National Day", "HOSE"),
        ("2026-09-02", "National Day", "HOSE"),
        ("2026-11-24", "Vietnam Cultural Day", "calendar"),
        ("2027-01-01", "New Year's Day", "calendar"),
    ]


def test_a_market_without_corrections_has_the_librarys_holidays(data_dir):
    coming = coming_closures("US", datetime(2026, 11, 20, tzinfo=NEW_YORK), days=10)
    assert coming["note"].tolist() == ["Thanksgiving Day"]


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
