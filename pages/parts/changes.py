"""What changed since the last forecast week, and how last month's forecasts ended."""

from functools import partial

import pandas as pd
import streamlit as st

from core.changes import COVERAGE, Since, new_breakouts
from core.formats import number
from core.language import N_, _, ngettext
from core.market.schema import MARKETS
from pages.parts.reading import changes_of_week, recent_weeks, resolved_month
from pages.parts.words import call_text, day, out_of, percent, plain

MOST_LISTED = 12
signed = partial(percent, sign=True)
HITS = {True: N_("✓ hit"), False: N_("✗ miss")}


def changes(market: str) -> None:
    """Flips, rank moves and breakouts of a market since its last forecast week."""
    recent, since = recent_weeks(market), changes_of_week(market)
    st.header(_("Since the last week"), anchor=False)
    if since is None:
        st.caption(
            _(
                "{market} has no forecasts yet: train and promote a pair, and calls that flip "
                "from one week to the next stand here."
            ).format(market=_(MARKETS[market].name))
        )
    elif not since.before:
        st.caption(
            _(
                "These versions have forecast one week only, that to {week}. After the next one, "
                "calls that flipped and ranks that moved stand here."
            ).format(week=day(since.as_of))
        )
    if since is None or not since.before:
        breakouts(recent, market)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        flips(since)
    with right:
        moves(since)
        breakouts(recent, market)


def breakouts(recent: pd.DataFrame, market: str) -> None:
    """Stocks newly on their 20-week high."""
    if recent.empty:
        return
    fresh, week = new_breakouts(recent), day(recent["week"].max())
    st.subheader(_("New breakouts"), anchor=False)
    if fresh:
        st.markdown(
            _(
                "Closed the week to {week} on the highest price of 20 weeks, and not the week "
                "before: {symbols}"
            ).format(week=week, symbols=_links(fresh, market))
        )
    else:
        st.caption(
            _("No stock newly closed on its 20-week high in the week to {week}.").format(week=week)
        )


def flips(since: Since) -> None:
    """Calls that changed."""
    count = number(len(since.flips))
    st.subheader(_("Calls that flipped: {count}").format(count=count), anchor=False)
    before, now = day(since.before), day(since.as_of)
    if since.flips.empty:
        st.caption(_("None between {before} and {now}.").format(before=before, now=now))
        return
    table = pd.DataFrame(
        {
            "symbol": since.flips["symbol"],
            "before": [call_text(call) for call in since.flips["before"]],
            "now": [call_text(call) for call in since.flips["now"]],
            "change": since.flips["change"],
        }
    ).reset_index(drop=True)
    st.dataframe(
        table.style.format(signed, subset=["change"]),
        key="flips",
        hide_index=True,
        height=35 * (min(len(since.flips), MOST_LISTED) + 1) + 2,
        column_config={
            "symbol": _("Stock"),
            "before": before,
            "now": now,
            "change": st.column_config.NumberColumn(
                _("vs no change"),
                help=_("Forecast price now against no change, per cent"),
            ),
        },
    )


def moves(since: Since) -> None:
    """Ranks that moved most."""
    st.subheader(_("Ranks that moved most"), anchor=False)
    if since.moves.empty:
        st.caption(_("No forecast changed its place among the others."))
        return
    st.dataframe(
        pd.DataFrame(
            {
                "symbol": since.moves["symbol"],
                "before": since.moves["before"],
                "now": since.moves["now"],
                "places": [f"{'▲' if m > 0 else '▼'} {abs(m)}" for m in since.moves["moved"]],
            }
        ),
        key="moves",
        hide_index=True,
        column_config={
            "symbol": _("Stock"),
            "before": day(since.before),
            "now": day(since.as_of),
            "places": st.column_config.TextColumn(
                _("Places"),
                help=_("Places won (▲) or lost (▼) among all forecasts; 1 is the highest forecast"),
            ),
        },
    )


def _links(symbols: list[str], market: str) -> str:
    named = [f"[{plain(s)}](stock?market={market}&symbol={s})" for s in symbols[:40]]
    rest = len(symbols) - len(named)
    more = ngettext("and {count} more", "and {count} more", rest).format(count=rest)
    return ", ".join(named) + (f" {more}" if rest else "")


def outcomes(market: str) -> None:
    """The newest forecasts whose date has come, against what happened."""
    seen = resolved_month(market)
    if seen is None:
        return
    st.header(_("Last month's forecasts, resolved"), anchor=False)
    if seen.missing:
        told = _(
            "Made from the week to {as_of} for {target}; {count} have an outcome, {missing} do "
            "not: the stock did not trade."
        )
    else:
        told = _("Made from the week to {as_of} for {target}; {count} have an outcome.")
    told = told.format(
        as_of=day(seen.as_of),
        target=day(seen.target),
        count=number(len(seen.table)),
        missing=number(seen.missing),
    )
    if seen.in_sample:
        told += " " + _(
            "In-sample: the versions had learned from that week, so this proves no skill."
        )
    st.caption(told)
    tiles = st.container(horizontal=True, key="tiles-outcomes")
    if seen.calls:
        tiles.metric(
            _("Directions that came true"),
            out_of(seen.hits, seen.calls),
            delta=_("{share}, usually {usual}").format(
                share=percent(seen.hits / seen.calls, 0), usual=percent(seen.usual, 0)
            ),
            delta_color="off",
            delta_arrow="off",
            border=True,
            width="content",
            help=_(
                "Usually: the share of the called classes in the training weeks, what naming them "
                "blindly would hit. One month is one throw of the dice: all stocks move together."
            ),
        )
    if len(seen.table):
        tiles.metric(
            _("Inside the 80 % interval"),
            percent(seen.covered, 0),
            delta=_("made to hold {share}").format(share=percent(COVERAGE, 0)),
            delta_color="off",
            delta_arrow="off",
            border=True,
            width="content",
        )
        tiles.metric(
            _("Price missed by"),
            percent(seen.error),
            delta=_("no change by {miss}").format(miss=percent(seen.error_no_change)),
            delta_color="off",
            delta_arrow="off",
            border=True,
            width="content",
            help=_("Mean absolute distance of forecast and outcome, per cent of the close then."),
        )
    with st.expander(_("Stock by stock")):
        table = seen.table.assign(
            hit=[_(HITS[hit]) if hit in HITS else "–" for hit in seen.table["hit"]],
            inside=[_("✓ inside") if inside else _("✗ outside") for inside in seen.table["inside"]],
            call=[call_text(call) for call in seen.table["call"]],
        ).reset_index(drop=True)
        st.dataframe(
            table.style.format(signed, subset=["forecast", "outcome"]),
            key="resolved",
            hide_index=True,
            column_order=["symbol", "call", "hit", "forecast", "outcome", "inside"],
            column_config={
                "symbol": _("Stock"),
                "call": _("Call then"),
                "hit": st.column_config.TextColumn(
                    _("Direction"), help=_("– where none was called")
                ),
                "forecast": st.column_config.NumberColumn(_("Forecast")),
                "outcome": st.column_config.NumberColumn(
                    _("Outcome"),
                    help=_("Return to the target date, adjusted prices"),
                ),
                "inside": _("80 % interval"),
            },
        )
