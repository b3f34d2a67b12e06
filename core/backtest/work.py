"""One backtest, in the child process: forecasts and prices in, curves and figures out."""

import time
from pathlib import Path

from core.backtest import records
from core.backtest.market import Rules
from core.backtest.portfolio import Choice
from core.backtest.request import forecasts_of
from core.backtest.run import backtest
from core.jobs.progress import Progress
from core.jobs.store import Job, now
from core.language import N_, _
from core.settings import settings


def work(params: dict, folder: Path, tell: Progress) -> dict:
    """Follow the forecasts and leave the record in ``folder``.

    Parameters
    ----------
    params : dict
        As `core.backtest.request.request_backtest` makes them.
    folder : Path
        Gets the files of `core.backtest.records`.
    tell : Progress

    Returns
    -------
    dict
        JSON-ready: ``sharpe, trades, seconds``.

    Raises
    ------
    UserError
        If there are no forecasts or prices to follow.
    """
    began = time.time()
    data_dir = settings().data_dir
    tell.stage(N_("Reading forecasts"))
    found = forecasts_of(data_dir, params)
    tried, spread = records.tried(data_dir, params)
    tell.stage(N_("Trading"))
    result, tables = backtest(
        data_dir,
        params["market"],
        found,
        Choice(**params["choice"]),
        Rules(**params["rules"]),
        symbols=params["symbols"],
        cash_rate=params["cash_rate"],
        liquidity=params["liquidity"],
        tried=tried,
        spread=spread,
        capital=params["capital"],
    )
    result |= {"created": now(), "seconds": round(time.time() - began, 2)}
    records.write(folder, params, result, tables)
    sharpe = result["measures"]["strategy"]["sharpe"]
    return {"sharpe": sharpe, "trades": result["trades"], "seconds": result["seconds"]}


def finish(data_dir: Path, job: Job, result: dict, folder: Path) -> dict:
    """Give the backtest its own folder; what the job's record keeps."""
    records.keep(data_dir, job.id, folder)
    if result["sharpe"] is None:
        said = _("Nothing was ever bought: there is no Sharpe ratio.")
    else:
        said = _("{trades} trades, Sharpe ratio {sharpe}.").format(
            trades=result["trades"], sharpe=f"{result['sharpe']:.2f}"
        )
    return {"backtest": job.id, "seconds": result["seconds"], "message": said}
