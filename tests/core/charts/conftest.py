"""A stock's computed weeks, for the charts."""

import pytest

from core.indicators.weekly import WeeklyIndicatorCalculator
from tests.core.indicators.generate import market_weeks_of, walk


@pytest.fixture(scope="session")
def weekly():
    daily, market = walk(700, halt=(500, 510)), walk(700)
    return WeeklyIndicatorCalculator().compute(daily, market_weeks_of(market))
