import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.evaluation.significance import Measure, diebold_mariano, difference, estimate
from core.evaluation.words import verdict

WEEK = np.repeat(np.arange(120), 4)


def ratio(sums):
    return sums[..., 0] / sums[..., 1]


def test_an_estimate_is_the_score_of_all_rows_with_its_draws_around_it():
    random = np.random.default_rng(0)
    columns = np.column_stack([random.normal(2, 1, 480), np.ones(480)])
    found = estimate(WEEK, columns, ratio)
    assert found.value == pytest.approx(columns[:, 0].mean())
    assert set(found.intervals) == {13, 8, 26}
    for low, high in found.intervals.values():
        assert low < found.value < high
    assert (found.low, found.high) == found.intervals[13]


def test_an_interval_equals_a_bootstrap_written_out():
    random = np.random.default_rng(1)
    value = random.normal(1, 1, 480)
    found = estimate(WEEK, np.column_stack([value, np.ones(480)]), ratio)
    by_week = value.reshape(120, 4)
    draws = np.random.default_rng(7)
    starts = draws.integers(0, 120 - 13 + 1, size=(2000, 10))
    means = [np.concatenate([by_week[s : s + 13] for s in row])[:120].mean() for row in starts]
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])))


def test_a_score_without_a_denominator_has_no_interval():
    found = estimate(WEEK, np.zeros((480, 2)), ratio)
    assert np.isnan([found.value, found.low, found.high]).all()


def test_a_paired_difference_is_drawn_from_the_same_weeks():
    random = np.random.default_rng(2)
    one, other = random.normal(1, 1, 480), random.normal(0.9, 1, 480)
    pair = [Measure(WEEK, np.column_stack([v, np.ones(480)]), ratio) for v in (one, other)]
    alone = estimate(WEEK, np.column_stack([one - other, np.ones(480)]), ratio)
    found = difference(*pair)
    assert found.value == pytest.approx(pair[0].value - pair[1].value)
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high))


def test_a_week_that_one_score_lacks_adds_nothing_to_it():
    value = np.arange(480.0)
    whole = Measure(WEEK, np.column_stack([value, np.ones(480)]), ratio)
    later = Measure(WEEK[40:], np.column_stack([value, np.ones(480)])[40:], ratio)
    assert difference(whole, later).value == pytest.approx(value.mean() - value[40:].mean())


def slow_diebold_mariano(d, lag):
    n, mean = len(d), sum(d) / len(d)

    def covariance(k):
        return sum((d[t] - mean) * (d[t - k] - mean) for t in range(k, n)) / n

    long_run = covariance(0) + 2 * sum(
        (1 - k / (lag + 1)) * covariance(k) for k in range(1, lag + 1)
    )
    h = lag + 1
    small = ((n + 1 - 2 * h + h * (h - 1) / n) / n) ** 0.5
    statistic = small * mean / (long_run / n) ** 0.5
    return statistic, 2 * stats.t.sf(abs(statistic), n - 1), n * covariance(0) / long_run


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 1000), weeks=st.integers(30, 300), carry=st.floats(0, 0.8))
def test_diebold_mariano_equals_plain_sums(seed, weeks, carry):
    random = np.random.default_rng(seed)
    d = random.normal(0.1, 1, weeks)
    for t in range(1, weeks):
        d[t] += carry * d[t - 1]
    week = np.repeat(np.arange(weeks), 2)
    found = diebold_mariano(week, np.zeros(2 * weeks), np.repeat(d, 2))
    lag = max(3, int(4 * (weeks / 100) ** (2 / 9)))
    statistic, p_value, effective = slow_diebold_mariano(list(d), lag)
    assert found.statistic == pytest.approx(statistic)
    assert found.p_value == pytest.approx(p_value)
    assert found.effective_weeks == pytest.approx(min(weeks, effective))


def test_weeks_count_the_same_whatever_their_number_of_stocks():
    week = np.array([1] * 9 + list(range(2, 40)))
    loss = np.where(week == 1, 1.0, 0.0)
    found = diebold_mariano(week, loss, np.zeros(len(week)))
    assert found.difference == pytest.approx(-1 / 39)


def test_equal_forecasts_do_not_differ():
    found = diebold_mariano(WEEK, np.ones(480), np.ones(480))
    assert (found.statistic, found.p_value) == (0.0, 1.0)


def test_losses_that_persist_are_worth_fewer_weeks():
    random = np.random.default_rng(2)
    fresh = random.normal(0, 1, 300)
    lasting = np.convolve(fresh, np.ones(4), "same")
    one, two = (
        diebold_mariano(np.arange(300), np.zeros(300), d).effective_weeks for d in (fresh, lasting)
    )
    assert two < 0.5 * one


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        (0.5, "The model is better than no change by +"),
        (-0.5, "The model is worse than no change by −"),
        (0.0, "The model cannot be told apart from no change: its edge is "),
    ],
)
def test_the_verdict_in_words(shift, said):
    random = np.random.default_rng(4)
    gain = random.normal(shift, 1, 480)
    skill = estimate(WEEK, np.column_stack([gain, np.ones(480)]), ratio)
    test = diebold_mariano(WEEK, -gain, np.zeros(480))
    sentence = verdict("The model", "no change", skill, test)
    assert sentence.startswith(said)
    assert "over 120 weeks, worth about" in sentence


def test_a_forecast_that_is_its_baseline_says_so():
    skill = estimate(WEEK, np.column_stack([np.zeros(480), np.ones(480)]), ratio)
    test = diebold_mariano(WEEK, np.ones(480), np.ones(480))
    assert verdict("It", "no change", skill, test) == "It says what no change says."
