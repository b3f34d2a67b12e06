import math
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dataset import (
    LEAST_JUDGING_WEEKS,
    LEAST_TRAINING_WEEKS,
    SEQUENCE_WEEKS,
    Panel,
    build_panel,
    sequence_ends,
    sequences,
    split_weeks,
)
from core.errors import UserError
from core.indicators.catalogue import NAMES, WARMUP_WEEKS
from core.market.calendar import week_of
from tests.core.indicators.generate import walk

DAY = pd.Timedelta(days=1)
shares = st.sampled_from([0.0, 0.2, 0.6])


def sessions_of(bars):
    dates = np.concatenate([frame["date"].to_numpy() for frame in bars.values()])
    return pd.DatetimeIndex(np.unique(dates))


def panel_of(bars, *, horizon_weeks=4, band=0.01, market="US", until=None):
    """The panel of these bars, of those up to a day where one is given."""
    sessions = sessions_of(bars)
    if until is not None:
        sessions = sessions[sessions <= until]
        bars = {symbol: frame[frame["date"] <= until] for symbol, frame in bars.items()}
    return build_panel(bars, sessions, market, horizon_weeks=horizon_weeks, band=band)


def closes(prices, volume=1000.0):
    """Bars from a table of ISO dates and closes."""
    close = np.array(list(prices.values()), dtype=float)
    columns = dict.fromkeys(("open", "high", "low", "close", "raw_close"), close)
    dates = pd.DatetimeIndex(list(prices)).as_unit("ns")
    return pd.DataFrame({"date": dates, **columns, "volume": volume, "value": np.nan})


FRIDAYS = {
    "2024-01-05": 100.0,
    "2024-01-12": 101.0,
    "2024-01-19": 102.0,
    "2024-01-26": 103.0,
    "2024-02-02": 104.0,
    # Tet: no session from 8 to 14 February 2024
    "2024-02-16": 98.0,
    "2024-02-23": 100.5,
    "2024-03-01": 110.0,
}


def labelled(frame):
    """Week, target date, target close and class of every labelled row, for literal tables."""
    rows = frame[frame["label"] >= 0]
    return [
        (str(r.week.date()), str(r.target_date.date()), r.target_close, r.label)
        for r in rows.itertuples()
    ]


# Labels


def test_labels_of_a_stock_over_tet_worked_by_hand():
    panel = panel_of({"VNM": closes(FRIDAYS)}, market="VN")
    assert labelled(panel.frame) == [
        ("2024-01-05", "2024-02-02", 104.0, 2),
        ("2024-01-12", "2024-02-09", 104.0, 2),  # the target week has no session
        ("2024-01-19", "2024-02-16", 98.0, 0),
        ("2024-01-26", "2024-02-23", 100.5, 0),
        ("2024-02-02", "2024-03-01", 110.0, 2),
    ]


def test_the_return_is_the_log_of_the_ratio_of_closes():
    frame = panel_of({"VNM": closes(FRIDAYS)}, market="VN").frame
    assert frame["ret"].iloc[0] == pytest.approx(math.log(104 / 100), abs=1e-15)


def test_a_stock_halted_until_after_the_target_has_no_label():
    halted = {day: price for day, price in FRIDAYS.items() if not "2024-01-06" < day < "2024-02-20"}
    bars = {"HALT": closes(halted), "VNM": closes(FRIDAYS)}
    frame = panel_of(bars, market="VN").frame.query("symbol == 'HALT'").set_index("week")
    assert frame.loc["2024-01-05", "label"] == -1
    assert np.isnan(frame.loc["2024-01-05", "ret"])


def test_a_stock_that_traded_once_within_the_horizon_is_judged_by_that():
    sparse = {day: price for day, price in FRIDAYS.items() if not "2024-01-13" < day < "2024-02-20"}
    bars = {"RARE": closes(sparse), "VNM": closes(FRIDAYS)}
    frame = panel_of(bars, market="VN").frame.query("symbol == 'RARE'")
    assert labelled(frame)[0] == ("2024-01-05", "2024-02-02", 101.0, 1)


def test_a_delisted_stock_is_judged_by_its_last_close():
    gone = {day: price for day, price in FRIDAYS.items() if day < "2024-01-20"}
    bars = {"GONE": closes(gone), "VNM": closes(FRIDAYS)}
    frame = panel_of(bars, market="VN").frame.query("symbol == 'GONE'")
    assert labelled(frame) == [
        ("2024-01-05", "2024-02-02", 102.0, 2),
        ("2024-01-12", "2024-02-09", 102.0, 1),
    ]


def test_the_week_named_by_friday_is_judged_by_its_last_session():
    early = {"2024-01-03": 100.0, "2024-01-04": 200.0, "2024-02-01": 210.0, "2024-02-02": 202.0}
    frame = panel_of({"VNM": closes(early)}, market="VN").frame
    assert labelled(frame) == [("2024-01-05", "2024-02-02", 202.0, 1)]


@pytest.mark.parametrize(
    ("start", "end", "label"),
    [
        (100.0, 101.0, 1),
        (100.0, 101.01, 2),
        (100.0, 99.0, 1),
        (100.0, 98.99, 0),
        (100.0, 100.0, 1),
        # exact in ticks, not in binary
        (20.0, 20.2, 1),
        (30.0, 30.3, 1),
        (70.0, 69.3, 1),
        (0.3, 0.303, 1),
    ],
)
def test_up_is_above_one_per_cent_and_down_below_minus_one(start, end, label):
    bars = closes({"2024-01-05": start, "2024-02-02": end})
    assert panel_of({"AAA": bars}).frame["label"].iloc[0] == label


@pytest.mark.parametrize(("band", "label"), [(0.049, 2), (0.051, 1)])
def test_the_band_is_a_simple_return(band, label):
    bars = closes({"2024-01-05": 100.0, "2024-02-02": 105.0})
    assert panel_of({"AAA": bars}, band=band).frame["label"].iloc[0] == label


def slow_label(daily, friday, last_week, horizon_weeks, band):
    """Target close and class from the daily bars, looked up one by one; None without."""
    target = friday + 7 * horizon_weeks * DAY
    now = daily[(daily["date"] > friday - 7 * DAY) & (daily["date"] <= friday)]
    ahead = daily[(daily["date"] > friday) & (daily["date"] <= target)]
    if target > last_week or now.empty or ahead.empty:
        return None
    close, reached = now["close"].iloc[-1], ahead["close"].iloc[-1]
    move = reached / close - 1
    return reached, 2 if move > band else 0 if move < -band else 1


@settings(deadline=None, max_examples=12)
@given(
    seed=st.integers(0, 10_000),
    missing=shares,
    horizon_weeks=st.integers(1, 13),
    band=st.sampled_from([0.005, 0.01, 0.05]),
    tet=st.integers(5, 50),
)
def test_labels_equal_a_slow_look_up(seed, missing, horizon_weeks, band, tet):
    bars = {
        "AAA": walk(300, seed, missing=missing, halt=(120, 160)),
        "BBB": walk(300, seed + 1, missing=missing).iloc[40:],
    }
    fridays = pd.date_range("2015-01-09", periods=60, freq="7D")
    closed = [fridays[tet], fridays[tet + 1]]  # two weeks without any session
    bars = {s: f[~week_of(f["date"]).isin(closed)].reset_index(drop=True) for s, f in bars.items()}
    panel = panel_of(bars, horizon_weeks=horizon_weeks, band=band)
    for row in panel.frame.itertuples():
        slow = slow_label(bars[row.symbol], row.week, panel.weeks[-1], horizon_weeks, band)
        assert row.target_date == row.week + 7 * horizon_weeks * DAY
        assert (row.label >= 0) == (slow is not None)
        if slow:
            assert (row.target_close, row.label) == slow


# The panel


def test_one_row_for_each_market_week_of_a_stocks_life():
    bars = {"AAA": walk(300, 1), "BBB": walk(300, 2, halt=(100, 130)).iloc[50:250]}
    frame = panel_of(bars).frame
    assert (frame["symbol"] == "AAA").sum() == 60
    young = frame[frame["symbol"] == "BBB"]
    assert young["week"].diff().dropna().eq(7 * DAY).all()
    assert young["close"].isna().sum() == 6


def test_a_week_still_trading_is_left_out():
    bars = {"AAA": walk(300, 1)}
    now = datetime(2016, 2, 25, 12, tzinfo=UTC)  # a Thursday
    panel = build_panel(bars, sessions_of(bars), "US", horizon_weeks=4, band=0.01, now=now)
    assert panel.weeks[-1] == panel.frame["week"].iloc[-1] == pd.Timestamp("2016-02-19")


def test_a_row_is_ready_after_the_warm_up_with_at_most_four_missing():
    quiet = walk(500, 3)
    quiet.loc[400:, ["open", "high", "low", "close"]] = 20.0  # from here on nothing moves
    quiet.loc[400:, ["volume", "value"]] = 0.0
    frame = panel_of({"AAA": walk(500, 1), "QQQ": quiet}).frame
    missing = frame[list(NAMES)].isna().sum(axis=1)
    slow = [
        traded and n >= WARMUP_WEEKS and lacking <= 4
        for traded, n, lacking in zip(frame["close"] > 0, frame["n_weeks"], missing, strict=True)
    ]
    assert frame["ready"].tolist() == slow
    late = frame["n_weeks"] >= WARMUP_WEEKS
    assert set(frame.loc[late, "ready"]) == {True, False}


def test_a_market_without_a_complete_week_is_one_sentence():
    with pytest.raises(UserError, match="no complete week of prices for US yet"):
        build_panel({}, pd.DatetimeIndex([]), "US", horizon_weeks=4, band=0.01)


def test_stocks_without_a_complete_week_are_one_sentence():
    bars = {"AAA": walk(300, 1)}
    late = {"NEW": closes({"2016-02-25": 10.0})}
    with pytest.raises(UserError, match="None of the chosen stocks has a complete week"):
        build_panel(
            late,
            sessions_of(bars),
            "US",
            horizon_weeks=4,
            band=0.01,
            now=datetime(2016, 2, 25, 12, tzinfo=UTC),
        )


# Sequences


def holey(seed, missing=0.0):
    return {
        "AAA": walk(480, seed),
        "BBB": walk(480, seed + 1, halt=(380, 395), missing=missing),
        "CCC": walk(480, seed + 2).iloc[100:],
    }


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 10_000), missing=shares)
def test_a_sequence_is_eight_ready_weeks_in_a_row_of_one_stock(seed, missing):
    panel = panel_of(holey(seed, missing))
    ready = {(r.symbol, r.week) for r in panel.frame[panel.frame["ready"]].itertuples(index=False)}
    week = list(panel.weeks)
    slow = [
        position
        for position, r in enumerate(panel.frame.itertuples())
        if (at := week.index(r.week)) >= 7
        and all((r.symbol, week[at - back]) in ready for back in range(SEQUENCE_WEEKS))
    ]
    assert sequence_ends(panel).tolist() == slow


def test_a_sequence_holds_the_indicators_of_its_weeks_oldest_first():
    panel = panel_of(holey(5))
    ends = sequence_ends(panel)
    X = sequences(panel, ends)
    assert X.shape == (len(ends), 8, 20)
    assert X.dtype == np.float32
    assert len(ends) > 50
    for position in (0, len(ends) // 2, len(ends) - 1):
        row = panel.frame.iloc[ends[position]]
        stock = panel.frame[panel.frame["symbol"] == row["symbol"]]
        until = stock[stock["week"] <= row["week"]].tail(8)
        expected = until[list(NAMES)].to_numpy(np.float32)
        assert np.array_equal(X[position], expected, equal_nan=True)


def test_a_sequence_never_crosses_two_stocks():
    """A stock's warm-up keeps them apart already; this holds without it too."""
    frame = pd.DataFrame({"symbol": ["AAA"] * 10 + ["BBB"] * 9, "ready": True})
    panel = Panel(frame, pd.DatetimeIndex(fridays(10)), 4, 0.01)
    assert sequence_ends(panel).tolist() == [7, 8, 9, 17, 18]


def test_a_gap_breaks_sequences_for_eight_weeks():
    whole, broken = (
        panel_of({"AAA": walk(480, 1), "BBB": walk(480, 2, halt=halt)})
        for halt in (None, (400, 405))
    )
    lost = len(sequence_ends(whole)) - len(sequence_ends(broken))
    assert lost == 8


@pytest.mark.parametrize("sessions", [5, 15, 100])
def test_no_ready_week_gives_no_sequence(sessions):
    panel = panel_of({"AAA": walk(sessions, 1)})
    assert len(sequence_ends(panel)) == 0
    assert sequences(panel, sequence_ends(panel)).shape == (0, 8, 20)


# Nothing looks ahead


def bits(frame):
    return frame.to_numpy(np.float64).view(np.uint64)


def assert_same_before(bars, whole, cut, market):
    """Cut all bars off after a week: what was known then has the same bits."""
    part = panel_of(bars, until=cut, market=market)
    assert part.weeks[-1] == cut
    was = whole.frame[whole.frame["week"] <= cut]
    was = was[was["symbol"].isin(set(part.frame["symbol"]))]
    # A stock that did not trade in the last weeks before the cut was not known to come back.
    now = part.frame.set_index(["symbol", "week"])
    was = was.set_index(["symbol", "week"])
    unseen = was.index.difference(now.index)
    assert was.loc[unseen, "close"].isna().all()
    was = was.loc[now.index]
    columns = ["close", "n_weeks", *NAMES, "ready", "missing"]
    assert np.array_equal(bits(was[columns].astype(float)), bits(now[columns].astype(float)))
    known = (was["target_date"] <= cut).to_numpy()
    labels = ["target_close", "ret", "label"]
    assert np.array_equal(bits(was[known][labels]), bits(now[known][labels]))
    assert (now[~known]["label"] == -1).all()
    ends = {tuple(pair): i for i, pair in enumerate(zip(*keys(whole), strict=True))}
    mine = [ends[pair] for pair in zip(*keys(part), strict=True)]
    X = sequences(whole, sequence_ends(whole)[mine])
    assert np.array_equal(X.view(np.uint32), sequences(part, sequence_ends(part)).view(np.uint32))
    assert sum(week <= cut for _, week in ends) == len(mine)


def keys(panel):
    rows = panel.frame.iloc[sequence_ends(panel)]
    return rows["symbol"], rows["week"]


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10_000), cut=st.integers(0, 94), missing=shares)
def test_generated_stocks_cut_at_any_week(seed, cut, missing):
    bars = holey(seed, missing)
    whole = panel_of(bars)
    assert_same_before(bars, whole, whole.weeks[cut], "US")


def test_vietnamese_stocks_cut_at_any_week(vn_data):
    table = pd.read_parquet(
        vn_data / "daily.parquet", filters=[("symbol", "in", ["VNM", "VCB", "AAV", "TDP"])]
    )
    table = table.astype({"date": "datetime64[ns]", "volume": float})
    table["value"] = table["raw_close"] = np.nan
    bars = {s: f.sort_values("date").reset_index(drop=True) for s, f in table.groupby("symbol")}
    whole = panel_of(bars, market="VN")
    # The last week of prices may lack sessions; every earlier one can be cut at.
    cuts = st.integers(0, len(whole.weeks) - 2)

    @settings(deadline=None, max_examples=20)
    @given(cut=cuts)
    def check(cut):
        assert_same_before(bars, whole, whole.weeks[cut], "VN")

    check()


# Splits


def fridays(count, start="2015-01-02"):
    return pd.date_range(start, periods=count, freq="7D").to_numpy()


def test_split_of_four_years_worked_by_hand():
    split = split_weeks(fridays(208), horizon_weeks=4)
    ends = {n: [str(w)[:10] for w in part[[0, -1]]] for n, part in split.parts().items()}
    assert ends == {
        "train": ["2015-01-02", "2016-10-28"],  # its last label is of 25 November
        "val": ["2016-12-02", "2017-11-24"],
        "test": ["2017-12-29", "2018-12-21"],
    }
    assert [len(part) for part in split.parts().values()] == [96, 52, 52]
    assert split.notes == []


@settings(deadline=None, max_examples=200)
@given(
    count=st.integers(60, 260),
    absent=st.sets(st.integers(0, 259), max_size=30),
    horizon_weeks=st.integers(1, 13),
    test_weeks=st.integers(13, 104),
    validation_weeks=st.integers(13, 104),
)
def test_no_label_reaches_the_part_that_follows(
    count, absent, horizon_weeks, test_weeks, validation_weeks
):
    weeks = np.delete(fridays(count), [week for week in absent if week < count])
    wanted = {"test_weeks": test_weeks, "validation_weeks": validation_weeks}
    try:
        split = split_weeks(weeks, horizon_weeks=horizon_weeks, **wanted)
    except UserError:
        least = LEAST_TRAINING_WEEKS + 2 * LEAST_JUDGING_WEEKS + 2 * horizon_weeks
        assert len(weeks) < least
        return
    reach = np.timedelta64(7 * horizon_weeks, "D")
    assert (split.train + reach < split.validation[0]).all()
    assert (split.validation + reach < split.test[0]).all()
    # Nothing is left out but what reaches too far.
    between = np.setdiff1d(weeks, np.concatenate(list(split.parts().values())))
    for week in between:
        following = split.validation if week < split.validation[0] else split.test
        assert week + reach >= following[0]
    assert split.test[-1] == weeks[-1]
    assert len(split.train) >= LEAST_TRAINING_WEEKS
    for part, most in ((split.validation, validation_weeks), (split.test, test_weeks)):
        assert LEAST_JUDGING_WEEKS <= len(part) <= most
    short = len(split.validation) < validation_weeks or len(split.test) < test_weeks
    assert bool(split.notes) == short


def test_a_short_history_is_said():
    split = split_weeks(fridays(100), horizon_weeks=4)
    assert split.notes == [
        "History is short: 33 test and 33 validation weeks instead of 52 and 52."
    ]


def test_the_same_week_of_several_stocks_counts_once():
    weeks = fridays(208)
    one, many = (split_weeks(w, horizon_weeks=4) for w in (weeks, np.tile(weeks[::-1], 3)))
    assert np.array_equal(one.train, many.train)


def test_too_short_a_history_is_refused_with_what_is_needed():
    with pytest.raises(UserError) as error:
        split_weeks(fridays(50), horizon_weeks=4)
    assert str(error.value) == (
        "These stocks give only 50 weeks to learn from after the warm-up: about 125 weeks of "
        "prices are needed. Add longer histories or more stocks."
    )
