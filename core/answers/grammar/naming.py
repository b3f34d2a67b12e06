"""Stocks named in a question: by symbol, by brand, by a company's name."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from core.answers.grammar.common import COMMON
from core.answers.grammar.words import bare_words
from core.answers.stocks import Stock, known_stocks, market_of, stock_of
from core.market.brands import brand_names
from core.market.schema import MARKETS
from core.market.store import BarStore

LONGEST_NAME = 6
"""Words of a name."""
_FORMS = """
ctcp cong ty co phan tnhh mtv tap doan tong tmcp jsc joint stock commercial company corp corporation
group holdings holding inc ltd limited plc the ngan hang bank
"""
FORMS = frozenset(_FORMS.split())
"""Words of a company's form, left out of its name."""
RAW = re.compile(r"[\w.^]+")

Names = Mapping[tuple[str, ...], tuple[Stock, ...]]


@lru_cache(maxsize=4)
def _names(data_dir: Path, revision: str) -> tuple[dict[str, list[Stock]], Names]:
    """Stocks by symbol, and by the words of each of their names."""
    symbols: dict[str, list[Stock]] = {}
    names: dict[tuple[str, ...], dict[Stock, None]] = {}
    for row in known_stocks(data_dir).itertuples():
        stock = stock_of(row.market, row.symbol, row.name)
        symbols.setdefault(stock.symbol, []).append(stock)
        brands = brand_names(stock.market).get(stock.symbol, ()) if stock.market in MARKETS else ()
        for name in (row.name, row.name_vi, *brands):
            if not isinstance(name, str):
                continue
            words = bare_words(name)
            short = tuple(word for word in words if word not in FORMS)
            for told in {words, short}:
                if 0 < len(told) <= LONGEST_NAME and (len(told) > 1 or told[0] not in COMMON):
                    names.setdefault(told, {})[stock] = None
    return symbols, {told: tuple(stocks) for told, stocks in names.items()}


def named(
    data_dir: Path, text: str, words: tuple[str, ...]
) -> tuple[list[Stock], list[Stock], list[str], tuple[str, ...]]:
    """The stocks a question names.

    Returns
    -------
    tuple
        Stocks named without doubt, in order; stocks that share a name used; what looks like a
        symbol and is none; the words that name none.
    """
    symbols, names = _names(data_dir, BarStore(data_dir).revision())
    home = market_of(data_dir)
    raw = RAW.findall(text)
    shouted = len(raw) > 3 and text == text.upper()
    typed = {word.strip(".") for word in raw if word.isupper() and word.isascii()}
    ascii_words = {word.lower().strip(".") for word in raw if word.isascii()}
    found: dict[Stock, None] = {}
    doubtful: dict[Stock, None] = {}
    unknown, rest, place = [], [], 0
    while place < len(words):
        count, stocks = _longest(words, place, names)
        word = words[place]
        code = word.upper()
        if code in symbols and word in ascii_words:
            sure = code in typed and not shouted
            if sure or (word not in COMMON and count <= 1):
                count, stocks = 1, tuple(symbols[code])
        if not count:
            looks = code in typed and not shouted and re.fullmatch("[A-Z][A-Z0-9]{2,4}", code)
            if looks and word not in COMMON:
                unknown.append(code)
            else:
                rest.append(word)
            place += 1
            continue
        if len(stocks) > 1 and len({stock.symbol for stock in stocks}) == 1:
            stocks = tuple(s for s in stocks if s.market == home) or stocks[:1]
        (found if len(stocks) == 1 else doubtful).update(dict.fromkeys(stocks))
        place += count
    return list(found), list(doubtful), unknown, tuple(rest)


def _longest(words: tuple[str, ...], place: int, names: Names) -> tuple[int, tuple[Stock, ...]]:
    for count in range(min(LONGEST_NAME, len(words) - place), 0, -1):
        told = words[place : place + count]
        if told in names:
            return count, names[told]
    return 0, ()
