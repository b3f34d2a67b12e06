"""A market as a whole: its indices, what was traded, how many stocks rise."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.language import N_
from core.market.calendar import complete_weeks, week_of
from core.market.schema import find_market
from core.market.store import BarStore
from core.overview import SPARK_WEEKS

MONEY = {"VN": N_("billion VND"), "US": N_("million USD")}
"""A million times price unit x share, the unit in which traded values are shown; translated
where shown."""
MILLION = 1e6
INDICES = {"VN": ("VNINDEX", "VN30"), "US": ("^GSPC",)}
"""The indices a market's header shows, its own first."""
TITLES = {"^GSPC": "S&P 500"}
QUARTER_WEEKS = 12


@dataclass(frozen=True)
class IndexLine:
    """An index as it stands.

    Attributes
    ----------
    symbol, title : str
    level : float
        Last close, in points.
    last : Timestamp
        Its date.
    day_change, week_change, quarter_change : float
        Simple returns: of the last session, of the last complete week, and of
        the 12 market weeks to it; NaN without bars at either end.
    spark : list of float
        Weekly closes, the oldest first.
    """

    symbol: str
    title: str
    level: float
    last: pd.Timestamp
    day_change: float
    week_change: float
    quarter_change: float
    spark: list[float]


def index_lines(store: BarStore, market: str) -> list[IndexLine]:
    """The stored indices among those the market's header shows, in its order."""
    market = find_market(market).code
    there = set(store.symbols(market, kind="index")["symbol"])
    wanted = [symbol for symbol in INDICES[market] if symbol in there]
    if not wanted:
        return []
    weeks = complete_weeks(market, store.sessions(market))
    panel = store.panel(market, wanted, kind="index")
    return [_line(symbol, panel[symbol], weeks) for symbol in wanted if symbol in panel]


def _line(symbol: str, bars: pd.DataFrame, weeks: pd.DatetimeIndex) -> IndexLine:
    close = bars["close"].to_numpy()
    weekly = bars.groupby(week_of(bars["date"]))["close"].last()
    ends = weekly.reindex(weeks).to_numpy()

    def over(count: int) -> float:
        return float(ends[-1] / ends[-1 - count] - 1) if len(ends) > count else np.nan

    return IndexLine(
        symbol=symbol,
        title=TITLES.get(symbol, symbol),
        level=float(close[-1]),
        last=bars["date"].iloc[-1],
        day_change=float(close[-1] / close[-2] - 1) if len(close) > 1 else np.nan,
        week_change=over(1),
        quarter_change=over(QUARTER_WEEKS),
        spark=[float(value) for value in weekly.iloc[-SPARK_WEEKS:]],
    )


@dataclass(frozen=True)
class Breadth:
    """How many of some stocks do what.

    Attributes
    ----------
    stocks : int
    up, down, unchanged : int
        By the move of the market's last session; the others did not trade in it.
    above_MA40, with_MA40 : int
        Closed above the mean of their last 40 weekly closes, and have such a mean.
    value, value_20 : float
        Traded in the last session, and the mean of the last 20, a million times
        price unit x share.
    last : Timestamp
        The last session.
    """

    stocks: int
    up: int
    down: int
    unchanged: int
    above_MA40: int
    with_MA40: int
    value: float
    value_20: float
    last: pd.Timestamp


def breadth(overview: pd.DataFrame) -> Breadth:
    """Count the stocks of a table from ``core.overview.market_overview``; not an empty one."""
    last = overview["last"].max()
    now = overview[overview["last"] == last]
    change = now["day_change"]
    above = overview["above_MA40"].dropna().astype(bool)
    return Breadth(
        stocks=len(overview),
        up=int((change > 0).sum()),
        down=int((change < 0).sum()),
        unchanged=int((change == 0).sum()),
        above_MA40=int(above.sum()),
        with_MA40=len(above),
        value=float(now["value"].sum() / MILLION),
        value_20=float(overview["value_20"].sum() / MILLION),
        last=last,
    )
