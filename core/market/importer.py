"""Prices from files into the store: read, check, merge by symbol and date, write.

What the record keeps is said in English; the notes of the report, which nobody keeps, in the
reader's language.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from core.access import Role, require
from core.errors import UserError
from core.formats import day, number
from core.indicators.store import IndicatorStore
from core.language import DEFAULT, _, ngettext, retold, separated, using
from core.market.adjusting import to_bars
from core.market.barfiles import UnreadableBars
from core.market.basis import Comparison, compare
from core.market.import_report import ImportReport, NothingImported, Refusal
from core.market.listing import read_listing
from core.market.merging import merge
from core.market.parsing import ALIASES
from core.market.quality.catalogue import REPLACED, Finding
from core.market.quality.record import flagged, inspect, stored_days
from core.market.quality.rows import check
from core.market.quality.verdicts import CAP, Checked, became, told, within
from core.market.schema import BAR_COLUMNS, PRICES, check_symbol, find_market, printable
from core.market.store import BarStore
from core.market.tables import read_table

SOURCE = "file"
SAMPLE_SOURCE = "sample"

Progress = Callable[[float, str], None]


def import_files(
    paths: Iterable[str | Path],
    *,
    market: str,
    store: BarStore,
    kind: str = "stock",
    listing: str | Path | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Merge files of daily prices into the store, all usable rows or, on a crash, none.

    Parameters
    ----------
    paths : iterable of path
        CSV or Parquet, told apart by content. Without a column for the symbol
        the file's name is the symbol.
    market : {"VN", "US"}
    store : BarStore
    kind : {"stock", "index"}
    listing : path, optional
        A file of names and industries, read before anything is written.
    progress : callable, optional
        Called with the share done (0 to 1) and what is being done.

    Raises
    ------
    Forbidden
        If the actor may only read.
    NothingImported
        If not one row could be used; its ``report`` says why.
    UserError
        If the listing as a whole cannot be read, or the market is unknown.
    """
    require(Role.ANALYST)
    tell = progress or (lambda share, text: None)
    files = [Path(path) for path in paths]
    report = ImportReport(find_market(market).code, kind)
    names = None
    if listing is not None:
        names, refused = read_listing(Path(listing), report.market)
        report.refuse(printable(Path(listing).name, 80), refused, len(refused))
    checked: list[tuple[str, Checked]] = []
    for place, path in enumerate(files):
        name = printable(path.name, 80)
        tell(0.7 * place / len(files), _("reading {file}").format(file=name))
        report.files.append(name)
        if (result := _read(path, name, report)) is not None:
            checked.append((name, result))
    with store.exclusive():
        tell(0.7, _("merging"))
        frames = _merge(checked, store, report)
        if files and not report.rows_taken:
            raise NothingImported(report)
        tell(0.8, _("writing {count} symbols").format(count=len(frames)))
        store.write(report.market, frames, source=SOURCE, kind=kind)
        if names is not None:
            store.set_listing(report.market, names)
            report.listed = len(names)
    try:
        inspect(
            store,
            report.market,
            progress=lambda share, text: tell(0.9 + 0.1 * share, text),
            checked=[result for _, result in checked],
        )
        IndicatorStore(store).update(report.market)
    except UnreadableBars as error:
        # Another symbol's file; what was imported stays, and the next check does the rest.
        report.notes.append(_("The quality checks could not be finished.") + f" {error}")
    _count_left_standing(checked, store, report)
    report.doubtful = sorted(set(report.symbols) & set(flagged(store.data_dir, report.market)))
    tell(1.0, _("done"))
    return report


@using(DEFAULT)
def read_rows(path: Path, market: str, kind: str) -> Checked:
    """Read and check the rows of one file, nothing stored; all reasons are in English.

    Raises
    ------
    UserError
        If the file as a whole cannot be used; half a sentence, in English too.
    """
    required = {"date", *PRICES} | ({"volume"} if kind == "stock" else set())
    table = read_table(path, ALIASES, required)
    symbol = None if "symbol" in table.columns else _symbol_of(path)
    return check(table, market, kind, symbol)


def _read(path: Path, name: str, report: ImportReport) -> Checked | None:
    try:
        result = read_rows(path, report.market, report.kind)
    except UserError as error:
        report.unread.append(Refusal(name, 0, str(error).rstrip(".")))
        return None
    report.refuse(name, result.refused, result.refused_total)
    room = CAP - len(report.repaired)
    report.repaired.extend(Refusal(name, line, what) for line, what in result.repaired[:room])
    report.repaired_total += result.repaired_total
    report.rows_unchanged += result.repeated
    report.notes.extend(f"{name}: {retold(note)}." for note in result.notes)
    return result


def _symbol_of(path: Path) -> str:
    try:
        return check_symbol(path.stem)
    except UserError:
        raise UserError(
            _(
                "it has no column symbol, and its name is no symbol either; name it like VNM.csv, "
                "or add the column"
            )
        ) from None


def _merge(
    checked: list[tuple[str, Checked]], store: BarStore, report: ImportReport
) -> dict[str, pd.DataFrame]:
    """The histories that change, as they shall stand; later files win over earlier ones."""
    catalogue = store.symbols(report.market, kind=None).set_index("symbol")
    now: dict[str, pd.DataFrame | None] = {}
    changed: set[str] = set()
    taken: set[str] = set()
    for name, result in checked:
        rows = result.rows
        if rows.empty:
            continue
        starts = np.flatnonzero(rows["symbol"].ne(rows["symbol"].shift()).to_numpy(dtype=bool))
        notes: list[str] = []
        bars = to_bars(rows, report.market, notes)
        report.notes.extend(f"{name}: {note}." for note in notes)
        for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True):
            symbol = rows["symbol"].iat[start]
            lines = rows["line"].to_numpy()[start:stop]
            new = bars.iloc[start:stop].reset_index(drop=True)
            if symbol not in now:
                if _is_index(symbol, catalogue, report):
                    reason = _("{symbol} is stored as an index; import it with --index").format(
                        symbol=symbol
                    )
                    report.refuse(name, [(int(lines.min()), reason)], stop - start)
                    continue
                now[symbol] = _stored(symbol, catalogue, store, report)
            old = now[symbol]
            held = None if old is None else compare(old, new)
            if held is not None and held.state == "other":
                if _refuse_basis(symbol, old, new, held, lines, name, report):
                    taken.add(symbol)
                # Nothing of it was taken, so it has nothing to say about what is on record.
                result.findings.pop(symbol, None)
                result.spans.pop(symbol, None)
                continue
            taken.add(symbol)
            merged = merge(old, new, whole=held is not None and held.state == "rewritten")
            report.rows_added += merged.added
            report.rows_replaced += merged.changed
            report.rows_unchanged += len(new) - merged.added - merged.changed
            if held is not None and held.state == "rewritten":
                report.notes.append(
                    _(
                        "{symbol}: the file's closes are {factor} times the stored ones, as after "
                        "a dividend or split; as it brings the whole history, it took its place."
                    ).format(symbol=symbol, factor=number(held.factor, 3))
                )
            elif held is not None and held.replaced.any():
                found = _corrections(symbol, old, new, held, report)
                result.findings.setdefault(symbol, []).extend(found)
            if merged.added or merged.changed:
                now[symbol] = merged.bars
                changed.add(symbol)
    report.symbols = sorted(taken)
    for symbol in report.symbols:
        kind = catalogue["kind"].get(symbol)
        if kind == "stock" and report.kind == "index":
            changed.add(symbol)
            report.notes.append(
                _("{symbol} was stored as a stock and is an index from now on.").format(
                    symbol=symbol
                )
            )
    return {symbol: now[symbol] for symbol in sorted(changed)}


def _is_index(symbol: str, catalogue: pd.DataFrame, report: ImportReport) -> bool:
    return report.kind == "stock" and catalogue["kind"].get(symbol) == "index"


def _stored(
    symbol: str, catalogue: pd.DataFrame, store: BarStore, report: ImportReport
) -> pd.DataFrame | None:
    if symbol not in catalogue.index:
        return None
    if catalogue["source"][symbol] == SAMPLE_SOURCE:
        # Two sources are adjusted from different days; joined, they would show a jump.
        report.notes.append(
            _("{symbol}: the sample's prices were replaced whole by the file's.").format(
                symbol=symbol
            )
        )
        return None
    try:
        return store.bars(report.market, symbol)
    except UnreadableBars:
        report.notes.append(
            _(
                "{symbol}: the stored prices were damaged and have been replaced by the file's."
            ).format(symbol=symbol)
        )
        return None


def _refuse_basis(
    symbol: str,
    old: pd.DataFrame,
    new: pd.DataFrame,
    held: Comparison,
    lines: np.ndarray,
    file: str,
    report: ImportReport,
) -> int:
    """Refuse row by row what would change a history on another basis; how many rows it repeats."""
    merged_in = merge(old, new)
    stays = held.stored >= 0
    columns = list(BAR_COLUMNS)
    after = merged_in.bars.set_index("date").reindex(new["date"]).reset_index()[columns]
    before = old.iloc[held.stored.clip(min=0)].reset_index(drop=True)[columns]
    same = stays & (after.eq(before) | (after.isna() & before.isna())).all(axis=1).to_numpy()
    factor = number(held.factor, 3)
    refused = []
    for place in np.flatnonzero(~same)[:CAP]:
        names = {"symbol": symbol, "day": day(new["date"].iat[place]), "factor": factor}
        if stays[place]:
            reason = _(
                "{symbol} closes at {close} on {day} and {stored} is stored: the file's closes are "
                "{factor} times the stored ones on days both have, so the stored bar stays"
            ).format(
                close=separated(f"{new['close'].iat[place]:.6g}"),
                stored=separated(f"{before['close'].iat[place]:.6g}"),
                **names,
            )
        else:
            reason = _(
                "{symbol} on {day} would follow a jump: the file's closes are {factor} times the "
                "stored ones on days both have; import its whole history"
            ).format(**names)
        refused.append((int(lines[place]), reason))
    report.refuse(file, sorted(refused), int((~same).sum()))
    report.left_standing += int((~same & stays).sum())
    report.rows_unchanged += int(same.sum())
    report.notes.append(
        _(
            "{symbol}: the file's closes are {factor} times the stored ones on days both have, as "
            "after a dividend or split, and it brings only a part of the history: what is stored "
            "stays. Import its whole history."
        ).format(symbol=symbol, factor=factor)
    )
    return int(same.sum())


def _corrections(
    symbol: str, old: pd.DataFrame, new: pd.DataFrame, held: Comparison, report: ImportReport
) -> list[Finding]:
    """A finding for each stored day that a file changed, so that a slip of the file is seen."""
    found = []
    money = f",.{find_market(report.market).price_digits}f"
    places = np.flatnonzero(held.replaced)
    for place in places:
        before, after = old.iloc[held.stored[place]], new.iloc[place]
        # The close first: it is what the indicators are made of.
        changed = [
            (name, f"{before[name]:{form}}", f"{after[name]:{form}}")
            for name, form in (
                ("close", money),
                *((n, money) for n in PRICES[:3]),
                ("volume", ",.0f"),
            )
            if before[name] != after[name]
        ]
        on = str(after["date"].date())
        found.append(Finding(REPLACED, "flagged", on, on, 1, became(changed)))
    report.notes.append(
        ngettext(
            "{symbol}: {count} day that was stored otherwise took the file's values, the first "
            "{day} ({change}). The Quality page lists them.",
            "{symbol}: {count} days that were stored otherwise took the file's values, the first "
            "{day} ({change}). The Quality page lists them.",
            len(places),
        ).format(
            symbol=symbol,
            count=number(len(places)),
            day=day(found[0].first),
            change=within(told(REPLACED, "flagged", found[0].detail)),
        )
    )
    return found


def _count_left_standing(
    checked: list[tuple[str, Checked]], store: BarStore, report: ImportReport
) -> None:
    for __, result in checked:
        days = stored_days(store, report.market, result)
        report.left_standing += sum(result.left_standing(symbol, days[symbol]) for symbol in days)
    if report.left_standing:
        report.notes.append(
            ngettext(
                "{count} row was refused for a day whose stored bar stays as it was.",
                "{count} rows were refused for days whose stored bars stay as they were.",
                report.left_standing,
            ).format(count=number(report.left_standing))
        )
