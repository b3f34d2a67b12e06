"""The monitoring page: before anything came due, with verdicts, with an alarm, in Vietnamese."""

import pytest

from core.db import connect
from tests.core.monitoring.came_due import store_live
from tests.pages.conftest import words
from tests.pages.spoken import left_in_english

SPOKEN = (
    *("pages/monitoring.py", "pages/parts/monitoring.py", "core/charts/monitoring.py"),
    *("core/monitoring/words.py", "core/monitoring/scores.py"),
)


@pytest.fixture
def lived(trained):
    """Twenty live weeks whose intervals were far too narrow."""
    store_live(trained, 20, half=0.1)
    return trained


def test_without_a_model_the_page_leads_to_one(show, evaluated):
    at = show("monitoring", market="US")
    assert not at.exception
    assert "No model for this market yet" in words(at)


def test_before_the_first_target_date_it_says_what_comes_next(show, trained):
    at = show("monitoring")
    assert not at.exception
    text = words(at)
    assert "The first are scored once the week to 2022-07-01 is over" in text
    assert "As good as it should be?" not in text
    with connect(trained) as db:
        db.execute("UPDATE forecasts SET in_sample=1")
    assert "only forecast weeks they had learned from" in words(show("monitoring"))


def test_verdicts_stand_beside_what_was_expected(show, trained):
    store_live(trained, 20)
    at = show("monitoring")
    assert not at.exception
    text = words(at)
    assert "As expected: nothing that would be rare in a healthy year." in text
    assert "Last 8 weeks: " in text
    assert "Worse than it should be" not in text


def test_an_alarm_is_told_first_and_where_it_began(show, lived):
    at = show("monitoring")
    assert at.error[0].value.startswith("Worse than it should be: Intervals.")
    assert "Worse than it should be since about the week to" in words(at)


def test_home_names_the_alarm(show, lived):
    at = show("home")
    assert not at.exception
    assert "the 80 % intervals are worse than it should be" in words(at).replace("\\", "")


def test_tables_cover_the_weeks_asked_for(show, lived):
    at = show("monitoring")
    sectors, stocks, versions = (frame.value for frame in at.dataframe[:3])
    assert (stocks["weeks"] == 20).sum() >= 5
    assert versions["group"].tolist() == ["price v1, pattern v1 (in production)"]
    assert versions["forecasts"].iloc[0] == stocks["forecasts"].sum()
    assert sectors["group"].tolist() == ["no sector known"]
    at.segmented_control(key="monitoring-weeks").set_value(13).run()
    assert not at.exception
    assert at.dataframe[1].value["weeks"].max() == 13


def test_the_table_of_stocks_follows_the_choice(show, lived):
    at = show("monitoring", market="VN", symbols="AAA,CCC")
    assert sorted(at.dataframe[1].value["group"]) == ["AAA", "CCC"]


def test_a_strange_address_is_told(show, lived):
    at = show("monitoring", versions="9.9")
    assert not at.exception
    assert "No forecasts of the versions in this address are stored here." in words(at)
    assert at.error[0].value.startswith("Worse than it should be")


def test_it_is_told_in_vietnamese(show, lived):
    assert len(left_in_english(show("monitoring"), SPOKEN)) > 20
    at = show("monitoring", lang="vi")
    assert not at.exception
    assert left_in_english(at, SPOKEN) == []
