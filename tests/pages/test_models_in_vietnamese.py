"""The Models page and a stored forecast speak the reader's language throughout."""

import re

import pytest

from core import forecasts, stages, trail
from core.language import PLACE, using
from core.language import _ as translated
from core.registry import PRICE
from tests.pages.conftest import words
from tools.messages import ROOT, marked

ROOMS = ("core/gate/*.py", "pages/models.py", "pages/forecast.py")
PARTS = ("promotion", "trail", "doubts", "version", "missing", "stored", "sharing")
CORE = ("stages", "trail", "promotion", "retiring", "registry", "version_tables")


def english():
    """Every piece of English of these pages that is too long for another part to say it too."""
    files = [file for room in ROOMS for file in ROOT.glob(room)]
    files += [ROOT / f"pages/parts/{name}.py" for name in PARTS]
    files += [ROOT / f"core/{name}.py" for name in CORE]
    found = {text for file in files for text in marked(file) if isinstance(text, str)}
    with using("vi"):
        told = [text for text in found if translated(text) != text]
    pieces = {piece.strip() for text in told for piece in PLACE.split(text)[::2]}
    return [piece for piece in pieces if len(piece) > 15 and " " in piece]


def read(at):
    boxes = (at.button, at.toggle, at.text_input, at.date_input, at.metric)
    labels = [element.label for kind in boxes for element in kind]
    tables = [str(value) for frame in at.dataframe for value in frame.value.columns]
    unescaped = re.sub(r"\\(.)", r"\1", words(at))
    return "\n".join([unescaped, *labels, *tables])


def left_in(at):
    shown = read(at)
    return [piece for piece in english() if piece in shown]


@pytest.fixture
def asked():
    assert english(), "no message of these pages has a translation"


def test_the_models_page(show, trained, asked):
    stages.change(trained, [(PRICE, 2)], trail.PROMOTED, by="An")
    at = show("models", lang="vi")
    assert not at.exception
    assert left_in(at) == []
    for toggle in at.toggle:
        if (toggle.key or "").startswith("details-"):
            toggle.set_value(True)
    at.run()
    both = [button for button in at.button if (button.key or "").startswith("both-")]
    both[0].click().run()
    assert not at.exception
    assert left_in(at) == []


def test_a_stored_forecast(show, trained, asked):
    record = forecasts.latest(trained, "VN").set_index("symbol").loc["BBB"]
    at = show("forecast", id=record["id"], lang="vi")
    assert not at.exception
    assert left_in(at) == []
