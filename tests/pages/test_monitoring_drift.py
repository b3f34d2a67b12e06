"""The parts on drift and on the weeks' trends, in a script of their own beside the real pages."""

import pytest
from streamlit.testing.v1 import AppTest

from core.market.store import BarStore
from core.monitoring import drift as drifting
from tests.browser.helpers import PROJECT
from tests.core.monitoring.test_drift import doubled, later
from tests.core.trained import STEADY
from tests.pages.conftest import words
from tests.pages.spoken import left_in_english

SCRIPT = """
import streamlit as st
from core.language import using
from core.settings import settings
from pages.parts.monitoring_drift import drift_part, trends_part

with using({spoken!r}):
    drift_part(settings().data_dir, {market!r})
    trends_part({market!r})
"""
FILES = (
    "pages/parts/monitoring_drift.py",
    "core/charts/drift.py",
    "core/charts/trends.py",
    "core/monitoring/drift.py",
    "core/monitoring/measure.py",
    "core/monitoring/reference.py",
)


@pytest.fixture
def show(tmp_path, data_dir):
    drifting._measured.cache_clear()
    (tmp_path / "pages").symlink_to(PROJECT / "pages")

    def run(market="VN", spoken="en"):
        file = tmp_path / "part.py"
        file.write_text(SCRIPT.format(market=market, spoken=spoken), encoding="utf-8")
        return AppTest.from_file(str(file), default_timeout=60).run()

    yield run
    drifting._measured.cache_clear()


def test_as_in_training_it_says_so_and_draws_all(show, trained):
    at = show()
    assert not at.exception
    assert "of 20 indicators are beyond what is usual for them" in words(at) + at_success(at)
    assert not at.warning
    assert len(at.get("plotly_chart")) == 5
    assert len(at.dataframe[0].value) == 23


def at_success(at):
    return "\n".join(element.value for element in at.success)


def test_one_is_looked_at_closely(show, trained):
    at = show()
    at.selectbox(key="drift-measure").set_value("ret_52w").run()
    assert not at.exception
    assert "The median was" in words(at)
    assert "ret_52w" not in words(at)


def test_drift_is_a_warning_with_what_to_do(show, trained, world):
    changed = {
        name: later(bars, doubled) if name in STEADY else bars
        for name, bars in world.stocks.items()
    }
    BarStore(trained).write("VN", changed, source="made up")
    at = show()
    assert not at.exception
    assert "have drifted from what production was trained on" in at.warning[0].value
    assert "What to do" in words(at)
    assert [link.label for link in at.get("page_link")] == ["Train", "Compare", "Quality"]


def test_without_production_it_leads_to_training(show, data_dir, world):
    BarStore(data_dir).write("VN", {"AAA": world.stocks["AAA"]}, source="made up")
    at = show()
    assert not at.exception
    assert "promote one" in at.info[0].value
    assert [link.label for link in at.get("page_link")] == ["Train", "Promote"]
    assert len(at.get("plotly_chart")) == 1  # the weeks' trends


def test_without_prices_it_says_what_to_do(show, data_dir):
    at = show("US")
    assert not at.exception
    assert "import or refresh some first" in words(at)


@pytest.mark.parametrize("wild", [False, True])
def test_in_vietnamese_no_english_is_left(show, trained, world, wild):
    if wild:
        changed = {name: later(bars, doubled) for name, bars in world.stocks.items()}
        BarStore(trained).write("VN", changed, source="made up")
    at = show(spoken="vi")
    assert not at.exception
    assert left_in_english(at, FILES) == []
