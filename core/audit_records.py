"""The audit of stored forecasts: computed again from prices up to their week alone."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import forecasts
from core.dataset import build_panel
from core.db import connect
from core.errors import UserError
from core.language import _
from core.market.store import BarStore, fingerprint
from models.runtime import OnnxModel

TOLERANCE = 1e-6
COMPARED = (
    *("ret", "ret_low", "ret_high", "ret_low_95", "ret_high_95"),
    *("p_down", "p_sideways", "p_up"),
)


@dataclass(frozen=True)
class RecordAudit:
    """What the stored forecasts say today.

    Attributes
    ----------
    compared : int
        Records whose stock's prices are still those they were made from.
    differences : list of str
        Records that came out differently, in sentences.
    revised : list of str
        "SYMBOL as of DATE": the prices were revised since.
    unread : list of str
        Versions that could not be opened, and why.
    """

    compared: int
    differences: list[str]
    revised: list[str]
    unread: list[str]


def audit_records(
    data_dir: Path, market: str, tell: Callable[[int, int], None] | None = None
) -> RecordAudit:
    """Recompute every stored forecast of a market.

    Each is made anew by its own two versions from all prices cut off at its
    week. A record counts only if its stock's prices up to then still have the
    fingerprint kept with it, and the other stocks' too where the versions compare them.
    ``tell`` is called with how many weeks and versions are done, and how many there are.
    """
    from core import registry  # MLflow takes a second to load

    with connect(data_dir) as db:
        made = db.execute(
            "SELECT DISTINCT as_of, price_version, pattern_version FROM forecasts "
            "WHERE market=? ORDER BY as_of, price_version, pattern_version",
            (market,),
        ).fetchall()
    store = BarStore(data_dir)
    bars, sessions = store.panel(market), store.sessions(market)
    compared, differences, revised, unread = 0, [], [], []
    for number, (as_of, price_version, pattern_version) in enumerate(tuple(row) for row in made):
        if tell is not None:
            tell(number, len(made))
        try:
            price, pattern = (
                OnnxModel(registry.model_file(registry.get(model, version)))
                for model, version in zip(
                    registry.MODELS, (price_version, pattern_version), strict=True
                )
            )
        except UserError as error:
            unread.append(str(error))
            continue
        week = pd.Timestamp(as_of)
        seen = {s: b for s, daily in bars.items() if len(b := daily[daily["date"] <= week])}
        again = _again(seen, sessions[sessions <= week], market, price, pattern, week)
        prints = {symbol: fingerprint(daily) for symbol, daily in seen.items()}
        peers = forecasts.peers_of(prints)
        records = forecasts.of_week(data_dir, market, as_of, (price_version, pattern_version))
        for record in records.to_dict("records"):
            symbol = record["symbol"]
            changed = prints.get(symbol) != record["fingerprint"]
            if changed or record["peers"] not in ("", peers):
                revised.append(_("{symbol} as of {day}").format(symbol=symbol, day=as_of))
                continue
            compared += 1
            said = _difference(record, again.get(symbol))
            if said:
                differences.append(
                    _("{symbol} as of {day}: {said}").format(symbol=symbol, day=as_of, said=said)
                )
    return RecordAudit(compared, differences, revised, unread)


def _again(
    seen: dict[str, pd.DataFrame],
    sessions: pd.DatetimeIndex,
    market: str,
    price: OnnxModel,
    pattern: OnnxModel,
    week: pd.Timestamp,
) -> dict[str, dict]:
    if not seen:
        return {}
    panel = build_panel(
        seen,
        sessions,
        market,
        horizon_weeks=price.bundle["horizon_weeks"],
        band=price.bundle["band"],
    )
    return {r["symbol"]: r for r in forecasts.forecast_week(panel, price, pattern, week)}


def _difference(stored: dict, again: dict | None) -> str:
    """What differs, in words; empty if nothing does."""
    had = bool(stored["call"])
    if again is None or bool(again["call"]) != had:
        if had:
            return _("stored with a forecast, not so when computed again")
        return _("stored without a forecast, not so when computed again")
    if not had:
        return ""
    for name in COMPARED:
        then, now = (np.nan if told[name] is None else told[name] for told in (stored, again))
        if not np.isclose(then, now, rtol=0, atol=TOLERANCE, equal_nan=True):
            return _("{name} is {now} computed again, {then} as stored").format(
                name=name, now=f"{now:.8f}", then=f"{then:.8f}"
            )
    return ""
