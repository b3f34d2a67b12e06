"""The record of a stock's past forecasts: what was said, what came, and what it stands beside."""

import numpy as np
import pandas as pd
import streamlit as st

from core.formats import number
from core.language import N_, _, language, ngettext
from core.resolved import LEAST_MONTHS, NO_TRADE, OPEN, RESOLVED, Record, record_of
from pages.parts.export import export_buttons
from pages.parts.words import call_text, day, out_of, percent

HEADINGS = {
    "as_of": N_("As of"),
    "target_date": N_("For"),
    "call": N_("Call"),
    "outcome": N_("Came"),
    "verdict": N_("Verdict"),
    "sample": N_("Sample"),
    "forecast": N_("Forecast, %"),
    "came": N_("Came, %"),
    "error": N_("Missed by, %"),
    "error_no_change": N_("No change missed by, %"),
    "low": N_("80 % from, %"),
    "high": N_("80 % to, %"),
    "inside": N_("In the 80 %"),
    "usual": N_("Usual share, %"),
    "made": N_("Computed"),
    "versions": N_("Versions"),
}
DAYS = {"en": "YYYY-MM-DD", "vi": "DD/MM/YYYY"}
MARKS = {"hit": N_("✓ hit"), "miss": N_("✗ miss"), "withheld": N_("○ withheld")}
HELP = {
    "forecast": N_("Against no change, the close of the as-of week."),
    "error": N_("Distance between the forecast and the price that came, as a share of that price."),
    "error_no_change": N_("The same for the baseline: the close of the as-of week stays."),
    "usual": N_("How often the class that was called usually comes."),
    "sample": N_("In-sample: the versions were trained on this week, so it proves no skill."),
    "made": N_("Beforehand, or only after the target date had passed."),
    "versions": N_("price_target_model and pattern_lstm_classifier."),
}


def record_line(found: pd.DataFrame) -> str:
    """One sentence for below the forecast card."""
    record = record_of(found)
    if not record.forecasts:
        told = _("Past forecasts of this stock: none out-of-sample has come due yet.")
        return told + _left(record)
    if not record.enough:
        return _("Past forecasts of this stock: {words}.").format(words=_few(record))
    if record.calls:
        told = ngettext(
            "Past forecasts of this stock, {count}: {hits} of {calls} call right (usually "
            "{usual}); price missed by {miss} on average, no change by {miss_no_change}.",
            "Past forecasts of this stock, {count}: {hits} of {calls} calls right (usually "
            "{usual}); price missed by {miss} on average, no change by {miss_no_change}.",
            record.calls,
        )
    else:
        told = _(
            "Past forecasts of this stock, {count}: no call was given; price missed by {miss} on "
            "average, no change by {miss_no_change}."
        )
    return told.format(
        count=number(record.forecasts),
        hits=number(record.hits),
        calls=number(record.calls),
        usual=percent(record.usual, 0),
        miss=percent(record.error),
        miss_no_change=percent(record.error_no_change),
    )


def record_part(symbol: str, found: pd.DataFrame) -> None:
    """Summary and table.

    Parameters
    ----------
    symbol : str
    found : DataFrame
        From ``pages.parts.reading.past_forecasts``.
    """
    waiting = found[found["state"] == OPEN]
    due = found[found["state"].isin([RESOLVED, NO_TRADE])]
    if due.empty:
        later = ""
        if len(waiting):
            next_day = day(waiting["target_date"].min())
            later = " " + _("The next comes due on {day}.").format(day=next_day)
        none = _("No stored forecast of {symbol} has come due yet.").format(symbol=symbol)
        how = _("Forecasts of earlier weeks are made with `python -m core forecast --as-of DATE`.")
        st.info(f"{none}{later} {how}", icon=":material/hourglass:")
        return
    record = record_of(found)
    _summary(record)
    table = _table(due)
    st.dataframe(
        table,
        hide_index=True,
        column_config={name: _column(name) for name in HEADINGS},
        height=min(560, 38 + 35 * len(table)),
    )
    notes = [
        _(
            "Returns are those of one current adjusted series, so a later dividend changes no "
            "verdict."
        )
    ]
    if len(waiting):
        weeks = waiting["as_of"].nunique()
        told = ngettext(
            "{count} more week waits for the target date, the next on {day}.",
            "{count} more weeks wait for the target date, the next on {day}.",
            weeks,
        )
        notes.append(told.format(count=weeks, day=day(waiting["target_date"].min())))
    st.caption(" ".join(notes))
    export_buttons(table, f"{symbol}-past-forecasts", HEADINGS)


def _summary(record: Record) -> None:
    if not record.forecasts:
        told = _("No out-of-sample forecast has come due, so there is no record.")
        st.warning(told + _left(record))
        return
    tiles = st.container(horizontal=True)
    tiles.metric(
        _("Calls right"),
        out_of(record.hits, record.calls),
        delta=_("usually {usual}").format(usual=percent(record.usual, 0))
        if record.calls
        else _("no calls given"),
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=_("Beside it: how often the classes that were called usually come."),
    )
    tiles.metric(
        _("Price missed by"),
        percent(record.error),
        delta=_("no change {miss}").format(miss=percent(record.error_no_change)),
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=_(
            "Mean distance between the forecast and the price that came, as a share of that price; "
            "and the same for the close of the as-of week."
        ),
    )
    tiles.metric(
        _("In the 80 % interval"),
        out_of(record.inside_80, record.with_interval),
        delta=_("aim {share}").format(share=percent(0.8, 0)),
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
    )
    tiles.metric(
        _("Separate months"),
        number(record.months),
        delta=_("{count} needed").format(count=LEAST_MONTHS),
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=_(
            "Forecasts of neighbouring weeks share most of their outcome: only those a whole "
            "horizon apart count as separate."
        ),
    )
    said = []
    if not record.enough:
        said.append(
            _(
                "**{words}** about this stock; the Models page has the scores over all stocks."
            ).format(words=_few(record))
        )
    if record.hindsight:
        told = _(
            "Each as-of week counts once, as first computed; {count} of {total} only after their "
            "target date."
        ).format(count=record.hindsight, total=record.forecasts)
    else:
        told = _("Each as-of week counts once, as first computed.")
    said.append(told)
    st.markdown(" ".join(said) + _left(record))


def _table(due: pd.DataFrame) -> pd.DataFrame:
    due = due.sort_values(["as_of", "created"], ascending=False)
    inside = due["inside_80"].map({True: _("inside"), False: _("outside")}).fillna("–")
    return pd.DataFrame(
        {
            "as_of": due["as_of"],
            "target_date": due["target_date"],
            "call": [call_text(call) for call in due["call"]],
            "outcome": [call_text(name) if name else _("did not trade") for name in due["outcome"]],
            "verdict": [_(MARKS[verdict]) if verdict else "–" for verdict in due["verdict"]],
            "sample": np.where(due["in_sample"] == 1, _("in: no proof"), _("out")),
            "forecast": 100 * np.expm1(due["ret"]),
            "came": 100 * np.expm1(due["came"]),
            "error": 100 * due["error"],
            "error_no_change": 100 * due["error_no_change"],
            "low": 100 * np.expm1(due["ret_low"]),
            "high": 100 * np.expm1(due["ret_high"]),
            "inside": inside,
            "usual": 100 * due["usual"],
            "made": np.where(due["hindsight"], _("afterwards"), _("beforehand")),
            "versions": [
                f"v{row.price_version}, v{row.pattern_version}" for row in due.itertuples()
            ],
        }
    ).reset_index(drop=True)


def _column(name: str) -> dict:
    title, told = _(HEADINGS[name]), _(HELP[name]) if name in HELP else None
    if name in ("as_of", "target_date"):
        return st.column_config.DateColumn(title, format=DAYS[language()], help=told)
    if HEADINGS[name].endswith(", %"):
        return st.column_config.NumberColumn(title, format="%.1f", help=told)
    return st.column_config.TextColumn(title, help=told)


def _left(record: Record) -> str:
    if not record.in_sample:
        return ""
    told = ngettext(
        "{count} in-sample forecast is left out: no proof.",
        "{count} in-sample forecasts are left out: no proof.",
        record.in_sample,
    )
    return " " + told.format(count=number(record.in_sample))


def _few(record: Record) -> str:
    """How many forecasts there are, and that this is too few."""
    if record.months == record.forecasts:
        return ngettext(
            "{count} forecast: too few to say anything",
            "{count} forecasts: too few to say anything",
            record.forecasts,
        ).format(count=number(record.forecasts))
    return ngettext(
        "{count} forecast, {months} a horizon apart: too few to say anything",
        "{count} forecasts, {months} a horizon apart: too few to say anything",
        record.forecasts,
    ).format(count=number(record.forecasts), months=number(record.months))
