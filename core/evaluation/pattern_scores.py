"""Scores of the three probabilities, each as skill over the class prior."""

import numpy as np

from core.evaluation.significance import Estimate, Measure, estimate
from models.baselines import CLASSES
from models.shrinkage import weekly_mean

SIDEWAYS, UP = CLASSES.index("SIDEWAYS"), CLASSES.index("UP")
BINS = 10
TINY = 1e-12
DECILE = 0.1
CURVE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def pattern_scores(
    week: np.ndarray, label: np.ndarray, proba: np.ndarray, prior: np.ndarray
) -> dict[str, Estimate]:
    """Every score of one candidate; arguments and names as in `pattern_measures`."""
    measures = pattern_measures(week, label, proba, prior)
    return {name: estimate(*measure) for name, measure in measures.items()}


def pattern_measures(
    week: np.ndarray, label: np.ndarray, proba: np.ndarray, prior: np.ndarray
) -> dict[str, Measure]:
    """Every score of one candidate, before it is taken.

    Parameters
    ----------
    week, label : ndarray of shape (n,)
    proba, prior : ndarray of shape (n, 3)
        Probabilities told, and class shares of each row's learning weeks.

    Returns
    -------
    dict of Measure
        ``log_loss, brier, RPS`` and their ``*_skill`` (1 - loss over the prior's);
        ``accuracy, balanced_accuracy, macro_F1`` and their ``*_skill``
        (gain over the prior's as a share of what was left to gain);
        ``log_loss_skill_sideways`` (SIDEWAYS or not: mere volatility) and
        ``log_loss_skill_direction`` (UP against DOWN given not SIDEWAYS);
        ``decile_gain`` (hit rate of each week's most confident tenth less that
        of always UP in those weeks; left out where all stocks of a week are told
        the same); ``calibration_error`` (expected, 10 equal
        bins of the top class).
    """
    found = {}
    for name, loss in (("log_loss", log_loss), ("brier", brier), ("RPS", ranked)):
        columns = np.column_stack([loss(label, proba), loss(label, prior), np.ones(len(week))])
        found[name] = Measure(week, columns, lambda s: s[..., 0] / s[..., 2])
        found[f"{name}_skill"] = Measure(week, columns, _skill)
    for name, loss in (("sideways", sideways_loss), ("direction", direction_loss)):
        columns = np.column_stack([loss(label, proba), loss(label, prior)])
        found[f"log_loss_skill_{name}"] = Measure(week, columns, _skill)
    mine, usual = (_confusion(label, told.argmax(axis=1)) for told in (proba, prior))
    both = np.column_stack([mine, usual])
    for name, rate in (
        ("accuracy", _accuracy),
        ("balanced_accuracy", _balanced),
        ("macro_F1", _macro_f1),
    ):
        found[name] = Measure(week, mine, rate)
        found[f"{name}_skill"] = Measure(
            week, both, lambda s, r=rate: _gain(r(s[..., :9]), r(s[..., 9:]))
        )
    top = proba.max(axis=1)
    if (np.abs(top - weekly_mean(top, week)) > TINY).any():
        found["decile_gain"] = Measure(week, _decile(week, label, proba), _difference)
    found["calibration_error"] = Measure(week, _bins(label, proba), _expected_error)
    return found


def log_loss(label: np.ndarray, proba: np.ndarray) -> np.ndarray:
    """Minus the log of what the class that came was given, shape (n,)."""
    return -np.log(np.clip(proba[np.arange(len(label)), label], TINY, 1))


def brier(label: np.ndarray, proba: np.ndarray) -> np.ndarray:
    """Multi-class Brier score of each row (Brier 1950), shape (n,)."""
    return ((proba - np.eye(len(CLASSES))[label]) ** 2).sum(axis=1)


def ranked(label: np.ndarray, proba: np.ndarray) -> np.ndarray:
    """Ranked probability score of each row (Epstein 1969), shape (n,); 0 best, 1 worst."""
    gap = np.cumsum(proba - np.eye(len(CLASSES))[label], axis=1)[:, :-1]
    return (gap**2).sum(axis=1) / (len(CLASSES) - 1)


def sideways_loss(label: np.ndarray, proba: np.ndarray) -> np.ndarray:
    """Log loss of SIDEWAYS against the rest, shape (n,)."""
    p = np.clip(proba[:, SIDEWAYS], TINY, 1 - TINY)
    return -np.where(label == SIDEWAYS, np.log(p), np.log(1 - p))


def direction_loss(label: np.ndarray, proba: np.ndarray) -> np.ndarray:
    """Log loss of UP against DOWN given that it is one of them, 0 where SIDEWAYS came; (n,).

    The two parts add up to the whole log loss of each row.
    """
    p = np.clip(proba, TINY, 1)
    moved = p[:, 0] + p[:, 2]
    came = p[np.arange(len(label)), label]
    return np.where(label == SIDEWAYS, 0.0, -np.log(came / moved))


def hit_curve(
    week: np.ndarray, label: np.ndarray, proba: np.ndarray, prior: np.ndarray
) -> list[tuple[float, float, float]]:
    """Hit rate against the share of directional calls given.

    In each week the calls with the greatest lift over their class's prior come first.

    Returns
    -------
    list of (share, hit rate, usual)
        ``usual`` is the mean prior of the classes called.
    """
    lift = proba - prior
    call = np.where(lift[:, UP] >= lift[:, 0], UP, 0)
    rows = np.arange(len(label))
    place = _place_in_week(week, lift[rows, call])
    curve = []
    for share in CURVE:
        given = place < share
        curve.append(
            (
                share,
                float((call == label)[given].mean()),
                float(prior[rows, call][given].mean()),
            )
        )
    return curve


def reliability_bins(label: np.ndarray, proba: np.ndarray) -> list[tuple[float, float, int]]:
    """Mean probability of the top class, how often it came, and rows, by filled bin."""
    sums = _bins(label, proba).sum(axis=0).reshape(BINS, 3)
    return [(said / n, came / n, int(n)) for said, came, n in sums if n]


def _skill(sums: np.ndarray) -> np.ndarray:
    return 1 - sums[..., 0] / sums[..., 1]


def _gain(mine: np.ndarray, usual: np.ndarray) -> np.ndarray:
    return (mine - usual) / (1 - usual)


def _difference(sums: np.ndarray) -> np.ndarray:
    return sums[..., 0] / sums[..., 1] - sums[..., 2] / sums[..., 3]


def _confusion(label: np.ndarray, call: np.ndarray) -> np.ndarray:
    """One of nine cells for each row, 3 x what came + what was called; (n, 9)."""
    return np.eye(9)[3 * label + call]


def _accuracy(sums: np.ndarray) -> np.ndarray:
    return (sums[..., 0] + sums[..., 4] + sums[..., 8]) / sums.sum(axis=-1)


def _balanced(sums: np.ndarray) -> np.ndarray:
    table = sums.reshape(*sums.shape[:-1], 3, 3)
    came = table.sum(axis=-1)
    right = np.diagonal(table, axis1=-2, axis2=-1)
    recall = np.divide(right, came, out=np.zeros_like(came), where=came > 0)
    return recall.sum(axis=-1) / (came > 0).sum(axis=-1)


def _macro_f1(sums: np.ndarray) -> np.ndarray:
    table = sums.reshape(*sums.shape[:-1], 3, 3)
    right = np.diagonal(table, axis1=-2, axis2=-1)
    both = table.sum(axis=-1) + table.sum(axis=-2)
    return np.divide(2 * right, both, out=np.zeros_like(both), where=both > 0).mean(axis=-1)


def _place_in_week(week: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Share of its week's rows with a greater value, in [0, 1); ties in the order of rows."""
    order = np.lexsort((np.arange(len(week)), -value, week))
    _, first, at, count = np.unique(
        week[order], return_index=True, return_inverse=True, return_counts=True
    )
    place = np.empty(len(week))
    place[order] = (np.arange(len(week)) - first[at]) / count[at]
    return place


def _decile(week: np.ndarray, label: np.ndarray, proba: np.ndarray) -> np.ndarray:
    """Hits and rows of each week's most confident tenth, UPs and rows of the whole week."""
    chosen = _place_in_week(week, proba.max(axis=1)) < DECILE
    hit = proba.argmax(axis=1) == label
    return np.column_stack([chosen & hit, chosen, label == UP, np.ones(len(week))]).astype(float)


def _bins(label: np.ndarray, proba: np.ndarray) -> np.ndarray:
    """Probability, hit and count of the top class in its bin, shape (n, 30)."""
    top = proba.max(axis=1)
    hit = proba.argmax(axis=1) == label
    at = np.minimum((top * BINS).astype(int), BINS - 1)
    columns = np.zeros((len(label), BINS, 3))
    columns[np.arange(len(label)), at] = np.column_stack([top, hit, np.ones(len(label))])
    return columns.reshape(len(label), -1)


def _expected_error(sums: np.ndarray) -> np.ndarray:
    bins = sums.reshape(*sums.shape[:-1], BINS, 3)
    gap = np.abs(bins[..., 0] - bins[..., 1]).sum(axis=-1)
    return gap / bins[..., 2].sum(axis=-1)
