"""``python -m core live``: install vnstock into an environment of its own."""

import argparse
import sys

from core.errors import UserError
from core.market.sources.sandbox import NOTICE, Sandbox
from core.settings import settings

NAME = "live"
HELP = "install vnstock, the source of live Vietnamese prices, apart from the app"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--accept-licence", action="store_true", help="you have read the notice and accept it"
    )
    parser.add_argument("--again", action="store_true", help="install even where it is there")


def run(args: argparse.Namespace) -> dict:
    """Show the notice, ask, install."""
    sandbox = Sandbox(settings().data_dir)
    if sandbox.installed and not args.again:
        return {"installed": True, "message": "vnstock is installed already."}
    print(NOTICE, file=sys.stderr)
    if not args.accept_licence:
        if not sys.stdin.isatty():
            raise UserError(
                "Nothing was installed: say that you accept with --accept-licence "
                "(make live ARGS=--accept-licence)."
            )
        print("\nInstall it? Write yes: ", end="", file=sys.stderr, flush=True)
        if input().strip().lower() not in ("yes", "y"):
            raise UserError("Nothing was installed.")
    sandbox.install(lambda text: print(f"{text} ...", file=sys.stderr, flush=True))
    return {
        "installed": True,
        "message": "vnstock is installed. `python -m core refresh --symbols VNM,FPT --source "
        "vnstock` fetches prices; so does the Data page.",
    }


def render(payload: dict) -> str:
    """One sentence."""
    return payload["message"]
