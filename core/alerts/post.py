"""Hands messages to the process that sends them (``core.alerts.child``)."""

import base64
import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

from core.errors import UserError
from core.jobs.kinds import SECRETS
from core.language import N_, _
from core.settings import PROJECT

SECONDS = 90.0
"""Longest time for one message; then the process is ended and the message counts as not sent."""
SILENT = N_("The channel did not answer in time.")
LOST = N_("The process that sends ended without a word.")
REFUSED = N_("The channel did not take it: {reason}")
REFUSED_SILENTLY = N_("The channel did not take it and gave no reason.")


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes
    ----------
    title, body : str
    picture : bytes
        A PNG file; empty for none.
    name : str
        Of the picture's file.
    """

    title: str
    body: str
    picture: bytes = b""
    name: str = ""


class Post:
    """A channel with a process of its own, for as long as the block lasts.

    Parameters
    ----------
    url : str
        Of Apprise. It goes through a pipe, so that no list of processes shows it.
    seconds : float
        Longest time for one answer.
    """

    def __init__(self, url: str, seconds: float = SECONDS):
        self._url, self._seconds = url, seconds
        self._process: subprocess.Popen | None = None
        self._late = False

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, *__: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
            try:
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process.stdout.close()
            self._process = None

    def described(self) -> dict[str, Any]:
        """How the channel is shown.

        Returns
        -------
        dict
            ``service``, ``masked`` (the address without its secrets) and ``pictures`` (whether it
            takes them).

        Raises
        ------
        UserError
            If Apprise cannot read the address, or Weeklens does not allow its kind.
        """
        said = self._opened()
        if said["ok"]:
            return said
        if said.get("why") == "local":
            raise UserError(
                _(
                    "Such a channel would show something on the server itself or run a program "
                    "there; choose one that reaches a person, such as mail."
                )
            )
        if said.get("why") == "unreadable":
            raise UserError(
                _(
                    "This is no address of a channel that Apprise knows. Examples: "
                    "mailto://user:password@example.com?to=you@example.com, "
                    "tgram://bot-token/chat-id, jsons://example.com/hook for a webhook."
                )
            )
        raise UserError(self._told(said))

    def send(self, message: Message) -> str:
        """Send a message; returns why it was not taken, empty where it was."""
        if self._process is None:
            said = self._opened()
            if not said["ok"]:
                self.close()
                return self._told(said)
        said = self._asked(
            {
                "title": message.title,
                "body": message.body,
                "picture": base64.b64encode(message.picture).decode(),
                "name": message.name,
            }
        )
        return "" if said["ok"] else self._told(said)

    def _opened(self) -> dict[str, Any]:
        self.close()
        hidden = SECRETS
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "core.alerts.child"],
            cwd=PROJECT,
            env={name: value for name, value in os.environ.items() if name not in hidden},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        return self._asked({"url": self._url})

    def _asked(self, line: dict[str, Any]) -> dict[str, Any]:
        """What the process answers; it is ended where it does not in time."""
        process, late = self._process, threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._seconds, end)
        timer.start()
        try:
            process.stdin.write(json.dumps(line) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = ""
        finally:
            timer.cancel()
        if answer:
            return json.loads(answer)
        self.close()
        return {"ok": False, "why": SILENT if late.is_set() else LOST}

    @staticmethod
    def _told(said: dict[str, Any]) -> str:
        if said.get("why") in (SILENT, LOST):
            return _(said["why"])
        if said.get("reason"):
            return _(REFUSED).format(reason=said["reason"])
        return _(REFUSED_SILENTLY)
