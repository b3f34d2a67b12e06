"""Symbols, their bars and their indicators."""

from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api import paging
from api.answers import fresh, kept
from api.models.common import Market, MarketPath, Since, SymbolPath, Until, within
from api.models.market import Bar, Indicator, Symbol, Week
from api.paging import Cursor, Limit, Page
from api.problems import Missing, data_dir, documented
from core.indicators.catalogue import INDICATORS
from core.indicators.store import IndicatorStore
from core.market.schema import MARKETS
from core.market.search import search
from core.market.store import BarStore

router = APIRouter(tags=["market"])
NAMES = ("name", "name_vi", "exchange", "sector", "industry_group", "industry")
PLAIN = [one.name for one in INDICATORS]


@router.get("/symbols", response_model=Page[Symbol], responses=documented(404))
async def symbols(
    request: Request,
    market: Annotated[Market | None, Query(description="All markets by default.")] = None,
    kind: Annotated[str | None, Query(pattern="^(stock|index)$")] = None,
    q: Annotated[str, Query(max_length=100, description="Part of a symbol or name.")] = "",
    limit: Limit = 200,
    cursor: Cursor = "",
) -> Response:
    """What is in the store."""

    def make() -> Page[Symbol]:
        after = paging.read(cursor, str, str)
        table = BarStore(data_dir()).symbols(market, kind)
        if q.strip():
            table = table[table["symbol"].isin(search(table, q))]
        if after is not None:
            keys = list(zip(table["market"], table["symbol"], strict=True))
            table = table[[key > after for key in keys]]
        more = len(table) > limit
        items = [_symbol(row) for row in table.head(limit).to_dict("records")]
        last = (items[-1].market, items[-1].symbol) if more else None
        return Page[Symbol](items=items, next=paging.written(*last) if last else None)

    return await kept(request, make)


@router.get("/symbols/{market}/{symbol}", response_model=Symbol, responses=documented(404))
async def symbol(request: Request, market: MarketPath, symbol: SymbolPath) -> Response:
    """One stock or index."""

    def make() -> Symbol:
        store = BarStore(data_dir())
        with Missing():
            __, name = store.find(symbol, market)
        table = store.symbols(market, kind=None)
        return _symbol(table[table["symbol"] == name].to_dict("records")[0])

    return await kept(request, make)


@router.get("/symbols/{market}/{symbol}/bars", response_model=Page[Bar], responses=documented(404))
async def bars(
    request: Request,
    market: MarketPath,
    symbol: SymbolPath,
    since: Since = None,
    until: Until = None,
    limit: Limit = 250,
    cursor: Cursor = "",
) -> Response:
    """Daily bars, the oldest first; of complete days and the day that still trades."""

    def make() -> Page[Bar]:
        store = BarStore(data_dir())
        after = paging.read(cursor, int)
        with Missing():
            frame = store.bars(*store.find(symbol, market))
        frame, following = _part(frame, "date", since, until, limit, after)
        return Page[Bar](items=[Bar(**_known(row)) for row in frame], next=following)

    return await kept(request, make)


@router.get(
    "/symbols/{market}/{symbol}/indicators", response_model=Page[Week], responses=documented(404)
)
async def indicators(
    request: Request,
    market: MarketPath,
    symbol: SymbolPath,
    since: Since = None,
    until: Until = None,
    limit: Limit = 60,
    cursor: Cursor = "",
) -> Response:
    """Complete weeks with their 20 indicators, the oldest first."""

    def make() -> Page[Week]:
        store = BarStore(data_dir())
        after = paging.read(cursor, int)
        with Missing():
            frame = IndicatorStore(store).weekly(*store.find(symbol, market)).reset_index()
        rows, following = _part(frame, "week", since, until, limit, after)
        return Page[Week](items=[_week(row) for row in rows], next=following)

    # Not kept: which weeks are complete is also a matter of the time.
    return await fresh(request, make)


@router.get("/indicators", response_model=Page[Indicator])
async def catalogue(request: Request) -> Response:
    """The 20 indicators, explained."""

    def make() -> Page[Indicator]:
        told = ("name", "family", "title", "formula", "unit", "reading", "percent")
        return Page[Indicator](
            items=[Indicator(**{name: getattr(one, name) for name in told}) for one in INDICATORS]
        )

    return await kept(request, make)


def _symbol(row: dict[str, Any]) -> Symbol:
    place = MARKETS[row["market"]]
    return Symbol(
        market=row["market"],
        symbol=row["symbol"],
        kind=row["kind"],
        **{name: row[name] if isinstance(row[name], str) else None for name in NAMES},
        source=row["source"],
        bars=row["rows"],
        first=row["first"].date(),
        last=row["last"].date(),
        currency=place.currency,
        unit=place.unit,
    )


def _part(
    frame: pd.DataFrame, by: str, since, until, limit: int, after: tuple | None
) -> tuple[list[dict[str, Any]], str | None]:
    """The rows of a page, and the cursor of the next one."""
    days = frame[by]
    chosen = pd.Series(True, index=frame.index)
    if since is not None:
        chosen &= days >= pd.Timestamp(within(since))
    if until is not None:
        chosen &= days <= pd.Timestamp(within(until))
    if after is not None:
        chosen &= days.dt.strftime("%Y%m%d").astype(int) > after[0]
    rows = frame[chosen].head(limit + 1)
    more = len(rows) > limit
    found = rows.head(limit).to_dict("records")
    return found, paging.written(int(f"{found[-1][by]:%Y%m%d}")) if more else None


def _known(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its day as a date and null for what is not known."""
    told = {name: None if pd.isna(value) else value for name, value in row.items()}
    return told | {"date": row["date"].date()}


def _week(row: dict[str, Any]) -> Week:
    return Week(
        week=row["week"].date(),
        close=None if pd.isna(row["close"]) else row["close"],
        sessions=int(row["sessions"]),
        indicators={name: None if pd.isna(row[name]) else float(row[name]) for name in PLAIN},
    )
