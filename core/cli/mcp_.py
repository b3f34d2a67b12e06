"""``python -m core mcp``: the answers of this folder for other programs."""

import argparse

from core.access import Role, actor, oidc
from core.answers.work import Asker
from core.errors import UserError
from core.settings import settings

NAME = "mcp"
HELP = "serve the stored answers to other programs by the Model Context Protocol"
PORT = 8765
HOW = """\
Without --http it talks over standard input and output, as a program that starts it expects:
  {"mcpServers": {"weeklens": {"command": "python", "args": ["-m", "core", "mcp"]}}}
With --http it listens on http://127.0.0.1:PORT/mcp, for this machine alone. Nothing can be promoted
by it; training and refreshing only where WEEKLENS_CHAT_JOBS is on."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.epilog = HOW
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--http", action="store_true", help="listen on the loopback instead")
    parser.add_argument("--port", type=int, default=PORT, help=f"with --http (default {PORT})")


def run(args: argparse.Namespace) -> dict:
    """Serve until the other side goes, or an interrupt."""
    if args.http and oidc.switched_on():
        # Whoever reaches the port may ask, which is not what signing in promises.
        raise UserError(
            "Where people sign in, nobody is answered unknown: leave --http out, or ask the API "
            "with a token."
        )
    from core.mcp_server import serve_http, serve_stdio  # the SDK, for this command alone

    who = actor()
    asker = Asker(who.name, allowed=who.role >= Role.ANALYST)
    if args.http:
        serve_http(settings().data_dir, asker, args.port)
    else:
        serve_stdio(settings().data_dir, asker)
    return {}


def render(payload: dict) -> str:
    """Nothing: standard output belongs to the protocol."""
    return ""
