"""``python -m core versions``: what is registered, in which stage, how it scored."""

import argparse

from core.access import actor
from core.errors import UserError
from core.settings import settings

NAME = "versions"
HELP = "list versions with their stages and scores; archive, unarchive or delete one"
CHANGES = ("archive", "unarchive", "delete")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "what",
        nargs="*",
        metavar="MODEL | archive|unarchive|delete MODEL VERSION",
        help="only this model's versions, or what to do with one of them",
    )
    parser.add_argument(
        "--name", default="", metavar="'MODEL vN'", help="with delete: the version's name, in full"
    )


def run(args: argparse.Namespace) -> dict:
    """Read the registry, or change one version."""
    from core import registry  # MLflow takes a second to load; --help should not

    if args.what and args.what[0] in CHANGES:
        return {"message": _change(args)}
    if len(args.what) > 1:
        raise UserError("Name one model, or archive, unarchive or delete with a model and version.")
    model = args.what[0] if args.what else None
    return {"versions": [_record(version) for version in registry.versions(model)]}


def _change(args: argparse.Namespace) -> str:
    from core import retiring

    if len(args.what) != 3 or not args.what[2].isdecimal():
        raise UserError(f"Say which: python -m core versions {args.what[0]} MODEL VERSION.")
    todo, model, version = args.what
    data_dir, by = settings().data_dir, actor().name
    if todo == "delete":
        return retiring.delete(data_dir, model, int(version), typed=args.name, by=by)
    change = retiring.archive if todo == "archive" else retiring.unarchive
    return change(data_dir, model, int(version), by=by)


def render(payload: dict) -> str:
    """One line a version, or what was done."""
    if "message" in payload:
        return payload["message"]
    if not payload["versions"]:
        return "No version is registered yet: start with `python -m core train --all`."
    lines = []
    for v in payload["versions"]:
        m = v["metrics"]
        if v["model"].startswith("price"):
            score = _beside(m, "test_MAPE", "no_change", "MAPE", "{:.2%}")
        else:
            score = _beside(m, "test_log_loss", "prior", "log loss", "{:.4f}")
        facts = (
            f"{v['market'] or '?':<3} {v['symbols'] or '?':>4} stocks to {v['last_week'] or '?'}"
        )
        lines.append(
            f"{v['model']:<24} v{v['version']:<4} {v['stage'] or '-':<11} {facts}  {score}"
        )
    return "\n".join(lines)


def _beside(metrics: dict, name: str, baseline: str, title: str, form: str) -> str:
    if name not in metrics or f"{name}_{baseline}" not in metrics:
        return "no scores recorded"
    told, naive = form.format(metrics[name]), form.format(metrics[f"{name}_{baseline}"])
    return f"test {title} {told}, {baseline.replace('_', ' ')} {naive}"


def _record(version) -> dict:
    return {
        "model": version.model,
        "version": version.version,
        "stage": version.stage,
        "created": version.created.isoformat(),
        "run_id": version.run_id,
        "market": version.market,
        "symbols": version.tags.get("symbols", ""),
        "last_week": version.tags.get("last_week", ""),
        "promoted_at": version.tags.get("promoted_at", ""),
        "promoted_by": version.tags.get("promoted_by", ""),
        "metrics": version.metrics,
    }
