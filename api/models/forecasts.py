"""Forecasts: stored records, as the pages show them."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from api.models.common import Answer, Market, example

CALLS = ("UP", "SIDEWAYS", "DOWN", "no clear direction")
FORECAST = {
    "id": "1f0c7a3e9b2d4c51",
    "market": "VN",
    "symbol": "VNM",
    "as_of": "2024-06-28",
    "target_date": "2024-07-26",
    "horizon_weeks": 4,
    "band": 0.01,
    "close": 65.7,
    "price": 66.2,
    "expected_return": 0.0076,
    "interval_80": {"low": 61.9, "high": 70.8},
    "interval_95": {"low": 58.7, "high": 74.6},
    "call": "UP",
    "probabilities": {"DOWN": 0.31, "SIDEWAYS": 0.2, "UP": 0.49},
    "usual": {"DOWN": 0.36, "SIDEWAYS": 0.19, "UP": 0.45},
    "missing_indicators": 0,
    "reason": "",
    "in_sample": False,
    "versions": {"price_target_model": 3, "pattern_lstm_classifier": 3},
    "source": "vnstock",
    "fingerprint": "9f2c",
    "created": "2024-06-28T09:00:00.000+00:00",
    "trust": None,
}


class Interval(Answer):
    """Where the price should lie with a stated probability."""

    low: float | None
    high: float | None


class Shares(Answer):
    """One number for each class."""

    DOWN: float | None
    SIDEWAYS: float | None
    UP: float | None


class Trust(Answer):
    """How the versions' recipes did on weeks they had not learned from, beside doing nothing."""

    price_mape: float | None = Field(description="Mean miss of the price, a fraction.")
    price_mape_no_change: float | None = Field(description="The same of “no change”.")
    call_log_loss: float | None
    call_log_loss_prior: float | None = Field(description="The same of how often each class came.")
    call_accuracy: float | None
    call_accuracy_prior: float | None
    gate_failed: list[str] = Field(description="Rules of the gate that did not hold at promotion.")
    instead: str = Field(description="Why others than the versions in production serve; or empty.")


class Forecast(Answer):
    """One stored forecast; it never changes."""

    model_config = example(**FORECAST)
    id: str
    market: Market
    symbol: str
    as_of: date = Field(description="The Friday it was made from.")
    target_date: date
    horizon_weeks: int
    band: float = Field(description="SIDEWAYS is a move within plus or minus this fraction.")
    close: float | None = Field(description="As-of close, in the market's unit.")
    price: float | None = Field(description="Expected close of the target date; null: no forecast.")
    expected_return: float | None
    interval_80: Interval
    interval_95: Interval
    call: Literal[CALLS] | None = Field(description="null where there is no forecast.")
    probabilities: Shares
    usual: Shares = Field(description="How often each class came in training.")
    missing_indicators: int | None
    reason: str = Field(description="Why there is no forecast; else empty.")
    in_sample: bool = Field(description="Whether the versions learned from this week.")
    versions: dict[str, int]
    source: str
    fingerprint: str = Field(description="Of the prices it was made from.")
    created: datetime
    trust: Trust | None = Field(
        description="Of the versions on show now; null for a record of other versions."
    )


class Outcome(Answer):
    """What the market said to a forecast."""

    model_config = example(
        day="2024-07-26",
        close=66.9,
        move=0.018,
        came="UP",
        inside=True,
        miss=0.0104,
        miss_no_change=0.0179,
    )
    day: date
    close: float = Field(description="On the scale of the record's own close.")
    move: float
    came: Literal["UP", "SIDEWAYS", "DOWN"]
    inside: bool = Field(description="Whether it fell inside the 80 % interval.")
    miss: float
    miss_no_change: float


class ForecastAndOutcome(Answer):
    """A record, and what came of it."""

    model_config = example(forecast=FORECAST, outcome=None)
    forecast: Forecast
    outcome: Outcome | None = Field(description="null until the target week is complete.")
