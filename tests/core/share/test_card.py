import math

import pytest

from core.share.words import WORDS, Speaker
from tests.core.share.made import CARD, card

EN = Speaker("en")


def test_the_name_is_in_the_pictures_language():
    assert CARD.company("vi") == "Công ty Cổ phần Sữa Việt Nam"
    assert CARD.company("en").startswith("Viet Nam Dairy")


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_name_known_in_one_language_is_used_in_both(language):
    assert card(name_vi="").company("vi").startswith("Viet Nam Dairy")
    assert card(name="").company("en") == "Công ty Cổ phần Sữa Việt Nam"
    assert card(name="🚀", name_vi="").company(language) == ""


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({}, []),
        ({"in_sample": True}, ["in_sample"]),
        ({"call": "no clear direction"}, ["withheld"]),
        ({"price": CARD.close}, ["no_edge"]),
        ({"call": "DOWN"}, ["hardly"]),
        ({"call": "DOWN", "usual": (math.nan,) * 3}, []),
    ],
)
def test_what_a_record_knows_against_itself_is_said(changes, warned):
    said = card(**changes).warnings(EN)
    assert said == [WORDS["en"][key] for key in warned]
