"""``python -m core alerts``: let the rules look and send what they find, once."""

import argparse
from datetime import UTC, datetime

from core.alerts import channels, kept, outbox, sending
from core.alerts.rules import described
from core.errors import UserError
from core.settings import settings

NAME = "alerts"
HELP = "let the rules of alerts look once and send what is new, as cron would without the app"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--dry-run", action="store_true", help="print what would be sent; send and keep nothing"
    )
    parser.add_argument("--list", action="store_true", help="list rules, channels and what waits")
    parser.add_argument("--test", metavar="CHANNEL", help="send a word through one channel")


def run(args: argparse.Namespace) -> dict:
    """Look and send, or one of the options."""
    data_dir = settings().data_dir
    if args.test:
        if args.test not in {one.name for one in channels.channels(data_dir)}:
            raise UserError(f"There is no channel {args.test[:60]!r}: `--list` names them.")
        channels.test(data_dir, args.test, "en")
        return {"tested": args.test}
    if args.list:
        return _listed(data_dir)
    if not channels.channels(data_dir):
        raise UserError(
            "There is no channel yet: enter one on the Alerts page, or set WEEKLENS_CHANNELS to "
            'JSON such as {"desk": "mailto://user:password@example.com"}.'
        )
    if args.dry_run:
        return {"found": [_found(one) for one in sending.found(data_dir, datetime.now(UTC))]}
    new = sending.look(data_dir)
    done = sending.send(data_dir)
    return {
        "new": new,
        "sent": done.sent,
        "waiting": outbox.waiting(data_dir),
        "undelivered": outbox.undelivered(data_dir),
        "refused": [{"channel": name, "reason": reason} for name, reason in done.failed],
        "failed": bool(done.failed),
    }


def _listed(data_dir) -> dict:
    return {
        "rules": [
            {
                "id": rule.id,
                "rule": described(rule.kind, rule.given),
                "channel": rule.channel,
                "active": rule.active,
                "trouble": rule.trouble,
            }
            for rule in kept.rules(data_dir)
        ],
        "channels": [
            {"name": one.name, "address": one.masked} for one in channels.channels(data_dir)
        ],
        "waiting": outbox.waiting(data_dir),
        "undelivered": outbox.undelivered(data_dir),
    }


def _found(one: sending.Found) -> dict:
    return {
        "rule": described(one.rule.kind, one.rule.given),
        "channel": one.channel,
        "texts": [event.text for event in one.events],
    }


def render(payload: dict) -> str:
    """One line a thing."""
    if "tested" in payload:
        return f"The channel {payload['tested']} took the message."
    if "found" in payload:
        lines = [f"{one['channel']}: {text}" for one in payload["found"] for text in one["texts"]]
        return "\n".join(lines) or "Nothing new to tell."
    if "rules" in payload:
        return _table(payload)
    lines = [
        f"{payload['new']} new, {payload['sent']} sent, {payload['waiting']} waiting, "
        f"{payload['undelivered']} undelivered."
    ]
    lines += [f"{one['channel']}: {one['reason']}" for one in payload["refused"]]
    return "\n".join(lines)


def _table(payload: dict) -> str:
    lines = [f"channel {one['name']}  {one['address']}" for one in payload["channels"]]
    for one in payload["rules"]:
        state = "on " if one["active"] else "off"
        to = one["channel"] or "every channel"
        trouble = f"  ({one['trouble']})" if one["trouble"] else ""
        lines.append(f"rule {one['id']} {state}  {one['rule']}  to {to}{trouble}")
    lines.append(f"{payload['waiting']} waiting, {payload['undelivered']} undelivered.")
    return "\n".join(lines)
