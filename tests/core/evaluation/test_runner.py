import os

import numpy as np
import pytest

from core.evaluation import runner
from core.evaluation.candidates import CANDIDATES, Candidate, chosen
from core.evaluation.fitting import FORECASTS
from tests.core.evaluation import made


def files(folder):
    return sorted(folder.rglob("*.npy"))


def test_a_blend_is_the_weighted_sum_of_its_parts(out):
    slow = 0.5 * out.told["momentum"] + 0.5 * out.told["ridge_apart"]
    assert out.told["blend"] == pytest.approx(slow)


def test_every_part_of_a_blend_is_a_candidate_of_its_kind():
    for blend in (c for c in CANDIDATES.values() if c.parts):
        assert {CANDIDATES[part].kind for part in blend.parts} == {blend.kind}
        assert not any(CANDIDATES[part].parts for part in blend.parts)


def test_every_candidate_is_a_blend_or_is_fitted():
    assert {c.name for c in CANDIDATES.values() if not c.parts} == set(FORECASTS)


def test_rows_come_week_by_week(inputs, out):
    week = inputs.week[out.rows]
    assert (np.diff(week.astype(np.int64)) >= 0).all()
    assert len(np.unique(out.rows)) == len(out.rows)


def test_a_second_run_reads_what_the_first_has_finished(inputs, folds, tmp_path):
    some = [CANDIDATES["momentum"], CANDIDATES["prior"]]
    one = runner.run(inputs, folds, some, tmp_path, workers=0)
    kept = {file: file.stat().st_mtime_ns for file in files(tmp_path)}
    assert len(kept) == 2 * len(folds)
    lost = files(tmp_path)[1]
    lost.unlink()
    told = []
    two = runner.run(inputs, folds, some, tmp_path, workers=0, tell=lambda *line: told.append(line))
    assert np.array_equal(one.told["momentum"], two.told["momentum"])
    assert [line[0] for line in told] == [2 * len(folds) - 1, 2 * len(folds)]
    again = {file: file.stat().st_mtime_ns for file in files(tmp_path)}
    assert [file for file in kept if again[file] != kept[file]] == [lost]


def test_other_prices_do_not_reuse_stored_forecasts(inputs, folds, tmp_path):
    some = [CANDIDATES["drift"]]
    runner.run(inputs, folds, some, tmp_path, workers=0)
    bars = made.make_bars()
    bars["S0"].loc[400:, ["open", "high", "low", "close"]] *= 1.01
    other = made.inputs_of(bars)
    out = runner.run(other, folds, some, tmp_path, workers=0)
    assert len(list(tmp_path.iterdir())) == 2
    assert len(files(tmp_path)) == 2 * len(folds)
    assert np.isfinite(out.told["drift"]).all()


def test_worker_processes_give_the_same_bits(inputs, folds, out, tmp_path):
    some = [CANDIDATES[name] for name in ("ridge_apart", "logistic_context")]
    before = dict(os.environ)
    other = runner.run(inputs, folds[:2], some, tmp_path, workers=2)
    assert dict(os.environ) == before
    here = np.isin(out.fold, [0, 1])
    for name in ("ridge_apart", "logistic_context"):
        assert np.allclose(other.told[name], out.told[name][here], rtol=0, atol=1e-12)
    assert not list(tmp_path.rglob("*.part"))
    assert not list(tmp_path.rglob("inputs.npz"))


def test_a_candidate_that_fails_is_named_and_leaves_no_file(inputs, folds, tmp_path, monkeypatch):
    def broken(inputs, learn, judge):
        return np.full(len(judge), np.nan)

    monkeypatch.setitem(CANDIDATES, "broken", Candidate("broken", "price"))
    monkeypatch.setitem(FORECASTS, "broken", broken)
    with pytest.raises(ValueError, match="broken gave forecasts that are not finite in fold"):
        runner.run(inputs, folds, [CANDIDATES["broken"]], tmp_path, workers=0)
    assert files(tmp_path) == []


def test_the_slow_network_as_written_is_left_out_unless_asked_for():
    assert "lstm_specification" not in [c.name for c in chosen()]
    assert "lstm_specification" in [c.name for c in chosen(("lstm_specification",))]


def test_baselines_and_candidates_answer_for_the_rows_asked(inputs, folds, out):
    for name, told in out.told.items():
        shape = (len(out.rows),) if CANDIDATES[name].kind == "price" else (len(out.rows), 3)
        assert told.shape == shape
        if CANDIDATES[name].kind == "pattern":
            assert told.sum(axis=1) == pytest.approx(1)


def test_progress_is_told_task_by_task(inputs, folds, tmp_path):
    told = []
    runner.run(
        inputs,
        folds[:1],
        [CANDIDATES["prior"]],
        tmp_path,
        workers=0,
        tell=lambda *line: told.append(line),
    )
    assert told == [(1, 1, "prior, fold 1 of 1", 1.0)]
