"""A comparison from end to end: who takes part, on what ground, who scores how."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from core.comparison.choosing import LEAST, MOST, instead, reference, unlike
from core.comparison.ground import Ground, common_ground
from core.comparison.live import live_ground
from core.comparison.scores import Row, Verdict, score_rows, verdicts
from core.errors import UserError
from core.formats import day
from core.language import _
from core.registry import Version
from core.training import out_of_sample


@dataclass(frozen=True)
class Comparison:
    """What came out.

    Attributes
    ----------
    model : str
    versions : list of Version
        All that were chosen.
    reference : Version
        The one the others are measured by; of those that take part where there are any.
    left_out : list of str
        A sentence for each version that takes no part.
    refusal : str
        Why nothing is compared, and what to do; empty otherwise.
    ground : Ground or None
    rows : list of Row
    verdicts : list of Verdict
    live : Ground or None
        Matured stored forecasts of all of them.
    live_rows : list of Row
    """

    model: str
    versions: list[Version]
    reference: Version
    left_out: list[str] = field(default_factory=list)
    refusal: str = ""
    ground: Ground | None = None
    rows: list[Row] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    live: Ground | None = None
    live_rows: list[Row] = field(default_factory=list)


def compare(
    versions: Sequence[Version],
    known: Sequence[Version],
    data_dir: Path,
    read: Callable[[Version], pd.DataFrame] = out_of_sample.read,
) -> Comparison:
    """Compare versions of one model.

    Parameters
    ----------
    versions : sequence of Version
        Two to six, in the order chosen.
    known : sequence of Version
        All of the model, for what to choose instead.
    data_dir : Path
    read : callable
        Out-of-sample rows of a version; raises UserError where there are none.

    Raises
    ------
    UserError
        If there are fewer than two versions, or more than six.
    """
    if not LEAST <= len(versions) <= MOST:
        raise UserError(
            _("Choose {least} to {most} different versions to compare.").format(
                least=LEAST, most=MOST
            )
        )
    model = versions[0].model
    frames, left_out = {}, []
    for version in versions:
        try:
            frames[version.version] = read(version)
        except UserError as error:
            left_out.append(str(error))
    taking = [version for version in versions if version.version in frames]
    base = reference(taking or versions)
    shared = {"model": model, "versions": list(versions), "reference": base, "left_out": left_out}
    if len(taking) < LEAST:
        if not taking:
            said = _("None of these versions has forecasts to compare: two versions are needed.")
            return Comparison(**shared, refusal=said)
        said = _("Only {name} has forecasts to compare: two versions are needed.")
        said = f"{said.format(name=taking[0].name)} {instead(taking[0], known)}"
        return Comparison(**shared, refusal=said)
    if refusal := unlike(taking, known):
        return Comparison(**shared, refusal=refusal)
    ground = common_ground(frames)
    if not ground.rows:
        return Comparison(**shared, refusal=nothing_common(frames))
    rows = score_rows(model, ground, base.version)
    live = live_ground(data_dir, taking)
    return Comparison(
        **shared,
        ground=ground,
        rows=rows,
        verdicts=verdicts(model, ground, base.version, rows),
        live=live,
        live_rows=score_rows(model, live, base.version) if live else [],
    )


def nothing_common(frames: dict[int, pd.DataFrame]) -> str:
    """Why there is no common ground: other weeks, or other stocks."""
    spans = "; ".join(
        _("{version}: {first} to {last}, {stocks} stocks").format(
            version=f"v{number}",
            first=day(frame["week"].min()),
            last=day(frame["week"].max()),
            stocks=frame["symbol"].nunique(),
        )
        if len(frame)
        else _("{version}: none").format(version=f"v{number}")
        for number, frame in frames.items()
    )
    return _(
        "These versions have no week of the same stocks in common that both were tested on "
        "({spans}): choose versions whose test weeks overlap, or train again."
    ).format(spans=spans)
