"""The shipped names that companies go by."""

import pytest

from core.market.brands import SHIPPED, brand_names
from core.market.parsing import clean_text
from core.market.schema import MARKETS, check_symbol


@pytest.mark.parametrize("market", list(MARKETS))
def test_every_symbol_and_every_name_is_well_formed(market):
    for symbol, names in brand_names(market).items():
        assert check_symbol(symbol) == symbol
        assert names
        assert [clean_text(name) for name in names] == list(names)
        assert len(set(names)) == len(names)


def test_the_symbols_are_in_order_and_there_once():
    lines = [
        line.split(",")[0] for line in (SHIPPED / "VN.csv").read_text("utf-8").splitlines()[1:]
    ]
    assert lines == sorted(set(lines))


def test_the_well_known_are_there():
    brands = brand_names("VN")
    assert brands["VNM"][0] == "Vinamilk"
    assert brands["CTG"][0] == "VietinBank"
    assert "Thế Giới Di Động" in brands["MWG"]


def test_a_market_without_a_file_has_none():
    assert brand_names("US") == {}
