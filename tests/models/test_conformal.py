import numpy as np
import pytest

from models.conformal import ScoreHistory, conformal_widths, fit_move_scale

WEEK = np.timedelta64(7, "D")
START = np.datetime64("2020-01-03")


def slow_width(score, week, now, level, half_life):
    """Sort, add up weights until the level is reached; the row to come has its own."""
    weights = []
    for w in week:
        age = (now - w) / WEEK
        weights.append(0.5 ** (age / half_life) / list(week).count(w))
    total = sum(weights) + len(set(week)) / len(week)
    reached = 0.0
    for value, weight in sorted(zip(score, weights, strict=True)):
        reached += weight
        if reached / total >= level:
            return value
    return max(score)


@pytest.fixture
def scores():
    random = np.random.default_rng(2)
    week = START + random.integers(0, 30, 150) * WEEK
    return random.exponential(1, 150), week


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.999])
def test_width_equals_a_plain_loop(scores, level):
    now = START + 34 * WEEK
    (width,) = conformal_widths(*scores, now, (level,), half_life=10)
    assert width == slow_width(*scores, now, level, 10)


def test_newer_misses_weigh_more():
    week = START + np.arange(100) * WEEK
    calm_then_wild = np.where(np.arange(100) < 50, 1.0, 3.0)
    now = START + 104 * WEEK
    assert conformal_widths(calm_then_wild, week, now, (0.5,)) == (3.0,)
    assert conformal_widths(calm_then_wild[::-1], week, now, (0.5,)) == (1.0,)


def test_intervals_made_week_by_week_hold_what_they_should():
    """Scores that double half-way: held at about the level, over all weeks and late ones."""
    random = np.random.default_rng(5)
    week = START + np.repeat(np.arange(400), 10) * WEEK
    score = random.exponential(1, 4000) * np.where(np.arange(4000) < 2000, 1, 2)
    inside = []
    for now in range(60, 400):
        known, at = week < START + now * WEEK, week == START + now * WEEK
        (width,) = conformal_widths(score[known], week[known], START + now * WEEK, (0.8,))
        inside.append((score[at] <= width).mean())
    assert np.mean(inside) == pytest.approx(0.8, abs=0.02)
    assert np.mean(inside[-100:]) == pytest.approx(0.8, abs=0.02)


def test_the_scale_recovers_how_volatility_widens_the_moves():
    random = np.random.default_rng(3)
    short, long = np.exp(random.normal(-1, 0.4, (2, 5000)))
    miss = random.normal(0, 1, 5000) * 0.3 * short**0.3 * long**0.5
    scale = fit_move_scale(miss, short, long)
    assert scale.short == pytest.approx(0.3, abs=0.12)
    assert scale.long == pytest.approx(0.5, abs=0.12)
    assert (np.abs(miss) <= scale.apply(short, long)).mean() == pytest.approx(0.8, abs=0.01)


def test_volatility_that_says_nothing_gets_no_power():
    random = np.random.default_rng(4)
    short, long = np.exp(random.normal(-1, 0.4, (2, 5000)))
    scale = fit_move_scale(random.normal(0, 0.1, 5000), short, long)
    assert max(scale.short, scale.long) < 0.12


def test_a_missing_volatility_is_that_of_the_other_span_or_typical():
    random = np.random.default_rng(4)
    short = np.exp(random.normal(-1, 0.4, 500))
    scale = fit_move_scale(random.normal(0, 1, 500) * short, short, short)
    one = np.array([0.3, np.nan, 0.3, np.nan])
    two = np.array([0.3, 0.3, np.nan, np.nan])
    moves = scale.apply(one, two)
    assert moves[:3] == pytest.approx(moves[0])
    typical = np.array([scale.typical])
    assert moves[3] == pytest.approx(scale.apply(typical, typical)[0])


def history(weeks=60, rows=500):
    random = np.random.default_rng(3)
    days = np.datetime64("2020-01-03", "ns") + np.arange(weeks) * np.timedelta64(7, "D")
    week = np.repeat(days, rows)
    return np.abs(random.normal(0, 1, len(week))), week


NOTHING = np.empty(0), np.empty(0, dtype="datetime64[ns]")


def test_kept_scores_give_the_widths_of_all_scores():
    score, week = history()
    now = week[-1] + np.timedelta64(28, "D")
    told = ScoreHistory.of(score, week).widths(*NOTHING, now, 4)
    assert told == pytest.approx(conformal_widths(score, week, now), rel=0.03)


def test_newer_scores_widen():
    score, week = history()
    kept = ScoreHistory.of(score, week)
    newer = week[-1] + np.timedelta64(7, "D")
    now = newer + np.timedelta64(28, "D")
    calm = kept.widths(*NOTHING, now, 4)
    wild = kept.widths(np.full(40, 9.0), np.full(40, newer), now, 4)
    assert wild[0] > calm[0]
    assert wild[1] > calm[1]


def test_scores_that_had_not_matured_are_not_used():
    score, week = history()
    now = np.unique(week)[30]
    later = np.where(week + np.timedelta64(28, "D") > now, 50.0, score)
    told = (ScoreHistory.of(s, week).widths(*NOTHING, now, 4) for s in (score, later))
    assert next(told) == next(told)
