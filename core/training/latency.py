"""How long the files of a version take to answer."""

import time

import numpy as np

from models.runtime import OnnxModel

ASKED = 50


def latency(asked: list[tuple[OnnxModel, list[np.ndarray]]]) -> float:
    """Median milliseconds in which the models answer, one after the other.

    Parameters
    ----------
    asked : list of (OnnxModel, list of ndarray)
        Each with its columns for one stock.
    """
    taken = []
    for _ in range(ASKED):
        began = time.perf_counter()
        for model, columns in asked:
            model.run(*columns)
        taken.append(1000 * (time.perf_counter() - began))
    return float(np.median(taken))
