"""The built site: every link and picture resolves, and nothing is asked of anyone."""

import os
import re
import subprocess
import sys

import pytest

from core.settings import PROJECT

FETCHED = re.compile(r"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?!data:)([^"'\s>]+)""")
LINKED = re.compile(r"""<link\b[^>]*\bhref=["']?([^"'\s>]+)""")
IN_STYLES = re.compile(r"""url\(["']?(?!data:)([^"')]+)|@import\s+["']([^"']+)""")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built strictly: a link that leads nowhere is an error."""
    pytest.importorskip("material", reason="mkdocs-material is not installed: run `make docs` once")
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        # Not --quiet: mkdocs then counts no warnings, and nothing is strict.
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=PROJECT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def outside(address):
    return address.startswith(("http:", "https:", "//"))


def test_every_page_is_built_and_fetches_nothing_from_outside(site):
    pages = list(site.rglob("*.html"))
    assert {"index.html", "tour.html", "api.html"} <= {page.name for page in pages}
    for page in pages:
        text = page.read_text("utf-8")
        fetched = [*FETCHED.findall(text), *LINKED.findall(text)]
        assert len(fetched) > 3
        assert [address for address in fetched if outside(address)] == [], page.name


def test_styles_take_their_fonts_from_the_site(site):
    found = {
        address
        for file in site.rglob("*.css")
        for pair in IN_STYLES.findall(file.read_text("utf-8"))
        for address in pair
    }
    assert "static/fonts/inter-vietnamese.woff2" in found
    assert [address for address in found if outside(address)] == []
    for address in found & {a for a in found if a.endswith(".woff2")}:
        assert (site / "assets" / address).is_file()


def test_the_search_works_without_a_server(site):
    index = (site / "search" / "search_index.js").read_text("utf-8")
    assert "price_vs_MA20_w" in index
    assert "IFrameWorker" in (site / "assets" / "iframe-worker.js").read_text("utf-8")
    assert "assets/iframe-worker.js" in (site / "index.html").read_text("utf-8")
