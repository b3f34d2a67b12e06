"""The gate to production: what a version must show, rule by rule, before it may serve.

A version is judged by what its recipe forecast for weeks it had not learned from
(`core.training.out_of_sample`), on the weeks and stocks it shares with what it is
measured against. Every bound is the upper end of a 95 % interval from a paired
bootstrap of whole weeks in blocks of 13, so that a version which merely was not
shown to be worse does not pass for as good.
"""

from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from core import registry, trail
from core.errors import UserError
from core.evaluation.pattern_scores import log_loss, pattern_scores
from core.evaluation.significance import Estimate, estimate
from core.forecasts import last_complete_week
from core.gate_audit import leak_audit
from core.market.schema import MARKETS
from core.registry import PRICE, Version
from core.settings import settings
from core.training import out_of_sample
from core.training.out_of_sample import PRIOR, PROBA

MARGIN = {PRICE: 0.005, registry.PATTERN: 0.005}
"""How much worse a version may be, at the unlucky end of its interval.

Price: in shares of the error of no change. On Vietnamese prices that error is 5 to 7 %, so
this is some 0.03 points of a price: less than a tick of most stocks, and less than the year
to year wobble of the same recipe (0.4 % in `docs/skill.md`).
Pattern: in nats of log loss. A good recipe gains 0.03 to 0.04 on the class prior; an eighth of
that is lost by a retraining with other random numbers.
The same margin holds against the best version ever promoted: else ten steps of a little worse
each would pass, and add up."""
LEAST_WEEKS = 26
"""Two blocks of 13: with fewer common weeks a bootstrap of blocks has nothing to vary."""
SAME_OUTCOME = 0.002
"""Log return. Prices are kept to two decimals and adjusted anew at each dividend, which moves
a return by this much; outcomes further apart are of other prices and are not compared."""
COVERAGE = (0.75, 0.85)
"""Of 80 % intervals. Fifty weeks tell a share of rows to about five points."""
MOST_CALIBRATION_ERROR = 0.05
"""Of the probability of the likeliest class; 0.012 to 0.03 is usual, see `docs/skill.md`."""
LEAST_REASON = 10
"""Characters of a reason for promoting against the gate: a word is none."""


@dataclass(frozen=True)
class Rule:
    """One rule, and what it found.

    Attributes
    ----------
    key, title : str
    passed : bool
    said : str
        One plain sentence with the figures.
    figures : dict
        The same as numbers.
    """

    key: str
    title: str
    passed: bool
    said: str
    figures: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What the gate says of one version.

    Attributes
    ----------
    version : Version
    rules : list of Rule
    tried : int
        Versions made since the last promotion, this one included.
    first : bool
        Nothing was ever in production: the rules are told, and none holds it back, because
        there is nothing that a refusal would protect.
    """

    version: Version
    rules: list[Rule]
    tried: int
    first: bool

    @property
    def failed(self) -> list[Rule]:
        """The rules that did not hold."""
        return [rule for rule in self.rules if not rule.passed]

    @property
    def opens(self) -> bool:
        """Whether it may be promoted without a reason."""
        return self.first or not self.failed

    def record(self) -> dict:
        """JSON-ready: ``model, version, opens, first, tried, rules``."""
        return {
            "model": self.version.model,
            "version": self.version.version,
            "opens": self.opens,
            "first": self.first,
            "tried": self.tried,
            "rules": [asdict(rule) for rule in self.rules],
        }


def judge(data_dir: Path, version: Version) -> Verdict:
    """Hold a version against every rule.

    Parameters
    ----------
    data_dir : Path
    version : Version
        The candidate.
    """
    rows = [e for e in trail.entries(data_dir) if e.model == version.model]
    moves = [e for e in rows if e.action in trail.PRODUCTION]
    current = registry.production().get(version.model)
    if current is not None and current.version == version.version:
        current = None
    own, lacking = _rows(version)
    rules = [_comparable(version, current)]
    rules.append(_against_production(own, lacking, version, current))
    rules.append(_against_best(own, lacking, version, current, moves))
    rules.append(_against_naive(own, lacking, version))
    rules.append(_honest(own, lacking, version))
    rules.append(_no_leak(data_dir, version))
    rules.append(_fresh(data_dir, version))
    return Verdict(version, rules, _tried(version, moves), not moves)


def common(mine: pd.DataFrame, other: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Rows of both on the same week and stock with the same outcome, in one order.

    Returns
    -------
    mine, other : DataFrame
    revised : int
        Rows left out, because prices were changed between the two trainings.
    """
    keys = ["week", "symbol"]
    left, right = (frame.set_index(keys).sort_index() for frame in (mine, other))
    both = left.index.intersection(right.index)
    left, right = left.loc[both], right.loc[both]
    same = (left["ret"] - right["ret"]).abs().to_numpy() <= SAME_OUTCOME
    return left[same].reset_index(), right[same].reset_index(), int((~same).sum())


def worse_by(mine: pd.DataFrame, other: pd.DataFrame, model: str) -> Estimate:
    """The first's loss less the second's on `common` rows; above 0 the first is worse.

    Price: mean absolute error of the log return, in shares of the error of no
    change. Pattern: log loss in nats. The outcome of both is the first's.
    """
    week = mine["week"].to_numpy()
    if model == PRICE:
        came = mine["ret"].to_numpy()
        errors = [np.abs(came - frame["forecast"].to_numpy()) for frame in (mine, other)]
        columns = np.column_stack([errors[0] - errors[1], np.abs(came)])
    else:
        label = mine["label"].to_numpy(int)
        first, second = (log_loss(label, f[list(PROBA)].to_numpy()) for f in (mine, other))
        columns = np.column_stack([first - second, np.ones(len(week))])
    return estimate(week, columns, _mean)


def _naive(rows: pd.DataFrame) -> pd.DataFrame:
    """The baseline's forecasts on the same rows: no change, and the class prior."""
    return rows.assign(forecast=0.0, **{p: rows[q] for p, q in zip(PROBA, PRIOR, strict=True)})


def _rows(version: Version) -> tuple[pd.DataFrame | None, str]:
    try:
        return out_of_sample.read(version), ""
    except UserError as error:
        return None, str(error)


def _comparable(version: Version, current: Version | None) -> Rule:
    title = "Same market, horizon and band as production"
    wanted = {"market": "market", "horizon_weeks": "horizon in weeks", "band": "SIDEWAYS band"}
    if lacking := [words for tag, words in wanted.items() if tag not in version.tags]:
        said = f"{version.name} does not say its {', '.join(lacking)}: it was made by hand."
        return Rule("comparable", title, False, said)
    if current is None:
        mine = ", ".join(f"{words} {version.tags[tag]}" for tag, words in wanted.items())
        return Rule("comparable", title, True, f"Nothing else is in production; its {mine}.")
    differs = [
        f"{words} {version.tags[tag]} against {current.tags.get(tag, '?')}"
        for tag, words in wanted.items()
        if version.tags[tag] != current.tags.get(tag)
    ]
    if differs:
        said = f"It cannot be compared with {current.name}: {'; '.join(differs)}."
        return Rule("comparable", title, False, said)
    return Rule("comparable", title, True, f"As {current.name}.")


def _comparison(own: pd.DataFrame, version: Version, other: Version) -> tuple[str, dict] | str:
    """A sentence and figures of one comparison, or why there is none."""
    theirs, lacking = _rows(other)
    if theirs is None:
        return lacking
    mine, theirs, revised = common(own, theirs)
    weeks = mine["week"].nunique()
    if weeks < LEAST_WEEKS:
        out = f" ({revised} rows left out: prices were changed since)" if revised else ""
        there = f"Only {weeks} common weeks" if weeks else "No common week"
        return f"{there} with {other.name}{out}; {LEAST_WEEKS} are needed."
    found = worse_by(mine, theirs, version.model)
    figures = {
        "against": other.version,
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "margin": MARGIN[version.model],
        "weeks": weeks,
        "rows": len(mine),
        "revised": revised,
    }
    return _told(version.model, found, f"{other.name}", f"{weeks} common weeks"), figures


def _told(model: str, found: Estimate, other: str, where: str) -> str:
    amount = _share if model == PRICE else _nats
    kind = "better" if found.value <= 0 else "worse"
    what = "Price error, in shares of no change's," if model == PRICE else "Log loss"
    size = f"by {amount(abs(found.value))}" if abs(found.value) > 1e-9 else "the same"
    size = f"{kind} {size}" if size != "the same" else size
    return (
        f"{what} against {other} on {where}: {size}, at worst {amount(found.high, sign=True)} "
        f"(95 %); allowed {amount(MARGIN[model], sign=True)}."
    )


def _share(value: float, sign: bool = False) -> str:
    return f"{100 * value:{'+' if sign else ''}.2f} %"


def _nats(value: float, sign: bool = False) -> str:
    return f"{value:{'+' if sign else ''}.4f}"


def _against_production(own, lacking: str, version: Version, current: Version | None) -> Rule:
    key, title = "production", "Not worse than production"
    if current is None:
        return Rule(key, title, True, "Nothing to beat: no other version is in production.")
    found = lacking if own is None else _comparison(own, version, current)
    if isinstance(found, str):
        return Rule(key, title, False, found)
    said, figures = found
    return Rule(key, title, figures["high"] <= figures["margin"], said, figures)


def _against_best(own, lacking: str, version: Version, current, moves) -> Rule:
    """Of all versions ever promoted, the one it does worst against."""
    key, title = "best", "Not worse than the best ever promoted"
    spared = {version.version, current.version if current else version.version, None}
    worst: tuple[str, dict] | None = None
    for number in sorted({e.became for e in moves} - spared):
        try:
            other = registry.get(version.model, number)
        except UserError:
            continue
        alike = all(
            other.tags.get(tag) == version.tags.get(tag)
            for tag in ("market", "horizon_weeks", "band")
        )
        found = _comparison(own, version, other) if alike and own is not None else ""
        # A version without enough common weeks cannot say anything; production must.
        if not isinstance(found, str) and (worst is None or found[1]["high"] > worst[1]["high"]):
            worst = found
    if own is None:
        return Rule(key, title, False, lacking)
    if worst is None:
        return Rule(key, title, True, "No other version that was promoted can be compared with it.")
    said, figures = worst
    return Rule(key, title, figures["high"] <= figures["margin"], said, figures)


def _against_naive(own, lacking: str, version: Version) -> Rule:
    naive = "no change" if version.model == PRICE else "the class prior"
    key, title = "naive", f"Not worse than {naive}"
    if own is None:
        return Rule(key, title, False, lacking)
    weeks = own["week"].nunique()
    if weeks < LEAST_WEEKS:
        said = f"Only {weeks} out-of-sample weeks; {LEAST_WEEKS} are needed."
        return Rule(key, title, False, said)
    found = worse_by(own, _naive(own), version.model)
    figures = {"difference": found.value, "low": found.low, "high": found.high, "weeks": weeks}
    figures["margin"] = MARGIN[version.model]
    said = _told(version.model, found, naive, f"{weeks} weeks")
    return Rule(key, title, found.high <= MARGIN[version.model], said, figures)


def _honest(own, lacking: str, version: Version) -> Rule:
    if version.model == PRICE:
        key, title = "coverage", "80 % intervals hold 80 %"
        if own is None:
            return Rule(key, title, False, lacking)
        known = own[np.isfinite(own["half_80"])]
        if known.empty:
            return Rule(key, title, False, "No interval is on record.")
        inside = (known["ret"] - known["forecast"]).abs() <= known["half_80"]
        columns = np.column_stack([inside, np.ones(len(known))])
        found = estimate(known["week"].to_numpy(), columns, _mean)
        low, high = COVERAGE
        said = (
            f"They held {found.value:.1%} of outcomes [{found.low:.1%}, {found.high:.1%}]; "
            f"between {low:.0%} and {high:.0%} is wanted."
        )
        return Rule(key, title, low <= found.value <= high, said, {"value": found.value})
    key, title = "calibration", "Probabilities come true as often as they say"
    if own is None:
        return Rule(key, title, False, lacking)
    found = calibration_error(own)
    said = (
        f"Calibration error {found.value:.3f} [{found.low:.3f}, {found.high:.3f}]; at most "
        f"{MOST_CALIBRATION_ERROR:.2f} is wanted."
    )
    passed = found.value <= MOST_CALIBRATION_ERROR
    return Rule(key, title, passed, said, {"value": found.value})


def calibration_error(rows: pd.DataFrame) -> Estimate:
    """Expected calibration error of the likeliest class, as on the Evidence page."""
    return pattern_scores(
        rows["week"].to_numpy(),
        rows["label"].to_numpy(int),
        rows[list(PROBA)].to_numpy(),
        rows[list(PRIOR)].to_numpy(),
    )["calibration_error"]


def _mean(sums: np.ndarray) -> np.ndarray:
    return sums[..., 0] / sums[..., 1]


def _no_leak(data_dir: Path, version: Version) -> Rule:
    key, title = "leaks", "Nothing looks into the future"
    try:
        passed, said = leak_audit(data_dir, version.market)
    except UserError as error:
        passed, said = False, f"Not audited: {error}"
    return Rule(key, title, passed, said)


def _fresh(data_dir: Path, version: Version) -> Rule:
    key, title = "fresh", "Learned from recent weeks"
    limit = settings().gate_stale_weeks
    last = pd.to_datetime(version.tags.get("last_week"), errors="coerce")
    newest = last_complete_week(data_dir, version.market) if version.market in MARKETS else None
    if newest is None or pd.isna(last):
        said = "It is not known how recent it is: no prices of its market, or no week on record."
        return Rule(key, title, False, said)
    try:
        ahead = int(version.tags.get("horizon_weeks", "0"))
    except ValueError:
        ahead = 0
    behind = max(int((newest - last).days // 7) - ahead, 0)
    said = (
        f"Outcomes are known to the week of {(newest - pd.Timedelta(weeks=ahead)).date()}, it "
        f"learned to {last.date()}: {behind} weeks behind, at most {limit} allowed."
    )
    return Rule(key, title, behind <= limit, said, {"behind": behind, "limit": limit})


def _tried(version: Version, moves: list[trail.Entry]) -> int:
    since = moves[-1].at if moves else ""
    made = registry.versions(version.model)
    return sum(v.created.isoformat() > since or v.version == version.version for v in made)
