"""Memory and processor time of a server and of what it has started, sampled while it works."""

import contextlib
import threading
import time

import numpy as np
import psutil

EVERY = 1.0
MB = 2**20


class Watch(threading.Thread):
    """Samples a server's processes until it is left.

    Parameters
    ----------
    pid : int
        The server.

    Attributes
    ----------
    samples : list of (float, float, float)
        Seconds since the start, resident megabytes of the server alone and with its children.
    """

    def __init__(self, pid: int):
        super().__init__(daemon=True, name="watch")
        self._server = psutil.Process(pid)
        self._end = threading.Event()
        self._children: dict[int, float] = {}
        self.samples: list[tuple[float, float, float]] = []

    def __enter__(self) -> "Watch":
        self._began = time.monotonic()
        self._cpu = _seconds(self._server)
        self._own = time.process_time()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self.join()
        self.lasted = time.monotonic() - self._began
        with contextlib.suppress(psutil.Error):
            self.server_cpu = _seconds(self._server) - self._cpu
        self.own_cpu = time.process_time() - self._own
        self.jobs_cpu = sum(self._children.values())

    def run(self) -> None:
        """Sample until left."""
        while not self._end.wait(EVERY):
            with contextlib.suppress(psutil.Error):
                alone = self._server.memory_info().rss / MB
                whole = alone
                for child in self._server.children(recursive=True):
                    with contextlib.suppress(psutil.Error):
                        whole += child.memory_info().rss / MB
                        self._children[child.pid] = _seconds(child)
                self.samples.append((time.monotonic() - self._began, alone, whole))

    def figures(self, name: str) -> dict[str, float]:
        """Cores used; megabytes at the end, at most, and gained a minute in the second half."""
        found = {
            f"{name}_cores_server": self.server_cpu / self.lasted,
            f"{name}_cores_jobs": self.jobs_cpu / self.lasted,
            f"{name}_cores_of_the_askers": self.own_cpu / self.lasted,
        }
        if self.samples:
            at, alone, whole = (np.array(column) for column in zip(*self.samples, strict=True))
            found[f"{name}_memory_mb_server_end"] = float(np.median(alone[-5:]))
            found[f"{name}_memory_mb_server_max"] = float(alone.max())
            found[f"{name}_memory_mb_with_jobs_max"] = float(whole.max())
            late = at >= at[-1] / 2
            if late.sum() > 5:
                slope = np.polyfit(at[late] / 60, alone[late], 1)[0]
                found[f"{name}_memory_mb_a_minute_second_half"] = float(slope)
        return found


def memory(pid: int) -> float:
    """Resident megabytes of one process."""
    return psutil.Process(pid).memory_info().rss / MB


def _seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
