"""Idea: indicators of a stock, or what one means."""

from core.answers.grammar.fields import indicators_in
from core.answers.grammar.words import Call, Question

ALL = ("indicators", "indicator", "chi bao", "technical", "ky thuat", "chi so ky thuat")
MEANS = ("what is", "what does", "explain", "mean", "means", "la gi", "nghia la", "giai thich")


def read(asked: Question) -> Call | None:
    """One stock and an indicator, or an indicator to explain."""
    names = indicators_in(asked)
    if len(asked.stocks) == 1 and (names or asked.has(*ALL)):
        stock = asked.stocks[0]
        return Call("indicators", {"symbol": stock.symbol, "market": stock.market, "names": names})
    if names and not asked.stocks and asked.has(*MEANS):
        return Call("indicators", {"names": names})
    return None
