"""How things are broken and mended: a killed worker, a full disk, a clock that is set."""

import contextlib
import errno
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.load.seen import wait_for
from tests.browser.helpers import Server

CLOCK = Path(__file__).with_name("clock.c")


def kill_worker(server: Server) -> None:
    """End the process that trains, once it is at work."""

    def child() -> psutil.Process | None:
        for one in psutil.Process(server.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if "core.jobs.child" in one.cmdline() and "train" in one.cmdline():
                    return one
        return None

    wait_for(lambda: child() is not None, 60)
    time.sleep(2)
    if (found := child()) is not None:
        found.send_signal(signal.SIGKILL)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """A file system of a few megabytes on a folder; False where this user may not mount one."""
    folder.mkdir(parents=True)
    size = f"size={megabytes}m"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "weeklens", str(folder)],
        check=False,
        capture_output=True,
    )
    try:
        yield done.returncode == 0
    finally:
        if done.returncode == 0:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def fill(folder: Path) -> Path:
    """Write until there is no room; what to delete afterwards."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (2**20, 4096):
            with contextlib.suppress(OSError):
                while True:
                    file.write(b"\0" * size)
    return ballast


def is_full(folder: Path) -> bool:
    """Whether nothing more can be written."""
    try:
        (folder / "one-more").write_bytes(b"\0" * 8192)
    except OSError as error:
        return error.errno == errno.ENOSPC
    finally:
        with contextlib.suppress(OSError):
            (folder / "one-more").unlink()
    return False


def move_clock(file: Path, seconds: int) -> None:
    """Set a server's clock, in place: its processes have the file mapped."""
    with file.open("r+b") as handle:
        handle.write(struct.pack("=q", seconds))


def movable_clock(folder: Path) -> dict[str, str]:
    """Environment of a server whose clock a file moves; empty where no compiler is there."""
    library, file = folder / "clock.so", folder / "clock"
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        return {}
    options = ["-O2", "-shared", "-fPIC", "-o", str(library), str(CLOCK), "-ldl"]
    subprocess.run([compiler, *options], check=True)
    file.write_bytes(struct.pack("=q", 0))
    return {"LD_PRELOAD": str(library), "CLOCK_OFFSET_FILE": str(file)}
