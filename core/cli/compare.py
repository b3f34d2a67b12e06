"""``python -m core compare``: versions side by side on the weeks and stocks they share."""

import argparse

from core.errors import UserError

NAME = "compare"
HELP = "compare 2 to 6 versions of a model on the weeks and stocks all of them were tested on"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("versions", metavar="VERSION", type=int, nargs="+")


def run(args: argparse.Namespace) -> dict:
    """Read the rows of each version and score them on common ground."""
    from core import registry  # MLflow takes a second to load; --help should not
    from core.comparison.result import compare
    from core.comparison.tables import gaps_table, scores_table
    from core.settings import settings

    chosen = [registry.get(args.model, number) for number in dict.fromkeys(args.versions)]
    found = compare(chosen, registry.versions(args.model), settings().data_dir)
    if found.refusal:
        raise UserError(" ".join([*found.left_out, found.refusal]))
    payload = {
        "model": args.model,
        "versions": [version.version for version in chosen],
        "reference": found.reference.version,
        "left_out": found.left_out,
        "said": [verdict.sentence for verdict in found.verdicts],
        "common": None,
        "live": None,
    }
    for name, ground, rows in (
        ("common", found.ground, found.rows),
        ("live", found.live, found.live_rows),
    ):
        if ground is not None:
            payload[name] = {
                "weeks": ground.weeks,
                "stocks": ground.stocks,
                "forecasts": ground.rows,
                "first_week": str(ground.week.min())[:10],
                "last_week": str(ground.week.max())[:10],
                "revised": ground.revised,
                "scores": [_record(row) for row in rows],
                "tables": [
                    table.to_dict("records")
                    for table in (
                        scores_table(rows, ground),
                        gaps_table(rows, ground, found.reference.version),
                    )
                ],
            }
    return payload


def render(payload: dict) -> str:
    """Sentences, then the scores and the differences as two tables."""
    lines = [*payload["left_out"]]
    for name, title in (("common", "Common ground"), ("live", "Live weeks (stored forecasts)")):
        ground = payload[name]
        if ground is None:
            continue
        lines += [
            f"{title}: {ground['weeks']} weeks, {ground['first_week']} to {ground['last_week']}, "
            f"{ground['stocks']} stocks, {ground['forecasts']:,} forecasts of each version. "
            "95 % intervals in brackets.",
        ]
        if name == "common":
            lines += payload["said"]
        for table, first in zip(ground["tables"], ("baseline", "better"), strict=True):
            numbers = [column for column in table[0] if column not in ("score", first)]
            minus = "" if first == "baseline" else f" − v{payload['reference']}"
            lines.append(
                f"{'score':<26}{first:<22}" + "".join(f"{n + minus:<30}" for n in numbers).rstrip()
            )
            lines += [
                f"{row['score']:<26}{row[first]:<22}"
                + "".join(f"{row[n]:<30}" for n in numbers).rstrip()
                for row in table
            ]
    return "\n".join(lines)


def _record(row) -> dict:
    return {
        "score": row.metric.name,
        "baseline": {number: _number(value) for number, value in row.baselines.items()},
        "values": {n: _estimate(value) for n, value in row.values.items()},
        "differences": {n: _estimate(value) for n, value in row.gaps.items()},
    }


def _estimate(found) -> dict:
    return {name: _number(getattr(found, name)) for name in ("value", "low", "high")}


def _number(value: float) -> float | None:
    return value if value == value else None
