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


class Clock:
    """Seconds, and seconds of processors, since it was made."""

    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def told(self) -> tuple[float, float]:
        """Both until now."""
        return time.perf_counter() - self.wall, time.process_time() - self.cpu


class Timed(keras.callbacks.Callback):
    """Seconds since the start, of processors too, and validation loss, by epoch."""

    def __init__(self):
        super().__init__()
        self.clock, self.seen = Clock(), []

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Note the loss that the fit itself computed."""
        self.seen.append((*self.clock.told(), float(logs["val_loss"])))


def measure(bars: dict[str, Arrays], stocks: int) -> list[Row]:
    """Seconds until both models are fitted and the network is as good as the slower one's best."""
    panel = panel_from(dict(list(bars.items())[:stocks]))
    label, week = panel.frame["label"].to_numpy(), panel.frame["week"].to_numpy()
    ends = sequence_ends(panel)
    ends = ends[label[ends] >= 0]
    split = split_weeks(week[ends], horizon_weeks=4)
    fit, judge = (ends[np.isin(week[ends], part)] for part in (split.train, split.validation))
    data = [(sequences(panel, rows), label[rows].astype(np.int32)) for rows in (fit, judge)]

    _wake()
    clock = Clock()
    PriceTargetModel().fit(panel.features[fit], panel.frame["ret"].to_numpy()[fit], week[fit])
    price = clock.told()
    ours, clock = [], Clock()
    PatternLSTMModel(epochs=EPOCHS, patience=EPOCHS).fit(
        *data[0],
        data[1],
        on_epoch=lambda *told: ours.append((*clock.told(), told[3])),
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
    aim = max(min(told[2] for told in seen) for seen in (ours, watch.seen))
    mine, theirs = (next(told for told in seen if told[2] <= aim) for seen in (ours, watch.seen))
    note = (
        f"to a validation loss of {aim:.4f}; {EPOCHS} epochs take {ours[-1][1]:.1f} and "
        f"{watch.seen[-1][1]:.1f} CPU s, best losses {min(told[2] for told in ours):.4f} and "
        f"{min(told[2] for told in watch.seen):.4f}"
    )
    rival, rows = "the specification's loop (batch 32)", []
    for at, unit in enumerate(("s", "CPU s")):
        both = f"training both models, {stocks} stocks, {unit}"
        alone = f"training the network alone, {stocks} stocks, {unit}"
        rows += [
            Row(both, price[at] + mine[at], rival, price[at] + theirs[at], 2, note),
            Row(alone, mine[at], rival, theirs[at]),
        ]
    return rows


def _wake() -> None:
    """What TensorFlow does once a process, whoever comes first."""
    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    network.compile("adam", "mse")
    nothing = np.zeros((4, 2))
    network.fit(nothing, nothing, validation_data=(nothing, nothing), verbose=0)
