"""Ideas of one phrase each: backtest, attention, the market as a whole."""

from core.answers.grammar.words import Call, Question

SAID = {
    "backtest": (
        *("backtest", "backtests", "back test", "kiem thu", "kiem dinh", "sharpe"),
        *("would have earned", "drawdown", "neu lam theo", "loi nhuan qua khu"),
    ),
    "attention": (
        *("attention", "what needs", "to do", "anything wrong", "problems", "stale", "chu y"),
        *("can luu y", "can lam gi", "canh bao", "van de gi", "co van de"),
    ),
    "market_summary": (
        *("market", "thi truong", "vnindex", "vn index", "index", "breadth", "do rong"),
        *("s p 500", "chi so chung", "toan canh", "overview", "tong quan"),
    ),
}


def read(asked: Question) -> Call | None:
    """The first whose phrase stands in a question that names no stock."""
    if asked.stocks:
        return None
    return next((Call(tool) for tool, said in SAID.items() if asked.has(*said)), None)
