"""Readers in a real Chromium, a few beside the many of `visitors`: what is drawn, and how soon."""

import itertools
import random
import threading
import time

from playwright.sync_api import Error, sync_playwright

from benchmarks import visits
from benchmarks.load.seen import OK, Answer, Book, Person
from tests.browser.conftest import FLAGS
from tests.browser.helpers import find_chromium, goto

NAMES = ("Market", "Stock", "Models", "Training", "Monitoring", "Evidence", "Home")
WRONG = "[data-testid=stException], [data-testid=stAlertContentError]"
DIALOG = "[data-testid=stDialog], [data-testid=stConnectionStatus]"


class Browsers(Person):
    """One Chromium with several windows, clicked through in turn.

    Parameters
    ----------
    url : str
    book : Book
    stop : threading.Event
    count : int
        Windows.
    pause : float
        Seconds between two clicks in the same window, about.
    """

    def __init__(self, url: str, book: Book, stop: threading.Event, count: int, pause: float = 12):
        super().__init__(book, stop)
        self.name = "browsers"
        self._url, self._count, self._pause = url, count, pause
        self._random = random.Random(0)
        self.open = threading.Event()
        """Set once every window shows the first page."""

    def work(self) -> None:
        """Playwright belongs to the thread that starts it, so it is started and ended here."""
        with sync_playwright() as playwright:
            place = find_chromium(playwright)
            browser = playwright.chromium.launch(executable_path=place, args=FLAGS)
            self._windows = []
            for _ in range(self._count):
                size = {"width": 1440, "height": 1000}
                self._windows.append(browser.new_context(viewport=size).new_page())
                goto(self._windows[-1], self._url)
            self.open.set()
            self._turns = itertools.cycle(
                (window, name) for name in NAMES for window in self._windows
            )
            super().work()
            browser.close()

    def once(self) -> None:
        """A click in the menu of the next window, until the page stands complete."""
        window, name = next(self._turns)
        began, clock, said = time.time(), time.perf_counter(), OK
        try:
            before = window.locator("h1").first.inner_text()
            window.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
            window.wait_for_function(visits.FULL, arg=before, polling=50)
            if (shown := window.locator(WRONG)).count():
                said = shown.first.inner_text()
        except Error as error:
            said = f"connection: {str(error).splitlines()[0][:80]}"
            if window.locator(DIALOG).count():
                said += f" ({window.locator(DIALOG).first.inner_text()[:60]!r})"
        self.book.note(Answer("browser", name, began, time.perf_counter() - clock, said))
        self.stopped.wait(self._random.uniform(0.7, 1.3) * self._pause / self._count)
