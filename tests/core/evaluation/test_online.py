"""What is fitted online is fitted on the past: another future changes nothing before it."""

import numpy as np
import pytest

from core.evaluation import online, runner
from core.evaluation.candidates import CANDIDATES
from core.evaluation.folds import walk_forward
from tests.core.evaluation import made

CHANGE = np.datetime64("2019-03-01")


def chain(inputs, folds, out):
    """Everything that is fitted on out-of-fold forecasts."""
    shown, _ = online.shrunken(inputs, folds, out, "blend")
    proba, _ = online.calibrated(inputs, folds, out, "logistic_context")
    moves = online.expected_moves(inputs, folds, out)
    call, _ = online.calls(inputs, folds, out, proba, out.told["blend"])
    return {
        "shrunken": shown,
        "proba": proba,
        "half": online.half_widths(inputs, folds, out, shown, moves),
        "call": call,
        "prior": online.priors(inputs, folds, out),
        **out.told,
    }


@pytest.fixture(scope="module")
def other_future(tmp_path_factory):
    """The same stocks, but for other prices after a day."""
    bars = made.make_bars()
    random = np.random.default_rng(3)
    for daily in bars.values():
        later = (daily["date"] > CHANGE).to_numpy()
        drift = np.exp(np.cumsum(random.normal(0.004, 0.04, later.sum())))
        for name in ("open", "high", "low", "close"):
            daily.loc[later, name] *= drift
    inputs = made.inputs_of(bars)
    folds = walk_forward(inputs, *made.YEARS)
    out = runner.run(inputs, folds, made.quick(), tmp_path_factory.mktemp("other"), workers=0)
    return inputs, folds, out


def test_another_future_changes_no_forecast_before_it(inputs, folds, out, other_future):
    one, two = chain(inputs, folds, out), chain(*other_future)
    early = inputs.week[out.rows] <= CHANGE
    early_other = other_future[0].week[other_future[2].rows] <= CHANGE
    assert early.sum() == early_other.sum() > 300
    for name in one:
        assert np.array_equal(one[name][early], two[name][early_other], equal_nan=True), name
    late = ~early
    assert not np.array_equal(one["half"][late], two["half"][~early_other])


def test_before_there_is_a_past_the_prior_is_said_and_no_change(inputs, folds, out):
    proba, notes = online.calibrated(inputs, folds, out, "logistic_context")
    first = out.fold == 0
    assert proba[first] == pytest.approx(online.priors(inputs, folds, out)[first])
    assert notes[0].weight == 0.0
    shown, notes = online.shrunken(inputs, folds, out, "blend")
    assert (shown[first] == 0).all()
    assert (notes[0].market, notes[0].apart) == (0.0, 0.0)


def test_a_forecast_that_knows_the_future_is_believed_once_it_has_a_past(inputs, folds, out):
    told = {**out.told, "blend": inputs.ret[out.rows].copy()}
    known = runner.OutOfFold(out.rows, out.fold, told)
    shown, notes = online.shrunken(inputs, folds, known, "blend")
    assert notes[-1].apart == pytest.approx(1.0)
    assert np.abs(shown).max() > 0.01


def test_widths_follow_matured_labels_only(inputs, folds, out):
    """Slow reference for one week: the misses known on its Friday, none later."""
    forecast = np.zeros(len(out.rows))
    moves = online.expected_moves(inputs, folds, out)
    half = online.half_widths(inputs, folds, out, forecast, moves)
    week = inputs.week[out.rows]
    now = np.unique(week)[60]
    fold = out.fold[week == now][0]
    score = {}
    for position, row in enumerate(out.rows):
        if inputs.target_date[row] <= now:
            score.setdefault(inputs.week[row], []).append(
                abs(inputs.ret[row]) / moves[fold][position]
            )
    weighted = sorted(
        (value, 0.5 ** ((now - w) / np.timedelta64(7, "D") / 26) / len(values))
        for w, values in score.items()
        for value in values
    )
    total = sum(weight for _, weight in weighted) + len(score) / len(weighted)
    reached = np.cumsum([weight for _, weight in weighted]) / total
    width = weighted[np.searchsorted(reached, 0.8)][0]
    assert half[week == now, 0] == pytest.approx(width * moves[fold][week == now])


def test_the_wider_interval_holds_the_narrower(inputs, folds, out):
    moves = online.expected_moves(inputs, folds, out)
    half = online.half_widths(inputs, folds, out, out.told["no_change"], moves)
    known = np.isfinite(half).all(axis=1)
    assert known.mean() > 0.8
    assert (half[known, 1] > half[known, 0]).all()


def test_baselines_are_judged_as_they_stand(inputs, folds, out):
    for name in ("no_change", "drift", "prior", "persistence"):
        told, notes = online.finished(inputs, folds, out, CANDIDATES[name])
        assert told is out.told[name]
        assert notes == []
