"""Forecasts as records: computed once by named versions from a named data state, then read."""

from core.forecasts.days import as_of_week, last_complete_week, read_day
from core.forecasts.job import finish, prepare, work
from core.forecasts.making import LATE, forecast_week, peers_of
from core.forecasts.reading import (
    CURRENT,
    count,
    current,
    find,
    history,
    latest,
    of_market,
    of_week,
    out_of_sample_of,
)
from core.forecasts.record import PRIORS
from core.forecasts.saving import save

__all__ = [
    "CURRENT",
    "LATE",
    "PRIORS",
    "as_of_week",
    "count",
    "current",
    "find",
    "finish",
    "forecast_week",
    "history",
    "last_complete_week",
    "latest",
    "of_market",
    "of_week",
    "out_of_sample_of",
    "peers_of",
    "prepare",
    "read_day",
    "save",
    "work",
]
