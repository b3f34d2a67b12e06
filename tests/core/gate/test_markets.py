"""Versions of several markets before one gate: production is one version of each model."""

from dataclasses import replace

from core import registry, stages, trail
from core.gate.judging import judge
from core.promotion import promote
from core.registry import PRICE
from core.tracking import client
from tests.core.gated import another, give_rows, good_rows, judged, make_good


def of_market(market, *numbers, model=PRICE):
    """Say of versions that they were trained on another market."""
    for number in numbers:
        client().set_model_version_tag(model, str(number), "market", market)


def found_of(trained, number=2):
    return {r.key: r for r in judged(trained, number=number).rules}


def test_where_production_is_of_another_market_there_is_nothing_to_beat(trained):
    of_market("US", 1)
    found = found_of(trained)
    said = "Production forecasts US; nothing of VN is in production, so nothing is compared."
    assert found["comparable"].passed
    assert found["production"].passed
    assert found["comparable"].said == found["production"].said == said
    assert found["best"].passed
    assert found["best"].said.startswith("No other version that was promoted")


def test_the_first_of_a_market_is_judged_by_every_other_rule_and_held_back_by_none(trained):
    of_market("US", 1)
    give_rows(2, good_rows(-0.1))
    verdict = judged(trained)
    assert "naive" in {r.key for r in verdict.failed}
    assert (verdict.first, verdict.opens) == (True, True)


def test_the_first_of_a_market_is_written_down_as_such_and_the_second_is_not(trained):
    of_market("US", 1)
    make_good()
    promote([(PRICE, 2)], "production", by="An", data_dir=trained)
    assert trail.entries(trained)[-1].action == trail.FIRST
    of_market("VN", 3 if another(PRICE, 2) else 0)
    assert not judge(trained, registry.get(PRICE, 3)).first
    stages.change(trained, [(PRICE, 3)], trail.PROMOTED, by="An")
    assert trail.entries(trained)[-1].action == trail.PROMOTED


def test_a_deletion_makes_no_second_promotion_a_first_one(trained):
    make_good()
    promote([(PRICE, 2)], "production", by="An", data_dir=trained)
    another(PRICE, 2)
    of_market("US", 3)
    stages.change(trained, [(PRICE, 3)], trail.PROMOTED, by="An")
    assert trail.entries(trained)[-1].action == trail.FIRST
    four = another(PRICE, 2)
    for number in (1, 2):
        registry.delete(PRICE, number)
    assert not judge(trained, four).first


def test_a_version_made_by_hand_is_no_first_of_anything(trained):
    bare = replace(registry.get(PRICE, 2), tags={})
    assert not judge(trained, bare).first
