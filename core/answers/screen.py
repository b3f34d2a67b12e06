"""Tool: which stocks fit conditions, and which come first."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from core import forecasts
from core.answers.arguments import Arguments, Market
from core.answers.market_table import market_table, members
from core.answers.result import Link, Result
from core.answers.rows import calls_in, origin, stock_rows
from core.answers.stocks import market_of
from core.errors import UserError
from core.formats import number
from core.language import _, ngettext
from core.market.schema import MARKETS, printable
from core.screener import FIELDS, PRESETS, fits, format_screen, in_words, parse_screen

MOST = 30
IN_ADDRESS = 60
"""Symbols of a group that a page's address names."""
SORTS = tuple(FIELDS)


class ScreenArguments(Arguments):
    """Conditions, order and how many."""

    market: Market = ""
    screen: str = Field(
        default="",
        max_length=2000,
        description="Conditions joined by commas, each FIELD:LOW..HIGH (an end may be left out; "
        "p80.. for percentiles), and call:UP|DOWN|SIDEWAYS|NONE. Such as "
        "'RSI_14w:..30,call:UP'. Fields: " + ", ".join(FIELDS) + ".",
    )
    preset: str = Field(
        default="", max_length=60, description="A named screen: " + ", ".join(PRESETS) + "."
    )
    within: str = Field(
        default="",
        max_length=60,
        description="Only stocks of this group (VN30), sector, industry or exchange, such as "
        "'bank', 'real estate', 'securities', 'HOSE'.",
    )
    sort: str = Field(default="change", max_length=40, description="A field to order by.")
    order: Literal["highest", "lowest"] = "highest"
    top: int = Field(default=10, ge=1, le=MOST, description="How many stocks at most.")


def screen(data_dir: Path, asked: ScreenArguments) -> Result:
    """The stocks that fit, in order of a field, each with its forecast beside no change."""
    market = market_of(data_dir, asked.market)
    if asked.sort not in SORTS:
        raise UserError(
            _("There is nothing called {name} to order by: choose one of {known}.").format(
                name=repr(printable(asked.sort, 30)), known=", ".join(SORTS)
            )
        )
    if asked.preset and asked.preset not in PRESETS:
        raise UserError(
            _("There is no preset {name}: there are {known}.").format(
                name=repr(printable(asked.preset, 40)), known=", ".join(PRESETS)
            )
        )
    lines = [PRESETS[asked.preset].screen] if asked.preset else []
    wanted = parse_screen(",".join([*lines, asked.screen]))
    table = market_table(data_dir, market)
    within = members(data_dir, market, asked.within) if asked.within else set(table.index)
    table = table[table.index.isin(within)]
    found = table[fits(table, wanted)]
    facts = [_heading(asked, wanted, len(found), len(table))]
    if found.empty and wanted.calls:
        told = _(
            "None has such a call now; these come first by {field}, whatever their call."
        ).format(field=FIELDS[asked.sort].title)
        facts.append(told)
        found = table
    found = found[found[asked.sort].notna()]
    found = found.sort_values(asked.sort, ascending=asked.order == "lowest", kind="stable")
    shown = found.head(asked.top)
    records, line = forecasts.latest(data_dir, market), format_screen(wanted)
    said, days = origin(records)
    facts.append(said)
    address = {"market": market} | ({"screen": line} if line else {})
    if asked.within and len(within) <= IN_ADDRESS:
        address["symbols"] = ",".join(sorted(within & set(table.index)))
    return Result(
        "screen",
        _("Stocks of {market} by {field}").format(
            market=_(MARKETS[market].name), field=FIELDS[asked.sort].title
        ),
        tuple(facts),
        table=stock_rows(shown, market, [*(c.field for c in wanted.conditions), asked.sort]),
        quotes={symbol: name for symbol, name in shown["name"].items() if name},
        links=(Link("market", _("Open this in the screener"), address),),
        about={"market": market},
        days=days,
        calls=calls_in(shown),
    )


def _heading(asked: ScreenArguments, wanted, count: int, total: int) -> str:
    said = in_words(wanted)
    told = ngettext(
        "{count} of {total} stock fits.", "{count} of {total} stocks fit.", total
    ).format(count=number(count), total=number(total))
    return f"{said}: {told}" if said else told
