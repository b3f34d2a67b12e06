"""The record of findings: computed once for a state of a stock's bars, then only read."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.db import connect, remembered
from core.language import N_, _
from core.market.barfiles import UnreadableBars
from core.market.quality.catalogue import ALARM_WEEKS, REPLACED, RULES, Finding
from core.market.quality.series import check_series
from core.market.quality.verdicts import Checked
from core.market.schema import find_market
from core.market.store import BarStore
from core.settings import settings

VERSION = 1
"""Raised when a rule's code changes and not its text: everything is then inspected again."""
DROPPED_BADGE = N_("Rows dropped")
NO_DAYS = np.empty(0, dtype="datetime64[ns]")
COLUMNS = ("symbol", "rule", "action", "first", "last", "count", "detail", "recent")

Progress = Callable[[float, str], None]


def inspect(
    store: BarStore,
    market: str,
    symbols: Iterable[str] | None = None,
    progress: Progress | None = None,
    checked: Iterable[Checked] = (),
) -> dict[str, list[Finding]]:
    """Bring the record up to date with the stored bars.

    Only stocks whose bars, listing or market sessions have changed since they
    were last inspected are read. What rows were dropped, repaired or replaced
    stays on record until the same days are checked again. A dropped row of a day
    that is stored all the same says nothing about the stored series.

    Parameters
    ----------
    store : BarStore
    market : str
    symbols : iterable of str, optional
        Only these; all of the market by default.
    progress : callable, optional
        Called with the share done (0 to 1) and what is being done.
    checked : iterable of Checked
        The checks of the files or replies that were just stored.

    Returns
    -------
    dict of str to list of Finding
        What the series rules found in the stocks inspected now.
    """
    tell = progress or (lambda share, text: None)
    market = find_market(market).code
    sessions = store.sessions(market)
    stocks = store.symbols(market).set_index("symbol")
    states = _states(store, market, sessions, stocks)
    wanted = set(states) if symbols is None else set(symbols) & set(states)
    with connect(store.data_dir) as db:
        rows = db.execute("SELECT symbol, state FROM inspected WHERE market = ?", (market,))
        known = {row["symbol"]: row["state"] for row in rows}
    due = sorted(symbol for symbol in wanted if known.get(symbol) != states[symbol])
    found: dict[str, list[Finding]] = {}
    for number, (symbol, bars) in enumerate(_bars(store, market, due).items()):
        tell(number / len(due), _("checking {symbol}").format(symbol=symbol))
        row = stocks.loc[symbol]
        found[symbol] = check_series(bars, sessions, market, row["exchange"], row["listing_date"])
    replies = [(outcome, stored_days(store, market, outcome)) for outcome in checked]
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with connect(store.data_dir) as db:
        _forget_gone(db, market)
        for outcome, days in replies:
            _record_rows(db, market, outcome, days)
        for symbol, findings in found.items():
            db.execute(
                "DELETE FROM findings WHERE market = ? AND symbol = ? AND action = 'flagged' "
                "AND rule != ?",
                (market, symbol, REPLACED),
            )
            _insert(db, market, symbol, findings)
            db.execute(
                "INSERT OR REPLACE INTO inspected VALUES (?,?,?,?)",
                (market, symbol, states[symbol], at),
            )
    tell(1.0, _("checked"))
    return found


def findings(store: BarStore, market: str, symbol: str | None = None) -> pd.DataFrame:
    """What is on record, of a market or of one symbol.

    Returns
    -------
    DataFrame
        symbol, rule, action, first and last (dates; NaT where unreadable),
        count, detail, and ``recent``: whether it puts a badge beside today's
        forecast, see `flagged`.
    """
    market = find_market(market).code
    with connect(store.data_dir) as db:
        rows = db.execute(
            "SELECT symbol, rule, action, first, last, count, detail FROM findings "
            "WHERE market = ?1 AND (?2 IS NULL OR symbol = ?2) ORDER BY symbol, first, rule",
            (market, symbol),
        ).fetchall()
        since = _since(db, market)
    table = pd.DataFrame([tuple(row) for row in rows], columns=COLUMNS[:-1])
    table["recent"] = [
        row.last >= since and bool(_badge(row.rule, row.action)) for row in table.itertuples()
    ]
    table["recent"] = table["recent"].astype(bool)
    for name in ("first", "last"):
        table[name] = pd.to_datetime(table[name], errors="coerce").astype("datetime64[ns]")
    return table.astype({"count": "int64"})


def flagged(data_dir: Path, market: str) -> dict[str, list[str]]:
    """Short words on what may disturb today's indicators of a stock.

    Only findings of the last 60 weeks count, as no indicator looks further back.

    Returns
    -------
    dict of str to list of str
        Symbols with at least one such finding, and each rule's badge once, translated
        where it is shown.
    """
    code = find_market(market).code
    rows = remembered(data_dir, ("flagged", code), partial(_late_findings, data_dir, code))
    badges: dict[str, set[str]] = {}
    for row in rows:
        if badge := _badge(row["rule"], row["action"]):
            badges.setdefault(row["symbol"], set()).add(badge)
    return {symbol: sorted(texts) for symbol, texts in badges.items()}


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """The rules of the catalogue with what they did.

    Parameters
    ----------
    table : DataFrame
        Result of `findings`.

    Returns
    -------
    DataFrame
        rule, title, findings, days (rows or sessions concerned), stocks, recent
        (findings of the last 60 weeks that put a badge), reason and written;
        one row for each rule, in the catalogue's order.
    """
    rows = []
    for rule in RULES.values():
        mine = table[table["rule"] == rule.id]
        rows.append(
            {
                "rule": rule.id,
                "title": rule.title,
                "findings": len(mine),
                "days": int(mine["count"].sum()),
                "stocks": mine["symbol"].nunique(),
                "recent": int(mine["recent"].sum()),
                "reason": rule.reason,
                "written": rule.written,
            }
        )
    return pd.DataFrame(rows)


def by_stock(table: pd.DataFrame, stocks: pd.DataFrame) -> pd.DataFrame:
    """The stocks concerned, those that matter for today's indicators first.

    Parameters
    ----------
    table : DataFrame
        Result of `findings`.
    stocks : DataFrame
        With symbol, name and exchange.

    Returns
    -------
    DataFrame
        symbol, name, exchange, ``findings`` (how many), ``recent`` (of them in
        the last 60 weeks) and ``last`` (the newest day concerned).
    """
    grouped = table.groupby("symbol").agg(
        findings=("rule", "size"), recent=("recent", "sum"), last=("last", "max")
    )
    named = stocks.set_index("symbol")[["name", "exchange"]]
    joined = grouped.join(named).reset_index()
    order = ["recent", "findings", "symbol"]
    joined = joined.sort_values(order, ascending=[False, False, True], ignore_index=True)
    return joined[["symbol", "name", "exchange", "findings", "recent", "last"]]


def _badge(rule: str, action: str) -> str:
    """The warning of a recent finding; empty where none is due."""
    if action == "dropped":
        return DROPPED_BADGE
    return RULES[rule].badge if action == "flagged" else ""


def _states(
    store: BarStore, market: str, sessions: pd.DatetimeIndex, stocks: pd.DataFrame
) -> dict[str, str]:
    """Of each stock, a digest of all that its findings depend on."""
    with connect(store.data_dir) as db:
        rows = db.execute(
            "SELECT symbol, sha256 FROM symbols WHERE market = ? AND kind = 'stock'", (market,)
        ).fetchall()
    common = hashlib.sha256(sessions.to_numpy().tobytes())
    common.update(repr((VERSION, RULES, settings().vn_wide_bands)).encode())
    return {
        row["symbol"]: hashlib.sha256(
            f"{common.hexdigest()} {row['sha256']} {stocks['exchange'].get(row['symbol'])} "
            f"{stocks['listing_date'].get(row['symbol'])}".encode()
        ).hexdigest()
        for row in rows
        if row["symbol"] in stocks.index
    }


def _bars(store: BarStore, market: str, due: list[str]) -> dict[str, pd.DataFrame]:
    """Their bars; a damaged file is left out and inspected once it is mended."""
    if not due:
        return {}
    try:
        return store.panel(market, due)
    except UnreadableBars:
        frames = {}
        for symbol in due:
            with suppress(UnreadableBars):
                frames[symbol] = store.bars(market, symbol)
        return frames


def stored_days(
    store: BarStore, market: str, checked: Checked
) -> dict[str, NDArray[np.datetime64]]:
    """The stored days of the symbols of which rows were dropped; none of a damaged file."""
    told = checked.verdicts
    symbols = told.loc[told["action"] == "dropped", "symbol"].unique()
    days = {}
    for symbol in symbols:
        if store.source_of(market, symbol):
            with suppress(UnreadableBars):
                days[symbol] = store.bars(market, symbol)["date"].to_numpy()
    return days


def _record_rows(
    db: sqlite3.Connection,
    market: str,
    outcome: Checked,
    days: dict[str, NDArray[np.datetime64]],
) -> None:
    stored = {
        row["symbol"]
        for row in db.execute("SELECT symbol FROM symbols WHERE market = ?", (market,))
    }
    for symbol, (first, last) in outcome.spans.items():
        if symbol not in stored:
            continue
        db.execute(
            "DELETE FROM findings WHERE market = ? AND symbol = ? "
            "AND (action != 'flagged' OR rule = ?) "
            "AND (first = '' OR (first >= ? AND last <= ?))",
            (market, symbol, REPLACED, first, last),
        )
        found = outcome.of_series(symbol, days.get(symbol, NO_DAYS))
        _insert(db, market, symbol, found)


def _insert(db: sqlite3.Connection, market: str, symbol: str, found: list[Finding]) -> None:
    db.executemany(
        "INSERT INTO findings VALUES (?,?,?,?,?,?,?,?)",
        [(market, symbol, f.rule, f.action, f.first, f.last, f.count, f.detail) for f in found],
    )


def _forget_gone(db: sqlite3.Connection, market: str) -> None:
    for table in ("findings", "inspected"):
        db.execute(
            f"DELETE FROM {table} WHERE market = ?1 "  # noqa: S608
            "AND symbol NOT IN (SELECT symbol FROM symbols WHERE market = ?1)",
            (market,),
        )


def _late_findings(data_dir: Path, market: str) -> list[sqlite3.Row]:
    with connect(data_dir) as db:
        return db.execute(
            "SELECT DISTINCT symbol, rule, action FROM findings "
            "WHERE market = ? AND last >= ? ORDER BY symbol",
            (market, _since(db, market)),
        ).fetchall()


def _since(db: sqlite3.Connection, market: str) -> str:
    """The first day that today's indicators look back to."""
    last = db.execute("SELECT MAX(last) FROM symbols WHERE market = ?", (market,)).fetchone()[0]
    if last is None:
        return "9999"
    return str((pd.Timestamp(last) - pd.Timedelta(weeks=ALARM_WEEKS)).date())
