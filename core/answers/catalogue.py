"""The tools: one list for the Ask page, the MCP server and a language model."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from core.answers.arguments import Arguments
from core.answers.attention import AttentionArguments, attention
from core.answers.backtest import BacktestArguments, backtest
from core.answers.compare import CompareArguments, compare
from core.answers.find import FindArguments, find_symbol
from core.answers.forecast import ForecastArguments, forecast
from core.answers.indicators import IndicatorArguments, indicators
from core.answers.market import MarketArguments, market_summary
from core.answers.result import Result
from core.answers.screen import ScreenArguments, screen
from core.answers.version import VersionArguments, version_report
from core.answers.work import READER, Asker, WorkArguments, propose_refresh, propose_training
from core.errors import UserError
from core.language import _
from core.market.schema import printable


@dataclass(frozen=True)
class Tool:
    """One thing that can be asked.

    Attributes
    ----------
    name, description : str
        For programs and language models: in English.
    arguments : type of Arguments
    function : callable
        Takes the data folder and checked arguments, answers a `Result`.
    works : bool
        Whether it asks for work; its function only proposes it.
    """

    name: str
    description: str
    arguments: type[Arguments]
    function: Callable[[Path, Arguments], Result]
    works: bool = False

    @property
    def schema(self) -> dict:
        """The JSON schema of its arguments."""
        return self.arguments.model_json_schema()


_ALL = (
    Tool(
        "find_symbol",
        "Find a stock's symbol by company name, brand or part of either. Symbols are what the "
        "other tools take; they take names, too, and answer with a choice where several fit.",
        FindArguments,
        find_symbol,
    ),
    Tool(
        "forecast",
        "The stored statistical forecast of one stock for the next four weeks: price beside no "
        "change, 80 % and 95 % interval, probabilities of UP, SIDEWAYS and DOWN beside how often "
        "each usually comes, the call (or no clear direction), versions, dates, and how far to "
        "trust it. Not advice.",
        ForecastArguments,
        forecast,
    ),
    Tool(
        "indicators",
        "Weekly indicators of one stock at its last complete week (RSI, moving averages, "
        "volatility, volume and others), how to read each, and where they stand in the stock's "
        "own history and in the market.",
        IndicatorArguments,
        indicators,
    ),
    Tool(
        "screen",
        "Which stocks of a market fit conditions on indicators, forecast, probabilities and call, "
        "or which come first by one of them.",
        ScreenArguments,
        screen,
    ),
    Tool(
        "compare",
        "Two to four stocks side by side: forecasts beside no change, calls, probabilities, "
        "returns, volatility, RSI.",
        CompareArguments,
        compare,
    ),
    Tool(
        "version_report",
        "How good the forecasts are: out-of-sample scores of the model versions beside their "
        "baselines, and the conclusions of the newest walk-forward evaluation.",
        VersionArguments,
        version_report,
    ),
    Tool(
        "backtest",
        "What following the out-of-sample forecasts would have earned under the market's rules, "
        "beside the same stocks bought and held: the newest backtest that has run.",
        BacktestArguments,
        backtest,
    ),
    Tool(
        "market_summary",
        "A market as a whole: its indices, how many stocks rose and fell, traded value, how many "
        "of each call.",
        MarketArguments,
        market_summary,
    ),
    Tool(
        "attention",
        "What wants a person's attention: failed jobs, late or doubtful prices, forecasts or "
        "versions that have aged.",
        AttentionArguments,
        attention,
    ),
    Tool(
        "start_training",
        "Ask for a training of both models on all stocks of a market. A new version is never "
        "promoted by it.",
        WorkArguments,
        propose_training,
        works=True,
    ),
    Tool(
        "start_refresh",
        "Ask for newer prices of a market from the sources its stocks follow.",
        WorkArguments,
        propose_refresh,
        works=True,
    ),
)
TOOLS: dict[str, Tool] = {tool.name: tool for tool in _ALL}


def tools_for(asker: Asker = READER) -> list[Tool]:
    """The tools that exist for an actor; those that ask for work only where it may."""
    return [tool for tool in TOOLS.values() if asker.may_work or not tool.works]


def answer(data_dir: Path, name: str, arguments: dict, asker: Asker = READER) -> Result:
    """Call a tool; work is proposed, never begun.

    Parameters
    ----------
    data_dir : Path
    name : str
    arguments : dict
        As a program sent them; checked here.
    asker : Asker

    Raises
    ------
    UserError
        If there is no such tool for this actor, or an argument does not fit.
    """
    tool = next((tool for tool in tools_for(asker) if tool.name == name), None)
    if tool is None:
        raise UserError(
            _("There is no tool {name}: there are {known}.").format(
                name=repr(printable(name)),
                known=", ".join(tool.name for tool in tools_for(asker)),
            )
        )
    try:
        asked = tool.arguments.model_validate(arguments)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "arguments"
        raise UserError(
            _("{tool}: {name} does not fit ({reason}).").format(
                tool=tool.name, name=printable(place), reason=first["msg"]
            )
        ) from None
    return tool.function(data_dir, asked)
