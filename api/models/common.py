"""Names and numbers that several models share."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

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
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _written(value: Any) -> date:
    """A day as written: pydantic would also take a number of seconds for one."""
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        return date.fromisoformat(value)
    if type(value) is date:
        return value
    raise ValueError("a day is written as 2024-06-28")


def _whole(value: Any) -> Any:
    """A whole number as JSON has it, where 3.0 is one as well."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1, examples=[1]), WHOLE]
Day = Annotated[date, BeforeValidator(_written)]
Since = Annotated[Day | None, Query(alias="from", description="First day.")]
Until = Annotated[Day | None, Query(alias="to", description="Last day.")]
OLDEST, NEWEST = date(1900, 1, 1), date(2200, 12, 31)


def within(day: date) -> date:
    """A day that every table can hold, the nearest to what was asked."""
    return min(max(day, OLDEST), NEWEST)


class Answer(BaseModel):
    """Base of what is answered."""

    model_config = ConfigDict(extra="forbid")


class Asked(BaseModel):
    """Base of what is asked: what is not known is refused, so that no typing error is lost."""

    model_config = ConfigDict(extra="forbid", strict=True)


def example(**values: Any) -> ConfigDict:
    """A model's configuration with an example, added to that of its base."""
    return ConfigDict(json_schema_extra={"examples": [values]})
