"""The catalogue of rule kinds: a new kind is one function and one entry here.

A page and the command line draw their forms and sentences from the entry; see
``core.alerts.kinds`` for what it says, ``core.alerts.about_data`` for examples.
"""

import math
from collections.abc import Mapping
from pathlib import Path

from core import watchlists
from core.alerts import about_data, about_stocks
from core.alerts.about_stocks import BOTH, DOWN, UP
from core.alerts.kinds import MARKET, SYMBOL, WATCHLIST, Kind, Parameter
from core.errors import UserError
from core.formats import number
from core.indicators.catalogue import BY_NAME
from core.language import N_, _
from core.market.schema import MARKETS, find_market
from core.market.store import BarStore

KINDS: dict[str, Kind] = {
    "stale": Kind(
        N_("Prices are stale"),
        N_("A market's newest prices end so many weeks ago."),
        about_data.stale,
        (MARKET, Parameter("weeks", N_("Weeks"), "whole", 2, 1, 52)),
    ),
    "failed": Kind(
        N_("A job or refresh failed"),
        N_("Long work failed or was cut off, or a source refused a stock."),
        about_data.failed,
    ),
    "old_production": Kind(
        N_("Production is old"),
        N_("The versions behind the forecasts have not seen the last so many weeks."),
        about_data.old_production,
        (Parameter("weeks", N_("Weeks"), "whole", 13, 1, 520),),
    ),
    "scoring": Kind(
        N_("Forecasts are worse than they should be"),
        N_("A score of the live forecasts left what the versions' own test weeks let expect."),
        about_data.worse_scores,
        (MARKET,),
    ),
    "drift": Kind(
        N_("Indicators have drifted"),
        N_("Indicators or forecasts are no longer spread as when production was trained."),
        about_data.drifted,
        (MARKET,),
    ),
    "doubtful": Kind(
        N_("New doubtful prices"),
        N_("A warning about a stock's prices that began in the last so many weeks."),
        about_data.doubtful,
        (MARKET, Parameter("weeks", N_("Weeks"), "whole", 1, 1, 52)),
    ),
    "call": Kind(
        N_("A call changes"),
        N_("A stock's call differs from that of the forecast week before, by the same versions."),
        about_stocks.changed_calls,
        (Parameter("market", N_("Market"), "market", None), WATCHLIST),
    ),
    "level": Kind(
        N_("A close crosses a level"),
        N_("A close of the last five sessions went through a price; adjusted prices count."),
        about_stocks.crossed_level,
        (
            Parameter("market", N_("Market"), "market", None),
            SYMBOL,
            Parameter("level", N_("Level"), "number", None, 0.0001, 1e9),
            Parameter(
                "way",
                N_("Direction"),
                "choice",
                BOTH,
                options={BOTH: N_("either way"), UP: N_("upwards"), DOWN: N_("downwards")},
            ),
        ),
    ),
    "percentile": Kind(
        N_("An indicator is at a rare value"),
        N_("A stock's indicator reaches a percentile of its own earlier weeks (at least 52)."),
        about_stocks.reached_percentile,
        (
            Parameter("market", N_("Market"), "market", None),
            SYMBOL,
            Parameter("indicator", N_("Indicator"), "indicator", None),
            Parameter("percentile", N_("Percentile"), "number", 95.0, 0.0, 100.0),
            Parameter(
                "way",
                N_("Direction"),
                "choice",
                UP,
                options={UP: N_("rises to it or above"), DOWN: N_("falls to it or below")},
            ),
        ),
    ),
}


def find_kind(name: str) -> Kind:
    """A kind by its name.

    Raises
    ------
    UserError
        If there is none.
    """
    if name not in KINDS:
        raise UserError(
            _("There is no kind of rule {kind}; choose one of {names}.").format(
                kind=repr(name[:40]), names=", ".join(KINDS)
            )
        )
    return KINDS[name]


def checked(data_dir: Path, name: str, given: Mapping) -> dict:
    """A rule's parameters, defaults filled in, each one fit for its kind.

    Raises
    ------
    UserError
        If one is missing or does not fit; the sentence names it.
    """
    found: dict = {}
    for parameter in find_kind(name).parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None or (value == "" and parameter.default is None):
            raise UserError(_("The rule needs: {name}.").format(name=_(parameter.title)))
        found[parameter.name] = _fit(data_dir, parameter, value, found)
    return found


def _fit(data_dir: Path, parameter: Parameter, value: object, found: Mapping) -> object:
    kind = parameter.type
    if kind in ("whole", "number"):
        return _in_range(parameter, value)
    if kind == "market":
        return find_market(str(value)).code if value else ""
    if kind == "symbol":
        return BarStore(data_dir).find(str(value), found["market"])[1]
    if kind == "watchlist":
        return watchlists.get(data_dir, found["market"], str(value))[0] if value else ""
    options = BY_NAME if kind == "indicator" else parameter.options
    if value not in options:
        raise UserError(
            _("{name} must be one of {options}.").format(
                name=_(parameter.title), options=", ".join(options)
            )
        )
    return value


def _in_range(parameter: Parameter, value: object) -> int | float:
    number_ = float(value)
    fits = math.isfinite(number_) and parameter.low <= number_ <= parameter.high
    if not fits or (parameter.type == "whole" and number_ != int(number_)):
        raise UserError(
            _("{name} must lie between {low} and {high}.").format(
                name=_(parameter.title), low=f"{parameter.low:g}", high=f"{parameter.high:g}"
            )
        )
    return int(number_) if parameter.type == "whole" else number_


def described(name: str, given: Mapping) -> str:
    """A rule in a few words, such as "A close crosses a level: VN, FPT, 120, upwards"."""
    if name not in KINDS:
        return name
    told = [_told(parameter, given.get(parameter.name)) for parameter in KINDS[name].parameters]
    return ": ".join([_(KINDS[name].title), *([", ".join(told)] if told else [])])


def _told(parameter: Parameter, value: object) -> str:
    if parameter.type == "market":
        return _(MARKETS[value].name) if value else _("every market")
    if parameter.type == "watchlist":
        return str(value) or _("every stock")
    if parameter.type == "indicator":
        return BY_NAME[value].title
    if parameter.type == "choice":
        return _(parameter.options[value])
    if parameter.type == "whole":
        return f"{_(parameter.title)}: {value}"
    if parameter.type == "number":
        digits = 2 if value != int(value) else 0
        return f"{_(parameter.title)}: {number(value, digits)}"
    return str(value)
