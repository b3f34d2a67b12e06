"""How far to trust a Sharpe ratio: its interval, and what the number of tries takes off it."""

import numpy as np
import pandas as pd
from ffn.core import calc_expected_max_sharpe
from scipy import stats

from core.backtest.engine import SESSIONS_A_YEAR
from core.evaluation.significance import estimate
from core.market.calendar import week_of

WEEKS_A_YEAR = 52


def sharpe_interval(equity: pd.Series, cash_rate: float) -> tuple[float, float]:
    """95 % interval of the yearly Sharpe ratio of daily returns: moving blocks of 13 weeks.

    Parameters
    ----------
    equity : Series of shape (t,)
        Worth at each close, by day.
    cash_rate : float
        A year.
    """
    free = (1 + cash_rate) ** (1 / SESSIONS_A_YEAR) - 1
    returns = (equity.pct_change().iloc[1:] - free).to_numpy()
    columns = np.column_stack([np.ones(len(returns)), returns, returns**2])
    found = estimate(week_of(equity.index[1:]).to_numpy(), columns, _sharpe)
    return found.low, found.high


def ahead_of(equity: pd.Series, other: pd.Series) -> dict[str, float | None]:
    """How much faster one curve grew than another, a year, with its 95 % interval.

    Parameters
    ----------
    equity, other : Series of shape (t,)
        Worth at each close, of the same days.

    Returns
    -------
    dict
        ``mean, low, high``: difference of mean log returns a year; moving blocks of 13 weeks.
        None where a history is too short for an interval.
    """
    gap = (np.log(equity).diff() - np.log(other).diff()).iloc[1:].to_numpy()
    columns = np.column_stack([np.ones(len(gap)), gap])
    found = estimate(week_of(equity.index[1:]).to_numpy(), columns, _yearly_mean)
    known = np.isfinite(found.low) and np.isfinite(found.high)
    return {
        "mean": found.value,
        "low": found.low if known else None,
        "high": found.high if known else None,
    }


def weekly_returns(equity: pd.Series, cash_rate: float) -> np.ndarray:
    """Returns above cash from one week's last close to the next."""
    closes = equity.groupby(week_of(equity.index)).last()
    free = (1 + cash_rate) ** (1 / WEEKS_A_YEAR) - 1
    return (closes.pct_change().iloc[1:] - free).to_numpy()


def weekly_sharpe(returns: np.ndarray) -> float:
    """Sharpe ratio of one week; 0 for a curve that never moves."""
    spread = returns.std(ddof=1) if len(returns) > 1 else 0.0
    return float(returns.mean() / spread) if spread > 0 else 0.0


def deflated_sharpe(
    sharpe: float, periods: int, skew: float, kurtosis: float, tried: int, spread: float
) -> float:
    """Probability that skill, not the choice among many tries, is behind a Sharpe ratio.

    Parameters
    ----------
    sharpe : float
        Of one period, not of a year.
    periods : int
    skew, kurtosis : float
        Of the returns; a normal's kurtosis is 3.
    tried : int
        Settings tried, the chosen one among them.
    spread : float
        Standard deviation of their Sharpe ratios, of one period.

    Notes
    -----
    Bailey and Lopez de Prado (2014). ffn has the same from the list of all trials'
    ratios; from their number and spread it is this one line.
    """
    best = calc_expected_max_sharpe(tried, spread)
    error = np.sqrt(1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2)
    return float(stats.norm.cdf((sharpe - best) * np.sqrt(periods - 1) / error))


def deflated(returns: np.ndarray, tried: int, spread: float) -> float | None:
    """`deflated_sharpe` of weekly returns; None for a curve that never moves."""
    if len(returns) < 3 or not returns.std() > 0:
        return None
    return deflated_sharpe(
        weekly_sharpe(returns),
        len(returns),
        float(stats.skew(returns)),
        float(stats.kurtosis(returns, fisher=False)),
        tried,
        spread,
    )


def _sharpe(sums: np.ndarray) -> np.ndarray:
    count, total, squares = np.moveaxis(sums, -1, 0)
    mean = total / count
    spread = np.sqrt((squares / count - mean**2) * count / (count - 1))
    return mean / spread * np.sqrt(SESSIONS_A_YEAR)


def _yearly_mean(sums: np.ndarray) -> np.ndarray:
    count, total = np.moveaxis(sums, -1, 0)
    return total / count * SESSIONS_A_YEAR
