from functools import partial

import pytest

from core import forecasts, registry, stages, trail
from core.errors import StoreAway, UserError
from core.jobs.runner import wait
from core.jobs.store import JobStore
from core.promotion import (
    GateRefused,
    after_promotion,
    promote,
    request_forecasts,
    rollback,
    serving,
    way_back,
)
from core.registry import PATTERN, PRICE
from core.tracking import client
from tests.core.gated import make_good

WHY = "This test is about what follows."


def against_the_gate(data_dir, *chosen):
    return promote(chosen, "production", by="An", data_dir=data_dir, reason=WHY, override=True)


def waiting(data_dir):
    return [(job.kind, job.params) for job in JobStore(data_dir).active()]


def test_promotion_to_production_asks_for_forecasts_by_the_new_pair(trained):
    said = against_the_gate(trained, (PRICE, 2))
    assert said == f"{PRICE} v2 is now in Production. Forecasts are being computed."
    assert waiting(trained) == [("forecast", {PRICE: 2, PATTERN: 1})]


def test_two_promotions_in_one_step_ask_once(trained):
    said = against_the_gate(trained, (PRICE, 2), (PATTERN, 2))
    assert said.startswith(f"{PRICE} v2 and {PATTERN} v2 are now in Production.")
    assert waiting(trained) == [("forecast", {PRICE: 2, PATTERN: 2})]


def test_promotion_to_staging_asks_for_nothing(trained):
    said = promote([(PRICE, 2)], "staging", by="An", data_dir=trained)
    assert said == f"{PRICE} v2 is now in Staging."
    assert waiting(trained) == []


def test_promotion_that_leaves_no_pair_says_what_to_do(trained):
    client().delete_registered_model_alias(PATTERN, "production")
    said = against_the_gate(trained, (PRICE, 2))
    assert said.endswith(f"No version of {PATTERN} is in production yet: promote one.")
    assert registry.production()[PRICE].version == 2
    assert waiting(trained) == []


def test_promotion_of_a_pair_that_does_not_agree_says_so(trained):
    client().set_model_version_tag(PRICE, "2", "horizon_weeks", "8")
    said = against_the_gate(trained, (PRICE, 2))
    assert "promote two versions of the same training" in said
    assert waiting(trained) == []


def test_a_version_that_does_not_exist_changes_nothing(trained):
    with pytest.raises(UserError, match="There is no version 9"):
        promote([(PRICE, 9)], "production", by="An", data_dir=trained)
    assert registry.production()[PRICE].version == 1
    assert waiting(trained) == []


def test_forecasts_without_production_are_refused_with_what_to_do(data_dir):
    with pytest.raises(UserError, match="is in production yet: promote one"):
        request_forecasts(data_dir, by="An")
    assert "promote one" in after_promotion(data_dir, by="An")


def test_forecasts_of_an_earlier_week_are_asked_for_by_its_date(trained):
    job = request_forecasts(trained, by="An", as_of="1 March 2021")
    assert job.params == {PRICE: 1, PATTERN: 1, "as_of": "2021-03-01"}


@pytest.mark.parametrize("text", ["", "NaT", "yesterday's", "2024-13-01", "2024-01-01T00:00Z"])
def test_what_is_no_date_is_one_sentence_and_no_job(trained, text):
    with pytest.raises(UserError, match="is not a date: write it as 2024-06-28"):
        request_forecasts(trained, by="An", as_of=text)
    assert waiting(trained) == []


def test_a_version_that_fails_a_rule_is_refused_with_every_rule(trained):
    with pytest.raises(GateRefused) as refused:
        promote([(PRICE, 2), (PATTERN, 2)], "production", by="An", data_dir=trained)
    assert [len(verdict.rules) for verdict in refused.value.verdicts] == [7, 7]
    assert f"{PRICE} v2 fails Not worse than production" in str(refused.value)
    assert registry.production()[PRICE].version == 1
    assert waiting(trained) == []


def test_a_version_that_holds_every_rule_is_promoted_without_a_reason(trained):
    make_good()
    promote([(PRICE, 2), (PATTERN, 2)], "production", by="An", data_dir=trained)
    last = trail.entries(trained)[-1]
    assert (last.reason, last.failed, len(last.rules), last.tried) == ("", [], 7, 1)


@pytest.mark.parametrize("reason", ["", "because", " " * 20, "  short   "])
def test_the_gate_does_not_open_for_less_than_a_reason(trained, reason):
    with pytest.raises(UserError, match="at least 10 characters"):
        promote([(PRICE, 2)], "production", by="An", data_dir=trained, reason=reason, override=True)
    assert registry.production()[PRICE].version == 1


def test_a_reason_alone_does_not_open_it(trained):
    with pytest.raises(GateRefused):
        promote([(PRICE, 2)], "production", by="An", data_dir=trained, reason=WHY)


def test_what_was_overridden_is_in_the_trail_and_on_every_forecast(trained):
    against_the_gate(trained, (PRICE, 2), (PATTERN, 2))
    last = trail.entries(trained)[-1]
    assert last.reason == WHY
    assert "Not worse than production" in last.failed
    done = wait(trained, JobStore(trained).active()[0].id)
    assert done.state == "done", done.message
    shown = forecasts.current(trained)
    assert "Not worse than production" in shown["gate_failed"][PRICE]
    assert shown["instead"] == ""


def test_the_first_production_says_which_rules_it_did_not_hold(trained):
    assert "Not worse than no change" in forecasts.current(trained)["gate_failed"][PRICE]


def test_a_pair_promoted_together_goes_back_together(trained):
    against_the_gate(trained, (PRICE, 2), (PATTERN, 2))
    assert way_back(trained) == {PRICE: 1, PATTERN: 1}
    said = rollback(trained, by="Binh", reason="It looked odd.")
    assert said.startswith(f"{PRICE} v1 and {PATTERN} v1 are back in Production. Forecasts are")
    assert stages.in_production() == {PRICE: 1, PATTERN: 1}
    last = trail.entries(trained)[-1]
    assert (last.action, last.who, last.reason) == ("rolled back", "Binh", "It looked odd.")
    assert waiting(trained)[-1] == ("forecast", {PRICE: 1, PATTERN: 1})
    assert way_back(trained) == {}


def test_one_promoted_alone_goes_back_alone(trained):
    against_the_gate(trained, (PRICE, 2))
    against_the_gate(trained, (PATTERN, 2))
    rollback(trained, by="An")
    assert stages.in_production() == {PRICE: 2, PATTERN: 1}
    rollback(trained, by="An")
    assert stages.in_production() == {PRICE: 1, PATTERN: 1}


def test_nothing_to_go_back_to_is_one_sentence(trained):
    with pytest.raises(UserError, match="nothing to go back to"):
        rollback(trained, by="An")


def test_there_is_no_way_back_to_a_deleted_version(trained):
    against_the_gate(trained, (PRICE, 2))
    client().delete_model_version(PRICE, "1")
    assert way_back(trained) == {}


@pytest.fixture
def spoil(trained, request):
    """Change a version's registered file and every copy of it."""
    folders = [trained]
    if request.config.getoption("--on-server"):
        folders.append(request.getfixturevalue("model_server").folder)
    return partial(spoiled, folders)


def spoiled(folders, model, version):
    found = registry.get(model, version)
    kept = registry.model_file(found)
    for path in (path for folder in folders for path in folder.rglob("*.onnx")):
        if path != kept and registry.sha256(path) == found.tags["sha256"]:
            path.write_bytes(path.read_bytes()[:-1] + b"\0")
    kept.unlink()


def test_where_productions_file_has_changed_the_last_good_one_forecasts(trained, spoil):
    against_the_gate(trained, (PRICE, 2), (PATTERN, 2))
    wait(trained, JobStore(trained).active()[0].id)
    spoil(PRICE, 2)
    versions, instead = serving(trained)
    assert {model: version.version for model, version in versions.items()} == {PRICE: 1, PATTERN: 1}
    assert instead.startswith(f"The file of {PRICE} v2 has changed since it was registered")
    assert f"by the last good one: {PRICE} v1 and {PATTERN} v1." in instead
    done = wait(trained, request_forecasts(trained, by="An").id)
    assert done.state == "done", done.message
    shown = forecasts.current(trained)
    assert (shown["price_version"], shown["pattern_version"]) == (1, 1)
    assert shown["instead"] == instead
    assert registry.production()[PRICE].version == 2


def test_with_no_good_version_left_it_says_so(trained, spoil):
    spoil(PRICE, 1)
    with pytest.raises(UserError, match="No earlier version that can serve is known"):
        request_forecasts(trained, by="An")


def test_no_other_pair_serves_because_the_store_is_away(trained, monkeypatch):
    def away(_):
        raise StoreAway("The model store does not answer.")

    monkeypatch.setattr(registry, "model_file", away)
    with pytest.raises(StoreAway):
        serving(trained)
