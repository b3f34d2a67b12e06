"""The record of a stock's past forecasts: what was said, what came, and what it stands beside."""

import numpy as np
import pandas as pd
import streamlit as st

from core.resolved import LEAST_MONTHS, NO_TRADE, OPEN, RESOLVED, Record, record_of
from pages.parts.export import export_buttons
from pages.parts.words import CALL_ARROW, day, percent

HEADINGS = {
    "as_of": "As of",
    "target_date": "For",
    "call": "Call",
    "outcome": "Came",
    "verdict": "Verdict",
    "sample": "Sample",
    "forecast": "Forecast, %",
    "came": "Came, %",
    "error": "Missed by, %",
    "error_no_change": "No change missed by, %",
    "low": "80 % from, %",
    "high": "80 % to, %",
    "inside": "In the 80 %",
    "usual": "Usual share, %",
    "made": "Computed",
    "versions": "Versions",
}
MARKS = {"hit": "✓ hit", "miss": "✗ miss", "withheld": "○ withheld", "": "–"}
HELP = {
    "forecast": "Against no change, the close of the as-of week.",
    "error": "Distance between the forecast and the price that came, as a share of that price.",
    "error_no_change": "The same for the baseline: the close of the as-of week stays.",
    "usual": "How often the class that was called usually comes.",
    "sample": "In-sample: the versions were trained on this week, so it proves no skill.",
    "made": "Beforehand, or only after the target date had passed.",
    "versions": "price_target_model and pattern_lstm_classifier.",
}


def record_line(found: pd.DataFrame) -> str:
    """One sentence for below the forecast card."""
    record = record_of(found)
    if not record.forecasts:
        return f"Past forecasts of this stock: none out-of-sample has come due yet.{_left(record)}"
    if not record.enough:
        return f"Past forecasts of this stock: {_few(record)}."
    calls = "no call was given"
    if record.calls:
        calls = (
            f"{record.hits} of {_count(record.calls, 'call')} right "
            f"(usually {percent(record.usual, 0)})"
        )
    return (
        f"Past forecasts of this stock, {record.forecasts}: {calls}; price missed by "
        f"{percent(record.error)} on average, no change by {percent(record.error_no_change)}."
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
            later = f" The next comes due on {day(waiting['target_date'].min())}."
        st.info(
            f"No stored forecast of {symbol} has come due yet.{later} Forecasts of earlier weeks "
            "are made with `python -m core forecast --as-of DATE`.",
            icon=":material/hourglass:",
        )
        return
    record = record_of(found)
    _summary(record)
    table = _table(due)
    st.dataframe(
        table,
        hide_index=True,
        column_config={name: _column(name, title) for name, title in HEADINGS.items()},
        height=min(560, 38 + 35 * len(table)),
    )
    notes = [
        "Returns are those of one current adjusted series, so a later dividend changes no verdict."
    ]
    if len(waiting):
        notes.append(
            f"{_count(waiting['as_of'].nunique(), 'more week')} "
            f"{'wait' if waiting['as_of'].nunique() > 1 else 'waits'} for the target date, the "
            f"next on {day(waiting['target_date'].min())}."
        )
    st.caption(" ".join(notes))
    export_buttons(table, f"{symbol}-past-forecasts", HEADINGS)


def _summary(record: Record) -> None:
    if not record.forecasts:
        st.warning(f"No out-of-sample forecast has come due, so there is no record.{_left(record)}")
        return
    tiles = st.container(horizontal=True)
    tiles.metric(
        "Calls right",
        f"{record.hits} of {record.calls}",
        delta=f"usually {percent(record.usual, 0)}" if record.calls else "no calls given",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help="Beside it: how often the classes that were called usually come.",
    )
    tiles.metric(
        "Price missed by",
        percent(record.error),
        delta=f"no change {percent(record.error_no_change)}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help="Mean distance between the forecast and the price that came, as a share of that "
        "price; and the same for the close of the as-of week.",
    )
    tiles.metric(
        "In the 80 % interval",
        f"{record.inside_80} of {record.with_interval}",
        delta=f"aim {percent(0.8, 0)}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
    )
    tiles.metric(
        "Separate months",
        f"{record.months}",
        delta=f"{LEAST_MONTHS} needed",
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help="Forecasts of neighbouring weeks share most of their outcome: only those a whole "
        "horizon apart count as separate.",
    )
    said = []
    if not record.enough:
        said.append(
            f"**{_few(record)}** about this stock; the Models page has the scores over all stocks."
        )
    late = ""
    if record.hindsight:
        late = f"; {record.hindsight} of {record.forecasts} only after their target date"
    said.append(f"Each as-of week counts once, as first computed{late}.")
    st.markdown(" ".join(said) + _left(record))


def _table(due: pd.DataFrame) -> pd.DataFrame:
    due = due.sort_values(["as_of", "created"], ascending=False)
    inside = due["inside_80"].map({True: "inside", False: "outside"}).fillna("–")
    return pd.DataFrame(
        {
            "as_of": due["as_of"],
            "target_date": due["target_date"],
            "call": [f"{CALL_ARROW[call]} {call}" for call in due["call"]],
            "outcome": [
                f"{CALL_ARROW[name]} {name}" if name else "did not trade" for name in due["outcome"]
            ],
            "verdict": due["verdict"].map(MARKS),
            "sample": np.where(due["in_sample"] == 1, "in: no proof", "out"),
            "forecast": 100 * np.expm1(due["ret"]),
            "came": 100 * np.expm1(due["came"]),
            "error": 100 * due["error"],
            "error_no_change": 100 * due["error_no_change"],
            "low": 100 * np.expm1(due["ret_low"]),
            "high": 100 * np.expm1(due["ret_high"]),
            "inside": inside,
            "usual": 100 * due["usual"],
            "made": np.where(due["hindsight"], "afterwards", "beforehand"),
            "versions": [
                f"v{row.price_version}, v{row.pattern_version}" for row in due.itertuples()
            ],
        }
    ).reset_index(drop=True)


def _column(name: str, title: str) -> dict:
    told = HELP.get(name)
    if name in ("as_of", "target_date"):
        return st.column_config.DateColumn(title, format="YYYY-MM-DD", help=told)
    if title.endswith(", %"):
        return st.column_config.NumberColumn(title, format="%.1f", help=told)
    return st.column_config.TextColumn(title, help=told)


def _left(record: Record) -> str:
    if not record.in_sample:
        return ""
    plural = "are" if record.in_sample > 1 else "is"
    return f" {_count(record.in_sample, 'in-sample forecast')} {plural} left out: no proof."


def _few(record: Record) -> str:
    apart = "" if record.months == record.forecasts else f", {record.months} a horizon apart"
    return f"{_count(record.forecasts, 'forecast')}{apart}: too few to say anything"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")
