"""Names and numbers that several models share."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.market.schema import MARKETS
from core.share.card import MODELS

Market = Literal[tuple(MARKETS)]
ModelName = Literal[MODELS]
Stage = Literal["production", "staging"]
SYMBOL = r"^\^?[A-Za-z0-9][A-Za-z0-9.\-^=]{0,15}$"
MarketPath = Annotated[Market, Path(description="The market's code.", examples=["VN"])]
SymbolPath = Annotated[str, Path(pattern=SYMBOL, description="In any case.", examples=["VNM"])]
SymbolText = Annotated[str, StringConstraints(pattern=SYMBOL), Field(examples=["VNM"])]
Symbols = Annotated[
    list[SymbolText] | None,
    Field(min_length=1, max_length=2000, description="All stocks of the market by default."),
]
VersionPath = Annotated[int, Path(ge=1, le=2**31 - 1, examples=[1])]
VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1, examples=[1])]
Since = Annotated[date | None, Query(alias="from", description="First day.")]
Until = Annotated[date | None, Query(alias="to", description="Last day.")]
OLDEST, NEWEST = date(1900, 1, 1), date(2200, 12, 31)


def within(day: date) -> date:
    """A day that every table can hold, the nearest to what was asked."""
    return min(max(day, OLDEST), NEWEST)


class Answer(BaseModel):
    """Base of what is answered."""

    model_config = ConfigDict(extra="forbid")


class Asked(BaseModel):
    """Base of what is asked: what is not known is refused, so that no typing error is lost."""

    model_config = ConfigDict(extra="forbid")


def example(**values: Any) -> ConfigDict:
    """A model's configuration with an example."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [values]})
