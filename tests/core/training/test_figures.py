import mlflow
import numpy as np
import pytest
from matplotlib.image import imread

from core import registry
from core.registry import PATTERN
from core.tracking import client
from core.training.figures import CONFUSION, LOSS, RELIABILITY, figures

PATTERN_RESULT = {
    "history": [[1.1, None], [1.0, None]],
    "reliability": {"said": [0.4], "came": [0.5], "count": [30]},
    "confusion": [[5, 1, 2], [1, 4, 1], [2, 2, 7]],
}


def drawn(place, **changes):
    return figures({"pattern": PATTERN_RESULT | changes})[place].axes[0]


def said(axes):
    return [text.get_text() for text in axes.texts]


def labels(axes):
    return axes.get_legend_handles_labels()[1]


def test_a_run_without_validation_has_its_loss_alone():
    assert labels(drawn(LOSS)) == ["Training weeks"]


def test_the_lowest_validation_loss_is_marked():
    axes = drawn(LOSS, history=[[1.1, 1.0], [1.0, 0.8], [0.9, 0.9]])
    assert labels(axes) == ["Training weeks", "Validation weeks", "Lowest: epoch 2"]
    assert axes.lines[2].get_xydata().tolist() == [[2.0, 0.8]]


def test_a_dot_stands_where_what_was_said_meets_what_came():
    assert np.array(drawn(RELIABILITY).collections[0].get_offsets()).tolist() == [[0.4, 0.5]]


def test_a_cell_holds_the_count_and_its_share_of_what_came():
    axes = drawn(CONFUSION)
    assert said(axes)[:3] == ["5\n62 %", "1\n12 %", "2\n25 %"]
    assert axes.get_yticklabels()[0].get_text() == "came DOWN"


@pytest.mark.parametrize(
    ("place", "empty", "why"),
    [
        (LOSS, {"history": []}, "No epoch has ended."),
        (RELIABILITY, {"reliability": {"said": [], "came": [], "count": []}}, "no test weeks"),
        (CONFUSION, {"confusion": [[0] * 3] * 3}, "no test weeks"),
    ],
)
def test_nothing_to_draw_is_said(place, empty, why):
    (text,) = said(drawn(place, **empty))
    assert why in text


@pytest.mark.parametrize("place", [LOSS, RELIABILITY, CONFUSION])
def test_every_run_has_the_pictures_among_its_files(trained, place):
    version = registry.get(PATTERN, 1)
    client()
    file = mlflow.artifacts.download_artifacts(f"runs:/{version.run_id}/{place}")
    assert imread(file).shape == (420, 720, 4)
