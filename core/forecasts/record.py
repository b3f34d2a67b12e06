"""The columns of a record."""

from models.baselines import CLASSES

FORECAST = (
    *("close", "ret", "ret_low", "ret_high", "ret_low_95", "ret_high_95", "move"),
    *("p_down", "p_sideways", "p_up", "call", "missing"),
)
"""What a record without a forecast leaves empty."""
PRIORS = tuple(f"prior_{name.lower()}" for name in CLASSES)
NUMBERS = (
    *("close", "ret", "ret_low", "ret_high", "ret_low_95", "ret_high_95", "move"),
    *("p_down", "p_sideways", "p_up", *PRIORS),
)
