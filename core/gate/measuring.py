"""How much worse one version is than another, and how that is told.

Every bound is the upper end of a 95 % interval from a paired bootstrap of whole weeks
in blocks of 13, so that a version which merely was not shown to be worse does not pass
for as good.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from core.comparison.ground import Ground
from core.comparison.live import live_ground
from core.errors import UserError
from core.evaluation.pattern_scores import log_loss, pattern_scores
from core.evaluation.significance import Estimate, estimate
from core.language import _
from core.registry import PATTERN, PRICE, Version
from core.training import out_of_sample
from core.training.out_of_sample import PRIOR, PROBA

MARGIN = {PRICE: 0.005, PATTERN: 0.005}
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


def rows_of(version: Version) -> tuple[pd.DataFrame | None, str]:
    """A version's out-of-sample rows, or why there are none."""
    try:
        return out_of_sample.read(version), ""
    except UserError as error:
        return None, str(error)


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
    return estimate(week, columns, mean)


def live_worse_by(data_dir: Path, version: Version, other: Version) -> tuple[Estimate, int] | None:
    """The same on the weeks that both forecast in earnest after their final fits, and came since.

    Returns
    -------
    Estimate, int
        And the number of weeks; None where there is no such week.
    """
    try:
        ground = live_ground(data_dir, [version, other])
    except ValueError:  # a tag edited by hand is no number
        return None
    if ground is None:
        return None
    mine, theirs = (_told_by(ground, number) for number in (version.version, other.version))
    return worse_by(mine, theirs, version.model), ground.weeks


def _told_by(ground: Ground, number: int) -> pd.DataFrame:
    told = ground.told[number]
    frame = pd.DataFrame({"week": ground.week, "ret": ground.ret, "label": ground.label})
    frame[list(PROBA)] = told.proba
    return frame.assign(forecast=told.forecast)


def naive_of(rows: pd.DataFrame) -> pd.DataFrame:
    """The baseline's forecasts on the same rows: no change, and the class prior."""
    return rows.assign(forecast=0.0, **{p: rows[q] for p, q in zip(PROBA, PRIOR, strict=True)})


def held_by_intervals(rows: pd.DataFrame) -> Estimate | None:
    """Share of outcomes inside the 80 % intervals; None where none is on record."""
    known = rows[np.isfinite(rows["half_80"])]
    if known.empty:
        return None
    inside = (known["ret"] - known["forecast"]).abs() <= known["half_80"]
    columns = np.column_stack([inside, np.ones(len(known))])
    return estimate(known["week"].to_numpy(), columns, mean)


def calibration_error(rows: pd.DataFrame) -> Estimate:
    """Expected calibration error of the likeliest class, as on the Evidence page."""
    return pattern_scores(
        rows["week"].to_numpy(),
        rows["label"].to_numpy(int),
        rows[list(PROBA)].to_numpy(),
        rows[list(PRIOR)].to_numpy(),
    )["calibration_error"]


def compared(own: pd.DataFrame, version: Version, other: Version) -> tuple[str, dict] | str:
    """A sentence and figures of one comparison, or why there is none."""
    theirs, lacking = rows_of(other)
    if theirs is None:
        return lacking
    mine, theirs, revised = common(own, theirs)
    weeks = mine["week"].nunique()
    if weeks < LEAST_WEEKS:
        return _too_few(weeks, revised, other.name)
    found = worse_by(mine, theirs, version.model)
    figures = {
        "against": other.version,
        **figures_of(found, version.model, weeks),
        "rows": len(mine),
        "revised": revised,
    }
    where = _("{weeks} common weeks").format(weeks=weeks)
    return told(version.model, found, other.name, where), figures


def figures_of(found: Estimate, model: str, weeks: int) -> dict:
    """A difference as numbers."""
    return {
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "margin": MARGIN[model],
        "weeks": weeks,
    }


def _too_few(weeks: int, revised: int, other: str) -> str:
    if revised and weeks:
        said = _(
            "Only {weeks} common weeks with {other} ({revised} rows left out: prices were changed "
            "since); {needed} are needed."
        )
    elif revised:
        said = _(
            "No common week with {other} ({revised} rows left out: prices were changed since); "
            "{needed} are needed."
        )
    elif weeks:
        said = _("Only {weeks} common weeks with {other}; {needed} are needed.")
    else:
        said = _("No common week with {other}; {needed} are needed.")
    return said.format(weeks=weeks, other=other, revised=revised, needed=LEAST_WEEKS)


def told(model: str, found: Estimate, other: str, where: str) -> str:
    """A difference in a sentence, with what is allowed."""
    if model == PRICE:
        said = _(
            "Price error, in shares of no change's, against {other} on {where}: {size}, at worst "
            "{worst} (95 %); allowed {margin}."
        )
    else:
        said = _(
            "Log loss against {other} on {where}: {size}, at worst {worst} (95 %); allowed "
            "{margin}."
        )
    return said.format(
        other=other,
        where=where,
        size=size_of(model, found),
        worst=amount(model, found.high, sign=True),
        margin=amount(model, MARGIN[model], sign=True),
    )


def size_of(model: str, found: Estimate) -> str:
    """Better or worse, and by how much."""
    if abs(found.value) <= 1e-9:
        return _("the same")
    said = _("better by {amount}") if found.value < 0 else _("worse by {amount}")
    return said.format(amount=amount(model, abs(found.value)))


def amount(model: str, value: float, *, sign: bool = False) -> str:
    """A difference in the model's unit: per cent of no change's error, or nats."""
    mark = "+" if sign else ""
    return f"{100 * value:{mark}.2f} %" if model == PRICE else f"{value:{mark}.4f}"


def mean(sums: np.ndarray) -> np.ndarray:
    """From sums of values and counts to means."""
    return sums[..., 0] / sums[..., 1]
