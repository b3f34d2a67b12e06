"""Ours and its rivals in turn, round after round, so that a busy machine slows all alike."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    name, rival : str
    ours, theirs : float
        Medians, in the unit that the name says.
    aim : float or None
        Least of theirs divided by ours; None where nothing is aimed at.
    note : str
        What was checked, or what bounds it.
    """

    name: str
    ours: float
    rival: str
    theirs: float
    aim: float | None = None
    note: str = ""

    @property
    def times(self) -> float:
        return self.theirs / self.ours

    def told(self) -> dict:
        """Flat, for JSON."""
        return {**asdict(self), "times": self.times}


def race(runners: dict[str, Callable[[], object]], rounds: int = 5) -> dict[str, float]:
    """Median seconds of each, after one round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in runners}
    for number in range(rounds + 1):
        for name, run in runners.items():
            gc.collect()
            start = time.perf_counter()
            run()
            if number:
                taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def once(run: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


@dataclass(frozen=True)
class Spent:
    """What one run took: seconds, and seconds of processors."""

    seconds: float
    cpu: float


def spent(run: Callable[[], object]) -> Spent:
    """Of one run in this process and its threads."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def usual(runs: list[Spent]) -> Spent:
    """Medians."""
    return Spent(
        *(statistics.median(getattr(r, name) for r in runs) for name in ("seconds", "cpu"))
    )


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| what | Weeklens | rival | its figure | times | aim | |",
        "|---|---:|---|---:|---:|---:|---|",
    ]
    for row in rows:
        aim = (
            "" if row.aim is None else f"{row.aim:g}" + ("" if row.times >= row.aim else " missed")
        )
        lines.append(
            f"| {row.name} | {row.ours:.4g} | {row.rival} | {row.theirs:.4g} | {row.times:.3g} "
            f"| {aim} | {row.note} |"
        )
    return "\n".join(lines)
