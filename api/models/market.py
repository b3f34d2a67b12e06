"""Symbols, bars and indicators."""

from datetime import date
from typing import Literal

from pydantic import Field

from api.models.common import Answer, Market, example


class Symbol(Answer):
    """One stock or index of the store."""

    model_config = example(
        market="VN",
        symbol="VNM",
        kind="stock",
        name="Vietnam Dairy Products",
        name_vi="Sữa Việt Nam",
        exchange="HOSE",
        sector=None,
        industry_group=None,
        industry=None,
        source="vnstock",
        bars=2412,
        first="2015-01-05",
        last="2024-06-28",
        currency="VND",
        unit="thousand VND",
    )
    market: Market
    symbol: str
    kind: Literal["stock", "index"]
    name: str | None
    name_vi: str | None
    exchange: str | None
    sector: str | None
    industry_group: str | None
    industry: str | None
    source: str = Field(description="Where its prices came from.")
    bars: int
    first: date
    last: date = Field(description="Day of the last bar.")
    currency: str
    unit: str = Field(description="What a price of 1.0 means.")


class Bar(Answer):
    """One day of trading; prices adjusted, in the market's unit."""

    model_config = example(
        date="2024-06-28",
        open=65.4,
        high=66.1,
        low=65.0,
        close=65.7,
        volume=3120400,
        value=205010280,
        raw_close=65.7,
    )
    date: date
    open: float
    high: float
    low: float
    close: float
    volume: float = Field(description="Shares.")
    value: float | None = Field(description="Price unit x shares, where the source has it.")
    raw_close: float | None = Field(description="As traded, where the source has it.")


class Week(Answer):
    """One complete week of a stock with its 20 indicators."""

    model_config = example(
        week="2024-06-28", close=65.7, sessions=5, indicators={"ret_1w": 0.012, "RSI_14w": None}
    )
    week: date = Field(description="Its Friday.")
    close: float | None
    sessions: int = Field(description="Days on which it traded.")
    indicators: dict[str, float | None] = Field(
        description="By the names of `/indicators`; null where one cannot be computed yet."
    )


class Indicator(Answer):
    """One of the 20, for a reader."""

    model_config = example(
        name="ret_1w",
        family="Return",
        title="1-week return",
        formula="close / close one week before - 1",
        unit="%",
        reading="How far the price moved in a week.",
        percent=True,
    )
    name: str
    family: str
    title: str
    formula: str
    unit: str
    reading: str
    percent: bool = Field(description="Whether values are fractions that are shown as per cent.")
