"""``python -m core versions``: what is registered, in which stage, how it scored."""

import argparse

NAME = "versions"
HELP = "list versions with their stages and scores beside the baselines"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("model", nargs="?", metavar="MODEL", help="only this model's")


def run(args: argparse.Namespace) -> dict:
    """Read the registry."""
    from core import registry  # MLflow takes a second to load; --help should not

    return {"versions": [_record(version) for version in registry.versions(args.model)]}


def render(payload: dict) -> str:
    """One line a version."""
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
    if name not in metrics:
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
