"""``python -m core tokens``: who may use the API, and what for."""

import argparse

from core.access import Role, tokens
from core.errors import UserError
from core.settings import settings

NAME = "tokens"
HELP = "make, list and revoke the API's tokens"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("todo", choices=("create", "list", "revoke"))
    parser.add_argument(
        "name", nargs="?", help="of the program that holds it; with revoke also its id"
    )
    parser.add_argument(
        "--role",
        choices=[role.word for role in Role],
        default=Role.VIEWER.word,
        help="what it may do (default: viewer)",
    )
    parser.add_argument("--days", type=float, help="until it ends (default: never)")


def run(args: argparse.Namespace) -> dict:
    """Do one of the three."""
    data_dir = settings().data_dir
    if args.todo == "list":
        return {"tokens": [_record(token) for token in tokens.listed(data_dir)]}
    if not args.name:
        raise UserError(f"Say which: python -m core tokens {args.todo} NAME.")
    if args.todo == "revoke":
        return {"revoked": _record(tokens.revoke(data_dir, args.name))}
    made, token = tokens.create(data_dir, args.name, Role[args.role.upper()], days=args.days)
    return {"created": _record(made), "token": token}


def render(payload: dict) -> str:
    """One line a token; the token itself only when it is made."""
    if "token" in payload:
        made = payload["created"]
        ends = f", until {made['expires'][:10]}" if made["expires"] else ""
        return (
            f"{payload['token']}\nThe token of {made['name']} ({made['role']}{ends}). It is shown "
            "this once: keep it where the program reads it, and nowhere else."
        )
    if "revoked" in payload:
        return f"The token {payload['revoked']['name']} opens nothing any more."
    if not payload["tokens"]:
        return (
            "There are no tokens: make one with `python -m core tokens create NAME --role viewer`."
        )
    return "\n".join(
        f"{t['id']}  {t['name']:<24} {t['role']:<8} {t['state']:<9} made {t['created'][:10]} by "
        f"{t['created_by']}, ends {(t['expires'] or 'never')[:10]}, "
        f"used {(t['last_used'] or 'never')[:16]}"
        for t in payload["tokens"]
    )


def _record(token: tokens.Token) -> dict:
    return {
        "id": token.id,
        "name": token.name,
        "role": token.role.word,
        "state": token.state,
        "created": token.created,
        "created_by": token.created_by,
        "expires": token.expires,
        "last_used": token.last_used,
    }
