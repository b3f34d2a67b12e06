"""What monitoring found, in sentences."""

from core.formats import day, number, percent
from core.language import N_, _
from core.monitoring.expectation import LEAST_WEEKS
from core.monitoring.scores import Score
from core.monitoring.sequential import FALSE_ALARMS
from core.monitoring.standing import (
    CONSTANT,
    EXPECTED,
    FEW,
    ROLLING,
    UNKNOWN,
    WORSE,
    Line,
    Standing,
)

FULL_PAST = 104
"""Out-of-sample weeks below which a page says that the test is blunt."""
WORSE_THAN = {
    "error": N_("the price error is"),
    "coverage": N_("the 80 % intervals are"),
    "log_loss": N_("the probabilities are"),
    "order": N_("the order of the stocks is"),
}


def figure(score: Score, value: float | None) -> str:
    """A score's figure with its unit."""
    return percent(value) if score.share else number(value, 3)


def verdict(line: Line) -> str:
    """One sentence on how a score stands, and two where there is more to say."""
    if line.state == WORSE:
        said = _(
            "Worse than it should be since about the week to {began}; the alarm came with the "
            "forecasts of the week to {since}."
        ).format(began=day(line.began), since=day(line.since))
    elif line.state == EXPECTED:
        said = _("As expected: nothing that would be rare in a healthy year.")
    elif line.state == FEW:
        said = _("Too few weeks to say: {known} of {wanted} have come due.").format(
            known=line.known, wanted=ROLLING
        )
    elif line.state == CONSTANT:
        said = _(
            "Not watched: these versions' out-of-sample weeks all scored the same, as where every "
            "forecast is “no change”."
        )
    elif line.state == UNKNOWN:
        said = _(
            "Not watched: it takes {wanted} out-of-sample weeks with this figure to know what to "
            "expect, and these versions have {known}."
        ).format(wanted=LEAST_WEEKS, known=line.past)
    elif not line.known:
        said = _("No direction was called in these weeks: every call was withheld.")
    else:
        said = _("Shown, not tested: the probabilities say all that the calls do, and more.")
    if line.verdict is not None and line.verdict.earlier and line.state != WORSE:
        said += " " + _("There was an alarm earlier; it has recovered since.")
    return said


def beside(line: Line) -> str:
    """The newest rolling mean beside what was to be expected; empty without either."""
    known = line.rolling[line.rolling == line.rolling]
    if not len(known) or line.band is None:
        return ""
    return _(
        "Last {weeks} weeks: {now}; expected {mean}, in 95 of 100 cases {low} to {high}."
    ).format(
        weeks=ROLLING,
        now=figure(line.score, known[-1]),
        mean=figure(line.score, line.band.mean),
        low=figure(line.score, line.band.low),
        high=figure(line.score, line.band.high),
    )


def alarm(line: Line, market: str, pair: tuple[int, int]) -> str:
    """An alarm in one sentence, for a reader who sees nothing else."""
    return _(
        "{market}: {what} worse than it should be since about the week to {began} (price v{price}, "
        "pattern v{pattern})."
    ).format(
        market=market,
        what=_(WORSE_THAN[line.score.name]),
        began=day(line.began),
        price=pair[0],
        pattern=pair[1],
    )


def tested(found: Standing) -> str:
    """What the test is and how often it errs."""
    said = _(
        "The band is where a mean of {weeks} weeks lies in 95 of 100 cases, drawn from the "
        "{history} weeks these versions forecast without having learned from them. A line may "
        "leave it by chance. The verdict comes from a sequential test that adds up how much each "
        "week is worse than expected: by that past, a healthy year raises an alarm of any score "
        "in at most {share} of cases."
    ).format(weeks=ROLLING, history=found.history_weeks, share=percent(FALSE_ALARMS, 0))
    if found.history_weeks < FULL_PAST:
        said += " " + _(
            "With less than two years of such weeks it finds only what is grossly wrong; versions "
            "of the preset Thorough have more of them."
        )
    return said
