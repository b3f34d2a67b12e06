"""What a running job tells: one JSON line a step, in a file that anyone may read."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PROGRESS, LOG, RESULT, ERROR = "progress.jsonl", "log.txt", "result.json", "error.json"


class Progress:
    """Writes the steps of one job.

    Parameters
    ----------
    folder : Path
        The job's folder.
    stages : sequence of (str, float)
        Every stage with its usual share of the whole time; the shares are
        only used to estimate the time left.
    """

    def __init__(self, folder: Path, stages: Sequence[tuple[str, float]]):
        self._file = folder / PROGRESS
        self._started = time.time()
        self._gone = 0.0
        self.plan(stages)

    def plan(self, stages: Sequence[tuple[str, float]]) -> None:
        """What is still to come, where the work turns out to be another than was planned."""
        begin = self._gone
        whole = sum(share for _, share in stages)
        self._before: dict[str, float] = {}
        self._share: dict[str, float] = {}
        gone = begin
        for name, share in stages:
            self._before[name], self._share[name] = gone, (1 - begin) * share / whole
            gone += (1 - begin) * share / whole
        self._stage = stages[0][0]

    def stage(
        self, name: str, done: float = 0.0, detail: str = "", left: float | None = None
    ) -> None:
        """Say which stage is running and how far it is.

        Parameters
        ----------
        name : str
        done : float
            Share of the stage, 0 to 1.
        detail : str
        left : float, optional
            Seconds to the end of the job, where the work knows better than the time gone by.
        """
        self._stage = name
        self._write({"stage": name, "detail": detail}, done, left)

    def epoch(self, number: int, most: int, loss: float, val_loss: float | None) -> None:
        """Say that an epoch of the current stage has ended."""
        line = {"stage": self._stage, "epoch": number, "epochs": most, "loss": loss}
        self._write({**line, "val_loss": val_loss}, number / most)

    def _write(self, line: dict, done: float, known: float | None = None) -> None:
        now = time.time()
        part = self._before[self._stage] + self._share[self._stage] * min(max(done, 0.0), 1.0)
        self._gone = part
        left = (now - self._started) * (1 - part) / part if part > 0.02 else None
        left = left if known is None else known
        line |= {"at": now, "fraction": round(part, 4), "seconds_left": left}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


@dataclass(frozen=True)
class Seen:
    """The progress of a job as read at one moment.

    Attributes
    ----------
    stage, detail : str
    fraction : float
        Share of the whole that is done.
    seconds_left : float or None
    epochs : list of dict
        ``stage, epoch, epochs, loss, val_loss`` of every epoch so far.
    """

    stage: str = ""
    detail: str = ""
    fraction: float = 0.0
    seconds_left: float | None = None
    epochs: list[dict] = field(default_factory=list)


def read(folder: Path) -> Seen:
    """Read a job's progress; a line still being written is left for the next look."""
    try:
        text = (folder / PROGRESS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Seen()
    lines = [json.loads(line) for line in text.split("\n")[:-1] if line]
    if not lines:
        return Seen()
    last = lines[-1]
    return Seen(
        stage=last["stage"],
        detail=last.get("detail", ""),
        fraction=last["fraction"],
        seconds_left=last["seconds_left"],
        epochs=[line for line in lines if "epoch" in line],
    )


def told(folder: Path, stage: str) -> None:
    """Let a job tell of a stage outside its work, such as a wait; how far it is stays as it was."""
    seen = read(folder)
    if seen.stage == stage:
        return
    line = {"stage": stage, "detail": "", "at": time.time(), "fraction": seen.fraction}
    with (folder / PROGRESS).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line | {"seconds_left": None}) + "\n")


def tail(folder: Path, lines: int = 40) -> str:
    """The last lines of a job's log."""
    try:
        return "\n".join((folder / LOG).read_text("utf-8", "replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
