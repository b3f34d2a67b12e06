"""Live forecasts beside what was to be expected of them: verdicts, charts, tables."""

import pandas as pd
import streamlit as st

from core import home
from core.charts.monitoring import reliability_chart, score_chart
from core.charts.style import STATIC_CONFIG, Theme
from core.formats import day, number
from core.language import N_, _, ngettext
from core.monitoring import tables, words
from core.monitoring.scoring import Pair, pairs, production_pair, waiting
from core.monitoring.standing import WORSE, Line, Standing, standing
from core.settings import settings
from pages.parts.choosing import follow_address, write_address
from pages.parts.columns import day_column
from pages.parts.export import export_buttons
from pages.parts.home_standing import freshness
from pages.parts.missing import explain_no_forecasts
from pages.parts.reading import known_symbols, market_states, scored_forecasts
from pages.parts.words import plain

WINDOWS = (13, 26, 52, 0)
"""Weeks that the tables cover; 0 is all of them."""
HEADINGS = {
    "weeks": N_("Weeks"),
    "forecasts": N_("Forecasts"),
    "calls": N_("Calls"),
    "hits": N_("Calls right, %"),
    "usual": N_("usually, %"),
    "error": N_("Missed by, %"),
    "error_no_change": N_("no change, %"),
    "coverage": N_("In the 80 % interval, %"),
    "log_loss": N_("Log loss over usual"),
}
"""Columns of the tables; translated where shown."""


def state_section(market: str) -> None:
    """How fresh the prices are and how old the versions in production."""
    data_dir, tiles = settings().data_dir, st.container(horizontal=True)
    state = next(one for one in market_states() if one.market == market)
    _tile(tiles, _("Prices to"), day(state.last), freshness(state))
    late = ngettext("of {count} stock", "of {count} stocks", state.stocks)
    _tile(
        tiles,
        _("Stocks that lag"),
        number(state.late),
        late.format(count=number(state.stocks)),
        _("Their prices end more than a week before the newest."),
    )
    old, pair = home.production_age(data_dir, market), production_pair(data_dir, market)
    if pair is None:
        _tile(tiles, _("In production"), _("nothing"), "")
        return
    learned = "" if old is None else ngettext(
        "has not seen the last {count} week", "has not seen the last {count} weeks", old
    ).format(count=old)  # fmt: skip
    _tile(
        tiles,
        _("In production"),
        _("v{first} and v{second}").format(first=pair[0], second=pair[1]),
        learned,
        _("Versions of price_target_model and pattern_lstm_classifier behind the forecasts."),
    )


def choose_versions(market: str, chosen: list[str]) -> Pair | None:
    """The pair of versions on show: from the address, else those in production."""
    data_dir = settings().data_dir
    current = production_pair(data_dir, market)
    found = [*([current] if current else []), *pairs(data_dir, market)]
    known = {f"{price}.{pattern}": (price, pattern) for price, pattern in found}
    asked = st.query_params.get("versions")
    if asked and asked not in known:
        st.warning(_("No forecasts of the versions in this address are stored here."))
    if not known:
        write_address(market, chosen)
        return None
    newest = next(iter(known))
    follow_address("versions", asked if asked in known else None, newest)
    if st.session_state["versions"] not in known:
        st.session_state["versions"] = newest
    if len(known) > 1:
        st.session_state["versions"] = st.selectbox(
            _("Versions"),
            list(known),
            index=list(known).index(st.session_state["versions"]),
            format_func=lambda code: _named(known[code], current),
        )
    picked = st.session_state["versions"]
    write_address(market, chosen, versions=picked)
    return known[picked]


def empty_section(market: str, pair: Pair | None) -> None:
    """Why nothing is scored yet, and when the first will be."""
    if pair is None:
        explain_no_forecasts(market)
        return
    found = waiting(settings().data_dir, market, pair)
    if found.open:
        said = ngettext(
            "{count} forecast waits for its target date. The first is scored once the week to "
            "{day} is over and its prices are here: refresh them then.",
            "{count} forecasts wait for their target dates. The first are scored once the week to "
            "{day} is over and its prices are here: refresh them then.",
            found.open,
        ).format(count=number(found.open), day=day(found.first))
    else:
        said = _(
            "These versions have only forecast weeks they had learned from or whose target date "
            "was over, which proves nothing. Refresh the prices each week and forecast anew: what "
            "they say of the weeks to come is scored here four weeks later."
        )
    st.info(said, icon=":material/info:")
    st.page_link("pages/data.py", label=_("Go to Data"), icon=":material/database:")


def scores_section(market: str, pair: Pair, theme: Theme) -> None:
    """Each score's verdict and chart."""
    found = standing(settings().data_dir, market, pair)
    st.header(_("As good as it should be?"), anchor=False)
    if found.lacking:
        st.warning(plain(found.lacking))
    _overall(found)
    for line in found.lines:
        with st.container(border=True):
            st.markdown(f"**{_(line.score.title)}**")
            _verdict(line)
            if not line.known:
                continue
            st.caption(" ".join(filter(None, (words.beside(line), _(line.score.meaning)))))
            st.plotly_chart(
                score_chart(line, theme),
                config=STATIC_CONFIG,
                key=f"monitoring-{line.score.name}",
                theme=None,
            )
    if not found.lacking:
        st.caption(words.tested(found))


def tables_section(market: str, pair: Pair, chosen: list[str], theme: Theme) -> None:
    """Reliability, and the scored forecasts by version, sector and stock."""
    scored = scored_forecasts(market)
    found = standing(settings().data_dir, market, pair)
    st.header(_("Where it is right and where it is not"), anchor=False)
    weeks = st.segmented_control(
        _("Weeks"),
        WINDOWS,
        default=WINDOWS[1],
        format_func=lambda count: (
            _("last {count}").format(count=count) if count else _("all of them")
        ),
        required=True,
        key="monitoring-weeks",
    )
    rows = tables.last_weeks(scored[pair], weeks or None)
    st.caption(
        _(
            "{forecasts} forecasts of {weeks} weeks. Forecasts of neighbouring weeks share most of "
            "their outcome, and stocks move together: small differences mean nothing."
        ).format(forecasts=number(len(rows)), weeks=number(rows["week"].nunique()))
    )
    st.markdown(f"**{_('Did what was said to be likely come as often?')}**")
    st.caption(
        _(
            "Of the most probable class of each forecast; the number of forecasts stands at each "
            "point. A point of few forecasts lies off the line by chance."
        )
    )
    expected = tables.reliability(found.history)
    st.plotly_chart(
        reliability_chart(tables.reliability(rows), expected, theme),
        config=STATIC_CONFIG,
        key="monitoring-reliability",
        theme=None,
    )
    stocks = known_symbols(market).set_index("symbol")
    st.markdown(f"**{_('By sector')}**")
    sectors = tables.by_sector(rows, stocks["sector"].fillna("").to_dict())
    sectors["group"] = sectors["group"].replace("", _("no sector known"))
    _table(sectors, _("Sector"), "sectors")
    st.markdown(f"**{_('By stock')}**")
    mine = rows[rows["symbol"].isin(chosen)] if chosen else rows
    table = tables.by_stock(mine)
    st.caption(_("Those that were missed by most, compared with no change, come first."))
    _table(table, _("Symbol"), "stocks")
    export_buttons(table, f"monitoring {market} {pair[0]}.{pair[1]}")
    st.markdown(f"**{_('By version')}**")
    st.caption(_("All weeks of each; versions that forecast other weeks had other luck."))
    versions = tables.by_version(scored)
    current = production_pair(settings().data_dir, market)
    versions["group"] = [_named(one, current) for one in versions["group"]]
    _table(versions, _("Versions"), "versions")


def _overall(found: Standing) -> None:
    worse = [line for line in found.lines if line.state == WORSE]
    if worse:
        named = ", ".join(_(line.score.title) for line in worse)
        st.error(
            _("Worse than it should be: {scores}. Consider training anew.").format(scores=named),
            icon=":material/warning:",
        )
        st.page_link("pages/training.py", label=_("Train"), icon=":material/model_training:")


def _verdict(line: Line) -> None:
    text = words.verdict(line)
    st.markdown(f":red[{text}]" if line.state == WORSE else text)


def _named(pair: Pair, current: Pair | None) -> str:
    name = _("price v{price}, pattern v{pattern}").format(price=pair[0], pattern=pair[1])
    return _("{versions} (in production)").format(versions=name) if pair == current else name


def _table(table: pd.DataFrame, title: str, key: str) -> None:
    shown = table.copy() if table["calls"].any() else table.drop(columns=["hits", "usual", "calls"])
    for name in {"hits", "usual", "error", "error_no_change", "coverage"} & set(shown):
        shown[name] = 100 * shown[name].astype(float)
    digits = {"log_loss": 3} | dict.fromkeys(("weeks", "forecasts", "calls"), 0)
    columns = {
        name: st.column_config.NumberColumn(_(head), format=f"%.{digits.get(name, 1)}f")
        for name, head in HEADINGS.items()
    }
    columns |= {"group": title, "first": day_column(_("First")), "last": day_column(_("Last"))}
    st.dataframe(shown, hide_index=True, column_config=columns, key=f"monitoring-{key}")


def _tile(tiles, label: str, value: str, below: str, about: str | None = None) -> None:
    tiles.metric(
        label,
        value,
        delta=below,
        delta_color="off",
        delta_arrow="off",
        border=True,
        width="content",
        help=about,
    )
