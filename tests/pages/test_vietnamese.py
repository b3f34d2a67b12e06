"""Home, Market and Stock in Vietnamese: none of their own English texts is left."""

import re

import pytest

from core.forecasts import save
from core.language import PLACE
from tests.browser.helpers import PROJECT
from tests.core.market.bars import make_bars
from tests.core.records import put_on_show, record
from tools.messages import marked

FILES = {
    "home": ("pages/parts/home_tour.py", "pages/parts/home_standing.py", "pages/parts/changes.py"),
    "market": ("pages/market.py", "pages/parts/market_header.py", "pages/parts/screening.py"),
    "stock": ("pages/stock.py", "pages/parts/card.py", "pages/parts/stock_price.py"),
}
KINDS = ("title", "header", "subheader", "markdown", "caption", "info", "warning", "button")


@pytest.fixture
def two_weeks(store):
    """Two stocks with forecasts of two weeks; the call of AAA flipped."""
    store.write("VN", {"AAA": make_bars(69), "BBB": make_bars(69)}, source="file")
    for week, call in (("2024-03-01", "UP"), ("2024-03-08", "DOWN")):
        save(store.data_dir, [record("AAA", week, call, 0.02), record("BBB", week, "UP", 0.01)])
    put_on_show(store.data_dir, "2024-03-08")
    return store


def patterns(page: str) -> list[re.Pattern]:
    """The page's messages of two words or more; single words may be names."""
    found = []
    for file in FILES[page]:
        for message in marked(PROJECT / file):
            texts = message if isinstance(message, tuple) else (message,)
            for text in texts:
                literal = PLACE.split(text)[::2]
                if sum(len(re.findall(r"[A-Za-z]{2,}", part)) for part in literal) > 2:
                    found.append(re.compile(".+?".join(map(re.escape, literal)), re.S))
    return found


@pytest.mark.parametrize("page", FILES)
def test_no_english_of_its_own_is_left(show, two_weeks, page):
    at = show(page, lang="vi")
    assert not at.exception
    shown = [element.value for kind in KINDS[:-1] for element in getattr(at, kind)]
    shown += [button.label for button in at.button]
    shown += [text for tile in at.metric for text in (tile.label, tile.value, tile.delta)]
    messages = patterns(page)
    assert messages
    assert [text for text in shown if any(p.fullmatch(text.strip()) for p in messages)] == []
