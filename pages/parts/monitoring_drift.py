"""Drift of indicators and forecasts, and how complete and sound prices were week by week."""

import math
from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from core.charts.drift import (
    furthest_chart,
    history_chart,
    shares_chart,
    stability_chart,
    value_text,
)
from core.charts.style import STATIC_CONFIG, Theme
from core.charts.trends import trends_chart
from core.errors import UserError
from core.formats import number, percent
from core.language import _, ngettext, retold
from core.monitoring.drift import Drift, alarm_of, drift
from core.monitoring.measure import Group, Measure
from pages.parts.export import export_buttons
from pages.parts.kept_figures import kept_figure
from pages.parts.reading import data_trends
from pages.parts.words import day, plain

ROW = 36


def drift_part(data_dir: Path, market: str) -> None:
    """Whether indicators and forecasts are spread as when production was trained."""
    st.header(
        _("Drift from training"),
        anchor=False,
        help=_(
            "The population stability index (PSI) cuts the training values into tenths and "
            "measures how far the shares of the newest weeks in them are from a tenth each: 0 is "
            "the same spread. Each indicator has thresholds of its own, from how far windows of as "
            "many weeks differed inside the training period; the higher one allows for all being "
            "looked at together."
        ),
    )
    with st.spinner(_("Comparing with the training period")):
        found = drift(data_dir, market)
    if found.reason:
        st.info(plain(found.reason), icon=":material/info:")
        left, right = st.columns(2)
        left.page_link("pages/training.py", label=_("Train"), icon=":material/model_training:")
        right.page_link("pages/models.py", label=_("Promote"), icon=":material/workspaces:")
        return
    theme: Theme = st.context.theme.type or "light"
    _summary(found)
    _drawn(found, "all", theme, lambda: stability_chart(found.measures, theme))
    st.markdown(f"**{_('The furthest of the indicators, as a share of its own threshold')}**")
    _drawn(found, "furthest", theme, lambda: furthest_chart(found.indicators, theme))
    _closely(found, theme)
    _table(found)


def trends_part(market: str) -> None:
    """How complete and sound prices were in the last two years, and how old production was."""
    st.header(
        _("Prices and production, week by week"),
        anchor=False,
        help=_(
            "A stock is late once it has had no bar for two weeks. Findings are those of the "
            "Quality page, by the week in which they begin."
        ),
    )
    try:
        found = data_trends(market)
    except UserError as error:
        st.info(plain(str(error)), icon=":material/info:")
        return
    if found.data.empty:
        st.info(
            _("There is no complete week of prices yet: import or refresh some first."),
            icon=":material/info:",
        )
        return
    theme: Theme = st.context.theme.type or "light"
    _chart(kept_figure("trends", market, theme, lambda: trends_chart(found, theme)), "trends")


def _summary(found: Drift) -> None:
    group = found.indicators
    st.caption(
        ngettext(
            "The week to {last} of {stocks} stocks, held against the weeks {since} to {until} "
            "that {versions} learned from.",
            "The {weeks} weeks to {last} of {stocks} stocks, held against the weeks {since} to "
            "{until} that {versions} learned from.",
            len(group.weeks),
        ).format(
            weeks=len(group.weeks),
            last=day(group.weeks[-1]),
            stocks=number(group.stocks),
            since=day(found.first),
            until=day(found.last),
            versions=found.names,
        )
    )
    alarm, of_forecasts = alarm_of(found), _of_forecasts(found)
    if alarm is None:
        said = f"{_counted(group)} {of_forecasts}"
        if any(measure.psi > measure.warn for measure in found.measures):
            st.info(said, icon=":material/info:")
        else:
            st.success(said, icon=":material/check_circle:")
        return
    st.warning(f"{plain(alarm)} {of_forecasts}", icon=":material/warning:")
    st.markdown(
        _(
            "What to do: look below at which moved and where to. If the market itself has changed, "
            "train on the newest weeks and compare the new version with this one before you "
            "promote it; until then, trust the forecasts less. If one stock or one import is "
            "behind it, the Quality page shows it."
        )
    )
    train, compare, quality = st.columns(3)
    train.page_link("pages/training.py", label=_("Train"), icon=":material/model_training:")
    compare.page_link("pages/compare.py", label=_("Compare"), icon=":material/compare_arrows:")
    quality.page_link("pages/quality.py", label=_("Quality"), icon=":material/fact_check:")


def _counted(group: Group) -> str:
    return _(
        "{over} of {total} indicators are beyond what is usual for them (in the training period "
        "it was {chance} on average). None has passed the threshold that allows for all being "
        "looked at together, so there is no alarm."
    ).format(over=group.over, total=len(group.measures), chance=number(group.chance, 1))


def _of_forecasts(found: Drift) -> str:
    group = found.forecasts
    if not group.measures:
        return retold(found.lack)
    moved = [measure.title for measure in group.measures if measure.psi > measure.warn]
    if not moved:
        return _("The forecasts are spread as in the weeks their versions were judged by.")
    return _("Among the forecasts, beyond what is usual: {names}.").format(names=", ".join(moved))


def _closely(found: Drift, theme: Theme) -> None:
    measures = {measure.name: measure for measure in found.measures}
    name = st.selectbox(
        _("Look closely at"),
        list(measures),
        format_func=lambda name: measures[name].title,
        key="drift-measure",
    )
    measure = measures[name]
    st.markdown(_moved(measure))
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{_('Stability index, window by window')}**")
        _drawn(found, "history", theme, lambda: history_chart(measure, theme), name)
    with right:
        st.markdown(f"**{_('Where the values lie')}**")
        _drawn(found, "shares", theme, lambda: shares_chart(measure, theme), name)


def _drawn(
    found: Drift, name: str, theme: Theme, draw: Callable[[], go.Figure], measure: str = ""
) -> None:
    about = (found.names, measure)
    _chart(kept_figure(f"drift-{name}", found.market, theme, draw, about), name)


def _moved(measure: Measure) -> str:
    then, now = (value_text(measure.name, value) for value in (measure.then, measure.now))
    if math.isnan(measure.rank):
        return _("The median was {then} in training; there is no value now.").format(then=then)
    return _(
        "The median was {then} in training and is {now} now, above {share} of the training values."
    ).format(then=then, now=now, share=percent(measure.rank, 0))


def _table(found: Drift) -> None:
    with st.expander(_("As a table"), icon=":material/table:"):
        table = found.table()
        table["rank"], table["above"] = 100 * table["rank"], 100 * table["above"]
        plain_number = {"format": "%.2f"}
        st.dataframe(
            table,
            hide_index=True,
            row_height=ROW,
            column_order=["title", "family", "state", "psi", "warn", "alarm", "above", "rank"],
            column_config={
                "title": st.column_config.TextColumn(_("Indicator or forecast"), pinned=True),
                "family": st.column_config.TextColumn(_("Family")),
                "state": st.column_config.TextColumn(_("State")),
                "psi": st.column_config.NumberColumn(_("PSI"), **plain_number),
                "warn": st.column_config.NumberColumn(
                    _("Unusual above"),
                    help=_("What 97.5 % of the training windows did not exceed"),
                    **plain_number,
                ),
                "alarm": st.column_config.NumberColumn(
                    _("Drifted above"),
                    help=_("The threshold for all looked at together, which raises the alarm"),
                    **plain_number,
                ),
                "above": st.column_config.NumberColumn(
                    _("Training windows as far, %"), format="%.1f"
                ),
                "rank": st.column_config.NumberColumn(
                    _("Median now, % of training below"), format="%.0f"
                ),
            },
            key="drift-table",
        )
        export_buttons(table, f"drift {found.market}")


def _chart(figure, key: str) -> None:
    st.plotly_chart(figure, config=STATIC_CONFIG, key=f"drift-{key}", theme=None)
