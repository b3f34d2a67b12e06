"""The three steps of a newcomer, and whether they are behind us; remembered in the data folder."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core import forecasts
from core.db import connect, remembered
from core.market.store import BarStore

KEY = "tour"
"""Key in ``meta``; there once the tour was finished or put away."""


@dataclass(frozen=True)
class Tour:
    """How far a newcomer has come.

    Attributes
    ----------
    prices : bool
        There are prices, the sample's or others.
    model : bool
        Forecasts have been made, so a trained pair is in production.
    over : bool
        The last step was taken, or the tour was put away.
    """

    prices: bool
    model: bool
    over: bool


def tour(data_dir: Path) -> Tour:
    """The tour of a data folder.

    A folder with forecasts of two weeks is in use: it needs none.
    """
    return remembered(data_dir, KEY, partial(_tour, data_dir))


def _tour(data_dir: Path) -> Tour:
    with connect(data_dir) as db:
        ended = db.execute("SELECT 1 FROM meta WHERE key = ?", (KEY,)).fetchone()
        weeks = db.execute("SELECT count(DISTINCT as_of) FROM forecasts").fetchone()[0]
    return Tour(
        prices=not BarStore(data_dir).symbols().empty,
        model=bool(forecasts.current(data_dir)),
        over=ended is not None or weeks > 1,
    )


def end_tour(data_dir: Path) -> None:
    """Show it no more."""
    with connect(data_dir) as db:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, 'over')", (KEY,))
