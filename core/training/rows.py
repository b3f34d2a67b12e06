"""Which rows of a panel each model learns from and is judged on."""

import numpy as np

from core.dataset import Panel, Split, sequence_ends, split_weeks
from core.errors import UserError
from core.language import _
from core.training.recipe import Recipe


class Rows:
    """Row numbers of a panel by model and by split.

    Attributes
    ----------
    X : ndarray of shape (n, 20)
    ret, label, close, week : ndarray of shape (n,)
        Log return and class to the target date, close, week.
    labelled, ends_labelled : ndarray of int
        Rows that fit the price model, and rows that end a sequence for the pattern model.
    split : Split
    price_parts, pattern_parts : dict of ndarray
        The same rows by train, val and test.
    """

    def __init__(self, panel: Panel, recipe: Recipe):
        frame = panel.frame
        self.panel, self.X = panel, panel.features
        self.ret, self.label = (
            frame["ret"].to_numpy(float),
            frame["label"].to_numpy(int),
        )
        self.close, self.week = frame["close"].to_numpy(float), frame["week"].to_numpy()
        usable = frame["ready"].to_numpy() & (self.label >= 0)
        if recipe.start is not None:
            usable &= self.week >= np.datetime64(recipe.start)
        self.labelled = np.flatnonzero(usable)
        ends = sequence_ends(panel)
        self.ends_labelled = ends[usable[ends]]
        self.split: Split = split_weeks(
            self.week[self.labelled],
            horizon_weeks=recipe.horizon_weeks,
            test_weeks=recipe.test_weeks,
            validation_weeks=recipe.validation_weeks,
        )
        self.price_parts = self._parts(self.labelled)
        self.pattern_parts = self._parts(self.ends_labelled)
        for name, part in self.pattern_parts.items():
            if len(part) == 0:
                raise UserError(
                    _(
                        "No stock has eight complete weeks in a row in the {part} weeks: "
                        "choose stocks that trade every week, or a longer history."
                    ).format(part=name)
                )

    def _parts(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        weeks = self.week[rows].astype("datetime64[ns]")
        return {name: rows[np.isin(weeks, part)] for name, part in self.split.parts().items()}
