"""What of a page's English messages is still on it where another language is spoken."""

import json
import re
from collections.abc import Iterable

import pandas as pd
from google.protobuf.json_format import MessageToDict
from streamlit.testing.v1 import AppTest

from core.language import PLACE, _, using
from tests.browser.helpers import PROJECT
from tools.messages import marked

SHORT = 12
"""A message of fewer letters is only looked for as a whole: its words are common ones."""
UNSEEN = {"id", "key", "formId", "userKey", "url", "arrowData", "body_id", "page", "pageScriptHash"}
"""Fields that no reader sees."""


def texts(at: AppTest) -> list[str]:
    """Every text that a page hands to the browser, those in tables and charts too."""
    found, open_ = [], [at.main]
    while open_:
        block = open_.pop()
        if getattr(block, "proto", None) is not None:
            found += _seen(MessageToDict(block.proto))
        open_ += list(getattr(block, "children", {}).values())
    for frame in at.dataframe:
        table = pd.DataFrame(frame.value)
        seen = [name for name in frame.proto.column_order if name in table] or list(table)
        cells = table[seen].astype(str).to_numpy().ravel()
        found += [str(cell) for cell in cells]
    return found


def left_in_english(at: AppTest, files: Iterable[str], code: str = "vi") -> list[tuple[str, str]]:
    """Messages of some files that stand on a page untranslated, each with the text it is in.

    Parameters
    ----------
    at : AppTest
    files : iterable of str
        Paths in the project.
    code : str
        The language of the page.
    """
    shown = texts(at)
    left = []
    for message in _other(files, code):
        parts = [re.escape(part) for part in PLACE.split(message)[::2]]
        pattern = re.compile(r"[^\n]+?".join(parts))
        short = sum(map(str.isalpha, PLACE.sub("", message))) < SHORT
        find = pattern.fullmatch if short else pattern.search
        left += [(message, text) for text in shown if find(text)]
    return left


def _other(files: Iterable[str], code: str) -> set[str]:
    """Messages that are worded otherwise in the language."""
    found = set()
    with using(code):
        for name in files:
            for message in marked(PROJECT / name):
                if isinstance(message, tuple):
                    found.update(message)
                elif _(message) != message:
                    found.add(message)
    return found


def _seen(node: object) -> list[str]:
    if isinstance(node, str):
        if node[:1] in "{[":
            try:
                return _seen(json.loads(node))
            except ValueError:
                pass
        return [node]
    if isinstance(node, dict):
        return [text for name, part in node.items() if name not in UNSEEN for text in _seen(part)]
    return [text for part in node for text in _seen(part)] if isinstance(node, list) else []
