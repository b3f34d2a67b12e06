"""What the arguments of all tools have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Market = Annotated[
    str,
    Field(
        max_length=8,
        description="VN (Vietnam) or US; empty for the market that has forecasts.",
    ),
]
Symbol = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        description="A stock's symbol such as VNM, or a company's name or brand.",
    ),
]


class Arguments(BaseModel):
    """Arguments of a tool; a name that it does not have is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
