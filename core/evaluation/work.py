"""One evaluation, in the child process: prices in, a report and its forecasts out."""

import json
import os
import time
from pathlib import Path

import psutil

from core.dataset import build_panel
from core.errors import UserError
from core.evaluation import records, runner
from core.evaluation.candidates import SHIPPED, SHRUNKEN, chosen
from core.evaluation.folds import Fold, walk_forward
from core.evaluation.inputs import Inputs, build_inputs
from core.evaluation.report import evaluate, in_years
from core.evaluation.request import expected_seconds, span
from core.evaluation.scoring import Report, flat, listed, structure
from core.jobs.progress import Progress
from core.jobs.store import Job, now
from core.language import N_, _
from core.market.barfiles import fingerprint_of_all
from core.market.store import BarStore
from core.settings import settings
from core.software import software

FITTING = N_("Fitting the folds")
LIBRARIES = ("numpy", "pandas", "scikit-learn", "keras", "TA-Lib")
BYTES_A_WORKER = 1.5 * 2**30
"""TensorFlow and the arrays of 150 stocks, with room."""
MOST_WORKERS = 8
SCORING_SHARE = 0.15
"""Of the whole time, for the bootstrap of every score."""


def work(params: dict, folder: Path, tell: Progress) -> dict:
    """Run the walk-forward over some stored stocks and leave the record in ``folder``.

    Parameters
    ----------
    params : dict
        ``market, symbols`` (None: all), ``first, last`` (years judged).
    folder : Path
        Gets ``report.json`` and ``forecasts.parquet``.
    tell : Progress

    Returns
    -------
    dict
        JSON-ready: ``weeks, stocks, seconds``.

    Raises
    ------
    UserError
        If the prices do not suffice.
    """
    began = time.time()
    data_dir, market = settings().data_dir, params["market"]
    first, last = params["first"], params["last"]
    store = BarStore(data_dir)
    bars = store.panel(market, params["symbols"])
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
        horizon_weeks=settings().horizon_weeks,
        band=settings().band,
    )
    inputs = build_inputs(panel)
    folds = walk_forward(inputs, first, last)
    candidates = chosen()

    catalogue = store.symbols(market)
    stocks = catalogue[catalogue["symbol"].isin(bars)]
    known = span(stocks, panel.horizon_weeks)
    usual = expected_seconds(data_dir, stocks, known, first, last)[0]
    pace = _Pace(tell, usual)
    out = runner.run(
        inputs,
        folds,
        candidates,
        records.work_folder(data_dir),
        workers=_workers(),
        tell=pace.told,
    )
    tell.stage(N_("Scoring"), left=SCORING_SHARE * usual)
    scored = in_years(inputs, out, first, last)
    report = evaluate(inputs, folds, out, candidates, scored, listed(stocks))
    records.sweep_work(data_dir)
    record = {
        "created": now(),
        "market": market,
        "symbols": params["symbols"],
        "count": report.stocks,
        "given": sorted(bars),
        "sources": sorted(set(stocks["source"])),
        "first_year": first,
        "last_year": last,
        **_weeks(inputs, folds, report),
        "horizon_weeks": panel.horizon_weeks,
        "band": panel.band,
        "data_sha256": fingerprint_of_all(bars),
        "software": software(LIBRARIES),
        "folds_reused": pace.reused,
        "seconds": round(time.time() - began, 1),
        "shipped": {"price": SHRUNKEN, "pattern": SHIPPED["pattern"]},
        **structure(report),
        "figures": flat(report),
    }
    if report.forecasts is not None:
        report.forecasts.to_parquet(folder / records.FORECASTS, index=False)
    (folder / records.REPORT).write_text(json.dumps(record), encoding="utf-8")
    return {"weeks": report.weeks, "stocks": report.stocks, "seconds": record["seconds"]}


def finish(data_dir: Path, job: Job, result: dict, folder: Path) -> dict:
    """Give the evaluation its own folder; what the job's record keeps."""
    records.keep(data_dir, job.id, folder)
    said = _("{stocks} stocks over {weeks} weeks.").format(
        stocks=result["stocks"], weeks=result["weeks"]
    )
    return {"evaluation": job.id, "seconds": result["seconds"], "message": said}


def undo(data_dir: Path, job: Job) -> None:
    """Leave nothing of an evaluation whose keeping failed."""
    records.drop_half(data_dir, job.id)


class _Pace:
    """Tells how far the folds are, and the seconds left by how fast the costly ones went."""

    def __init__(self, tell: Progress, usual: float):
        self._tell, self._began, self._usual = tell, time.time(), usual
        self._before = 0.0
        self.reused = 0
        tell.stage(FITTING, left=usual)

    def told(self, done: int, total: int, what: str, share: float) -> None:
        if what == runner.EARLIER:
            self.reused, self._before = done, share
        gone, fitted = time.time() - self._began, share - self._before
        left = (1 - share) * (gone / fitted if fitted > 0.05 else self._usual)
        said = _("{done} of {total}: {what}").format(done=done, total=total, what=what)
        self._tell.stage(FITTING, share, said, left)


def _workers() -> int:
    room = int(psutil.virtual_memory().available / BYTES_A_WORKER)
    return max(1, min(os.cpu_count() or 1, MOST_WORKERS, room))


def _weeks(inputs: Inputs, folds: list[Fold], report: Report) -> dict:
    reported = [fold for fold in folds if str(fold.ends)[:10] >= report.first_week]
    return {
        "first_week": report.first_week,
        "last_week": report.last_week,
        "weeks": report.weeks,
        "rows": report.rows,
        "learned_from": str(inputs.week[folds[0].learn].min())[:10],
        "folds": len(folds),
        "folds_reported": len(reported),
    }
