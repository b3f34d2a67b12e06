"""What an evaluation says, in the words of the three questions an analyst asks, and the aims."""

from dataclasses import dataclass

from core.evaluation.candidates import SHIPPED
from core.evaluation.significance import BLOCKS, DieboldMariano, Estimate
from core.evaluation.words import percent, verdict
from core.formats import number
from core.language import N_, _


@dataclass(frozen=True)
class Conclusion:
    """One question and its answer.

    Attributes
    ----------
    question, answer, evidence : str
        ``evidence`` names the figure, its interval and what no skill would be.
    skill : bool or None
        True where the 95 % interval lies above none, False where it lies below;
        None where the two cannot be told apart, or nothing was measured.
    """

    question: str
    answer: str
    evidence: str
    skill: bool | None


@dataclass(frozen=True)
class Aim:
    """An aim of the specification beside what was measured.

    Attributes
    ----------
    aim : str
    measured, baseline : str
        "not measured yet" where nothing was.
    reached : bool or None
    """

    aim: str
    measured: str
    baseline: str
    reached: bool | None


NOT_YET = N_("not measured yet")
JUDGED = {
    "price": (N_("By R² of log returns, the price forecast"), N_("no change"), "R2"),
    "pattern": (
        N_("By log loss, the forecast of the class"),
        N_("the usual shares"),
        "log_loss_skill",
    ),
}
"""What is said of each kind, against which baseline, and by which score."""
NOTHING = 1e-6
"""Probabilities drawn to the usual shares differ from them by rounding."""
TESTED = ("dm_difference", "dm_statistic", "dm_p_value", "effective_weeks")


def conclusions(record: dict) -> list[Conclusion]:
    """How much a stock will move, which stocks will do better, which way they go."""
    return [
        _share(
            record,
            _("How much will a stock move?"),
            "log_loss_skill_sideways",
            _("whether a stock stays SIDEWAYS or moves"),
        ),
        _order(record),
        _share(
            record,
            _("Which way will it go?"),
            "log_loss_skill_direction",
            _("UP against DOWN, where a stock moved,"),
        ),
    ]


def said_of_calls(record: dict) -> str:
    """How many calls would have been given, and how often they were right, beside usual."""
    figures = record["figures"]
    share = figures.get("calls.share")
    if share is None:
        return ""
    if "calls.hit_rate" not in figures:
        return _("No call was given in these weeks: every one read “no clear direction”.")
    given = (
        _("The most probable class was called in every case, SIDEWAYS too.")
        if share == 1
        else _(
            "A call (UP or DOWN) was given in {share} of cases, “no clear direction” in the rest."
        ).format(share=percent(share, 1))
    )
    hit, usual = (percent(figures[f"calls.{name}"], 1) for name in ("hit_rate", "usual_rate"))
    gain, low, high = (
        number(100 * figures[f"calls.{name}"], 1, sign=True)
        for name in ("gain", "gain_low", "gain_high")
    )
    return f"{given} " + _(
        "The calls given were right in {hit}, their classes usually come in {usual}: {gain} points "
        "(95 % interval {low} to {high})."
    ).format(hit=hit, usual=usual, gain=gain, low=low, high=high)


def verdicts(record: dict) -> list[str]:
    """Of what is shipped: whether its edge is distinguishable from none."""
    figures, found = record["figures"], []
    for kind, (what, baseline, score) in JUDGED.items():
        row = record["shipped"][kind]
        span = _span(record, f"{row}.{score}")
        tested = [figures.get(f"{row}.{name}") for name in TESTED]
        if span is None or None in tested:
            continue
        value, low, high = span
        test = DieboldMariano(*tested, weeks=record["weeks"])
        skill = Estimate(value, {BLOCKS[0]: (low, high)})
        found.append(verdict(_(what), _(baseline), skill, test))
    return found


def aims(record: dict) -> list[Aim]:
    """The specification's aims beside what was measured here; nothing was tuned to reach them.

    The time for a forecast is one of exported files: a version's report has it, an
    evaluation, which exports nothing, leaves it out.
    """
    figures, shipped = record["figures"], record["shipped"]
    miss = figures.get(f"{shipped['price']}.MAPE")
    right = figures.get(f"{shipped['pattern']}.accuracy")
    sharpe = f"{shipped['price']}.sharpe"
    found = [
        Aim(
            _("Price missed by less than {limit} on average (MAE)").format(limit=percent(0.025, 1)),
            _(NOT_YET) if miss is None else percent(miss),
            _("no change: {miss}").format(miss=percent(figures["no_change.MAPE"])),
            None if miss is None else miss < 0.025,
        ),
        Aim(
            _("Class right in more than 70 % (accuracy)"),
            _(NOT_YET) if right is None else percent(right, 1),
            _("always naming the usual class: {share}").format(
                share=percent(figures["prior.accuracy"], 1)
            ),
            None if right is None else right > 0.7,
        ),
        Aim(
            _("Sharpe ratio above {limit}").format(limit=number(0.5, 1)),
            _signed(figures.get(sharpe)),
            _("a drawn lot: 0. Top fifth by forecast less all stocks, before costs")
            + _interval(_span(record, sharpe)),
            None if sharpe not in figures else figures[sharpe] > 0.5,
        ),
    ]
    if (taken := figures.get("latency_ms")) is not None:
        found.append(
            Aim(
                _("A forecast in less than 100 ms (latency)"),
                f"{number(taken, 2)} ms",
                _("median of 50, both models for one stock, one thread"),
                taken < 100,
            )
        )
    return found


def _signed(value: float | None) -> str:
    return _("not measured") if value is None else number(value, 2, sign=True)


def _interval(span: tuple[float, float, float] | None) -> str:
    if span is None:
        return ""
    return _("; 95 % interval {low} to {high}").format(low=_signed(span[1]), high=_signed(span[2]))


def _span(record: dict, key: str) -> tuple[float, float, float] | None:
    figures = record["figures"]
    keys = (key, f"{key}.low", f"{key}.high")
    return tuple(figures[k] for k in keys) if all(k in figures for k in keys) else None


def _skill(low: float, high: float) -> bool | None:
    return True if low > NOTHING else False if high < -NOTHING else None


def _share(record: dict, question: str, score: str, what: str) -> Conclusion:
    found = _span(record, f"{record['shipped']['pattern']}.{score}")
    if found is None:
        return Conclusion(question, _("Not measured."), "", None)
    low, high = (percent(part, sign=True) for part in found[1:])
    if found[0] < 0:
        said = _(
            "On {what} the probabilities are {gap} worse than the usual shares of past weeks "
            "(log-loss skill; 0 knows nothing more; 95 % interval {low} to {high})."
        )
    else:
        said = _(
            "On {what} the probabilities are {gap} better than the usual shares of past weeks "
            "(log-loss skill; 0 knows nothing more; 95 % interval {low} to {high})."
        )
    skill = _skill(*found[1:])
    answer = {
        True: _("The forecasts know something of this."),
        False: _("The forecasts are worse than the usual shares."),
        None: _("The forecasts cannot be told apart from knowing nothing."),
    }[skill]
    return Conclusion(
        question,
        answer,
        said.format(what=what, gap=percent(abs(found[0])), low=low, high=high),
        skill,
    )


def _order(record: dict) -> Conclusion:
    question = _("Which stocks will do better than others?")
    # The order of the blend: shrinkage does not change it but where it leaves nothing.
    found = _span(record, f"{record.get('ordered_by', SHIPPED['price'])}.IC")
    if found is None:
        return Conclusion(
            question,
            _("Not measured."),
            _("A week needs at least five stocks to be put in order."),
            None,
        )
    value, low, high = (number(part, 3, sign=True) for part in found)
    skill = _skill(*found[1:])
    answer = {
        True: _("The forecasts know a little of this."),
        False: _("The forecasts put stocks in the wrong order."),
        None: _("The forecasts cannot be told apart from a drawn lot."),
    }[skill]
    return Conclusion(
        question,
        answer,
        _(
            "Forecast and outcome rank the stocks of a week alike by {value} (mean weekly rank "
            "correlation, IC; 0 is a drawn lot, 1 perfect; 95 % interval {low} to {high})."
        ).format(value=value, low=low, high=high),
        skill,
    )
