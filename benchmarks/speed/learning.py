"""Training the pattern model beside the specification's loop, to the same validation loss."""

import time

import keras
import numpy as np

from benchmarks.speed.engine import panel_from
from benchmarks.speed.prices import Arrays
from benchmarks.speed.race import Row
from core.dataset import sequence_ends, sequences, split_weeks
from models.pattern import PatternLSTMModel
from models.price import PriceTargetModel

EPOCHS = 12


class Timed(keras.callbacks.Callback):
    """Validation loss and seconds since the start, by epoch."""

    def __init__(self):
        super().__init__()
        self.began, self.seen = time.perf_counter(), []

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Note the loss that the fit itself computed."""
        self.seen.append((time.perf_counter() - self.began, float(logs["val_loss"])))


def measure(bars: dict[str, Arrays], stocks: int) -> list[Row]:
    """Seconds until both models are fitted and the network is as good as the slower one's best."""
    panel = panel_from(dict(list(bars.items())[:stocks]))
    label, week = panel.frame["label"].to_numpy(), panel.frame["week"].to_numpy()
    ends = sequence_ends(panel)
    ends = ends[label[ends] >= 0]
    split = split_weeks(week[ends], horizon_weeks=4)
    fit, judge = (ends[np.isin(week[ends], part)] for part in (split.train, split.validation))
    data = [(sequences(panel, rows), label[rows].astype(np.int32)) for rows in (fit, judge)]

    began = time.perf_counter()
    PriceTargetModel().fit(panel.features[fit], panel.frame["ret"].to_numpy()[fit], week[fit])
    price = time.perf_counter() - began
    ours, began = [], time.perf_counter()
    PatternLSTMModel(epochs=EPOCHS, patience=EPOCHS).fit(
        *data[0],
        data[1],
        on_epoch=lambda *told: ours.append((time.perf_counter() - began, told[3])),
    )
    scale = PatternLSTMModel()
    scale._learn_scale(data[0][0])
    keras.utils.set_random_seed(scale.seed)
    network = scale._core(data[0][0].shape[1:])
    network.compile("adam", "sparse_categorical_crossentropy")
    watch = Timed()
    network.fit(
        scale._scaled(data[0][0]),
        data[0][1],
        batch_size=32,
        epochs=EPOCHS,
        validation_data=(scale._scaled(data[1][0]), data[1][1]),
        verbose=0,
        callbacks=[watch],
    )
    aim = max(min(loss for _, loss in ours), min(loss for _, loss in watch.seen))
    mine, theirs = (next(at for at, loss in seen if loss <= aim) for seen in (ours, watch.seen))
    return [
        Row(
            *(f"training both models, {stocks} stocks, s", price + mine),
            *("the specification's loop (batch 32)", price + theirs, 2),
            f"to a validation loss of {aim:.4f}; {EPOCHS} epochs take "
            f"{ours[-1][0]:.1f} s and {watch.seen[-1][0]:.1f} s",
        )
    ]
