"""Past forecasts and what came: every stored record held against the prices of today's series.

Verdicts rest on returns of one current adjusted series, so that a later dividend or split
changes none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import forecasts
from core.market.store import BarStore
from models.baselines import CLASSES
from models.calls import NO_CLEAR_DIRECTION

HIT, MISS, WITHHELD = "hit", "miss", "withheld"
NONE, OPEN, NO_TRADE, RESOLVED = "no forecast", "open", "did not trade", "resolved"
LEAST_MONTHS = 12
"""Separate forecast spans below which a record says nothing: calls of neighbouring weeks share
most of their outcome."""


def resolve(
    records: pd.DataFrame, bars: Mapping[str, pd.DataFrame], through: pd.Timestamp | None
) -> pd.DataFrame:
    """Hold stored forecasts against what came.

    Parameters
    ----------
    records : DataFrame
        Rows of ``core.forecasts.history`` and the like, of one market.
    bars : mapping of str to DataFrame
        Daily bars by symbol (``core.market.schema.BAR_COLUMNS``); a symbol may be absent.
    through : Timestamp or None
        The market's last complete week. A target date after it has not come yet.

    Returns
    -------
    DataFrame
        The records with:

        - ``state``: "resolved", "open" (its date has not come), "did not trade" (in
          the weeks of the forecast) or "no forecast";
        - ``start``, ``reached``: closes of the as-of week and of the target date on
          today's adjusted series; ``came``: log return from one to the other;
        - ``outcome``: the class that came; ``verdict``: "hit", "miss", "withheld" or
          empty; ``usual``: how often the class called usually comes;
        - ``error``, ``error_no_change``: by what share of the price that came the
          forecast and "no change" missed it;
        - ``inside_80``, ``inside_95``: whether it came to lie in the interval, missing
          where there is none;
        - ``hindsight``: whether it was computed after its target date.
    """
    found = records.reset_index(drop=True).copy()
    start, reached, traded = _closes(found, bars)
    target = found["target_date"].to_numpy("datetime64[ns]")
    given = (found["call"] != "").to_numpy(bool)
    limit = np.datetime64("NaT") if through is None else np.datetime64(through)
    matured = given & (target <= limit)
    known = matured & traded
    state = np.full(len(found), NONE, dtype=object)
    state[given] = OPEN
    state[matured] = NO_TRADE
    state[known] = RESOLVED
    found["state"] = state
    found["start"] = np.where(given, start, np.nan)
    found["reached"] = np.where(known, reached, np.nan)
    came = np.log(found["reached"] / found["start"])
    found["came"] = came
    found["outcome"] = _outcome(found)
    found["verdict"] = _verdict(found, known)
    found["usual"] = _usual(found)
    found["error"] = np.abs(np.expm1(found["ret"] - came))
    found["error_no_change"] = np.abs(np.expm1(-came))
    for level, end in ((80, ""), (95, "_95")):
        low, high = found[f"ret_low{end}"], found[f"ret_high{end}"]
        inside = (came >= low) & (came <= high)
        kept = known & low.notna() & high.notna()
        found[f"inside_{level}"] = inside.astype("boolean").where(kept)
    made = pd.to_datetime(found["created"], utc=True, format="ISO8601").dt.tz_localize(None)
    found["hindsight"] = made > found["target_date"] + pd.Timedelta(days=1)
    return found


def resolved(data_dir: Path, market: str, symbol: str | None = None) -> pd.DataFrame:
    """Every stored forecast of a market, or of one stock, held against what came; see `resolve`.

    Raises
    ------
    UserError
        If bars are lost or damaged.
    """
    if symbol is None:
        records = forecasts.of_market(data_dir, market)
    else:
        records = forecasts.history(data_dir, market, symbol)
    store = BarStore(data_dir)
    there = set(store.symbols(market)["symbol"]) & set(records["symbol"])
    bars = store.panel(market, there) if there else {}
    return resolve(records, bars, forecasts.last_complete_week(data_dir, market))


def one_a_week(found: pd.DataFrame) -> pd.DataFrame:
    """One forecast for each stock and as-of week: the first made, out-of-sample before in-sample.

    The first, because a later version may have been chosen knowing what came.
    """
    order = ["symbol", "as_of", "in_sample", "created"]
    kept = found[found["state"] != NONE].sort_values(order, kind="stable")
    return kept.drop_duplicates(["symbol", "as_of"]).reset_index(drop=True)


@dataclass(frozen=True)
class Record:
    """How forecasts did, each measure with what it stands beside.

    Attributes
    ----------
    forecasts : int
        Out-of-sample forecasts that came due and were resolved, one a stock and week.
    months : int
        How many of their as-of weeks lie a whole horizon apart.
    calls, hits : int
        Calls of a class among them, and how many were right.
    usual : float
        How often the classes called usually come; NaN without calls.
    error, error_no_change : float
        Mean miss as a share of the price that came, and that of "no change".
    with_interval, inside_80 : int
        Forecasts with an 80 % interval, and outcomes inside it.
    in_sample, hindsight : int
        In-sample forecasts, which are left out; those computed after their target date,
        which are not.
    """

    forecasts: int
    months: int
    calls: int
    hits: int
    usual: float
    error: float
    error_no_change: float
    with_interval: int
    inside_80: int
    in_sample: int
    hindsight: int

    @property
    def enough(self) -> bool:
        """Whether the count allows any conclusion."""
        return self.months >= LEAST_MONTHS


def record_of(found: pd.DataFrame) -> Record:
    """Sum up resolved forecasts; in-sample ones prove nothing and are only counted.

    Parameters
    ----------
    found : DataFrame
        From `resolve`.
    """
    due = one_a_week(found[found["state"] == RESOLVED])
    mine = due[due["in_sample"] == 0]
    called = mine[mine["verdict"].isin([HIT, MISS])]
    banded = mine[mine["inside_80"].notna()]
    return Record(
        forecasts=len(mine),
        months=_apart(mine),
        calls=len(called),
        hits=int((called["verdict"] == HIT).sum()),
        usual=float(called["usual"].mean()),
        error=float(mine["error"].mean()),
        error_no_change=float(mine["error_no_change"].mean()),
        with_interval=len(banded),
        inside_80=int(banded["inside_80"].sum()),
        in_sample=int((due["in_sample"] == 1).sum()),
        hindsight=int(mine["hindsight"].sum()),
    )


def _closes(
    records: pd.DataFrame, bars: Mapping[str, pd.DataFrame]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Closes on or before as-of and target date, and whether the stock traded between them."""
    start, reached = (np.full(len(records), np.nan) for _ in range(2))
    traded = np.zeros(len(records), dtype=bool)
    as_of, target = (records[name].to_numpy("datetime64[ns]") for name in ("as_of", "target_date"))
    for symbol, rows in records.groupby("symbol").indices.items():
        daily = bars.get(symbol)
        if daily is None or daily.empty:
            continue
        days, closes = daily["date"].to_numpy("datetime64[ns]"), daily["close"].to_numpy(float)
        before = np.searchsorted(days, as_of[rows], side="right") - 1
        last = np.searchsorted(days, target[rows], side="right") - 1
        start[rows] = np.where(before >= 0, closes[before], np.nan)
        reached[rows] = np.where(last >= 0, closes[last], np.nan)
        traded[rows] = (before >= 0) & (last > before)
    return start, reached, traded


def _outcome(found: pd.DataFrame) -> np.ndarray:
    # Rounded as the labels are that models learn from: an exact +1 % is no matter of bits.
    move = np.round(found["reached"] / found["start"] - 1, 9)
    down, sideways, up = CLASSES
    name = np.where(move > found["band"], up, np.where(move < -found["band"], down, sideways))
    return np.where(move.notna(), name, "").astype(object)


def _verdict(found: pd.DataFrame, known: np.ndarray) -> np.ndarray:
    right = np.where(found["call"] == found["outcome"], HIT, MISS)
    told = np.where(found["call"] == NO_CLEAR_DIRECTION, WITHHELD, right)
    return np.where(known, told, "").astype(object)


def _usual(found: pd.DataFrame) -> np.ndarray:
    usual = np.full(len(found), np.nan)
    for name in CLASSES:
        called = (found["call"] == name).to_numpy(bool)
        usual[called] = found.loc[called, f"prior_{name.lower()}"]
    return usual


def _apart(mine: pd.DataFrame) -> int:
    """How many as-of weeks lie at least a horizon after the one counted before."""
    weeks = mine.sort_values("as_of").drop_duplicates("as_of")
    count, free = 0, pd.Timestamp.min
    for as_of, target in zip(weeks["as_of"], weeks["target_date"], strict=True):
        if as_of >= free:
            count, free = count + 1, target
    return count
