"""The job that forecasts: files fetched, records made in the child process, then kept."""

import json
from pathlib import Path

import numpy as np

from core import trail
from core.dataset import build_panel
from core.db import connect
from core.errors import UserError
from core.forecasts.days import as_of_week
from core.forecasts.making import LATE, forecast_week, peers_of, unrefreshed, withheld
from core.forecasts.reading import CURRENT
from core.forecasts.saving import save
from core.jobs.progress import Progress
from core.jobs.store import Job
from core.language import N_, _
from core.market.store import BarStore, fingerprint
from core.serving import reads_other_stocks
from core.settings import settings
from models.runtime import OnnxModel

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
    bars = store.panel(market)
    if not bars:
        raise UserError(
            _("There are no prices of the market {market}: import some first.").format(
                market=market
            )
        )
    tell.stage(N_("Computing indicators"))
    panel = build_panel(
        bars,
        store.sessions(market),
        market,
        horizon_weeks=price.bundle["horizon_weeks"],
        band=price.bundle["band"],
    )
    as_of = as_of_week(panel.weeks, params.get("as_of"))
    tell.stage(N_("Forecasting"))
    records = forecast_week(panel, price, pattern, as_of)
    late = unrefreshed(settings().data_dir, market, bars, as_of)
    records = [withheld(record, LATE) if record["symbol"] in late else record for record in records]
    sources = store.symbols(market).set_index("symbol")["source"]
    known = {s: b for s, daily in bars.items() if len(b := daily[daily["date"] <= as_of])}
    prints = {symbol: fingerprint(daily) for symbol, daily in known.items()}
    peers = peers_of(prints) if reads_other_stocks(price, pattern) else ""
    for record in records:
        seen = known.get(record["symbol"], bars[record["symbol"]].iloc[:0])
        raw = seen["raw_close"].iloc[-1] if len(seen) else np.nan
        if record["call"] is not None and np.isfinite(raw):
            record["close"] = float(raw)
        record |= {
            "market": market,
            "fingerprint": prints.get(record["symbol"]) or fingerprint(seen),
            "peers": peers,
            "source": str(sources[record["symbol"]]),
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
    # Stored, so in English; `finish` runs where no reader is known.
    said = _("{count} of {stocks} stocks have a forecast for {as_of}.").format(
        count=result["count"], stocks=result["stocks"], as_of=result["as_of"]
    )
    return {**result, "message": said}


def failed_rules(data_dir: Path, used: dict) -> dict[str, list[str]]:
    """Titles of the gate's rules that versions failed when they were last promoted, by model."""
    rows = trail.entries(data_dir)
    put = {model: trail.behind(rows, model, version.version) for model, version in used.items()}
    return {model: entry.failed for model, entry in put.items() if entry and entry.failed}
