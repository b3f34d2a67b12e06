"""Forecasts a portfolio may follow: those of weeks their model had not learned from, no others.

The three doors below are the only ones: the forecasts of a walk-forward evaluation, the
out-of-sample rows kept with a training run, and the stored records that say of
themselves that their version had not learned from their week. No door leads to a model
file, so nothing can be forecast anew, in-sample, for a past week.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import UserError
from core.evaluation import records
from core.forecasts import reading
from core.language import _
from core.registry import Version
from core.training import out_of_sample

COLUMNS = ("symbol", "week", "forecast", "p_up", "call", "origin")
UP = 2


@dataclass(frozen=True)
class Signals:
    """Forecasts by week and stock.

    Attributes
    ----------
    rows : DataFrame
        ``COLUMNS``, by week and symbol: ``forecast`` log return to four weeks ahead, ``call``
        2 is UP, ``origin`` the model that made the row: a fold by the last day it had
        learned from, a run, or the versions of a record.
    source : str
        Where they come from, in English.
    """

    rows: pd.DataFrame
    source: str


def of_evaluation(data_dir: Path, name: str) -> Signals:
    """What a walk-forward evaluation forecast, each fold fitted on what was known before it.

    A row counts only where the last outcome its fold had learned from lies before its week.

    Raises
    ------
    UserError
        If there is no such evaluation, or it does not say what its folds had learned from.
    """
    found = records.forecasts(data_dir, name)
    if "learned_to" not in found:
        raise UserError(
            _(
                "The evaluation {name} is by an older Weeklens and does not say what each "
                "forecast had learned from: evaluate again."
            ).format(name=name)
        )
    found = found[found["learned_to"] < found["week"]]
    origin = "fold learned to " + found["learned_to"].dt.strftime("%Y-%m-%d")
    return _signals(found, origin, found["call"] == UP, f"evaluation {name}")


def of_version(version: Version) -> Signals:
    """The rows that the run of a version kept of weeks it had not learned from.

    Raises
    ------
    UserError
        If its run kept none.
    """
    found = out_of_sample.read(version)
    origin = pd.Series(f"run {version.run_id}", index=found.index)
    return _signals(found, origin, found["call"] == UP, f"{version.name}, run {version.run_id}")


def of_records(data_dir: Path, market: str) -> Signals:
    """The stored forecasts of a market, only those whose week taught their versions nothing.

    A week forecast twice counts as it was first.
    """
    found = reading.of_market(data_dir, market)
    found = found[found["in_sample"] == 0].drop_duplicates(["symbol", "as_of"])
    made = found.rename(columns={"as_of": "week", "ret": "forecast"})
    price, pattern = (made[f"{which}_version"].astype(str) for which in ("price", "pattern"))
    origin = "price v" + price + ", pattern v" + pattern
    return _signals(made, origin, made["call"] == "UP", "stored forecasts")


def _signals(found: pd.DataFrame, origin: pd.Series, up: pd.Series, source: str) -> Signals:
    known = found["forecast"].notna() & found["p_up"].notna()
    if not known.any():
        raise UserError(
            _(
                "There are no out-of-sample forecasts to follow here ({source}): start an "
                "evaluation on the Evidence page or with `python -m core evaluate`."
            ).format(source=source)
        )
    rows = found[["symbol", "week", "forecast", "p_up"]].assign(
        symbol=found["symbol"].astype(str), origin=origin, call=np.where(up, UP, 0)
    )[known]
    return Signals(rows.sort_values(["week", "symbol"], ignore_index=True)[list(COLUMNS)], source)
