"""What a refresh has to ask: which symbols, from which source, from which day on."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from core.errors import UserError
from core.language import _
from core.market.calendar import closed_at, last_closed_session, today
from core.market.follows import Asked, asked, followed
from core.market.refresh.fetching import pieces
from core.market.schema import check_symbol
from core.market.sources.registry import check_source
from core.market.store import BarStore
from core.settings import settings

OVERLAP = 8
"""Stored days that are asked for again, to see whether history was rewritten."""
ANSWER_SECONDS = 0.3
"""What a request and its checks take where nothing is waited for."""
INDICES_FOLLOWED = 2
"""With the stocks of a market come its own index and its second."""


@dataclass(frozen=True)
class Entry:
    """One symbol of a refresh.

    Attributes
    ----------
    symbol, kind, source : str
    due : bool
        Whether it must be asked; False where its source said all it can say.
    requests : int
        How many its source is likely to be sent: one for what is missing, more for a
        whole history.
    """

    symbol: str
    kind: str
    source: str
    due: bool = True
    requests: int = 1


def make_plan(
    data_dir: Path,
    market: str,
    *,
    symbols: list[str] | None = None,
    source: str | None = None,
    force: bool = False,
    since: str = "",
    now: datetime | None = None,
) -> list[Entry]:
    """The symbols of a refresh, indices first, then by source and symbol.

    Parameters
    ----------
    data_dir : Path
    market : str
    symbols : list of str, optional
        Default: all that follow a source.
    source : str, optional
        Ask this one instead of the symbols' own.
    force : bool
        Ask also where nothing new can be there.
    since : str
        UTC, ISO 8601: symbols asked well after it are done, even when forced; a
        refresh that was cut off goes on so.
    now : datetime, optional
        Time-zone aware; the current time by default.

    Raises
    ------
    UserError
        If no symbol follows a source, or a source or symbol is none.
    """
    follows = followed(data_dir, market)
    stored = BarStore(data_dir).symbols(market, kind=None).set_index("symbol")
    kinds, sources = stored["kind"], stored["source"]
    if symbols is None:
        wanted = dict.fromkeys(follows, source) if source else dict(follows)
    else:
        default = source or getattr(settings(), f"{market.lower()}_source")
        named = [check_symbol(symbol) for symbol in symbols]
        wanted = {name: source or follows.get(name, default) for name in named}
    if not wanted:
        raise UserError(
            _(
                "No symbol of this market follows a source yet: choose one for them on the Data "
                "page, or name symbols and a source, such as "
                "`python -m core refresh --symbols VNM,FPT --source yahoo`."
            )
        )
    for name in sorted(set(wanted.values())):
        for index in check_source(name, market).indices.get(market, ())[:INDICES_FOLLOWED]:
            wanted.setdefault(index, name)
    known = asked(data_dir, market)
    final = closed_at(market, last_closed_session(market, now))
    entries = []
    for symbol, chosen in wanted.items():
        indices = check_source(chosen, market).indices.get(market, ())
        kind = kinds.get(symbol, "index" if symbol in indices else "stock")
        last = known.get(symbol)
        done = last is not None and _settled(last, chosen, final, force, since)
        whole = pieces(
            settings().history_start,
            today(market, now).date(),
            check_source(chosen, market).promise.years_a_call,
        )
        requests = 1 if sources.get(symbol) == chosen else len(whole)
        entries.append(Entry(symbol, kind, chosen, not done, requests))
    return sorted(entries, key=lambda e: (e.kind != "index", e.source, e.symbol))


def expected_seconds(entries: list[Entry]) -> float:
    """How long asking is likely to take, by what each source allows in a minute."""
    requests = Counter()
    for entry in entries:
        requests[entry.source] += entry.requests
    total = 0.0
    for name, count in requests.items():
        limit = check_source(name).promise.per_minute
        over = max(count - limit, 0) / limit * 60 if limit else 0.0
        total += over + count * ANSWER_SECONDS
    return total


def _settled(last: Asked, source: str, final: datetime, force: bool, since: str) -> bool:
    if last.state != "ok" or last.source != source:
        return False
    at = datetime.fromisoformat(last.at)
    if since and at >= datetime.fromisoformat(since):
        return True
    return not force and at >= final


def first_day(stored: pd.DataFrame | None, *, same_source: bool) -> date:
    """The day from which a symbol is asked for: a few stored days back, or all of history."""
    if stored is None:
        return settings().history_start
    if same_source:
        return stored["date"].iloc[-min(OVERLAP, len(stored))].date()
    return min(settings().history_start, stored["date"].iloc[0].date())
