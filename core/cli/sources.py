"""``python -m core sources``: where prices can come from, and what each promises."""

import argparse

from core.market.sources.state import source_states
from core.settings import settings

NAME = "sources"
HELP = "list the sources of prices and whether they are ready"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> dict:
    """The state of every source."""
    return {"sources": source_states(settings().data_dir)}


def render(payload: dict) -> str:
    """A few lines a source."""
    lines = []
    for source in payload["sources"]:
        limit = f", {source['per_minute']} requests a minute" if source["per_minute"] else ""
        lines += [
            f"{source['name']:<8} {source['title']} ({', '.join(source['markets'])}): "
            f"{source['state']}",
            f"         {source['unit']}; {source['adjusted']}{limit}",
        ]
    return "\n".join(lines)
