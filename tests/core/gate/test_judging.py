"""The rules of the gate, on versions whose out-of-sample rows are known."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import registry, trail
from core.gate import measuring
from core.gate.judging import judge
from core.language import using
from core.promotion import promote
from core.registry import PATTERN, PRICE
from core.settings import settings
from core.tracking import client
from core.training.out_of_sample import PROBA
from tests.core.gated import another, give_rows, good_rows, judged, keep_rows, make_good, rule_of


@pytest.mark.parametrize("model", [PRICE, PATTERN])
def test_a_version_that_is_better_everywhere_passes_every_rule(trained, model):
    make_good()
    verdict = judged(trained, model)
    assert [r.said for r in verdict.failed] == []
    assert verdict.opens
    assert len(verdict.rules) == 7


def test_prices_changed_between_two_trainings_are_not_compared(trained):
    # The two trainings of the world saw different prices in every test week.
    found = rule_of(trained, "production")
    assert not found.passed
    assert re.match(rf"(No|Only \d) common weeks? with {PRICE} v1 \(3\d\d rows left", found.said)
    assert "prices were changed since" in found.said


def test_only_rows_of_both_with_the_same_outcome_are_common():
    mine = pd.DataFrame(
        {
            "week": pd.to_datetime(["2024-01-05", "2024-01-05", "2024-01-12", "2024-01-12"]),
            "symbol": ["A", "B", "A", "C"],
            "ret": [0.01, 0.02, 0.03, 0.04],
        }
    )
    other = pd.DataFrame(
        {
            "week": pd.to_datetime(["2024-01-12", "2024-01-05", "2024-01-05"]),
            "symbol": ["A", "B", "A"],
            "ret": [0.0319, 0.5, 0.01],
        }
    )
    left, right, revised = measuring.common(mine, other)
    assert left["symbol"].tolist() == right["symbol"].tolist() == ["A", "A"]
    assert left["ret"].tolist() == [0.01, 0.03]
    assert revised == 1


def test_the_difference_in_price_is_a_share_of_the_error_of_no_change(trained):
    rows = good_rows()
    worse = rows.assign(forecast=-0.1 * rows["ret"])
    assert measuring.worse_by(worse, rows, PRICE).value == pytest.approx(0.2)
    assert measuring.worse_by(rows, rows, PRICE).high == 0


def test_the_difference_of_the_pattern_is_in_nats(trained):
    rows = good_rows()
    sure = rows.copy()
    sure[list(PROBA)] = np.where(np.eye(3)[rows["label"]] == 1, 0.5, 0.25)
    flat = rows.assign(**dict.fromkeys(PROBA, 1 / 3))
    assert measuring.worse_by(sure, flat, PATTERN).value == pytest.approx(np.log(2) - np.log(3))


def test_a_version_worse_than_production_is_refused(trained):
    give_rows(1, good_rows(0.2))
    make_good(skill=0.1)
    found = rule_of(trained, "production")
    assert not found.passed
    assert found.figures["difference"] == pytest.approx(0.1)
    assert "worse by 10.00 %" in found.said


def test_a_difference_inside_the_margin_passes_and_one_outside_does_not(trained):
    give_rows(1, good_rows(0.2))
    for skill, passes in ((0.196, True), (0.194, False)):
        give_rows(2, good_rows(skill))
        assert rule_of(trained, "production").passed is passes


def test_small_losses_do_not_add_up(trained):
    """Version 2 may be a little worse than 1; a third a little worse than 2 is too far from 1."""
    give_rows(1, good_rows(0.2))
    give_rows(2, good_rows(0.196))
    promote([(PRICE, 2)], "production", by="An", data_dir=trained)
    three = another(PRICE, 2)
    with_rows = _run_of_its_own(three, good_rows(0.192))
    verdict = judge(trained, with_rows)
    assert [r.key for r in verdict.failed] == ["best"]
    best = verdict.failed[0]
    assert best.figures["against"] == 1
    assert best.figures["difference"] == pytest.approx(0.008)


def _run_of_its_own(version, rows):
    run = client().create_run(client().get_run(version.run_id).info.experiment_id)
    keep_rows(run.info.run_id, rows)
    return replace(version, run_id=run.info.run_id)


def test_worse_than_no_change_is_refused(trained):
    give_rows(2, good_rows(-0.1))
    found = rule_of(trained, "naive")
    assert not found.passed
    assert found.figures["difference"] == pytest.approx(0.1)


def test_worse_than_the_class_prior_is_refused(trained):
    rows = good_rows()
    rows[list(PROBA)] = [0.05, 0.9, 0.05]
    give_rows(2, rows)
    assert not rule_of(trained, "naive", PATTERN).passed


@pytest.mark.parametrize(("factor", "passes"), [(1, True), (3, False), (0.3, False)])
def test_intervals_too_wide_or_too_narrow_are_refused(trained, factor, passes):
    rows = good_rows()
    give_rows(2, rows.assign(half_80=factor * rows["half_80"]))
    assert rule_of(trained, "coverage").passed is passes


def test_probabilities_that_do_not_come_true_are_refused(trained):
    rows = good_rows()
    top = int(np.argmin(np.bincount(rows["label"], minlength=3)))
    proba = np.full(3, 0.1)
    proba[top] = 0.8
    rows[list(PROBA)] = proba
    give_rows(2, rows)
    found = rule_of(trained, "calibration", PATTERN)
    assert not found.passed
    assert found.figures["value"] == pytest.approx(0.8 - (rows["label"] == top).mean())


@pytest.mark.parametrize(("tag", "value"), [("horizon_weeks", "8"), ("band", "0.02")])
def test_what_differs_in_kind_is_not_comparable(trained, tag, value):
    client().set_model_version_tag(PRICE, "2", tag, value)
    found = rule_of(trained, "comparable")
    assert not found.passed
    assert f" {value} against " in found.said


def test_too_few_common_weeks_prove_nothing(trained):
    rows = good_rows()
    weeks = sorted(rows["week"].unique())[: measuring.LEAST_WEEKS - 1]
    give_rows(2, rows[rows["week"].isin(weeks)])
    assert rule_of(trained, "production").said.startswith("Only 25 common weeks")
    assert not rule_of(trained, "naive").passed


def test_a_stale_version_is_refused(trained, monkeypatch):
    make_good()
    client().set_model_version_tag(PRICE, "2", "last_week", "2022-02-04")  # 13 weeks before
    assert rule_of(trained, "fresh").passed
    monkeypatch.setattr(settings(), "gate_stale_weeks", 12)
    found = rule_of(trained, "fresh")
    assert not found.passed
    assert "13 weeks behind, at most 12 allowed" in found.said


def test_a_version_without_rows_fails_and_says_what_to_do(trained):
    verdict = judge(trained, replace(registry.get(PRICE, 2), run_id="gone"))
    assert {r.key for r in verdict.failed} == {"production", "best", "naive", "coverage"}
    assert all("train again" in r.said for r in verdict.failed)


def test_a_version_made_by_hand_fails_without_an_error(trained):
    bare = replace(registry.get(PRICE, 2), run_id="", tags={}, metrics={}, params={})
    failed = {r.key: r.said for r in judge(trained, bare).failed}
    assert {"comparable", "leaks", "fresh"} <= set(failed)
    assert "made by hand" in failed["comparable"]


def test_versions_made_since_the_last_promotion_are_counted(trained):
    assert judged(trained).tried == 1
    another(PRICE, 2)
    assert judged(trained).tried == 2


def test_nothing_holds_back_the_first_production(trained):
    first = trail.entries(trained)[0]
    assert first.action == trail.FIRST
    assert "Not worse than no change" in first.failed


def test_a_verdict_is_json(trained):
    told = json.loads(json.dumps(judged(trained).record()))
    assert (told["model"], told["version"], told["opens"]) == (PRICE, 2, False)


def test_every_rule_is_kept_in_english_whoever_reads(trained):
    make_good()
    with using("vi"):
        told = judged(trained).record()
    assert told == judged(trained).record()
