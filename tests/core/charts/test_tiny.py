import re
from urllib.parse import unquote

import pytest

from core.charts.tiny import WIDTH, place_bar, shares_bar

COLOURS = ("#111111", "#222222", "#333333")


def boxes(address):
    found = re.findall(r'x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', unquote(address))
    return [(float(x), float(width)) for x, width in found]


def test_shares_are_as_wide_as_they_are_large():
    drawn = boxes(shares_bar((50.0, 20.0, 30.0), COLOURS))
    widths = [width for _, width in drawn]
    assert widths == pytest.approx([0.5 * 116, 0.2 * 116, 0.3 * 116], abs=0.1)
    assert drawn[-1][0] + drawn[-1][1] == pytest.approx(WIDTH, abs=0.1)


@pytest.mark.parametrize("shares", [(float("nan"), 1.0, 1.0), (0.0, 0.0, 0.0)])
def test_without_shares_there_is_no_bar(shares):
    assert shares_bar(shares, COLOURS) is None


@pytest.mark.parametrize(("place", "x"), [(0, 0), (0.5, 57), (1, 114), (1.7, 114), (-1, 0)])
def test_a_place_is_marked_between_its_ends(place, x):
    assert boxes(place_bar(place, "#111111", "#222222"))[1][0] == pytest.approx(x, abs=0.1)


def test_without_a_place_there_is_no_bar():
    assert place_bar(float("nan"), "#111111", "#222222") is None
    assert place_bar(None, "#111111", "#222222") is None


def test_an_address_holds_nothing_that_ends_an_attribute():
    assert not set("\"'<># ") & set(place_bar(0.5, "#111111", "#222222").partition(",")[2])
