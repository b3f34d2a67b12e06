"""Markets, the columns of a daily bar, and what may be called a symbol."""

import re
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from core.errors import UserError
from core.language import N_, _

PRICES = ("open", "high", "low", "close")

BAR_COLUMNS = ("date", "open", "high", "low", "close", "volume", "value", "raw_close")
"""One symbol's frame: ascending unique midnights, then float64 columns.

``open`` to ``close`` are adjusted prices in the market's unit, ``volume`` is in
shares, ``value`` is traded value in price unit x shares and ``raw_close`` the
close as traded; the last two are NaN where the source does not know them.
"""


def _within(frame: pd.DataFrame) -> pd.Series:
    """Whether open and close lie in low to high."""
    low, high = frame["low"].to_numpy(), frame["high"].to_numpy()
    inside = [(frame[name].to_numpy() >= low) & (frame[name].to_numpy() <= high) for name in ENDS]
    return pd.Series(inside[0] & inside[1], index=frame.index)


def _ascending_midnights(frame: pd.DataFrame) -> bool:
    days = pd.DatetimeIndex(frame["date"])
    return bool(
        days.is_monotonic_increasing and days.is_unique and (days == days.normalize()).all()
    )


def _number(lowest: float, *, above: bool = False, unknown: bool = False) -> pa.Column:
    check = pa.Check.gt(lowest) if above else pa.Check.ge(lowest)
    return pa.Column("float64", [check, pa.Check.lt(float("inf"))], nullable=unknown)


ENDS = ("open", "close")
BARS = pa.DataFrameSchema(
    {
        "date": pa.Column("datetime64[ns]"),
        **{name: _number(0, above=True) for name in PRICES},
        **{name: _number(0, unknown=True) for name in ("volume", "value")},
        "raw_close": _number(0, above=True, unknown=True),
    },
    checks=[
        pa.Check(_within, error="open and close must lie between low and high"),
        pa.Check(_ascending_midnights, error="dates of bars must be ascending unique midnights"),
    ],
    strict=True,
    ordered=True,
    name="bars",
)
"""What a frame of one symbol's bars must satisfy to be stored: the gate in front of the store."""

SYMBOL = re.compile(r"\^?[A-Z0-9][A-Z0-9.\-^=]{0,15}")


@dataclass(frozen=True)
class Market:
    """One stock market.

    Attributes
    ----------
    code, name, currency : str
        ``VN`` or ``US``, its name for readers (translated where shown), its ISO currency.
    unit : str
        What a price of 1.0 means; translated where shown.
    price_digits : int
        Decimals a price is shown with.
    timezone : str
        IANA name; sessions and closing times are meant in it.
    holidays : str
        Calendar of the library ``holidays``: a country or a financial market.
    index : str
        Symbol of the market's own index, whose bars say which days were sessions.
    """

    code: str
    name: str
    currency: str
    unit: str
    price_digits: int
    timezone: str
    holidays: str
    index: str


MARKETS: dict[str, Market] = {
    "VN": Market(
        "VN", N_("Vietnam"), "VND", N_("thousand VND"), 2, "Asia/Ho_Chi_Minh", "VN", "VNINDEX"
    ),
    "US": Market(
        "US",
        N_("United States"),
        "USD",
        N_("US dollars"),
        2,
        "America/New_York",
        "NYSE",
        "^GSPC",
    ),
}


def find_market(code: str) -> Market:
    """The market of a code, whatever its case.

    Raises
    ------
    UserError
        If there is no such market.
    """
    market = MARKETS.get(str(code).strip().upper())
    if market is None:
        raise UserError(
            _("There is no market {code}; choose one of {names}.").format(
                code=repr(printable(code)), names=", ".join(MARKETS)
            )
        )
    return market


def check_symbol(text: object) -> str:
    """Read a symbol, upper-cased and safe to be part of a file name.

    Raises
    ------
    UserError
        If it is not 1 to 16 letters, digits, dots, hyphens, ``^`` or ``=``, a ``^`` before
        them (Yahoo's sign of an index) not counted.
    """
    symbol = str(text).strip().upper()
    if not SYMBOL.fullmatch(symbol) or ".." in symbol:
        raise UserError(
            _("{text} is not a symbol: use 1 to 16 letters and digits, such as VNM.").format(
                text=repr(printable(text))
            )
        )
    return symbol


def printable(text: object, length: int = 40) -> str:
    """Text from outside, shortened and without control characters, for a message."""
    kept = "".join(char for char in str(text)[: 4 * length] if char.isprintable())
    return kept[:length]
