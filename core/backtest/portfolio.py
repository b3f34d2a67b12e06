"""From forecasts to target weights: which stocks each week, and how much of each."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.backtest.engine import Prices
from core.backtest.signals import UP
from core.errors import UserError
from core.language import N_, _

CHOICES = {
    "return": N_("The highest expected returns"),
    "p_up": N_("The highest P(UP)"),
    "up": N_("Every UP call of at least a probability"),
}
WEIGHTS = {"equal": N_("Equal"), "inverse_volatility": N_("Inverse to volatility")}
EVERY = (1, 4)
VOLATILITY_SESSIONS, LEAST_SESSIONS = 60, 20


@dataclass(frozen=True)
class Choice:
    """The portfolio's rule.

    Attributes
    ----------
    by : {"return", "p_up", "up"}
        The ``top`` highest expected returns or P(UP), or every UP call of at least ``least``.
    top : int
    least : float
        Probability, for ``up``.
    weights : {"equal", "inverse_volatility"}
    every : {1, 4}
        Weeks between rebalances. Four-weekly the money is in four parts that start a week
        apart, so that no one week's luck decides.
    """

    by: str = "return"
    top: int = 10
    least: float = 0.5
    weights: str = "equal"
    every: int = 4

    def __post_init__(self):
        if self.by not in CHOICES or self.weights not in WEIGHTS or self.every not in EVERY:
            raise UserError(
                _("Choose by {by}; weights {weights}; every 1 or 4 weeks.").format(
                    by=", ".join(CHOICES), weights=", ".join(WEIGHTS)
                )
            )
        if self.top < 1 or not 0 <= self.least <= 1:
            raise UserError(_("Hold at least one stock; a probability lies between 0 and 1."))


def targets(
    rows: pd.DataFrame, prices: Prices, choice: Choice, start: int = 0
) -> dict[int, np.ndarray]:
    """Weights by the session that follows the close of each signal's week.

    Parameters
    ----------
    rows : DataFrame
        As `core.backtest.signals.Signals.rows`.
    prices : Prices
    choice : Choice
    start : int
        Which week is the first, from 0 to ``choice.every - 1``.

    Returns
    -------
    dict of int to ndarray of shape (n,)
        Weeks after which no session follows are left out.
    """
    at = {symbol: i for i, symbol in enumerate(prices.symbols)}
    rows = rows[rows["symbol"].isin(at)].sort_values(["week", "symbol"])
    place = rows["symbol"].map(at).to_numpy(int)
    score = rows["p_up" if choice.by == "p_up" else "forecast"].to_numpy(float)
    called = ((rows["call"] == UP) & (rows["p_up"] >= choice.least)).to_numpy()
    weeks, begins = np.unique(rows["week"].to_numpy("datetime64[ns]"), return_index=True)
    sessions = np.searchsorted(prices.days, weeks, side="right")
    ends = [*begins[1:], len(rows)]
    found: dict[int, np.ndarray] = {}
    for number in range(start, len(weeks), choice.every):
        session = int(sessions[number])
        if not 0 < session < len(prices.days):
            continue
        mine = slice(begins[number], ends[number])
        if choice.by == "up":
            chosen = place[mine][called[mine]]
        else:
            chosen = place[mine][np.argsort(-score[mine], kind="stable")[: choice.top]]
        weights = np.zeros(len(at))
        if len(chosen):
            size = _sizes(prices, chosen, session, choice.weights)
            weights[chosen] = size / size.sum()
        found[session] = weights
    return found


def _sizes(prices: Prices, chosen: np.ndarray, session: int, weights: str) -> np.ndarray:
    """Relative weights of the chosen, from closes before the session."""
    if weights == "equal":
        return np.ones(len(chosen))
    close = prices.close[max(session - VOLATILITY_SESSIONS - 1, 0) : session, chosen]
    moves = pd.DataFrame(np.log(close)).diff()
    wild = moves.std().where(moves.count() >= LEAST_SESSIONS).where(lambda s: s > 0)
    usual = wild.median()
    # Without a history of its own a stock counts as the middle one.
    return (1 / wild.fillna(usual if np.isfinite(usual) else 1.0)).to_numpy()
