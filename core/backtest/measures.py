"""What a curve of worth was like: ratios of the library ffn, on daily closes."""

import ffn
import numpy as np
import pandas as pd
from scipy import stats

from core.backtest.engine import SESSIONS_A_YEAR


def measures(equity: pd.Series, cash_rate: float, benchmark: pd.Series | None = None) -> dict:
    """Ratios of a curve.

    Parameters
    ----------
    equity : Series of shape (t,)
        Worth at each close, by day.
    cash_rate : float
        A year; Sharpe and Sortino ratios and alpha are of what is earned above it.
    benchmark : Series of shape (t,), optional
        Of the same days; alpha and beta are measured against it.

    Returns
    -------
    dict
        ``total, cagr, volatility, sharpe, sortino, drawdown`` and, with a benchmark, ``alpha``
        (a year) and ``beta``; None where a ratio has no value.
    """
    returns = equity.pct_change().iloc[1:]
    found = {
        "total": equity.iloc[-1] / equity.iloc[0] - 1,
        "cagr": ffn.calc_cagr(equity),
        "volatility": returns.std() * np.sqrt(SESSIONS_A_YEAR),
        "sharpe": ffn.calc_sharpe(returns, rf=float(cash_rate), nperiods=SESSIONS_A_YEAR),
        "sortino": ffn.calc_sortino_ratio(returns, rf=float(cash_rate), nperiods=SESSIONS_A_YEAR),
        "drawdown": ffn.calc_max_drawdown(equity),
    }
    if benchmark is not None:
        free = (1 + cash_rate) ** (1 / SESSIONS_A_YEAR) - 1
        other = benchmark.pct_change().iloc[1:]
        if other.std() > 0:
            line = stats.linregress(other.to_numpy() - free, returns.to_numpy() - free)
            found |= {"alpha": (1 + line.intercept) ** SESSIONS_A_YEAR - 1, "beta": line.slope}
    return {name: float(value) if np.isfinite(value) else None for name, value in found.items()}


def drawdowns(equity: pd.Series) -> pd.Series:
    """How far each close lies below the highest before it, as a fraction of that."""
    return equity / equity.cummax() - 1


def monthly(equity: pd.Series) -> dict[str, float]:
    """Return of each calendar month, by ``2024-05``; the first and last may be parts of one."""
    ends = equity.resample("ME").last()
    before = ends.shift(fill_value=equity.iloc[0])
    return {f"{at:%Y-%m}": float(now) for at, now in (ends / before - 1).items()}
