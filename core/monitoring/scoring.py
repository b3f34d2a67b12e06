"""Stored forecasts scored once their target date has come.

Only forecasts that were one: out-of-sample, and computed before the date they speak
of was over. A week forecast twice by the same versions counts as it was first.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import forecasts
from core.db import connect
from core.evaluation.pattern_scores import log_loss
from core.market.store import BarStore
from core.monitoring.scores import PRIOR, PROBA, ROWS
from core.resolved import HIT, RESOLVED, WITHHELD, one_a_week, resolve
from models.baselines import CLASSES

Pair = tuple[int, int]
"""Versions of the price and of the pattern model."""


def production_pair(data_dir: Path, market: str) -> Pair | None:
    """The versions behind the forecasts on show; None where there are none of this market."""
    shown = forecasts.current(data_dir)
    if shown.get("market") != market:
        return None
    return shown["price_version"], shown["pattern_version"]


def pairs(data_dir: Path, market: str) -> list[Pair]:
    """Every pair of versions that has stored out-of-sample forecasts, the newest first."""
    with connect(data_dir) as db:
        found = db.execute(
            "SELECT price_version, pattern_version, max(as_of) AS newest FROM forecasts "
            "WHERE market=? AND in_sample=0 AND call IS NOT NULL "
            "GROUP BY price_version, pattern_version ORDER BY newest DESC, 1 DESC, 2 DESC",
            (market,),
        ).fetchall()
    return [(row["price_version"], row["pattern_version"]) for row in found]


@dataclass(frozen=True)
class Waiting:
    """Stored forecasts of a pair that have not been scored.

    Attributes
    ----------
    learned : int
        Of weeks its versions had learned from: these prove nothing and never count.
    open : int
        Whose target date is still to come.
    first : Timestamp or None
        The next such date.
    """

    learned: int
    open: int
    first: pd.Timestamp | None


def waiting(data_dir: Path, market: str, pair: Pair) -> Waiting:
    """What of a pair's stored forecasts is not scored, and when the next will be."""
    through = forecasts.last_complete_week(data_dir, market)
    last = "" if through is None else f"{through:%Y-%m-%d}"
    with connect(data_dir) as db:
        row = db.execute(
            "SELECT sum(in_sample=1) AS learned, sum(in_sample=0 AND target_date>?) AS open, "
            "min(CASE WHEN in_sample=0 AND target_date>? THEN target_date END) AS first "
            "FROM forecasts WHERE market=? AND price_version=? AND pattern_version=? "
            "AND call IS NOT NULL",
            (last, last, market, *pair),
        ).fetchone()
    first = None if row["first"] is None else pd.Timestamp(row["first"])
    return Waiting(row["learned"] or 0, row["open"] or 0, first)


def due(data_dir: Path, market: str, pair: Pair, through: pd.Timestamp) -> tuple[int, int]:
    """Weeks and out-of-sample forecasts of a pair whose target date has come."""
    with connect(data_dir) as db:
        row = db.execute(
            "SELECT count(DISTINCT as_of) AS weeks, count(*) AS forecasts FROM forecasts "
            "WHERE market=? AND price_version=? AND pattern_version=? AND in_sample=0 "
            "AND call IS NOT NULL AND target_date<=?",
            (market, *pair, f"{through:%Y-%m-%d}"),
        ).fetchone()
    return row["weeks"], row["forecasts"]


def scored(data_dir: Path, market: str, only: Pair | None = None) -> dict[Pair, pd.DataFrame]:
    """Every matured out-of-sample forecast by its versions, scored on prices of today's series.

    Parameters
    ----------
    data_dir : Path
    market : str
    only : (int, int), optional
        This pair alone.

    Returns
    -------
    dict of DataFrame
        ``core.monitoring.scores.ROWS``, by week and symbol; the pairs of `pairs`.

    Raises
    ------
    UserError
        If bars are lost or damaged.
    """
    through = forecasts.last_complete_week(data_dir, market)
    records = forecasts.of_market(data_dir, market)
    records = records[records["in_sample"] == 0]
    if only is not None:
        own = records["price_version"] == only[0]
        records = records[own & (records["pattern_version"] == only[1])]
    store = BarStore(data_dir)
    there = set(store.symbols(market)["symbol"]) & set(records["symbol"])
    found = resolve(records, store.panel(market, there) if there else {}, through)
    made = dict(tuple(found.groupby(["price_version", "pattern_version"])))
    return {pair: score(made[pair]) for pair in pairs(data_dir, market) if pair in made}


def score(found: pd.DataFrame) -> pd.DataFrame:
    """The rows of resolved records of one pair of versions.

    Parameters
    ----------
    found : DataFrame
        From ``core.resolved.resolve``.

    Returns
    -------
    DataFrame
        ``core.monitoring.scores.ROWS``, by week and symbol.
    """
    mine = found[(found["in_sample"] == 0) & ~found["hindsight"].astype(bool)]
    mine = one_a_week(mine[mine["state"] == RESOLVED])
    codes = {name: place for place, name in enumerate(CLASSES)}
    label = mine["outcome"].map(codes).to_numpy(int)
    called = mine["verdict"] != WITHHELD
    half = mine["ret_high"] - mine["ret"]
    made = mine[["symbol", "target_date", "came", "error", "error_no_change", "usual", *PROBA]]
    made = made.assign(
        week=mine["as_of"],
        forecast=mine["ret"],
        label=label,
        inside=mine["inside_80"].astype("Float64").to_numpy(float, na_value=np.nan),
        reach=(mine["came"] - mine["ret"]).abs() / half.where(half > 0),
        log_loss=log_loss(label, mine[list(PROBA)].to_numpy(float)),
        usual_loss=usual_loss(label, mine[list(PRIOR)].to_numpy(float)),
        hit=(mine["verdict"] == HIT).astype(float).where(called),
    )
    return made.sort_values(["week", "symbol"], ignore_index=True)[list(ROWS)]


def usual_loss(label: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Log loss of the class prior, shape (n,); NaN where a record kept none."""
    known = np.isfinite(prior).all(axis=1)
    loss = np.full(len(label), np.nan)
    loss[known] = log_loss(label[known], prior[known])
    return loss
