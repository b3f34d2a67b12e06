"""An interval around the return forecast: split conformal, scaled by the stock's volatility."""

from dataclasses import dataclass

import numpy as np

SESSIONS_A_YEAR = 252
SESSIONS_A_WEEK = 5


@dataclass(frozen=True)
class Interval:
    """Half-width of the interval in units of the stock's own expected move.

    Attributes
    ----------
    level : float
        Share of outcomes it was made to hold, 0.8 for 80 %.
    width : float
        Quantile of |miss| / expected move on out-of-sample forecasts.
    typical_volatility : float
        Training median of ``vol_4w``, used where a stock's own is missing.
    horizon_weeks : int
    """

    level: float
    width: float
    typical_volatility: float
    horizon_weeks: int

    def half_width(self, volatility: np.ndarray) -> np.ndarray:
        """Half-width in log return, shape (n,), from yearly volatility (fractions)."""
        return self.width * expected_move(volatility, self.typical_volatility, self.horizon_weeks)


def expected_move(volatility: np.ndarray, typical: float, horizon_weeks: int) -> np.ndarray:
    """One standard deviation of the return to the horizon, from yearly volatility.

    Averaged with the typical stock's, because four weeks estimate a volatility poorly.
    """
    own = np.where(np.isfinite(volatility), volatility, typical)
    blend = 0.5 * (own + typical)
    return blend * np.sqrt(horizon_weeks * SESSIONS_A_WEEK / SESSIONS_A_YEAR)


def fit_interval(
    miss: np.ndarray,
    volatility: np.ndarray,
    *,
    typical: float,
    horizon_weeks: int,
    level: float = 0.8,
) -> Interval:
    """Width from out-of-sample misses (split conformal, Lei et al. 2018).

    Parameters
    ----------
    miss : ndarray of shape (n,)
        Actual minus forecast log return on weeks that fitted nothing.
    volatility : ndarray of shape (n,)
        ``vol_4w`` at each as-of week; NaN where missing.
    typical : float
        Training median of ``vol_4w``.
    horizon_weeks : int
    level : float
        Share of outcomes to hold.
    """
    score = np.abs(miss) / expected_move(volatility, typical, horizon_weeks)
    rank = min(1.0, np.ceil((len(score) + 1) * level) / len(score))
    return Interval(level, float(np.quantile(score, rank)), float(typical), horizon_weeks)
