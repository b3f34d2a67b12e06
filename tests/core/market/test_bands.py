"""Price limits by exchange and day, against the exchanges' written rules."""

import numpy as np
import pytest

from core.market.bands import bands, ceilings, exchange_of, floors, ticks


@pytest.mark.parametrize(
    ("exchange", "day", "band"),
    [
        ("HOSE", "2015-01-05", 0.07),
        ("HOSE", "2024-06-28", 0.07),
        ("HNX", "2024-06-28", 0.10),
        ("UPCOM", "2015-06-30", 0.10),
        ("UPCOM", "2015-07-01", 0.15),
        ("UPCOM", "2024-06-28", 0.15),
    ],
)
def test_the_band_of_a_day(exchange, day, band):
    assert bands(exchange, [day]).tolist() == [band]


@pytest.mark.parametrize(
    ("exchange", "day", "price", "tick"),
    [
        ("HOSE", "2024-06-28", 9.99, 0.01),
        ("HOSE", "2024-06-28", 10.0, 0.05),
        ("HOSE", "2024-06-28", 49.95, 0.05),
        ("HOSE", "2024-06-28", 50.0, 0.1),
        ("HOSE", "2016-09-11", 49.9, 0.1),
        ("HOSE", "2016-09-11", 50.0, 0.5),
        ("HOSE", "2016-09-11", 99.5, 0.5),
        ("HOSE", "2016-09-11", 100.0, 1.0),
        ("HOSE", "2016-09-12", 100.0, 0.1),
        ("HNX", "2024-06-28", 5.0, 0.1),
        ("UPCOM", "2016-01-04", 150.0, 0.1),
    ],
)
def test_the_tick_of_a_price(exchange, day, price, tick):
    assert ticks(exchange, [day], [price]).tolist() == [tick]


@pytest.mark.parametrize(
    ("exchange", "reference", "floor", "ceiling"),
    [
        ("HOSE", 65.3, 60.8, 69.8),  # 60.729 goes up, 69.871 goes down
        ("HOSE", 9.5, 8.84, 10.15),  # 8.835 by steps of 0.01, 10.165 by steps of 0.05
        ("HOSE", 20.0, 18.6, 21.4),  # both on a tick: float noise must not cost one
        ("HNX", 12.3, 11.1, 13.5),
        ("UPCOM", 33.3, 28.4, 38.2),
    ],
)
def test_the_ceiling_rounds_down_and_the_floor_up(exchange, reference, floor, ceiling):
    day = ["2024-06-28"]
    assert floors(exchange, day, [reference])[0] == pytest.approx(floor)
    assert ceilings(exchange, day, [reference])[0] == pytest.approx(ceiling)


def test_a_first_day_has_the_wide_band():
    ceiling = ceilings("HOSE", ["2024-06-28"], [20.0], 0.20)
    assert ceiling[0] == pytest.approx(24.0)


def test_days_and_prices_come_as_columns():
    days = np.array(["2015-06-30", "2015-07-01"], dtype="datetime64[ns]")
    assert ceilings("UPCOM", days, [10.0, 10.0]).tolist() == pytest.approx([11.0, 11.5])


@pytest.mark.parametrize(
    ("text", "exchange"),
    [("HSX", "HOSE"), ("hose", "HOSE"), ("UPCoM", "UPCOM"), ("NYSE", None), (np.nan, None)],
)
def test_names_of_exchanges(text, exchange):
    assert exchange_of(text) == exchange
