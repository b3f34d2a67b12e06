"""Real receivers on the loopback: a web server that takes JSON, and a mail server."""

import base64
import json
import threading
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller

from tests.browser.helpers import free_port


class Webhook:
    """A web server that keeps the JSON it is sent; it can be told to refuse.

    Attributes
    ----------
    url : str
        Of Apprise.
    taken : list of dict
        What it took.
    asked : int
        How often it was asked.
    """

    def __init__(self):
        self.taken, self.asked, self._refusing = [], 0, threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked += 1
                refuse = outer._refusing.is_set()
                if not refuse:
                    outer.taken.append(json.loads(body))
                self.send_response(500 if refuse else 200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"json://127.0.0.1:{self._server.server_port}/hook"

    def refuse(self, yes: bool = True) -> None:
        """Answer 500 from now on, or no longer."""
        (self._refusing.set if yes else self._refusing.clear)()

    @property
    def words(self) -> list[str]:
        """The first line of each message taken."""
        return [message["message"].splitlines()[0] for message in self.taken]

    def pictures(self) -> list[bytes]:
        """Every attachment taken."""
        attached = [one for message in self.taken for one in message["attachments"]]
        return [base64.b64decode(one["base64"]) for one in attached]

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Mail:
    """A mail server that keeps what it is sent."""

    def __init__(self):
        self.taken: list[Message] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()
        self.url = (
            f"mailto://127.0.0.1:{self._controller.port}?from=weeklens@example.com"
            "&to=desk@example.com"
        )

    async def handle_DATA(self, server, session, envelope):
        """Keep a message."""
        self.taken.append(message_from_bytes(envelope.content))
        return "250 OK"

    def close(self) -> None:
        """End the server."""
        self._controller.stop()
