"""The forecast card: price beside no change, the call beside its usual frequency."""

import streamlit as st

from core.market.schema import MARKETS
from models.baselines import CLASSES
from pages.parts.badges import badge_line
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
        help="The forecast price and its distance from the close.",
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
    st.markdown(
        f"**80 % interval** {price(record['price_low'], market)} to "
        f"{price(record['price_high'], market)}. In the test weeks "
        f"{percent(price_scores['test_coverage_80'], 0)} of prices fell inside such intervals."
    )
    call = record["call"]
    st.markdown(f"**Call** :{CALL_COLOUR[call]}[{CALL_ARROW[call]} **{call}**]")
    _probabilities(record, shown, band)
    if record[NAMES[call]] <= shown["usual"][CLASSES.index(call)]:
        st.caption("This call is no more probable than usual: it hardly says anything.")
    st.caption(
        f"How far to trust it, measured on {int(price_scores['test_rows']):,} out-of-sample "
        f"forecasts: the price was missed by {percent(price_scores['test_MAPE'])} on average, "
        f"no change by {percent(price_scores['test_MAPE_no_change'])}. The call was right in "
        f"{percent(pattern_scores['test_accuracy'], 0)}, always naming the most frequent class in "
        f"{percent(pattern_scores['test_accuracy_prior'], 0)}."
    )
    st.caption(
        f"As of {day(record['as_of'])} · price_target_model v{record['price_version']} · "
        f"pattern_lstm_classifier v{record['pattern_version']} · {source_label(record['source'])} "
        f"· record {record['id']}"
    )


def _probabilities(record: dict, shown: dict, band: float) -> None:
    usual = shown["usual"]
    words = {
        "UP": f"rising more than {percent(band, 0)}",
        "SIDEWAYS": f"staying within ±{percent(band, 0)}",
        "DOWN": f"falling more than {percent(band, 0)}",
    }
    rows = [
        f"| {CALL_ARROW[name]} {words[name]} | **{percent(record[NAMES[name]], 0)}** | "
        f"{percent(usual[CLASSES.index(name)], 0)} |"
        for name in reversed(CLASSES)
    ]
    st.markdown("\n".join(["| Probability of | now | usually |", "|---|--:|--:|", *rows]))
