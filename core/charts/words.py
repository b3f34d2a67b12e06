"""Numbers as a reader sees them in labels."""

from core.market.schema import Market


def price_text(value: float, market: Market) -> str:
    """A price with the market's decimals, without its unit."""
    return f"{value:,.{market.price_digits}f}"


def percent_text(value: float) -> str:
    """A fraction as signed per cent: 0.0234 is ``+2.3 %``."""
    shown = round(value * 100, 1) + 0.0  # no "-0.0"
    return f"{shown:+.1f} %".replace("-", "−")


def count_text(value: float) -> str:
    """A number of shares, in words from a million up."""
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if value >= size:
            return f"{value / size:,.1f}{word}"
    return f"{value:,.0f}"
