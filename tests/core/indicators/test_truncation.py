"""Nothing looks ahead: cut at any week, the weeks before keep their bits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.indicators.weekly import WeeklyIndicatorCalculator
from core.market.calendar import week_of
from tests.core.indicators.generate import market_weeks_of, walk

calculator = WeeklyIndicatorCalculator()
shares = st.sampled_from([0.0, 0.1, 0.6])


def bits(frame):
    return frame.to_numpy(np.float64).view(np.uint64)


def assert_same_before(daily, weeks, whole, cut):
    """Compare the rows up to week ``cut``, its daily bars and the calendar cut there."""
    inside = week_of(daily["date"]) <= weeks[cut]
    part = calculator.compute(daily[inside], weeks[: cut + 1])
    assert np.array_equal(part.index, whole.index[: len(part)])
    assert np.array_equal(bits(part), bits(whole.iloc[: len(part)]))


@settings(deadline=None)
@given(
    seed=st.integers(0, 10_000),
    cut=st.integers(0, 110),
    missing=shares,
    silent=shares,
    still=shares,
)
def test_generated_walks(seed, cut, missing, silent, still):
    daily = walk(600, seed, missing=missing, silent=silent, still=still)
    weeks = market_weeks_of(walk(600))
    assert_same_before(daily, weeks, calculator.compute(daily, weeks), cut)


def check_stocks(stocks, examples=100):
    """Cut each of the stocks at any week, hypothesis choosing."""
    weeks = market_weeks_of(*stocks.values())
    computed = {symbol: calculator.compute(daily, weeks) for symbol, daily in stocks.items()}

    @settings(deadline=None, max_examples=examples)
    @given(symbol=st.sampled_from(sorted(stocks)), cut=st.integers(0, len(weeks) - 1))
    def check(symbol, cut):
        assert_same_before(stocks[symbol], weeks, computed[symbol], cut)

    check()


def test_vietnamese_stocks(vn_stocks):
    check_stocks(vn_stocks)


@pytest.mark.long
def test_vietnamese_stocks_at_two_thousand_cuts(vn_stocks):
    check_stocks(vn_stocks, examples=2000)


def test_sample_stocks(sample_stocks):
    check_stocks(sample_stocks)


@pytest.mark.parametrize("cut", range(0, 140, 7))
def test_rows_before_the_cut_do_not_depend_on_what_comes_after(cut):
    """Another future, of other length and other size, changes no bit either."""
    daily, weeks = walk(700, 5), market_weeks_of(walk(700))
    other = daily.copy()
    later = week_of(daily["date"]) > weeks[cut]
    other.loc[later, ["open", "high", "low", "close", "volume"]] *= 1e6
    one, two = (calculator.compute(frame, weeks).iloc[: cut + 1] for frame in (daily, other))
    assert np.array_equal(bits(one), bits(two))
