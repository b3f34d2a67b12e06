"""A small world with two real trainings, made once for all tests that need versions."""

import contextlib
import io
import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import tracking
from core.__main__ import main
from core.jobs.runner import wait
from core.jobs.store import JobStore
from core.market.store import BarStore
from core.training.recipe import make_recipe
from tests.core.indicators.generate import walk

SESSIONS = 1150  # 230 weeks, 2018-01-08 to 2022-06-03
LAST_WEEK = pd.Timestamp("2022-06-03")
STEADY = ("AAA", "BBB", "CCC", "DDD", "EEE")
UNFIT = ("GAP", "HALT", "QUIET", "YOUNG")
EPOCHS = 3


def make_stocks() -> dict[str, pd.DataFrame]:
    """Five stocks that trade every week, and one of each kind that gets no forecast.

    GAP did not trade in the last week but two, HALT not in the last three,
    QUIET neither moved nor traded lately, YOUNG has 40 weeks.
    """
    stocks = {name: walk(SESSIONS, seed, start="2018-01-08") for seed, name in enumerate(STEADY)}
    stocks["GAP"] = walk(SESSIONS, 11, start="2018-01-08", halt=(1130, 1140))
    stocks["HALT"] = walk(SESSIONS, 12, start="2018-01-08", halt=(1135, 1150))
    quiet = walk(SESSIONS, 13, start="2018-01-08")
    still = quiet.index[-200:]
    prices = ["open", "high", "low", "close"]
    quiet.loc[still, prices] = quiet.loc[still[0], "close"]
    quiet.loc[still, ["volume", "value"]] = 0.0
    stocks["QUIET"] = quiet
    stocks["YOUNG"] = walk(SESSIONS, 14, start="2018-01-08").iloc[-200:].reset_index(drop=True)
    return stocks


@dataclass(frozen=True)
class World:
    """What the trainings left.

    Attributes
    ----------
    folder : Path
        Versions 1 of both models in production with their forecasts; versions 2 trained by the
        command line on the same prices, but for those after the first test week began.
    printed : dict
        What the command line answered to the second training.
    stocks : dict of DataFrame
        The prices in the store, those of the first training.
    """

    folder: Path
    printed: dict
    stocks: dict


def build(folder: Path) -> World:
    """Train, forecast, train again on another future; the settings point at the folder."""
    store, jobs, stocks = BarStore(folder), JobStore(folder), make_stocks()
    store.write("VN", stocks, source="made up")
    recipe = make_recipe(market="VN", epochs=EPOCHS, promote=True).model_dump(mode="json")
    first = wait(folder, jobs.submit("train", recipe, requested_by="tests")[0].id)
    assert first.state == "done", first.message
    for waiting in jobs.active():
        assert wait(folder, waiting.id).state == "done"

    run = tracking.client().get_run(first.result["run_id"])
    tested_from = pd.Timestamp(run.data.params["test_period"].split()[0])
    store.write("VN", with_another_future(stocks, tested_from), source="made up")
    answer = io.StringIO()
    with contextlib.redirect_stdout(answer):
        ended = main(["train", "--all", "--market", "VN", "--epochs", str(EPOCHS), "--json"])
    assert ended == 0, answer.getvalue()
    store.write("VN", stocks, source="made up")
    return World(folder, json.loads(answer.getvalue()), stocks)


def with_another_future(
    stocks: dict[str, pd.DataFrame], tested_from: pd.Timestamp
) -> dict[str, pd.DataFrame]:
    """Other prices from the week of the first test Friday on; the same before."""
    random, changed = np.random.default_rng(99), {}
    for name, bars in stocks.items():
        bars = bars.copy()
        later = bars["date"] > tested_from - pd.Timedelta(days=7)
        drift = np.exp(np.cumsum(random.normal(0.003, 0.03, int(later.sum()))))
        for column in ("open", "high", "low", "close"):
            bars.loc[later, column] *= drift
        changed[name] = bars
    return changed


def copy(world: World, folder: Path) -> None:
    """The whole world in another folder, its artifacts included."""
    with contextlib.closing(sqlite3.connect(world.folder / "mlflow" / "mlflow.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(world.folder, folder, ignore=shutil.ignore_patterns("*.lock"))
