"""Requests to the proxy by its name, which no resolver of this machine needs to know."""

import http.client
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from deploy.native.composed import LOOPBACK


@dataclass(frozen=True)
class Answer:
    """One answer; header names in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


class Door:
    """Asks the proxy as a program outside would.

    Parameters
    ----------
    name : str
        The name in the address.
    port : int
    certificate : Path
        The one to trust.
    """

    def __init__(self, name: str, port: int, certificate: Path):
        self.name, self.port = name, port
        self.context = ssl.create_default_context(cafile=str(certificate))

    def connection(
        self, timeout: float = 30, source: str = LOOPBACK
    ) -> http.client.HTTPSConnection:
        """A new connection, encrypted and checked against the certificate.

        Parameters
        ----------
        timeout : float
            Seconds.
        source : str
            The address it comes from; all of 127.0.0.0/8 is this machine's.
        """
        made = http.client.HTTPSConnection(self.name, self.port, timeout=timeout)
        plain = socket.create_connection((LOOPBACK, self.port), timeout, (source, 0))
        made.sock = self.context.wrap_socket(plain, server_hostname=self.name)
        return made

    def __call__(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        source: str = LOOPBACK,
        **headers: str,
    ) -> Answer:
        """Ask once; ``X_Forwarded_For="…"`` is a header."""
        connection = self.connection(source=source)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()
