"""Backtests run as their job would, in this process."""

from pathlib import Path

from core.backtest import work
from core.backtest.market import PRESETS
from core.backtest.portfolio import Choice
from core.backtest.request import request_backtest
from core.jobs.kinds import KINDS
from core.jobs.progress import Progress
from core.jobs.store import JobStore


def run_one(data_dir: Path, rules: str = "us", **choice) -> str:
    """Ask for a backtest of the newest evaluation, run and keep it; its name."""
    jobs = JobStore(data_dir)
    job, __ = request_backtest(
        data_dir, "US", Choice(**choice), PRESETS[rules], capital=1e4, by="tests"
    )
    jobs.move(job.id, "running")
    folder = jobs.folder(job.id)
    folder.mkdir(parents=True, exist_ok=True)
    result = work.work(job.params, folder, Progress(folder, KINDS["backtest"].stages))
    jobs.move(job.id, "done", result=work.finish(data_dir, job, result, folder))
    return job.id
