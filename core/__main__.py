"""The command line: ``python -m core COMMAND``."""

import argparse
import json
import os
import sys
from importlib import import_module

from core.errors import UserError

COMMANDS = (
    "import_",
    "symbols",
    "quality",
    "train",
    "versions",
    "compare",
    "promote",
    "rollback",
    "trail",
    "forecast",
    "share",
    "evaluate",
    "evaluations",
    "backtest",
    "alerts",
    "check",
    "jobs",
    "audit",
    "export",
    "watchlists",
    "refresh",
    "sources",
    "live",
    "tokens",
    "backup",
    "restore",
    "serve",
    "mcp_",
)
DONE, DEFECT, REFUSED, INTERRUPTED = 0, 1, 2, 130


def command_line() -> argparse.ArgumentParser:
    """The parser of every command; the documentation's list of commands is made from it."""
    parser = argparse.ArgumentParser(
        prog="python -m core",
        description="Weeklens without the browser: prices in, training, versions, forecasts.",
        epilog="Exit codes: 0 done, 1 the work failed, 2 the request cannot be met.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = import_module(f"core.cli.{name}")
        command = commands.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        command.add_argument("--json", action="store_true", help="print the answer as JSON")
        command.set_defaults(module=module)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0 done, 1 the work itself failed, 2 a request that cannot be met
        (one sentence on stderr says why), 130 interrupted.
    """
    args = command_line().parse_args(argv)
    try:
        payload = args.module.run(args)
        print(json.dumps(payload, indent=1) if args.json else args.module.render(payload))
        sys.stdout.flush()
        return DEFECT if payload.get("failed") else DONE
    except UserError as error:
        print(error, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("Interrupted; what was running has been cancelled.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has gone; a second failure at exit would print a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


if __name__ == "__main__":
    sys.exit(main())
