"""Jobs: what may be asked for, each kind with its own body, and how a job stands."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from api.models.common import (
    WHOLE,
    Answer,
    Asked,
    Day,
    Market,
    Symbols,
    example,
)
from core.evaluation.candidates import REGISTRABLE
from core.jobs.kinds import KINDS
from core.jobs.store import ACTIVE, ENDED
from core.market.sources.registry import PLACES
from core.training.presets import PRESETS

# As core.backtest has them, which loads MLflow: a second that a server's start should not take.
RULES, CHOICES, WEIGHTS = (
    ("vn", "us", "none"),
    ("return", "p_up", "up"),
    ("equal", "inverse_volatility"),
)
SOURCES, LIQUIDITY, MOST_CAPITAL = ("evaluation", "version", "records"), 0.1, 1e15
State = Literal[(*ACTIVE, *ENDED)]
Kind = Literal[tuple(KINDS)]
Share = Annotated[float, Field(ge=0, le=1)]
Year = Annotated[int, Field(ge=1900, le=2200), WHOLE]


class Train(Asked):
    """A training of both models; the new versions wait for their promotion."""

    model_config = example(kind="train", market="VN", symbols=None, preset="standard")
    kind: Literal["train"]
    market: Market
    symbols: Symbols = None
    preset: Literal[tuple(PRESETS)] = "standard"
    start: Day | None = Field(default=None, description="First week to learn from.")
    end: Day | None = Field(default=None, description="Last day of prices to use.")
    epochs: Annotated[int, Field(ge=1, le=500), WHOLE] | None = None
    alpha: Annotated[float, Field(gt=0, le=1e12)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1), WHOLE] | None = None
    price_model: Literal[REGISTRABLE["price"]] | None = Field(
        default=None, description="With the preset thorough."
    )
    pattern_model: Literal[REGISTRABLE["pattern"]] | None = None


class Refresh(Asked):
    """A refresh of prices from the sources the symbols follow."""

    model_config = example(kind="refresh", market="VN", symbols=["VNM", "FPT"])
    kind: Literal["refresh"]
    market: Market
    symbols: Symbols = None
    source: Literal[tuple(PLACES)] | None = Field(
        default=None, description="Asked instead of their own."
    )
    names: bool = Field(default=False, description="Names and groups of the market too.")
    force: bool = Field(default=False, description="Also where nothing new can be there.")


class Forecasts(Asked):
    """Forecasts of all stocks by the versions that serve."""

    model_config = example(kind="forecast", as_of=None)
    kind: Literal["forecast"]
    as_of: Day | None = Field(default=None, description="An earlier week; the last by default.")


class Evaluate(Asked):
    """A walk-forward evaluation."""

    model_config = example(kind="evaluate", market="VN", symbols=None, first=2022, last=2024)
    kind: Literal["evaluate"]
    market: Market
    symbols: Symbols = None
    first: Year | None = None
    last: Year | None = None


class Backtest(Asked):
    """What following the out-of-sample forecasts would have earned."""

    model_config = example(kind="backtest", market="VN", source="evaluation", by="return", top=10)
    kind: Literal["backtest"]
    market: Market
    symbols: Symbols = None
    source: Literal[SOURCES] = "evaluation"
    of: Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9._-]+$")] | None = Field(
        default=None, description="The evaluation's name (the newest by default), or the version."
    )
    by: Literal[CHOICES] = "return"
    top: Annotated[int, Field(ge=1, le=1000), WHOLE] = 10
    least: Share = 0.5
    weights: Literal[WEIGHTS] = "equal"
    every: Literal[1, 4] = 4
    rules: Literal[RULES] | None = Field(default=None, description="The market's own.")
    fee: Annotated[float, Field(ge=0, le=0.05)] | None = None
    sale_tax: Annotated[float, Field(ge=0, le=0.05)] | None = None
    dividend_tax: Annotated[float, Field(ge=0, le=0.5)] | None = None
    spread: Annotated[float, Field(ge=0, le=0.05)] | None = None
    cash_rate: Annotated[float, Field(ge=-0.2, le=0.5)] = 0.0
    liquidity: Annotated[float, Field(gt=0, le=1)] | None = Field(
        default=LIQUIDITY, description="Most of the 20-day median value in one order; null: any."
    )
    capital: Annotated[float, Field(gt=0, le=MOST_CAPITAL)] | None = None


class Audit(Asked):
    """The audit for leaks."""

    model_config = example(kind="audit", market="VN", symbols=None)
    kind: Literal["audit"]
    market: Market
    symbols: Symbols = None


JobAsked = Annotated[
    Train | Refresh | Forecasts | Evaluate | Backtest | Audit, Field(discriminator="kind")
]


class Progress(Answer):
    """How far a running job is."""

    model_config = example(stage="Fitting the folds", detail="", fraction=0.4, seconds_left=80.0)
    stage: str
    detail: str
    fraction: float
    seconds_left: float | None


class Job(Answer):
    """One job as it stands."""

    model_config = example(
        id="20240628-120000-a1b2c3",
        kind="refresh",
        state="running",
        message="",
        requested_by="desk-report",
        created="2024-06-28T12:00:00.000+00:00",
        started="2024-06-28T12:00:00.200+00:00",
        ended=None,
        progress={
            "stage": "Fetching prices",
            "detail": "VNM",
            "fraction": 0.3,
            "seconds_left": 20.0,
        },
        params={"market": "VN"},
        result={},
    )
    id: str
    kind: str
    state: State
    message: str
    requested_by: str
    created: datetime
    started: datetime | None
    ended: datetime | None
    progress: Progress | None = Field(description="While it runs.")
    params: dict[str, Any]
    result: dict[str, Any] = Field(description="Empty until it is done.")


class JobTaken(Answer):
    """What became of a request for work."""

    job: Job
    new: bool = Field(description="False where the same was under way already: this is that one.")
    note: str = Field(description="Where no server runs that would do it; else empty.")
