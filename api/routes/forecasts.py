"""Forecasts: the records on show, those of earlier weeks, and their pictures."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

import pandas as pd
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api import paging
from api.answers import fresh, kept
from api.models.common import Day, Market, MarketPath, SymbolPath, within
from api.models.forecasts import (
    CALLS,
    Forecast,
    ForecastAndOutcome,
    Interval,
    Outcome,
    Shares,
    Trust,
)
from api.paging import Cursor, Limit, Page
from api.problems import Missing, data_dir, documented
from core import forecasts as records
from core.market.store import BarStore
from core.share.card import MODELS
from core.share.picture import picture
from core.share.reading import card_of, of_stock, outcome
from models.baselines import CLASSES

router = APIRouter(tags=["forecasts"])
RecordPath = Annotated[
    str, Path(pattern="^[0-9a-f]{16}$", description="A record's id.", examples=["1f0c7a3e9b2d4c51"])
]


@router.get(
    "/symbols/{market}/{symbol}/forecast", response_model=Forecast, responses=documented(404)
)
async def one(
    request: Request,
    market: MarketPath,
    symbol: SymbolPath,
    as_of: Annotated[
        Day | None, Query(description="The last stored week on or before it; else that on show.")
    ] = None,
) -> Response:
    """The forecast of a stock."""

    def make() -> Forecast:
        day = None if as_of is None else str(within(as_of))
        with Missing():
            return _forecast(of_stock(data_dir(), symbol, market, day), records.current(data_dir()))

    return await kept(request, make)


@router.get(
    "/symbols/{market}/{symbol}/forecasts",
    response_model=Page[Forecast],
    responses=documented(404),
)
async def history(
    request: Request,
    market: MarketPath,
    symbol: SymbolPath,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Response:
    """Every stored forecast of a stock, the oldest first."""

    def make() -> Page[Forecast]:
        after = paging.read(cursor, str, str)
        with Missing():
            __, name = BarStore(data_dir()).find(symbol, market)
        table = records.history(data_dir(), market, name)
        keys = [(str(row.as_of.date()), row.id) for row in table.itertuples()]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        order = [n for n in order if after is None or keys[n] > after]
        return _page(table, order, keys, limit)

    return await kept(request, make)


@router.get("/forecasts", response_model=Page[Forecast], responses=documented(404))
async def market_forecasts(
    request: Request,
    market: Market,
    call: Annotated[Literal[CALLS] | None, Query(description="Only stocks with this call.")] = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Response:
    """The forecasts on show of a market, in order of symbol."""

    def make() -> Page[Forecast]:
        after = paging.read(cursor, str)
        table = records.latest(data_dir(), market)
        if call is not None:
            table = table[table["call"] == call]
        table = table.sort_values("symbol").reset_index(drop=True)
        keys = [(name,) for name in table["symbol"]]
        order = [n for n, key in enumerate(keys) if after is None or key > after]
        return _page(table, order, keys, limit)

    return await kept(request, make)


@router.get("/forecasts/{record}", response_model=ForecastAndOutcome, responses=documented(404))
async def record(request: Request, record: RecordPath) -> Response:
    """One record, and what came of it."""

    def make() -> ForecastAndOutcome:
        with Missing():
            found = records.find(data_dir(), record)
        came = outcome(data_dir(), found) if found["call"] else None
        return ForecastAndOutcome(
            forecast=_forecast(found, records.current(data_dir())),
            outcome=None if came is None else Outcome(**asdict(came)),
        )

    # Not kept: whether the target week is complete is also a matter of the time.
    return await fresh(request, make)


@router.get(
    "/forecasts/{record}/picture.png",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
        **documented(404),
    },
)
async def share(
    request: Request,
    record: RecordPath,
    size: Annotated[Literal["wide", "square"], Query(description="1200 x 630 or 1080².")] = "wide",
    theme: Literal["light", "dark"] = "light",
    lang: Literal["en", "vi"] = "en",
) -> Response:
    """The picture of a forecast, to pass on."""

    def make() -> bytes:
        with Missing():
            card = card_of(data_dir(), records.find(data_dir(), record))
        return picture(card, size, theme, lang)

    return await kept(request, make, "image/png")


def _page(table: pd.DataFrame, order: list[int], keys: list[tuple], limit: int) -> Page[Forecast]:
    shown = records.current(data_dir())
    rows = table.iloc[order[:limit]].to_dict("records")
    following = paging.written(*keys[order[limit - 1]]) if len(order) > limit else None
    return Page[Forecast](items=[_forecast(row, shown) for row in rows], next=following)


def _forecast(row: dict[str, Any], shown: dict) -> Forecast:
    row = {name: None if _is_missing(value) else value for name, value in row.items()}
    there = bool(row["call"])
    versions = {m: int(row[f"{m.split('_')[0]}_version"]) for m in MODELS}
    return Forecast(
        **{
            name: row[name]
            for name in ("id", "market", "symbol", "horizon_weeks", "band", "source", "created")
        },
        as_of=row["as_of"].date(),
        target_date=row["target_date"].date(),
        close=row["close"],
        price=row["price"] if there else None,
        expected_return=row["price"] / row["close"] - 1 if there else None,
        interval_80=_interval(row, ""),
        interval_95=_interval(row, "_95"),
        call=row["call"] or None,
        probabilities=_shares(row, "p"),
        usual=_shares(row, "prior"),
        missing_indicators=None if row["missing"] is None else int(row["missing"]),
        reason=row["reason"],
        in_sample=bool(row["in_sample"]),
        versions=versions,
        fingerprint=row["fingerprint"],
        trust=_trust(shown, versions),
    )


def _interval(row: dict[str, Any], which: str) -> Interval:
    return Interval(low=row[f"price_low{which}"], high=row[f"price_high{which}"])


def _shares(row: dict[str, Any], which: str) -> Shares:
    return Shares(**{name: row[f"{which}_{name.lower()}"] for name in CLASSES})


def _trust(shown: dict, versions: dict[str, int]) -> Trust | None:
    """What is kept beside the records on show; of other versions `/versions` tells."""
    if not shown or any(shown[f"{m.split('_')[0]}_version"] != v for m, v in versions.items()):
        return None
    price, pattern = (shown["scores"].get(model, {}) for model in MODELS)
    return Trust(
        price_mape=price.get("test_MAPE"),
        price_mape_no_change=price.get("test_MAPE_no_change"),
        call_log_loss=pattern.get("test_log_loss"),
        call_log_loss_prior=pattern.get("test_log_loss_prior"),
        call_accuracy=pattern.get("test_accuracy"),
        call_accuracy_prior=pattern.get("test_accuracy_prior"),
        gate_failed=[rule for failed in shown.get("gate_failed", {}).values() for rule in failed],
        instead=shown.get("instead", ""),
    )


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)
