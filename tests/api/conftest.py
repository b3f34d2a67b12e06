"""The API behind a real server on the loopback."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import requests
import uvicorn

from api.serve import application
from core.access import Role, tokens
from core.settings import settings
from tests.core import trained as trainings


@dataclass
class Caller:
    """Asks the server; ``token`` goes with each request where there is one."""

    base: str
    token: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def __call__(self, method: str, path: str, **more) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= more.pop("headers", {})
        return self.session.request(
            method, f"{self.base}{path}", headers=headers, timeout=30, **more
        )

    def get(self, path: str, **more) -> requests.Response:
        return self("GET", path, **more)

    def post(self, path: str, body=None, **more) -> requests.Response:
        return self("POST", path, json=body, **more)

    def all(self, path: str, **asked) -> list[dict]:
        """Every row of a list, page by page."""
        found, cursor = [], ""
        while cursor is not None:
            answer = self.get(path, params=asked | {"cursor": cursor})
            assert answer.status_code == 200, answer.text
            found += answer.json()["items"]
            cursor = answer.json()["next"]
        return found


@contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[str]:
    """A server of the settings' data folder; its address.

    Parameters
    ----------
    host : str
        What it is told that it listens on; it does on the loopback.
    """
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(application(host), log_level="warning", proxy_headers=False)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/api/v1"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def standing(world, tmp_path_factory):
    """One server a file on one copy of the trained world, for tests that only read."""
    folder = tmp_path_factory.mktemp("standing") / "data"
    trainings.copy(world, folder)
    with serving() as address:
        yield folder, address


@pytest.fixture
def stood(standing, monkeypatch):
    """The data folder of that server, as the settings point at it."""
    monkeypatch.setenv("WEEKLENS_DATA_DIR", str(standing[0]))
    monkeypatch.setenv("WEEKLENS_API_PER_MINUTE", "0")
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    settings.cache_clear()
    yield standing[0]
    settings.cache_clear()


@pytest.fixture
def visitor(standing, stood):
    """Somebody without a token, who reads there."""
    return Caller(standing[1])


@pytest.fixture
def unlimited(monkeypatch, data_dir):
    """No limit of requests."""
    monkeypatch.setenv("WEEKLENS_API_PER_MINUTE", "0")
    settings.cache_clear()


@pytest.fixture
def base(trained, unlimited):
    """Where the API of the trained world answers."""
    with serving() as address:
        yield address


@pytest.fixture
def local(base):
    """Somebody without a token."""
    return Caller(base)


@pytest.fixture
def callers(base, trained):
    """One with a token of each role, by the role's word."""
    made = {role.word: tokens.create(trained, f"a-{role.word}", role)[1] for role in Role}
    return {word: Caller(base, token) for word, token in made.items()}


@pytest.fixture
def owner(callers):
    """One with an owner's token."""
    return callers["owner"]
