"""A forecast of a week that its model had learned from cannot be followed."""

import numpy as np
import pandas as pd
import pytest

from core import forecasts, registry
from core.backtest import signals
from core.db import connect
from core.errors import UserError
from core.evaluation import records


@pytest.fixture
def kept(evaluated):
    (name,) = records.names(evaluated)
    return evaluated, name, records.place(evaluated) / name / records.FORECASTS


def test_an_evaluation_is_followed_with_the_fold_that_made_each_row(kept):
    data_dir, name, file = kept
    found = signals.of_evaluation(data_dir, name)
    assert len(found.rows) == len(pd.read_parquet(file))
    assert found.rows["origin"].str.fullmatch(r"fold learned to \d{4}-\d\d-\d\d").all()
    assert found.rows["origin"].nunique() > 1
    assert (found.rows["week"] > pd.to_datetime(found.rows["origin"].str[-10:])).all()


def test_a_row_whose_fold_had_learned_from_its_week_is_out_of_reach(kept):
    data_dir, name, file = kept
    rows = pd.read_parquet(file)
    weeks = np.sort(rows["week"].unique())[:3]
    for days, week in zip((0, 7, 28), weeks, strict=True):
        rows.loc[rows["week"] == week, "learned_to"] = week + pd.Timedelta(days=days)
    rows.to_parquet(file)
    left = signals.of_evaluation(data_dir, name).rows
    assert not left["week"].isin(weeks).any()
    assert len(left) == (~rows["week"].isin(weeks)).sum()


def test_an_evaluation_that_does_not_say_what_it_learned_from_is_refused(kept):
    data_dir, name, file = kept
    pd.read_parquet(file).drop(columns="learned_to").to_parquet(file)
    with pytest.raises(UserError, match="evaluate again"):
        signals.of_evaluation(data_dir, name)


def test_a_run_gives_the_rows_it_kept(trained):
    version = registry.versions(registry.PRICE)[-1]
    found = signals.of_version(version)
    assert (found.rows["origin"] == f"run {version.run_id}").all()
    assert len(found.rows) > 100


def test_stored_records_that_are_in_sample_are_out_of_reach(trained):
    stored = forecasts.of_market(trained, "VN" if len(forecasts.of_market(trained, "VN")) else "US")
    market = stored["market"].iloc[0]
    assert len(stored) > 0
    with connect(trained) as db:
        db.execute("UPDATE forecasts SET in_sample=1")
    with pytest.raises(UserError, match="no out-of-sample forecasts"):
        signals.of_records(trained, market)
    first = stored[stored["p_up"].notna()].iloc[0]
    with connect(trained) as db:
        db.execute("UPDATE forecasts SET in_sample=0 WHERE id=?", (first["id"],))
    rows = signals.of_records(trained, market).rows
    assert rows["symbol"].tolist() == [first["symbol"]]
    assert rows["origin"].tolist() == [
        f"price v{first['price_version']}, pattern v{first['pattern_version']}"
    ]
