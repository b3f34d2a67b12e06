"""``python -m core restore``: a backup back into its place, whole or not at all."""

import argparse
from pathlib import Path

from core.backup.restoring import Restored, check, restore
from core.cli.following import counting
from core.errors import UserError
from core.settings import settings

NAME = "restore"
HELP = "verify a backup and put it in the place of the data folder"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("file", metavar="FILE", help="an archive that `backup` has made")
    parser.add_argument("--into", metavar="FOLDER", help="default: the data folder in force")
    parser.add_argument("--check", action="store_true", help="only verify it; nothing is written")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="let a data folder that is there give way; it is kept under another name",
    )


def run(args: argparse.Namespace) -> dict:
    """Verify, and put in place unless only a check is asked for."""
    if args.check and (args.into or args.replace):
        raise UserError("--check puts nothing anywhere: leave out --into and --replace.")
    file = Path(args.file)
    with counting("Verified", quiet=args.json) as tell:
        if args.check:
            return _payload(check(file, tell))
        into = Path(args.into) if args.into else settings().data_dir
        return _payload(restore(file, into, replace=args.replace, tell=tell))


def render(payload: dict) -> str:
    """What it was, where it lies, and how to use it."""
    what = (
        f"{payload['files']:,} files of {payload['made'][:16].replace('T', ' ')} UTC, prices to "
        f"{payload['newest_bar'] or 'no day yet'}"
    )
    if payload["folder"] is None:
        return f"The archive is whole: {what}. Nothing was written."
    lines = [f"Restored {what}, into {payload['folder']}."]
    if payload["before"]:
        lines.append(f"The folder that was there is kept as {payload['before']}.")
    if Path(payload["folder"]) != settings().data_dir:
        lines.append(f"To use it, set WEEKLENS_DATA_DIR={payload['folder']}.")
    if not payload["models"]:
        lines.append("It holds no runs and versions: they come from the MLflow server, if any.")
    return "\n".join(lines)


def _payload(done: Restored) -> dict:
    manifest = done.manifest
    return {
        "folder": None if done.folder is None else str(done.folder),
        "before": None if done.before is None else str(done.before),
        "files": len(manifest.files),
        "unpacked": manifest.size,
        "made": manifest.made,
        "newest_bar": manifest.newest_bar,
        "models": bool(manifest.models),
        "software": manifest.software,
    }
