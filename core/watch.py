"""The watchlist's table: a market's overview joined with its forecasts."""

import numpy as np
import pandas as pd

from core.market.search import plain_words, search
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


def narrowed(
    table: pd.DataFrame,
    known: pd.DataFrame,
    text: str,
    brands: dict[str, tuple[str, ...]] | None = None,
) -> pd.DataFrame:
    """The rows a reader's text fits: by symbol, name or brand, by sector or by exchange.

    Parameters
    ----------
    table : DataFrame
        From `watch_table`.
    known : DataFrame
        From ``BarStore.symbols``; holds the names in both languages.
    text : str
    brands : dict, optional
        From ``core.market.brands.brand_names``.
    """
    named = search(known[known["symbol"].isin(table["symbol"])], text, brands)
    asked = " ".join(plain_words(text))
    hit = table["symbol"].isin(named)
    for column in ("sector", "exchange"):
        words = table[column].map(lambda cell: " ".join(plain_words(cell)))
        hit |= (asked != "") & words.str.contains(asked, regex=False)
    return table[hit]
