"""What a curve of worth was like: ratios of quantstats, and how sure the Sharpe ratio is."""

import numpy as np
import pandas as pd
import quantstats.stats as ratios
from scipy import stats

from models.blocks import block_counts

SESSIONS = 252
BLOCK_WEEKS = 13


def measures(equity: pd.Series, cash_rate: float = 0.0, index: pd.Series | None = None) -> dict:
    """Ratios of a curve.

    Parameters
    ----------
    equity : Series
        Worth at each close, by day.
    cash_rate : float
        A year; Sharpe and Sortino ratios are of what is earned above it.
    index : Series, optional
        Of the same days; alpha and beta are measured against it.

    Returns
    -------
    dict
        ``cagr, volatility, sharpe, sharpe_low, sharpe_high, sortino, drawdown, alpha, beta``.
    """
    returns = equity.pct_change().dropna()
    free = (1 + cash_rate) ** (1 / SESSIONS) - 1
    years = (equity.index[-1] - equity.index[0]).days / 365.25
    low, high = sharpe_interval(equity, cash_rate)
    found = {
        "cagr": float((equity.iloc[-1] / equity.iloc[0]) ** (1 / years) - 1),
        "volatility": float(ratios.volatility(returns, periods=SESSIONS, prepare_returns=False)),
        "sharpe": float(ratios.sharpe(returns - free, periods=SESSIONS)),
        "sharpe_low": low,
        "sharpe_high": high,
        "sortino": float(ratios.sortino(returns - free, periods=SESSIONS)),
        "drawdown": float(ratios.max_drawdown(equity)),
        "alpha": None,
        "beta": None,
    }
    if index is not None:
        against = index.pct_change().reindex(returns.index)
        alpha, beta = ratios.greeks(
            returns - free, against - free, periods=SESSIONS, prepare_returns=False
        )[["alpha", "beta"]]
        found |= {"alpha": float(alpha), "beta": float(beta)}
    return found


def weekly(equity: pd.Series) -> np.ndarray:
    """Returns from one week's last close to the next."""
    return equity.resample("W-FRI").last().dropna().pct_change().dropna().to_numpy()


def sharpe_interval(equity: pd.Series, cash_rate: float = 0.0) -> tuple[float, float]:
    """95 % interval of the yearly Sharpe ratio: moving blocks of 13 whole weeks."""
    r = weekly(equity) - ((1 + cash_rate) ** (1 / 52) - 1)
    counts = block_counts(len(r), BLOCK_WEEKS)
    mean = counts @ r / len(r)
    spread = np.sqrt(np.maximum(counts @ r**2 / len(r) - mean**2, 1e-18))
    low, high = np.quantile(mean / spread * np.sqrt(52), [0.025, 0.975])
    return float(low), float(high)


def deflated_sharpe(returns: np.ndarray, tried: int, spread: float) -> float:
    """Probability that the true Sharpe ratio is above the best of ``tried`` without skill.

    Parameters
    ----------
    returns : ndarray of shape (t,)
        Above cash, one a period.
    tried : int
        Settings tried, this one among them.
    spread : float
        Standard deviation of the Sharpe ratios of those, a period.
    """
    sharpe = returns.mean() / returns.std(ddof=1)
    skew, kurtosis = stats.skew(returns), stats.kurtosis(returns, fisher=False)
    return deflated(sharpe, len(returns), skew, kurtosis, tried, spread)


def deflated(
    sharpe: float, periods: int, skew: float, kurtosis: float, tried: int, spread: float
) -> float:
    """The same from moments; Bailey and Lopez de Prado (2014). A normal's kurtosis is 3."""
    best = 0.0
    if tried > 1:
        best = spread * (
            (1 - np.euler_gamma) * stats.norm.ppf(1 - 1 / tried)
            + np.euler_gamma * stats.norm.ppf(1 - 1 / (tried * np.e))
        )
    error = np.sqrt(1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2)
    return float(stats.norm.cdf((sharpe - best) * np.sqrt(periods - 1) / error))
