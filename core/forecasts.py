"""Forecasts as records: computed once by named versions from a named data state, then read."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from core import trail
from core.dataset import (
    MOST_MISSING,
    SEQUENCE_WEEKS,
    Panel,
    build_panel,
    panel_of,
)
from core.db import connect
from core.errors import UserError
from core.indicators.catalogue import NAMES, WARMUP_WEEKS
from core.indicators.store import LATE_WEEKS, IndicatorStore
from core.jobs.progress import Progress
from core.jobs.store import Job, now
from core.market.calendar import closed_at, complete_weeks, last_session
from core.market.follows import asked, followed
from core.market.schema import printable
from core.market.store import BarStore, fingerprint
from core.serving import Week, call_words, pattern_answer, price_answer, reads_other_stocks
from core.settings import settings
from models.baselines import CLASSES
from models.runtime import OnnxModel

CURRENT = "current_forecasts"
"""Key in ``meta``: which records the pages show (market, as_of, versions, data revision)."""
FORECAST = (
    *("close", "ret", "ret_low", "ret_high", "ret_low_95", "ret_high_95", "move"),
    *("p_down", "p_sideways", "p_up", "call", "missing"),
)
"""What a record without a forecast leaves empty."""
PRIORS = tuple(f"prior_{name.lower()}" for name in CLASSES)
NUMBERS = (
    *("close", "ret", "ret_low", "ret_high", "ret_low_95", "ret_high_95", "move"),
    *("p_down", "p_sideways", "p_up", *PRIORS),
)
LATE = "Its source has not been asked since the week closed: refresh its prices first."
WEEKS_BACK = 52 + SEQUENCE_WEEKS
"""Weeks that a forecast reads: eight of indicators, each with a year's volatility behind it."""
NO_BARS = fingerprint(pd.DataFrame({"date": pd.DatetimeIndex([])}))
RECORDS, FILES = "records.json", ("price_file", "pattern_file")


def prepare(data_dir: Path, params: dict, folder: Path) -> dict:
    """Fetch and check the two model files, before the child starts."""
    from core import (
        registry,
    )  # MLflow takes a second to load and pages need records only

    found = {}
    for model, name in zip(registry.MODELS, FILES, strict=True):
        found[name] = str(registry.model_file(registry.get(model, params[model])))
    return found


def work(params: dict, folder: Path, tell: Progress) -> dict:
    """Forecast every stock of the versions' market; in the child process.

    Parameters
    ----------
    params : dict
        ``price_target_model`` and ``pattern_lstm_classifier`` (versions), their
        files, and perhaps ``as_of`` (ISO date).
    folder : Path
        Gets the records.
    tell : Progress

    Returns
    -------
    dict
        ``market, as_of, count, stocks, revision``, ``usual`` (the class prior), and
        ``rule`` and ``shrinkage`` of versions that have them.
    """
    price, pattern = (OnnxModel(Path(params[name])) for name in FILES)
    market = price.bundle["market"]
    store = BarStore(settings().data_dir)
    revision = store.revision()
    states = {symbol: state for symbol, *state in store.states(market)}
    if not states:
        raise UserError(f"There are no prices of the market {market}: import some first.")
    tell.stage("Computing indicators")
    panel = _panel(store, market, price, pattern, params.get("as_of"))
    as_of = as_of_week(panel.weeks, params.get("as_of"))
    tell.stage("Forecasting")
    began = [symbol for symbol, (first, _, _) in states.items() if first <= str(panel.weeks[-1])]
    records = forecast_week(panel, price, pattern, as_of, began)
    last_days = {symbol: pd.Timestamp(last) for symbol, (_, last, _) in states.items()}
    late = unrefreshed(settings().data_dir, market, last_days, as_of)
    records = [
        _withheld(record, LATE) if record["symbol"] in late else record for record in records
    ]
    sources = store.symbols(market).set_index("symbol")["source"]
    prints = _prints(store, market, states, as_of)
    peers = peers_of({s: p for s, p in prints.items() if p != NO_BARS})
    raw = panel.frame.loc[panel.frame["week"] == as_of, ["symbol", "raw_close"]]
    raw = dict(zip(raw["symbol"], raw["raw_close"], strict=True))
    for record in records:
        symbol = record["symbol"]
        if record["call"] is not None and np.isfinite(raw[symbol]):
            record["close"] = float(raw[symbol])
        record |= {
            "market": market,
            "fingerprint": prints[symbol],
            "peers": peers if reads_other_stocks(price, pattern) else "",
            "source": str(sources[symbol]),
            "price_version": params["price_target_model"],
            "pattern_version": params["pattern_lstm_classifier"],
        }
    (folder / RECORDS).write_text(json.dumps(records), encoding="utf-8")
    given = sum(record["call"] is not None for record in records)
    return {
        "market": market,
        "as_of": str(as_of.date()),
        "count": given,
        "stocks": len(records),
        "revision": revision,
        "usual": pattern.bundle["calibration"]["prior"],
        "rule": pattern.bundle.get("rule"),
        "shrinkage": price.bundle.get("shrinkage"),
    }


def _panel(
    store: BarStore, market: str, price: OnnxModel, pattern: OnnxModel, asked: str | None
) -> Panel:
    """What the versions read: kept indicators where those suffice, else computed from all bars."""
    bundle = price.bundle
    given = {"horizon_weeks": bundle["horizon_weeks"], "band": bundle["band"]}
    made, weeks = IndicatorStore(store).lately(market)
    if asked is None and len(made.week):
        known = [np.datetime64(m.bundle["last_week"]) for m in (price, pattern)]
        # A blend also reads how it did in the weeks since it was trained.
        first = min(weeks[-1].to_datetime64(), *known) - np.timedelta64(7 * WEEKS_BACK, "D")
        if len(weeks) <= LATE_WEEKS or weeks[-LATE_WEEKS] <= first:
            return panel_of(made.since(first), weeks, **given)
    bars = store.panel(market)
    return build_panel(bars, store.sessions(market), market, **given)


def _prints(
    store: BarStore, market: str, states: dict[str, list[str]], as_of: pd.Timestamp
) -> dict[str, str]:
    """The fingerprint of each stock's bars up to a week; only longer ones need be read."""
    prints = {s: p for s, (_, last, p) in states.items() if pd.Timestamp(last) <= as_of}
    longer = [symbol for symbol in states if symbol not in prints]
    bars = store.panel(market, longer) if longer else {}
    return prints | {s: fingerprint(daily[daily["date"] <= as_of]) for s, daily in bars.items()}


def unrefreshed(
    data_dir: Path, market: str, last_days: dict[str, pd.Timestamp], as_of: pd.Timestamp
) -> set[str]:
    """Stocks that follow a source but may lack the end of the as-of week.

    Their bars end before its last session, and their source has not answered since
    that session closed: a refresh that was cut off leaves such stocks.
    """
    final = last_session(market, as_of)
    if final is None:
        return set()
    closed, last = closed_at(market, final), asked(data_dir, market)
    return {
        symbol
        for symbol in followed(data_dir, market)
        if symbol in last_days
        and last_days[symbol] < final
        and not (
            symbol in last
            and last[symbol].state == "ok"
            and datetime.fromisoformat(last[symbol].at) >= closed
        )
    }


def finish(data_dir: Path, job: Job, result: dict, folder: Path) -> dict:
    """Keep the records, and show them unless an earlier week was asked for."""
    records = json.loads((folder / RECORDS).read_text("utf-8"))
    save(data_dir, records)
    if "as_of" not in job.params:
        from core import registry

        used = {model: registry.get(model, job.params[model]) for model in registry.MODELS}
        pointer = {
            "market": result["market"],
            "as_of": result["as_of"],
            "price_version": used[registry.PRICE].version,
            "pattern_version": used[registry.PATTERN].version,
            "revision": result["revision"],
            "usual": result["usual"],
            # How a call comes to be withheld, and how much of the price model is believed;
            # None for versions that do neither.
            "rule": result["rule"],
            "shrinkage": result["shrinkage"],
            # Kept beside the records, so that a page can say how far to trust them
            # without asking MLflow.
            "scores": {model: version.metrics for model, version in used.items()},
            "trained": {model: version.tags for model, version in used.items()},
            "promoted_by": used[registry.PRICE].tags.get("promoted_by", ""),
            # Rules of the gate that these versions did not hold when they were promoted, and
            # why they serve in the place of others.
            "gate_failed": failed_rules(data_dir, used),
            "instead": job.params.get("instead", ""),
        }
        with connect(data_dir) as db:
            db.execute(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)",
                (CURRENT, json.dumps(pointer)),
            )
    said = f"{result['count']} of {result['stocks']} stocks have a forecast for {result['as_of']}."
    return {**result, "message": said}


def failed_rules(data_dir: Path, used: dict) -> dict[str, list[str]]:
    """Titles of the gate's rules that versions failed when they were last promoted, by model."""
    rows = trail.entries(data_dir)
    put = {model: trail.behind(rows, model, version.version) for model, version in used.items()}
    return {model: entry.failed for model, entry in put.items() if entry and entry.failed}


def read_day(text: str) -> pd.Timestamp:
    """The day a reader wrote.

    Raises
    ------
    UserError
        If it is no date.
    """
    try:
        day = pd.Timestamp(text)
    except ValueError:
        day = pd.NaT
    if day is pd.NaT or day.tzinfo is not None:
        raise UserError(f"{text[:40]!r} is not a date: write it as 2024-06-28.")
    return day.normalize()


def as_of_week(weeks: pd.DatetimeIndex, asked: str | None) -> pd.Timestamp:
    """The complete week to forecast from: the last one, or the last on or before a date.

    Raises
    ------
    UserError
        If the date cannot be read or lies before the first week.
    """
    if asked is None:
        return weeks[-1]
    day = read_day(asked)
    before = weeks[weeks <= day]
    if len(before) == 0:
        raise UserError(f"There are no prices on or before {day.date()}: choose a later date.")
    return before[-1]


def forecast_week(
    panel: Panel,
    price: OnnxModel,
    pattern: OnnxModel,
    as_of: pd.Timestamp,
    symbols: Iterable[str] = (),
) -> list[dict]:
    """Forecast each stock of a panel from one complete week.

    Parameters
    ----------
    panel : Panel
    price, pattern : OnnxModel
    as_of : Timestamp
        Friday of a complete week.
    symbols : iterable of str
        Stocks that get a record though they have no row in the panel.

    Returns
    -------
    list of dict
        One record a stock; without a forecast ``call`` is None and ``reason``
        says in a sentence why.
    """
    frame = panel.frame
    at = np.flatnonzero((frame["week"] == as_of).to_numpy())
    horizon = price.bundle["horizon_weeks"]
    target = as_of + pd.Timedelta(weeks=horizon)
    usual = pattern.bundle["calibration"]["prior"]
    shared = {
        "as_of": str(as_of.date()),
        "target_date": str(target.date()),
        "horizon_weeks": horizon,
        "band": price.bundle["band"],
        "in_sample": int(str(as_of.date()) <= price.bundle["last_week"]),
        **dict(zip(PRIORS, usual, strict=True)),
    }
    made: dict[str, dict] = {}
    week = Week(panel, as_of.to_datetime64())
    if len(week.rows):
        told = price_answer(price, week)
        proba = pattern_answer(pattern, week)
        calls = call_words(pattern, proba, told["ret"])
        for i, row in enumerate(week.rows):
            made[frame["symbol"].iat[row]] = {
                "close": float(frame["close"].iat[row]),
                **{name: _number(values[i]) for name, values in told.items()},
                "p_down": float(proba[i, 0]),
                "p_sideways": float(proba[i, 1]),
                "p_up": float(proba[i, 2]),
                "call": calls[i],
                "missing": int(frame["missing"].iat[row]),
                "reason": "",
            }
    rows = {frame["symbol"].iat[row]: frame.iloc[row] for row in at}
    records = []
    for symbol in sorted({*frame["symbol"].unique(), *symbols}):
        record = made.get(symbol) or _without(rows.get(symbol), as_of)
        records.append({"symbol": symbol, **shared, **record})
    return records


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def peers_of(prints: dict[str, str]) -> str:
    """One hash of all stocks' prices, for versions that compare stocks with each other."""
    return hashlib.sha256(json.dumps(sorted(prints.items())).encode()).hexdigest()[:16]


def _without(row: pd.Series | None, as_of: pd.Timestamp) -> dict:
    """A record without a forecast, and the sentence why."""
    if row is None or np.isnan(row["close"]):
        reason = f"It did not trade in the week of {as_of.date()}."
    elif row["n_weeks"] < WARMUP_WEEKS + SEQUENCE_WEEKS - 1:
        needed = WARMUP_WEEKS + SEQUENCE_WEEKS - 1
        lacking = needed - int(row["n_weeks"])
        reason = (
            f"It has {int(row['n_weeks'])} weeks of prices; {needed} are needed, {lacking} more."
        )
    elif row["missing"] > MOST_MISSING:
        reason = f"{int(row['missing'])} of its {len(NAMES)} indicators are missing this week."
    else:
        reason = (
            f"It lacks {SEQUENCE_WEEKS} complete weeks in a row: it did not trade, or too many "
            "indicators are missing, in one of the last weeks."
        )
    return _withheld({}, reason)


def _withheld(record: dict, reason: str) -> dict:
    """The record without its forecast, and the sentence why."""
    return {**record, **dict.fromkeys(FORECAST), "reason": reason}


def save(data_dir: Path, records: list[dict]) -> None:
    """Store records; the same forecast from the same data is kept once, as first made."""
    at = now()
    with connect(data_dir) as db:
        for record in records:
            identity = [
                record[key]
                for key in (
                    "market",
                    "symbol",
                    "as_of",
                    "price_version",
                    "pattern_version",
                    "fingerprint",
                )
            ]
            if record.get("peers"):
                identity.append(record["peers"])
            if record.get("reason"):
                # What was lacking may come without a change of the stock's own bars.
                identity.append(record["reason"])
            made = hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]
            row = {"id": made, "created": at, **record}
            names = ", ".join(row)
            marks = ", ".join("?" for _ in row)
            db.execute(
                f"INSERT OR IGNORE INTO forecasts ({names}) VALUES ({marks})",
                tuple(row.values()),
            )


def current(data_dir: Path) -> dict:
    """Which records the pages show: market, as_of, versions, revision; empty before the first."""
    with connect(data_dir) as db:
        row = db.execute("SELECT value FROM meta WHERE key=?", (CURRENT,)).fetchone()
    return json.loads(row["value"]) if row else {}


def latest(data_dir: Path, market: str) -> pd.DataFrame:
    """The records on show for a market, one a stock; empty where no model is made for it.

    Returns
    -------
    DataFrame
        Columns of the table ``forecasts``, with ``price``, ``price_low``,
        ``price_high`` and those of the 95 % interval in the market's price unit and
        dates as timestamps; ``call`` is empty where there is no forecast, and
        "no clear direction" where there is one and its call is withheld.
    """
    shown = current(data_dir)
    if shown.get("market") != market:
        shown = {"as_of": "", "price_version": 0, "pattern_version": 0}
    versions = (shown["price_version"], shown["pattern_version"])
    found = of_week(data_dir, market, shown["as_of"], versions)
    # Records made before the prior was kept with each.
    for name, usual in zip(PRIORS, shown.get("usual", ()), strict=False):
        found[name] = found[name].fillna(usual)
    return found


def of_week(data_dir: Path, market: str, as_of: str, versions: tuple[int, int]) -> pd.DataFrame:
    """The records of one week by one pair of versions (price, pattern), one a stock."""
    found = _read(
        data_dir,
        "market=? AND as_of=? AND price_version=? AND pattern_version=? ORDER BY rowid",
        (market, as_of, *versions),
    )
    return found.drop_duplicates("symbol", keep="last").reset_index(drop=True)


def history(data_dir: Path, market: str, symbol: str) -> pd.DataFrame:
    """Every record of one stock, the oldest as-of week first."""
    return _read(data_dir, "market=? AND symbol=? ORDER BY as_of, rowid", (market, symbol))


def out_of_sample_of(data_dir: Path, model: str, version: int) -> pd.DataFrame:
    """Every record a version had a part in whose week it had not learned from, oldest first.

    Parameters
    ----------
    data_dir : Path
    model : str
        "price_target_model" or "pattern_lstm_classifier".
    version : int
    """
    column = "price_version" if model.startswith("price") else "pattern_version"
    return _read(data_dir, f"{column}=? AND in_sample=0 ORDER BY as_of, rowid", (version,))


def count(data_dir: Path) -> int:
    """How many records there are; they are only ever added."""
    with connect(data_dir) as db:
        return db.execute("SELECT count(*) FROM forecasts").fetchone()[0]


def find(data_dir: Path, record: str) -> dict:
    """One record by its id, as a row of ``latest``.

    Raises
    ------
    UserError
        If there is none.
    """
    found = _read(data_dir, "id=?", (record,))
    if found.empty:
        raise UserError(
            f"There is no forecast {printable(record, 20)!r} in this data folder: the Market page "
            "lists those of the versions in production."
        )
    return found.iloc[0].to_dict()


def of_market(data_dir: Path, market: str) -> pd.DataFrame:
    """Every record of a market, by symbol and as-of week."""
    return _read(data_dir, "market=? ORDER BY symbol, as_of, rowid", (market,))


def last_complete_week(data_dir: Path, market: str) -> pd.Timestamp | None:
    """The newest week a forecast could be made from; None without prices."""
    sessions = BarStore(data_dir).sessions(market)
    if len(sessions) == 0:
        return None
    weeks = complete_weeks(market, sessions, now=datetime.now(UTC))
    return weeks[-1] if len(weeks) else None


def _read(data_dir: Path, where: str, values: tuple) -> pd.DataFrame:
    with connect(data_dir) as db:
        frame = pd.read_sql_query(f"SELECT * FROM forecasts WHERE {where}", db, params=values)
    for name in ("as_of", "target_date"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[ns]")
    frame["call"] = frame["call"].astype(object).where(frame["call"].notna(), "")
    frame[list(NUMBERS)] = frame[list(NUMBERS)].astype(float)
    for end in ("", "_low", "_high", "_low_95", "_high_95"):
        frame[f"price{end}"] = frame["close"] * np.exp(frame[f"ret{end}"])
    return frame
