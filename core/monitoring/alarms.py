"""Alarms of the scores of production: what Home, `python -m core check` and alerts read."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core import forecasts
from core.language import _
from core.market.schema import MARKETS
from core.monitoring import words
from core.monitoring.scoring import due, production_pair
from core.monitoring.standing import LEAST_LIVE, WORSE, standing


@dataclass(frozen=True)
class Alarm:
    """A score of production that is worse than it should be.

    Attributes
    ----------
    key : str
        The same for the same alarm, such as ``scoring/VN/3.4/coverage``.
    market : str
    versions : tuple of str
        Names of the price and the pattern version.
    score : str
        Of ``core.monitoring.scores.SCORES``.
    since : Timestamp
        As-of week of the forecasts that raised it.
    text : str
        One sentence, in the reader's language.
    """

    key: str
    market: str
    versions: tuple[str, ...]
    score: str
    since: pd.Timestamp
    text: str


def alarms(data_dir: Path, market: str) -> list[Alarm]:
    """Alarms that stand for the versions whose forecasts are on show; cheap where asked again.

    Parameters
    ----------
    data_dir : Path
    market : str

    Raises
    ------
    UserError
        If bars are lost or damaged.
    """
    pair = production_pair(data_dir, market)
    through = forecasts.last_complete_week(data_dir, market)
    if pair is None or through is None:
        return []
    weeks, __ = due(data_dir, market, pair, through)
    if weeks < LEAST_LIVE:
        return []
    from core.registry import MODELS  # MLflow takes a second to load

    names = tuple(f"{model} v{version}" for model, version in zip(MODELS, pair, strict=True))
    return [
        Alarm(
            key=f"scoring/{market}/{pair[0]}.{pair[1]}/{line.score.name}",
            market=market,
            versions=names,
            score=line.score.name,
            since=line.since,
            text=words.alarm(line, _(MARKETS[market].name), pair),
        )
        for line in standing(data_dir, market, pair).lines
        if line.state == WORSE
    ]
