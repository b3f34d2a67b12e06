"""``python -m core train``: one training run."""

import argparse

from core.access import actor
from core.cli.following import follow
from core.cli.stocks import chosen_stocks
from core.evaluation.candidates import REGISTRABLE
from core.jobs.store import JobStore
from core.market.schema import MARKETS
from core.market.store import BarStore
from core.settings import settings
from core.training.presets import OLD_NAMES, PRESETS, STANDARD
from core.training.recipe import check_recipe, make_recipe

NAME = "train"
HELP = "train both models once and register the versions"

CRON = """\
from cron, every Friday after the close in Ho Chi Minh City, prices first:
  30 18 * * 5  python -m core refresh --market VN && python -m core train --all --market VN
(cron counts in the machine's own time). A new version waits for its promotion. Where the app runs
all week, its own schedule on the Training page does the same."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = CRON
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--symbols", metavar="A,B", help="the stocks to learn from")
    which.add_argument("--all", action="store_true", help="every stock of the market")
    parser.add_argument("--market", choices=sorted(MARKETS), help="default: where the symbols are")
    parser.add_argument(
        "--preset",
        type=lambda name: OLD_NAMES.get(name, name),
        choices=sorted(PRESETS),
        default=STANDARD,
        help=f"named parameters (default {STANDARD})",
    )
    for kind, names in REGISTRABLE.items():
        parser.add_argument(
            f"--{kind}-model",
            choices=names,
            help=f"with the preset thorough: the candidate to make a version of ({names[0]})",
        )
    parser.add_argument("--start", metavar="DATE", help="first week to learn from")
    parser.add_argument("--end", metavar="DATE", help="last day to use")
    parser.add_argument("--epochs", type=int, help="most epochs of the pattern model")
    parser.add_argument("--alpha", type=float, help="fixed Ridge penalty instead of the search")
    parser.add_argument("--seed", type=int)


def run(args: argparse.Namespace) -> dict:
    """Train in this process's name and wait for the end."""
    data_dir = settings().data_dir
    market, symbols = chosen_stocks(args, BarStore(data_dir))
    recipe = make_recipe(
        args.preset,
        market=market,
        symbols=symbols,
        price_model=args.price_model,
        pattern_model=args.pattern_model,
        start=args.start,
        end=args.end,
        epochs=args.epochs,
        alpha=args.alpha,
        seed=args.seed,
    )
    check_recipe(recipe, data_dir)
    jobs = JobStore(data_dir)
    job, _ = jobs.submit("train", recipe.model_dump(mode="json"), requested_by=actor().name)
    job = follow(data_dir, job, quiet=args.json)
    payload = {"job": job.id, "state": job.state, "message": job.message, **job.result}
    if job.state != "done":
        return {**payload, "failed": True}
    from core import registry  # here, because MLflow takes a second to load

    payload["metrics"] = {
        model: registry.get(model, version).metrics
        for model, version in job.result["versions"].items()
    }
    return payload


def render(payload: dict) -> str:
    """The scores beside their baselines."""
    if payload.get("failed"):
        return f"The training {payload['state']}: {payload['message']}"
    price, pattern = (payload["metrics"][model] for model in payload["versions"])
    skill = ""
    if "test_log_loss_skill" in pattern:
        low, high = (pattern[f"test_log_loss_skill_{end}"] for end in ("low", "high"))
        skill = (
            f"\n  log-loss skill {pattern['test_log_loss_skill']:+.2%} [{low:+.2%}, {high:+.2%}], "
            f"calibration error {pattern['test_calibration_error']:.3f}; prices in the 80 % "
            f"interval {price['test_coverage_80']:.1%}; calls given "
            f"{pattern['test_calls_share']:.1%}"
        )
    named = ", ".join(f"{model} v{number}" for model, number in payload["versions"].items())
    return "\n".join(
        [
            f"Registered {named} after {payload['seconds']:.0f} s. {payload['message']}".rstrip(),
            "Scores on the held-out test weeks (recipe, out-of-sample):",
            f"  price    MAPE {price['test_MAPE']:.2%}, no change "
            f"{price['test_MAPE_no_change']:.2%}, ratio {price['test_MAPE_ratio']:.3f}",
            f"  pattern  log loss {pattern['test_log_loss']:.4f}, class prior "
            f"{pattern['test_log_loss_prior']:.4f}; accuracy {pattern['test_accuracy']:.1%}, "
            f"class prior {pattern['test_accuracy_prior']:.1%}" + skill,
        ]
    )
