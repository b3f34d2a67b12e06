"""Every stock of a market in one row: last close, changes, a sparkline."""

import numpy as np
import pandas as pd

from core.market.calendar import complete_weeks, week_of
from core.market.store import BarStore

SPARK_WEEKS = 26
RECENT = pd.Timedelta(days=7 * (SPARK_WEEKS + 6))


def market_overview(store: BarStore, market: str) -> pd.DataFrame:
    """One row for each stock of a market.

    Parameters
    ----------
    store : BarStore
    market : str

    Returns
    -------
    DataFrame
        ``symbol, name, exchange, sector, source, close`` (last bar, as traded
        where the source says so), ``last`` (its date), ``partial`` (whether
        that bar belongs to a week that is not complete), ``week_change`` (simple
        return of the last complete week; NaN where the stock did not trade in
        it or in the one before), ``spark`` (weekly closes, oldest first).
    """
    weeks = complete_weeks(market, store.sessions(market))
    known = store.symbols(market)
    bars = store.panel(market)
    rows = []
    for entry in known.itertuples():
        daily = bars[entry.symbol]
        recent = daily[daily["date"] >= daily["date"].iloc[-1] - RECENT]
        closes = recent.groupby(week_of(recent["date"]))["close"].last()
        complete = closes[closes.index.isin(weeks)]
        last = daily.iloc[-1]
        raw = last["raw_close"]
        rows.append(
            {
                "symbol": entry.symbol,
                "name": entry.name if isinstance(entry.name, str) else "",
                "exchange": entry.exchange if isinstance(entry.exchange, str) else "",
                "sector": entry.sector if isinstance(entry.sector, str) else "",
                "source": entry.source,
                "close": float(raw if np.isfinite(raw) else last["close"]),
                "last": last["date"],
                "partial": bool(len(weeks) == 0 or last["date"] > weeks[-1]),
                "week_change": _week_change(complete, weeks),
                "spark": [float(value) for value in closes.iloc[-SPARK_WEEKS:]],
            }
        )
    return pd.DataFrame(rows)


def _week_change(closes: pd.Series, weeks: pd.DatetimeIndex) -> float:
    if len(weeks) < 2:
        return np.nan
    now, before = (closes.get(week, np.nan) for week in (weeks[-1], weeks[-2]))
    return float(now / before - 1)
