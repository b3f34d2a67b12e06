"""A service as a process of this machine: started, waited for, stopped, started again."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

PATIENCE = 90
"""Seconds a service may take to answer."""
GRACE = 20
"""Seconds it may take to end when asked."""
LOG_LINES = 20
OWN = ("STREAMLIT_", "WEEKLENS_", "MLFLOW_", "AWS_", "POSTGRES_", "PG")
"""Beginnings of the settings that a service takes from its configuration alone."""


class NotStarted(RuntimeError):
    """A service does not answer, or what it needs is missing; the text says what to do."""


class Service:
    """One service with its log.

    A context manager: started at the beginning, ended with everything it started at the end,
    also after Ctrl-C.

    Parameters
    ----------
    name : str
        What sentences call it.
    folder : Path
        Where its log goes; made if missing.
    command : list of str
    environment : dict of str to str
        Added to this process's, from which other settings of Weeklens are left out.
    answers : callable
        Whether it answers; asked until it does.
    cwd : Path or None
    user : str or None
        Who runs it, where this process is root.
    ending : signal.Signals
        How it is asked to end.

    Attributes
    ----------
    log_file : Path
        What it printed.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        command: list[str],
        environment: dict[str, str],
        answers: Callable[[], bool],
        *,
        cwd: Path | None = None,
        user: str | None = None,
        ending: signal.Signals = signal.SIGTERM,
    ):
        self.name, self.command, self.cwd, self._user = name, command, cwd, user
        self.environment, self._answers, self._ending = environment, answers, ending
        folder.mkdir(parents=True, exist_ok=True)
        self.log_file = folder / f"{name}.log"
        self._process: subprocess.Popen | None = None

    def start(self, patience: float = PATIENCE) -> "Service":
        """Start it and return once it answers.

        Raises
        ------
        NotStarted
            If it ends or does not answer; with the end of its log.
        """
        kept = {name: text for name, text in os.environ.items() if not name.startswith(OWN)}
        rights = {"user": self._user, "group": self._user_group(), "extra_groups": []}
        with self.log_file.open("ab") as log:
            if self._user:  # it may open its standard output by name
                os.chown(self.log_file, pwd.getpwnam(self._user).pw_uid, -1)
            self._process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=kept | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **(rights if self._user else {}),
            )
        try:
            self.wait(patience)
        except BaseException:
            self.stop()
            raise
        return self

    def wait(self, patience: float = PATIENCE) -> None:
        """Return once it answers."""
        until = time.monotonic() + patience
        while not self._answers():
            code = self._process.poll()
            if code is not None:
                raise NotStarted(f"{self.name} ended with {code} as it started:\n{self.log()}")
            if time.monotonic() > until:
                raise NotStarted(f"{self.name} is silent after {patience:g} s:\n{self.log()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Ask it to end, and end everything it started; nothing where it does not run."""
        self._end(self._ending, GRACE)

    def kill(self) -> None:
        """Pull its plug, and that of everything it started."""
        self._end(signal.SIGKILL, GRACE)

    @property
    def pid(self) -> int:
        """The number of its first process."""
        return self._process.pid

    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """The last lines it printed."""
        if not self.log_file.exists():
            return ""
        lines = self.log_file.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES:])

    def family(self) -> list[psutil.Process]:
        """Its process and everything below."""
        try:
            first = psutil.Process(self._process.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def __enter__(self) -> "Service":
        return self if self.runs() else self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _end(self, how: signal.Signals, grace: float) -> None:
        if self._process is None:
            return
        family = self.family()
        if self._process.poll() is None:
            self._process.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace)
        for process in family:  # workers in sessions of their own, and what did not end
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait(GRACE)
        psutil.wait_procs(family, timeout=GRACE)

    def _user_group(self) -> int | None:
        return pwd.getpwnam(self._user).pw_gid if self._user else None


def responds(url: str) -> Callable[[], bool]:
    """Whether a request to an address is answered with success."""

    def ask() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False

    return ask


def program(name: str, package: str, *more: Path) -> str:
    """The path of a program of the system.

    Raises
    ------
    NotStarted
        If it is missing; the sentence says which Debian package brings it.
    """
    for folder in (*more, Path("/usr/sbin"), Path("/usr/bin"), Path("/usr/local/bin")):
        if (folder / name).exists():
            return str(folder / name)
    if found := shutil.which(name):
        return found
    raise NotStarted(f"{name} is missing on this machine: apt-get install {package}.")


def unprivileged(*names: str) -> str | None:
    """Who runs a program that should not be root: the first user there is, where this is root."""
    if os.geteuid() != 0:
        return None
    for name in (*names, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


@contextlib.contextmanager
def private_folder(user: str | None):
    """A folder that only a user may enter, gone afterwards.

    It lies in the system's folder for such things: a test's own may be closed to that user.
    """
    folder = Path(tempfile.mkdtemp(prefix="weeklens-"))
    try:
        if user:
            known = pwd.getpwnam(user)
            os.chown(folder, known.pw_uid, known.pw_gid)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port of the loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
