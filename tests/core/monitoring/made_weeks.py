"""Made-up weeks of many stocks that move together, as real ones do."""

import numpy as np

from core.monitoring.measure import Part, compared
from core.monitoring.reference import make

STOCKS = 30
NAMES = ("steady", "shared")


def rows(weeks, seed=0, start="2015-01-02", shift=0.0):
    """Weeks, values and stocks: ``steady`` is each stock's own, ``shared`` mostly the market's."""
    random = np.random.default_rng(seed)
    fridays = np.datetime64(start, "ns") + np.arange(weeks) * np.timedelta64(7, "D")
    own = random.normal(size=(weeks, STOCKS, 2))
    own[..., 1] = own[..., 1] * 0.3 + random.normal(size=(weeks, 1))
    own[..., 0] += shift
    symbols = np.tile([f"S{i:02d}" for i in range(STOCKS)], weeks)
    return np.repeat(fridays, STOCKS), own.reshape(-1, 2), symbols


def reference(weeks=200, seed=0):
    """Of so many weeks from January 2015 on."""
    return make(NAMES, *rows(weeks, seed), 4)


def group(weeks=8, shift=0.0, trained=200):
    """Later weeks held against that."""
    week, values, __ = rows(weeks, 1, "2020-01-03", shift)
    return compared([Part(reference(trained), week, values)])
