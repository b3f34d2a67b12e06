"""The watchlist's table: a market's overview joined with its forecasts."""

import numpy as np
import pandas as pd

from core.breadth import MILLION
from core.language import N_, _
from core.market.search import plain_words, search
from models.calls import NO_CLEAR_DIRECTION

PROBABILITIES = ["p_up", "p_sideways", "p_down"]
SHARES = (
    *("day_change", "week_change", "month_change", "quarter_change", "year_change"),
    "year_place",
)
"""Columns of the overview that are fractions."""
WITHHELD = N_("no clear direction")
"""What `models.calls` stores of a forecast whose call is withheld; translated where shown."""


def call_kinds(rule: dict | None) -> tuple[str, ...]:
    """The calls that versions with such a rule (None: without one) can give."""
    return ("UP", "SIDEWAYS", "DOWN") if rule is None else ("UP", "DOWN", NO_CLEAR_DIRECTION)


def call_name(call: str) -> str:
    """A call in the reader's language; UP, SIDEWAYS and DOWN are the same in all."""
    return _(WITHHELD) if call == NO_CLEAR_DIRECTION else call


def watch_table(
    overview: pd.DataFrame, records: pd.DataFrame, index_quarter: float = np.nan
) -> pd.DataFrame:
    """One row a stock, changes and probabilities in per cent.

    Parameters
    ----------
    overview : DataFrame
        From ``core.overview.market_overview``.
    records : DataFrame
        From ``core.forecasts.latest``; may be empty.
    index_quarter : float
        Return of the market's own index over 12 weeks; NaN where there is none.

    Returns
    -------
    DataFrame
        The overview, its changes, ``year_place`` and traded values (a million times price
        unit x share) rescaled, with ``strength`` (12-week return less the index's, points),
        ``price``, ``change``, ``low_change``, ``high_change`` (forecast and interval against
        no change), ``rank`` (of ``change``, 1 for the highest forecast), ``call``, ``p_up``,
        ``p_sideways``, ``p_down`` and ``reason`` (why there is no forecast).
    """
    told = pd.DataFrame(
        {
            "symbol": records["symbol"],
            "price": records["price"],
            "change": 100 * np.expm1(records["ret"]),
            "low_change": 100 * np.expm1(records["ret_low"]),
            "high_change": 100 * np.expm1(records["ret_high"]),
            "rank": records["ret"].rank(ascending=False, method="min"),
            "call": records["call"],
            **{name: 100 * records[name] for name in PROBABILITIES},
            "reason": records["reason"],
        }
    )
    table = overview.merge(told, on="symbol", how="left")
    table["strength"] = 100 * (table["quarter_change"] - index_quarter)
    for name in SHARES:
        table[name] = 100 * table[name]
    for name in ("value", "value_20"):
        table[name] = table[name] / MILLION
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
