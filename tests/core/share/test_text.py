import unicodedata

import pytest
from fontTools.ttLib import TTFont

from core.share.canvas import BOLD, FONTS, REGULAR, SERIF
from core.share.text import LETTERS, LONGEST, clean, fit, wrap
from core.share.words import WORDS

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
SMALL = "".join(unicodedata.normalize("NFC", v + t) for v in VOWELS for t in TONES)
VIETNAMESE = SMALL + SMALL.upper() + "bcdđghklmnpqrstvxBCDĐGHKLMNPQRSTVX"


def width(words):
    return len(words)


@pytest.mark.parametrize("face", [REGULAR, BOLD, SERIF])
def test_each_typeface_has_a_drawn_glyph_for_every_letter(face):
    font = TTFont(FONTS / f"{face}.ttf")
    names, glyphs = font.getBestCmap(), font["glyf"]
    blank = {0x20, 0xA0}
    assert {c for c in LETTERS if c not in names} == set()
    assert {c for c in LETTERS - blank if glyphs[names[c]].numberOfContours == 0} == set()


def test_the_whole_vietnamese_alphabet_is_among_the_letters():
    assert len(set(VIETNAMESE)) == 2 * (12 * 6 + 17)
    assert {char for char in VIETNAMESE if ord(char) not in LETTERS} == set()


@pytest.mark.parametrize("language", list(WORDS))
def test_our_own_words_can_be_drawn_whole(language):
    assert {c for said in WORDS[language].values() for c in said if ord(c) not in LETTERS} == set()


def test_letters_with_loose_marks_are_composed():
    assert clean(unicodedata.normalize("NFD", "Đặng Thị Thu Hương")) == "Đặng Thị Thu Hương"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("$x^2$ \\frac{1}{2}", "$x^2$ \\frac{1}{2}"),
        ("abc\u202eevil\u2066\u200f\u200e\u061c", "abcevil"),
        ("a\u0000b\u0007c\u001b[31m", "abc[31m"),
        ("two\nlines\tand  spaces ", "two lines and spaces"),
        ("Rocket 🚀👩‍🚀 Ltd", "Rocket Ltd"),
        ("ＶＮＭ 𝓢ữ𝓪", "VNM Sữa"),
        ("中文公司", ""),
        ("z" + "\u0301\u0323" * 500, "z"),
        ("\ud800x", "x"),
    ],
)
def test_text_from_outside_is_cleaned(given, kept):
    assert clean(given) == kept


def test_a_very_long_name_is_cut():
    assert len(clean("W" * 10_000)) == LONGEST


@pytest.mark.parametrize(
    ("text", "room", "kept"),
    [("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("ab, cdef", 5, "ab…"), ("abc", 0, "")],
)
def test_text_is_fitted_with_an_ellipsis(text, room, kept):
    assert fit(text, room, width) == kept


def test_text_is_wrapped_at_spaces():
    assert wrap("one two three four", 9, 3, width) == ["one two", "three", "four"]


def test_the_last_line_is_cut():
    assert wrap("one two three four", 7, 2, width) == ["one two", "three…"]


def test_a_word_wider_than_the_room_is_cut():
    assert wrap("abcdefgh ij", 5, 2, width) == ["abcd…", "ij"]
