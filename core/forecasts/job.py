"""The job that forecasts: files fetched, records made in the child process, then kept."""

import json
import logging
from pathlib import Path

import numpy as np
import pandas as pd

from core import trail
from core.dataset import SEQUENCE_WEEKS, Panel, build_panel, panel_of
from core.db import connect
from core.errors import UserError
from core.forecasts.days import as_of_week
from core.forecasts.making import LATE, forecast_week, peers_of, unrefreshed, withheld
from core.forecasts.reading import CURRENT
from core.forecasts.saving import save
from core.indicators.store import LATE_WEEKS, IndicatorStore
from core.jobs.progress import Progress
from core.jobs.store import Job
from core.language import N_, _
from core.market.store import BarStore, fingerprint
from core.serving import reads_other_stocks
from core.settings import settings
from models.runtime import OnnxModel

log = logging.getLogger("weeklens")
WEEKS_BACK = 52 + SEQUENCE_WEEKS
"""Weeks that a forecast reads: eight of indicators, each with a year's volatility behind it."""
NO_BARS = fingerprint(pd.DataFrame({"date": pd.DatetimeIndex([])}))
RECORDS, FILES = "records.json", ("price_file", "pattern_file")


def prepare(data_dir: Path, params: dict, folder: Path) -> dict:
    """Fetch and check the two model files, before the child starts."""
    from core import registry  # MLflow takes a second to load; pages need records only

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
        raise UserError(
            _("There are no prices of the market {market}: import some first.").format(
                market=market
            )
        )
    tell.stage(N_("Computing indicators"))
    panel = _panel(store, market, price, pattern, params.get("as_of"))
    as_of = as_of_week(panel.weeks, params.get("as_of"))
    tell.stage(N_("Forecasting"))
    began = [symbol for symbol, (first, *__) in states.items() if first <= str(panel.weeks[-1])]
    records = forecast_week(panel, price, pattern, as_of, began)
    last_days = {symbol: pd.Timestamp(last) for symbol, (__, last, *___) in states.items()}
    late = unrefreshed(settings().data_dir, market, last_days, as_of)
    records = [withheld(record, LATE) if record["symbol"] in late else record for record in records]
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
    prints = {s: p for s, (__, last, p) in states.items() if pd.Timestamp(last) <= as_of}
    longer = [symbol for symbol in states if symbol not in prints]
    bars = store.panel(market, longer) if longer else {}
    return prints | {s: fingerprint(daily[daily["date"] <= as_of]) for s, daily in bars.items()}


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
        _measure_drift(data_dir, result["market"])
    # Stored, so in English; `finish` runs where no reader is known.
    said = _("{count} of {stocks} stocks have a forecast for {as_of}.").format(
        count=result["count"], stocks=result["stocks"], as_of=result["as_of"]
    )
    return {**result, "message": said}


def _measure_drift(data_dir: Path, market: str) -> None:
    """Once for new versions, so that no page waits a second for it."""
    from core.monitoring.drift import drift

    try:
        drift(data_dir, market)
    except Exception:
        # The records are stored and count; the Monitoring page meets the same trouble.
        log.exception("Drift could not be measured")


def failed_rules(data_dir: Path, used: dict) -> dict[str, list[str]]:
    """Titles of the gate's rules that versions failed when they were last promoted, by model."""
    rows = trail.entries(data_dir)
    put = {model: trail.behind(rows, model, version.version) for model, version in used.items()}
    return {model: entry.failed for model, entry in put.items() if entry and entry.failed}
