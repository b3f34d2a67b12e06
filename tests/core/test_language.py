import re

import pytest

from core import language
from core.language import LANGUAGES, _, ngettext, separated, separators, using
from tools.messages import collected, read

OTHERS = [code for code in LANGUAGES if code != language.DEFAULT]
PLACES = re.compile(r"{([a-z_0-9]*)[^}]*}")


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
        wanted = set(PLACES.findall(ids[-1]))
        wrong += [ids[-1] for string in strings if set(PLACES.findall(string)) != wanted]
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
