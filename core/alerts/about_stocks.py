"""Rules about stocks: a call that changed, a level crossed, an indicator at a rare value."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from core import watchlists
from core.alerts.kinds import Event
from core.changes import since_last_week
from core.formats import day, percent, price
from core.indicators.catalogue import BY_NAME
from core.indicators.standing import standings
from core.indicators.store import IndicatorStore
from core.language import _
from core.market.calendar import last_closed_session
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.watch import call_name

SESSIONS = 5
"""A crossing is looked for in so many last sessions: a weekly refresh brings them together."""
UP, DOWN, BOTH = "up", "down", "both"
NOBODY = pd.DataFrame()


def changed_calls(data_dir: Path, given: Mapping, now: datetime) -> list[Event]:
    """Stocks of a watchlist whose call differs from that of the last forecast week before."""
    market = given["market"]
    since = since_last_week(data_dir, market)
    if since is None:
        return []
    flips = since.flips
    if given["watchlist"]:
        __, named = watchlists.get(data_dir, market, given["watchlist"])
        flips = flips[flips["symbol"].isin(named)]
    return [
        Event(
            key=f"call {market} {row.symbol} {since.as_of} {row.before}>{row.now}",
            text=_(
                "{symbol}: the call changed from {before} to {call} with the week to {day}; "
                "forecast {change}."
            ).format(
                symbol=row.symbol,
                before=call_name(row.before),
                call=call_name(row.now),
                day=day(since.as_of),
                change=percent(row.change, sign=True),
            ),
            symbol=row.symbol,
            market=market,
            as_of=since.as_of,
        )
        for row in flips.itertuples()
    ]


def crossed_level(data_dir: Path, given: Mapping, now: datetime) -> list[Event]:
    """The newest crossing of a level by the closes of the last sessions."""
    store, level = BarStore(data_dir), given["level"]
    market, symbol = store.find(given["symbol"], given["market"])
    bars = store.bars(market, symbol)
    bars = bars[bars["date"] <= last_closed_session(market, now)].tail(SESSIONS + 1)
    closes, days = bars["close"].to_numpy(), bars["date"].to_numpy()
    for place in range(len(closes) - 1, 0, -1):
        before, close = closes[place - 1], closes[place]
        upwards = before < level <= close
        if not (upwards or before > level >= close):
            continue
        way = UP if upwards else DOWN
        if given["way"] not in (way, BOTH):
            continue
        on = str(days[place])[:10]
        told = (
            _("{symbol} closed at {close} on {day}, up through {level} (before: {before}).")
            if upwards
            else _("{symbol} closed at {close} on {day}, down through {level} (before: {before}).")
        )
        shown = {
            name: price(value, MARKETS[market])
            for name, value in (("close", close), ("level", level), ("before", before))
        }
        text = told.format(symbol=symbol, day=day(on), **shown)
        return [Event(f"level {market} {symbol} {level:g} {way} {on}", text, symbol, market, on)]
    return []


def reached_percentile(data_dir: Path, given: Mapping, now: datetime) -> list[Event]:
    """Whether the last week took an indicator beyond a percentile of the stock's own history."""
    market, name, share = given["market"], given["indicator"], given["percentile"] / 100
    market, symbol = BarStore(data_dir).find(given["symbol"], market)
    weekly = IndicatorStore(BarStore(data_dir)).weekly(market, symbol)
    if len(weekly) < 2:
        return []
    last, before = (standings(weekly[:end], NOBODY)[name] for end in (len(weekly), -1))
    if np.isnan(last.own) or np.isnan(before.own):
        return []
    up = given["way"] == UP
    reached, had = (own >= share if up else own <= share for own in (last.own, before.own))
    if had or not reached:
        return []
    week, indicator = f"{weekly.index[-1]:%Y-%m-%d}", BY_NAME[name]
    told = (
        _(
            "{symbol}: {indicator} is {value} in the week to {day}, higher than in {share} of its "
            "{weeks} weeks before."
        )
        if up
        else _(
            "{symbol}: {indicator} is {value} in the week to {day}, lower than in {share} of its "
            "{weeks} weeks before."
        )
    )
    text = told.format(
        symbol=symbol,
        indicator=indicator.title,
        value=indicator.text(last.value),
        day=day(week),
        share=percent(last.own if up else 1 - last.own, 0),
        weeks=last.weeks,
    )
    key = f"percentile {market} {symbol} {name} {given['way']} {given['percentile']:g} {week}"
    return [Event(key, text, symbol, market, week)]
