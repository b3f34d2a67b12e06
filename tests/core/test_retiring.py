import pytest

from core import registry, retiring, stages, trail
from core.errors import UserError
from core.registry import PATTERN, PRICE


def last(data_dir):
    e = trail.entries(data_dir)[-1]
    return (e.action, e.model, e.was, e.who)


def test_an_archived_version_says_so_and_comes_back(trained):
    assert retiring.archive(trained, PRICE, 2, by="An") == f"{PRICE} v2 is archived."
    assert registry.get(PRICE, 2).stage == "Archived"
    assert last(trained) == ("archived", PRICE, 2, "An")
    retiring.unarchive(trained, PRICE, 2, by="Binh")
    assert registry.get(PRICE, 2).stage == ""
    assert last(trained) == ("unarchived", PRICE, 2, "Binh")


def test_what_was_replaced_can_be_taken_back_among_the_others(trained):
    stages.change(trained, [(PRICE, 2)], trail.PROMOTED, by="An")
    assert registry.get(PRICE, 1).stage == "Archived"
    retiring.unarchive(trained, PRICE, 1, by="An")
    assert registry.get(PRICE, 1).stage == ""


@pytest.mark.parametrize("stage", ["production", "staging"])
@pytest.mark.parametrize("todo", ["archive", "delete"])
def test_what_holds_a_stage_stays(trained, stage, todo):
    version = 1
    if stage == "staging":
        stages.put_in_staging(trained, PRICE, 2, by="An")
        version = 2
    before = trail.entries(trained)
    more = {"typed": f"{PRICE} v{version}"} if todo == "delete" else {}
    with pytest.raises(UserError, match=f"v{version} is in {stage.capitalize()}"):
        getattr(retiring, todo)(trained, PRICE, version, by="An", **more)
    assert trail.entries(trained) == before
    assert registry.get(PRICE, version).stage == stage.capitalize()


@pytest.mark.parametrize("typed", ["", f"{PATTERN} v1", "v2", f"{PATTERN}v2"])
def test_deleting_needs_the_name(trained, typed):
    with pytest.raises(UserError, match=f"type the version's name, {PATTERN} v2"):
        retiring.delete(trained, PATTERN, 2, typed=typed, by="An")
    assert registry.get(PATTERN, 2).version == 2


def test_a_deleted_version_is_gone_and_told(trained):
    assert retiring.delete(trained, PATTERN, 2, typed=f" {PATTERN} v2", by="An") == (
        f"{PATTERN} v2 is deleted."
    )
    assert [v.version for v in registry.versions(PATTERN)] == [1]
    assert last(trained) == ("deleted", PATTERN, 2, "An")


def test_forecasts_of_a_deleted_version_are_counted_and_stay(trained):
    stages.change(trained, [(PRICE, 2), (PATTERN, 2)], trail.PROMOTED, by="An")
    count = retiring.forecasts_by(trained, PRICE, 1)
    assert count == 9
    said = retiring.delete(trained, PRICE, 1, typed=f"{PRICE} v1", by="An")
    assert said == f"{PRICE} v1 is deleted. 9 stored forecasts refer to it and stay."
    assert retiring.forecasts_by(trained, PRICE, 1) == count
