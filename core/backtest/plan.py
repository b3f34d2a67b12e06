"""What a backtest is asked: the forecasts, the stocks, the portfolio, the rules."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.backtest.market import PRESETS, Rules, preset
from core.errors import UserError
from core.language import _


class Plan(BaseModel):
    """One setting of a backtest.

    Attributes
    ----------
    source : str
        See `core.backtest.signals.read`.
    market : str
    symbols : tuple of str or None
        None takes every stock that has forecasts.
    first, last : date or None
        As-of weeks from and to which it trades; None is as far as there are forecasts.
    choose : {"expected", "p_up", "calls"}
        The ``top`` stocks by expected return or by the probability of UP; or all with the call UP
        whose probability is at least ``least_p_up``.
    top : int
    least_p_up : float
    weights : {"equal", "volatility"}
        Equal, or in inverse proportion to the expected move.
    every : {1, 4}
        Weeks between two rebalances. With 4, four portfolios of a quarter each start a week
        apart, so that no single starting week decides.
    rules : str
        A preset of `core.backtest.market`.
    fee, sale_tax, dividend_tax, slippage : float or None
        In place of the preset's.
    cash_rate : float
        Interest on cash, a year.
    most_of_value : float
        Largest order, as a share of the median value traded in the 20 sessions before; 0 is no
        limit.
    capital : float
        At the start, in millions of the currency.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    market: str
    symbols: tuple[str, ...] | None = None
    first: date | None = None
    last: date | None = None
    choose: Literal["expected", "p_up", "calls"] = "expected"
    top: int = Field(default=10, ge=1, le=500)
    least_p_up: float = Field(default=0.5, ge=0, le=1)
    weights: Literal["equal", "volatility"] = "equal"
    every: Literal[1, 4] = 4
    rules: Literal["vn", "us", "none"] = "vn"
    fee: float | None = Field(default=None, ge=0, le=0.05)
    sale_tax: float | None = Field(default=None, ge=0, le=0.05)
    dividend_tax: float | None = Field(default=None, ge=0, le=0.5)
    slippage: float | None = Field(default=None, ge=0, le=0.05)
    cash_rate: float = Field(default=0.0, ge=0, le=0.5)
    most_of_value: float = Field(default=0.1, ge=0, le=1)
    capital: float = Field(default=10_000.0, gt=0, le=1e9)

    @model_validator(mode="after")
    def _order(self) -> "Plan":
        if self.first and self.last and self.first >= self.last:
            raise ValueError(_("the first week must lie before the last"))
        return self

    @property
    def market_rules(self) -> Rules:
        """The preset with what the plan puts in its place."""
        from dataclasses import replace

        own = {
            name: value
            for name in ("fee", "sale_tax", "dividend_tax", "slippage")
            if (value := getattr(self, name)) is not None
        }
        return replace(preset(self.rules), **own)


def make_plan(**asked: object) -> Plan:
    """A plan from what a form or a command line was given.

    Raises
    ------
    UserError
        Naming the first value that cannot be.
    """
    given = {name: value for name, value in asked.items() if value is not None}
    if "rules" not in given:
        given["rules"] = "vn" if given.get("market") == "VN" else "us"
    preset(str(given["rules"]))
    try:
        return Plan(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or _("The plan")
        raise UserError(
            _("{name}: {problem}. Given was {value}.").format(
                name=name,
                problem=first["msg"].removeprefix("Value error, "),
                value=repr(first["input"])[:60],
            )
        ) from None


__all__ = ["PRESETS", "Plan", "make_plan"]
