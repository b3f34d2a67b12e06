"""Seconds and scores of whole training runs, each score beside its naive baseline.

    python -m benchmarks.training [--data FILE [--listing FILE] [--market VN]
                                  [--symbols A,B]] [--preset P] [--json OUT]

Imports FILE (else takes the sample) into a fresh data folder, trains on the
named symbols, then on all, each as the app does it (queue, child process,
MLflow), promotes both versions and forecasts. Scores are those of the held-out test weeks.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from benchmarks.report import report

FIVE = "VNM,VCB,ACB,VIC,TCB"
PRICE = ("MAE", "RMSE", "R2", "MAPE")
PATTERN = ("accuracy", "balanced_accuracy", "log_loss", "brier")


def measure(options: argparse.Namespace, data_dir: Path) -> dict[str, float]:
    """Import, train twice, promote, forecast; times in seconds."""
    from core import registry
    from core.jobs.runner import wait
    from core.jobs.store import JobStore
    from core.market.importer import import_files
    from core.market.sample import SAMPLE_MARKET, ensure_sample
    from core.market.store import BarStore
    from core.promotion import promote
    from core.training.recipe import check_recipe, make_recipe

    figures: dict[str, float] = {}
    if options.data is None:
        options.market, options.symbols = SAMPLE_MARKET, "AAPL,IBM"
        ensure_sample(BarStore(data_dir))
    else:
        start = time.perf_counter()
        done = import_files(
            [options.data], market=options.market, store=BarStore(data_dir), listing=options.listing
        )
        figures["import_seconds"] = time.perf_counter() - start
        figures["import_rows"] = done.rows_added
    jobs = JobStore(data_dir)
    for name, symbols in (("few", options.symbols.split(",")), ("all", None)):
        recipe = make_recipe(options.preset, market=options.market, symbols=symbols)
        check_recipe(recipe, data_dir)
        start = time.perf_counter()
        job, _ = jobs.submit("train", recipe.model_dump(mode="json"), requested_by="benchmark")
        job = wait(data_dir, job.id)
        if job.state != "done":
            raise SystemExit(f"The training {job.state}: {job.message}")
        figures[f"{name}_seconds"] = time.perf_counter() - start
        figures[f"{name}_child_seconds"] = job.result["seconds"]
        for model, scores, baseline in (
            (registry.PRICE, PRICE, "no_change"),
            (registry.PATTERN, PATTERN, "prior"),
        ):
            metrics = registry.get(model, job.result["versions"][model]).metrics
            for score in scores:
                figures[f"{name}_test_{score}"] = metrics[f"test_{score}"]
                figures[f"{name}_test_{score}_{baseline}"] = metrics[f"test_{score}_{baseline}"]
            if model == registry.PRICE:
                figures[f"{name}_test_rows"] = metrics["test_rows"]
                figures[f"{name}_test_MAPE_ratio"] = metrics["test_MAPE_ratio"]
                figures[f"{name}_test_MAE_ratio"] = metrics["test_MAE_ratio"]
                figures[f"{name}_test_coverage_80"] = metrics["test_coverage_80"]
            else:
                figures[f"{name}_test_sequences"] = metrics["test_sequences"]
                figures[f"{name}_test_log_loss_ratio"] = metrics["test_log_loss_ratio"]
    both = list(job.result["versions"].items())
    promote(both, "production", by="benchmark", data_dir=data_dir)
    start = time.perf_counter()
    forecast = wait(data_dir, jobs.active()[-1].id)
    figures["forecast_seconds"] = time.perf_counter() - start
    figures["forecasts"] = forecast.result["count"]
    return figures


def main() -> None:
    """Measure in a folder of its own, print a table, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="Parquet or CSV of daily bars")
    parser.add_argument("--listing", type=Path, help="names, sectors and exchanges")
    parser.add_argument("--market", default="VN", help="default VN")
    parser.add_argument("--symbols", default=FIVE, help=f"the few (default {FIVE})")
    parser.add_argument("--preset", default="standard")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WEEKLENS_DATA_DIR"] = folder
        os.environ["MLFLOW_TRACKING_URI"] = ""
        report(measure(options, Path(folder)), options.json)


if __name__ == "__main__":
    main()
