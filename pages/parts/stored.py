"""A stored forecast drawn as it was, what came of it, and where it comes from."""

from pathlib import Path

import streamlit as st

from core.charts.price import price_chart
from core.charts.style import CONFIG
from core.errors import UserError
from core.market.schema import MARKETS
from core.settings import settings
from core.share.origin import facts, histories
from core.share.picture import picture
from core.share.reading import card_of, outcome, unchanged
from models.calls import NO_CLEAR_DIRECTION
from pages.parts.card import forecast_card
from pages.parts.reading import weekly
from pages.parts.words import day, percent, plain, price, source_label

WEEKS = 156
KEPT_SECONDS = 60


@st.cache_data(max_entries=32, ttl=KEPT_SECONDS, show_spinner=False)
def _facts(data_dir: Path, record: dict) -> dict:
    return facts(data_dir, record)


@st.cache_data(max_entries=32, ttl=KEPT_SECONDS, show_spinner=False)
def _histories(data_dir: Path, price_version: int, pattern_version: int) -> list[str]:
    return histories({"price_version": price_version, "pattern_version": pattern_version})


def drawn_as_it_was(record: dict) -> None:
    """The weeks up to the as-of date with the fan, and the card with its versions' own scores."""
    market, symbol = record["market"], record["symbol"]
    theme = st.context.theme.type or "light"
    wide, side = st.columns([5, 3], gap="medium")
    with wide:
        try:
            past = weekly(market, symbol).loc[: record["as_of"]]
        except UserError as error:
            st.info(plain(str(error)))
        else:
            fan = record if record["call"] else None
            figure = price_chart(past, market=market, theme=theme, forecast=fan, weeks=WEEKS)
            st.plotly_chart(figure, key="price", theme=None, config=CONFIG)
            st.caption(
                f"Weekly candles up to {day(record['as_of'])}, adjusted for splits and dividends "
                "to this day: a price in the chart may differ from the one the card names."
            )
    with side:
        try:
            known = _facts(settings().data_dir, record)
        except UserError as error:
            # The picture needs nothing but the record.
            st.info(f"How far to trust it is no longer known. {plain(str(error))}")
            if record["call"]:
                st.image(
                    picture(card_of(settings().data_dir, record), "square", theme, "en"),
                    output_format="PNG",
                )
            else:
                st.info(f"No forecast for this stock. {record['reason']}")
        else:
            forecast_card(record, known, market)


def came_since(record: dict) -> None:
    """The close on the target date, beside the forecast and no change; or why it is not known."""
    target = day(record["target_date"])
    if not record["call"]:
        st.caption("There was no forecast to judge.")
        return
    came = outcome(settings().data_dir, record)
    if came is None:
        st.caption(
            f"Not known: the week of the target date {target} is not complete in the prices here, "
            f"or {record['symbol']} did not trade before it."
        )
        return
    market = record["market"]
    st.caption(
        "None of this was known when the forecast was made. One forecast proves nothing; the "
        "Evidence page judges all of them."
    )
    boxes = st.container(horizontal=True)
    boxes.metric(
        f"Close of {came.day}",
        price(came.close, market),
        delta=percent(came.move, sign=True),
        delta_color="off",
        border=True,
        width="content",
        help=f"In {MARKETS[market].unit}, on the scale of the as-of close: dividends and splits "
        "since are taken out.",
    )
    boxes.metric(
        "80 % interval",
        "inside" if came.inside else "outside",
        border=True,
        width="content",
        help="Made to hold 80 of 100 outcomes.",
    )
    called = record["call"]
    verdict = "none" if called == NO_CLEAR_DIRECTION else "hit" if came.came == called else "miss"
    boxes.metric(
        "Call",
        verdict,
        delta=f"{came.came} came",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=f"The call was: {called}.",
    )
    boxes.metric(
        "Price missed by",
        percent(came.miss),
        delta=f"no change by {percent(came.miss_no_change)}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help="Distance from the close that came, as a share of it, beside the baseline's.",
    )


def origin(record: dict) -> None:
    """Versions, prices and the record's own number."""
    data_dir = settings().data_dir
    lines = [
        f"Record `{record['id']}`, {source_label(plain(record['source']))}.",
        f"Fingerprint of the prices it was made from: `{record['fingerprint'][:16]}`. "
        + (
            "The stored prices up to then are still the same."
            if unchanged(data_dir, record)
            else "The stored prices up to then have been adjusted or corrected since, or are gone."
        ),
    ]
    try:
        lines += map(
            plain, _histories(data_dir, record["price_version"], record["pattern_version"])
        )
    except UserError as error:
        lines.append(plain(str(error)))
    st.markdown("\n".join(f"- {line}" for line in lines))
