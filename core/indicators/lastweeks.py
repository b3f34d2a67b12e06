"""The files of a market's last weeks: a large one, and a small one of what has come since.

``recent.STATE.parquet`` has all stocks' last weeks; ``news.STATE.parquet``, where there is
one, the rows of new weeks, and all rows of stocks computed anew, whose rows in the large file
no longer count. ``past.ID.arrow`` has what new weeks need of those of the large file
(`core.indicators.past`).
Each is written aside and renamed; the small one names the others, so a crash between
two writes leaves the earlier state.
"""

import json
import os
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.indicators import past
from core.indicators.carry import without
from core.indicators.past import Closes, Past
from core.indicators.table import ordered

RECENT = "recent"
NEWS = "news"
PAST = "past"


@dataclass(frozen=True)
class Told:
    """What the files in force say of themselves.

    Attributes
    ----------
    base : str
        State in the name of the large file.
    since : str
        Its first week.
    last : str
        Its last week.
    rows : int
        How many it has.
    code : str
        Of the formulas.
    keys : dict of str to str
        By symbol, what its rows depend on.
    marks : dict of str to int
        By symbol, fingerprint of its bars up to its last kept week.
    whole : dict of str to str
        By symbol, the key of its own file whose rows those of the small file continue.
    past : str
        In the name of the file for new weeks.
    replaced : list of str
        Symbols whose rows in the large file do not count.
    """

    base: str
    since: str
    last: str
    rows: int
    code: str
    keys: dict[str, str]
    marks: dict[str, int]
    whole: dict[str, str]
    past: str
    replaced: list[str]


@dataclass(frozen=True)
class LastWeeks:
    """One state of a market's last weeks; reading gives None where a file is lost."""

    folder: Path
    told: Told
    news: pa.Table | None
    held: list[pa.Table] | None = None
    """The large file's row groups where it was written just now, or could not be."""

    @property
    def base(self) -> Path:
        return self.folder / f"{RECENT}.{self.told.base}.parquet"

    @cached_property
    def names(self) -> set[str]:
        """Files in use but the small one."""
        return {self.base.name, self._past.name}

    @property
    def _past(self) -> Path:
        return self.folder / f"{PAST}.{self.told.past}.arrow"

    def rows(self, since: np.datetime64, groups: list[int] | None = None) -> pa.Table | None:
        """All rows from a week on, ordered by symbol and week where there is news."""
        if self.held is None:
            base = read(self.base, groups)
        else:
            base = pa.concat_tables(self.held if groups is None else [self.held[g] for g in groups])
        if base is None or self.news is None:
            return base
        parts = [without(base, set(self.told.replaced)), self.news]
        both = pa.concat_tables([part.replace_schema_metadata() for part in parts])
        order = ordered(both)[2]
        late = both.column("week").to_numpy() >= since
        return both.take(pa.array(order[late[order]]))

    def past(self) -> tuple[Past, Closes] | None:
        """What new weeks need of the kept ones.

        There are no closes of the stocks computed anew since the large file was written.
        """
        if (found := past.read(self._past)) is None:
            return None
        kept, closes = found
        gone = set(self.told.replaced)
        return kept.with_news(gone, self.news), {s: c for s, c in closes.items() if s not in gone}

    def whole_of(self, symbol: str, key: str) -> pa.Table | None:
        """All rows of one stock from its own file and those that came since, if these do."""
        if self.news is None or self.told.keys.get(symbol) != key:
            return None
        kept = read(self.folder / f"{symbol}.{self.told.whole.get(symbol)}.parquet")
        if kept is None:
            return None
        new = self.news.filter(pc.equal(self.news.column("symbol"), symbol)).drop_columns("symbol")
        if len(kept) and len(new):
            new = new.filter(pc.greater(new.column("week"), kept.column("week")[-1]))
        return pa.concat_tables([part.replace_schema_metadata() for part in (kept, new)])


def find(folder: Path, state: str) -> LastWeeks | None:
    """The files of one state; None where they are lost."""
    base = folder / f"{RECENT}.{state}.parquet"
    if (told := _told(base)) is not None:
        return LastWeeks(folder, told, None)
    news = read(folder / f"{NEWS}.{state}.parquet")
    if news is not None and (told := _parsed(news.schema.metadata)) is not None:
        return LastWeeks(folder, told, news)
    return None


def newest(folder: Path) -> LastWeeks | None:
    """The files of the state written last."""
    paths = [*folder.glob(f"{NEWS}.*.parquet"), *folder.glob(f"{RECENT}.*.parquet")]
    for path in sorted(paths, key=_written, reverse=True):
        found = find(folder, path.name.split(".")[1])
        if found is not None and found.base.exists():
            return found
    return None


def write_past(folder: Path, kept: Past, closes: Closes) -> str:
    """Write what new weeks need; what the name of the file has."""
    name = uuid.uuid4().hex[:16]
    past.write(folder / f"{PAST}.{name}.arrow", kept, closes)
    return name


def read(
    path: Path, groups: list[int] | None = None, columns: tuple[str, ...] | None = None
) -> pa.Table | None:
    """Row groups of a kept file; None where there is none, or it cannot be read."""
    try:
        with pq.ParquetFile(path) as file:
            groups = list(range(file.num_row_groups)) if groups is None else groups
            names = None if columns is None else list(columns)
            return file.read_row_groups(groups, columns=names, use_threads=False)
    except (OSError, pa.ArrowException):
        return None


def write(groups: list[pa.Table], path: Path, told: Told | None = None) -> None:
    """Written aside and renamed; a full disk costs the file, never the page."""
    if told is not None:
        said = {"told": json.dumps(told.__dict__)}
        groups = [group.replace_schema_metadata(said) for group in groups]
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        # Indicators hardly repeat: looking for repetitions costs more than it saves.
        with pq.ParquetWriter(
            aside, groups[0].schema, compression="lz4", use_dictionary=["symbol"]
        ) as file:
            for group in groups:
                file.write_table(group, row_group_size=max(len(group), 1))
        os.replace(aside, path)
    except OSError:
        aside.unlink(missing_ok=True)


def _told(path: Path) -> Told | None:
    try:
        return _parsed(pq.read_schema(path).metadata)
    except (OSError, pa.ArrowException):
        return None


def _parsed(metadata: dict[bytes, bytes] | None) -> Told | None:
    try:
        return Told(**json.loads((metadata or {})[b"told"]))
    except (KeyError, TypeError, ValueError):
        return None


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
