"""A file's prices held against the stored ones: corrections, or another basis."""

import pytest

from core.market.basis import compare
from tests.core.market.bars import make_bars

PRICES = ["open", "high", "low", "close"]
STORED = make_bars(30)


def changed(days, factors, rows=slice(None), total=30):
    bars = make_bars(total)
    for day, factor in zip(days, factors, strict=True):
        bars.loc[day, PRICES] *= factor
    return bars.iloc[rows].reset_index(drop=True)


@pytest.mark.parametrize(
    ("new", "state"),
    [
        (changed([], []), "same"),
        (changed(range(30), [1.003] * 30), "same"),
        # One day, known only by itself.
        (changed([9], [1.04], [9]), "corrected"),
        # One day, and new ones that would stand on nobody knows what.
        (changed([29], [1.04], slice(29, None), 34), "other"),
        # The newest day was stored before its session closed.
        (changed([29], [1.04], slice(20, None), 34), "corrected"),
        # Two days by one factor, two by different ones.
        (changed([9, 10], [0.9, 0.9], [9, 10]), "other"),
        (changed([9, 10], [0.9, 1.1], [9, 10]), "corrected"),
        # A stretch mended, with days that agree on both sides.
        (changed(range(9, 19), [2.0] * 10, slice(8, 20)), "corrected"),
        (changed(range(9, 19), [2.0] * 10, slice(9, 20)), "other"),
        # Adjusted for a dividend in the middle of the file, which the stored bars are not.
        (changed(range(10, 20), [0.95] * 10, slice(10, 30)), "other"),
        # Another stock's prices.
        (changed(range(6, 14), [1.1, 0.8] * 4, slice(6, 14)), "other"),
        # Whole, but for a day within.
        (changed(range(30), [0.9] * 30, [*range(12), *range(13, 30)]), "rewritten"),
        (changed([4], [1.04]), "corrected"),
        # It begins where the stored bars begin and ends before they do.
        (changed(range(20), [0.9] * 20, slice(0, 20)), "other"),
        # Ends alone are no whole history.
        (changed([0, 29], [0.9, 0.9], [0, 29]), "other"),
    ],
)
def test_what_a_file_is_beside_the_stored_bars(new, state):
    assert compare(STORED, new).state == state


def test_days_before_all_stored_ones_are_neither():
    late = STORED.iloc[20:].reset_index(drop=True)
    held = compare(late, STORED.iloc[:20].reset_index(drop=True))
    assert (held.state, held.common, held.stored.tolist()) == ("same", 0, [-1] * 20)


def test_rounding_of_a_cheap_stock_is_no_difference():
    cheap = STORED.assign(**{name: STORED[name] / 60 for name in PRICES})
    rounded = cheap.assign(**{name: cheap[name].round(2) for name in PRICES})
    assert compare(cheap, rounded).state == "same"


@pytest.mark.parametrize(("factor", "replaced"), [(2, False), (11, True), (0.05, True)])
def test_a_volume_that_became_another_is_a_correction(factor, replaced):
    new = STORED.assign(volume=STORED["volume"].where(STORED.index != 4, 1004 * factor))
    held = compare(STORED, new)
    assert held.replaced[4] == replaced
    assert (held.state == "corrected") == replaced
