"""Tool: how good a version is, and what the newest evaluation of its market found."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from core import forecasts
from core.answers.arguments import Arguments, Market
from core.answers.result import Figure, Link, Result
from core.answers.stocks import market_of
from core.errors import UserError
from core.evaluation import records
from core.evaluation.conclusions import aims, conclusions, said_of_calls
from core.formats import day
from core.language import N_, _

MODELS = {"price": "price_target_model", "pattern": "pattern_lstm_classifier"}
SCORES = {
    "price": (
        ("test_MAPE", N_("Price missed by, out-of-sample"), 100, "%", 2),
        ("test_MAPE_no_change", N_("No change missed by, out-of-sample"), 100, "%", 2),
        ("test_MAPE_ratio", N_("Ratio to no change (below 1 is better)"), 1, "", 3),
        ("test_coverage_80", N_("Inside the 80 % interval, out-of-sample"), 100, "%", 1),
    ),
    "pattern": (
        ("test_accuracy", N_("Most probable class right, out-of-sample"), 100, "%", 1),
        ("test_accuracy_prior", N_("Most frequent class right, out-of-sample"), 100, "%", 1),
        ("test_log_loss", N_("Log loss, out-of-sample"), 1, "", 4),
        ("test_log_loss_prior", N_("Log loss of the usual shares"), 1, "", 4),
        ("test_log_loss_skill", N_("Log-loss skill (0 knows nothing more)"), 100, "%", 2),
        ("test_log_loss_skill_low", N_("Log-loss skill, 95 % interval from"), 100, "%", 2),
        ("test_log_loss_skill_high", N_("Log-loss skill, 95 % interval to"), 100, "%", 2),
        ("test_calls_share", N_("Forecasts with a call, out-of-sample"), 100, "%", 1),
        ("test_calls_hit_rate", N_("Calls right, out-of-sample"), 100, "%", 1),
        ("test_calls_usual_rate", N_("Classes called come usually"), 100, "%", 1),
    ),
}


class VersionArguments(Arguments):
    """Which version; the two behind the forecasts on show by default."""

    model: Literal["", "price", "pattern"] = Field(
        default="", description="price or pattern; empty for both in production."
    )
    version: int = Field(
        default=0, ge=0, le=100_000, description="Its number; 0 for the one in production."
    )
    market: Market = ""


def version_report(data_dir: Path, asked: VersionArguments) -> Result:
    """Out-of-sample scores beside their baselines, and what may be concluded from them."""
    if asked.version:
        return _of_one(asked)
    market = market_of(data_dir, asked.market)
    facts, figures, days = [], [], []
    shown = forecasts.current(data_dir)
    if shown.get("market") == market:
        for kind, (model, scores) in zip(MODELS, shown["scores"].items(), strict=True):
            if asked.model in ("", kind):
                number = shown[f"{kind}_version"]
                facts.append(_said(kind, f"{MODELS[kind]} v{number}", scores))
                figures += _figures(kind, scores, f"{model} v{number}", shown["as_of"])
        days.append(shown["as_of"])
    else:
        facts.append(_("No model for this market yet."))
    links = [Link("models", _("The versions and their scores"), {})]
    newest = records.newest(data_dir, market)
    if newest is not None:
        facts.append(
            _("Evaluated walk-forward on {first} to {last}:").format(
                first=day(newest["first_week"]), last=day(newest["last_week"])
            )
        )
        facts += [
            " ".join(filter(None, (c.question, c.answer, c.evidence))) for c in conclusions(newest)
        ]
        facts += [said_of_calls(newest)] if said_of_calls(newest) else []
        facts += [
            _("Aim: {aim}. Measured: {measured} ({baseline}).").format(
                aim=aim.aim, measured=aim.measured, baseline=aim.baseline
            )
            for aim in aims(newest)
        ]
        days += [str(newest["first_week"])[:10], str(newest["last_week"])[:10]]
        links.append(Link("evidence", _("The whole evaluation"), {"market": market}))
    else:
        facts.append(_("No evaluation of this market has run yet."))
        links.append(Link("evidence", _("Start an evaluation"), {"market": market}))
    return Result(
        "version_report",
        _("How good the forecasts are"),
        tuple(facts),
        tuple(figures),
        links=tuple(links),
        about={"market": market},
        days=tuple(days),
    )


def _of_one(asked: VersionArguments) -> Result:
    if not asked.model:
        raise UserError(_("Say which model the version is of: price or pattern."))
    from core import registry  # MLflow takes a second to load

    version = registry.get(MODELS[asked.model], asked.version)
    stage = _(version.stage) if version.stage else _("not promoted")
    learned = str(version.tags.get("last_week", ""))[:10]
    return Result(
        "version_report",
        version.name,
        (
            _("{version} is {stage}, trained {day}.").format(
                version=version.name, stage=stage, day=day(version.created)
            ),
            _said(asked.model, version.name, version.metrics),
        ),
        tuple(_figures(asked.model, version.metrics, version.name, learned)),
        links=(Link("models", _("The versions and their scores"), {}),),
        about={"market": version.market},
        days=(f"{version.created:%Y-%m-%d}",),
    )


def _said(kind: str, name: str, scores: dict) -> str:
    figures = {key: figure.text for key, figure in _by_key(kind, scores, name, "").items()}
    if kind == "price" and "test_MAPE" in figures:
        return _(
            "{version}: the price was missed by {miss} on average out-of-sample, no change by "
            "{miss_no_change}."
        ).format(
            version=name,
            miss=figures["test_MAPE"],
            miss_no_change=figures["test_MAPE_no_change"],
        )
    if kind == "pattern" and "test_accuracy" in figures:
        return _(
            "{version}: the most probable class was right in {right} out-of-sample, always naming "
            "the most frequent one in {usual}."
        ).format(version=name, right=figures["test_accuracy"], usual=figures["test_accuracy_prior"])
    return _("{version} has no scores.").format(version=name)


def _figures(kind: str, scores: dict, version: str, day: str) -> list[Figure]:
    return list(_by_key(kind, scores, version, day).values())


def _by_key(kind: str, scores: dict, version: str, day: str) -> dict[str, Figure]:
    return {
        key: Figure(_(name), scores[key] * scale, unit, digits, version=version, day=day)
        for key, name, scale, unit, digits in SCORES[kind]
        if scores.get(key) is not None
    }
