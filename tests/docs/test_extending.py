"""The worked examples: every change of a page, made in a copy of the project, holds its tests."""

import os
import shlex
import shutil
import subprocess
import sys

import pytest

from core.settings import PROJECT
from tests.docs.blocks import blocks, commands

PLACE = PROJECT / "docs" / "extending"
ROOMS = ("api", "core", "data", "models", "pages", "tests", "tools")
PAGES = ("indicator", "source", "model")
SOME = (
    *("up_weeks_12w", "reference", "walks", "first_week", "design", "columns", "full_run"),
    *("test_desk", "test_file", "test_slope", "test_runner and not processes"),
    "every_row_of_a_report",
)
"""Of the tests that the pages name those that know what is new and take seconds."""


@pytest.fixture
def copy(tmp_path):
    """The parts of the project that an example changes, and what their tests need."""
    for room in ROOMS:
        shutil.copytree(PROJECT / room, tmp_path / room, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def change(file, diff):
    """Apply a block of a page; what it takes away or stands beside must be there just once."""
    lines = diff.splitlines()
    old = "".join(line[1:] + "\n" for line in lines if line[:1] != "+")
    new = "".join(line[1:] + "\n" for line in lines if line[:1] != "-")
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{file.name} holds this {text.count(old)} times:\n{old}"
    file.write_text(text.replace(old, new), "utf-8")


def follow(page, root):
    """Do what the page says."""
    for block in blocks(page):
        if block.title and block.language == "diff":
            change(root / block.title, block.text)
        elif block.title:
            assert not (root / block.title).exists()
            (root / block.title).write_text(block.text + "\n", "utf-8")


def asked(page):
    """The tests that a page names first."""
    first = next(line for line in commands(page) if " -m pytest " in line)
    return shlex.split(first)[3:]


def python(root, *words):
    """A process of Python in the copy, which must end well."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=root,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]


def test_the_examples_hold_the_tests_that_their_pages_name(copy):
    pages = [PLACE / f"{name}.md" for name in PAGES]
    for page in pages:
        follow(page, copy)
    told = [test for page in pages for test in asked(page)]
    python(copy, "pytest", "-m", "not long", *told, "-k", " or ".join(SOME))
    written = {block.title for page in pages for block in blocks(page) if block.title}
    python(copy, "ruff", "check", *sorted(written))
    python(copy, "ruff", "format", "--check", *sorted(written))


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
def test_each_example_alone_holds_all_tests_of_its_room(name, copy):
    follow(PLACE / f"{name}.md", copy)
    python(copy, "pytest", "-m", "not long", *asked(PLACE / f"{name}.md"))


def test_every_example_is_tried():
    pages = {page.stem for page in PLACE.glob("*.md")}
    assert pages == set(PAGES)
