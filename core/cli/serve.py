"""``python -m core serve``: the REST API without the pages."""

import argparse
from importlib import import_module

from core.errors import UserError
from core.settings import settings

NAME = "serve"
HELP = "serve the REST API alone, without the pages"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = (
        "The app serves the same under /api. This one does no jobs: those asked for here are done "
        "by the app on the same data folder, or wait for it. On another address than the loopback "
        "every request needs a token (`python -m core tokens`) and should come through a proxy "
        "with TLS."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8600, help="port (8600)")


def run(args: argparse.Namespace) -> dict:
    """Serve until told to end."""
    if not 1 <= args.port <= 65535:
        raise UserError(f"--port {args.port} is no port: choose a number from 1 to 65535.")
    settings()  # a setting that does not fit is said before anything starts
    # By its name: core does not know the API, which stands above it, as the pages do.
    import_module("api.serve").serve(args.host, args.port)
    return {}


def render(payload: dict) -> str:
    """Nothing: it has ended."""
    return ""
