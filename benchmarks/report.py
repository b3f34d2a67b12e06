"""How every benchmark prints and keeps its figures."""

import json
from pathlib import Path


def report(figures: dict[str, float], out: Path | None) -> None:
    """Print flat figures as a table, and write them as JSON where asked."""
    width = max(map(len, figures)) + 2
    for name, value in figures.items():
        print(f"{name:<{width}}{value:>14.6g}")
    if out is not None:
        out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
