"""Forecasts a portfolio may follow: those of weeks that had fitted nothing, and no others.

The three doors below are the only ones: the rows of a walk-forward evaluation, the
out-of-sample rows kept with a version's run, and the stored records that say of
themselves that their version had not learned from their week.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import UserError
from core.evaluation import records
from core.forecasts import reading
from core.registry import Version
from core.training import out_of_sample

COLUMNS = ("symbol", "week", "forecast", "p_up", "call", "move", "origin")
UP = 2
INTERVAL_80 = 1.2816
"""Half an 80 % interval over the standard deviation of a normal error."""


@dataclass(frozen=True)
class Signals:
    """Forecasts by week and stock.

    Attributes
    ----------
    rows : DataFrame
        ``COLUMNS``: ``forecast`` log return to four weeks ahead, ``call`` 2 is UP, ``move``
        the expected size of the move (log return), ``origin`` which model made the row.
    source : str
    """

    rows: pd.DataFrame
    source: str


def of_evaluation(data_dir: Path, name: str) -> Signals:
    """What a walk-forward evaluation forecast: each fold was fitted on labels known before it."""
    found = records.forecasts(data_dir, name)
    return _signals(
        found, found["half_80"].to_numpy() / INTERVAL_80, f"evaluation {name}", found["call"] == UP
    )


def of_version(version: Version) -> Signals:
    """The rows that the run of a version kept of weeks it had not learned from."""
    found = out_of_sample.read(version)
    said = f"{version.name} v{version.version}, run {version.run_id}"
    return _signals(found, found["move"].to_numpy(), said, found["call"] == UP)


def of_records(data_dir: Path, market: str) -> Signals:
    """The stored forecasts of a market, only those whose week taught their version nothing.

    A record made twice counts as it was first made.
    """
    found = reading.of_market(data_dir, market)
    found = found[found["in_sample"] == 0].drop_duplicates(["symbol", "as_of"], keep="first")
    made = found.rename(columns={"as_of": "week", "ret": "forecast"})
    origin = (
        "price v"
        + made["price_version"].astype(str)
        + ", pattern v"
        + made["pattern_version"].astype(str)
    )
    width = (made["ret_high"] - made["ret_low"]).to_numpy() / 2 / INTERVAL_80
    return _signals(made, width, origin, made["call"] == "UP")


def _signals(found: pd.DataFrame, move: np.ndarray, origin, up: pd.Series) -> Signals:
    if found.empty:
        raise UserError(
            "There are no out-of-sample forecasts to follow: run `python -m core evaluate` first."
        )
    rows = found[["symbol", "week", "forecast", "p_up"]].assign(
        symbol=found["symbol"].astype(str),
        move=move,
        origin=origin,
        call=np.where(up, UP, 0),
    )
    source = origin if isinstance(origin, str) else "stored records"
    return Signals(rows.sort_values(["week", "symbol"], ignore_index=True)[list(COLUMNS)], source)
