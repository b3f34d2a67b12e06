"""Pages before there is anything to show."""

import pytest

from tests.pages.conftest import words


@pytest.mark.parametrize("page", ["home", "market", "stock", "training"])
def test_without_prices_a_page_leads_to_the_data_page(show, data_dir, page):
    at = show(page)
    assert not at.exception
    assert "There are no prices yet" in words(at)


def test_without_prices_the_data_page_offers_the_import(show, data_dir):
    at = show("data")
    assert not at.exception
    assert [button.label for button in at.button] == ["Import"]
    assert "python -m core import" in words(at)


def test_without_versions_the_models_page_leads_to_training(show, data_dir):
    at = show("models")
    assert not at.exception
    assert "No version is registered yet" in words(at)
