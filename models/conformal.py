"""Intervals that follow the market: conformal widths, updated from matured labels only.

MAPIE's time-series regressors refit one model on one series and update by rows
in order; here 150 stocks share a week, a label is known four weeks later, and
nothing is refitted. What remains of the method is a weighted quantile, below.
"""

from dataclasses import dataclass

import numpy as np

LEVELS = (0.80, 0.95)
HALF_LIFE_WEEKS = 26
"""After half a year a miss counts half, so that widths follow calm and storm."""
MOST_ROWS = 6000
"""Rows of the scale's fit: weekly labels of four weeks overlap, more rows add nothing."""
TINY = 1e-4
KEPT_WEEKS = 104
"""After four half-lives a week weighs a sixteenth."""
KEPT_A_WEEK = 40


@dataclass(frozen=True)
class MoveScale:
    """Expected size of a move: ``exp(constant) * vol_4w**short * vol_52w**long``.

    Attributes
    ----------
    constant, short, long : float
        Of the logarithms, volatilities a year as fractions.
    typical : float
        Training median volatility, where a stock's own is missing.
    """

    constant: float
    short: float
    long: float
    typical: float

    def apply(self, vol_4w: np.ndarray, vol_52w: np.ndarray) -> np.ndarray:
        """Expected move as a log return, shape (n,)."""
        short, long = _filled(vol_4w, vol_52w, self.typical)
        return np.exp(self.constant + self.short * np.log(short) + self.long * np.log(long))


def fit_move_scale(
    miss: np.ndarray, vol_4w: np.ndarray, vol_52w: np.ndarray, level: float = LEVELS[0]
) -> MoveScale:
    """How strongly the two volatilities widen the interval.

    A quantile regression (Koenker and Bassett 1978) of log |miss|: quantiles
    keep their place under a logarithm, so it fits the width itself. Volatility
    to the power 1 is too narrow for calm stocks and too wide for wild ones.

    Parameters
    ----------
    miss : ndarray of shape (n,)
        Log returns less their forecasts, on training weeks.
    vol_4w, vol_52w : ndarray of shape (n,)
        A year, as fractions; NaN where missing.
    level : float
        The quantile fitted.
    """
    # Here, not above: a forecast needs widths and never fits.
    from sklearn.linear_model import QuantileRegressor

    known = np.concatenate([vol_4w[np.isfinite(vol_4w)], vol_52w[np.isfinite(vol_52w)]])
    typical = float(np.median(known)) if len(known) else 0.4
    short, long = _filled(vol_4w, vol_52w, typical)
    every = max(1, len(miss) // MOST_ROWS)
    A = np.column_stack([np.log(short), np.log(long)])[::every]
    target = np.log(np.maximum(np.abs(miss), TINY))[::every]
    fitted = QuantileRegressor(quantile=level, alpha=0.0, solver="highs").fit(A, target)
    a, b = (float(np.clip(value, 0.0, 1.0)) for value in fitted.coef_)
    # Clipping the powers moves the level; the constant is what the data then ask for.
    constant = float(np.quantile(target - A @ [a, b], level))
    return MoveScale(constant, a, b, typical)


def conformal_widths(
    score: np.ndarray,
    score_week: np.ndarray,
    now: np.datetime64,
    levels: tuple[float, ...] = LEVELS,
    half_life: float = HALF_LIFE_WEEKS,
) -> tuple[float, ...]:
    """Quantiles of matured scores, the newer ones weighing more.

    Parameters
    ----------
    score : ndarray of shape (n,)
        |miss| / expected move of rows whose label is known at ``now``.
    score_week : ndarray of datetime64, shape (n,)
        As-of week of each.
    now : datetime64
        The as-of week the widths are for.
    levels : tuple of float
    half_life : float
        Weeks after which a score counts half.

    Returns
    -------
    tuple of float
        One width a level, in expected moves; 1-ary weights as in weighted
        conformal prediction (Barber et al. 2023), each week weighing the same
        whatever its number of stocks.
    """
    age = (now - score_week) / np.timedelta64(7, "D")
    _, at, per_week = np.unique(score_week, return_inverse=True, return_counts=True)
    weight = 0.5 ** (age / half_life) / per_week[at]
    order = np.argsort(score, kind="stable")
    # The unseen row carries its own weight at infinity. A whole unseen week would carry 1 of
    # about 38 and make 82 % of 80.
    reached = np.cumsum(weight[order]) / (weight.sum() + 1.0 / per_week.mean())
    places = np.minimum(np.searchsorted(reached, levels), len(score) - 1)
    return tuple(float(score[order][place]) for place in places)


@dataclass(frozen=True)
class ScoreHistory:
    """The latest out-of-fold scores of a version, small enough to go with it.

    Attributes
    ----------
    weeks : tuple of str
        As-of weeks, ISO dates.
    scores : tuple of tuple of float
        40 evenly spaced order statistics of each week: all weeks weigh the same.
    """

    weeks: tuple[str, ...]
    scores: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, score: np.ndarray, week: np.ndarray) -> "ScoreHistory":
        """Keep the last two years of matured scores |miss| / expected move."""
        places = (np.arange(KEPT_A_WEEK) + 0.5) / KEPT_A_WEEK
        weeks = np.unique(week)[-KEPT_WEEKS:]
        told = [np.quantile(score[week == w], places, method="inverted_cdf") for w in weeks]
        return cls(
            tuple(str(w)[:10] for w in weeks),
            tuple(tuple(round(float(v), 4) for v in values) for values in told),
        )

    def widths(
        self, score: np.ndarray, week: np.ndarray, now: np.datetime64, horizon_weeks: int
    ) -> tuple[float, ...]:
        """One width a level from these and newer scores, all matured at ``now``.

        Parameters
        ----------
        score, week : ndarray of shape (n,)
            Matured scores of weeks after those kept.
        now : datetime64
            The as-of week. Before the kept weeks had matured, when the version
            could not have existed, all of them are used.
        horizon_weeks : int
        """
        kept = np.array(self.weeks, dtype="datetime64[ns]")
        reach = np.timedelta64(7 * horizon_weeks, "D")
        known = kept + reach <= now
        if not known.any():
            known[:], now = True, kept[-1] + reach
        scores = np.array(self.scores)[known]
        return conformal_widths(
            np.concatenate([scores.ravel(), score]),
            np.concatenate([np.repeat(kept[known], scores.shape[1]), week]),
            now,
        )


def _filled(
    vol_4w: np.ndarray, vol_52w: np.ndarray, typical: float
) -> tuple[np.ndarray, np.ndarray]:
    short = np.where(np.isfinite(vol_4w), vol_4w, vol_52w)
    short = np.where(np.isfinite(short), short, typical)
    long = np.where(np.isfinite(vol_52w), vol_52w, short)
    return np.maximum(short, 0.02), np.maximum(long, 0.02)
