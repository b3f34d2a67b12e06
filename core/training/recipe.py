"""What a training run is asked to do, and a check before it starts."""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.dataset import LEAST_JUDGING_WEEKS, LEAST_TRAINING_WEEKS, SEQUENCE_WEEKS
from core.errors import UserError
from core.evaluation.candidates import REGISTRABLE, SHIPPED
from core.evaluation.folds import LEAST_JUDGED_WEEKS, LEAST_LEARNING_WEEKS
from core.indicators.catalogue import WARMUP_WEEKS
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.settings import settings


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
    preset: str = "default"
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
            raise ValueError("the first week must lie before the last")
        if self.symbols is not None:
            self.symbols = sorted(set(self.symbols))
        return self


PRESETS: dict[str, dict] = {
    "default": {},
    "specification": {"alpha": 1.0, "activation": "relu", "batch_size": 32},
    "thorough": {"family": "blend", "test_weeks": 156},
}
"""Named parameter sets. "specification" is the models as first written down:
penalty 1, relu, batches of 32. "thorough" is the blends of docs/skill.md, walked
forward over the years and judged on the last three."""
OF_SINGLE = (
    *("alpha", "activation", "batch_size", "epochs", "patience"),
    *("learning_rate", "dropout", "seed", "validation_weeks"),
)
"""Parameters that the blends fix for themselves."""
OF_BLEND = ("price_model", "pattern_model")
"""Parameters that only the family "blend" has."""
LEAST_STOCKS = 3
"""The blends learn what sets stocks apart; two say nothing about a third."""


def _blends() -> list[str]:
    return [name for name, given in PRESETS.items() if given.get("family") == "blend"]


def make_recipe(preset: str = "default", **asked) -> Recipe:
    """A recipe from a preset and what the user changed.

    Raises
    ------
    UserError
        If the preset is unknown or a value does not fit.
    """
    if preset not in PRESETS:
        raise UserError(f"There is no preset {preset[:40]!r}: choose {', '.join(PRESETS)}.")
    given = {name: value for name, value in asked.items() if value is not None}
    if PRESETS[preset].get("family") == "blend" and (fixed := sorted(set(given) & set(OF_SINGLE))):
        raise UserError(
            f"The preset {preset} fixes its own parameters: leave out {', '.join(fixed)}."
        )
    if PRESETS[preset].get("family") != "blend" and (lost := sorted(set(given) & set(OF_BLEND))):
        raise UserError(
            f"The preset {preset} has its own two models: leave out {', '.join(lost)}, or choose "
            f"a preset that has candidates ({', '.join(_blends())})."
        )
    base = {"horizon_weeks": settings().horizon_weeks, "band": settings().band}
    try:
        return Recipe(**{**base, **PRESETS[preset], "preset": preset, **given})
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]) or "dates"
        raise UserError(f"The parameter {name} does not fit: {first['msg']}.") from None


def check_recipe(recipe: Recipe, data_dir: Path) -> None:
    """Say before the start what would make the run fail.

    Raises
    ------
    UserError
        For an unknown market or symbol, no stock, or too short a history.
    """
    if recipe.market not in MARKETS:
        raise UserError(f"There is no market {recipe.market[:20]!r}: {', '.join(MARKETS)}.")
    known = BarStore(data_dir).symbols(recipe.market)
    if known.empty:
        raise UserError(f"There are no stocks of the market {recipe.market}: import prices first.")
    wanted = recipe.symbols if recipe.symbols is not None else list(known["symbol"])
    if not wanted:
        raise UserError("No stock is chosen: choose at least one.")
    if recipe.family == "blend" and len(wanted) < LEAST_STOCKS:
        raise UserError(
            f"The preset {recipe.preset} compares stocks with each other: choose at least "
            f"{LEAST_STOCKS}, or the preset default."
        )
    unknown = sorted(set(wanted) - set(known["symbol"]))
    if unknown:
        raise UserError(
            f"Not in the store of {recipe.market}: {', '.join(unknown[:10])}. "
            "Import their prices, or see `python -m core symbols` for what is there."
        )
    chosen = known[known["symbol"].isin(wanted)]
    longest = int((chosen["last"] - chosen["first"]).dt.days.max() / 7)
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
        raise UserError(
            f"The longest history chosen has {longest} weeks, and about {least} are needed "
            "(warm-up, training, validation and test): add stocks with longer histories."
        )
