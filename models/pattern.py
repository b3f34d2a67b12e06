"""The pattern model: an LSTM over eight weeks of twenty indicators, answering in three classes.

The only file that imports keras, and only the training process imports this file:
Streamlit clears keras after every script run, which slows a training in its
process down five times.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from collections.abc import Callable
from functools import partial
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from sklearn.base import BaseEstimator, ClassifierMixin

from models.baselines import CLASSES, class_prior
from models.calibration import calibrated_loss
from models.runtime import OPSET

FEW_STEPS = 250
"""Fewer steps than this run quicker fused: an unrolled network's take two thirds of the time,
but most of a second more to trace."""
Epoch = Callable[[int, int, float, float | None], None]
"""Called after each epoch with its number, the most there can be, loss and validation loss."""


class FusedLSTM(keras.layers.LSTM):
    """An LSTM whose steps are one operation of TensorFlow: quick to trace.

    Of tanh and sigmoid, without masks and dropout of its own. The newer ``BlockLSTMV2`` is not
    used: its gradient takes the gates in another order than its values do.
    """

    def inner_loop(
        self,
        sequences: tf.Tensor,
        initial_state: list[tf.Tensor],
        mask: tf.Tensor | None,
        training: bool = False,
    ) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
        """The last output, all of them, and the last state, as the layer's own gives them."""

        def gates(weights: keras.Variable) -> tf.Tensor:
            entering, forgotten, cell, given = tf.split(tf.convert_to_tensor(weights), 4, axis=-1)
            return tf.concat([entering, cell, forgotten, given], axis=-1)

        by_step = tf.transpose(sequences, [1, 0, 2])
        nothing = tf.zeros([self.units])
        found = tf.raw_ops.BlockLSTM(
            seq_len_max=tf.shape(by_step, tf.int64)[0],
            x=by_step,
            h_prev=initial_state[0],
            cs_prev=initial_state[1],
            w=tf.concat([gates(self.cell.kernel), gates(self.cell.recurrent_kernel)], axis=0),
            b=gates(self.cell.bias),
            **dict.fromkeys(("wci", "wcf", "wco"), nothing),
            forget_bias=0.0,  # it is in the bias already
            cell_clip=-1.0,
        )
        states = [found.h[-1], found.cs[-1]]
        return found.h[-1], tf.transpose(found.h, [1, 0, 2]), states


class PatternLSTMModel(ClassifierMixin, BaseEstimator):
    """LSTM 64 and 32, dropout, Dense 16, softmax over DOWN, SIDEWAYS, UP.

    Parameters
    ----------
    units : tuple of int
        Units of the two LSTM layers.
    dense : int
        Units of the dense layer.
    dropout : float
    activation : str
        Of the LSTM layers; "tanh", or "relu" as the specification writes it.
    batch_size, epochs, patience : int
        Patience counts epochs without a better validation loss.
    learning_rate : float
    tail : float
        Share of training rows winsorised at each end of each indicator.
    seed : int
        Same data, parameters and seed give the same network.
    stop_on_calibrated : bool
        Whether patience watches the validation loss after temperature and
        shrinkage to the prior (a network that is merely too sure of itself is
        not thrown away) instead of the loss as it is.

    Attributes
    ----------
    network_ : keras.Model
        Raw indicators in (n, steps, features; NaN for missing), probabilities out.
    epochs_ : int
        Epochs that gave the weights kept.
    history_ : list of (float, float or None)
        Loss and validation loss by epoch.
    """

    def __init__(
        self,
        units: tuple[int, int] = (64, 32),
        dense: int = 16,
        dropout: float = 0.2,
        activation: str = "tanh",
        batch_size: int = 128,
        epochs: int = 60,
        patience: int = 8,
        learning_rate: float = 1e-3,
        tail: float = 0.005,
        seed: int = 7,
        stop_on_calibrated: bool = False,
    ):
        self.units = units
        self.dense = dense
        self.dropout = dropout
        self.activation = activation
        self.batch_size = batch_size
        self.epochs = epochs
        self.patience = patience
        self.learning_rate = learning_rate
        self.tail = tail
        self.seed = seed
        self.stop_on_calibrated = stop_on_calibrated

    def fit(
        self,
        X: np.ndarray,
        y: np.ndarray,
        validation: tuple[np.ndarray, np.ndarray] | None = None,
        on_epoch: Epoch | None = None,
    ) -> "PatternLSTMModel":
        """Fit on training sequences; stop early where validation sequences are given.

        Parameters
        ----------
        X : ndarray of shape (n, steps, features)
            Indicators week by week, oldest first; missing ones as NaN.
        y : ndarray of shape (n,)
            0 DOWN, 1 SIDEWAYS, 2 UP.
        validation : pair of arrays, optional
            Sequences of later weeks; the weights of their lowest loss are kept.
            Without them all ``epochs`` are run.
        on_epoch : callable, optional
        """
        keras.utils.set_random_seed(self.seed)
        X, y = np.asarray(X, dtype=np.float32), np.asarray(y, dtype=np.int32)
        self._learn_scale(X)
        steps = -(-len(X) // self.batch_size)
        least = steps * (self.epochs if validation is None else min(self.epochs, self.patience + 1))
        trained = self._core(X.shape[1:], self._quick(least))
        trained.compile(
            optimizer=keras.optimizers.Adam(self.learning_rate),
            loss="sparse_categorical_crossentropy",
            steps_per_execution=steps,
            jit_compile=False,
        )
        # Variables that come to be while a step is traced make TensorFlow trace it twice.
        trained.optimizer.build(trained.trainable_variables)
        data = (
            tf.data.Dataset.from_tensor_slices((self._scaled(X), y))
            .cache()
            .shuffle(len(X), seed=self.seed)
            .batch(self.batch_size)
            .prefetch(tf.data.AUTOTUNE)
        )
        judge = None
        if validation is not None:
            Xv = self._scaled(np.asarray(validation[0], dtype=np.float32))
            yv = np.asarray(validation[1], dtype=np.int32)
            judge = tf.data.Dataset.from_tensor_slices((Xv, yv)).batch(1024).cache()
        watch = _Watch(on_epoch, self.epochs, self.patience if judge is not None else None)
        if judge is not None and self.stop_on_calibrated:
            watch.calibrated = (Xv, yv, class_prior(y))
        trained.fit(
            data,
            validation_data=judge,
            epochs=self.epochs,
            shuffle=False,
            verbose=0,
            callbacks=[watch],
        )
        self.history_, self.epochs_ = watch.history, watch.kept
        weights = watch.best if watch.best is not None else trained.get_weights()
        self.network_ = self._serving(X.shape[1:], weights)
        self.classes_ = np.arange(len(CLASSES))
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Uncalibrated probabilities of DOWN, SIDEWAYS, UP; shape (n, 3)."""
        X = np.asarray(X, dtype=np.float32)
        parts = [
            np.asarray(self.network_(X[i : i + 2048], training=False))
            for i in range(0, len(X), 2048)
        ]
        return np.concatenate(parts).astype(float) if parts else np.empty((0, len(CLASSES)))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class, shape (n,)."""
        return self.predict_proba(X).argmax(axis=1)

    def export_onnx(self, path: Path) -> None:
        """Write the network with its clipping and scaling as one ONNX file."""
        self.network_.export(str(path), format="onnx", opset_version=OPSET, verbose=False)

    def save(self, path: Path) -> None:
        """Write the native Keras file."""
        self.network_.save(path)

    def _learn_scale(self, X: np.ndarray) -> None:
        rows = X.reshape(-1, X.shape[-1]).astype(float)
        empty = np.isnan(rows).all(axis=0)
        rows[:, empty] = 0.0
        self.median_ = np.nanmedian(rows, axis=0)
        filled = np.where(np.isnan(rows), self.median_, rows)
        self.low_, self.high_ = np.quantile(filled, [self.tail, 1 - self.tail], axis=0)
        clipped = np.clip(filled, self.low_, self.high_)
        self.mean_ = clipped.mean(axis=0)
        spread = clipped.std(axis=0)
        self.scale_ = np.where(spread > 0, spread, 1.0)

    def _scaled(self, X: np.ndarray) -> np.ndarray:
        filled = np.where(np.isnan(X), self.median_, X)
        return ((np.clip(filled, self.low_, self.high_) - self.mean_) / self.scale_).astype(
            np.float32
        )

    def _quick(self, steps: int) -> Callable[..., keras.layers.LSTM]:
        """The layer that trains soonest in so many steps; all give the same network."""
        if steps < FEW_STEPS and self.activation == "tanh":
            return FusedLSTM
        return partial(keras.layers.LSTM, unroll=True)

    def _layers(self, lstm: Callable[..., keras.layers.LSTM]) -> list[keras.layers.Layer]:
        first, second = self.units
        return [
            lstm(first, activation=self.activation, return_sequences=True),
            keras.layers.Dropout(self.dropout),
            lstm(second, activation=self.activation),
            keras.layers.Dropout(self.dropout),
            keras.layers.Dense(self.dense, activation="relu"),
            keras.layers.Dense(len(CLASSES), activation="softmax"),
        ]

    def _core(
        self, shape: tuple[int, int], lstm: Callable[..., keras.layers.LSTM] = keras.layers.LSTM
    ) -> keras.Model:
        return keras.Sequential([keras.Input(shape), *self._layers(lstm)])

    def _serving(self, shape: tuple[int, int], weights: list[np.ndarray]) -> keras.Model:
        """The same network, not unrolled (its export is twice as fast), scaling inside."""
        f32 = np.float32
        raw = keras.Input(shape, name="indicators")
        x = keras.ops.where(keras.ops.isnan(raw), self.median_.astype(f32), raw)
        x = keras.ops.minimum(keras.ops.maximum(x, self.low_.astype(f32)), self.high_.astype(f32))
        x = (x - self.mean_.astype(f32)) / self.scale_.astype(f32)
        core = self._core(shape)
        core.set_weights(weights)
        network = keras.Model(raw, core(x))
        network(np.zeros((1, *shape), dtype=f32))  # an export needs a network called once
        return network


class _Watch(keras.callbacks.Callback):
    """Keeps the history and the best weights, and stops when patience runs out."""

    def __init__(self, on_epoch: Epoch | None, epochs: int, patience: int | None):
        super().__init__()
        self.on_epoch, self.epochs, self.patience = on_epoch, epochs, patience
        self.history: list[tuple[float, float | None]] = []
        self.best: list[np.ndarray] | None = None
        self.best_loss, self.kept = np.inf, 0
        self.calibrated: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        loss, judged = float(logs["loss"]), logs.get("val_loss")
        judged = None if judged is None else float(judged)
        if self.calibrated is not None:
            X, y, prior = self.calibrated
            judged = calibrated_loss(self.model.predict_on_batch(X), y, prior)
        self.history.append((loss, judged))
        if self.on_epoch is not None:
            self.on_epoch(epoch + 1, self.epochs, loss, judged)
        if self.patience is None:
            self.kept = epoch + 1
        elif judged < self.best_loss:
            self.best_loss, self.kept, self.best = (
                judged,
                epoch + 1,
                self.model.get_weights(),
            )
        elif epoch + 1 - self.kept >= self.patience:
            self.model.stop_training = True
