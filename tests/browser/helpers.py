"""What browser tests share: the running app, waiting, pictures."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
from playwright.sync_api import Page, Playwright

from tools.run import MEMORY

PROJECT = Path(__file__).resolve().parents[2]
OWN_HOSTS = {"127.0.0.1", "localhost"}
IDLE = '.stApp[data-test-script-state="notRunning"]'
UNFINISHED = '[data-stale="true"], [data-testid="stSkeleton"], [data-testid="stSpinner"]'
LOG_LINES_SHOWN = 60


class Server:
    """One running app with its own data folder and an empty home.

    In the value of a variable ``{url}`` stands for its address.

    Attributes
    ----------
    url : str
        Address without a closing slash.
    data_dir : Path
        The folder everything is written to.
    log_file : Path
        What the app printed.
    """

    def __init__(self, folder: Path, data_dir: Path | None, env: dict[str, str]):
        home = folder / "home"
        home.mkdir(parents=True)
        self.data_dir = data_dir or folder / "data"
        self.log_file = folder / "server.log"
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("STREAMLIT_", "WEEKLENS_", "MLFLOW_"))
        }
        own = {
            "HOME": str(home),
            "WEEKLENS_DATA_DIR": str(self.data_dir),
            "MLFLOW_TRACKING_URI": "",  # a developer's .env must not lead to a real server
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "DO_NOT_TRACK": "true",
        }
        with_url = {name: value.replace("{url}", self.url) for name, value in env.items()}
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
                cwd=PROJECT,
                env=MEMORY | inherited | own | with_url,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_healthy(self, seconds: float = 60) -> None:
        """Return once the app answers; fail with its log if it does not."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        self.stop()
        pytest.fail(f"The app did not start:\n{self.log()}", pytrace=False)

    def log(self) -> str:
        """The last lines the app printed."""
        lines = self.log_file.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES_SHOWN:])

    def stop(self, *, kill: bool = False) -> None:
        """End the app and every process it started.

        Parameters
        ----------
        kill : bool
            Pull the plug (SIGKILL on the app alone, its children live on) instead of asking.
        """
        if kill:
            self.process.kill()
            self.process.wait()
            return
        family = self._family()
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        for relative in family:
            if relative.is_running():
                relative.kill()

    def _family(self) -> list[psutil.Process]:
        """Everything below the app, and what a killed app left behind: it knows the data folder."""
        marked = f"WEEKLENS_DATA_DIR={self.data_dir}"
        found = []
        for process in psutil.process_iter():
            try:
                names = (f"{name}={value}" for name, value in process.environ().items())
                if process.pid not in (os.getpid(), self.process.pid) and marked in names:
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_chromium(playwright: Playwright) -> str:
    """The path of a Chromium: on PATH, Playwright's own, or Playwright's after installing it.

    Raises
    ------
    LookupError
        If there is none; the message says why.
    """
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    own = Path(playwright.chromium.executable_path)
    if own.exists():
        return str(own)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        lines = (done.stdout + done.stderr).splitlines()
        said = [line.strip() for line in lines if line.startswith("Error")]
    except subprocess.TimeoutExpired:
        said = ["it took longer than 5 minutes"]
    if own.exists():
        return str(own)
    reason = said[0] if said else "no reason given"
    raise LookupError(f"no Chromium on PATH, and playwright could not install one ({reason})")


def is_external(url: str) -> bool:
    """Whether a request leaves this machine."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in OWN_HOSTS


def wait_idle(page: Page, seconds: float = 30) -> None:
    """Return once the page's script has run and its elements are drawn.

    A click reaches the server a moment later, so "idle" must hold for 150 ms.
    """
    until = time.monotonic() + seconds
    quiet = 0
    while quiet < 4:
        if time.monotonic() > until:
            raise TimeoutError(f"the page was still busy after {seconds:g} s")
        drawn = page.query_selector(IDLE) and not page.query_selector(UNFINISHED)
        quiet = quiet + 1 if drawn else 0
        page.wait_for_timeout(50)


def goto(page: Page, url: str, path: str = "", **query: str) -> None:
    """Open a page of the app and wait until it is drawn.

    Parameters
    ----------
    page : Page
        The browser's page.
    url : str
        ``server.url``.
    path : str
        For example ``"Stock"``; empty is the first page.
    query : str
        Parameters of the address.
    """
    page.goto(f"{url}/{path}" + (f"?{urlencode(query)}" if query else ""))
    wait_idle(page)


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the whole page as shots/NAME.png if WEEKLENS_SHOTS is set."""
    if os.environ.get("WEEKLENS_SHOTS"):
        folder = PROJECT / "shots"
        folder.mkdir(exist_ok=True)
        whole_page(page, folder / f"{name}.png")


def whole_page(page: Page, file: Path) -> None:
    """Keep a picture of the page at its full height."""
    before = page.viewport_size
    # The page scrolls inside Streamlit's main part, so the window must grow to show all of it.
    height = page.evaluate("document.querySelector('[data-testid=stMain]')?.scrollHeight ?? 0")
    page.set_viewport_size({"width": before["width"], "height": max(height, before["height"])})
    page.wait_for_timeout(300)
    page.screenshot(path=file)
    page.set_viewport_size(before)
