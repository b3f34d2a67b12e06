"""Forecast each stock of a market from one week, or say in a sentence why not."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from core.dataset import MOST_MISSING, SEQUENCE_WEEKS, Panel
from core.forecasts.record import FORECAST, PRIORS
from core.indicators.catalogue import NAMES, WARMUP_WEEKS
from core.language import N_, _
from core.market.calendar import closed_at, last_session
from core.market.follows import asked, followed
from core.serving import Week, call_words, pattern_answer, price_answer
from models.runtime import OnnxModel

LATE = N_("Its source has not been asked since the week closed: refresh its prices first.")


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
    """A record without a forecast, and the sentence why: in English, as it is stored."""
    if row is None or np.isnan(row["close"]):
        reason = _("It did not trade in the week of {day}.").format(day=as_of.date())
    elif row["n_weeks"] < WARMUP_WEEKS + SEQUENCE_WEEKS - 1:
        needed = WARMUP_WEEKS + SEQUENCE_WEEKS - 1
        lacking = needed - int(row["n_weeks"])
        reason = _("It has {weeks} weeks of prices; {needed} are needed, {lacking} more.").format(
            weeks=int(row["n_weeks"]), needed=needed, lacking=lacking
        )
    elif row["missing"] > MOST_MISSING:
        reason = _("{count} of its {total} indicators are missing this week.").format(
            count=int(row["missing"]), total=len(NAMES)
        )
    else:
        reason = _(
            "It lacks {count} complete weeks in a row: it did not trade, or too many indicators "
            "are missing, in one of the last weeks."
        ).format(count=SEQUENCE_WEEKS)
    return withheld({}, reason)


def withheld(record: dict, reason: str) -> dict:
    """The record without its forecast, and the sentence why."""
    return {**record, **dict.fromkeys(FORECAST), "reason": reason}


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
