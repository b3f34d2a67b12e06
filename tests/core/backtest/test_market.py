import numpy as np
import pytest

from core.backtest.market import PRESETS, Rules
from core.errors import UserError

DAYS = np.array(["2020-12-31", "2021-01-04"], dtype="datetime64[ns]")


def test_lots_are_dated():
    assert [PRESETS["vn"].lot("HOSE", day) for day in DAYS] == [10, 100]
    assert [PRESETS["vn"].lot("HNX", day) for day in DAYS] == [100, 100]
    assert PRESETS["us"].lot("NYSE", DAYS[0]) == 1


def test_only_vietnam_has_bands():
    never = np.datetime64("NaT", "ns")
    assert PRESETS["vn"].bands("HOSE", DAYS, never).tolist() == [0.07, 0.07]
    assert PRESETS["vn"].bands("HOSE", DAYS, DAYS[1]).tolist() == [0.15, 0.07]
    assert np.isinf(PRESETS["us"].bands("NYSE", DAYS, never)).all()
    assert PRESETS["vn"].wide_band("HOSE") == 0.20


@pytest.mark.parametrize("wrong", [{"fee": 0.06}, {"sale_tax": -0.01}, {"dividend_tax": 0.9}])
def test_a_figure_out_of_bounds_is_refused(wrong):
    with pytest.raises(UserError, match="must lie between 0 and"):
        Rules("vn", **wrong)
