"""The measure itself: prices that are made for it, and what its table says."""

import numpy as np
import pandas as pd

from benchmarks.speed.prices import grown, read
from benchmarks.speed.race import Row, race, table
from core.market.barfiles import conform


def test_a_market_made_of_few_stocks_can_be_stored_and_no_two_are_alike():
    made = grown(read(None, 2), stocks=4, years=2)
    assert [len(columns["close"]) for columns in made.values()] == [522] * 4
    assert len({columns["close"].tobytes() for columns in made.values()}) == 4
    for columns in made.values():
        conform(pd.DataFrame(columns))
        assert (np.diff(columns["date"]) > np.timedelta64(0, "D")).all()


def test_every_rival_runs_as_often_and_in_turn():
    ran = []
    taken = race({name: lambda name=name: ran.append(name) for name in "ab"}, rounds=2)
    assert ran == ["a", "b"] * 3
    assert set(taken) == {"a", "b"}


def test_the_table_says_which_aims_are_missed():
    rows = [Row("met", 1.0, "rival", 3.0, 2), Row("not met", 1.0, "rival", 1.5, 2)]
    lines = table(rows).splitlines()
    assert lines[2] == "| met | 1 | rival | 3 | 3 | 2 |  |"
    assert lines[3] == "| not met | 1 | rival | 1.5 | 1.5 | 2 missed |  |"
