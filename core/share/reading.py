"""From a stored record to what a picture holds, and to what came of the forecast."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from core import forecasts
from core.errors import UserError
from core.market.calendar import complete_weeks, week_of
from core.market.store import BarStore, fingerprint
from core.share.card import Card
from models.baselines import CLASSES

YEAR = pd.Timedelta(weeks=52)
SHARES = ("p_down", "p_sideways", "p_up")


def card_of(data_dir: Path, record: Mapping) -> Card:
    """What a picture of a record holds.

    The year before it is drawn on the scale of that day's close: a dividend paid
    since has moved today's adjusted series, not what was forecast.

    Parameters
    ----------
    data_dir : Path
    record : mapping
        A row of ``core.forecasts``.

    Raises
    ------
    UserError
        If the record holds no forecast; it says why.
    """
    symbol = record["symbol"]
    if not record["call"]:
        raise UserError(f"There is no forecast of {symbol} to draw. {record['reason']}")
    store = BarStore(data_dir)
    names = _listed(store, record["market"], symbol)
    return Card(
        record=record["id"],
        market=record["market"],
        symbol=symbol,
        **{name: names.get(name, "") for name in ("name", "name_vi", "exchange")},
        source=record["source"],
        as_of=record["as_of"].date(),
        target=record["target_date"].date(),
        horizon_weeks=int(record["horizon_weeks"]),
        band=float(record["band"]),
        close=float(record["close"]),
        price=float(record["price"]),
        low=float(record["price_low"]),
        high=float(record["price_high"]),
        call=record["call"],
        shares=tuple(float(record[name]) for name in SHARES),
        usual=tuple(float(record[name]) for name in forecasts.PRIORS),
        versions=(int(record["price_version"]), int(record["pattern_version"])),
        in_sample=bool(record["in_sample"]),
        closes=_closes(known_bars(store, record), record),
    )


def company(data_dir: Path, market: str, symbol: str) -> str:
    """The stock's name as the listing has it; empty where unknown."""
    return _listed(BarStore(data_dir), market, symbol).get("name", "")


def file_name(record: Mapping) -> str:
    """A name for the picture's file that any system takes."""
    symbol = re.sub(r"[^A-Za-z0-9.-]", "", record["symbol"])
    return f"weeklens-{symbol}-{record['as_of']:%Y-%m-%d}.png"


def of_stock(
    data_dir: Path, symbol: str, market: str | None = None, as_of: str | None = None
) -> dict:
    """The record on show of a stock, or the last stored one of the week of an earlier date.

    Parameters
    ----------
    data_dir : Path
    symbol : str
    market : str, optional
        Needed where the symbol is in several.
    as_of : str, optional
        ISO date; the last stored week on or before it.

    Raises
    ------
    UserError
        If the stock is unknown or has no stored forecast.
    """
    market, symbol = BarStore(data_dir).find(symbol, market)
    if as_of is None:
        found = forecasts.latest(data_dir, market, symbol)
    else:
        found = forecasts.history(data_dir, market, symbol)
        found = found[found["as_of"] <= forecasts.read_day(as_of)]
    if found.empty:
        when = "" if as_of is None else f" on or before {as_of}"
        raise UserError(
            f"No forecast of {symbol} is stored{when}: run `python -m core forecast` first"
            + (", with --as-of for an earlier week." if as_of else ".")
        )
    return found.iloc[-1].to_dict()


def known_bars(store: BarStore, record: Mapping) -> pd.DataFrame:
    """Today's bars of the record's stock up to its as-of date; none if it is no longer stored."""
    try:
        daily = store.bars(record["market"], record["symbol"])
    except UserError:
        return pd.DataFrame(columns=["date", "close"])
    return daily[daily["date"] <= record["as_of"]]


def unchanged(data_dir: Path, record: Mapping) -> bool:
    """Whether the stock's bars up to the as-of date are those that were forecast from."""
    seen = known_bars(BarStore(data_dir), record)
    return len(seen) > 0 and fingerprint(seen) == record["fingerprint"]


@dataclass(frozen=True)
class Outcome:
    """What the market said to a forecast.

    Attributes
    ----------
    day : date
        Of the last close on or before the target date.
    close : float
        That close on the scale of the record's own, so that a dividend or split
        paid since changes no verdict.
    move : float
        Simple return from the as-of close.
    came : str
        The class that came.
    inside : bool
        Whether the close fell inside the 80 % interval.
    miss, miss_no_change : float
        Distance of the forecast and of no change, as fractions of the close that came.
    """

    day: date
    close: float
    move: float
    came: str
    inside: bool
    miss: float
    miss_no_change: float


def outcome(data_dir: Path, record: Mapping) -> Outcome | None:
    """What came of a forecast; None before its target week is complete or without a trade.

    By the same rule as the labels: the last close on or before the target date, on
    one adjusted series.
    """
    store = BarStore(data_dir)
    weeks = complete_weeks(record["market"], store.sessions(record["market"]))
    as_of, target = record["as_of"], record["target_date"]
    before = known_bars(store, record)
    if len(weeks) == 0 or target > weeks[-1] or before.empty:
        return None
    daily = store.bars(record["market"], record["symbol"])
    after = daily[(daily["date"] > as_of) & (daily["date"] <= target)]
    if after.empty:
        return None
    last = after.iloc[-1]
    move = round(float(last["close"] / before["close"].iloc[-1]) - 1, 9)
    close = float(record["close"]) * (1 + move)
    band = float(record["band"])
    return Outcome(
        day=last["date"].date(),
        close=close,
        move=move,
        came=CLASSES[2 if move > band else 0 if move < -band else 1],
        inside=bool(record["price_low"] <= close <= record["price_high"]),
        miss=abs(float(record["price"]) / close - 1),
        miss_no_change=abs(float(record["close"]) / close - 1),
    )


def _closes(daily: pd.DataFrame, record: Mapping) -> tuple[tuple[date, float], ...]:
    """Weekly closes of the year to the as-of week, on the scale of the record's close."""
    daily = daily[daily["date"] > record["as_of"] - YEAR]
    if daily.empty:
        return ()
    weekly = daily.groupby(week_of(daily["date"]))["close"].last()
    scaled = weekly.to_numpy(float) * (float(record["close"]) / float(weekly.iloc[-1]))
    return tuple(
        (week.date(), float(np.round(close, 9)))
        for week, close in zip(weekly.index, scaled, strict=True)
    )


def _listed(store: BarStore, market: str, symbol: str) -> dict[str, str]:
    """What the listing says of a stock; nothing where it is unknown."""
    listed = store.symbols(market, kind=None)
    found = listed[listed["symbol"] == symbol].to_dict("records")
    return {k: v for k, v in found[0].items() if isinstance(v, str)} if found else {}
