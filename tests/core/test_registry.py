import os
from dataclasses import replace
from datetime import UTC, datetime

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from core import registry
from core.errors import NoRoom, UserError
from core.registry import PATTERN, PRICE, Version
from core.settings import settings
from core.tracking import client


def by_number(model):
    return {version.version: version for version in registry.versions(model)}


def plain_client():
    """What `mlflow ui` and any other tool on the same store sees."""
    return MlflowClient(settings().mlflow_uri, settings().mlflow_uri)


def artifact(model, version):
    """The registered file itself."""
    folder = client().get_model_version(model, str(version)).source
    place = mlflow.artifacts.download_artifacts(artifact_uri=folder)
    return os.path.join(place, "model.onnx")


def spoil(path):
    """Change one byte."""
    with open(path, "r+b") as file:
        file.seek(200)
        byte = file.read(1)[0]
        file.seek(200)
        file.write(bytes([byte ^ 1]))


@pytest.fixture(params=["sqlite", pytest.param("server", marks=pytest.mark.long)])
def stored(request):
    """The two trainings in each kind of model store."""
    return request.getfixturevalue({"sqlite": "trained", "server": "served"}[request.param])


def test_an_empty_store_has_no_versions(data_dir):
    assert registry.versions() == []
    assert registry.production() == {}
    with pytest.raises(UserError, match="none is registered yet"):
        registry.get(PRICE, 1)


def test_versions_are_listed_the_newest_first(stored):
    listed = [(version.model, version.version) for version in registry.versions()]
    assert [number for _, number in listed] == [2, 2, 1, 1]
    assert {model for model, _ in listed} == {PRICE, PATTERN}


def test_versions_of_one_model(stored):
    assert {version.model for version in registry.versions(PATTERN)} == {PATTERN}


def test_stages_are_read_from_the_aliases(stored):
    for model in registry.MODELS:
        assert {n: v.stage for n, v in by_number(model).items()} == {1: "Production", 2: ""}


def test_promotion_archives_what_was_there(stored):
    promoted = registry.give_stage(PRICE, 2, "production", by="An")
    assert promoted.stage == "Production"
    assert {n: v.stage for n, v in by_number(PRICE).items()} == {1: "Archived", 2: "Production"}


def test_promotion_tells_when_by_whom_and_what_it_replaced(stored):
    before = datetime.now(UTC).replace(microsecond=0)
    tags = registry.give_stage(PRICE, 2, "production", by="An").tags
    assert tags["promoted_by"] == "An"
    assert tags["replaces"] == "1"
    assert datetime.fromisoformat(tags["promoted_at"]) >= before
    assert registry.get(PRICE, 1).tags["archived"] == "yes"


def test_promotion_of_one_model_leaves_the_other(trained):
    registry.give_stage(PRICE, 2, "production", by="An")
    assert {m: v.version for m, v in registry.production().items()} == {PRICE: 2, PATTERN: 1}


def test_the_plain_mlflow_client_sees_the_stages(stored):
    registry.give_stage(PRICE, 2, "staging", by="An")
    plain = plain_client()
    assert int(plain.get_model_version_by_alias(PRICE, "staging").version) == 2
    assert int(plain.get_model_version_by_alias(PRICE, "production").version) == 1


def test_a_stage_given_in_plain_mlflow_is_seen_here(stored):
    plain_client().set_registered_model_alias(PATTERN, "production", "2")
    assert registry.production()[PATTERN].version == 2


def test_a_version_in_production_is_not_put_into_staging(trained):
    with pytest.raises(UserError, match="is in Production"):
        registry.give_stage(PRICE, 1, "staging", by="An")
    assert registry.get(PRICE, 1).stage == "Production"


def test_staging_then_production_frees_staging(stored):
    assert registry.give_stage(PRICE, 2, "staging", by="An").stage == "Staging"
    registry.give_stage(PRICE, 2, "production", by="An")
    assert set(plain_client().get_registered_model(PRICE).aliases) == {"production"}


def test_rollback_is_a_promotion_of_the_older_version(stored):
    registry.give_stage(PRICE, 2, "production", by="An")
    registry.give_stage(PRICE, 1, "production", by="Binh")
    assert {n: v.stage for n, v in by_number(PRICE).items()} == {1: "Production", 2: "Archived"}


def test_promoting_what_holds_the_stage_changes_nothing(trained):
    before = registry.get(PRICE, 1)
    assert registry.give_stage(PRICE, 1, "production", by="somebody else") == before


@pytest.mark.parametrize("number", [3, 0, -1, 10**30])
def test_a_version_that_does_not_exist_is_one_sentence(stored, number):
    with pytest.raises(UserError) as error:
        registry.give_stage(PRICE, number, "production", by="An")
    assert str(error.value) == f"There is no version {number} of {PRICE}: there are 1, 2."


@pytest.mark.parametrize("model", ["price", "price_target_model'; DROP TABLE runs", "x" * 999])
def test_an_unknown_model_is_one_sentence(data_dir, model):
    with pytest.raises(UserError) as error:
        registry.versions(model)
    assert str(error.value).endswith(f"the models are {PRICE}, {PATTERN}.")
    assert len(str(error.value)) < 200


def test_an_unknown_stage_is_one_sentence(trained):
    with pytest.raises(UserError, match="choose staging or production"):
        registry.give_stage(PRICE, 1, "Archived", by="An")


def test_a_changed_file_is_refused(stored):
    spoil(artifact(PRICE, 2))
    with pytest.raises(UserError, match=f"The file of {PRICE} v2 has changed"):
        registry.give_stage(PRICE, 2, "production", by="An")
    assert registry.production()[PRICE].version == 1


def test_a_lost_file_is_refused(stored):
    os.unlink(artifact(PRICE, 2))
    with pytest.raises(UserError, match="it will not be used"):
        registry.load(registry.get(PRICE, 2))


def test_a_changed_copy_is_fetched_anew(stored):
    version = registry.get(PRICE, 1)
    kept = registry.model_file(version)
    spoil(kept)
    assert registry.sha256(registry.model_file(version)) == version.tags["sha256"]


def test_fetching_leaves_the_model_and_nothing_else(trained):
    folder = registry.model_file(registry.get(PRICE, 2)).parent
    assert all(path.suffix == ".onnx" for path in folder.iterdir())


def test_a_kept_copy_serves_when_the_store_has_lost_its_file(trained):
    version = registry.get(PRICE, 1)
    kept = registry.model_file(version)
    os.unlink(artifact(PRICE, 1))
    assert registry.model_file(version) == kept


def test_a_full_disk_is_not_taken_for_a_lost_file(trained, monkeypatch):
    def full(**_):
        raise MlflowException("artifacts could not be downloaded: No space left on device")

    monkeypatch.setattr(mlflow.artifacts, "download_artifacts", full)
    with pytest.raises(NoRoom, match="The disk is full"):
        registry.model_file(registry.get(PRICE, 2))


def test_an_opened_version_knows_what_it_is(trained):
    bundle = registry.load(registry.get(PATTERN, 1)).bundle
    assert (bundle["market"], bundle["horizon_weeks"], bundle["band"]) == ("VN", 4, 0.01)


@pytest.fixture
def by_hand(trained, tmp_path):
    """A version somebody registered in MLflow, without run, tags or a file of ours."""
    (tmp_path / "model.onnx").write_bytes(b"not ours")
    made = plain_client().create_model_version(PRICE, source=tmp_path.as_uri())
    return int(made.version)


def test_a_version_made_by_hand_is_listed_without_figures(by_hand):
    version = by_number(PRICE)[by_hand]
    assert (version.stage, version.market, version.metrics, version.run_id) == ("", "", {}, "")


def test_a_version_made_by_hand_is_not_promoted(by_hand):
    with pytest.raises(UserError, match="was not registered by Weeklens"):
        registry.give_stage(PRICE, by_hand, "production", by="An")


def test_a_version_whose_run_was_deleted_is_listed_without_figures(trained):
    run_id = registry.get(PRICE, 2).run_id
    store = client()._tracking_client.store
    store.delete_run(run_id)
    store._hard_delete_run(run_id)  # what `mlflow gc` does
    assert by_number(PRICE)[2].metrics == {}


def made(model, number=1, **tags):
    tags = {"market": "VN", "horizon_weeks": "4", "band": "0.01"} | tags
    return Version(model, number, "Production", datetime.now(UTC), "", tags, {}, {})


def test_two_versions_of_one_training_agree():
    assert registry.disagreement({PRICE: made(PRICE), PATTERN: made(PATTERN)}) == ""


@pytest.mark.parametrize(
    ("current", "lacking"),
    [
        ({}, f"{PRICE} and {PATTERN}"),
        ({PRICE: made(PRICE)}, PATTERN),
        ({PATTERN: made(PATTERN)}, PRICE),
    ],
)
def test_what_is_not_yet_in_production_is_named(current, lacking):
    said = registry.disagreement(current)
    assert said == f"No version of {lacking} is in production yet: promote one."


@pytest.mark.parametrize(
    ("tag", "value", "words"),
    [
        ("market", "US", "for the market VN, but pattern_lstm_classifier v2 for the market US"),
        ("horizon_weeks", "8", "horizon in weeks of 4, but pattern_lstm_classifier v2"),
        ("band", "0.02", "SIDEWAYS band of 0.01, but pattern_lstm_classifier v2"),
    ],
)
def test_versions_of_different_trainings_disagree(tag, value, words):
    other = replace(made(PATTERN, 2), tags=made(PATTERN).tags | {tag: value})
    assert words in registry.disagreement({PRICE: made(PRICE), PATTERN: other})
