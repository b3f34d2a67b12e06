import pytest

from core.charts.heatmap import contrast
from core.charts.moves import move_colours, move_text
from core.charts.style import palette
from core.market.moves import CEILING, FLOOR, UNCHANGED

THEMES = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("market", ["VN", "US"])
@pytest.mark.parametrize("safe", [False, True])
def test_every_colour_of_a_move_can_be_read(theme, market, safe):
    colours, tones = move_colours(theme, market, safe=safe), palette(theme)
    for state in ("up", "down", UNCHANGED, CEILING, FLOOR):
        assert contrast(colours.of_day(state), tones.paper) >= 4.5
        assert contrast(colours.of_day(state), tones.panel) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_vietnams_board_has_five_colours_and_others_three(theme):
    states = ("up", "down", UNCHANGED, CEILING, FLOOR)
    assert len({move_colours(theme, "VN").of_day(state) for state in states}) == 5
    assert len({move_colours(theme, "US").of_day(state) for state in states}) == 3
    assert move_colours(theme, "VN").of_day("") == ""


@pytest.mark.parametrize(
    ("value", "state", "text"),
    [
        (2.34, "", "▲ +2.3 %"),
        (-2.36, "", "▼ −2.4 %"),
        (0.0, "", "■ 0.0 %"),
        (-0.04, "", "■ 0.0 %"),
        (6.95, CEILING, "▲ +7.0 % ceiling"),
        (-6.95, FLOOR, "▼ −7.0 % floor"),
        (float("nan"), "", "–"),
        (None, "", "–"),
    ],
)
def test_a_move_has_its_sign_in_the_text(value, state, text):
    assert move_text(value, state) == text
