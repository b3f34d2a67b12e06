"""A run's figures as pictures, which MLflow's own interface shows without the app."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from core.charts.style import palette
from models.baselines import CLASSES

LOSS, RELIABILITY, CONFUSION = (
    f"figures/{name}.png" for name in ("loss", "reliability", "confusion")
)
"""Artifacts of a run, a few 10 kB each."""
COLOURS = palette("light")
SIZE = (7.2, 4.2)
"""Inches, at matplotlib's 100 dots."""
NO_WEEKS = "There are no test weeks to compare with."


def figures(result: dict) -> dict[str, Figure]:
    """Loss by epoch, reliability and confusion of the pattern model, by their artifact's place.

    Reliability and confusion are of the recipe's test weeks. The texts are English, as all that
    is stored.

    Parameters
    ----------
    result : dict
        What ``core.training.run.work`` returned.
    """
    pattern = result["pattern"]
    return {
        LOSS: _loss(pattern["histories"]),
        RELIABILITY: _reliability(pattern["reliability"]),
        CONFUSION: _confusion(pattern["confusion"]),
    }


def _axes(title: str) -> tuple[Figure, Axes]:
    # Not through pyplot, which keeps every figure it makes.
    figure = Figure(figsize=SIZE, facecolor=COLOURS.paper, layout="constrained")
    axes = figure.add_subplot(facecolor=COLOURS.paper)
    axes.set_title(title, loc="left", fontsize=11, color=COLOURS.ink)
    axes.grid(color=COLOURS.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, colors=COLOURS.muted, labelsize=9)
    return figure, axes


def _named(axes: Axes, across: str, up: str) -> None:
    axes.set_xlabel(across, fontsize=9, color=COLOURS.muted)
    axes.set_ylabel(up, fontsize=9, color=COLOURS.muted)
    axes.legend(frameon=False, fontsize=9, labelcolor=COLOURS.ink)


def _nothing(figure: Figure, axes: Axes, why: str) -> Figure:
    axes.set_axis_off()
    axes.text(0.5, 0.5, why, ha="center", transform=axes.transAxes, color=COLOURS.muted)
    return figure


def _loss(histories: Sequence[Sequence[tuple[float, float | None]]]) -> Figure:
    """One pair of lines a network; the lowest validation loss of each is ringed."""
    figure, axes = _axes("Loss by epoch")
    histories = [history for history in histories if history]
    if not histories:
        return _nothing(figure, axes, "No epoch has ended.")
    for number, history in enumerate(histories):
        loss, validation = (np.array(column, float) for column in zip(*history, strict=True))
        epochs = np.arange(1, len(loss) + 1)
        told = {"label": "Training weeks"} if number == 0 else {}
        axes.plot(epochs, loss, "o-", ms=3, color=COLOURS.sideways, **told)
        if not np.isfinite(validation).any():
            continue
        told = {"label": "Validation weeks"} if number == 0 else {}
        axes.plot(epochs, validation, "o-", ms=3, color=COLOURS.accent, **told)
        best = int(np.nanargmin(validation))
        told = {"label": f"Lowest: epoch {epochs[best]}"} if len(histories) == 1 else {}
        axes.plot(
            epochs[best], validation[best], "o", ms=9, mfc="none", color=COLOURS.accent, **told
        )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _named(axes, "Epoch", "Log loss")
    return figure


def _reliability(bins: Mapping[str, Sequence[float]]) -> Figure:
    figure, axes = _axes("Reliability: how often the call came, by how probable it was said to be")
    said, came, count = (np.array(bins[name], float) for name in ("said", "came", "count"))
    if not len(said):
        return _nothing(figure, axes, NO_WEEKS)
    ends = min(said.min(), came.min()) - 0.08, max(said.max(), came.max()) + 0.08
    axes.plot(ends, ends, "--", lw=1.2, color=COLOURS.muted, label="Said is what came")
    axes.plot(said, came, "-", lw=1.2, color=COLOURS.accent)
    axes.scatter(
        said, came, s=40 + 200 * count / count.max(), color=COLOURS.accent, alpha=0.6,
        label="Test weeks (larger dot: more forecasts)",
    )  # fmt: skip
    axes.set(xlim=ends, ylim=ends)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    _named(axes, "Probability said", "Share that came")
    return figure


def _confusion(matrix: Sequence[Sequence[int]]) -> Figure:
    figure, axes = _axes("Confusion: what came (rows) by the most probable class (columns)")
    counts = np.array(matrix, float)
    if not counts.sum():
        return _nothing(figure, axes, NO_WEEKS)
    whole = counts.sum(axis=1, keepdims=True)
    share = np.divide(counts, whole, out=np.zeros_like(counts), where=whole > 0)
    # Pale even at 100 %, so that the ink on it stays legible.
    pale = LinearSegmentedColormap.from_list("pale", [COLOURS.paper, "#96b3d3"])
    axes.imshow(share, cmap=pale, vmin=0, vmax=1, aspect="auto")
    axes.grid(visible=False)
    places = range(len(CLASSES))
    axes.set_xticks(places, [f"called {name}" for name in CLASSES])
    axes.set_yticks(places, [f"came {name}" for name in CLASSES])
    for (row, column), number in np.ndenumerate(counts):
        text = f"{number:,.0f}\n{100 * share[row, column]:.0f} %"
        axes.text(column, row, text, ha="center", va="center", color=COLOURS.ink)
    return figure
