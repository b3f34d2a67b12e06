"""Rules about prices, jobs and versions: what Home lists, with one's own thresholds."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd

from core import forecasts, home
from core.alerts.kinds import Event
from core.formats import day
from core.language import _, ngettext
from core.market.quality.catalogue import RULES
from core.market.quality.record import findings
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.monitoring.alarms import alarms

NAMED = 5
"""Stocks named in one sentence; the others are a number."""


def stale(data_dir: Path, given: Mapping, now: datetime) -> list[Event]:
    """Markets whose prices end at least so many weeks ago; the sample is history by nature."""
    return [
        Event(
            key=f"stale {state.market} {state.last:%Y-%m-%d}",
            text=home.stale_text(state),
            market=state.market,
            as_of=f"{state.last:%Y-%m-%d}",
            lasting=True,
        )
        for state in home.market_states(data_dir, now)
        if given["market"] in ("", state.market) and state.behind >= given["weeks"]
    ]


def failed(data_dir: Path, given: Mapping, now: datetime) -> list[Event]:
    """Jobs that failed or were cut off with none of their kind going well since, and refresh
    requests that were refused."""
    found = [
        Event(key=f"job {job.id}", text=home.failed_text(job), as_of=job.created[:10])
        for job in home.failed_jobs(data_dir, now)
    ]
    refused = {market: home.refused_text(data_dir, market) for market in MARKETS}
    return found + [
        Event(f"refused {market}", text, market=market, lasting=True)
        for market, text in refused.items()
        if text
    ]


def old_production(data_dir: Path, given: Mapping, now: datetime) -> list[Event]:
    """Whether the versions behind the forecasts have not seen the last so many weeks."""
    shown = forecasts.current(data_dir)
    market = shown.get("market", "")
    age = home.production_age(data_dir, market) if market else None
    if age is None or age < given["weeks"]:
        return []
    key = f"old {market} v{shown['price_version']} v{shown['pattern_version']}"
    return [Event(key, home.old_text(market, age), market=market, lasting=True)]


def worse_scores(data_dir: Path, given: Mapping, now: datetime) -> list[Event]:
    """Scores of production that stand in alarm on the Monitoring page."""
    market = _served(data_dir, given)
    return [
        Event(one.key, one.text, market=market, as_of=f"{one.since:%Y-%m-%d}", lasting=True)
        for one in (alarms(data_dir, market) if market else ())
    ]


def drifted(data_dir: Path, given: Mapping, now: datetime) -> list[Event]:
    """Whether indicators or forecasts have drifted from what production was trained on."""
    from core.monitoring.drift import drift_alarm  # MLflow takes a second to load

    market = _served(data_dir, given)
    said = drift_alarm(data_dir, market) if market else None
    if said is None:
        return []
    shown = forecasts.current(data_dir)
    key = f"drift {market} v{shown['price_version']} v{shown['pattern_version']}"
    return [Event(key, said, market=market, as_of=shown["as_of"], lasting=True)]


def _served(data_dir: Path, given: Mapping) -> str:
    """The market production forecasts, where the rule asks about it; else empty."""
    market = forecasts.current(data_dir).get("market", "")
    return market if given["market"] in ("", market) else ""


def doubtful(data_dir: Path, given: Mapping, now: datetime) -> list[Event]:
    """Warnings about prices that began in the market's last so many weeks, one event a stock."""
    store, found = BarStore(data_dir), []
    known = store.symbols()
    for market, stocks in known.groupby("market"):
        if given["market"] not in ("", market):
            continue
        table = findings(store, str(market))
        since = stocks["last"].max() - pd.Timedelta(weeks=given["weeks"])
        table = table[table["recent"] & (table["first"] > since)]
        for symbol, mine in table.groupby("symbol"):
            found.append(_doubt(str(market), str(symbol), mine))
    return found


def _doubt(market: str, symbol: str, mine: pd.DataFrame) -> Event:
    titles = list(dict.fromkeys(_(RULES[rule].title) for rule in mine["rule"]))
    told = sorted(f"{row.rule} {row.first:%Y-%m-%d}" for row in mine.itertuples())
    digest = hashlib.sha256(" ".join(told).encode()).hexdigest()[:12]
    newest = f"{mine['first'].max():%Y-%m-%d}"
    text = ngettext(
        "{symbol}: its prices of {day} are doubtful ({findings}).",
        "{symbol}: its prices of {day} and before are doubtful ({findings}).",
        len(mine),
    ).format(symbol=symbol, day=day(newest), findings=", ".join(titles[:NAMED]))
    return Event(f"doubtful {market} {symbol} {digest}", text, symbol, market, newest)
