"""A stored forecast drawn as it was, what came of it, and where it comes from."""

from pathlib import Path

import streamlit as st

from core.charts.price import price_chart
from core.charts.style import CONFIG
from core.errors import UserError
from core.language import _, language, retold
from core.market.schema import MARKETS
from core.settings import settings
from core.share.origin import MADE_BY, facts, histories
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
def _histories(data_dir: Path, made_by: dict, language: str) -> list[str]:
    return histories(data_dir, made_by)


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
                _(
                    "Weekly candles up to {day}, adjusted for splits and dividends to this day: a "
                    "price in the chart may differ from the one the card names."
                ).format(day=day(record["as_of"]))
            )
    with side:
        try:
            known = _facts(settings().data_dir, record)
        except UserError as error:
            # The picture needs nothing but the record.
            unknown = _("How far to trust it is no longer known.")
            st.info(f"{unknown} {plain(str(error))}")
            if record["call"]:
                st.image(
                    picture(card_of(settings().data_dir, record), "square", theme, language()),
                    output_format="PNG",
                )
            else:
                none = _("No forecast for this stock.")
                st.info(f"{none} {plain(retold(record['reason']))}")
        else:
            forecast_card(record, known, market)


def came_since(record: dict) -> None:
    """The close on the target date, beside the forecast and no change; or why it is not known."""
    target = day(record["target_date"])
    if not record["call"]:
        st.caption(_("There was no forecast to judge."))
        return
    came = outcome(settings().data_dir, record)
    if came is None:
        st.caption(
            _(
                "Not known: the week of the target date {target} is not complete in the prices "
                "here, or {symbol} did not trade before it."
            ).format(target=target, symbol=plain(record["symbol"]))
        )
        return
    market = record["market"]
    st.caption(
        _(
            "None of this was known when the forecast was made. One forecast proves nothing; the "
            "Evidence page judges all of them."
        )
    )
    boxes = st.container(horizontal=True)
    boxes.metric(
        _("Close of {day}").format(day=day(came.day)),
        price(came.close, market),
        delta=percent(came.move, sign=True),
        delta_color="off",
        border=True,
        width="content",
        help=_(
            "In {unit}, on the scale of the as-of close: dividends and splits since are taken out."
        ).format(unit=_(MARKETS[market].unit)),
    )
    boxes.metric(
        _("80 % interval"),
        _("inside") if came.inside else _("outside"),
        border=True,
        width="content",
        help=_("Made to hold 80 of 100 outcomes."),
    )
    called = record["call"]
    if called == NO_CLEAR_DIRECTION:
        verdict = _("none")
    else:
        verdict = _("hit") if came.came == called else _("miss")
    boxes.metric(
        _("Call"),
        verdict,
        delta=_("{class_that_came} came").format(class_that_came=came.came),
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=_("The call was: {call}.").format(call=_(called)),
    )
    boxes.metric(
        _("Price missed by"),
        percent(came.miss),
        delta=_("no change by {share}").format(share=percent(came.miss_no_change)),
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=_("Distance from the close that came, as a share of it, beside the baseline's."),
    )


def origin(record: dict) -> None:
    """Versions, prices and the record's own number."""
    data_dir = settings().data_dir
    lines = [
        _("Record `{record}`, {source}.").format(
            record=record["id"], source=source_label(plain(record["source"]))
        ),
        _("Fingerprint of the prices it was made from: `{fingerprint}`.").format(
            fingerprint=record["fingerprint"][:16]
        )
        + " "
        + (
            _("The stored prices up to then are still the same.")
            if unchanged(data_dir, record)
            else _(
                "The stored prices up to then have been adjusted or corrected since, or are gone."
            )
        ),
    ]
    try:
        made_by = {name: record[name] for name in (*MADE_BY, "created")}
        lines += map(plain, _histories(data_dir, made_by, language()))
    except UserError as error:
        lines.append(plain(str(error)))
    st.markdown("\n".join(f"- {line}" for line in lines))
