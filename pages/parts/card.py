"""The forecast card: price beside no change, the call beside its usual frequency."""

import math

import streamlit as st

from core.formats import number
from core.language import N_, _, retold
from core.market.schema import MARKETS
from core.watch import call_name
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
    unit = _(MARKETS[market].unit)
    weeks = int(record["horizon_weeks"])
    st.subheader(
        _("Statistical {weeks}-week forecast").format(weeks=weeks),
        help=_(
            "What the two models in production compute from 20 weekly indicators. It is a "
            "statistical estimate with a wide margin, not advice."
        ),
        anchor=False,
    )
    badge_line(market, record["symbol"])
    if not record["call"]:
        told = _("No forecast for this stock.") + " " + retold(record["reason"])
        st.info(told, icon=":material/hourglass:")
        return
    if record["in_sample"]:
        st.warning(_("In-sample: the versions were trained on this week. It proves no skill."))
    doubts(shown)
    scores = shown["scores"]
    price_scores, pattern_scores = (scores[model] for model in scores)
    band = record["band"]
    st.markdown(_("For **{day}**, in {unit}:").format(day=day(record["target_date"]), unit=unit))
    pair = st.container(horizontal=True, key="tiles-card")
    pair.metric(
        _("Forecast"),
        price(record["price"], market),
        delta=percent(record["price"] / record["close"] - 1, sign=True),
        delta_color="off",
        border=True,
        width="content",
        help=_(
            "The forecast price and its distance from the close: the median, half of outcomes are "
            "expected above it and half below."
        ),
    )
    pair.metric(
        _("No change"),
        price(record["close"], market),
        delta=_("the close"),
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=_("The baseline: the close of {day} stays.").format(day=day(record["as_of"])),
    )
    _interval(record, price_scores, market)
    if shrinkage := shown.get("shrinkage"):
        st.caption(_believed(shrinkage))
    call = record["call"]
    st.markdown(
        "**" + _("Call") + f"** :{CALL_COLOUR[call]}[{CALL_ARROW[call]} **{call_name(call)}**]"
    )
    _probabilities(record, band)
    if call in NAMES and record[NAMES[call]] <= record[f"prior_{call.lower()}"]:
        st.caption(_("This call is no more probable than usual: it hardly says anything."))
    st.caption(
        _(
            "How far to trust it, measured on {count} out-of-sample forecasts: the price was "
            "missed by {miss} on average, no change by {miss_no_change}."
        ).format(
            count=number(price_scores["test_rows"]),
            miss=percent(price_scores["test_MAPE"]),
            miss_no_change=percent(price_scores["test_MAPE_no_change"]),
        )
        + " "
        + call_record(pattern_scores, shown.get("rule"))
    )
    st.caption(
        " · ".join(
            [
                _("As of {day}").format(day=day(record["as_of"])),
                f"price_target_model v{record['price_version']}",
                f"pattern_lstm_classifier v{record['pattern_version']}",
                source_label(record["source"]),
                _("record {id}").format(id=record["id"]),
            ]
        )
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
            _("Interval"),
            list(ends),
            default="80 %",
            required=True,
            key="interval",
            help=_(
                "A range of prices made to hold 80 or 95 of 100 outcomes. How many it did hold is "
                "measured, not guaranteed."
            ),
        )
    low, high, coverage = ends[level]
    st.markdown(
        _(
            "**{level} interval** {low} to {high}. In the test weeks {share} of prices fell inside "
            "such intervals."
        ).format(
            level=level,
            low=price(record[low], market),
            high=price(record[high], market),
            share=percent(scores[coverage], 0),
        )
    )


def _believed(shrinkage: dict) -> str:
    if shrinkage["market"] == shrinkage["apart"] == 0:
        return _(
            "Out-of-sample this price model did not prove itself better than no change, so no "
            "change is what is shown."
        )
    return _(
        "The price model's forecast is shown shrunken to what held out-of-sample: {market} of what "
        "it says of the whole market, {apart} of what it says of this stock beside the others."
    ).format(market=percent(shrinkage["market"], 0), apart=percent(shrinkage["apart"], 0))


def call_record(scores: dict, rule: dict | None) -> str:
    """How often calls were right out-of-sample, or that they are withheld and why."""
    if rule is None:
        return _(
            "The call was right in {right}, always naming the most frequent class in {usual}."
        ).format(
            right=percent(scores["test_accuracy"], 0),
            usual=percent(scores["test_accuracy_prior"], 0),
        )
    if rule["margin"] is None:
        how = _(
            "Directions were not right more often than usual out-of-sample, so every call is "
            "withheld: no clear direction."
        )
    else:
        how = _(
            "A direction is called where its probability lies more than {margin} points above the "
            "usual one and the forecast price on the same side of no change; elsewhere there is no "
            "clear direction."
        ).format(margin=number(100 * rule["margin"]))
    share = scores.get("test_calls_share", 0.0)
    if "test_calls_hit_rate" not in scores:
        return how + " " + _("In the test weeks no call was given.")
    told = _(
        "In the test weeks {share} of forecasts had a call; it was right in {right} (usually "
        "{usual})."
    ).format(
        share=percent(share),
        right=percent(scores["test_calls_hit_rate"], 0),
        usual=percent(scores["test_calls_usual_rate"], 0),
    )
    return f"{how} {told}"


ODDS = {
    "UP": N_("{sign} rising more than {band}: **{share}** (usually {usual})"),
    "SIDEWAYS": N_("{sign} staying within ±{band}: **{share}** (usually {usual})"),
    "DOWN": N_("{sign} falling more than {band}: **{share}** (usually {usual})"),
}


def _probabilities(record: dict, band: float) -> None:
    """Each beside its usual value, as lines: a table of them is wider than a card on a tablet."""
    lines = [
        _(ODDS[name]).format(
            sign=CALL_ARROW[name],
            band=percent(band, 0),
            share=percent(record[NAMES[name]], 0),
            usual=percent(record[f"prior_{name.lower()}"], 0),
        )
        for name in reversed(CLASSES)
    ]
    st.markdown("  \n".join(["**" + _("Probability of") + "**", *lines]))
