from datetime import date
from string import Formatter

import pytest

from core.share.words import WORDS, Speaker

EN, VI = Speaker("en"), Speaker("vi")


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_things():
    assert list(WORDS["en"]) == list(WORDS["vi"])
    assert {k: fields(v) for k, v in WORDS["en"].items()} == {
        k: fields(v) for k, v in WORDS["vi"].items()
    }


@pytest.mark.parametrize("banned", ["giá mục tiêu", "khuyến nghị", "target price", "confidence"])
def test_words_that_promise_too_much_are_not_said(banned):
    said = " ".join(text for words in WORDS.values() for text in words.values()).lower()
    assert banned not in said


@pytest.mark.parametrize(
    ("value", "digits", "english", "vietnamese"),
    [
        (1234.5, 1, "1,234.5", "1.234,5"),
        (-0.001, 2, "0.00", "0,00"),
        (-3.25, 2, "−3.25", "−3,25"),
        (1234567.0, 0, "1,234,567", "1.234.567"),
    ],
)
def test_numbers(value, digits, english, vietnamese):
    assert (EN.number(value, digits), VI.number(value, digits)) == (english, vietnamese)


def test_per_cent():
    assert EN.percent(0.0123, 1, sign=True) == "+1.2\N{NO-BREAK SPACE}%"
    assert VI.percent(-0.0123, 1, sign=True) == "−1,2\N{NO-BREAK SPACE}%"
    assert EN.percent(-0.0001, 1, sign=True) == "0.0\N{NO-BREAK SPACE}%"


def test_dates():
    assert EN.day(date(2024, 6, 8)) == "8 Jun 2024"
    assert VI.day(date(2024, 6, 8)) == "08/06/2024"


def test_the_vietnamese_wording():
    said = f"{VI.say('p_up', band=VI.percent(0.01))} ({VI.say('usually', share=VI.percent(0.46))})"
    assert said.replace("\N{NO-BREAK SPACE}", " ") == "tăng trên 1 % (thường 46 %)"
    assert VI.say("title", weeks=4) == "Dự báo thống kê 4 tuần"


def test_another_language_is_refused():
    with pytest.raises(ValueError, match="'en' or 'vi', not 'fr'"):
        Speaker("fr")
