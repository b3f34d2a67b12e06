"""Scores of both models, each beside its naive baseline."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    log_loss,
    mean_absolute_error,
    mean_absolute_percentage_error,
    precision_recall_fscore_support,
    r2_score,
    recall_score,
    root_mean_squared_error,
)

from models.baselines import CLASSES, no_change

LABELS = list(range(len(CLASSES)))
BINS = 10


def price_metrics(close: np.ndarray, actual: np.ndarray, forecast: np.ndarray) -> dict[str, float]:
    """Errors of a price forecast and of "no change" on the same rows.

    Parameters
    ----------
    close : ndarray of shape (n,)
        Close of the as-of week.
    actual, forecast : ndarray of shape (n,)
        Log return to the target date: what came, and what was forecast.

    Returns
    -------
    dict
        MAE and RMSE in the market's price unit, R2 of price levels, MAPE as a
        fraction; the same with ``_no_change``; ``*_ratio`` below 1 beats it;
        ``R2_return`` of the log return against zero, which price-level R2 hides.
    """
    reached = close * np.exp(actual)
    scores: dict[str, float] = {"rows": float(len(close))}
    for suffix, ret in (("", forecast), ("_no_change", no_change(len(close)))):
        price = close * np.exp(ret)
        scores[f"MAE{suffix}"] = mean_absolute_error(reached, price)
        scores[f"RMSE{suffix}"] = root_mean_squared_error(reached, price)
        scores[f"R2{suffix}"] = r2_score(reached, price)
        scores[f"MAPE{suffix}"] = mean_absolute_percentage_error(reached, price)
    for name in ("MAE", "RMSE", "MAPE"):
        scores[f"{name}_ratio"] = scores[name] / scores[f"{name}_no_change"]
    scores["R2_return"] = 1 - float(((actual - forecast) ** 2).sum() / (actual**2).sum())
    return {name: float(value) for name, value in scores.items()}


def pattern_metrics(labels: np.ndarray, proba: np.ndarray, prior: np.ndarray) -> dict[str, float]:
    """Scores of the three probabilities and of the class prior on the same rows.

    Parameters
    ----------
    labels : ndarray of shape (n,)
    proba : ndarray of shape (n, 3)
        Calibrated probabilities.
    prior : ndarray of shape (3,) or (n, 3)
        Class shares of the training weeks.
    """
    scores: dict[str, float] = {"sequences": float(len(labels))}
    always = np.broadcast_to(prior, proba.shape)
    for suffix, told in (("", proba), ("_prior", always)):
        call = told.argmax(axis=1)
        scores[f"accuracy{suffix}"] = accuracy_score(labels, call)
        scores[f"balanced_accuracy{suffix}"] = _balanced(labels, call)
        scores[f"log_loss{suffix}"] = log_loss(labels, told, labels=LABELS)
        scores[f"brier{suffix}"] = brier(labels, told)
        parts = precision_recall_fscore_support(labels, call, labels=LABELS, zero_division=0)
        for index, name in enumerate(CLASSES):
            if name != "SIDEWAYS":
                for measure, values in zip(("precision", "recall", "F1"), parts, strict=False):
                    scores[f"{measure}_{name}{suffix}"] = values[index]
    scores["log_loss_ratio"] = scores["log_loss"] / scores["log_loss_prior"]
    return {name: float(value) for name, value in scores.items()}


def _balanced(labels: np.ndarray, call: np.ndarray) -> float:
    """Mean recall over the classes that occurred.

    scikit-learn's own warns when a class is called that never occurred.
    """
    return recall_score(labels, call, labels=np.unique(labels), average="macro")


def brier(labels: np.ndarray, proba: np.ndarray) -> float:
    """Multi-class Brier score (Brier 1950): 0 is perfect, 2 the worst."""
    happened = np.eye(proba.shape[1])[labels]
    return float(((proba - happened) ** 2).sum(axis=1).mean())


@dataclass(frozen=True)
class Reliability:
    """How often the most probable class came, by how probable it was said to be.

    Attributes
    ----------
    said, came : list of float
        Mean probability and hit rate of each bin that holds forecasts.
    count : list of int
    error : float
        Expected calibration error over ten equal bins of the top class.
    """

    said: list[float]
    came: list[float]
    count: list[int]
    error: float


def reliability(labels: np.ndarray, proba: np.ndarray) -> Reliability:
    """Reliability of the top class over ten equal bins."""
    top, hit = proba.max(axis=1), proba.argmax(axis=1) == labels
    bins = np.minimum((top * BINS).astype(int), BINS - 1)
    said, came, count = [], [], []
    for index in np.unique(bins):
        inside = bins == index
        said.append(float(top[inside].mean()))
        came.append(float(hit[inside].mean()))
        count.append(int(inside.sum()))
    weights = np.array(count) / max(len(labels), 1)
    gap = np.abs(np.array(said) - np.array(came))
    return Reliability(said, came, count, float((weights * gap).sum()))


def confusion(labels: np.ndarray, proba: np.ndarray) -> list[list[int]]:
    """Counts by what came (rows) and what was called (columns), order of ``CLASSES``."""
    return confusion_matrix(labels, proba.argmax(axis=1), labels=LABELS).tolist()
