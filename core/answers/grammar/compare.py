"""Idea: several stocks side by side."""

from core.answers.compare import MOST
from core.answers.grammar.words import Call, Question


def read(asked: Question) -> Call | None:
    """Two stocks or more are compared."""
    if len(asked.stocks) < 2:
        return None
    return Call("compare", {"symbols": [stock.symbol for stock in asked.stocks[:MOST]]})
