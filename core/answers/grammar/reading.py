"""From a question to the tools that answer it; what is not understood is said so."""

from dataclasses import dataclass
from pathlib import Path

from core.answers.grammar import compare, find, forecast, indicators, screen, single, trust, work
from core.answers.grammar.industries import group_in
from core.answers.grammar.naming import named
from core.answers.grammar.words import Call, Question, bare_words, check_length
from core.answers.result import Choice, Link
from core.answers.stocks import MOST_CHOICES, Stock, stocks_named
from core.language import N_, _

IDEAS = (work, find, compare, indicators, screen, trust, single, forecast)
"""In the order in which they are tried."""
EXAMPLES = (
    N_("How does FPT look next month?"),
    N_("Which banks are UP with high probability?"),
    N_("Compare VCB and MBB"),
    N_("RSI of HPG"),
    N_("Top 5 by expected return"),
    N_("Stocks with RSI below 30"),
    N_("How is the market?"),
    N_("Is the model any good?"),
    N_("Backtest"),
    N_("What needs attention?"),
)
"""Questions that are understood, translated where they are shown."""
HELPS = ("help", "what can you", "what can i ask", "tro giup", "lam duoc gi", "hoi duoc gi")


@dataclass(frozen=True)
class Understood:
    """What is to be called for a question; else what to say instead.

    Attributes
    ----------
    calls : tuple of Call
    said : str
        A sentence where nothing is called, or beside what is.
    choices : tuple of Choice
        Where a name fits several stocks.
    links : tuple of Link
    lost : bool
        Whether nothing was understood, so that examples help.
    """

    calls: tuple[Call, ...] = ()
    said: str = ""
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    lost: bool = False


def understand(data_dir: Path, text: str, before: Call | None = None) -> Understood:
    """Read a question in Vietnamese or English, with or without diacritics.

    Parameters
    ----------
    data_dir : Path
    text : str
    before : Call, optional
        What the question before was answered with: "and HPG?" asks the same of another stock.

    Raises
    ------
    UserError
        If it is too long, or there are no prices to speak of.
    """
    check_length(text)
    words = bare_words(text)
    stocks, doubtful, unknown, rest = named(data_dir, text, words)
    asked = Question(text, words, rest, tuple(stocks), tuple(unknown), group_in(data_dir, rest))
    if asked.has(*HELPS) and not stocks:
        return Understood(said=_("Ask in Vietnamese or English, such as:"), lost=True)
    if work.promotes(asked):
        return Understood(
            said=_("Promoting and rolling back are a person's click on the Models page."),
            links=(Link("models", _("Go to Models"), {}),),
        )
    # "Masan (MSN)" has said which of its namesakes is meant.
    if doubtful and not set(stocks) & set(doubtful):
        return Understood(said=_("Which one do you mean?"), choices=_choices(doubtful))
    if unknown:
        said = _("There are no prices of {symbols} here.").format(symbols=", ".join(unknown[:5]))
        links = (Link("data", _("Bring them in on the Data page"), {"part": "refresh"}),)
        near = [stock for code in unknown[:3] for stock in stocks_named(data_dir, code)]
        if not stocks:
            return Understood(said=said, choices=_choices(near), links=links)
        asked = Question(text, words, rest, tuple(stocks), tuple(unknown), "")
        return Understood(tuple(_calls(asked)), said, _choices(near), links)
    if before is not None and (again := _again(asked, before)):
        return Understood((again,))
    if calls := _calls(asked):
        return Understood(tuple(calls))
    if left := find.name_left(asked):
        near = stocks_named(data_dir, left)
        if len(near) == 1 and set(left.split()) <= set(bare_words(near[0].name)):
            asked = Question(text, words, rest, tuple(near))
            return Understood(tuple(_calls(asked)))
        if near:
            return Understood(said=_("Which one do you mean?"), choices=_choices(near))
    return Understood(said=_("This was not understood. It can answer such as:"), lost=True)


def _calls(asked: Question) -> list[Call]:
    for idea in IDEAS:
        if found := idea.read(asked):
            return found if isinstance(found, list) else [found]
    return []


def _again(asked: Question, before: Call) -> Call | None:
    """The question before, of another stock."""
    if len(asked.stocks) != 1 or not asked.has("con", "and", "what about", "how about", "the con"):
        return None
    if before.tool not in ("forecast", "indicators") or len(asked.rest) > 4:
        return None
    stock = asked.stocks[0]
    return Call(before.tool, {**before.arguments, "symbol": stock.symbol, "market": stock.market})


def _choices(stocks: list[Stock]) -> tuple[Choice, ...]:
    return tuple(stock.choice for stock in dict.fromkeys(stocks))[:MOST_CHOICES]
