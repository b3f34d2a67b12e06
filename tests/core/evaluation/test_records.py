import json
import os

import pandas as pd
import pytest

from core.errors import UserError
from core.evaluation import records


def leave(data_dir, name, market="VN", **facts):
    """What a finished evaluation's child leaves, kept."""
    folder = data_dir / "jobs" / name
    folder.mkdir(parents=True)
    (folder / records.REPORT).write_text(json.dumps({"market": market, **facts}))
    pd.DataFrame({"week": [pd.Timestamp("2024-01-05")]}).to_parquet(folder / records.FORECASTS)
    records.keep(data_dir, name, folder)


def test_the_newest_comes_first_and_markets_stay_apart(data_dir):
    for name, market in (("20240101-1", "VN"), ("20240301-1", "US"), ("20240201-1", "VN")):
        leave(data_dir, name, market)
    assert records.names(data_dir) == ("20240301-1", "20240201-1", "20240101-1")
    assert [r["id"] for r in records.all_records(data_dir, "VN")] == ["20240201-1", "20240101-1"]
    assert records.newest(data_dir, "VN")["id"] == "20240201-1"
    assert records.newest(data_dir, "XX") is None


def test_report_and_forecasts_are_read_back(data_dir):
    leave(data_dir, "a", seconds=3)
    assert records.get(data_dir, "a") == {"market": "VN", "seconds": 3, "id": "a"}
    assert records.forecasts(data_dir, "a")["week"].tolist() == [pd.Timestamp("2024-01-05")]


def test_one_cut_off_while_it_was_moved_is_not_listed(data_dir):
    leave(data_dir, "a")
    (records.place(data_dir) / "a").rename(records.place(data_dir) / ".a.part")
    assert records.names(data_dir) == ()


@pytest.mark.parametrize("name", ["none", "../jobs", ""])
def test_an_unknown_evaluation_is_one_sentence(data_dir, name):
    with pytest.raises(UserError, match="There is no evaluation"):
        records.get(data_dir, name)


def test_a_damaged_report_is_one_sentence(data_dir):
    leave(data_dir, "a")
    (records.place(data_dir) / "a" / records.REPORT).write_text("{")
    with pytest.raises(UserError, match="cannot be read"):
        records.all_records(data_dir)


def test_finished_folds_of_the_two_newest_states_are_kept(data_dir):
    for age, name in enumerate(("new", "middle", "old")):
        folder = records.work_folder(data_dir) / name
        folder.mkdir(parents=True)
        os.utime(folder, (1e9 - age, 1e9 - age))
    records.sweep_work(data_dir)
    assert sorted(p.name for p in records.work_folder(data_dir).iterdir()) == ["middle", "new"]
