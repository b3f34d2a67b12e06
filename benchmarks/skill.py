"""Skill of every candidate and baseline in one walk-forward over years and stocks.

    python -m benchmarks.skill --data FILE.parquet --from 2019 --to 2024
                               [--symbols A,B] [--listing FILE.csv] [--json OUT]

FILE has the columns symbol, date, open, high, low, close, volume. Every model is
refitted each 26 weeks on the past only, labels a horizon away from what they
judge; neural networks are the mean of three seeds. Scores are out-of-sample,
each with its 95 % interval (moving blocks of 13 whole weeks). Same data, same
code: the same table.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from core.dataset import build_panel
from core.errors import UserError
from core.evaluation import runner
from core.evaluation.candidates import OPTIONAL, chosen
from core.evaluation.folds import walk_forward
from core.evaluation.inputs import build_inputs
from core.evaluation.report import evaluate, in_years
from core.evaluation.scoring import Report, flat
from core.quiet import quieten
from core.settings import settings

COLUMNS = {
    "price": (
        ("MAE_ratio", "MAE / no change", "{:.4f}"),
        ("R2", "R2 vs zero, %", "{:+.2f}"),
        ("R2_drift", "R2 vs drift, %", "{:+.2f}"),
        ("R2_demeaned", "R2 demeaned, %", "{:+.2f}"),
        ("IC", "rank IC", "{:+.3f}"),
        ("coverage_80", "in the 80 %", "{:.1f}"),
        ("coverage_95", "in the 95 %", "{:.1f}"),
    ),
    "pattern": (
        ("log_loss_skill", "log-loss skill, %", "{:+.2f}"),
        ("log_loss_skill_sideways", "SIDEWAYS or not, %", "{:+.2f}"),
        ("log_loss_skill_direction", "UP or DOWN, %", "{:+.2f}"),
        ("brier_skill", "Brier skill, %", "{:+.2f}"),
        ("accuracy", "accuracy, %", "{:.1f}"),
        ("decile_gain", "top tenth - UP, pts", "{:+.1f}"),
        ("calibration_error", "calibration error", "{:.3f}"),
    ),
}
IN_PER_CENT = ("R2", "skill", "coverage", "accuracy", "decile")
WIDTH = 24


def read_bars(file: Path, symbols: list[str] | None) -> dict[str, pd.DataFrame]:
    """Daily bars by symbol, in the product's columns."""
    wanted = None if symbols is None else [("symbol", "in", symbols)]
    frame = pd.read_parquet(file, filters=wanted)
    frame["date"] = pd.to_datetime(frame["date"]).astype("datetime64[ns]")
    frame["volume"] = frame["volume"].astype(float)
    for name in ("value", "raw_close"):
        if name not in frame:
            frame[name] = np.nan
    if symbols is not None and (lacking := sorted(set(symbols) - set(frame["symbol"]))):
        raise UserError(f"Not in {file.name}: {', '.join(lacking)}.")
    return {
        str(symbol): bars.sort_values("date").reset_index(drop=True)
        for symbol, bars in frame.groupby("symbol")
    }


def measure(options: argparse.Namespace) -> tuple[Report, dict]:
    """Run the whole walk-forward; the report, and facts about the run."""
    began = time.time()
    symbols = None
    if options.symbols:
        symbols = sorted({part.strip() for part in options.symbols.split(",") if part.strip()})
    bars = read_bars(options.data, symbols)
    sessions = pd.DatetimeIndex(
        np.unique(np.concatenate([daily["date"].to_numpy() for daily in bars.values()]))
    )
    panel = build_panel(
        bars,
        sessions,
        options.market,
        horizon_weeks=settings().horizon_weeks,
        band=settings().band,
    )
    inputs = build_inputs(panel)
    folds = walk_forward(inputs, options.first, options.last)
    candidates = chosen(OPTIONAL if options.specification else ())

    def tell(done: int, total: int, what: str, share: float) -> None:
        print(f"\r{done}/{total} {share:4.0%} {what:<50}", end="", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as fresh:
        folder = options.work or Path(fresh)
        out = runner.run(inputs, folds, candidates, folder, workers=options.workers, tell=tell)
    print(file=sys.stderr)
    listing = None if options.listing is None else pd.read_csv(options.listing)
    scored = in_years(inputs, out, options.first, options.last)
    report = evaluate(inputs, folds, out, candidates, scored, listing)
    judged = [fold for fold in folds if str(fold.ends)[:4] >= str(options.first)]
    facts = {
        "seconds": round(time.time() - began, 1),
        "folds": len(folds),
        "folds_reported": len(judged),
        "first_week": str(judged[0].begins)[:10],
        "last_week": str(folds[-1].ends)[:10],
    }
    return report, facts


def render(report: Report, facts: dict) -> str:
    """One table: candidates and baselines down, scores with intervals across."""
    lines = [
        f"{report.stocks} stocks, {report.weeks} weeks from {facts['first_week']} to "
        f"{facts['last_week']}, {report.rows} forecasts; {facts['folds_reported']} refits "
        f"({facts['folds']} with those before); {facts['seconds']:.0f} s.",
        "Out-of-sample; [95 % interval, moving blocks of 13 weeks].",
    ]
    for kind, columns in COLUMNS.items():
        lines += ["", f"{kind:<22}" + "".join(f"{title:<{WIDTH}}" for _, title, _ in columns)]
        for row, scores in report.scores.items():
            if report.kinds[row] == kind:
                cells = [_cell(scores, name, form) for name, _, form in columns]
                lines.append(f"{row:<22}" + "".join(f"{cell:<{WIDTH - 1}} " for cell in cells))
    lines.append("")
    lines += report.verdicts.values()
    if "hit_rate" in report.calls:
        calls = report.calls
        lines.append(
            f"Calls given: {calls['share']:.1%}, right {calls['hit_rate']:.1%}, their classes "
            f"usually {calls['usual_rate']:.1%} (gain {100 * calls['gain']:+.1f} points, "
            f"{100 * calls['gain_low']:+.1f} to {100 * calls['gain_high']:+.1f})."
        )
    elif report.calls:
        lines.append("Calls given: none; no clear direction.")
    for row, split in (("blend_shrunken", "year"), ("blend_shrunken", "volatility")):
        for group, found in report.groups.get(row, {}).get(split, {}).items():
            said = [f"{name} {found[name].value:.3f}" for name in ("MAE_ratio", "coverage_80")]
            lines.append(f"{row} {split} {group}: {', '.join(said)}")
    return "\n".join(line.rstrip() for line in lines)


def _cell(scores: dict, name: str, form: str) -> str:
    if name not in scores or not np.isfinite(scores[name].value):
        return "-"
    score = scores[name]
    factor = 100 if any(part in name for part in IN_PER_CENT) else 1
    value, low, high = (form.format(factor * v) for v in (score.value, score.low, score.high))
    return f"{value} [{low}, {high}]"


def main() -> None:
    """Measure, print the table, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="Parquet of daily bars")
    parser.add_argument("--from", dest="first", type=int, required=True, help="first year judged")
    parser.add_argument("--to", dest="last", type=int, required=True, help="last year judged")
    parser.add_argument("--symbols", help="only these, A,B; default: all in the file")
    parser.add_argument("--listing", type=Path, help="symbol, sector, exchange: more splits")
    parser.add_argument("--market", default="VN", help="default VN")
    parser.add_argument("--workers", type=int, default=max(1, min(os.cpu_count() or 1, 8)))
    parser.add_argument("--work", type=Path, help="keep finished folds here and go on from them")
    parser.add_argument(
        "--specification", action="store_true", help="the LSTM as first written down, too (slow)"
    )
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        # Keras and matplotlib write files where they are not told otherwise.
        quieten(Path(cache))
        try:
            report, facts = measure(options)
        except UserError as error:
            raise SystemExit(str(error)) from None
    print(render(report, facts))
    if options.json is not None:
        figures = {**facts, **flat(report)}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
