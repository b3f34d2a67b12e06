"""Help: the catalogue, the method, and what production really measured."""

import pytest

from core.forecasts import save
from core.indicators.catalogue import INDICATORS
from core.language import using
from pages.parts.help_words import METHOD, VOCABULARY
from tests.core.market.bars import make_bars
from tests.core.records import put_on_show, record
from tests.pages.conftest import words


@pytest.fixture
def promoted(store):
    """One stock with a forecast on show."""
    store.write("VN", {"AAA": make_bars(69)}, source="file")
    save(store.data_dir, [record("AAA", "2024-03-08", "UP", 0.0)])
    put_on_show(store.data_dir, "2024-03-08")
    return store


def test_every_indicator_is_told_with_its_formula(show, data_dir):
    told = words(show("help"))
    for indicator in INDICATORS:
        assert f"`{indicator.name}`" in told
        assert indicator.reading in told


def test_method_and_vocabulary_are_told(show, data_dir):
    told = words(show("help"))
    assert all(text in told for pair in METHOD for text in pair)
    assert all(text in told for pair in VOCABULARY for text in pair)


def test_without_production_no_skill_is_claimed(show, data_dir):
    assert "no skill has been measured" in words(show("help"))


def test_the_measured_price_stands_beside_no_change(show, promoted):
    told = words(show("help"))
    assert "no skill has been measured" not in told
    assert "The price was missed by" in told
    assert "no change by" in told


def test_it_is_told_in_vietnamese(show, promoted):
    at = show("help", lang="vi")
    assert not at.exception
    told = words(at)
    assert not [text for pair in (*METHOD, *VOCABULARY[:4]) for text in pair if text in told]
    with using("vi"):
        assert all(indicator.reading in told for indicator in INDICATORS)
