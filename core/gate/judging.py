"""Hold a version against every rule.

A version is judged by what its recipe forecast for weeks it had not learned from
(`core.training.out_of_sample`), on the weeks and stocks it shares with what it is
measured against; what both forecast in earnest since (`core.comparison.live`) is told
beside it, and decides too once it is enough.

Production is one version of each model, whatever its market. Where it forecasts another
market there is nothing to beat, and the first version of a market ever promoted is held
back by nothing, as the very first is: what did not hold is said on every forecast.
"""

from pathlib import Path

from core import registry, stages
from core.gate import rules
from core.gate.measuring import rows_of
from core.gate.verdict import Verdict
from core.language import using
from core.registry import Version
from core.trail import Entry


def judge(data_dir: Path, version: Version) -> Verdict:
    """Hold a version against every rule; everything is told in English.

    Parameters
    ----------
    data_dir : Path
    version : Version
        The candidate.
    """
    moves = stages.promoted_before(data_dir, version)
    current = registry.production().get(version.model)
    if current is not None and current.version == version.version:
        current = None
    with using("en"):
        own, lacking = rows_of(version)
        found = [
            rules.comparable(version, current),
            rules.against_production(data_dir, own, lacking, version, current),
            rules.against_best(own, lacking, version, current, [e.became for e in moves]),
            rules.against_naive(own, lacking, version),
            rules.honest(own, lacking, version),
            rules.no_leak(data_dir, version),
            rules.fresh(data_dir, version),
        ]
    return Verdict(version, found, _tried(version, moves), not moves)


def _tried(version: Version, moves: list[Entry]) -> int:
    since = moves[-1].at if moves else ""
    made = [v for v in registry.versions(version.model) if v.market == version.market]
    return sum(v.created.isoformat() > since or v.version == version.version for v in made)
