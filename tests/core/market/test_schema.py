import pytest

from core.errors import UserError
from core.market.schema import check_symbol, find_market


@pytest.mark.parametrize(
    "text", ["VNM", " vnm ", "BRK.B", "BF-B", "EUR=X", "A", "VN30", "C47", "^GSPC"]
)
def test_symbols_are_upper_cased(text):
    assert check_symbol(text) == text.strip().upper()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "../../etc/passwd",
        "A/B",
        "A\\B",
        "A..B",
        ".A",
        "^",
        "^^A",
        "A" * 17,
        "VN M",
        "A\0",
        "NÔ",
    ],
)
def test_what_is_no_symbol_is_refused(text):
    with pytest.raises(UserError, match="is not a symbol"):
        check_symbol(text)


def test_the_message_shows_little_of_a_hostile_symbol():
    with pytest.raises(UserError) as caught:
        check_symbol("\x1b[31m" + "x" * 10_000)
    assert len(str(caught.value)) < 130
    assert "\x1b" not in str(caught.value)


def test_an_unknown_market_names_the_known_ones():
    assert find_market("vn").code == "VN"
    with pytest.raises(UserError, match="VN, US"):
        find_market("XX")
