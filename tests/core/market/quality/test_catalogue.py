"""The catalogue is whole: every rule says what it does, and nothing is done without a rule."""

import re
from pathlib import Path

import pytest

from core.charts.quality import MARKS
from core.market import quality
from core.market.quality.catalogue import REPLACED, RULES


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_has_a_reason_and_a_written_text(rule):
    assert rule.reason.endswith(".")
    assert rule.written.endswith(".")
    assert rule.actions
    assert set(rule.actions) <= {"repaired", "dropped", "flagged"}


def test_row_rules_carry_no_badge_of_their_own():
    badged = {rule.id for rule in RULES.values() if rule.badge}
    assert badged <= {rule.id for rule in RULES.values() if "flagged" in rule.actions}


def test_every_rule_with_a_badge_has_its_own_mark_on_the_chart():
    assert set(MARKS) == {rule.id for rule in RULES.values() if rule.badge}
    assert len({shape for shape, _ in MARKS.values()}) == len(MARKS)


def test_the_code_uses_all_rules_and_no_other():
    folder = Path(quality.__file__).parent
    code = "".join((folder / f"{name}.py").read_text() for name in ("rows", "series", "moves"))
    used = set(re.findall(r'"([a-z_]+)"', code)) | {REPLACED}  # the importer's
    assert set(RULES) <= used
