"""Every stock of a market in one row: last close, changes, the year's range, traded value."""

import numpy as np
import pandas as pd

from core.indicators.store import IndicatorStore
from core.market.calendar import complete_weeks
from core.market.moves import LOOK_BACK, last_moves
from core.market.store import BarStore

SPARK_WEEKS = 26
MONTH, QUARTER, YEAR = "ret_4w", "ret_12w", "ret_52w"
YEAR_WEEKS = 52
VALUE_SESSIONS = 20
"""Sessions of a month: over so many the traded value is averaged."""
TEXTS = ("name", "exchange", "sector")


def market_overview(store: BarStore, market: str) -> pd.DataFrame:
    """One row for each stock of a market.

    Parameters
    ----------
    store : BarStore
    market : str

    Returns
    -------
    DataFrame
        ``symbol, name, exchange, sector, source, updated`` (when bars were last stored);
        ``close`` (last bar, as traded where the source says so), ``last`` (its date),
        ``partial`` (whether that bar belongs to a week that is not complete), and the day's
        ``day_change, day_state`` of `last_moves`; ``value`` (of the last session) and
        ``value_20`` (mean of the market's last 20 sessions), both in price unit x shares.

        Of complete weeks, as simple returns, NaN where the stock did not trade at either end:
        ``week_change, month_change`` (4 weeks), ``quarter_change`` (12), ``year_change`` (52).
        ``low_52, high_52`` (adjusted, of the last 52 weeks), ``year_place`` (where the close
        lies between them, 0 to 1), ``above_MA40`` (True, False or missing before 40 weeks) and
        ``spark`` (weekly closes, oldest first; a week still trading last).
    """
    sessions = store.sessions(market)
    weeks = complete_weeks(market, sessions)
    known = store.symbols(market)
    if known.empty:
        return pd.DataFrame()
    bars = store.panel(market)
    # The overlap of catalogue and bars: a write may have come between the two reads.
    known = known[known["symbol"].isin(list(bars))].reset_index(drop=True)
    frames = [bars[symbol].iloc[-LOOK_BACK:] for symbol in known["symbol"]]
    tail = pd.concat(frames, ignore_index=True)
    tail.insert(0, "symbol", np.repeat(known["symbol"].to_numpy(), [len(f) for f in frames]))
    ends = tail.groupby("symbol", sort=False).tail(1).set_index("symbol")
    raw, adjusted = ends["raw_close"].to_numpy(), ends["close"].to_numpy()

    table = known[["symbol", *TEXTS, "source", "updated"]].copy()
    for name in TEXTS:
        table[name] = table[name].astype(object).where(table[name].notna(), "")
    table["close"] = np.where(np.isfinite(raw), raw, adjusted)
    table["last"] = ends["date"].to_numpy()
    table["partial"] = True if len(weeks) == 0 else table["last"] > weeks[-1]
    table = table.merge(last_moves(tail, known, market), on="symbol", how="left")
    table = table.merge(_traded(tail, sessions), on="symbol", how="left")
    table["adjusted"] = adjusted
    table = table.merge(_weekly(store, market, weeks), on="symbol", how="left")
    span = table["high_52"] - table["low_52"]
    place = (table["adjusted"] - table["low_52"]) / span.where(span > 0)
    table["year_place"] = place.clip(0, 1)
    table["spark"] = [
        ([*closes, now] if partial else closes)[-SPARK_WEEKS:]
        for closes, now, partial in zip(
            [spark if isinstance(spark, list) else [] for spark in table["spark"]],
            adjusted.tolist(),
            table["partial"],
            strict=True,
        )
    ]
    return table.drop(columns="adjusted")


def _traded(tail: pd.DataFrame, sessions: pd.DatetimeIndex) -> pd.DataFrame:
    """Traded value of each stock's last session, and its mean over the market's last sessions.

    A session without a bar counts as nothing traded.
    """
    value = tail["value"].where(tail["value"].notna(), tail["close"] * tail["volume"])
    late = sessions[-VALUE_SESSIONS:]
    lately = value[tail["date"].isin(late)].groupby(tail["symbol"]).sum()
    last = value.groupby(tail["symbol"]).last()
    lives = tail.groupby("symbol")["date"].first()
    # A stock listed within these sessions is averaged over its own life alone.
    count = len(late) - np.searchsorted(late.to_numpy(), lives.to_numpy())
    mean = lately.reindex(lives.index).to_numpy() / np.where(count > 0, count, np.nan)
    return pd.DataFrame(
        {"symbol": lives.index, "value": last.reindex(lives.index).to_numpy(), "value_20": mean}
    )


def _weekly(store: BarStore, market: str, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """What the kept weeks say of each stock at the market's last complete week."""
    columns = {
        "ret_1w": "week_change",
        MONTH: "month_change",
        QUARTER: "quarter_change",
        YEAR: "year_change",
    }
    recent = IndicatorStore(store).recent(market) if len(weeks) else pd.DataFrame()
    if recent.empty:
        names = ["symbol", *columns.values(), "low_52", "high_52", "above_MA40", "spark"]
        return pd.DataFrame(columns=names).astype({"low_52": float, "high_52": float})
    now = recent[recent["week"] == weeks[-1]].set_index("symbol")
    year = recent[recent["week"] > weeks[-1] - pd.Timedelta(weeks=YEAR_WEEKS)].groupby("symbol")
    closes = recent[recent["close"].notna()].groupby("symbol")["close"]
    table = pd.DataFrame(index=recent["symbol"].unique()).rename_axis("symbol")
    for name, told in columns.items():
        table[told] = now[name]
    table["low_52"], table["high_52"] = year["low"].min(), year["high"].max()
    above = (now["close"] > now["MA40_w"]).astype(object)
    table["above_MA40"] = above.where(now["MA40_w"].notna() & now["close"].notna(), None)
    table["spark"] = closes.agg(list)
    return table.reset_index()
