"""Weeks that two versions forecast in earnest, beside those both were tested on."""

import pandas as pd
import pytest

from core import forecasts
from core.registry import PRICE
from core.tracking import client
from tests.core.gated import give_rows, good_rows, make_good, rule_of


def live_records(trained, weeks):
    """Forecasts that both versions stored for the last weeks whose outcomes have come."""
    for number in (1, 2):
        client().set_model_version_tag(PRICE, str(number), "last_week", "2020-01-03")
    fridays = pd.date_range(end="2022-05-06", periods=weeks, freq="7D")
    shared = {
        "market": "VN", "horizon_weeks": 4, "band": 0.01, "close": 20.0, "move": 0.06,
        "ret_low": -0.1, "ret_high": 0.1, "ret_low_95": -0.2, "ret_high_95": 0.2,
        "p_down": 0.3, "p_sideways": 0.2, "p_up": 0.5, "prior_down": 0.4, "prior_sideways": 0.2,
        "prior_up": 0.4, "call": "UP", "missing": 0, "reason": "", "in_sample": 0,
        "pattern_version": 9, "source": "test",
    }  # fmt: skip
    forecasts.save(
        trained,
        [
            shared
            | {"symbol": symbol, "as_of": str(week.date()), "price_version": number}
            | {"target_date": str((week + pd.Timedelta(weeks=4)).date()), "fingerprint": str(week)}
            | {"ret": 0.0 if number == 1 else 0.5}
            for week in fridays
            for symbol in ("AAA", "BBB", "CCC")
            for number in (1, 2)
        ],
    )


@pytest.mark.parametrize(
    ("weeks", "passes", "said"),
    [
        (3, True, "(3 so far) it was worse by "),
        (25, True, "fewer than 26 decide nothing."),
        (26, False, "In the 26 live weeks that both forecast after their trainings it was worse"),
    ],
)
def test_live_weeks_are_told_and_decide_once_they_are_enough(trained, weeks, passes, said):
    give_rows(1, good_rows())
    make_good()
    live_records(trained, weeks)
    found = rule_of(trained, "production")
    assert found.passed is passes
    assert said in found.said
    assert found.figures["live"]["weeks"] == weeks
    assert found.figures["live"]["difference"] > 1
    assert found.figures["difference"] == 0


def test_without_live_weeks_nothing_is_said_of_them(trained):
    give_rows(1, good_rows())
    make_good()
    found = rule_of(trained, "production")
    assert "live" not in found.figures
    assert "live" not in found.said
