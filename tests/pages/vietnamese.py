"""What is left in English on a page that a reader asked for in Vietnamese."""

import json
import re
from collections.abc import Iterator

from babel.messages.extract import extract_from_file
from streamlit.testing.v1 import AppTest

from core.language import PLACE, _, using
from tests.browser.helpers import PROJECT
from tools.messages import KEYWORDS


def left_english(at: AppTest, *files: str) -> list[str]:
    """The texts of a page that are messages of these files as they stand in the code."""
    patterns = [_pattern(message) for file in files for message in _messages(file)]
    return [text for text in _texts(at) if any(p.fullmatch(text) for p in patterns)]


def _messages(file: str) -> Iterator[str]:
    """The marked messages that read otherwise in Vietnamese."""
    for __, __, message, *__ in extract_from_file("python", str(PROJECT / file), keywords=KEYWORDS):
        for text in message if isinstance(message, tuple) else (message,):
            with using("vi"):
                if text and _(text) != text:
                    yield text


def _pattern(message: str) -> re.Pattern:
    return re.compile(".+?".join(map(re.escape, PLACE.split(message)[::2])), re.S)


def _texts(at: AppTest) -> Iterator[str]:
    said = (at.title, at.header, at.subheader, at.markdown, at.caption, at.info, at.warning)
    for kind in (*said, at.error, at.success):
        yield from (element.value for element in kind)
    asked = (at.button, at.checkbox, at.multiselect, at.radio, at.selectbox, at.text_input)
    for kind in (*asked, at.button_group, at.metric, at.tabs, at.toggle):
        for element in kind:
            yield element.label
            yield from (getattr(element, "help", "") or "", *_options(element))
    for element in at.dataframe:
        for column in json.loads(element.proto.columns or "{}").values():
            yield from (column.get("label") or "", column.get("help") or "")


def _options(element: object) -> list[str]:
    options = getattr(element, "options", [])
    return [getattr(option, "content", option) for option in options]
