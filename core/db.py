"""The SQLite file that holds the symbol catalogue, jobs and forecasts."""

import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from core.errors import NoRoom, Unavailable
from core.kept_reads import KeptReads
from core.language import N_, _

FIRST = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE symbols (
    market TEXT NOT NULL, symbol TEXT NOT NULL, kind TEXT NOT NULL DEFAULT 'stock',
    source TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
    rows INTEGER NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, updated TEXT NOT NULL,
    PRIMARY KEY (market, symbol)
);
CREATE TABLE listing (
    market TEXT NOT NULL, symbol TEXT NOT NULL, name TEXT, name_vi TEXT, sector TEXT,
    industry_group TEXT, industry TEXT, exchange TEXT, listing_date TEXT,
    PRIMARY KEY (market, symbol)
);
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, params TEXT NOT NULL, state TEXT NOT NULL,
    message TEXT NOT NULL DEFAULT '', requested_by TEXT NOT NULL, pid INTEGER,
    pid_started REAL, created TEXT NOT NULL, started TEXT, ended TEXT, result TEXT
);
CREATE TABLE job_log (job TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL, message TEXT);
CREATE TABLE forecasts (
    id TEXT PRIMARY KEY, created TEXT NOT NULL, market TEXT NOT NULL, symbol TEXT NOT NULL,
    as_of TEXT NOT NULL, target_date TEXT NOT NULL, horizon_weeks INTEGER NOT NULL,
    band REAL NOT NULL, close REAL, ret REAL, ret_low REAL, ret_high REAL,
    p_down REAL, p_sideways REAL, p_up REAL, call TEXT, missing INTEGER,
    reason TEXT NOT NULL DEFAULT '', in_sample INTEGER NOT NULL DEFAULT 0,
    price_version INTEGER NOT NULL, pattern_version INTEGER NOT NULL,
    fingerprint TEXT NOT NULL, source TEXT NOT NULL
);
CREATE INDEX forecasts_by_symbol ON forecasts (market, symbol, as_of);
CREATE INDEX forecasts_by_week ON forecasts (market, as_of, created);
"""

LIVE_PRICES = """
CREATE TABLE follows (
    market TEXT NOT NULL, symbol TEXT NOT NULL, source TEXT NOT NULL,
    PRIMARY KEY (market, symbol)
);
CREATE TABLE asked (
    market TEXT NOT NULL, symbol TEXT NOT NULL, source TEXT NOT NULL, at TEXT NOT NULL,
    state TEXT NOT NULL, message TEXT NOT NULL DEFAULT '', added INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (market, symbol)
);
CREATE TABLE findings (
    market TEXT NOT NULL, symbol TEXT NOT NULL, rule TEXT NOT NULL, action TEXT NOT NULL,
    first TEXT NOT NULL, last TEXT NOT NULL, count INTEGER NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX findings_by_symbol ON findings (market, symbol);
CREATE TABLE inspected (
    market TEXT NOT NULL, symbol TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (market, symbol)
);
CREATE TABLE members (
    market TEXT NOT NULL, name TEXT NOT NULL, symbol TEXT NOT NULL,
    PRIMARY KEY (market, name, symbol)
);
CREATE TABLE watchlists (
    market TEXT NOT NULL, name TEXT NOT NULL, symbols TEXT NOT NULL, updated TEXT NOT NULL,
    PRIMARY KEY (market, name)
);
"""
"""Which source a symbol follows and how the last asking went; what is odd about its bars, and in
which state of them that was found; members of indices; named watchlists."""

CALIBRATED = """
ALTER TABLE forecasts ADD COLUMN ret_low_95 REAL;
ALTER TABLE forecasts ADD COLUMN ret_high_95 REAL;
ALTER TABLE forecasts ADD COLUMN move REAL;
ALTER TABLE forecasts ADD COLUMN prior_down REAL;
ALTER TABLE forecasts ADD COLUMN prior_sideways REAL;
ALTER TABLE forecasts ADD COLUMN prior_up REAL;
ALTER TABLE forecasts ADD COLUMN peers TEXT NOT NULL DEFAULT '';
"""
"""The 95 % interval, the expected move and the class prior of a forecast; and a hash of all
stocks' prices where the versions compare stocks with each other."""

JOBS = """
ALTER TABLE jobs ADD COLUMN phase TEXT NOT NULL DEFAULT '';
"""
"""What a running job is at: being prepared, at work, or being put away."""

TRAIL = """
CREATE TABLE trail (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, act TEXT NOT NULL, who TEXT NOT NULL,
    action TEXT NOT NULL, model TEXT NOT NULL, was INTEGER, became INTEGER,
    rules TEXT NOT NULL DEFAULT '[]', reason TEXT NOT NULL DEFAULT '', tried INTEGER,
    note TEXT NOT NULL DEFAULT ''
);
CREATE TRIGGER trail_unchanged BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER trail_undeleted BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER trail_unreplaced BEFORE INSERT ON trail WHEN EXISTS (SELECT 1 FROM trail WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
CREATE TABLE intents (id INTEGER PRIMARY KEY CHECK (id = 1), act TEXT NOT NULL);
"""  # noqa: E501
"""Who put which version into production, when and why: rows are only ever added (replacing one
would not fire the trigger on deleting, hence the third). And what a promotion is about to do, so
that one cut off half-way is carried to its end."""

ALERTS = """
CREATE TABLE alert_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, given TEXT NOT NULL,
    channel TEXT NOT NULL DEFAULT '', active INTEGER NOT NULL DEFAULT 1, created TEXT NOT NULL,
    trouble TEXT NOT NULL DEFAULT ''
);
CREATE TABLE alert_told (
    key TEXT NOT NULL, channel TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (key, channel)
);
CREATE TABLE alert_deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, rule INTEGER NOT NULL, channel TEXT NOT NULL,
    text TEXT NOT NULL, market TEXT NOT NULL DEFAULT '', symbol TEXT NOT NULL DEFAULT '',
    as_of TEXT NOT NULL DEFAULT '', record TEXT NOT NULL DEFAULT '', created TEXT NOT NULL,
    state TEXT NOT NULL, due TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, first_try TEXT,
    claimed_by TEXT NOT NULL DEFAULT '', claimed TEXT, ended TEXT, reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX alert_deliveries_by_state ON alert_deliveries (state, due);
"""
"""Rules of alerts; what was told to which channel, so that nothing is repeated; and every message
on its way. The channels' addresses are secrets and lie elsewhere, see ``core.alerts.channels``."""

ACCESS = """
CREATE TABLE tokens (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, role INTEGER NOT NULL, sha256 TEXT NOT NULL UNIQUE,
    created TEXT NOT NULL, created_by TEXT NOT NULL, expires TEXT, last_used TEXT, revoked TEXT
);
"""
"""Who may use the API: of each token its hash, its role, its end and its last use."""

STEPS = (FIRST, LIVE_PRICES, CALIBRATED, JOBS, TRAIL, ALERTS, ACCESS)
SCHEMA_VERSION = len(STEPS)
"""A file of an older format is brought up step by step; one of a newer format is refused."""
SAYS_NO_ROOM = N_(
    "The disk is full, so nothing was written: make room for the data folder (the Data page shows "
    "what takes it), then do it again."
)
Found = TypeVar("Found")
_reads = KeptReads()


def path(data_dir: Path) -> Path:
    """Where the file lies inside a data folder."""
    return data_dir / "weeklens.db"


@contextmanager
def connect(data_dir: Path, *, writing: bool = False) -> Iterator[sqlite3.Connection]:
    """Open the file, making it where there is none; commit on a clean exit.

    Parameters
    ----------
    data_dir : Path
        The data folder.
    writing : bool
        Wait for other writers at the beginning: for who reads first and then writes what
        follows from it, which SQLite refuses where somebody wrote in between.

    Yields
    ------
    sqlite3.Connection
        Rows read by name; one transaction, rolled back on an exception.

    Raises
    ------
    NoRoom
        If the disk is full; nothing of the transaction is kept.
    Unavailable
        If the folder cannot be written, or the file is damaged or from a newer Weeklens.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path(data_dir), timeout=20, isolation_level=None)
    except (OSError, sqlite3.OperationalError) as error:
        raise Unavailable(
            _(
                "The data folder {folder} cannot be used ({error}). "
                "Set WEEKLENS_DATA_DIR to a folder you may write to."
            ).format(folder=data_dir, error=error)
        ) from None
    connection.row_factory = sqlite3.Row
    try:
        try:
            _prepare(connection, data_dir)
        except sqlite3.DatabaseError as error:
            raise Unavailable(
                _(
                    "The file {file} cannot be used ({error}). "
                    "Choose another WEEKLENS_DATA_DIR, or move the file away."
                ).format(file=path(data_dir), error=error)
            ) from None
        connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
        yield connection
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise NoRoom(_(SAYS_NO_ROOM)) from error
        raise
    finally:
        connection.close()


def remembered(data_dir: Path, key: Hashable, read: Callable[[], Found]) -> Found:
    """What ``read`` returns, or returned since anything was written to the file; see `KeptReads`.

    For small things a page asks many times. Whoever is given the answer must not change it.
    """
    return _reads.get(path(data_dir), key, read)


def state(data_dir: Path) -> tuple | None:
    """Changes with every commit to the file; None where that cannot be told."""
    return _reads.state(path(data_dir))


def _prepare(connection: sqlite3.Connection, data_dir: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise Unavailable(
            _(
                "The data folder {folder} was written by a newer Weeklens "
                "(format {version}, this one reads {known}). "
                "Update Weeklens, or choose another WEEKLENS_DATA_DIR. Nothing was changed."
            ).format(folder=data_dir, version=version, known=SCHEMA_VERSION)
        )
    if version == SCHEMA_VERSION:
        return
    connection.execute("PRAGMA journal_mode=WAL")
    # Two processes may find an empty file at once: the second waits here, then sees the tables.
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for step in STEPS[version:]:
        for statement in step.split(";\n"):
            if statement.strip():
                connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {max(version, SCHEMA_VERSION)}")
    connection.execute("COMMIT")
