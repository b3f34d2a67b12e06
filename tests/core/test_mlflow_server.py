"""A promotion from end to end behind a real `mlflow server`."""

import pytest

from core import registry, retiring, stages, trail
from core.gate.judging import judge
from core.registry import PATTERN, PRICE
from tests.core.gated import make_good


@pytest.mark.long
def test_a_promotion_its_trail_and_a_deletion_go_through_a_server(served):
    make_good()
    verdict = judge(served, registry.get(PRICE, 2))
    assert [rule.said for rule in verdict.failed] == []
    stages.change(served, [(PRICE, 2), (PATTERN, 2)], trail.PROMOTED, by="An")
    assert stages.settle(served) == {PRICE: 2, PATTERN: 2}
    assert registry.get(PRICE, 1).stage == "Archived"
    assert [e.action for e in trail.entries(served)][2:] == ["promoted", "promoted"]
    registry.client().set_registered_model_alias(PRICE, "production", "1")
    assert stages.settle(served)[PRICE] == 1
    assert trail.entries(served)[-1].action == trail.OUTSIDE
    retiring.delete(served, PRICE, 2, typed=f"{PRICE} v2", by="An")
    assert [version.version for version in registry.versions(PRICE)] == [1]
    assert registry.aliases("nothing") == {}
