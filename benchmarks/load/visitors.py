"""Readers with a page open: real sessions of Streamlit's server, without a browser each."""

import contextlib
import random
import re
import threading
import time

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import WebSocketException

from benchmarks.load.seen import OK, Answer, Book, Person
from benchmarks.tabs import Tab

PAGES = ("", "market", "stock", "models", "stock", "training", "monitoring", "stock", "evidence")
"""In the order in which they are visited; the one read most comes most often."""
BOTH = rb"price_target_model v(\d+)(?: \xc2\xb7 | and )pattern_lstm_classifier v(\d+)"
SHOWN = {
    "market": re.compile(rb"Statistical forecast as of [^,]*, " + BOTH),
    "stock": re.compile(rb"As of [0-9-]+ \xc2\xb7 " + BOTH),
}
"""Where a page names the versions whose forecasts it shows."""
PRODUCTION = {"models": re.compile(rb"\*\*In production:\*\* " + BOTH)}
"""Where a page names the versions in production."""


class Page(Tab):
    """A tab that also reads what the page says.

    Attributes
    ----------
    wrong : str
        The first error on it since `look`; "ok" where there is none.
    shown, production : tuple of (int, int) or None
    """

    def look(self, page: str, query: str) -> None:
        """Turn to a page; it is asked for with the next `rerun`."""
        self.page, self.query = page, query
        self.fresh()

    def fresh(self) -> None:
        """Forget what the last run said."""
        self.wrong, self.shown, self.production = OK, None, None

    @property
    def live(self) -> dict[str, float]:
        """Parts that ask again by themselves, and after how many seconds."""
        return dict(self._again)

    def hear(self, told: ForwardMsg, raw: bytes) -> None:
        """Look for errors and versions."""
        if told.WhichOneof("type") == "script_finished":
            if told.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self._say("the script could not be compiled")
            return
        if told.WhichOneof("type") != "delta" or told.delta.WhichOneof("type") != "new_element":
            return
        element = told.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self._say(f"exception on the page: {element.exception.type}")
        elif kind == "alert" and element.alert.format == Alert.ERROR:
            self._say(element.alert.body.replace("\\", ""))
        elif kind == "markdown":
            for name, places in (("shown", SHOWN), ("production", PRODUCTION)):
                place = places.get(self.page)
                if place is not None and (found := place.search(raw)):
                    setattr(self, name, (int(found[1]), int(found[2])))

    def _say(self, wrong: str) -> None:
        if self.wrong == OK:
            self.wrong = wrong


class Visitor(Person):
    """One reader: opens a page, looks at it as long as people do, goes on to the next.

    What a page asks for again by itself meanwhile is asked for, as a browser would.

    Parameters
    ----------
    url, market : str
    symbols : list of str
    book : Book
    stop : threading.Event
    number : int
        Seed of the pauses, and the page to begin with.
    pause : (float, float)
        Seconds between two pages.
    pages : tuple of str
    """

    def __init__(
        self,
        url: str,
        market: str,
        symbols: list[str],
        book: Book,
        stop: threading.Event,
        *,
        number: int,
        pause: tuple[float, float] = (10.0, 20.0),
        pages: tuple[str, ...] = PAGES,
    ):
        super().__init__(book, stop)
        self.name = f"visitor {number}"
        self._url, self._market, self._symbols = url, market, symbols
        self._random = random.Random(number)
        self._turn, self._pause, self._pages = number, pause, pages
        self._tab: Page | None = None
        self._first = True

    def work(self) -> None:
        """Come in one after the other, as people do."""
        self.stopped.wait(self._random.uniform(0, self._pause[1]))
        super().work()

    def once(self) -> None:
        """One page, its live parts and the time to read it."""
        page = self._pages[self._turn % len(self._pages)]
        self._turn += 1
        symbol = self._random.choice(self._symbols)
        query = f"market={self._market}" + (f"&symbol={symbol}" if page == "stock" else "")
        self._ask("page", page or "home", page, query)
        until = time.monotonic() + self._random.uniform(*self._pause)
        while (left := until - time.monotonic()) > 0:
            live = self._tab.live if self._tab is not None else {}
            if self.stopped.wait(min(left, *live.values()) if live else left):
                return
            for part in live:
                # The one before may have drawn the page anew: then it lives no longer.
                if self._tab is not None and part in self._tab.live and until > time.monotonic():
                    self._ask("part", page or "home", part=part)

    def _ask(self, who: str, what: str, page: str = "", query: str = "", part: str = "") -> None:
        began, clock = time.time(), time.perf_counter()
        try:
            if self._tab is None:
                if part:
                    return
                self._tab = Page(self._url)
            if part:
                self._tab.fresh()
            else:
                self._tab.look(page, query)
            self._tab.rerun(part)
            tab = self._tab
            seen = {"said": tab.wrong, "shown": tab.shown, "production": tab.production}
        except (WebSocketException, TimeoutError, OSError) as error:
            seen = {"said": f"connection: {type(error).__name__}"}
            self.leave()
            self.stopped.wait(1)  # as a browser does before it tries again
        self.book.note(Answer(who, what, began, time.perf_counter() - clock, **seen))

    def leave(self) -> None:
        """Close the tab."""
        if self._tab is not None:
            with contextlib.suppress(WebSocketException, OSError):
                self._tab.close()
            self._tab = None
