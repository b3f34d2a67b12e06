import pytest

from core.evaluation import records
from core.evaluation.conclusions import aims, conclusions, said_of_calls, verdicts

SHIPPED = {"price": "blend_shrunken", "pattern": "blend_pattern"}
KEYS = (
    "blend_pattern.log_loss_skill_sideways",
    "blend.IC",
    "blend_pattern.log_loss_skill_direction",
)


def made(low, value, high, **more):
    figures = {f"{key}{end}": v for key in KEYS for end, v in (("", value), (".low", low))}
    figures |= {f"{key}.high": high for key in KEYS}
    return {"shipped": SHIPPED, "figures": figures | more}


@pytest.mark.parametrize(
    ("span", "skill"),
    [((0.01, 0.02, 0.03), True), ((-0.03, -0.02, -0.01), False), ((-0.01, 0.0, 0.01), None)],
)
def test_an_answer_follows_from_the_interval_alone(span, skill):
    assert [c.skill for c in conclusions(made(*span))] == [skill] * 3


def test_rounding_is_no_skill():
    assert [c.skill for c in conclusions(made(1e-12, 2e-12, 3e-12))] == [None] * 3


def test_the_evidence_names_figure_and_interval():
    much, which, way = conclusions(made(-0.001, 0.0123, 0.03))
    assert "are 1.23 % better than the usual shares" in much.evidence
    assert "95 % interval −0.10 % to +3.00 %" in way.evidence
    assert "by +0.012" in which.evidence
    assert "are 0.50 % worse than" in conclusions(made(-0.01, -0.005, 0.01))[0].evidence


def test_too_few_stocks_to_rank_is_said():
    record = made(0.01, 0.02, 0.03)
    del record["figures"]["blend.IC"]
    assert conclusions(record)[1].answer == "Not measured."


def test_calls_stand_beside_what_is_usual():
    calls = {"share": 0.02, "hit_rate": 0.5, "usual_rate": 0.46}
    calls |= {"gain": 0.04, "gain_low": -0.01, "gain_high": 0.09}
    said = said_of_calls(made(0, 0, 0, **{f"calls.{k}": v for k, v in calls.items()}))
    assert "given in 2.0 % of cases" in said
    assert "right in 50.0 %, their classes usually come in 46.0 %: +4.0 points" in said
    assert "(95 % interval −1.0 to +9.0)" in said


def test_no_call_given_is_said():
    assert said_of_calls(made(0, 0, 0, **{"calls.share": 0.0})).startswith("No call was given")


def test_aims_stand_beside_what_was_measured_or_say_that_nothing_was(evaluated):
    record = records.newest(evaluated, "US")
    miss, right, sharpe = aims(record)
    assert miss.measured == f"{100 * record['figures']['blend_shrunken.MAPE']:.2f} %"
    assert miss.baseline.startswith("no change: ")
    assert right.measured == f"{100 * record['figures']['blend_pattern.accuracy']:.1f} %"
    assert (sharpe.measured, sharpe.reached) == ("not measured", None)  # nothing was told apart
    assert miss.reached is False


def test_the_sharpe_ratio_stands_beside_its_interval(evaluated):
    record = records.newest(evaluated, "US")
    for end, value in (("", 0.61), (".low", -0.2), (".high", 1.4)):
        record["figures"][f"blend_shrunken.sharpe{end}"] = value
    sharpe = aims(record)[-1]
    assert (sharpe.measured, sharpe.reached) == ("+0.61", True)
    assert "95 % interval −0.20 to +1.40" in sharpe.baseline


def test_the_time_for_a_forecast_is_an_aim_where_files_were_made(evaluated):
    record = records.newest(evaluated, "US")
    record["figures"]["latency_ms"] = 1.234
    latency = aims(record)[-1]
    assert (latency.measured, latency.reached) == ("1.23 ms", True)


def test_calls_of_every_class_are_said_to_be_so():
    calls = {"share": 1.0, "hit_rate": 0.5, "usual_rate": 0.5}
    calls |= {"gain": 0.0, "gain_low": -0.01, "gain_high": 0.01}
    said = said_of_calls(made(0, 0, 0, **{f"calls.{k}": v for k, v in calls.items()}))
    assert said.startswith("The most probable class was called in every case, SIDEWAYS too.")


def test_the_verdicts_are_of_what_is_shipped(evaluated):
    price, pattern = verdicts(records.newest(evaluated, "US"))
    assert price.startswith("By R² of log returns, the price forecast ")
    assert pattern.startswith("By log loss, the forecast of the class ")
    assert "the usual shares" in pattern
