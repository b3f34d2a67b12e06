"""The folder vnstock lives in: its own Python environment, home and working folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from core.errors import UserError
from core.jobs.family import OF_JOB
from core.language import N_, _
from core.settings import PROJECT, settings

REQUIREMENTS = PROJECT / "requirements-vnstock.txt"
NOTICE = N_(
    "vnstock is made by others and not part of Weeklens. Its own licence, not an open-source one, "
    "lets you use it freely for personal, study and research purposes; it limits seats and "
    "requests, forbids passing its data on or getting around its limits, and asks for an agreement "
    "where a product's main value is giving third parties market data. It grants no right to the "
    "brokers' data. While it runs it contacts its makers and shows their notices (they go to a log "
    "file here). By installing it you accept its licence: see vnstocks.com."
)
"""What a user must know before switching it on; shown with the button and by `make live`.
Translated where it is shown."""
PASSED_ON = (
    *("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"),
    OF_JOB,
)
"""Variables the worker inherits: none of them holds a secret."""
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")
SWITCHED_OFF = {
    "VNSTOCK_DISABLE_AGENT_SETUP": "1",
    "VNSTOCK_AGENT_TARGETS": "none",
    "VNSTOCK_TELEMETRY": "off",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INDEX": "1",
}
"""Side effects that have a switch; the last two keep its own `pip list` off the network."""
INSTALL_SECONDS = 1500


class Sandbox:
    """vnstock's place inside a data folder.

    Parameters
    ----------
    data_dir : Path

    Attributes
    ----------
    folder, home, work, log : Path
    python : Path
        The interpreter of its environment.
    """

    def __init__(self, data_dir: Path):
        self.folder = data_dir / "sources" / "vnstock"
        self.home = self.folder / "home"
        self.work = self.folder / "work"
        self.log = self.folder / "worker.log"
        self.stamp = self.folder / "installed"
        scripts = "Scripts" if os.name == "nt" else "bin"
        self.python = self.folder / "venv" / scripts / "python"

    @property
    def installed(self) -> bool:
        """Whether the environment is there and made from today's requirements."""
        try:
            return self.stamp.read_text("utf-8") == _wanted() and self.python.exists()
        except OSError:
            return False

    def install(self, tell: Callable[[str], None] = lambda text: None) -> None:
        """Make the environment anew.

        Parameters
        ----------
        tell : callable
            Called with what is being done.

        Raises
        ------
        UserError
            If it could not be made; the sentence says why and that nothing else is touched.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / "install.lock", timeout=0):
                self._install(tell)
        except Timeout:
            raise UserError(
                _("vnstock is being installed already; wait for that to end.")
            ) from None

    def _install(self, tell: Callable[[str], None]) -> None:
        self.stamp.unlink(missing_ok=True)
        tell(_("Making an environment of its own"))
        venv = self.folder / "venv"
        shutil.rmtree(venv, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(venv)], _("its environment could not be made"))
        tell(_("Installing vnstock into it"))
        _run(
            [
                *(str(self.python), "-m", "pip", "install", "--quiet", "--no-input"),
                *("--disable-pip-version-check", "--no-cache-dir", "--no-compile"),
                *("--only-binary", ":all:", "-r", str(REQUIREMENTS)),
            ],
            _("its packages could not be installed"),
        )
        self.stamp.write_text(_wanted(), "utf-8")

    def environment(self) -> dict[str, str]:
        """The variables of the worker: a home of its own, nothing inherited that is secret."""
        for folder in (self.home, self.work):
            folder.mkdir(parents=True, exist_ok=True)
        passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        passed |= {
            name: os.environ[name]
            for name in PROXIES
            if "@" not in os.environ.get(name, "@")  # a proxy's password is a secret too
        }
        home = str(self.home)
        own = {
            **dict.fromkeys(("HOME", "USERPROFILE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), home),
            **dict.fromkeys(("MPLCONFIGDIR", "TMPDIR"), home),
            "TZ": "Asia/Ho_Chi_Minh",  # one of its feeds reads days in the machine's own zone
            "PYTHONUTF8": "1",
            **SWITCHED_OFF,
        }
        if key := settings().vnstock_api_key.get_secret_value():
            own["VNSTOCK_API_KEY"] = key
        if target := os.environ.get("WEEKLENS_TEST_REDIRECT"):
            own["WEEKLENS_TEST_REDIRECT"] = target
        return passed | own


def _wanted() -> str:
    return f"{sys.version_info[:2]}\n{REQUIREMENTS.read_text('utf-8')}"


def _run(command: list[str], failed: str) -> None:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=INSTALL_SECONDS,
            check=False,
        )
        said = (done.stderr or done.stdout).strip().splitlines()
        if done.returncode == 0:
            return
        errors = [line for line in said if line.upper().startswith("ERROR")] or said
        reason = errors[-1][:300] if errors else _("exit code {code}").format(code=done.returncode)
    except subprocess.TimeoutExpired:
        reason = _("it took longer than {minutes} minutes").format(minutes=INSTALL_SECONDS // 60)
    except OSError as error:
        reason = str(error)
    raise UserError(
        _(
            "vnstock is not available: {failed} ({reason}). Everything else works; the source "
            "yahoo needs no installation."
        ).format(failed=failed, reason=reason)
    )


def work(params: dict, folder: Path, tell) -> dict:
    """Install vnstock; in the child process of a job."""

    def say(text: str) -> None:
        tell.stage(text)

    Sandbox(settings().data_dir).install(say)
    return {"message": _("vnstock is installed; choose it as a source and refresh.")}


def finish(data_dir: Path, job, result: dict, folder: Path) -> dict:
    """Keep the result as it is."""
    return result
