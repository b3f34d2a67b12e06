"""The 20 indicators of the Stock page: one figure, and beside each row what it says."""

import math
import time
from html import escape

import streamlit as st

from core.charts.indicator import FAMILY, ROW
from core.charts.style import STATIC_CONFIG, Palette, Theme, palette
from core.formats import number
from core.indicators.catalogue import INDICATORS, NAMES, Indicator
from core.indicators.standing import LEAST_PEERS, LEAST_WEEKS, Standing
from core.language import _
from pages.parts.export import export_buttons
from pages.parts.reading import indicator_standings, weekly
from pages.parts.stock_figures import indicator_figure
from pages.parts.words import day

PAUSE = 0.15
"""Seconds in which a browser draws the price chart and the card of another stock. It takes longer
than that for all at once, so the last indicator stands no later for them."""
HEIGHT = 20 * ROW
"""Pixels: about that of the figure."""
STYLE = """<style>
.wl-list {{ font-size: .8125rem; line-height: 1.32; color: {ink}; }}
.wl-list p {{ font-size: inherit; line-height: inherit; margin: 0; }}
.wl-list h3 {{ height: {family}px; margin: 0; padding: 10px 0 0;
  font-size: .9375rem; line-height: 1.2; }}
.wl-row {{ height: {row}px; padding-top: 3px; position: relative; }}
.wl-head {{ display: flex; gap: .6rem; align-items: baseline; }}
.wl-head b {{ display: none; }}
.wl-head code {{ font-size: .75rem; color: {muted}; background: none; padding: 0; }}
.wl-head .wl-value {{ margin-left: auto; font-weight: 600; white-space: nowrap; }}
.wl-head details {{ color: {accent}; }}
.wl-head summary {{ cursor: pointer; font-size: .75rem; }}
.wl-head details p {{ position: absolute; z-index: 3; left: 0; right: 0; top: 22px; margin: 0;
  padding: .6rem .8rem; color: {ink}; background: {panel}; border: 1px solid {grid};
  border-radius: .4rem; }}
.wl-ranks {{ display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; margin: 3px 0 4px;
  font-size: .75rem; color: {muted}; }}
.wl-rule {{ height: 5px; position: relative; background: {grid}; border-radius: 3px;
  margin-bottom: 1px; }}
.wl-rule i {{ position: absolute; top: -3px; width: 3px; height: 11px; margin-left: -1px;
  background: {ink}; border-radius: 1px; }}
@media (max-width: 1200px) {{
  .wl-list {{ font-size: .75rem; line-height: 1.25; }}
  .wl-ranks {{ font-size: .6875rem; }}
}}
@media (max-width: 640px) {{
  .wl-list p {{ font-size: inherit; line-height: inherit; margin: 0; }}
.wl-list h3 {{ height: auto; padding: .8rem 0 .3rem; }}
  .wl-row {{ height: auto; padding-bottom: .9rem; }}
  .wl-head b {{ display: inline; }}
  .wl-head code {{ display: none; }}
}}
</style>"""


def indicators_part(market: str, symbol: str, theme: Theme, weeks: int, among: list[str]) -> None:
    """The figure with its list.

    Parameters
    ----------
    market, symbol : str
    theme : "light" or "dark"
    weeks : int
        How many weeks are shown.
    among : list of str
        The stocks on show, to stand among; empty for the whole market.
    """
    # Its room is kept, and seen to be: on a first visit the 20 take a moment.
    with st.skeleton(height=HEIGHT):
        if st.session_state.get("_indicators_of") != (market, symbol):
            st.session_state["_indicators_of"] = (market, symbol)
            time.sleep(PAUSE)
        frame = weekly(market, symbol)
        figure = None if frame.empty else indicator_figure(market, symbol, theme, weeks)
    if figure is None:
        st.info(_("There is no complete week of prices yet, so there are no indicators."))
        return
    if among:
        told = _(
            "Values of the week to {day}, from complete weeks only. A gap in a line is a missing "
            "value, never a guess. Ranks compare that week with the stock's own earlier weeks, and "
            "with the other stocks of the stocks on show in the same week."
        )
    else:
        told = _(
            "Values of the week to {day}, from complete weeks only. A gap in a line is a missing "
            "value, never a guess. Ranks compare that week with the stock's own earlier weeks, and "
            "with the other stocks of the market in the same week."
        )
    st.caption(told.format(day=day(frame.index[-1])))
    chart, words = st.columns([5, 3], gap="medium")
    chart.plotly_chart(
        figure,
        key="indicators",
        theme=None,
        config=STATIC_CONFIG,
        alt=_("The 20 weekly indicators of {symbol}").format(symbol=symbol),
    )
    stands = indicator_standings(market, symbol, among)
    words.html(legend(stands, palette(theme), _("those on show") if among else _("the market")))
    export_buttons(frame[list(NAMES)].iloc[-weeks:], f"{symbol}-indicators", kinds=["csv"])


def legend(stands: dict[str, Standing], colours: Palette, others: str) -> str:
    """The list as HTML, each row as high as the chart's beside it."""
    parts = [
        STYLE.format(
            row=ROW,
            family=FAMILY,
            **{
                name: getattr(colours, name) for name in ("ink", "muted", "accent", "panel", "grid")
            },
        ),
        '<div class="wl-list">',
    ]
    family = ""
    for indicator in INDICATORS:
        if indicator.family != family:
            family = indicator.family
            parts.append(f"<h3>{escape(_(family))}</h3>")
        parts.append(_row(indicator, stands[indicator.name], others))
    return "".join([*parts, "</div>"])


def _row(indicator: Indicator, stand: Standing, others: str) -> str:
    formula = _("Formula")
    unit = "<br>" + _("Unit") + f": {escape(indicator.unit)}" if indicator.unit else ""
    return (
        f'<div class="wl-row"><div class="wl-head"><b>{escape(indicator.title)}</b>'
        f"<code>{indicator.name}</code><details><summary>{formula}</summary>"
        f"<p>{escape(indicator.formula)}{unit}</p></details>"
        f'<span class="wl-value">{escape(indicator.text(stand.value))}</span></div>'
        f'<div class="wl-ranks"><div>{_rule(stand.own)}{escape(own_words(stand))}</div>'
        f"<div>{_rule(stand.peers)}{escape(peer_words(stand, others))}</div></div>"
        f'<p class="wl-read">{escape(indicator.reading)}</p></div>'
    )


def _rule(share: float) -> str:
    mark = "" if math.isnan(share) else f'<i style="left:{100 * share:.0f}%"></i>'
    return f'<div class="wl-rule">{mark}</div>'


def own_words(stand: Standing) -> str:
    """Where the value stands in the stock's own history."""
    if math.isnan(stand.value):
        return _("No value this week")
    if math.isnan(stand.own):
        return _("{weeks} earlier weeks; {needed} needed").format(
            weeks=stand.weeks, needed=LEAST_WEEKS
        )
    return _("Above {share} % of own weeks").format(share=number(100 * stand.own))


def peer_words(stand: Standing, others: str) -> str:
    """Where the value stands among other stocks: a share of many, a place among few."""
    if math.isnan(stand.value):
        return _("No rank")
    if not stand.others:
        return _("No others this week")
    if stand.others < LEAST_PEERS:
        return _("Place {place} of {count} from the highest").format(
            place=stand.rank, count=stand.others + 1
        )
    return _("Above {share} % of {others}").format(share=number(100 * stand.peers), others=others)
