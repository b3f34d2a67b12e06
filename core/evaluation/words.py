"""What the intervals say, in a sentence."""

from core.evaluation.significance import DieboldMariano, Estimate
from core.formats import number
from core.language import _


def verdict(what: str, baseline: str, skill: Estimate, test: DieboldMariano) -> str:
    """Whether an edge over a baseline is distinguishable from none.

    Parameters
    ----------
    what, baseline : str
        Names as a reader knows them, in the reader's language.
    skill : Estimate
        Above 0 is better than the baseline.
    test : DieboldMariano
        Of the losses behind the skill.
    """
    if skill.value == skill.low == skill.high == 0:
        return _("{what} says what {baseline} says.").format(what=what, baseline=baseline)
    if skill.low > 0 and test.p_value < 0.05:
        said = _(
            "{what} is better than {baseline} by {gap} (95 % interval {low} to {high}), over "
            "{weeks} weeks, worth about {worth} independent ones."
        )
    elif skill.high < 0:
        said = _(
            "{what} is worse than {baseline} by {gap} (95 % interval {low} to {high}), over "
            "{weeks} weeks, worth about {worth} independent ones."
        )
    else:
        said = _(
            "{what} cannot be told apart from {baseline}: its edge is {gap} (95 % interval {low} "
            "to {high}), over {weeks} weeks, worth about {worth} independent ones; a difference "
            "like this comes by chance with probability {chance}."
        )
    gap, low, high = (percent(part, sign=True) for part in (skill.value, skill.low, skill.high))
    return said.format(
        what=what,
        baseline=baseline,
        gap=gap,
        low=low,
        high=high,
        weeks=test.weeks,
        worth=number(test.effective_weeks),
        chance=number(test.p_value, 2),
    )


def percent(value: float, digits: int = 2, *, sign: bool = False) -> str:
    """A fraction as per cent: 0.0123 is "1.23 %"."""
    return f"{number(100 * value, digits, sign=sign)} %"
