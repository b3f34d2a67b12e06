"""One symbol of a refresh: asked, checked, judged, merged and stored, or refused."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pandas as pd

from core.language import _, ngettext
from core.market.adjusting import to_bars
from core.market.barfiles import UnreadableBars
from core.market.calendar import closed_at, today
from core.market.merging import merge
from core.market.quality.rows import Checked, check_frame
from core.market.refresh.fetching import Desk
from core.market.refresh.judging import Verdict, judge_new, judge_overlap, judge_whole
from core.market.refresh.plan import Entry, first_day
from core.market.sources.base import SourceError
from core.market.store import BarStore

MOST_REFUSED = 0.1
"""A reply of which a larger share of rows is unusable is refused as a whole."""


@dataclass(frozen=True)
class Outcome:
    """What came of one symbol.

    Attributes
    ----------
    symbol, source : str
    state : str
        ``added``, ``unchanged``, ``rewritten``, ``refused``, ``failed`` or ``not asked``.
    added, changed, dropped : int
        Days that are new, days whose values were corrected, rows that were unusable.
    note : str
        Why, in a sentence; may be empty.
    kind : {"stock", "index"}
    last : str
        The newest day stored afterwards, ISO; empty where nothing was taken.
    checked : Checked or None
        What the row checks said of the reply, without its rows.
    """

    symbol: str
    source: str
    state: str
    added: int = 0
    changed: int = 0
    dropped: int = 0
    note: str = ""
    kind: str = "stock"
    last: str = ""
    checked: Checked | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Reply:
    bars: pd.DataFrame
    checked: Checked
    reason: str


def refresh_one(
    store: BarStore,
    market: str,
    entry: Entry,
    desk: Desk,
    tell: Callable[[str], None],
    now: datetime | None = None,
) -> Outcome:
    """Bring one symbol up to date; what is stored is only ever replaced by what is believed.

    Parameters
    ----------
    store : BarStore
    market : str
    entry : Entry
    desk : Desk
        Gives the source.
    tell : callable
        Called with what is being waited for.
    now : datetime, optional
        Time-zone aware; the current time by default.
    """
    symbol, name = entry.symbol, entry.source
    if why := desk.given_up(name):
        why = _("Its source was given up: {reason}").format(reason=why)
        return Outcome(symbol, name, "not asked", note=why, kind=entry.kind)
    source = desk.source(name)
    stored, stored_source, damaged = _stored(store, market, symbol)
    if stored is not None and source.promise.fixed:
        fixed = _("This source never changes.")
        return Outcome(symbol, name, "unchanged", note=fixed, kind=entry.kind)
    same_source = stored_source == name
    notes = [_("Its stored prices were damaged and were fetched anew.")] if damaged else []
    whole = stored is None or not same_source

    def ask(start: date) -> _Reply:
        end = today(market, now).date()
        raw = desk.bars(name, market, symbol, entry.kind, start, end, tell)
        return _clean(raw, market, entry.kind, symbol, now)

    try:
        start = first_day(stored, same_source=same_source)
        reply = ask(start)
        if stored is not None and same_source:
            verdict = judge_overlap(stored, reply.bars, pd.Timestamp(start))
            if verdict.state == "rewritten":
                tell(_("its history was rewritten, fetching all of it"))
                whole = True
                notes.append(
                    _(
                        "Its history was rewritten by the source ({reason}), as after a dividend "
                        "or split."
                    ).format(reason=verdict.reason)
                )
                reply = ask(stored["date"].iloc[0].date())
    except SourceError as error:
        return _not_given(entry, error, stored)
    return _keep(store, market, entry, reply, start, whole, same_source, notes)


def _keep(
    store: BarStore,
    market: str,
    entry: Entry,
    reply: _Reply,
    start: date,
    whole: bool,
    same_source: bool,
    notes: list[str],
) -> Outcome:
    """Judge against what is stored now, and write; no other writer can come between."""
    symbol, name = entry.symbol, entry.source
    with store.exclusive():
        stored, __, __ = _stored(store, market, symbol)
        if reply.reason:
            verdict = Verdict("refuse", reply.reason)
        elif stored is None:
            verdict = judge_new(reply.bars)
        elif whole:
            verdict = judge_whole(stored, reply.bars, same_source=same_source)
        else:
            verdict = judge_overlap(stored, reply.bars, pd.Timestamp(start))
        dropped = reply.checked.refused_total
        shared = {"dropped": dropped, "checked": reply.checked, "kind": entry.kind}
        if verdict.state != "take":
            note = _("The reply was not believed: {reason}.").format(reason=verdict.reason)
            kept = "" if stored is None else " " + _("Nothing stored was changed.")
            return Outcome(
                symbol,
                name,
                "refused",
                note=f"{note}{kept}",
                **shared,
            )
        merged = merge(stored, reply.bars, whole=whole)
        if dropped:
            first = reply.checked.refused[0][1] if reply.checked.refused else _("unreadable")
            notes.append(
                ngettext(
                    "{count} row was dropped ({first}).",
                    "{count} rows were dropped ({first}).",
                    dropped,
                ).format(count=dropped, first=first)
            )
        if merged.rescaled:
            notes.append(
                _("{count} days it does not have were brought to its basis.").format(
                    count=f"{merged.rescaled:,}"
                )
            )
        if stored is not None and not same_source:
            notes.append(_("Its prices come from {source} from now on.").format(source=name))
        if merged.added or merged.changed or merged.rescaled or not same_source:
            store.write(market, {symbol: merged.bars}, source=name, kind=entry.kind)
    rewritten = whole and stored is not None and same_source
    state = "rewritten" if rewritten else "added" if merged.added else "unchanged"
    if state == "unchanged" and merged.changed:
        state = "added"
        notes.append(_("{count} days were corrected.").format(count=merged.changed))
    shared |= {"note": " ".join(notes), "last": str(merged.bars["date"].iloc[-1].date())}
    return Outcome(symbol, name, state, merged.added, merged.changed, **shared)


def _stored(store: BarStore, market: str, symbol: str) -> tuple[pd.DataFrame | None, str, bool]:
    """Bars, their source, and whether they were there but damaged."""
    source = store.source_of(market, symbol)
    if not source:
        return None, "", False
    try:
        return store.bars(market, symbol), source, False
    except UnreadableBars:
        return None, source, True


def _clean(raw: pd.DataFrame, market: str, kind: str, symbol: str, now: datetime | None) -> _Reply:
    """The usable bars of finished sessions in a reply, or why the whole is not usable."""
    checked = check_frame(raw, market, kind, symbol)
    bars = to_bars(checked.rows, market)
    if "raw_close" in raw and len(bars):
        days = pd.to_datetime(raw["date"]).dt.normalize()
        traded = pd.Series(raw["raw_close"].to_numpy(float), index=days)
        traded = traded[~traded.index.duplicated()]
        bars["raw_close"] = traded.reindex(bars["date"]).to_numpy()
    reason = ""
    rows = len(raw)
    if rows and checked.refused_total > max(MOST_REFUSED * rows, 1):
        first = checked.refused[0][1] if checked.refused else _("unreadable")
        reason = _("{count} of its {total} rows are no usable prices ({first})").format(
            count=checked.refused_total, total=rows, first=first
        )
    present = datetime.now(UTC) if now is None else now
    # A bar of a session still trading would later pass for its last word.
    last = bars["date"].iloc[-1] if len(bars) else None
    if last is not None and closed_at(market, last) > present:
        bars = bars.iloc[:-1]
    return _Reply(bars, replace(checked, rows=checked.rows.iloc[:0]), reason)


def _not_given(entry: Entry, error: SourceError, stored: pd.DataFrame | None) -> Outcome:
    if error.state in ("empty", "garbage") and stored is not None:
        note = f"{error} " + _("Nothing stored was changed.")
        return Outcome(entry.symbol, entry.source, "refused", note=note, kind=entry.kind)
    advice = " " + _("Check the symbol.") if error.state == "empty" else ""
    note = f"{error}{advice}"
    return Outcome(entry.symbol, entry.source, "failed", note=note, kind=entry.kind)
