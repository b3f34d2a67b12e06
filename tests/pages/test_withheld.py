"""Cards and tables where a call is withheld: what a version that withholds calls stores."""

import json

import pytest

from core import forecasts
from core.db import connect
from core.jobs.store import JobStore
from core.registry import PATTERN, PRICE
from core.watch import call_kinds
from models.calls import NO_CLEAR_DIRECTION
from tests.pages.conftest import words


@pytest.fixture
def withheld(trained):
    """BBB's call withheld, as by a rule that never proved itself; its 95 % interval is known."""
    shown = forecasts.current(trained)
    shown["rule"] = {"margin": None, "prior": shown["usual"]}
    shown["shrinkage"] = {"market": 0.0, "apart": 0.44}
    shown["scores"][PRICE]["test_coverage_95"] = 0.947
    shown["scores"][PATTERN]["test_calls_share"] = 0.0
    with connect(trained) as db:
        db.execute("UPDATE meta SET value=? WHERE key='current_forecasts'", (json.dumps(shown),))
        db.execute(
            "UPDATE forecasts SET call=?, ret_low_95=2*ret_low, ret_high_95=2*ret_high "
            "WHERE symbol='BBB'",
            (NO_CLEAR_DIRECTION,),
        )
    return trained


def test_the_card_says_no_clear_direction_and_why(show, withheld):
    at = show("stock", symbol="BBB")
    assert not at.exception
    text = words(at)
    assert "○ **no clear direction**" in text
    assert (
        "every call is withheld: no clear direction. In the test weeks no call was given." in text
    )
    assert "44 % of what it says of this stock" in text


def test_the_95_interval_is_there_on_demand(show, withheld):
    at = show("stock", symbol="BBB")
    assert "**80 % interval**" in words(at)
    at.segmented_control(key="interval").set_value("95 %").run()
    assert "**95 % interval**" in words(at)
    assert "95 % of prices fell inside" in words(at)


def test_a_version_without_a_95_interval_offers_none(show, trained):
    at = show("stock", symbol="BBB")
    assert "interval" not in [control.key for control in at.segmented_control]


def test_the_market_page_counts_and_filters_withheld_calls(show, withheld):
    at = show("market")
    tile = next(metric for metric in at.metric if metric.label == "Forecasts")
    assert "○ 1" in tile.delta
    at.button_group(key="calls").set_value([NO_CLEAR_DIRECTION]).run()
    assert at.dataframe[0].value["symbol"].tolist() == ["BBB"]


def test_only_versions_with_a_rule_withhold():
    assert call_kinds(None) == ("UP", "SIDEWAYS", "DOWN")
    assert call_kinds({"margin": 0.02}) == ("UP", "DOWN", NO_CLEAR_DIRECTION)


def test_a_thorough_training_is_queued(show, trained):
    at = show("training", symbols="AAA,BBB,CCC", market="VN")
    at.radio(key="preset").set_value("thorough").run()
    at.button(key="train").click().run()
    assert not at.exception
    (job,) = JobStore(trained).active()
    assert job.params["family"] == "blend"
