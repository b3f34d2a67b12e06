"""The report of a version: its out-of-sample rows scored, as figures and for a reader."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation import tables
from core.evaluation.conclusions import aims, said_of_calls, verdicts
from core.evaluation.pattern_scores import log_loss
from core.evaluation.scoring import Report, Told, View, flat, score, splits, structure
from core.evaluation.tables import VERSION
from core.formats import day, number
from core.language import N_, _, using
from core.training.out_of_sample import PRIOR, PROBA

WORST = 10
FITTED = {
    "single": N_("The scores are those of the recipe fitted once, on weeks before the test weeks"),
    "blend": N_("The scores are those of the recipe refitted every year, on past weeks only"),
}


@dataclass(frozen=True)
class Facts:
    """What the rows do not say of a version.

    Attributes
    ----------
    recipe, data : dict
        As recorded with the run.
    latency_ms : float
        In which both files answer for one stock.
    ordered_by : str
        Price row whose order of stocks counts: the forecast before shrinkage where there is
        one, because shrinkage changes no order but where it leaves nothing.
    """

    recipe: dict
    data: dict
    latency_ms: float
    ordered_by: str = VERSION["price"]


def judge(
    rows: pd.DataFrame, beside: dict[str, np.ndarray], listing: pd.DataFrame | None
) -> Report:
    """Every score of a version's out-of-sample rows.

    Parameters
    ----------
    rows : DataFrame
        From ``core.training.out_of_sample.table``.
    beside : dict of ndarray
        Other forecasts of the same rows in the same order by the evaluation's names; ``drift``,
        the mean of past returns, must be among them.
    listing : DataFrame or None
        ``symbol, sector, exchange``.
    """
    week, symbol = rows["week"].to_numpy(), rows["symbol"].to_numpy(str)
    view = View(
        week=week,
        symbol=symbol,
        close=rows["close"].to_numpy(float),
        ret=rows["ret"].to_numpy(float),
        label=rows["label"].to_numpy(int),
        drift=beside["drift"],
        prior=rows[list(PRIOR)].to_numpy(float),
        splits=splits(week, symbol, rows["move"].to_numpy(float), listing),
    )
    half = rows[["half_80", "half_95"]].to_numpy(float)
    told = {
        VERSION["price"]: Told(rows["forecast"].to_numpy(float), half),
        VERSION["pattern"]: Told(rows[list(PROBA)].to_numpy(float)),
        "no_change": Told(np.zeros(len(rows))),
        "prior": Told(view.prior),
        **{name: Told(values) for name, values in beside.items()},
    }
    return score(view, told, (VERSION["pattern"], rows["call"].to_numpy(int)))


def record(rows: pd.DataFrame, report: Report, facts: Facts) -> dict:
    """Everything a reader may ask of a version, JSON-ready.

    It has the keys by which `core.evaluation.tables` and `core.evaluation.conclusions` read
    an evaluation's record, besides ``recipe``, ``data`` and ``worst_stocks``.
    """
    return {
        "market": facts.recipe["market"],
        "count": report.stocks,
        "first_week": report.first_week,
        "last_week": report.last_week,
        "weeks": report.weeks,
        "rows": report.rows,
        "horizon_weeks": facts.recipe["horizon_weeks"],
        "band": facts.recipe["band"],
        "recipe": facts.recipe,
        "data": facts.data,
        "shipped": VERSION,
        "ordered_by": facts.ordered_by,
        **structure(report),
        "figures": {**flat(report), "latency_ms": facts.latency_ms},
        "worst_stocks": worst_stocks(rows),
    }


def worst_stocks(rows: pd.DataFrame) -> list[dict]:
    """The stocks whose price was missed most, measured by no change."""
    close, ret = rows["close"], rows["ret"]
    reached = close * np.exp(ret)
    label = rows["label"].to_numpy(int)
    frame = pd.DataFrame(
        {
            "symbol": rows["symbol"],
            "miss": (reached - close * np.exp(rows["forecast"])).abs(),
            "still": (reached - close).abs(),
            "loss": log_loss(label, rows[list(PROBA)].to_numpy(float)),
            "usual": log_loss(label, rows[list(PRIOR)].to_numpy(float)),
        }
    )
    sums = frame.groupby("symbol").sum()
    count = frame.groupby("symbol").size()
    found = [
        {
            "symbol": str(symbol),
            "forecasts": int(count[symbol]),
            "MAE_ratio": float(s["miss"] / s["still"]),
            "log_loss_skill": float(1 - s["loss"] / s["usual"]),
        }
        for symbol, s in sums[sums["still"] > 0].iterrows()
    ]
    return sorted(found, key=lambda row: -row["MAE_ratio"])[:WORST]


def judged_on(record: dict) -> str:
    """What was learned from and judged on, and how little that is, in a paragraph."""
    data, recipe, figures = record["data"], record["recipe"], record["figures"]
    weeks, horizon = record["weeks"], record["horizon_weeks"]
    fitted = FITTED[recipe["family"]]
    worth = [
        said.format(weeks=number(figures[f"{row}.effective_weeks"]))
        for said, row in (
            (_("{weeks} for the price"), record["shipped"]["price"]),
            (_("{weeks} for the classes"), record["shipped"]["pattern"]),
        )
        if f"{row}.effective_weeks" in figures
    ]
    return _(
        "The models learned from {learned} stock-weeks of {stocks} stocks, {learned_from} to "
        "{learned_to}. {fitted}: {rows} forecasts of {weeks} weeks, {first} to {last}. These weeks "
        "hold {outcomes} outcomes of {horizon} weeks that do not overlap; worth in independent "
        "weeks: about {worth}. Prices {sha}."
    ).format(
        learned=number(data["rows"]),
        stocks=number(len(data["symbols"])),
        learned_from=day(data["first_week"]),
        learned_to=day(data["last_week"]),
        fitted=_(fitted),
        rows=number(record["rows"]),
        weeks=weeks,
        first=day(record["first_week"]),
        last=day(record["last_week"]),
        outcomes=weeks // horizon,
        horizon=horizon,
        worth=", ".join(worth),
        sha=data["sha256"][:12],
    )


def render(record: dict) -> str:
    """The report in Markdown, in English, without a link to anything outside."""
    with using("en"):
        return _rendered(record)


def _rendered(record: dict) -> str:
    recipe = record["recipe"]
    lines = [
        f"## {record['market']}, {record['count']} stocks, preset {recipe['preset']}",
        "",
        judged_on(record),
        "",
        tables.INTERVAL,
    ]
    for said in [*verdicts(record), said_of_calls(record)]:
        lines += ["", said]
    for kind, columns in tables.COLUMNS.items():
        found = tables.scores(record, kind).drop(columns="role")
        titles = {c.score: c.title for c in columns}
        lines += ["", f"### All {kind} scores", "", *_table(found.rename(columns=titles))]
    titles = {c.score: c.title for c in tables.group_columns()}
    for split, groups in record["splits"].items():
        if groups:
            found = tables.by_group(record, split).rename(columns=titles)
            lines += ["", f"### By {split}", "", *_table(found)]
    bins = pd.DataFrame(tables.reliability(record))
    lines += ["", "### Reliability of the most probable class", ""]
    lines += _table(
        pd.DataFrame(
            {
                "said, %": (100 * bins["said"]).map("{:.1f}".format),
                "came, %": (100 * bins["came"]).map("{:.1f}".format),
                "forecasts": bins["count"].map("{:,.0f}".format),
            }
        )
    )
    lines += ["", "### Hit rate by the share of directions called", ""]
    curve = tables.hit_curve(record)
    lines += _table(
        pd.DataFrame(
            {
                "share called, %": (100 * curve["share"]).map("{:.0f}".format),
                "right, %": (100 * curve["hit_rate"]).map("{:.1f}".format),
                "usually, %": (100 * curve["usual_rate"]).map("{:.1f}".format),
            }
        )
    )
    lines += ["", "### Stocks missed most", "", *_table(worst_table(record))]
    lines += ["", "### The specification's aims", ""]
    said = [[aim.aim, aim.measured, aim.baseline] for aim in aims(record)]
    lines += _table(pd.DataFrame(said, columns=["aim", "measured", "beside"]))
    return "\n".join(lines) + "\n"


def worst_table(record: dict) -> pd.DataFrame:
    """The stocks missed most as text."""
    return pd.DataFrame(
        [
            {
                _("stock"): row["symbol"],
                _("forecasts"): number(row["forecasts"]),
                _("MAE / no change"): number(row["MAE_ratio"], 3),
                _("Log-loss skill, %"): number(100 * row["log_loss_skill"], 2, sign=True),
            }
            for row in record["worst_stocks"]
        ]
    )


def _table(frame: pd.DataFrame) -> list[str]:
    return [
        "| " + " | ".join(frame.columns) + " |",
        "|" + "---|" * len(frame.columns),
        *("| " + " | ".join(map(str, row)) + " |" for row in frame.itertuples(index=False)),
    ]
