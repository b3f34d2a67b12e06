import pytest

from core.share.chart import nice_step, spread


@pytest.mark.parametrize(
    ("rough", "step"), [(0.9, 1), (1, 1), (1.1, 2), (3.3, 5), (7, 10), (0.021, 0.05), (1800, 2000)]
)
def test_steps_are_round(rough, step):
    assert nice_step(rough) == pytest.approx(step)


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ([10, 40, 90], [10, 40, 90]),
        ([10, 14, 90], [2, 22, 90]),
        ([50, 50, 50, 50], [20, 40, 60, 80]),
        ([10, 12, 26], [-4, 16, 36]),
    ],
)
def test_labels_are_pushed_apart_in_order(wanted, given):
    assert spread(wanted, 20) == pytest.approx(given)
