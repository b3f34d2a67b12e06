import pytest

from core.audit_records import TOLERANCE, audit_records
from core.db import connect
from core.market.store import BarStore
from tests.core.trained import LAST_WEEK, STEADY, UNFIT


@pytest.fixture
def alter(trained):
    """Changes stored forecasts."""

    def change(sql, *values):
        with connect(trained) as db:
            db.execute(f"UPDATE forecasts SET {sql}", values)

    return change


def test_forecasts_as_stored_pass(trained):
    found = audit_records(trained, "VN")
    assert found.compared == len([*STEADY, *UNFIT])
    assert (found.differences, found.revised, found.unread) == ([], [], [])


def test_a_probability_that_differs_is_named(trained, alter):
    alter("p_up = p_up + ? WHERE symbol = 'BBB'", 2 * TOLERANCE)
    (said,) = audit_records(trained, "VN").differences
    assert said.startswith(f"BBB as of {LAST_WEEK.date()}: p_up is 0.")


def test_rounding_below_the_tolerance_is_no_difference(trained, alter):
    alter("ret = ret + ? WHERE symbol = 'BBB'", TOLERANCE / 2)
    assert audit_records(trained, "VN").differences == []


def test_a_forecast_that_should_not_be_is_named(trained, alter):
    alter("call = 'UP' WHERE symbol = 'YOUNG'")
    (said,) = audit_records(trained, "VN").differences
    assert said.startswith("YOUNG")
    assert "stored with a forecast" in said


def test_a_stock_whose_prices_were_revised_is_listed_apart(trained):
    store = BarStore(trained)
    bars = store.panel("VN")["CCC"].copy()
    bars.loc[bars.index[-30], "close"] *= 1.001
    bars.loc[bars.index[-30], "high"] *= 1.01
    store.write("VN", {"CCC": bars}, source="made up")
    found = audit_records(trained, "VN")
    assert found.revised == [f"CCC as of {LAST_WEEK.date()}"]
    assert found.differences == []
    assert found.compared == len([*STEADY, *UNFIT]) - 1


def test_a_market_without_forecasts_compares_nothing(trained):
    assert audit_records(trained, "US").compared == 0
