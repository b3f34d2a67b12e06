"""A real Dask cluster on this machine: a scheduler and workers, each a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.settings import PROJECT

WAIT_SECONDS = 60


@dataclass(frozen=True)
class Cluster:
    """Where it listens, and its workers' processes."""

    address: str
    workers: list[subprocess.Popen]


@contextmanager
def cluster(folder: Path, count: int = 2) -> Iterator[Cluster]:
    """Start one, and end all its processes afterwards."""
    file = folder / "scheduler.json"
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "WEEKLENS_DASK": ""}
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    started: list[subprocess.Popen] = []

    def start(module: str, *options: str) -> None:
        with (folder / f"{len(started)}.log").open("w") as log:
            command = [sys.executable, "-m", f"distributed.cli.{module}", *common, *options]
            started.append(
                subprocess.Popen(
                    command, cwd=PROJECT, env=environment, stdout=log, stderr=subprocess.STDOUT
                )
            )

    try:
        start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        _until(file.exists)
        for _ in range(count):
            # No nanny: a worker that is killed stays away.
            start("dask_worker", "--nthreads", "1", "--no-nanny", "--local-directory", str(folder))
        address = json.loads(file.read_text())["address"]
        _until(lambda: _joined(address) == count)
        yield Cluster(address, started[1:])
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.wait()


def _joined(address: str) -> int:
    from distributed import Client

    with Client(address, timeout=10, set_as_default=False) as client:
        return len(client.scheduler_info()["workers"])


def _until(holds) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the cluster did not start")
        time.sleep(0.2)
