"""From forecasts to target weights: who is chosen each week, and with how much."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.backtest.engine import Prices
from core.backtest.signals import UP
from core.errors import UserError

CHOICES, WEIGHTS = ("return", "p_up", "up"), ("equal", "inverse_volatility")


@dataclass(frozen=True)
class Choice:
    """What a reader sets.

    Attributes
    ----------
    by : {"return", "p_up", "up"}
        The ``top`` highest expected returns or P(UP), or every UP call of at least ``least``.
    top : int
    least : float
        Probability, for ``up``.
    weights : {"equal", "inverse_volatility"}
    every : {1, 4}
        Weeks between rebalances; four-weekly starts in each of four weeks, averaged.
    """

    by: str = "return"
    top: int = 10
    least: float = 0.5
    weights: str = "equal"
    every: int = 4

    def __post_init__(self):
        if self.by not in CHOICES or self.weights not in WEIGHTS or self.every not in (1, 4):
            raise UserError(
                f"Choose by {', '.join(CHOICES)}, weights {' or '.join(WEIGHTS)}, "
                "every 1 or 4 weeks."
            )
        if self.top < 1 or not 0 <= self.least <= 1:
            raise UserError("Hold at least one stock; a probability lies between 0 and 1.")


def targets(rows: pd.DataFrame, prices: Prices, choice: Choice, start: int) -> dict:
    """Weights by the session that follows the close of each signal's week.

    Parameters
    ----------
    rows : DataFrame
        As `core.backtest.signals.Signals.rows`, weeks ascending.
    prices : Prices
    choice : Choice
    start : int
        Which week is the first, from 0 to ``choice.every - 1``.

    Returns
    -------
    dict of int to ndarray of shape (n,)
    """
    at = {symbol: i for i, symbol in enumerate(prices.symbols)}
    found: dict[int, np.ndarray] = {}
    rows = rows[rows["symbol"].isin(at)]
    weeks = [group for _, group in rows.groupby("week", sort=True)]
    for group in weeks[start :: choice.every]:
        friday = group["week"].iloc[0].to_datetime64()
        session = int(np.searchsorted(prices.days, friday, side="right"))
        if session >= len(prices.days):
            continue
        weights = np.zeros(len(at))
        chosen = _chosen(group, choice)
        size = np.ones(len(chosen))
        if choice.weights == "inverse_volatility":
            move = chosen["move"].to_numpy(float)
            usual = np.nanmedian(move) if np.isfinite(move).any() else 1.0
            size = 1 / np.where(move > 0, move, usual)
        if len(chosen):
            weights[[at[symbol] for symbol in chosen["symbol"]]] = size / size.sum()
        found[session] = weights
    return found


def _chosen(group: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    if choice.by == "up":
        return group[(group["call"] == UP) & (group["p_up"] >= choice.least)]
    column = "forecast" if choice.by == "return" else "p_up"
    return group.sort_values([column, "symbol"], ascending=[False, True]).head(choice.top)
