"""Work on several processes: of this machine, or of a Dask cluster where one is named.

A task must leave its result in files whole or not at all, or return it, and may run
twice: a cluster starts the tasks of a lost worker again elsewhere.
"""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

from core.errors import UserError
from core.jobs.parent import end_with_parent
from core.settings import settings

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
"""One thread a worker: two that share two cores wait for each other, and sums keep their order."""
CONNECT_SECONDS = 10

Task = TypeVar("Task")


@contextmanager
def executor(workers: int) -> Iterator[Executor]:
    """Where to submit functions and their arguments.

    Processes of this machine; with the setting WEEKLENS_DASK (``tcp://host:port``) the
    workers of that Dask cluster. Those need this program as their working folder, the
    same libraries, and the data folder under the same name.

    Parameters
    ----------
    workers : int
        How many processes; a cluster has its own.

    Raises
    ------
    UserError
        If the cluster does not answer, or Dask is not installed.
    """
    if address := settings().dask:
        with _cluster(address) as found:
            yield found
        return
    # spawn, not fork: TensorFlow does not survive a fork.
    context = multiprocessing.get_context("spawn")
    with (
        _environment(ONE_THREAD),
        ProcessPoolExecutor(workers, mp_context=context, initializer=end_with_parent) as pool,
    ):
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def finished(tasks: dict[Future, Task]) -> Iterator[Task]:
    """What each submitted task stands for, as they finish; the first error is raised."""
    waiting = dict(tasks)
    try:
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                future.result()
                yield waiting.pop(future)
    finally:
        for future in waiting:
            future.cancel()


@contextmanager
def _cluster(address: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError:
        raise UserError(
            "WEEKLENS_DASK names a cluster, but Dask is not installed: run "
            "`pip install -r requirements-dask.txt`, or unset the variable."
        ) from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError):
        raise UserError(
            f"The Dask cluster at {address} does not answer: start it, or unset WEEKLENS_DASK."
        ) from None
    with client, client.get_executor(pure=False) as found:
        yield found


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
