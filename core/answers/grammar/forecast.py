"""Idea: the forecast of one stock; what a stock's bare name means."""

from core.answers.grammar.words import Call, Question


def read(asked: Question) -> Call | None:
    """One stock, and nothing else understood of it."""
    if len(asked.stocks) != 1:
        return None
    stock = asked.stocks[0]
    return Call("forecast", {"symbol": stock.symbol, "market": stock.market})
