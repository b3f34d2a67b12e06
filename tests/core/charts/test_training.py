"""Charts of a training run."""

import pytest

from core.charts.training import confusion_chart, loss_chart, reliability_chart

CLASSES = ["DOWN", "SIDEWAYS", "UP"]


def test_the_lowest_validation_loss_is_marked():
    fig = loss_chart([1, 2, 3], [1.1, 1.0, 0.9], [1.1, 1.05, 1.2], "light")
    assert [trace.name for trace in fig.data] == [
        "Training weeks",
        "Validation weeks",
        "Lowest: epoch 2",
    ]


@pytest.mark.parametrize(("epochs", "step"), [(2, 1), (40, None)])
def test_few_epochs_are_each_marked_once(epochs, step):
    losses = [1.0] * epochs
    figure = loss_chart(range(1, epochs + 1), losses, losses, "light")
    assert figure.layout.xaxis.dtick == step


@pytest.mark.parametrize("validation", [None, []])
def test_losses_without_validation(validation):
    assert len(loss_chart([1, 2], [1.1, 1.0], validation, "dark").data) == 1


def test_no_epoch_yet_says_so():
    assert "epoch" in loss_chart([], [], [], "light").layout.annotations[0].text


def test_confusion_shows_counts_and_shares_of_what_came():
    fig = confusion_chart([[3, 1, 0], [0, 0, 0], [1, 1, 2]], CLASSES, "light")
    assert fig.data[0].text[0][0] == "3<br>75 %"
    assert fig.data[0].text[1][1] == "0<br>0 %"
    assert list(fig.data[0].x) == ["called DOWN", "called SIDEWAYS", "called UP"]


def test_reliability_draws_the_bins_over_the_diagonal():
    bins = {"said": [0.4, 0.6], "came": [0.35, 0.7], "count": [100, 25]}
    diagonal, drawn = reliability_chart(bins, "dark").data
    assert list(diagonal.x) == list(diagonal.y)
    assert list(drawn.y) == [35, 70]
    assert drawn.marker.size[0] > drawn.marker.size[1]


def test_nothing_tested_says_so():
    nothing = {"said": [], "came": [], "count": []}
    for fig in (
        confusion_chart([[0] * 3] * 3, CLASSES, "light"),
        reliability_chart(nothing, "light"),
    ):
        assert "no test weeks" in fig.layout.annotations[0].text
