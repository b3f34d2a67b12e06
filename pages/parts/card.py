"""The forecast card: price beside no change, the call beside its usual frequency."""

import math

import streamlit as st

from core.market.schema import MARKETS
from models.baselines import CLASSES
from pages.parts.badges import badge_line
from pages.parts.doubts import doubts, put_by
from pages.parts.words import CALL_ARROW, CALL_COLOUR, day, percent, price, source_label

NAMES = dict(zip(CLASSES, ("p_down", "p_sideways", "p_up"), strict=True))


def forecast_card(record: dict, shown: dict, market: str) -> None:
    """Draw one stored forecast.

    Parameters
    ----------
    record : dict
        A row of ``core.forecasts.latest``.
    shown : dict
        ``core.forecasts.current``: scores and facts of the versions.
    market : str
    """
    unit = MARKETS[market].unit
    weeks = int(record["horizon_weeks"])
    st.subheader(
        f"Statistical {weeks}-week forecast",
        help="What the two models in production compute from 20 weekly indicators. It is a "
        "statistical estimate with a wide margin, not advice.",
        anchor=False,
    )
    badge_line(market, record["symbol"])
    if not record["call"]:
        st.info(f"No forecast for this stock. {record['reason']}", icon=":material/hourglass:")
        return
    if record["in_sample"]:
        st.warning("In-sample: the versions were trained on this week. It proves no skill.")
    doubts(shown)
    scores = shown["scores"]
    price_scores, pattern_scores = (scores[model] for model in scores)
    band = record["band"]
    st.markdown(f"For **{day(record['target_date'])}**, in {unit}:")
    pair = st.container(horizontal=True)
    pair.metric(
        "Forecast",
        price(record["price"], market),
        delta=percent(record["price"] / record["close"] - 1, sign=True),
        delta_color="off",
        border=True,
        width="content",
        help="The forecast price and its distance from the close: the median, half of outcomes "
        "are expected above it and half below.",
    )
    pair.metric(
        "No change",
        price(record["close"], market),
        delta="the close",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=f"The baseline: the close of {day(record['as_of'])} stays.",
    )
    _interval(record, price_scores, market)
    if shrinkage := shown.get("shrinkage"):
        st.caption(_believed(shrinkage))
    call = record["call"]
    st.markdown(f"**Call** :{CALL_COLOUR[call]}[{CALL_ARROW[call]} **{call}**]")
    _probabilities(record, band)
    if call in NAMES and record[NAMES[call]] <= record[f"prior_{call.lower()}"]:
        st.caption("This call is no more probable than usual: it hardly says anything.")
    st.caption(
        f"How far to trust it, measured on {int(price_scores['test_rows']):,} out-of-sample "
        f"forecasts: the price was missed by {percent(price_scores['test_MAPE'])} on average, "
        f"no change by {percent(price_scores['test_MAPE_no_change'])}. "
        + call_record(pattern_scores, shown.get("rule"))
    )
    st.caption(
        f"As of {day(record['as_of'])} · price_target_model v{record['price_version']} · "
        f"pattern_lstm_classifier v{record['pattern_version']} · {source_label(record['source'])} "
        f"· record {record['id']}"
    )
    put_by(record)


def _interval(record: dict, scores: dict, market: str) -> None:
    """The 80 % interval with its measured coverage, the 95 % one on demand."""
    ends = {
        "80 %": ("price_low", "price_high", "test_coverage_80"),
        "95 %": ("price_low_95", "price_high_95", "test_coverage_95"),
    }
    level = "80 %"
    if math.isfinite(record["price_low_95"]):
        level = st.segmented_control(
            "Interval",
            list(ends),
            default="80 %",
            required=True,
            key="interval",
            help="A range of prices made to hold 80 or 95 of 100 outcomes. How many it did hold "
            "is measured, not guaranteed.",
        )
    low, high, coverage = ends[level]
    st.markdown(
        f"**{level} interval** {price(record[low], market)} to {price(record[high], market)}. In "
        f"the test weeks {percent(scores[coverage], 0)} of prices fell inside such intervals."
    )


def _believed(shrinkage: dict) -> str:
    if shrinkage["market"] == shrinkage["apart"] == 0:
        return (
            "Out-of-sample this price model did not prove itself better than no change, so no "
            "change is what is shown."
        )
    return (
        "The price model's forecast is shown shrunken to what held out-of-sample: "
        f"{percent(shrinkage['market'], 0)} of what it says of the whole market, "
        f"{percent(shrinkage['apart'], 0)} of what it says of this stock beside the others."
    )


def call_record(scores: dict, rule: dict | None) -> str:
    """How often calls were right out-of-sample, or that they are withheld and why."""
    if rule is None:
        return (
            f"The call was right in {percent(scores['test_accuracy'], 0)}, always naming the most "
            f"frequent class in {percent(scores['test_accuracy_prior'], 0)}."
        )
    if rule["margin"] is None:
        how = (
            "Directions were not right more often than usual out-of-sample, so every call is "
            "withheld: no clear direction."
        )
    else:
        how = (
            "A direction is called where its probability lies more than "
            f"{100 * rule['margin']:.0f} points above the usual one and the forecast price on the "
            "same side of no change; elsewhere there is no clear direction."
        )
    share = scores.get("test_calls_share", 0.0)
    if "test_calls_hit_rate" not in scores:
        return f"{how} In the test weeks no call was given."
    return (
        f"{how} In the test weeks {percent(share)} of forecasts had a call; it was right in "
        f"{percent(scores['test_calls_hit_rate'], 0)} (usually "
        f"{percent(scores['test_calls_usual_rate'], 0)})."
    )


def _probabilities(record: dict, band: float) -> None:
    words = {
        "UP": f"rising more than {percent(band, 0)}",
        "SIDEWAYS": f"staying within ±{percent(band, 0)}",
        "DOWN": f"falling more than {percent(band, 0)}",
    }
    rows = [
        f"| {CALL_ARROW[name]} {words[name]} | **{percent(record[NAMES[name]], 0)}** | "
        f"{percent(record[f'prior_{name.lower()}'], 0)} |"
        for name in reversed(CLASSES)
    ]
    st.markdown("\n".join(["| Probability of | now | usually |", "|---|--:|--:|", *rows]))
