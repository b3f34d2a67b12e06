"""Alarms of production: where Home, the command line and alerts read them."""

import pytest

from core import home
from core.errors import UserError
from core.language import using
from core.monitoring import standing as standings
from core.monitoring.alarms import alarms
from core.monitoring.standing import standing
from core.registry import PATTERN, PRICE
from core.training import out_of_sample
from tests.core.monitoring.came_due import PAIR, store_live


@pytest.fixture
def broken(trained):
    """Production whose live intervals are a tenth of what they should be."""
    store_live(trained, 20, half=0.1)
    return trained


def test_narrow_intervals_raise_one_alarm(broken):
    (alarm,) = alarms(broken, "VN")
    assert alarm.key == "scoring/VN/1.1/coverage"
    assert alarm.versions == (f"{PRICE} v1", f"{PATTERN} v1")
    assert alarm.market == "VN"
    line = next(x for x in standing(broken, "VN", PAIR).lines if x.score.name == "coverage")
    assert alarm.since == line.since
    assert alarm.text.startswith("Vietnam: the 80 % intervals are worse than it should be")
    assert alarms(broken, "US") == []


def test_an_alarm_is_told_in_the_readers_language_though_it_is_kept(broken):
    english = alarms(broken, "VN")[0].text
    with using("vi"):
        assert alarms(broken, "VN")[0].text != english
    assert alarms(broken, "VN")[0].text == english


def test_live_weeks_like_the_past_raise_none(trained):
    store_live(trained, 20)
    assert standing(trained, "VN", PAIR).weeks == 20
    assert alarms(trained, "VN") == []


def test_asked_again_nothing_is_computed_until_something_changes(broken, monkeypatch):
    first = alarms(broken, "VN")
    monkeypatch.setattr(standings, "stand", None)
    assert alarms(broken, "VN") == first
    store_live(broken, 30)  # ten more weeks come due
    with pytest.raises(TypeError):
        alarms(broken, "VN")


def test_with_a_month_of_live_weeks_or_less_no_model_store_is_asked(trained, monkeypatch):
    store_live(trained, 3, half=1e-6)
    monkeypatch.setattr(out_of_sample, "read", None)
    assert alarms(trained, "VN") == []


def test_a_store_that_does_not_answer_is_asked_again_later_not_each_time(broken, monkeypatch):
    asked = []

    def silent(version):
        asked.append(version)
        raise UserError("The model store does not answer.")

    monkeypatch.setattr(out_of_sample, "read", silent)
    with monkeypatch.context() as impatient:
        impatient.setattr(standings, "RETRY_SECONDS", 0)
        assert alarms(broken, "VN") == alarms(broken, "VN") == []
        assert len(asked) == 2
    assert alarms(broken, "VN") == alarms(broken, "VN") == []
    assert len(asked) == 3


def test_damaged_prices_leave_the_other_notices_standing(broken, monkeypatch):
    before = [one.text for one in home.notices(broken) if one.page != "monitoring"]

    def refused(*_):
        raise UserError("The stored prices of AAA are damaged.")

    monkeypatch.setattr(home, "alarms", refused)
    texts = [one.text for one in home.notices(broken)]
    assert [text for text in texts if text in before] == before != []
    assert "The stored prices of AAA are damaged." in texts


def test_a_version_without_rows_raises_none_and_says_why(broken):
    store_live(broken, 20)
    found = standings.standing(broken, "VN", (1, 77))
    assert found.weeks == 0
    assert "no version 77" in found.lacking


def test_home_lists_an_alarm_with_the_way_to_its_scores(broken):
    notice = next(one for one in home.notices(broken) if one.page == "monitoring")
    assert notice.text == alarms(broken, "VN")[0].text
    assert notice.market == "VN"
