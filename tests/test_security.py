"""docs/security.md names a test for each threat, and the product's code keeps to the rules."""

import ast
import re
import tomllib
from functools import lru_cache

import pytest

from core.settings import PROJECT

ROW = re.compile(r"^\| (?!who, what|---)(.+) \| (.+) \| (.+) \|$", re.MULTILINE)
THREATS = ROW.findall((PROJECT / "docs" / "security.md").read_text(encoding="utf-8"))
NAME = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
PRODUCT = ("app.py", "navigation.py", "api", "core", "deploy", "models", "pages", "tools")
EXCEPTIONS = {
    "S104",  # the names of "every address", to warn of them
    "S105",  # a sentence about tokens that is none
    "S310",  # addresses that a service of our own answers at
    "S311",  # when a tab asks again: no secret
    "S608",  # queries of our own names; values are bound
}


@lru_cache
def functions_in(path: str) -> set[str]:
    """Names of the test functions of a file."""
    tree = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_document_has_its_threats():
    assert len(THREATS) > 30


@pytest.mark.parametrize(("who", "stopped_by", "proof"), THREATS)
def test_each_threat_names_tests_that_are_there(who, stopped_by, proof):
    named = NAME.findall(proof)
    assert named, f"no test is named for: {who}"
    missing = [f"{path}::{name}" for path, name in named if name not in functions_in(path)]
    assert missing == []


def test_no_code_of_the_product_is_exempt_from_the_security_rules():
    lint = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    checks = ("tests/", "benchmarks/", "deploy/checking/")
    exempt = [where for where in lint["per-file-ignores"] if not where.startswith(checks)]
    assert exempt == []


def test_each_marked_exception_is_of_a_known_kind():
    files = [path for part in PRODUCT for path in (PROJECT / part).rglob("*.py")]
    files += [PROJECT / part for part in PRODUCT if part.endswith(".py")]
    marked = re.compile(r"# noqa: (S\d+)")
    found = {code for path in files for code in marked.findall(path.read_text(encoding="utf-8"))}
    assert found == EXCEPTIONS
