"""A team's server with what it stands on: prices, two pairs of versions, tokens.

    python -m benchmarks.load.team FOLDER MARKET READERS [DATA [LISTING]]

A process of its own, whose environment names the data folder and the model store; its last line
is the `Team` as JSON.
"""

import json
import os
import subprocess
import sys
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from core.settings import PROJECT


@dataclass(frozen=True)
class Team:
    """What the askers need to know.

    Attributes
    ----------
    market : str
    symbols : list of str
    second : int
        A pair of versions beside the one in production, of the same number.
    analyst, owner : str
        Tokens.
    readers : list of str
        A token for each program that only reads.
    """

    market: str
    symbols: list[str]
    second: int
    analyst: str
    owner: str
    readers: list[str]


def settled(data_dir: Path, market: str, readers: int, *files: Path, **environment: str) -> Team:
    """Prepare a data folder, in a process of its own.

    Parameters
    ----------
    data_dir : Path
        Trained in only where it is not there yet.
    market : str
    readers : int
    files : Path
        Daily bars, and the listing; the sample without.
    environment : str
        Over this process's, such as where the model store is.

    Raises
    ------
    SystemExit
        If it fails.
    """
    own = {"WEEKLENS_DATA_DIR": str(data_dir), "MLFLOW_TRACKING_URI": ""}
    told = [str(data_dir), market, str(readers), *map(str, files)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load.team", *told],
        cwd=PROJECT,
        env=os.environ | own | environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit("The data folder could not be prepared, see above.")
    return Team(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """A pair in production with its forecasts, and another pair; trained where they are not yet."""
    from benchmarks.api import train
    from core import forecasts, registry
    from core.access import Role, tokens
    from core.jobs.runner import wait
    from core.jobs.store import JobStore
    from core.training.recipe import make_recipe
    from tools.prepared import prepare

    data_dir, market, readers = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    files = [Path(name) for name in sys.argv[4:]]
    if not (data_dir / "weeklens.db").exists():
        if files:
            prepare(data_dir, market, data=files[0], listing=files[1] if files[1:] else None)
        else:
            train(data_dir)
        recipe = make_recipe("quick", market=market, epochs=3, seed=2).model_dump(mode="json")
        job, _ = JobStore(data_dir).submit("train", recipe, requested_by="benchmark")
        if (ended := wait(data_dir, job.id)).state != "done":
            sys.exit(f"The second training {ended.state}: {ended.message}")
    first = registry.production()[registry.PRICE].version
    second = max(v.version for v in registry.versions(registry.PRICE) if v.version != first)

    def token(role: Role) -> str:
        return tokens.create(data_dir, f"load-{uuid.uuid4().hex[:12]}", role)[1]

    symbols = forecasts.latest(data_dir, market)["symbol"].tolist()
    readers = [token(Role.VIEWER) for _ in range(readers)]
    team = Team(market, symbols, second, token(Role.ANALYST), token(Role.OWNER), readers)
    print(json.dumps(asdict(team)))


if __name__ == "__main__":
    from core.access import as_system

    as_system(main)()
