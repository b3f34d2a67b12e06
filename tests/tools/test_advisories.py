import json
from datetime import date

from packaging.version import Version
from pip_audit._format import JsonFormat
from pip_audit._service.interface import (
    ResolvedDependency,
    SkippedDependency,
    VulnerabilityResult,
)

from tools.advisories import Accepted, judged

TODAY = date(2026, 11, 25)
FOUND = VulnerabilityResult.create(
    ids=["PYSEC-2026-7", "CVE-2026-1234"],
    description="",
    fix_versions=[Version("2.0")],
    published=None,
)
LIBRARY = ResolvedDependency("library", Version("1.0"))


def said(results: dict) -> list[dict]:
    """What pip-audit would print of these results."""
    return json.loads(JsonFormat(False, True).format(results, []))["dependencies"]


def test_a_vulnerable_package_is_named_with_the_version_that_mends_it():
    lines, known = judged(said({LIBRARY: [FOUND]}), {}, TODAY)
    assert lines == ["library 1.0: PYSEC-2026-7 / CVE-2026-1234, mended in 2.0"]
    assert known == 1


def test_a_package_that_could_not_be_asked_about_does_not_count_as_safe():
    assert judged(said({SkippedDependency("library", "not found"): []}), {}, TODAY) == ([], 0)


def test_an_accepted_advisory_is_passed_over_until_its_last_day():
    accepted = {"CVE-2026-1234": Accepted("we never call it", TODAY)}
    assert judged(said({LIBRARY: [FOUND]}), accepted, TODAY) == ([], 1)


def test_an_acceptance_that_has_run_out_is_told_with_its_reason():
    accepted = {"CVE-2026-1234": Accepted("we never call it", date(2026, 11, 24))}
    (line,), _ = judged(said({LIBRARY: [FOUND]}), accepted, TODAY)
    assert line.endswith("accepted until 2026-11-24: we never call it")
