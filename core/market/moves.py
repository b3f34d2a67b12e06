"""The last day's move of each stock against its reference price, as a price board shows it."""

import numpy as np
import pandas as pd

from core.market.bands import UPCOM, ceilings, exchange_of, floors, ticks

UP, DOWN, UNCHANGED, CEILING, FLOOR = "up", "down", "unchanged", "ceiling", "floor"
LOOK_BACK = 25
"""Sessions that a stock's last bars must reach back, for moves and a month's traded value."""
EXACT = 1e-9


def last_moves(tail: pd.DataFrame, known: pd.DataFrame, market: str) -> pd.DataFrame:
    """Change and state of each stock's last session.

    The reference is the session before, adjusted on an ex-date; on UPCoM its
    volume-weighted average. A ceiling or a floor is only told where the close
    is known as traded and the stock is listed on its exchange by then: a
    back-adjusted price lies on no tick and has no ceiling.

    Parameters
    ----------
    tail : DataFrame
        ``symbol`` and ``core.market.schema.BAR_COLUMNS``; the last bars, dates ascending.
    known : DataFrame
        ``symbol, exchange, listing_date``, see ``BarStore.symbols``.
    market : str
        Only Vietnam's exchanges have ceilings and floors.

    Returns
    -------
    DataFrame
        ``symbol``, ``day_change`` (fraction; NaN with one bar) and ``day_state``: "up",
        "down", "unchanged", "ceiling", "floor", or empty where there is no session before.
    """
    groups = tail.groupby("symbol", sort=False)
    now = groups.tail(1).set_index("symbol")
    before = groups.nth(-2).set_index("symbol").reindex(now.index)
    as_traded = now["raw_close"].notna() & before["raw_close"].notna()
    close = now["raw_close"].where(as_traded, now["close"])
    # An adjusted series steps by what the exchange takes off on an ex-date: carried over to the
    # traded scale, the close before it is the reference.
    reference = (before["close"] * close / now["close"]).round(9)
    found = known.set_index("symbol").reindex(now.index)
    exchange = found["exchange"].map(exchange_of)
    if market == "VN":
        vwap = _average_price(before) * close / now["close"]
        on_upcom = (exchange == UPCOM) & vwap.notna() & as_traded
        reference = reference.where(~on_upcom, (vwap / 0.1).round() * 0.1)
    change = close / reference - 1
    still = np.isclose(close, reference, rtol=1e-6, atol=0)
    state = np.select([reference.isna(), still, change > 0], ["", UNCHANGED, UP], DOWN).astype(
        object
    )
    change = change.where(~still, 0.0)
    if market == "VN":
        listed = pd.to_datetime(found["listing_date"])
        certain = as_traded & (listed.isna() | (listed < before["date"]))
        for place in exchange.dropna().unique():
            at = np.flatnonzero((exchange == place) & certain & reference.notna())
            if len(at) == 0 or (place == UPCOM and not on_upcom.iloc[at].any()):
                continue
            if place == UPCOM:
                at = at[on_upcom.iloc[at].to_numpy()]
            days, price = now["date"].iloc[at], close.iloc[at].to_numpy()
            base = reference.iloc[at].to_numpy()
            half = ticks(place, days, price) / 2 - EXACT
            state[at[np.abs(price - ceilings(place, days, base)) < half]] = CEILING
            state[at[np.abs(price - floors(place, days, base)) < half]] = FLOOR
    return pd.DataFrame(
        {"symbol": now.index, "day_change": change.to_numpy(float), "day_state": state}
    )


def _average_price(bars: pd.DataFrame) -> pd.Series:
    """Volume-weighted average of a session on the adjusted scale; NaN where it is not known.

    Not believed outside the day's range: value and volume are then of two scales.
    """
    average = bars["value"] / bars["volume"].where(bars["volume"] > 0)
    average = average * bars["close"] / bars["raw_close"]
    inside = (average >= bars["low"] * 0.999) & (average <= bars["high"] * 1.001)
    return average.where(inside)
