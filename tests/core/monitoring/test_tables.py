"""Scored forecasts in tables."""

import numpy as np
import pytest

from core.monitoring import expectation, tables
from tests.core.monitoring.made import out_of_sample

ROWS = expectation.score(out_of_sample(weeks=30))


def test_a_stock_sums_up_its_own_forecasts_and_the_worst_come_first():
    table = tables.by_stock(ROWS)
    mine = ROWS[ROWS["symbol"] == "S03"]
    row = table.set_index("group").loc["S03"]
    assert (row["weeks"], row["forecasts"], row["calls"]) == (30, 30, 30)
    assert row["hits"] == pytest.approx(mine["hit"].mean())
    assert row["usual"] == pytest.approx(mine["usual"].mean())
    assert row["error"] == pytest.approx(mine["error"].mean())
    assert row["coverage"] == pytest.approx(mine["inside"].mean())
    gap = (table["error"] - table["error_no_change"]).to_numpy()
    assert (np.diff(gap) <= 0).all()


def test_withheld_calls_are_not_misses():
    rows = ROWS.assign(hit=np.where(ROWS["week"] > ROWS["week"].min(), np.nan, 1.0))
    table = tables.by_stock(rows)
    assert (table["calls"] == 1).all()
    assert (table["hits"] == 1).all()


def test_stocks_without_a_sector_come_last():
    table = tables.by_sector(ROWS, {"S00": "Banks", "S01": "Banks", "S02": "Steel"})
    assert table["group"].tolist() == ["Banks", "Steel", ""]
    assert table["forecasts"].tolist() == [60, 30, 270]


def test_versions_stand_side_by_side_with_their_weeks():
    early = ROWS[ROWS["week"] < ROWS["week"].min() + np.timedelta64(70, "D")]
    table = tables.by_version({(2, 3): ROWS, (1, 1): early, (0, 0): ROWS.head(0)})
    assert table["group"].tolist() == [(2, 3), (1, 1)]
    assert table["weeks"].tolist() == [30, 10]
    assert table["last"].iloc[1] == early["week"].max()


def test_reliability_counts_every_forecast_once():
    table = tables.reliability(ROWS)
    assert table["count"].sum() == len(ROWS)
    top = ROWS[["p_down", "p_sideways", "p_up"]].to_numpy(float).max(axis=1)
    assert (table["said"] * table["count"]).sum() == pytest.approx(top.sum())


def test_the_newest_weeks_are_kept():
    assert tables.last_weeks(ROWS, 4)["week"].nunique() == 4
    assert tables.last_weeks(ROWS, 4)["week"].max() == ROWS["week"].max()
    assert len(tables.last_weeks(ROWS, None)) == len(ROWS)


def test_nothing_scored_makes_empty_tables():
    none = ROWS.head(0)
    for table in (tables.by_stock(none), tables.by_sector(none, {}), tables.by_version({})):
        assert table.empty
        assert set(tables.COLUMNS) <= set(table)
    assert tables.reliability(none).empty
