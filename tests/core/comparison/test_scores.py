"""Scores and paired differences against slow, obvious references."""

import numpy as np
import pytest

from core.comparison.ground import common_ground
from core.comparison.metrics import METRICS, baselines, losses
from core.comparison.scores import LEAST_WEEKS, score_rows, verdicts
from core.registry import PATTERN, PRICE
from tests.core.comparison.made import WEEKS, rows

DRAWS, BLOCK = 2000, 13


@pytest.fixture(scope="module")
def ground():
    return common_ground({1: rows(1), 3: rows(3), 4: rows(4)})


def by_name(found):
    return {row.metric.name: row for row in found}


def drawn_weeks(weeks):
    """The moving blocks of whole weeks, week by week."""
    random = np.random.default_rng(7)
    per_draw = -(-weeks // BLOCK)
    starts = random.integers(0, weeks - BLOCK + 1, size=(DRAWS, per_draw))
    for row in starts:
        yield [start + step for start in row for step in range(BLOCK)][:weeks]


def slow_losses(ground, number, name):
    """One row after the other."""
    told = ground.told[number]
    if name == "MAPE":
        reached = [c * np.exp(r) for c, r in zip(ground.close, ground.ret, strict=True)]
        said = [c * np.exp(f) for c, f in zip(ground.close, told.forecast, strict=True)]
        return [abs(a - b) / a for a, b in zip(reached, said, strict=True)]
    if name == "log_loss":
        return [-np.log(p[k]) for p, k in zip(told.proba, ground.label, strict=True)]
    return [float(p.argmax() == k) for p, k in zip(told.proba, ground.label, strict=True)]


@pytest.mark.parametrize(
    ("model", "name"), [(PRICE, "MAPE"), (PATTERN, "log_loss"), (PATTERN, "accuracy")]
)
def test_a_paired_difference_equals_a_bootstrap_written_out(ground, model, name):
    row = by_name(score_rows(model, ground, 1))[name]
    one, other = (slow_losses(ground, number, name) for number in (3, 1))
    weeks = sorted(set(ground.week))
    of_week = [np.flatnonzero(ground.week == week).tolist() for week in weeks]
    alone, differences = [], []
    for drawn in drawn_weeks(len(weeks)):
        at = [place for week in drawn for place in of_week[week]]
        alone.append(sum(one[place] for place in at) / len(at))
        differences.append(alone[-1] - sum(other[place] for place in at) / len(at))
    gap, own = row.gaps[3], row.values[3]
    assert own.value == pytest.approx(np.mean(one))
    assert gap.value == pytest.approx(np.mean(one) - np.mean(other))
    ends = [0.025, 0.975]
    assert (own.low, own.high) == pytest.approx(tuple(np.quantile(alone, ends)))
    assert (gap.low, gap.high) == pytest.approx(tuple(np.quantile(differences, ends)))


def test_a_pair_shares_the_luck_of_its_weeks(ground):
    """A version and its near copy differ far less than either varies over weeks."""
    near = rows(1)
    near["forecast"] += 1e-3
    both = common_ground({1: rows(1), 2: near})
    row = by_name(score_rows(PRICE, both, 1))["MAPE"]
    assert row.gaps[2].high - row.gaps[2].low < 0.2 * (row.values[2].high - row.values[2].low)


def test_scores_stand_beside_what_no_skill_scores(ground):
    price = by_name(score_rows(PRICE, ground, 1))
    still = np.mean([abs(1 - np.exp(-r)) for r in ground.ret])
    assert price["MAPE"].baselines[3] == pytest.approx(still)
    assert price["MAE_ratio"].baselines[3] == 1
    told = baselines(PATTERN, ground, ground.told[3])
    prior = [0.42, 0.16, 0.42]
    assert told["log_loss"] == pytest.approx(np.mean([-np.log(prior[k]) for k in ground.label]))
    assert told["accuracy"] == pytest.approx(np.mean(ground.label == 0))
    given = ground.told[3].call >= 0
    usual = [prior[call] for call in ground.told[3].call[given]]
    assert told["calls_hit"] == pytest.approx(np.mean(usual))


def test_calls_right_are_those_of_the_calls_given(ground):
    pattern = by_name(score_rows(PATTERN, ground, 1))
    told = ground.told[4]
    given = told.call >= 0
    assert pattern["calls_share"].values[4].value == pytest.approx(given.mean())
    hit = (told.call == ground.label)[given].mean()
    assert pattern["calls_hit"].values[4].value == pytest.approx(hit)


@pytest.mark.parametrize("model", [PRICE, PATTERN])
def test_every_score_is_there_for_every_version(ground, model):
    found = score_rows(model, ground, 3)
    assert [row.metric for row in found] == list(METRICS[model])
    assert all(list(row.values) == [1, 3, 4] and list(row.gaps) == [1, 4] for row in found)


def test_a_score_that_one_lacks_has_no_difference():
    flat = rows(2)
    flat["forecast"] = 0.0  # never tells stocks apart: no rank correlation
    ground = common_ground({1: rows(1), 2: flat})
    row = by_name(score_rows(PRICE, ground, 1))["IC"]
    assert list(row.values) == [1]
    assert row.gaps == {}


def test_losses_are_those_of_the_scores(ground):
    for model, name in ((PRICE, "MAPE"), (PATTERN, "log_loss")):
        row = by_name(score_rows(model, ground, 1))[name]
        assert losses(model, name, ground, ground.told[4]).mean() == pytest.approx(
            row.values[4].value
        )
    squared = losses(PRICE, "R2", ground, ground.told[4]).sum() / (ground.ret**2).sum()
    r2 = by_name(score_rows(PRICE, ground, 1))["R2"]
    assert 1 - squared == pytest.approx(r2.values[4].value)


def verdict_of(frames, model, name):
    ground = common_ground(frames)
    found = verdicts(model, ground, 1, score_rows(model, ground, 1))
    return next(v for v in found if v.metric.name == name)


def test_a_clear_winner_is_named():
    good = rows(2)
    good["forecast"] = good["ret"] * 0.8
    told = verdict_of({1: rows(1), 2: good}, PRICE, "MAPE")
    assert told.better is True
    assert told.sentence.startswith("By MAPE v2 is better than v1 by ")
    assert f"over {WEEKS} weeks, worth about" in told.sentence
    assert verdict_of({1: good, 2: rows(1)}, PRICE, "R2").better is False
    assert "v2 is worse than v1" in verdict_of({1: good, 2: rows(1)}, PRICE, "R2").sentence


def test_two_alike_cannot_be_told_apart():
    told = verdict_of({1: rows(3), 2: rows(4)}, PATTERN, "log_loss")
    assert told.better is None
    assert told.sentence.startswith("By log loss v2 cannot be told apart from v1")


def test_the_same_forecasts_say_the_same():
    told = verdict_of({1: rows(1), 2: rows(1)}, PATTERN, "accuracy")
    assert told.sentence == "By accuracy v2 and v1 say the same."


def test_few_weeks_name_no_winner():
    good = rows(2, weeks=LEAST_WEEKS - 1)
    good["forecast"] = good["ret"] * 0.8
    told = verdict_of({1: rows(1), 2: good}, PRICE, "MAPE")
    assert told.better is None
    assert "25 common weeks are too few to tell" in told.sentence
