"""The report of a version: everything measured, as JSON, and the same for a reader."""

import numpy as np

from core.evaluation.inputs import Inputs
from core.evaluation.pattern_scores import log_loss
from core.evaluation.report import Report, flat
from core.evaluation.significance import Estimate, estimate
from models.baselines import CLASSES

WORST = 10
TOP_SHARE = 0.2
LEAST_FOR_TOP = 5
PRICE_COLUMNS = {
    "MAE_ratio": ("MAE / no change", "{:.4f}", 1),
    "R2": ("R2, %", "{:+.2f}", 100),
    "R2_demeaned": ("R2 demeaned, %", "{:+.2f}", 100),
    "IC": ("rank IC", "{:+.3f}", 1),
    "coverage_80": ("in the 80 %, %", "{:.1f}", 100),
    "coverage_95": ("in the 95 %, %", "{:.1f}", 100),
}
PATTERN_COLUMNS = {
    "log_loss_skill": ("log-loss skill, %", "{:+.2f}", 100),
    "log_loss_skill_sideways": ("SIDEWAYS or not, %", "{:+.2f}", 100),
    "log_loss_skill_direction": ("UP or DOWN, %", "{:+.2f}", 100),
    "brier_skill": ("Brier skill, %", "{:+.2f}", 100),
    "accuracy": ("accuracy, %", "{:.1f}", 100),
    "calibration_error": ("calibration error", "{:.3f}", 1),
}


def summary(
    result: dict,
    report: Report,
    inputs: Inputs,
    rows: np.ndarray,
    shown,
    latency: float,
) -> dict:
    """Everything a reader may ask of a version, JSON-ready.

    Parameters
    ----------
    result : dict
        Of the run: data, recipe, metrics.
    report : Report
    inputs : Inputs
    rows : ndarray of int
        The scored rows.
    shown : core.training.blend.Shown
    latency : float
        Milliseconds for one stock.
    """
    at = shown.scored
    figures = {
        name: {
            score: {"value": e.value, "low": e.low, "high": e.high}
            for score, e in scores.items()
            if np.isfinite(e.value)
        }
        for name, scores in report.scores.items()
    }
    return {
        "data": result["data"],
        "recipe": result["recipe"],
        "rows": len(rows),
        "weeks": report.weeks,
        "stocks": report.stocks,
        "scores": figures,
        "kinds": report.kinds,
        "verdicts": report.verdicts,
        "by_year": {
            name: {
                year: {score: e.value for score, e in found.items() if np.isfinite(e.value)}
                for year, found in report.groups[name]["year"].items()
            }
            for name in ("blend_shrunken", "blend_pattern")
        },
        "by_volatility": {
            group: {score: e.value for score, e in found.items() if np.isfinite(e.value)}
            for group, found in report.groups["blend_shrunken"]["volatility"].items()
        },
        "reliability": [list(row) for row in report.bins],
        "hit_curve": [list(row) for row in report.curve],
        "calls": report.calls,
        "worst_stocks": worst_stocks(inputs, rows, shown.ret[at], shown.proba[at], shown.prior[at]),
        "aims": _aims(result, inputs, rows, shown.ret[at], latency),
        "figures": flat(report),
    }


def worst_stocks(
    inputs: Inputs, rows: np.ndarray, ret: np.ndarray, proba: np.ndarray, prior: np.ndarray
) -> list[dict]:
    """The stocks whose price was missed most, measured by no change."""
    close, actual = inputs.close[rows], inputs.ret[rows]
    reached = close * np.exp(actual)
    miss, still = np.abs(reached - close * np.exp(ret)), np.abs(reached - close)
    loss, usual = (log_loss(inputs.label[rows], told) for told in (proba, prior))
    found = []
    for symbol in np.unique(inputs.symbol[rows]):
        at = inputs.symbol[rows] == symbol
        if still[at].sum() > 0:
            found.append(
                {
                    "symbol": str(symbol),
                    "forecasts": int(at.sum()),
                    "MAE_ratio": float(miss[at].sum() / still[at].sum()),
                    "log_loss_skill": float(1 - loss[at].sum() / usual[at].sum()),
                }
            )
    return sorted(found, key=lambda row: -row["MAE_ratio"])[:WORST]


def _aims(
    result: dict, inputs: Inputs, rows: np.ndarray, ret: np.ndarray, latency: float
) -> list[dict]:
    """The specification's aims beside what was measured."""
    price, pattern = result["price"]["metrics"], result["pattern"]["metrics"]
    sharpe = _sharpe(inputs.week[rows], inputs.ret[rows], ret)
    how = "top fifth less the mean of all stocks, before costs; 0 for no skill"
    if sharpe is not None:
        how = f"95 % interval {sharpe.low:+.2f} to {sharpe.high:+.2f}; {how}"
    missed, right = price["test_MAPE_no_change"], pattern["test_accuracy_prior"]
    return [
        _aim("price missed by, %", "below 2.5", 100 * price["test_MAPE"],
             f"no change {100 * missed:.2f}"),
        _aim("accuracy, %", "above 70", 100 * pattern["test_accuracy"],
             f"most frequent class {100 * right:.1f}"),
        _aim("milliseconds for one stock", "below 100", latency, "both models, one thread"),
        _aim("Sharpe ratio", "above 0.5", None if sharpe is None else sharpe.value, how),
    ]  # fmt: skip


def _aim(name: str, aim: str, measured: float | None, beside: str) -> dict:
    return {"name": name, "aim": aim, "measured": measured, "beside": beside}


def _sharpe(week: np.ndarray, actual: np.ndarray, ret: np.ndarray) -> Estimate | None:
    """A year, of holding each week's top fifth by forecast against the mean of all."""
    gains, weeks = [], []
    for now in np.unique(week):
        at = np.flatnonzero(week == now)
        if len(at) < LEAST_FOR_TOP or np.ptp(ret[at]) == 0:
            continue
        top = at[np.argsort(-ret[at], kind="stable")[: max(1, int(TOP_SHARE * len(at)))]]
        gains.append(np.expm1(actual[top]).mean() - np.expm1(actual[at]).mean())
        weeks.append(now)
    if len(gains) < 2 or np.std(gains) == 0:
        return None
    columns = np.column_stack([gains, np.square(gains), np.ones(len(gains))])
    return estimate(np.array(weeks), columns, _ratio)


def _ratio(sums: np.ndarray) -> np.ndarray:
    mean = sums[..., 0] / sums[..., 2]
    return mean / np.sqrt(sums[..., 1] / sums[..., 2] - mean**2) * np.sqrt(13)


def render(report: dict) -> str:
    """The report in Markdown, without a link to anything outside."""
    data, recipe = report["data"], report["recipe"]
    first, last, _ = data["split"]["test"]
    lines = [
        f"## {recipe['market']}, {len(data['symbols'])} stocks, preset {recipe['preset']}",
        "",
        f"The models learned from {data['rows']:,} stock-weeks, {data['first_week']} to "
        f"{data['last_week']}. The scores are those of the recipe, refitted every year on the past "
        f"only, on {report['rows']:,} forecasts of {report['weeks']} weeks, {first} to {last}; "
        "95 % intervals (blocks of 13 weeks) in brackets. Prices "
        f"{data['sha256'][:12]}.",
        "",
        *report["verdicts"].get("blend_shrunken", "").splitlines(),
        "",
        *report["verdicts"].get("blend_pattern", "").splitlines(),
    ]
    for kind, columns in (("price", PRICE_COLUMNS), ("pattern", PATTERN_COLUMNS)):
        shown = [name for name in report["scores"] if report["kinds"][name] == kind]
        lines += ["", f"### All {kind} scores", ""]
        lines += _table(
            [kind, *(title for title, _, _ in columns.values())],
            [
                [name, *(_cell(report["scores"][name], c, columns) for c in columns)]
                for name in shown
            ],
        )
    lines += ["", "### By year", ""]
    years = sorted(report["by_year"]["blend_shrunken"])
    inside = ("in the 80 %, %", "in the 95 %, %")
    lines += _table(
        ["year", "MAE / no change", "rank IC", *inside, "log-loss skill, %"],
        [
            [
                year,
                *(
                    _number(report["by_year"][row][year].get(name), form, times)
                    for row, name, form, times in (
                        ("blend_shrunken", "MAE_ratio", "{:.4f}", 1),
                        ("blend_shrunken", "IC", "{:+.3f}", 1),
                        ("blend_shrunken", "coverage_80", "{:.1f}", 100),
                        ("blend_shrunken", "coverage_95", "{:.1f}", 100),
                        ("blend_pattern", "log_loss_skill", "{:+.2f}", 100),
                    )
                ),
            ]
            for year in years
        ],
    )  # fmt: skip
    lines += ["", "### Reliability of the most probable class", ""]
    lines += _table(
        ["said, %", "came, %", "forecasts"],
        [[f"{100 * s:.1f}", f"{100 * c:.1f}", f"{n:,}"] for s, c, n in report["reliability"]],
    )
    lines += ["", "### Hit rate by the share of directions called", ""]
    lines += _table(
        ["share called, %", "right, %", "usually, %"],
        [[f"{100 * s:.0f}", f"{100 * h:.1f}", f"{100 * u:.1f}"] for s, h, u in report["hit_curve"]],
    )
    lines += ["", _calls(report["calls"]), "", "### Stocks missed most", ""]
    lines += _table(
        ["stock", "forecasts", "MAE / no change", "log-loss skill, %"],
        [
            [
                row["symbol"], str(row["forecasts"]),
                f"{row['MAE_ratio']:.3f}", f"{100 * row['log_loss_skill']:+.2f}",
            ]
            for row in report["worst_stocks"]
        ],
    )  # fmt: skip
    lines += ["", "### The specification's aims", ""]
    lines += _table(
        ["", "aim", "measured", "beside"],
        [
            [a["name"], a["aim"], _number(a["measured"], "{:.2f}", 1), a["beside"]]
            for a in report["aims"]
        ],
    )
    return "\n".join(lines) + "\n"


def _calls(calls: dict) -> str:
    if "hit_rate" not in calls:
        return "Every call was withheld: no clear direction."
    return (
        f"Calls given: {100 * calls['share']:.1f} %, right {100 * calls['hit_rate']:.1f} %, their "
        f"classes usually {100 * calls['usual_rate']:.1f} %. Of the classes {', '.join(CLASSES)} "
        "only the outer two are called."
    )


def _cell(scores: dict, name: str, columns: dict) -> str:
    if name not in scores:
        return "–"
    _, form, times = columns[name]
    score = scores[name]
    value, low, high = (form.format(times * score[part]) for part in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def _number(value: float | None, form: str, times: float) -> str:
    return "–" if value is None else form.format(times * value)


def _table(head: list[str], body: list[list[str]]) -> list[str]:
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(row) + " |" for row in body),
    ]
