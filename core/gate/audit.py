"""The gate's leak audit: the newest full one if it saw these prices, else a quick one now.

A full audit of 150 stocks takes minutes and prices change every week: a gate that
asked for one each time would be walked around. Leaks are faults of the code, the
same for every stock, so a few stocks and cuts find them in seconds.
"""

import json
from datetime import datetime
from pathlib import Path

from core.audit import audit, market_builder
from core.db import connect
from core.errors import UserError
from core.jobs.store import JobStore
from core.language import _
from core.market.store import BarStore
from core.settings import settings

QUICK_STOCKS, QUICK_CUTS = 12, 3
"""Some three seconds on twelve stocks of ten years; one of three cuts lies inside a halt."""
KEPT = "quick_audit"
"""Key in ``meta``: the last quick audit and the prices it saw."""


def leak_audit(data_dir: Path, market: str) -> tuple[bool, str]:
    """Whether nothing looks into the future, and a sentence.

    Raises
    ------
    UserError
        If there is nothing to audit.
    """
    store = BarStore(data_dir)
    known = store.symbols(market) if market else []
    if len(known) == 0:
        raise UserError(
            _("there are no prices of the market {market}: import some first.").format(
                market=market or "?"
            )
        )
    for job in JobStore(data_dir).all(kind="audit"):
        if job.params["market"] == market and not job.params.get("symbols") and job.state == "done":
            if datetime.fromisoformat(job.created) < known["updated"].max():
                break
            day = job.ended[:10]
            if job.result["failed"]:
                said = _("The full audit of {day} found: {difference}")
                return False, said.format(day=day, difference=job.result["said"][0])
            said = _("The full audit of {day}, on the prices stored now, found nothing.")
            return True, said.format(day=day)
    found = _quick(data_dir, store, market, sorted(known["symbol"]))
    if found["said"]:
        said = _("A quick audit found: {difference}")
        return False, said.format(difference=found["said"][0])
    said = _(
        "A quick audit ({stocks} stocks, {cuts} cuts, {values} values) found nothing; the full "
        "one is on the Evidence page."
    )
    return True, said.format(
        stocks=found["stocks"], cuts=found["cuts"], values=f"{found['values']:,}"
    )


def _quick(data_dir: Path, store: BarStore, market: str, symbols: list[str]) -> dict:
    chosen = symbols[:: max(len(symbols) // QUICK_STOCKS, 1)][:QUICK_STOCKS]
    state = [market, store.revision(), settings().horizon_weeks, settings().band]
    with connect(data_dir) as db:
        row = db.execute("SELECT value FROM meta WHERE key=?", (KEPT,)).fetchone()
    if row and (kept := json.loads(row["value"]))["state"] == state:
        return kept
    build = market_builder(market, horizon_weeks=settings().horizon_weeks, band=settings().band)
    result = audit(store.panel(market, chosen), store.sessions(market), build, cuts=QUICK_CUTS)
    found = {
        "state": state,
        "stocks": len(chosen),
        "cuts": len(result.cuts),
        "values": sum(result.compared.values()),
        "said": [str(difference) for difference in result.differences],
    }
    with connect(data_dir) as db:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (KEPT, json.dumps(found)))
    return found
