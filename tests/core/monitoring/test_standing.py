"""How a pair of versions stands, in numbers and in words."""

import numpy as np
import pandas as pd
import pytest

from core.monitoring import expectation, words
from core.monitoring.scores import ROWS, SCORES
from core.monitoring.standing import (
    CONSTANT,
    EXPECTED,
    FEW,
    LEAST_LIVE,
    ROLLING,
    SHOWN,
    UNKNOWN,
    WORSE,
    stand,
)
from tests.core.monitoring.made import doubled, flipped, out_of_sample

HISTORY = out_of_sample(weeks=150)
AFTER = out_of_sample(weeks=40, seed=3)


def standing(live, history=HISTORY, **more):
    found = stand("VN", (1, 1), expectation.score(live), history, **more)
    return found, {line.score.name: line for line in found.lines}


def test_healthy_weeks_are_as_expected():
    found, lines = standing(AFTER)
    assert [line.state for line in found.lines] == [EXPECTED] * 4 + [SHOWN]
    assert (found.weeks, found.history_weeks) == (40, 150)
    assert words.verdict(lines["error"]).startswith("As expected")


def test_turned_round_forecasts_are_worse_since_a_week():
    weeks = AFTER["week"].unique()
    before = AFTER["week"] < weeks[15]
    broken = pd.concat([AFTER[before], flipped(AFTER[~before])])
    __, lines = standing(broken)
    line = lines["order"]
    assert line.state == WORSE
    assert weeks[13] <= line.began <= line.since <= weeks[27]
    assert words.verdict(line).startswith(
        f"Worse than it should be since about the week to {line.began:%Y-%m-%d}"
    )
    said = words.alarm(line, "Vietnam", (3, 4))
    assert said.startswith("Vietnam: the order of the stocks is worse than it should be")
    assert "(price v3, pattern v4)" in said


def test_twice_the_volatility_shows_in_the_intervals():
    __, lines = standing(doubled(AFTER))
    assert lines["coverage"].state == WORSE
    assert lines["order"].state == EXPECTED


def test_few_weeks_say_so():
    live = AFTER[AFTER["week"] < AFTER["week"].unique()[ROLLING - 1]]
    __, lines = standing(live)
    assert lines["error"].state == FEW
    assert words.verdict(lines["error"]) == (
        f"Too few weeks to say: {ROLLING - 1} of {ROLLING} have come due."
    )
    assert np.isnan(lines["error"].rolling).all()
    assert words.beside(lines["error"]) == ""


def test_one_bad_month_is_no_verdict():
    awful = AFTER.assign(half_80=1e-6)
    weeks = AFTER["week"].unique()
    __, lines = standing(awful[awful["week"] < weeks[LEAST_LIVE - 1]])
    assert lines["coverage"].verdict.alarmed is not None
    assert lines["coverage"].state == FEW
    __, lines = standing(awful[awful["week"] < weeks[LEAST_LIVE]])
    assert lines["coverage"].state == WORSE


def test_a_version_without_a_past_is_not_watched():
    __, lines = standing(AFTER, HISTORY.head(0), lacking="It was deleted.")
    assert lines["error"].state == UNKNOWN
    assert lines["error"].band is None
    assert "52 out-of-sample weeks" in words.verdict(lines["error"])
    assert np.isfinite(lines["error"].rolling).any()


def test_a_version_that_always_says_no_change_has_no_error_of_its_own():
    __, lines = standing(AFTER.assign(forecast=0.0), HISTORY.assign(forecast=0.0))
    assert lines["error"].state == CONSTANT
    assert words.verdict(lines["error"]).startswith("Not watched")


def test_calls_all_withheld_are_told():
    __, lines = standing(AFTER.assign(call=-1))
    assert words.verdict(lines["hits"]).startswith("No direction was called in these weeks")


def test_only_stocks_that_both_know_are_held_against_each_other():
    strange = AFTER.assign(symbol="NEW" + AFTER["symbol"], forecast=5.0)
    few = AFTER[AFTER["symbol"] < "S06"]
    found, lines = standing(pd.concat([few, strange]))
    assert set(found.history["symbol"]) == set(few["symbol"])
    assert len(found.rows) == len(few) + len(strange)
    assert lines["error"].values.max() < 2


def test_the_rolling_mean_is_that_of_the_last_weeks():
    __, lines = standing(AFTER)
    line = lines["error"]
    assert line.rolling[-1] == pytest.approx(line.values[-ROLLING:].mean())
    assert np.isnan(line.rolling[: ROLLING - 1]).all()
    assert words.beside(line).startswith("Last 8 weeks: ")


def test_before_the_first_live_week_nothing_is_said():
    found = stand("VN", (1, 1), pd.DataFrame(columns=list(ROWS)), HISTORY)
    assert found.weeks == 0
    assert [line.known for line in found.lines] == [0] * len(SCORES)
    assert "3\N{NO-BREAK SPACE}%" in words.tested(found)
    assert "grossly wrong" not in words.tested(found)


def test_a_short_past_is_said_to_see_little():
    found, __ = standing(AFTER, out_of_sample(weeks=60))
    assert words.tested(found).endswith("versions of the preset Thorough have more of them.")
