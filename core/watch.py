"""The watchlist's table: a market's overview joined with its forecasts."""

import numpy as np
import pandas as pd

from models.calls import NO_CLEAR_DIRECTION

PROBABILITIES = ["p_up", "p_sideways", "p_down"]


def call_kinds(rule: dict | None) -> tuple[str, ...]:
    """The calls that versions with such a rule (None: without one) can give."""
    return ("UP", "SIDEWAYS", "DOWN") if rule is None else ("UP", "DOWN", NO_CLEAR_DIRECTION)


def watch_table(overview: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """One row a stock, changes and probabilities in per cent.

    Parameters
    ----------
    overview : DataFrame
        From ``core.overview.market_overview``.
    records : DataFrame
        From ``core.forecasts.latest``; may be empty.

    Returns
    -------
    DataFrame
        The overview with ``price``, ``change``, ``low_change``, ``high_change``
        (forecast and interval against no change), ``call``, ``p_up``,
        ``p_sideways``, ``p_down`` and ``reason`` (why there is no forecast).
    """
    told = pd.DataFrame(
        {
            "symbol": records["symbol"],
            "price": records["price"],
            "change": 100 * np.expm1(records["ret"]),
            "low_change": 100 * np.expm1(records["ret_low"]),
            "high_change": 100 * np.expm1(records["ret_high"]),
            "call": records["call"],
            **{name: 100 * records[name] for name in PROBABILITIES},
            "reason": records["reason"],
        }
    )
    table = overview.merge(told, on="symbol", how="left")
    table["week_change"] = 100 * table["week_change"]
    for name in ("call", "reason"):
        table[name] = table[name].fillna("")
    return table
