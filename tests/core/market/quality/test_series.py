"""Series checks on made-up bars, both sides of each threshold."""

import numpy as np
import pandas as pd
import pytest

from core.market.quality.series import check_series
from tests.core.indicators.generate import walk

START = "2024-03-04"
CALM = pd.bdate_range(START, periods=90).as_unit("ns")


def bars(rows=90, start=START):
    """Prices that never move more than 1 %, each day another volume."""
    close = 20 + 0.1 * (np.arange(rows) % 3)
    return pd.DataFrame(
        {
            "date": pd.bdate_range(start, periods=rows).as_unit("ns"),
            "open": close,
            "high": close + 0.1,
            "low": close - 0.1,
            "close": close,
            "volume": 5000.0 + np.arange(rows),
            "value": np.nan,
            "raw_close": np.nan,
        }
    )


def found(frame, sessions=CALM, market="VN", exchange="HOSE", listed="2010-01-04"):
    return check_series(frame, sessions, market, exchange, pd.Timestamp(listed))


def rules(frame, **options):
    return [finding.rule for finding in found(frame, **options)]


def test_a_calm_stock_has_no_findings():
    assert found(bars()) == []


def repeated(frame, first, count, volume):
    for place in range(first, first + count):
        frame.loc[place, ["open", "high", "low", "close"]] = 20.0, 20.1, 19.9, 20.0
        frame.loc[place, "volume"] = volume
    return frame


@pytest.mark.parametrize(
    ("count", "volume", "flagged"),
    [(2, 5000.0, False), (3, 5000.0, True), (4, 1000.0, False), (5, 1000.0, True), (6, 0.0, False)],
)
def test_identical_bars_are_stale_after_three_sessions_or_five_of_few_shares(
    count, volume, flagged
):
    assert ("stale" in rules(repeated(bars(), 40, count, volume))) == flagged


def test_a_stale_stretch_is_told_with_its_days():
    (finding,) = found(repeated(bars(), 40, 4, 7000.0))
    assert (finding.rule, finding.action, finding.count) == ("stale", "flagged", 4)
    assert (finding.first, finding.last) == ("2024-04-29", "2024-05-02")
    assert "(20) and volume (7,000) on 4 sessions in a row" in finding.detail


@pytest.mark.parametrize(("count", "flagged"), [(4, False), (5, True)])
def test_five_sessions_without_a_trade_are_flagged(count, flagged):
    frame = bars()
    frame.loc[40 : 39 + count, "volume"] = 0.0
    assert ("zero_volume" in rules(frame)) == flagged


def test_unknown_volume_is_not_zero():
    assert rules(bars().assign(volume=np.nan)) == []


@pytest.mark.parametrize(("count", "rule"), [(4, "short_gaps"), (5, "missing_sessions")])
def test_sessions_without_a_bar_are_counted_and_five_in_a_row_told(count, rule):
    frame = bars().drop(index=range(40, 40 + count))
    (finding,) = found(frame.reset_index(drop=True))
    assert (finding.rule, finding.count) == (rule, count)
    assert finding.first == "2024-04-29"


def test_a_stock_that_stopped_trading_misses_the_sessions_up_to_the_last():
    (finding,) = found(bars(70))
    assert (finding.count, finding.last) == (20, "2024-07-05")
    assert "up to the market's last session" in finding.detail


def test_sessions_before_a_stocks_first_bar_are_not_missed():
    assert found(bars(60, start="2024-04-15")) == []


@pytest.mark.parametrize("day", ["2024-03-09", "2024-04-30"])
def test_a_bar_on_a_saturday_or_holiday_is_flagged(data_dir, day):
    stray = bars(1).assign(date=pd.Timestamp(day))
    frame = pd.concat([bars(), stray]).drop_duplicates("date", keep="last").sort_values("date")
    sessions = CALM[pd.Timestamp(day) != CALM]
    (finding,) = found(frame.reset_index(drop=True), sessions=sessions)
    assert (finding.rule, finding.first) == ("no_session", day)


def test_a_saturday_among_the_sessions_makes_no_session(data_dir):
    saturday = pd.DatetimeIndex(["2024-03-09"])
    assert found(bars(), sessions=CALM.union(saturday)) == []


def test_a_day_on_which_only_hose_stood_still_is_no_fault(data_dir):
    frame = bars(60, start="2018-01-02")
    days = pd.DatetimeIndex(frame["date"])
    assert pd.Timestamp("2018-01-23") in days
    closed = pd.DatetimeIndex(["2018-01-23", "2018-01-24"])
    kept = days.difference(closed)
    assert found(frame, sessions=kept, exchange="HNX") == []


def test_many_stretches_of_one_rule_are_summed_up():
    frame = walk(700, seed=1, start="2015-01-05")
    for start in range(0, 700, 10):
        frame.loc[start : start + 5, "volume"] = 0.0
    days = pd.DatetimeIndex(frame["date"])
    silent = [f for f in found(frame, sessions=days) if f.rule == "zero_volume"]
    assert len(silent) == 41
    assert silent[0].detail.startswith("30 earlier stretches")
    assert sum(f.count for f in silent) == 420
