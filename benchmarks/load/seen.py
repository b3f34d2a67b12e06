"""What every visitor and client writes down of each answer, and how it is told."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

OK = "ok"


@dataclass(frozen=True)
class Answer:
    """One answer of a page or of the API.

    Attributes
    ----------
    who : str
        "page", "part" (a live part of one), "browser" or "api".
    what : str
        The page's name, or the path's kind.
    began : float
        Unix time.
    seconds : float
    said : str
        "ok", else what was wrong: a sentence, a status, a broken connection.
    production, shown : tuple of (int, int) or None
        Versions (price, pattern) that it says are in production, or that made the forecast.
    """

    who: str
    what: str
    began: float
    seconds: float
    said: str = OK
    production: tuple[int, int] | None = None
    shown: tuple[int, int] | None = None

    @property
    def ended(self) -> float:
        """Unix time."""
        return self.began + self.seconds


class Book:
    """The answers of all, in the order of their ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.answers: list[Answer] = []

    def note(self, answer: Answer) -> None:
        """Write an answer down."""
        with self._lock:
            self.answers.append(answer)

    def since(self, began: float, until: float = float("inf")) -> list[Answer]:
        """Those that were asked for in a span of time."""
        with self._lock:
            return [one for one in self.answers if began <= one.began < until]


class Person(threading.Thread):
    """Somebody who asks again and again, until told to stop.

    Parameters
    ----------
    book : Book
    stop : threading.Event
    """

    def __init__(self, book: Book, stop: threading.Event):
        super().__init__(daemon=True)
        self.book, self.stopped = book, stop
        self.defect: Exception | None = None

    def run(self) -> None:
        """Ask until it is time to stop; a defect of the measure itself ends it for all."""
        try:
            self.work()
        except Exception as error:
            self.defect = error
            self.stopped.set()
        finally:
            self.leave()

    def leave(self) -> None:
        """Close what is open."""

    def work(self) -> None:
        """Turn after turn."""
        while not self.stopped.is_set():
            self.once()

    def once(self) -> None:
        """One turn, with the pause after it."""
        raise NotImplementedError


def all_end(people: Iterable[Person], seconds: float = 130) -> None:
    """Wait for those who were told to stop; raises what one met, or SystemExit if one goes on."""
    until = time.monotonic() + seconds
    for person in people:
        person.join(max(0.1, until - time.monotonic()))
        if person.is_alive():
            raise SystemExit(f"{person.name} does not end.")
        if person.defect is not None:
            raise person.defect


def wait_for(true: Callable[[], bool], seconds: float, every: float = 0.2) -> float:
    """Seconds until something holds; as many as were allowed where it never did."""
    began = time.monotonic()
    while not true() and time.monotonic() - began < seconds:
        time.sleep(every)
    return time.monotonic() - began


def quantiles(name: str, took: list[float]) -> dict[str, float]:
    """Median, 95th percentile and the longest, under their keys; nothing of nothing."""
    if not took:
        return {}
    return {
        f"{name}_p50": float(np.quantile(took, 0.5)),
        f"{name}_p95": float(np.quantile(took, 0.95)),
        f"{name}_max": float(max(took)),
    }


def told(answers: list[Answer], most: int = 12) -> list[str]:
    """What was said other than "ok", how often and where, one a line."""
    count = Counter((one.said, f"{one.who} {one.what}") for one in answers if one.said != OK)
    places: dict[str, Counter] = {}
    for (said, place), times in count.items():
        places.setdefault(said, Counter())[place] += times
    order = sorted(places, key=lambda said: -places[said].total())
    return [
        f"{places[said].total():>6} x {said}  "
        f"({', '.join(f'{place} {times}' for place, times in places[said].most_common(6))})"
        for said in order[:most]
    ]
