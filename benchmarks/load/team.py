"""A team's server with what it stands on: prices, two pairs of versions, tokens."""

import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from benchmarks.api import train
from core.access import Role, as_system, tokens
from core.jobs.runner import wait
from core.jobs.store import JobStore
from tools.prepared import prepare


@dataclass(frozen=True)
class Team:
    """What the askers need to know.

    Attributes
    ----------
    data_dir : Path
    market : str
    symbols : list of str
    first, second : int
        The version in production, and the other one.
    tokens : dict
        By the role's name.
    """

    data_dir: Path
    market: str
    symbols: list[str]
    first: int
    second: int
    tokens: dict[str, str]


@as_system
def settle_in(data_dir: Path, market: str, data: Path | None, listing: Path | None) -> Team:
    """A pair in production with its forecasts, and another pair; trained where they are not yet."""
    from core import forecasts, registry
    from core.training.recipe import make_recipe

    if not data_dir.exists():
        if data is None:
            train(data_dir)
        else:
            prepare(data_dir, market, data=data, listing=listing)
        recipe = make_recipe("quick", market=market, epochs=3, seed=2).model_dump(mode="json")
        job, _ = JobStore(data_dir).submit("train", recipe, requested_by="benchmark")
        if (ended := wait(data_dir, job.id)).state != "done":
            raise SystemExit(f"The second training {ended.state}: {ended.message}")
    first = registry.production()[registry.PRICE].version
    second = max(v.version for v in registry.versions(registry.PRICE) if v.version != first)
    roles = {role.name.lower(): token(data_dir, role) for role in (Role.ANALYST, Role.OWNER)}
    symbols = forecasts.latest(data_dir, market)["symbol"].tolist()
    return Team(data_dir, market, symbols, first, second, roles)


def token(data_dir: Path, role: Role) -> str:
    """A new token's secret."""
    return tokens.create(data_dir, f"load-{uuid.uuid4().hex[:12]}", role)[1]


@as_system
def reader_tokens(data_dir: Path, count: int) -> list[str]:
    """A token for each program that only reads."""
    return [token(data_dir, Role.VIEWER) for _ in range(count)]


def here(data_dir: Path, tracking_uri: str = "") -> None:
    """Let this process' settings name a data folder, before anything of core is read."""
    os.environ |= {"WEEKLENS_DATA_DIR": str(data_dir), "MLFLOW_TRACKING_URI": tracking_uri}
