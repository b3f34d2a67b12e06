"""``python -m core backup``: the data folder in one archive, while the app works on it."""

import argparse
from pathlib import Path

from core.backup.making import Made, make
from core.cli.following import counting
from core.settings import settings

NAME = "backup"
HELP = "put the data folder into one archive; the app, jobs and imports may run meanwhile"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = (
        "The archive holds tokens' hashes and the addresses of the alerts' channels: it is "
        "readable by you alone, keep it so."
    )
    parser.add_argument(
        "target",
        nargs="?",
        metavar="FILE",
        help="a file *.tar.gz, or a folder for a name with the time (default: this folder)",
    )
    parser.add_argument(
        "--without-secrets",
        action="store_true",
        help="leave out the addresses of the alerts' channels",
    )


def run(args: argparse.Namespace) -> dict:
    """Make it."""
    with counting("Written", quiet=args.json) as tell:
        made = make(
            settings().data_dir,
            Path(args.target) if args.target else None,
            secrets=not args.without_secrets,
            tell=tell,
        )
    return _payload(made)


def render(payload: dict) -> str:
    """What is in it and what is not, a sentence each."""
    lines = [
        f"Wrote {payload['file']}: {payload['files']:,} files, {payload['size'] / 1e6:,.1f} MB, "
        f"prices to {payload['newest_bar'] or 'no day yet'}."
    ]
    if payload["secrets"]:
        lines.append(
            "It holds the secret addresses of alerts' channels: keep it where nobody else reads."
        )
    if payload["on_server"]:
        lines.append(
            "Runs and versions are not in it: they lie on the MLflow server, whose database and "
            "files are backed up with their own tools (docs/backup.md)."
        )
    if payload["lost"]:
        lines.append(
            f"Prices of {len(payload['lost']):,} symbols were lost in the data folder before, "
            f"the first {payload['lost'][0]}: import them again."
        )
    return "\n".join(lines)


def _payload(made: Made) -> dict:
    manifest = made.manifest
    return {
        "file": str(made.file),
        "size": made.size,
        "unpacked": manifest.size,
        "files": len(manifest.files),
        "made": manifest.made,
        "newest_bar": manifest.newest_bar,
        "secrets": manifest.secrets,
        "on_server": made.on_server,
        "lost": made.lost,
    }
