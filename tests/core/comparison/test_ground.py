import numpy as np
import pytest

from core.comparison.ground import common_ground
from core.training.out_of_sample import PROBA
from tests.core.comparison.made import rows


@pytest.fixture
def frames():
    """Three that overlap in part: other weeks, other stocks, other order of rows."""
    second = rows(2, weeks=50)
    third = rows(3)
    third = third[third["symbol"] != "S1"].sample(frac=1, random_state=0).reset_index(drop=True)
    return {1: rows(1), 2: second, 5: third}


def test_the_common_rows_are_those_in_every_table(frames):
    ground = common_ground(frames)
    keys = [set(zip(f["symbol"], f["week"], strict=True)) for f in frames.values()]
    expected = sorted(keys[0] & keys[1] & keys[2], key=lambda key: (key[1], key[0]))
    told = zip(ground.symbol.tolist(), ground.week, strict=True)
    assert [(symbol, np.datetime64(week)) for symbol, week in told] == [
        (symbol, week.to_datetime64()) for symbol, week in expected
    ]
    assert (ground.rows, ground.weeks, ground.stocks) == (250, 50, 5)
    assert [told.rows for told in ground.told.values()] == [360, 300, 300]


def test_every_value_is_that_of_its_own_row(frames):
    ground = common_ground(frames)
    for number, frame in frames.items():
        by_key = frame.set_index(["symbol", "week"])
        told = ground.told[number]
        for place in (0, 17, 249):
            own = by_key.loc[(ground.symbol[place], ground.week[place])]
            assert told.forecast[place] == own["forecast"]
            assert told.proba[place].tolist() == own[list(PROBA)].tolist()
            assert told.call[place] == own["call"]


def test_an_outcome_revised_since_is_that_of_the_newest(frames):
    old = frames[1].copy()
    old.loc[:9, "ret"] += 0.05
    ground = common_ground({5: frames[5], 1: old})
    again = common_ground({5: frames[5], 1: frames[1]})
    assert ground.revised == int((old["symbol"][:10] != "S1").sum())
    assert (ground.ret == again.ret).all()
    assert again.revised == 0


def test_intervals_are_compared_where_all_made_one(frames):
    frames[1].loc[frames[1]["week"] < "2022-11-01", "half_80"] = np.nan
    frames[2]["half_95"] = np.nan
    ground = common_ground(frames)
    early = ground.week < np.datetime64("2022-11-01")
    for number in frames:
        assert (np.isnan(ground.told[number].half[:, 0]) == early).all()
    assert np.isnan(ground.told[2].half[:, 1]).all()
    assert np.isfinite(ground.told[5].half[:, 1]).all()


def test_a_part_keeps_what_belongs_together(frames):
    ground = common_ground(frames)
    part = ground.part(ground.symbol == "S3")
    assert set(part.symbol) == {"S3"}
    assert (part.told[2].forecast == ground.told[2].forecast[ground.symbol == "S3"]).all()
    assert sorted(set(part.year.tolist())) == [2022, 2023]
