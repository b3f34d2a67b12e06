"""Where compared versions differ: by class, year, stock, parameter and over all versions."""

import streamlit as st

from core import registry
from core.charts.comparison import (
    groups_chart,
    lines_chart,
    over_versions_chart,
    small_confusion_chart,
)
from core.charts.style import STATIC_CONFIG, Theme
from core.comparison import parts
from core.comparison.facts import facts
from core.comparison.over import is_share, over_versions, recorded, title
from core.comparison.result import Comparison
from core.comparison.scores import LEAST_WEEKS
from core.language import _
from models.baselines import CLASSES
from pages.parts.comparing import NO_SKILL, ROW
from pages.parts.export import export_buttons
from pages.parts.words import percent

TALLEST = 560


def classes_section(found: Comparison, theme: Theme) -> None:
    """Probabilities: reliability, hits against calls given, confusion."""
    ground, order = found.ground, _order(found)
    st.header(_("Probabilities and calls"), anchor=False)
    left, right = st.columns(2)
    with left:
        st.markdown(_("**Reliability**: how often a class came, by how probable it was said to be"))
        _draw(
            lines_chart(
                parts.reliability(ground), order, theme, x="said", y="came",
                x_title=_("Probability said"), y_title=_("Share that came"),
                diagonal=True, size="count",
            ),
            "reliability",
        )  # fmt: skip
        st.caption(
            _(
                "Of the most probable class, in ten bins; a larger dot has more forecasts, bins of "
                "fewer than {least} are left out."
            ).format(least=parts.LEAST_IN_BIN)
        )
    with right:
        st.markdown(_("**Hit rate** of UP and DOWN, if only the boldest calls were given"))
        told = parts.hits(ground)
        usual = told[told["version"] == found.reference.version].rename(
            columns={"hit_rate": "own", "usual_rate": "hit_rate"}
        )
        _draw(
            lines_chart(
                told, order, theme, x="share", y="hit_rate",
                x_title=_("Share of calls given, the boldest first"), y_title=_("Right"),
                usual=usual,
            ),
            "hits",
        )  # fmt: skip
        base = found.reference.version
        st.caption(
            _(
                "No skill: how often the classes that {name} calls usually come. Always naming the "
                "most frequent class is right in {share} of cases."
            ).format(name=f"v{base}", share=percent(parts.always_usual(ground, ground.told[base])))
        )
    st.markdown(_("**Confusion**: what came (rows) by the most probable class (columns)"))
    matrices = parts.confusions(ground)
    for start in range(0, len(order), 3):
        for column, number in zip(st.columns(3), order[start : start + 3], strict=False):
            column.markdown(f"v{number}")
            column.plotly_chart(
                small_confusion_chart(matrices[number], CLASSES, theme),
                key=f"compare-confusion-{number}",
                theme=None,
                config=STATIC_CONFIG,
            )


def intervals_section(found: Comparison, theme: Theme) -> None:
    """Coverage of the 80 % interval by year."""
    st.header(_("Intervals"), anchor=False)
    st.markdown(_("**Coverage**: share of outcomes in the 80 % interval, by year of the forecast"))
    table = parts.by_year(found.model, found.ground, "coverage_80")
    _draw(
        groups_chart(table, _order(found), theme, percent=True, aim=0.8, aim_words=_("Aim: 80 %")),
        "coverage",
    )
    st.caption(_("Above the aim intervals are too wide, below too narrow.") + " " + _short(table))


def where_section(found: Comparison, theme: Theme) -> None:
    """By year, and the stocks the versions differ most on."""
    base, ground = found.reference.version, found.ground
    lead = parts.headline(found.model)
    ratio = "MAE_ratio" if found.model == registry.PRICE else "log_loss_skill"
    st.header(_("When and where"), anchor=False)
    words = {
        "MAE_ratio": _("**By year**: mean miss over that of no change; below 1 beats it"),
        "log_loss_skill": _("**By year**: gain in log loss over the class prior; above 0 beats it"),
    }
    st.markdown(words[ratio])
    table = parts.by_year(found.model, ground, ratio)
    price = ratio == "MAE_ratio"
    _draw(
        groups_chart(
            table, _order(found), theme, percent=not price, aim=1.0 if price else 0.0,
            aim_words=_(NO_SKILL[found.model]),
        ),
        "years",
    )  # fmt: skip
    st.caption(_short(table))
    export_buttons(table, f"compare by year {found.model}")
    st.markdown(
        _("**By stock**: {score}, the greatest differences to {name} first").format(
            score=_(lead.title), name=f"v{base}"
        )
    )
    stocks = parts.by_stock(found.model, ground, base)
    shown = stocks.copy()
    numbers = [f"v{number}" for number in _order(found)]
    if lead.percent:
        shown[["baseline", *numbers, "gap"]] *= 100
    form = "%.2f" if lead.percent else "%.4f"
    unit = ", %" if lead.percent else ""
    columns = {
        "symbol": st.column_config.TextColumn(_("Symbol"), pinned=True, width=80),
        "forecasts": st.column_config.NumberColumn(_("Forecasts"), width=85),
        "baseline": st.column_config.NumberColumn(
            f"{_(NO_SKILL[found.model])}{unit}", format=form, width=110
        ),
        **{n: st.column_config.NumberColumn(f"{n}{unit}", format=form, width=90) for n in numbers},
        "gap": st.column_config.NumberColumn(
            _("Difference, pp") if lead.percent else _("Difference"),
            format="%+.2f" if lead.percent else "%+.4f",
            width=110,
            help=_(
                "To {name}; of several versions the greatest in size. One stock has few "
                "independent weeks: read it as a hint where to look, not as a finding."
            ).format(name=f"v{base}"),
        ),
    }
    st.dataframe(
        shown,
        key="compare-stocks",
        hide_index=True,
        row_height=ROW,
        height=min(ROW * (len(shown) + 1) + 3, 400),
        column_order=list(columns),
        column_config=columns,
    )
    export_buttons(stocks, f"compare by stock {found.model}")


def facts_section(found: Comparison) -> None:
    """Parameters and data, a column a version."""
    st.header(_("Parameters and data"), anchor=False)
    only = st.toggle(_("Only what differs"), value=True, key="compare-differs")
    table = facts(found.versions, found.reference)
    shown = table[table["differs"]] if only else table
    shown = shown.drop(columns="differs")
    if shown.empty:
        st.caption(_("Nothing differs."))
        return
    st.dataframe(
        shown,
        key=f"compare-facts-{only}",
        hide_index=True,
        row_height=ROW,
        height=min(ROW * (len(shown) + 1) + 3, TALLEST),
        column_config={
            "parameter": st.column_config.TextColumn(_("Parameter"), pinned=True, width=230),
            **{f"v{v.version}": st.column_config.TextColumn(width=200) for v in found.versions},
        },
    )
    st.caption(
        _(
            "– where a version recorded nothing. Stocks are written as what was added (+) and "
            "removed (−) against {name}."
        ).format(name=f"v{found.reference.version}")
    )
    export_buttons(table, f"compare parameters {found.model}")


def over_section(known: list[registry.Version], found: Comparison, theme: Theme) -> None:
    """Each recorded score over all versions of the model."""
    model = found.model
    names = recorded(model, known)
    if not names:
        return
    st.header(_("Over all versions"), anchor=False)
    name = st.selectbox(
        _("Score"),
        names,
        format_func=lambda n: title(model, n),
        key=f"compare-over-{model}",
        width=320,
    )
    table = over_versions(known, name)
    common = {
        number: value.value
        for row in found.rows
        if row.metric.own == name
        for number, value in row.values.items()
    }
    figure = over_versions_chart(table, theme, percent=is_share(model, name), common=common)
    _draw(figure, "over")
    st.caption(
        _(
            "As each training recorded it, **on its own test weeks**: a step may be the weeks' "
            "doing and not the version's; look at the distance to the baseline of the same weeks. "
            "The diamonds are the versions compared above, on the weeks they share."
        )
    )
    export_buttons(table, f"compare over versions {name}")


def _order(found: Comparison) -> list[int]:
    """The versions that take part, the reference first: it has the first colour."""
    base = found.reference.version
    return [base, *(number for number in found.ground.told if number != base)]


def _short(table) -> str:
    short = table[table["low"].isna()]
    if short.empty:
        return _("Bars are 95 % intervals.")
    years = ", ".join(dict.fromkeys(short["group"]))
    return _(
        "Bars are 95 % intervals; {years}: too few weeks ({least} are needed) for one."
    ).format(years=years, least=LEAST_WEEKS)


def _draw(figure, name: str) -> None:
    st.plotly_chart(figure, key=f"compare-{name}", theme=None, config=STATIC_CONFIG)
