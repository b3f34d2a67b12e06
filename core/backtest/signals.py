"""What a backtest may act on: forecasts of weeks that had taught the model nothing.

There are three sources and no other way in: a walk-forward evaluation, the out-of-sample rows of
a version's recipe, and stored forecasts of weeks their versions had not learned from. The final
fit of a version has learned from nearly every week, and is never asked.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import forecasts, registry
from core.errors import UserError
from core.evaluation import records
from core.language import _
from core.registry import PATTERN, PRICE
from core.training import out_of_sample

COLUMNS = ("week", "symbol", "expected", "p_down", "p_sideways", "p_up", "call", "move", "version")
RECORDS = "records"


@dataclass(frozen=True)
class Signals:
    """Out-of-sample forecasts of a market.

    Attributes
    ----------
    source : str
        As it is asked for: ``evaluation:ID``, ``version:N`` or ``records``.
    market : str
    rows : DataFrame
        ``COLUMNS`` by week and symbol: the as-of Friday, the log return forecast, three
        probabilities, the call (0 DOWN, 1 SIDEWAYS, 2 UP, -1 none), the expected move (log
        return; orders stocks by volatility), and what made the row.
    """

    source: str
    market: str
    rows: pd.DataFrame


def read(data_dir: Path, source: str, market: str) -> Signals:
    """The forecasts of a source.

    Parameters
    ----------
    data_dir : Path
    source : str
        ``evaluation:ID``, ``version:N`` (both models of that training) or ``records``.
    market : str

    Raises
    ------
    UserError
        If the source is none of these, of another market, or empty.
    """
    kind, __, name = source.partition(":")
    if kind == "evaluation":
        rows, of = _of_evaluation(data_dir, name)
    elif kind == "version" and name.isdigit():
        rows, of = _of_version(int(name))
    elif source == RECORDS:
        rows, of = _of_records(data_dir, market), market
    else:
        raise UserError(
            _(
                "A backtest takes its forecasts from evaluation:ID, version:N or records; {given} "
                "is none of them."
            ).format(given=repr(source[:40]))
        )
    if of != market:
        raise UserError(
            _("{source} is of the market {of}, not of {market}.").format(
                source=source, of=of, market=market
            )
        )
    if rows.empty:
        raise UserError(
            _(
                "There are no out-of-sample forecasts here yet: run an evaluation on the Evidence "
                "page (or `python -m core evaluate`), then choose it."
            )
        )
    return Signals(source, market, rows.sort_values(["week", "symbol"], ignore_index=True))


def sources(data_dir: Path, market: str) -> list[str]:
    """What `read` can take for a market, the longest histories first."""
    found = [f"evaluation:{record['id']}" for record in records.all_records(data_dir, market)]
    priced = {v.version for v in registry.versions(PRICE) if v.tags.get("market") == market}
    called = {v.version for v in registry.versions(PATTERN) if v.tags.get("market") == market}
    found += [f"version:{number}" for number in sorted(priced & called, reverse=True)]
    if not _of_records(data_dir, market).empty:
        found.append(RECORDS)
    return found


def _of_evaluation(data_dir: Path, name: str) -> tuple[pd.DataFrame, str]:
    record = records.get(data_dir, name)
    rows = records.forecasts(data_dir, name)
    # Half of the 80 % interval stands for the expected move: it is wider where a stock is wilder.
    made = rows.rename(columns={"forecast": "expected", "half_80": "move"})
    made["version"] = f"evaluation {name}"
    return _clean(made), record["market"]


def _of_version(number: int) -> tuple[pd.DataFrame, str]:
    price, pattern = (registry.find(model, number) for model in (PRICE, PATTERN))
    left = out_of_sample.read(price)[["week", "symbol", "forecast", "move"]]
    right = out_of_sample.read(pattern)[["week", "symbol", *out_of_sample.PROBA, "call"]]
    rows = left.merge(right, on=["week", "symbol"]).rename(columns={"forecast": "expected"})
    rows["version"] = f"v{number}"
    return _clean(rows), price.tags.get("market", "")


def _of_records(data_dir: Path, market: str) -> pd.DataFrame:
    rows = forecasts.of_market(data_dir, market)
    rows = rows[(rows["in_sample"] == 0) & rows["ret"].notna()]
    # The first record of a week is what could be acted on; a later one saw more.
    rows = rows.drop_duplicates(["as_of", "symbol"], keep="first")
    versions = rows["price_version"].astype(str) + "/" + rows["pattern_version"].astype(str)
    made = rows.rename(columns={"as_of": "week", "ret": "expected"}).assign(version="v" + versions)
    named = {"DOWN": 0, "SIDEWAYS": 1, "UP": 2}
    made["call"] = made["call"].map(named).fillna(-1).astype(int)
    return _clean(made)


def _clean(rows: pd.DataFrame) -> pd.DataFrame:
    made = rows[list(COLUMNS)].copy()
    made["week"] = made["week"].astype("datetime64[ns]")
    made["symbol"] = made["symbol"].astype(str)
    return made[np.isfinite(made["expected"]) & np.isfinite(made["p_up"])]
