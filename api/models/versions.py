"""Versions, production, the gate and the trail."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from api.models.common import Answer, Asked, ModelName, Stage, VersionNumber, example


class Version(Answer):
    """One registered version of a model."""

    model_config = example(
        model="price_target_model",
        version=3,
        stage="Production",
        market="VN",
        created="2024-06-28T12:00:00+00:00",
        run_id="0f3c",
        tags={"last_week": "2024-06-28", "symbols": "150"},
        params={"preset": "standard"},
        metrics={"test_MAPE": 0.061, "test_MAPE_no_change": 0.062},
    )
    model: ModelName
    version: int
    stage: Literal["Production", "Staging", "Archived", ""]
    market: str
    created: datetime
    run_id: str
    tags: dict[str, str]
    params: dict[str, str]
    metrics: dict[str, float | None] = Field(description="Each score beside its baseline.")


class Report(Answer):
    """The report of a version's training, as its run keeps it."""

    model: ModelName
    version: int
    report: dict[str, Any]


class Verdict(Answer):
    """What the gate to production says of a version now."""

    model: ModelName
    version: int
    opens: bool
    first: bool = Field(description="Nothing of its market was ever in production.")
    tried: int = Field(description="Versions made since the promotion before.")
    rules: list[dict[str, Any]]


class Production(Answer):
    """What is in production, by model."""

    model_config = example(versions={"price_target_model": 3, "pattern_lstm_classifier": 3})
    versions: dict[str, int]


class Chosen(Asked):
    """A version to promote."""

    model: ModelName
    version: VersionNumber


class Promotion(Asked):
    """A wish to promote one version, or a pair in one step."""

    model_config = example(
        versions=[
            {"model": "price_target_model", "version": 3},
            {"model": "pattern_lstm_classifier", "version": 3},
        ],
        to="production",
        reason="Better than no change in every year.",
        override=False,
        expected={"price_target_model": 2, "pattern_lstm_classifier": 2},
    )
    versions: list[Chosen] = Field(min_length=1, max_length=2)
    to: Stage
    reason: str = Field(default="", max_length=2000, description="Kept in the trail.")
    override: bool = Field(
        default=False, description="Promote though the gate is shut; then a reason is needed."
    )
    expected: dict[ModelName, VersionNumber] | None = Field(
        default=None,
        description="What you saw in production: nothing is done where it is another by now.",
    )


class Rollback(Asked):
    """A wish to put back what was in production before."""

    model_config = example(reason="The calls of this week look wrong.", expected=None)
    reason: str = Field(default="", max_length=2000, description="Kept in the trail.")
    expected: dict[ModelName, VersionNumber] | None = None


class Changed(Answer):
    """What was done."""

    model_config = example(
        message="price_target_model v3 is now in Production. Forecasts are being computed.",
        production={"price_target_model": 3, "pattern_lstm_classifier": 3},
    )
    message: str
    production: dict[str, int]


class Entry(Answer):
    """One row of the trail."""

    model_config = example(
        at="2024-06-28T12:00:00.000+00:00",
        who="an",
        action="promoted",
        model="price_target_model",
        was=2,
        became=3,
        act="5b1f",
        reason="Better in every year.",
        tried=2,
        failed=[],
        note="",
    )
    at: datetime
    who: str
    action: str
    model: str
    was: int | None
    became: int | None
    act: str = Field(description="Shared by what was done in one step.")
    reason: str
    tried: int | None
    failed: list[str] = Field(description="Rules of the gate that did not hold.")
    note: str
