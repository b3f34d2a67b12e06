"""A comparison from end to end, over two real trainings and over versions that lack something."""

import pytest

from core import registry
from core.comparison.result import compare
from core.errors import UserError
from core.registry import PATTERN, PRICE
from core.tracking import client
from core.training import out_of_sample
from tests.core.comparison.made import rows, version


def compared(data_dir, model, *numbers):
    known = registry.versions(model)
    return compare([registry.get(model, number) for number in numbers], known, data_dir)


def made_up(frames, versions, data_dir, known=()):
    """Versions whose rows are made up; those without an entry have none."""

    def read(asked):
        if asked.version not in frames:
            raise UserError(f"{asked.name} has no out-of-sample forecasts on record.")
        return frames[asked.version]

    return compare(versions, known or versions, data_dir, read)


def test_two_trainings_are_scored_on_the_rows_they_share(trained):
    found = compared(trained, PRICE, 2, 1)
    own = [out_of_sample.read(registry.get(PRICE, number)) for number in (1, 2)]
    keys = [set(zip(frame["symbol"], frame["week"], strict=True)) for frame in own]
    assert found.refusal == ""
    assert found.ground.rows == len(keys[0] & keys[1]) > 0
    assert found.reference.version == 1  # in production
    assert {verdict.version for verdict in found.verdicts} == {2}
    # The second learned from another future, so that all outcomes were revised.
    assert found.ground.revised == found.ground.rows


def test_the_order_chosen_does_not_change_the_scores(trained):
    one, other = compared(trained, PATTERN, 1, 2), compared(trained, PATTERN, 2, 1)
    for mine, theirs in zip(one.rows, other.rows, strict=True):
        assert mine.gaps == theirs.gaps


def test_a_version_without_rows_is_named_and_the_rest_compared(data_dir):
    versions = [version(1), version(2), version(3)]
    found = made_up({1: rows(1), 3: rows(3)}, versions, data_dir)
    assert found.left_out == [
        "pattern_lstm_classifier v2 has no out-of-sample forecasts on record."
    ]
    assert list(found.ground.told) == [1, 3]


def test_production_without_rows_is_not_what_the_others_are_measured_by(data_dir):
    versions = [version(1, stage="Production"), version(2), version(3)]
    assert made_up({2: rows(2), 3: rows(3)}, versions, data_dir).reference.version == 2


def test_one_version_with_rows_says_what_to_choose(data_dir):
    found = made_up({1: rows(1)}, [version(1), version(2)], data_dir)
    assert found.ground is None
    assert found.refusal == (
        "Only pattern_lstm_classifier v1 has forecasts to compare: two versions are needed. "
        "With v1 choose v2."
    )


def test_none_with_rows_says_so(data_dir):
    found = made_up({}, [version(1), version(2)], data_dir)
    assert found.refusal.startswith("None of these versions has forecasts to compare")
    assert len(found.left_out) == 2


def test_another_horizon_is_refused(data_dir):
    versions = [version(1), version(2, horizon_weeks="8")]
    found = made_up({1: rows(1), 2: rows(2)}, versions, data_dir)
    assert "differ in horizon (v1: 4 weeks; v2: 8 weeks)" in found.refusal
    assert found.rows == []


def test_no_common_week_says_so(data_dir):
    frames = {1: rows(1, weeks=30), 2: rows(2, first="2024-01-05")}
    found = made_up(frames, [version(1), version(2)], data_dir)
    assert "no week of the same stocks in common" in found.refusal
    assert "v1: 2022-10-07 to 2023-04-28, 6 stocks" in found.refusal


def test_an_empty_table_is_no_common_ground(data_dir):
    found = made_up({1: rows(1), 2: rows(2)[:0]}, [version(1), version(2)], data_dir)
    assert "v2: none" in found.refusal


@pytest.mark.parametrize("count", [1, 7])
def test_two_to_six_versions(data_dir, count):
    versions = [version(number) for number in range(1, count + 1)]
    with pytest.raises(UserError, match="Choose 2 to 6"):
        made_up({}, versions, data_dir)


def test_a_version_made_by_hand_on_a_real_run_is_compared_by_it(trained, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not ours")
    run_id = registry.get(PRICE, 1).run_id
    client().create_model_version(PRICE, source=tmp_path.as_uri(), run_id=run_id)
    found = compared(trained, PRICE, 1, 3)
    assert found.refusal == ""
    assert found.verdicts[0].sentence.endswith("say the same.")


def test_a_deleted_run_is_left_out_with_its_reason(trained):
    run_id = registry.get(PRICE, 2).run_id
    store = client()._tracking_client.store
    store.delete_run(run_id)
    store._hard_delete_run(run_id)  # what `mlflow gc` does
    found = compared(trained, PRICE, 1, 2)
    assert "price_target_model v2 has no out-of-sample forecasts on record" in found.left_out[0]
    assert "Only price_target_model v1 has forecasts" in found.refusal
