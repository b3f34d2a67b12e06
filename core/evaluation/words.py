"""What the intervals say, in a sentence."""

from core.evaluation.significance import DieboldMariano, Estimate


def verdict(what: str, baseline: str, skill: Estimate, test: DieboldMariano) -> str:
    """Whether an edge over a baseline is distinguishable from none.

    Parameters
    ----------
    what, baseline : str
        Names as a reader knows them.
    skill : Estimate
        Above 0 is better than the baseline.
    test : DieboldMariano
        Of the losses behind the skill.
    """
    if skill.value == skill.low == skill.high == 0:
        return f"{what} says what {baseline} says."
    value, low, high = (percent(part, sign=True) for part in (skill.value, skill.low, skill.high))
    span = f"{value} (95 % interval {low} to {high})"
    weeks = f"{test.weeks} weeks, worth about {test.effective_weeks:.0f} independent ones"
    if skill.low > 0 and test.p_value < 0.05:
        return f"{what} is better than {baseline} by {span}, over {weeks}."
    if skill.high < 0:
        return f"{what} is worse than {baseline} by {span}, over {weeks}."
    return (
        f"{what} cannot be told apart from {baseline}: its edge is {span}, over {weeks}; "
        f"a difference like this comes by chance with probability {test.p_value:.2f}."
    )


def percent(value: float, digits: int = 2, *, sign: bool = False) -> str:
    """A fraction as per cent: 0.0123 is "1.23 %"."""
    shown = round(100 * value, digits) + 0.0  # no "-0.00"
    form = f"{shown:+.{digits}f}" if sign else f"{shown:.{digits}f}"
    return f"{form.replace('-', '−')} %"
