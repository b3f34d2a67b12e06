"""Numbers and names as a reader sees them."""

import pytest

from pages.parts.words import duration, percent, plain, price, sources_label

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0123, f"+1.2{SPACE}%"),
        (-0.0123, f"−1.2{SPACE}%"),
        (-0.0001, f"+0.0{SPACE}%"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_a_fraction_is_shown_as_signed_per_cent(value, shown):
    assert percent(value, sign=True) == shown


def test_a_price_has_the_markets_decimals():
    assert price(1234.5, "VN") == "1,234.50"


@pytest.mark.parametrize(("seconds", "shown"), [(44.6, "45 s"), (200, "3 min 20 s")])
def test_a_duration_is_in_words(seconds, shown):
    assert duration(seconds) == shown


def test_markdown_in_a_name_does_not_act():
    assert plain("**A** [x](y) :red[z] $5$") == (
        "\\*\\*A\\*\\* \\[x\\]\\(y\\) \\:red\\[z\\] \\$5\\$"
    )


@pytest.mark.parametrize(
    ("sources", "shown"),
    [
        (["file"], "source: file"),
        (["vnstock", "file", "file"], "sources: file, vnstock"),
        (["sample", "file"], "sample: US, 2000 to 2013, source: file"),
    ],
)
def test_sources_are_named_once(sources, shown):
    assert sources_label(sources) == shown
