"""The short process that holds Apprise: one channel's address comes in, then its messages.

It runs apart from the app for three reasons: Apprise and its plugins stay out of the app's
memory; a receiver that hangs can be ended; and what a plugin prints or logs, which may hold the
address, ends here. Every line of the input and of the answer is JSON, the address first.
"""

import base64
import json
import logging
import os
import re
import sys
from typing import Any
from urllib.parse import unquote

LOCAL = frozenset(("blink1", "dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"))
"""Plugins that show something on the server itself, or run a program or a device there: they reach
no reader, and an address should not make the server run anything."""
HIDDEN = "****"
SHORTEST = 3
"""A part of an address with fewer letters is no secret."""
MOST_WORDS = 200


def main() -> None:
    """Answer line by line until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        # Whatever a plugin prints goes nowhere.
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    channel = None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if "url" in asked:
                channel = Channel(asked["url"])
                said = channel.described
            else:
                said = channel.send(asked)
        except Exception as error:
            # The words of an exception may hold the address: its kind says enough.
            said = {"ok": False, "why": "broken", "reason": type(error).__name__}
        print(json.dumps(said), file=answers, flush=True)


class Channel:
    """One address, understood by Apprise.

    Parameters
    ----------
    url : str
    """

    def __init__(self, url: str):
        from apprise import Apprise, AppriseAsset
        from apprise.attachment.memory import AttachMemory

        self._attachment = AttachMemory
        self._url = url
        self._heard = Heard()
        log = logging.getLogger("apprise")
        log.handlers, log.propagate = [self._heard], False
        log.setLevel(logging.WARNING)
        asset = AppriseAsset(
            app_id="Weeklens",
            app_desc="Weeklens",
            app_url="",
            # No picture that a receiver would fetch from Apprise's makers.
            image_url_mask="",
            image_url_logo="",
            async_mode=False,
            secure_logging=True,
        )
        self._service = Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
        self._sender = Apprise(asset=asset)
        if self._service is not None:
            self._sender.add(self._service)

    @property
    def described(self) -> dict[str, Any]:
        """Whether the address can be used, why not, and how it is shown."""
        if self._service is None:
            return {"ok": False, "why": "unreadable", "reason": self._heard.last(self._url)}
        names = set(_names(self._service.protocol)) | set(_names(self._service.secure_protocol))
        if names & LOCAL:
            return {"ok": False, "why": "local", "reason": ""}
        return {
            "ok": True,
            "service": str(self._service.service_name),
            "masked": masked(self._service.url(privacy=True)),
            "pictures": bool(self._service.attachment_support),
        }

    def send(self, message: dict[str, str]) -> dict[str, Any]:
        """Send one message, its picture attached; whether the receiver took it, and why not."""
        if not self.described["ok"]:
            return {"ok": False, "reason": "the address cannot be used"}
        self._heard.words.clear()
        attached = None
        if message.get("picture"):
            attached = self._attachment(
                content=base64.b64decode(message["picture"]),
                name=message["name"],
                mimetype="image/png",
            )
        taken = self._sender.notify(
            body=message["body"], title=message["title"], body_format="text", attach=attached
        )
        return {"ok": bool(taken), "reason": "" if taken else self._heard.last(self._url)}


class Heard(logging.Handler):
    """The warnings of Apprise, kept for the reason of a failure."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one warning."""
        self.words.append(record.getMessage())

    def last(self, url: str) -> str:
        """The last warning, without any part of the address."""
        return scrubbed(self.words[-1], url) if self.words else ""


def scrubbed(words: str, url: str) -> str:
    """Words of Apprise on one line, every part of an address in them hidden."""
    parts = {url, unquote(url)}
    for text in (url, unquote(url)):
        parts.update(re.split(r"[^\w.~+-]+", text))
        parts.update(unquote(part) for part in re.split(r"[/?&=:@#,;]+", text))
        parts.update(re.split(r"\W+", text))
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= SHORTEST:
            words = words.replace(part, HIDDEN)
    return " ".join(words.split())[:MOST_WORDS]


def masked(private: str) -> str:
    """An address as a page may show it: Apprise's own masking, cut off after the host.

    Apprise masks what it knows to be secret; the path and the query of a webhook of one's own
    may hold a token that it does not know.
    """
    scheme, __, rest = private.partition("://")
    host = re.split(r"[/?]", rest)[0]
    return f"{scheme}://{host}/…"


def _names(protocol: object) -> list[str]:
    if protocol is None:
        return []
    return [protocol] if isinstance(protocol, str) else list(protocol)


if __name__ == "__main__":
    main()
