"""What an evaluation says, in the words of the three questions an analyst asks, and the aims."""

from dataclasses import dataclass

from core.evaluation.candidates import SHIPPED
from core.evaluation.significance import BLOCKS, DieboldMariano, Estimate
from core.evaluation.words import percent, verdict


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


NOT_YET = "not measured yet"
JUDGED = {
    "price": ("By R² of log returns, the price forecast", "no change", "R2"),
    "pattern": ("By log loss, the forecast of the class", "the usual shares", "log_loss_skill"),
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
            "How much will a stock move?",
            "log_loss_skill_sideways",
            "whether a stock stays SIDEWAYS or moves",
        ),
        _order(record),
        _share(
            record,
            "Which way will it go?",
            "log_loss_skill_direction",
            "UP against DOWN, where a stock moved,",
        ),
    ]


def said_of_calls(record: dict) -> str:
    """How many calls would have been given, and how often they were right, beside usual."""
    figures = record["figures"]
    share = figures.get("calls.share")
    if share is None:
        return ""
    if "calls.hit_rate" not in figures:
        return "No call was given in these weeks: every one read “no clear direction”."
    given = "A call (UP or DOWN) was given in {} of cases, “no clear direction” in the rest."
    if share == 1:
        given = "The most probable class was called in every case, SIDEWAYS too."
    hit, usual = (percent(figures[f"calls.{name}"], 1) for name in ("hit_rate", "usual_rate"))
    gain = 100 * figures["calls.gain"]
    low, high = 100 * figures["calls.gain_low"], 100 * figures["calls.gain_high"]
    said = (
        f"{given.format(percent(share, 1))} The calls given were right in {hit}, their classes "
        f"usually come in {usual}: {gain:+.1f} points (95 % interval {low:+.1f} to {high:+.1f})."
    )
    return said.replace("-", "−")


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
        found.append(verdict(what, baseline, Estimate(value, {BLOCKS[0]: (low, high)}), test))
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
            "Price missed by less than 2.5 % on average (MAE)",
            NOT_YET if miss is None else percent(miss),
            f"no change: {percent(figures['no_change.MAPE'])}",
            None if miss is None else miss < 0.025,
        ),
        Aim(
            "Class right in more than 70 % (accuracy)",
            NOT_YET if right is None else percent(right, 1),
            f"always naming the usual class: {percent(figures['prior.accuracy'], 1)}",
            None if right is None else right > 0.7,
        ),
        Aim(
            "Sharpe ratio above 0.5",
            _signed(figures.get(sharpe)),
            "a drawn lot: 0. Top fifth by forecast less all stocks, before costs"
            + _interval(_span(record, sharpe)),
            None if sharpe not in figures else figures[sharpe] > 0.5,
        ),
    ]
    if (taken := figures.get("latency_ms")) is not None:
        found.append(
            Aim(
                "A forecast in less than 100 ms (latency)",
                f"{taken:.2f} ms",
                "median of 50, both models for one stock, one thread",
                taken < 100,
            )
        )
    return found


def _signed(value: float | None) -> str:
    return "not measured" if value is None else f"{value:+.2f}".replace("-", "−")


def _interval(span: tuple[float, float, float] | None) -> str:
    return "" if span is None else f"; 95 % interval {_signed(span[1])} to {_signed(span[2])}"


def _span(record: dict, key: str) -> tuple[float, float, float] | None:
    figures = record["figures"]
    keys = (key, f"{key}.low", f"{key}.high")
    return tuple(figures[k] for k in keys) if all(k in figures for k in keys) else None


def _skill(low: float, high: float) -> bool | None:
    return True if low > NOTHING else False if high < -NOTHING else None


def _share(record: dict, question: str, score: str, what: str) -> Conclusion:
    found = _span(record, f"{record['shipped']['pattern']}.{score}")
    if found is None:
        return Conclusion(question, "Not measured.", "", None)
    low, high = (percent(part, sign=True) for part in found[1:])
    gap = f"{percent(abs(found[0]))} {'worse' if found[0] < 0 else 'better'}"
    skill = _skill(*found[1:])
    answer = {
        True: "The forecasts know something of this.",
        False: "The forecasts are worse than the usual shares.",
        None: "The forecasts cannot be told apart from knowing nothing.",
    }[skill]
    return Conclusion(
        question,
        answer,
        f"On {what} the probabilities are {gap} than the usual shares of past weeks "
        f"(log-loss skill; 0 knows nothing more; 95 % interval {low} to {high}).",
        skill,
    )


def _order(record: dict) -> Conclusion:
    question = "Which stocks will do better than others?"
    # The order of the blend: shrinkage does not change it but where it leaves nothing.
    found = _span(record, f"{record.get('ordered_by', SHIPPED['price'])}.IC")
    if found is None:
        return Conclusion(
            question, "Not measured.", "A week needs at least five stocks to be put in order.", None
        )
    value, low, high = (f"{part:+.3f}".replace("-", "−") for part in found)
    skill = _skill(*found[1:])
    answer = {
        True: "The forecasts know a little of this.",
        False: "The forecasts put stocks in the wrong order.",
        None: "The forecasts cannot be told apart from a drawn lot.",
    }[skill]
    return Conclusion(
        question,
        answer,
        f"Forecast and outcome rank the stocks of a week alike by {value} (mean weekly rank "
        f"correlation, IC; 0 is a drawn lot, 1 perfect; 95 % interval {low} to {high}).",
        skill,
    )
