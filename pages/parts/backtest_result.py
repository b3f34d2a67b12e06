"""What a backtest measured."""

import pandas as pd
import streamlit as st

from core.backtest import records, words
from core.backtest.words import said_of, title
from core.charts.backtest import (
    contribution_chart,
    curve_names,
    drawdown_chart,
    equity_chart,
    months_chart,
)
from core.charts.style import STATIC_CONFIG, Theme
from core.formats import number, percent
from core.language import _
from core.market.schema import MARKETS
from core.settings import settings
from pages.parts.export import export_buttons

MOST_COMPARED = 4
TRADES_SHOWN = 400


def result_sections(one: dict, theme: Theme) -> None:
    """Table, sentences, curves, months, stocks, trades."""
    names = curve_names(MARKETS[one["market"]].index)
    _measures(one, names)
    if one["survivors_only"]:
        st.warning(words.survivors_sentence(one), icon=":material/warning:")
    for sentence in said_of(one | {"survivors_only": False}):
        st.markdown(f"- {sentence}")
    curves = records.table(settings().data_dir, one["id"], "equity").set_index("date")
    st.markdown(f"**{_('Worth, from 100')}**")
    _chart(equity_chart(curves, theme, names), "equity")
    st.markdown(f"**{_('Below the highest so far')}**")
    _chart(drawdown_chart(curves, theme, names), "drawdown")
    st.markdown(f"**{_('Month by month, %')}**")
    _chart(months_chart(one["months"], theme), "months")
    st.markdown(f"**{_('What single stocks gave and took')}**")
    st.caption(_("As shares of the worth at the start, after costs."))
    _chart(contribution_chart(one["contribution"], theme), "contribution")
    _orders(one)


def compare_section(found: dict[str, dict], picked: str, theme: Theme) -> None:
    """Several backtests side by side."""
    others = [name for name in found if name != picked]
    if not others:
        return
    with st.expander(_("Compare with others"), icon=":material/compare_arrows:"):
        chosen = st.multiselect(
            _("Backtests"),
            others,
            format_func=lambda name: title(found[name]),
            max_selections=MOST_COMPARED - 1,
            key="backtests-compared",
        )
        if not chosen:
            return
        names, curves, rows = {}, {}, []
        for number_, name in enumerate([picked, *chosen]):
            names[name] = f"{number_ + 1}: {title(found[name])}"
            table = records.table(settings().data_dir, name, "equity").set_index("date")
            curves[name] = table["strategy"] / table["strategy"].iloc[0]
            rows.append(_row(names[name], found[name]["measures"]["strategy"]))
        _chart(equity_chart(pd.DataFrame(curves), theme, names), "compared")
        st.dataframe(pd.DataFrame(rows), hide_index=True, key="compared-measures")
        st.caption(
            _(
                "The best of several is the luckiest too: the deflated Sharpe ratio counts what "
                "was tried."
            )
        )


def _measures(one: dict, names: dict[str, str]) -> None:
    rows = [_row(names[curve], m) for curve, m in one["measures"].items()]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="backtest-measures")


def _row(name: str, m: dict) -> dict[str, str]:
    interval = _("{low} to {high}").format(
        low=_number(m["sharpe_low"]), high=_number(m["sharpe_high"])
    )
    return {
        _("Portfolio"): name,
        _("Return"): _share(m["total"]),
        _("A year"): _share(m["cagr"]),
        _("Volatility"): _share(m["volatility"]),
        _("Sharpe ratio"): _number(m["sharpe"]),
        _("95 % interval"): interval,
        _("Sortino ratio"): _number(m["sortino"]),
        _("Deepest fall"): _share(m["drawdown"]),
        _("Alpha a year"): _share(m.get("alpha")),
        _("Beta"): _number(m.get("beta")),
    }


def _orders(one: dict) -> None:
    data_dir = settings().data_dir
    with st.expander(_("Trades"), icon=":material/swap_vert:"):
        trades = records.table(data_dir, one["id"], "trades")
        trades["side"] = trades["side"].map(_sides())
        if len(trades) > TRADES_SHOWN:
            st.caption(
                _("The last {shown} of {total}; the file holds all.").format(
                    shown=number(TRADES_SHOWN), total=number(len(trades))
                )
            )
        st.dataframe(
            trades.iloc[::-1].head(TRADES_SHOWN),
            hide_index=True,
            column_config=_columns(),
            key="backtest-trades",
        )
        export_buttons(trades, f"trades {one['id']}")
    with st.expander(_("Orders not or not wholly filled"), icon=":material/block:"):
        if one["skipped"]:
            lines = [f"| {_(reason)} | {number(n)} |" for reason, n in one["skipped"].items()]
            st.markdown("\n".join([_("| Why | Orders |"), "|---|---|", *lines]))
        skipped = records.table(data_dir, one["id"], "skipped")
        skipped["side"], skipped["reason"] = skipped["side"].map(_sides()), skipped["reason"].map(_)
        st.dataframe(
            skipped.iloc[::-1].head(TRADES_SHOWN),
            hide_index=True,
            column_config=_columns(),
            key="backtest-skipped",
        )


def _sides() -> dict[str, str]:
    return {"buy": _("purchase"), "sell": _("sale")}


def _columns() -> dict:
    texts = {
        "symbol": _("Symbol"),
        "side": _("Side"),
        "reason": _("Why"),
        "start": _("Part"),
        "shares": _("Shares"),
        "price": _("Price"),
        "value": _("Value"),
        "fee": _("Fee"),
        "tax": _("Tax"),
    }
    named = {name: st.column_config.Column(label) for name, label in texts.items()}
    return named | {"date": st.column_config.DateColumn(_("Date"))}


def _chart(figure, key: str) -> None:
    st.plotly_chart(figure, config=STATIC_CONFIG, key=f"backtest-{key}", theme=None)


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)


def _number(value: float | None) -> str:
    return "–" if value is None else number(value, 2)
