"""The pages themselves: what the code writes is up to date, what they point to is there."""

import re

import pytest

from core.settings import PROJECT
from tests.docs.blocks import FENCE, documents
from tools.docs import AFTER, PAGES, PLACE, written

LINK = re.compile(r"\]\(([^)\s]+)\)")
PICTURES = PROJECT / "docs" / "pictures"


@pytest.mark.parametrize("name", PAGES)
def test_what_the_code_writes_is_up_to_date(name):
    assert (PLACE / f"{name}.md").read_text("utf-8") == written(name), (
        "Run `python -m tools.docs` and look at what has changed."
    )


def test_nothing_else_lies_among_what_the_code_writes():
    assert {file.stem for file in PLACE.iterdir()} == set(PAGES)


def test_every_indicator_and_setting_is_told():
    indicators, settings = written("indicators"), written("settings")
    assert len(re.findall(r"^### ", indicators, re.MULTILINE)) == 20
    assert all(f"{{ #{name} }}" in indicators for name in AFTER)
    assert settings.count("| `") >= 30
    assert "| `WEEKLENS_VN_CLOSE` | `15:15` | Local time" in settings


def prose(page):
    """A page without its blocks of code."""
    kept, inside = [], False
    for line in page.read_text("utf-8").splitlines():
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


@pytest.mark.parametrize("page", documents(), ids=lambda page: page.stem)
def test_links_and_pictures_lead_somewhere(page):
    for link in LINK.findall(prose(page)):
        if not re.match(r"https?:|mailto:|#", link):
            assert (page.parent / link.split("#")[0]).exists(), link


def test_every_picture_is_shown_and_they_stay_small():
    told = "\n".join(page.read_text("utf-8") for page in documents())
    files = list(PICTURES.iterdir())
    assert [file.name for file in files if f"pictures/{file.name})" not in told] == []
    assert sum(file.stat().st_size for file in files) < 3_000_000


def test_every_page_is_in_the_menu():
    lines = (PROJECT / "mkdocs.yml").read_text("utf-8").splitlines()
    menu = "\n".join(line for line in lines if not line.strip().startswith("#")) + "\n"
    pages = [file.relative_to(PLACE.parent) for file in PLACE.parent.rglob("*.md")]
    assert [str(page) for page in pages if f": {page.as_posix()}\n" not in menu] == []
