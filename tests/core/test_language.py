import pytest

from core import language
from core.language import LANGUAGES, PLACE, _, ngettext, retold, separated, separators, using
from tools.messages import collected, read

OTHERS = [code for code in LANGUAGES if code != language.DEFAULT]


def texts(message):
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return ids, strings


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_of_the_code_is_translated(code):
    kept = read(code)
    lacking = [
        message.id
        for message in collected()
        if message.id and not (kept.get(message.id) and all(texts(kept.get(message.id))[1]))
    ]
    assert lacking == []


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_left_of_a_message_that_is_gone(code):
    there = {message.id for message in collected()}
    assert [message.id for message in read(code) if message.id not in there] == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_names_what_its_message_names(code):
    wrong = []
    for message in read(code):
        ids, strings = texts(message)
        wanted = set(PLACE.findall(ids[-1]))
        wrong += [ids[-1] for string in strings if set(PLACE.findall(string)) != wanted]
    assert [message for message in wrong if message] == []


def test_without_a_reader_english_is_spoken():
    assert language.language() == "en"
    assert _("Market") == "Market"


def test_using_ends_with_its_block():
    with using("vi"):
        assert _("Market") == "Thị trường"
    assert _("Market") == "Market"


def test_an_unknown_language_is_english():
    with using("xx"):
        assert language.language() == "en"


def test_counted_things():
    assert ngettext("source: {names}", "sources: {names}", 2) == "sources: {names}"


@pytest.mark.parametrize(("code", "shown"), [("en", "1,234.5"), ("vi", "1.234,5")])
def test_separators(code, shown):
    with using(code):
        assert separated("1,234.5") == shown
        assert separators() == {"en": ".,", "vi": ",."}[code]


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        ("Market", "Thị trường"),
        ("source: file", "nguồn: file"),
        ("sources: a, b", "nguồn: a, b"),
        ("3 min 05 s", "3 phút 05 giây"),
        ("source: sample: US, 2000 to 2013", "nguồn: dữ liệu mẫu: Mỹ, 2000 đến 2013"),
        ("Market 1,234.5", "Market 1,234.5"),
        ("source: 1,234.5", "nguồn: 1.234,5"),
        ("source: 2024-06-28", "nguồn: 28/06/2024"),
        ("source: a. source: b.", "nguồn: a. nguồn: b."),
        ("Nobody wrote this. ", "Nobody wrote this. "),
        ("{strange} [text", "{strange} [text"),
        ("", ""),
    ],
)
def test_a_stored_text_is_told_again(stored, told):
    assert retold(stored) == stored
    with using("vi"):
        assert retold(stored) == told
