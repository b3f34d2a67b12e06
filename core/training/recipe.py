"""What a training run is asked to do, and a check before it starts."""

from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.dataset import LEAST_JUDGING_WEEKS, LEAST_TRAINING_WEEKS, SEQUENCE_WEEKS
from core.errors import UserError
from core.evaluation.candidates import REGISTRABLE, SHIPPED
from core.evaluation.folds import LEAST_JUDGED_WEEKS, LEAST_LEARNING_WEEKS
from core.formats import number
from core.indicators.catalogue import WARMUP_WEEKS
from core.language import _
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.settings import settings
from core.storage import disk_free
from core.training.presets import PRESETS, STANDARD, find_preset


class Recipe(BaseModel):
    """Every parameter of one training run; recorded whole with the run.

    Attributes
    ----------
    market : str
    symbols : list of str or None
        ``None`` means every stock of the market.
    start, end : date or None
        First as-of week to learn from, and last day of prices to use.
    horizon_weeks, band
        Label definition; see ``core.settings``.
    preset : str
        Name of the parameter set this started from.
    family : str
        "single" is one model each, fitted once; "blend" those of docs/skill.md,
        whose own parameters are fixed there.
    price_model, pattern_model : str
        Which candidates of docs/skill.md the family "blend" makes versions of.
    alpha : float or None
        Ridge penalty; ``None`` searches it inside the training weeks.
    activation, batch_size, epochs, patience, learning_rate, dropout, seed
        Of the pattern model.
    test_weeks, validation_weeks : int
    promote : bool
        Whether the versions go to production when nothing is there yet.
    """

    model_config = ConfigDict(extra="forbid")

    market: str
    symbols: list[str] | None = None
    start: date | None = None
    end: date | None = None
    horizon_weeks: int = Field(ge=1, le=13)
    band: float = Field(gt=0, lt=0.2)
    preset: str = STANDARD
    family: Literal["single", "blend"] = "single"
    price_model: Literal[REGISTRABLE["price"]] = SHIPPED["price"]
    pattern_model: Literal[REGISTRABLE["pattern"]] = SHIPPED["pattern"]
    alpha: float | None = Field(default=None, gt=0)
    activation: str = Field(default="tanh", pattern="^(tanh|relu)$")
    batch_size: int = Field(default=128, ge=8, le=4096)
    epochs: int = Field(default=40, ge=1, le=500)
    patience: int = Field(default=6, ge=1, le=100)
    learning_rate: float = Field(default=1e-3, gt=0, le=0.1)
    dropout: float = Field(default=0.2, ge=0, lt=1)
    seed: int = Field(default=7, ge=0, le=2**31 - 1)
    test_weeks: int = Field(default=52, ge=LEAST_JUDGING_WEEKS, le=520)
    validation_weeks: int = Field(default=52, ge=LEAST_JUDGING_WEEKS, le=520)
    promote: bool = False

    @model_validator(mode="after")
    def _order(self) -> "Recipe":
        if self.start and self.end and self.start >= self.end:
            raise ValueError(_("the first week must lie before the last"))
        if self.symbols is not None:
            self.symbols = sorted(set(self.symbols))
        return self


OF_SINGLE = (
    *("alpha", "activation", "batch_size", "epochs", "patience"),
    *("learning_rate", "dropout", "seed", "validation_weeks"),
)
"""Parameters that the blends fix for themselves."""
LEAST_FREE = 500_000_000
"""Bytes: both models in three forms, the run's artifacts and its scratch files, with room left."""
OF_BLEND = ("price_model", "pattern_model")
"""Parameters that only the family "blend" has."""
LEAST_STOCKS = 3
"""The blends learn what sets stocks apart; two say nothing about a third."""


def _blends() -> list[str]:
    return [name for name, given in PRESETS.items() if given.values.get("family") == "blend"]


def make_recipe(preset: str = STANDARD, **asked) -> Recipe:
    """A recipe from a preset and what the user changed.

    Raises
    ------
    UserError
        If the preset is unknown or a value does not fit.
    """
    preset, found = find_preset(preset)
    given = {name: value for name, value in asked.items() if value is not None}
    if found.values.get("family") == "blend" and (fixed := sorted(set(given) & set(OF_SINGLE))):
        raise UserError(
            _("The preset {preset} fixes its own parameters: leave out {names}.").format(
                preset=preset, names=", ".join(fixed)
            )
        )
    if found.values.get("family") != "blend" and (lost := sorted(set(given) & set(OF_BLEND))):
        raise UserError(
            _(
                "The preset {preset} has its own two models: leave out {names}, or choose a "
                "preset that has candidates ({presets})."
            ).format(preset=preset, names=", ".join(lost), presets=", ".join(_blends()))
        )
    base = {"horizon_weeks": settings().horizon_weeks, "band": settings().band}
    try:
        return Recipe(**{**base, **found.values, "preset": preset, **given})
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]) or "dates"
        reason = first["msg"].removeprefix("Value error, ")
        raise UserError(
            _("The parameter {name} does not fit: {reason}.").format(name=name, reason=reason)
        ) from None


def check_recipe(recipe: Recipe, data_dir: Path) -> None:
    """Say before the start what would make the run fail.

    Raises
    ------
    UserError
        For an unknown market or symbol, no stock, or too short a history.
    """
    if recipe.market not in MARKETS:
        raise UserError(
            _("There is no market {market}: {markets}.").format(
                market=repr(recipe.market[:20]), markets=", ".join(MARKETS)
            )
        )
    known = BarStore(data_dir).symbols(recipe.market)
    if known.empty:
        raise UserError(
            _("There are no stocks of the market {market}: import prices first.").format(
                market=recipe.market
            )
        )
    wanted = recipe.symbols if recipe.symbols is not None else list(known["symbol"])
    if not wanted:
        raise UserError(_("No stock is chosen: choose at least one."))
    if recipe.family == "blend" and len(wanted) < LEAST_STOCKS:
        raise UserError(
            _(
                "The preset {preset} compares stocks with each other: choose at least {least}, "
                "or the preset standard."
            ).format(preset=recipe.preset, least=LEAST_STOCKS)
        )
    unknown = sorted(set(wanted) - set(known["symbol"]))
    if unknown:
        raise UserError(
            _(
                "Not in the store of {market}: {symbols}. Import their prices, or see "
                "`python -m core symbols` for what is there."
            ).format(market=recipe.market, symbols=", ".join(unknown[:10]))
        )
    weeks = _weeks(known[known["symbol"].isin(wanted)], recipe)
    longest = int(weeks.max())
    if longest <= 0:
        raise UserError(
            _(
                "There are no prices of these stocks in the chosen dates: move the first week or "
                "the last day."
            )
        )
    least = (
        WARMUP_WEEKS
        + SEQUENCE_WEEKS
        + LEAST_TRAINING_WEEKS
        + 2 * LEAST_JUDGING_WEEKS
        + 3 * recipe.horizon_weeks
    )
    if recipe.family == "blend":
        least = WARMUP_WEEKS + SEQUENCE_WEEKS + LEAST_LEARNING_WEEKS + 2 * LEAST_JUDGED_WEEKS
        least += recipe.horizon_weeks
    if longest < least:
        said = (
            _(
                "The longest history chosen has {weeks} weeks in the chosen dates, and about "
                "{least} are needed (warm-up, training, validation and test): add stocks with "
                "longer histories, or widen the dates."
            )
            if recipe.start or recipe.end
            else _(
                "The longest history chosen has {weeks} weeks, and about {least} are needed "
                "(warm-up, training, validation and test): add stocks with longer histories."
            )
        )
        raise UserError(said.format(weeks=longest, least=least))
    ready = int((weeks >= WARMUP_WEEKS + SEQUENCE_WEEKS + recipe.horizon_weeks).sum())
    if recipe.family == "blend" and ready < LEAST_STOCKS:
        raise UserError(
            _(
                "Only {ready} of these stocks have a history long enough, and the preset {preset} "
                "compares at least {least} with each other: add stocks, or choose the preset "
                "standard."
            ).format(ready=ready, preset=recipe.preset, least=LEAST_STOCKS)
        )
    free = disk_free(data_dir)
    if free < LEAST_FREE:
        raise UserError(
            _(
                "Only {free} MB are free on the disk of the data folder, and a training needs "
                "about {least}: make room first."
            ).format(free=number(free / 1e6), least=number(LEAST_FREE / 1e6))
        )


def _weeks(chosen: pd.DataFrame, recipe: Recipe) -> pd.Series:
    """Weeks of prices of each stock that count for a recipe, its warm-up included."""
    first, last = chosen["first"], chosen["last"]
    if recipe.start is not None:
        # The first week learned from: the warm-up may lie before it.
        first = first.clip(lower=pd.Timestamp(recipe.start) - pd.Timedelta(weeks=WARMUP_WEEKS))
    if recipe.end is not None:
        last = last.clip(upper=pd.Timestamp(recipe.end))
    weeks = (last - first).dt.days // 7
    if recipe.start is not None:
        weeks = weeks.where(last >= pd.Timestamp(recipe.start), 0)
    return weeks
