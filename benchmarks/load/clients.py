"""Other programs: clients of the REST API, and what the team asks it to do meanwhile."""

import http.client
import itertools
import json
import random
import threading
import time
from urllib.parse import urlsplit

from benchmarks.load.seen import OK, Answer, Book, Person
from core.jobs.store import ACTIVE

MODELS = ("price_target_model", "pattern_lstm_classifier")
PATIENCE, IDLE = 60.0, 2.0
"""Seconds to wait for an answer, and those after which a server may close a silent connection."""


class Caller:
    """One connection to the API, opened again where it broke.

    Parameters
    ----------
    url : str
    token : str
    """

    def __init__(self, url: str, token: str):
        self._host, self._token = urlsplit(url).netloc, token
        self._connection: http.client.HTTPConnection | None = None
        self._used = 0.0

    def __call__(
        self, method: str, path: str, body: dict | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer; OSError or HTTPException where none comes."""
        if time.monotonic() - self._used > IDLE:
            self.close()
        used = self._connection is not None
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {self._token}"} | headers
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            text = None if body is None else json.dumps(body)
            self._connection.request(method, f"/api/v1{path}", text, headers)
            answer = self._connection.getresponse()
            self._used = time.monotonic()
            return answer.status, dict(answer.getheaders()), answer.read()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.close()
            if used and method == "GET":  # closed while it was silent: asked anew (RFC 9110, 9.2.2)
                return self(method, path, body, **headers)
            raise
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def sentence(status: int, body: bytes) -> str:
    """What an answer says is wrong: its status and sentence, or that it is no problem+json."""
    try:
        told = json.loads(body)
        return f"{status} {told['detail']}" if "detail" in told else f"{status} {told}"
    except (ValueError, KeyError):
        return f"{status} without a sentence: {body[:80]!r}"


class Asker(Person):
    """Somebody with a connection to the API.

    Parameters
    ----------
    call : Caller
    book : Book
    stop : threading.Event
    """

    def __init__(self, call: Caller, book: Book, stop: threading.Event):
        super().__init__(book, stop)
        self._call = call

    def leave(self) -> None:
        """Close the connection."""
        self._call.close()


class Client(Asker):
    """One program that reads the records, with what it has already in its hand (ETag).

    Parameters
    ----------
    url, token, market : str
    symbols : list of str
    book : Book
    stop : threading.Event
    number : int
        Seed of the pauses.
    pause : (float, float)
        Seconds between two requests.
    """

    def __init__(
        self,
        url: str,
        token: str,
        market: str,
        symbols: list[str],
        book: Book,
        stop: threading.Event,
        *,
        number: int,
        pause: tuple[float, float] = (0.5, 1.5),
    ):
        super().__init__(Caller(url, token), book, stop)
        self.name = f"client {number}"
        self._random, self._pause = random.Random(number), pause
        one = f"/symbols/{market}/{{}}/forecast"
        paths = (
            ("one forecast", lambda: one.format(self._random.choice(symbols))),
            ("production", lambda: "/production"),
            ("forecasts", lambda: f"/forecasts?market={market}"),
            ("versions", lambda: f"/versions?market={market}"),
            ("jobs", lambda: "/jobs?limit=20"),
            ("health", lambda: "/health"),
        )
        self._turns = itertools.cycle(paths[number % len(paths) :] + paths[: number % len(paths)])
        self._known: dict[str, tuple[str, bytes]] = {}

    def once(self) -> None:
        """One request and the pause after it."""
        what, path = next(self._turns)
        self._ask(what, path())
        self.stopped.wait(self._random.uniform(*self._pause))

    def _ask(self, what: str, path: str) -> None:
        known = self._known.get(path)
        tag = {"If-None-Match": known[0]} if known else {}
        began, clock, seen = time.time(), time.perf_counter(), {}
        try:
            status, headers, body = self._call("GET", path, **tag)
            seconds = time.perf_counter() - clock
            if status == 304 and known:
                body, status = known[1], 200
            elif status == 200 and "ETag" in headers:
                if known and (known[0] == headers["ETag"]) != (known[1] == body):
                    seen["said"] = "an ETag that does not fit the body"
                self._known[path] = (headers["ETag"], body)
            if status != 200:
                seen["said"] = sentence(status, body)
            else:
                seen |= versions_in(what, json.loads(body))
        except (OSError, http.client.HTTPException) as error:
            seconds = time.perf_counter() - clock
            seen["said"] = f"connection: {type(error).__name__}"
        self.book.note(Answer("api", what, began, seconds, **seen))


def versions_in(what: str, body: dict) -> dict[str, tuple[int, int] | str]:
    """The versions an answer names; of a list of forecasts they must be one pair."""
    if what == "production":
        return {"production": tuple(body["versions"].get(model, 0) for model in MODELS)}
    if what == "one forecast":
        return {"shown": tuple(body["versions"][model] for model in MODELS)}
    if what == "forecasts":
        pairs = {tuple(one["versions"][model] for model in MODELS) for one in body["items"]}
        if len(pairs) > 1:
            return {"said": f"forecasts of several versions in one list: {sorted(pairs)}"}
        return {"shown": pairs.pop()} if pairs else {"said": "no forecasts"}
    return {}


class Trainer(Asker):
    """Keeps one training running: asks for the next once the last has ended.

    Attributes
    ----------
    ended : dict
        How the trainings ended, by state.
    """

    def __init__(
        self, url: str, token: str, market: str, book: Book, stop: threading.Event, **body
    ):
        super().__init__(Caller(url, token), book, stop)
        self.name = "trainer"
        self._market, self._body = market, body
        self._job, self._seeds = "", itertools.count(1000)
        self.ended: dict[str, int] = {}

    def once(self) -> None:
        """Ask for a training, or look at the one that runs."""
        began, clock, said = time.time(), time.perf_counter(), OK
        try:
            if not self._job:
                body = {"kind": "train", "market": self._market, "seed": next(self._seeds)}
                status, __, text = self._call("POST", "/jobs", body | self._body)
                if status in (200, 201, 202):
                    self._job = json.loads(text)["job"]["id"]
            else:
                status, __, text = self._call("GET", f"/jobs/{self._job}")
                if status == 200 and (state := json.loads(text)["state"]) not in ACTIVE:
                    self.ended[state] = self.ended.get(state, 0) + 1
                    self._job = ""
            if status >= 400:
                said = sentence(status, text)
        except (OSError, http.client.HTTPException) as error:
            said = f"connection: {type(error).__name__}"
        self.book.note(Answer("api", "training", began, time.perf_counter() - clock, said))
        self.stopped.wait(1 if self._job or said != OK else 0.1)


class Promoter(Asker):
    """Promotes the other version, rolls that back, and so on.

    Attributes
    ----------
    changes : list of (float, float)
        When each change was asked for and answered, Unix time.
    """

    def __init__(
        self,
        url: str,
        token: str,
        other: int,
        book: Book,
        stop: threading.Event,
        every: float = 60.0,
    ):
        super().__init__(Caller(url, token), book, stop)
        self.name = "promoter"
        self._other, self._every = other, every
        self._back = False
        self.changes: list[tuple[float, float]] = []

    def once(self) -> None:
        """Wait for the minute, then change production."""
        if self.stopped.wait(self._every):
            return
        body: dict = {"reason": "Changed by the benchmark under load."}
        path = "/rollbacks" if self._back else "/promotions"
        if not self._back:
            chosen = [{"model": model, "version": self._other} for model in MODELS]
            body |= {"versions": chosen, "to": "production", "override": True}
        began, clock, said = time.time(), time.perf_counter(), OK
        try:
            status, __, text = self._call("POST", path, body)
            if status != 200:
                said = sentence(status, text)
            else:
                self.changes.append((began, time.time()))
                self._back = not self._back
        except (OSError, http.client.HTTPException) as error:
            said = f"connection: {type(error).__name__}"
        what = path.strip("/")
        self.book.note(Answer("api", what, began, time.perf_counter() - clock, said))
