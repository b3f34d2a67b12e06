"""What changed since the last forecast week, and what became of last month's forecasts.

All of it is read from stored forecasts and kept indicators.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import forecasts
from core.db import connect
from core.resolved import HIT, MISS, RESOLVED, resolve

MOST_MOVES = 5
COVERAGE = 0.80
"""What an interval is made to hold."""


@dataclass(frozen=True)
class Resolved:
    """Forecasts whose date has come, against what happened.

    Attributes
    ----------
    as_of, target : str
    table : DataFrame
        ``symbol, call, hit`` (None where no direction was called), ``inside`` (whether the
        80 % interval held), ``forecast, outcome`` (simple returns).
    missing : int
        Forecasts without an outcome: the stock did not trade in the weeks between.
    hits, calls : int
        Directions that came true, and directions called.
    usual : float
        Mean usual share of the classes called: what naming them blindly would hit.
    covered : float
        Share of outcomes inside their 80 % interval.
    error, error_no_change : float
        Mean absolute miss of the price, and that of no change, as fractions of the close.
    in_sample : bool
        Whether the versions had learned from that week: then it proves no skill.
    """

    as_of: str
    target: str
    table: pd.DataFrame
    missing: int
    hits: int
    calls: int
    usual: float
    covered: float
    error: float
    error_no_change: float
    in_sample: bool


@dataclass(frozen=True)
class Since:
    """What changed from the last forecast week before to the one on show.

    Attributes
    ----------
    as_of, before : str
        The two weeks; ``before`` is empty without an earlier one.
    flips : DataFrame
        ``symbol, before, now`` (calls) and ``change`` (forecast return now).
    moves : DataFrame
        ``symbol, before, now`` (ranks, 1 the highest forecast) and ``moved``
        (places won); the largest moves first.
    """

    as_of: str
    before: str
    flips: pd.DataFrame
    moves: pd.DataFrame


def since_last_week(data_dir: Path, market: str) -> Since | None:
    """Calls that flipped and ranks that moved; None without forecasts of this market.

    Both weeks are forecasts of one pair of versions: a change of versions is no
    change of the market.
    """
    shown = forecasts.current(data_dir)
    if shown.get("market") != market:
        return None
    versions = (shown["price_version"], shown["pattern_version"])
    with connect(data_dir) as db:
        row = db.execute(
            "SELECT max(as_of) AS week FROM forecasts WHERE market=? AND as_of<? "
            "AND price_version=? AND pattern_version=?",
            (market, shown["as_of"], *versions),
        ).fetchone()
    none = pd.DataFrame(columns=["symbol", "before", "now"])
    if row["week"] is None:
        return Since(shown["as_of"], "", none.assign(change=[]), none.assign(moved=[]))
    both = _called(forecasts.of_week(data_dir, market, row["week"], versions)).merge(
        _called(forecasts.latest(data_dir, market)), on="symbol", suffixes=("_before", "_now")
    )
    flipped = both[both["call_before"] != both["call_now"]]
    flips = pd.DataFrame(
        {
            "symbol": flipped["symbol"],
            "before": flipped["call_before"],
            "now": flipped["call_now"],
            "change": np.expm1(flipped["ret_now"]),
        }
    ).reset_index(drop=True)
    ranks = both[["ret_before", "ret_now"]].rank(ascending=False, method="min").astype(int)
    moves = pd.DataFrame(
        {
            "symbol": both["symbol"],
            "before": ranks["ret_before"],
            "now": ranks["ret_now"],
            "moved": ranks["ret_before"] - ranks["ret_now"],
        }
    )
    order = moves["moved"].abs().sort_values(ascending=False, kind="stable").index
    moves = moves.loc[order]
    return Since(
        shown["as_of"],
        row["week"],
        flips,
        moves[moves["moved"] != 0].head(MOST_MOVES).reset_index(drop=True),
    )


def _called(records: pd.DataFrame) -> pd.DataFrame:
    return records.loc[records["call"] != "", ["symbol", "call", "ret"]]


def new_breakouts(recent: pd.DataFrame) -> list[str]:
    """Stocks that closed on their 20-week high in the last week and not in the week before.

    Parameters
    ----------
    recent : DataFrame
        From ``IndicatorStore.recent``; may be empty. A stock without a value in
        the week before is no new breakout.
    """
    if recent.empty:
        return []
    weeks = np.sort(recent["week"].unique())[-2:]
    if len(weeks) < 2:
        return []
    high = recent[recent["week"].isin(weeks)].pivot(
        index="symbol", columns="week", values="breakout_20w"
    )
    before, now = (high[week] for week in weeks)
    return sorted(high.index[(now == 1) & (before < 1)])


def resolved(data_dir: Path, market: str, recent: pd.DataFrame) -> Resolved | None:
    """The newest forecast week whose date has come, scored on today's adjusted series.

    Parameters
    ----------
    data_dir : Path
    market : str
    recent : DataFrame
        From ``IndicatorStore.recent``.

    Returns
    -------
    Resolved or None
        None where no forecast of the weeks in ``recent`` has come due.
    """
    if recent.empty:
        return None
    newest = recent["week"].max()
    with connect(data_dir) as db:
        row = db.execute(
            "SELECT as_of, price_version, pattern_version FROM forecasts "
            "WHERE market=? AND target_date<=? AND as_of>=? AND call IS NOT NULL "
            "ORDER BY as_of DESC, rowid DESC LIMIT 1",
            (market, f"{newest:%Y-%m-%d}", f"{recent['week'].min():%Y-%m-%d}"),
        ).fetchone()
    if row is None:
        return None
    versions = (row["price_version"], row["pattern_version"])
    records = forecasts.of_week(data_dir, market, row["as_of"], versions)
    records = records[records["call"] != ""].copy()
    bars = {
        symbol: mine.rename(columns={"week": "date"})
        for symbol, mine in recent[recent["close"].notna()].groupby("symbol")
    }
    held = resolve(records, bars, newest)
    known = held[held["state"] == RESOLVED]
    named = known["verdict"].isin((HIT, MISS))
    hit = known["verdict"] == HIT
    inside = known["inside_80"].astype("boolean").fillna(False).astype(bool)
    outcome, told = np.expm1(known["came"]), np.expm1(known["ret"])
    return Resolved(
        as_of=row["as_of"],
        target=f"{records['target_date'].iloc[0]:%Y-%m-%d}",
        table=pd.DataFrame(
            {
                "symbol": known["symbol"],
                "call": known["call"],
                "hit": hit.astype(object).where(named, None),
                "inside": inside,
                "forecast": told,
                "outcome": outcome,
            }
        ).reset_index(drop=True),
        missing=len(records) - len(known),
        hits=int(hit[named].sum()),
        calls=int(named.sum()),
        usual=float(known["usual"][named].mean()) if named.any() else np.nan,
        covered=float(inside.mean()) if len(known) else np.nan,
        error=float((outcome - told).abs().mean()) if len(known) else np.nan,
        error_no_change=float(outcome.abs().mean()) if len(known) else np.nan,
        in_sample=bool(known["in_sample"].any()),
    )
