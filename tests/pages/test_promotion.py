"""The Models page: the gate, the way back, archiving, deleting, the trail."""

import pytest

from core import stages, trail
from core.jobs.store import JobStore
from core.registry import MODELS, PATTERN, PRICE, versions
from core.tracking import client
from tests.core.gated import make_good
from tests.pages.conftest import words

WHY = "The older one is broken."


def open_gate(at):
    both = [button for button in at.button if (button.key or "").startswith("both-")]
    return both[0].click().run()


def labelled(at, label):
    return next(button for button in at.button if button.label == label)


def test_a_gate_that_holds_opens_with_one_more_click(show, trained):
    make_good()
    at = open_gate(show("models"))
    assert "The gate to Production" in words(at)
    assert stages.in_production() == {PRICE: 1, PATTERN: 1}
    labelled(at, "Promote now").click().run()
    assert not at.exception
    assert stages.in_production() == dict.fromkeys(MODELS, 2)
    assert [job.kind for job in JobStore(trained).active()] == ["forecast"]


def test_a_shut_gate_opens_for_a_written_reason_only(show, trained):
    at = open_gate(show("models"))
    assert "**fails** · **Not worse than production.**" in words(at)
    labelled(at, "Promote all the same").click().run()
    assert "at least 10 characters" in words(at)
    assert stages.in_production()[PRICE] == 1
    at.text_input(key="gate_reason").set_value(WHY)
    labelled(at, "Promote all the same").click().run()
    assert not at.exception
    assert stages.in_production()[PRICE] == 2
    assert trail.entries(trained)[-1].reason == WHY


def test_production_that_changed_meanwhile_is_told(show, trained):
    make_good()
    at = open_gate(show("models"))
    stages.change(trained, [(PRICE, 2)], trail.PROMOTED, by="Binh")
    labelled(at, "Promote now").click().run()
    assert "Production changed meanwhile" in words(at)
    assert stages.in_production() == {PRICE: 2, PATTERN: 1}


def test_one_click_goes_back(show, trained):
    stages.change(trained, [(PRICE, 2), (PATTERN, 2)], trail.PROMOTED, by="An", reason=WHY)
    at = show("models")
    assert "The older one is broken" in words(at)
    at.button(key="rollback").click().run()
    assert "back in Production" in at.success[0].value
    assert stages.in_production() == {PRICE: 1, PATTERN: 1}


def test_archived_versions_are_hidden_until_asked_for(show, trained):
    at = show("models")
    at.button(key=f"{PRICE} v2-archive").click().run()
    assert f"`{PRICE} v2`" not in words(at)
    at.toggle(key="show_archived").set_value(True).run()
    assert f"`{PRICE} v2`" in words(at)


def test_deleting_needs_the_name(show, trained):
    at = show("models")
    deleting = [button for button in at.button if button.label == "Delete"]
    deleting[0].click().run()
    assert "Nothing was deleted" in words(at)
    assert len(versions()) == 4


def test_the_trail_and_a_day_of_it(show, trained):
    at = show("models")
    table = next(frame.value for frame in at.dataframe if "Who" in frame.value.columns)
    assert table["What"].tolist() == ["first", "first"]
    assert f"**{PRICE} v1 and {PATTERN} v1**" in words(at)


def test_rules_that_did_not_hold_are_said_beside_the_forecasts(show, trained):
    said = "In production although rules of the gate did not hold"
    assert said in words(show())
    assert said in words(show("stock", symbol="AAA"))


def by_hand(trained, tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not ours")
    client().create_model_version(PRICE, source=tmp_path.as_uri())
    client().set_registered_model_alias(PRICE, "production", "3")


def run_deleted(trained, tmp_path):
    client().delete_run(client().get_model_version(PRICE, "1").run_id)


def version_deleted(trained, tmp_path):
    client().delete_model_version(PRICE, "1")


def tags_removed(trained, tmp_path):
    for tag in ("market", "horizon_weeks", "band", "sha256", "last_week", "promoted_at"):
        client().delete_model_version_tag(PRICE, "1", tag)


def tags_nonsense(trained, tmp_path):
    for tag in ("market", "horizon_weeks", "band", "last_week", "promoted_at", "replaces"):
        client().set_model_version_tag(PRICE, "2", tag, "<b>")


@pytest.mark.parametrize(
    "hand", [by_hand, run_deleted, version_deleted, tags_removed, tags_nonsense]
)
@pytest.mark.parametrize("page", ["market", "models", "training"])
def test_what_people_do_in_mlflow_breaks_no_page(show, trained, tmp_path, hand, page):
    hand(trained, tmp_path)
    at = show(page)
    assert not at.exception
    if page == "models":
        at = open_gate(at)
        assert not at.exception
