"""What an evaluation found, section by section."""

import pandas as pd
import streamlit as st

from core.charts.evidence import coverage_chart, hit_curve_chart
from core.charts.style import STATIC_CONFIG, Theme
from core.charts.training import reliability_chart
from core.evaluation import tables
from core.evaluation.conclusions import aims, conclusions, said_of_calls, verdicts
from core.evaluation.tables import INTERVAL, ROWS, SPLITS
from core.formats import day, number
from core.language import N_, _
from pages.parts.export import export_buttons
from pages.parts.words import percent, plain, sources_label

ROW = 36
NAME, SCORE = 170, 175
ICON = {True: ":material/check:", False: ":material/close:", None: ":material/remove:"}
KIND = {"price": N_("The price"), "pattern": N_("The three probabilities")}
ABOUT = {
    "price": N_(
        "4-week log returns; baselines are no change, the drift (mean of past returns) and the "
        "median month."
    ),
    "pattern": N_(
        "DOWN, SIDEWAYS, UP; baselines are the usual shares (class prior) and persistence. Skill "
        "is the gain over the usual shares."
    ),
}


def answers_section(record: dict) -> None:
    """First of all, in plain words."""
    for column, said in zip(st.columns(3), conclusions(record), strict=True):
        with column.container(border=True, height="stretch"):
            st.markdown(f"**{said.question}**  \n{ICON[said.skill]} {said.answer}")
            st.caption(plain(said.evidence))
    for line in [*verdicts(record), said_of_calls(record)]:
        if line:
            st.markdown(plain(line))


def tables_section(record: dict, key: str = "") -> None:
    """Two tables, what is shipped first, baselines right below it."""
    st.header(_("Everything that was tried, beside the baselines"), anchor=False)
    st.caption(
        _("Out-of-sample. {interval} A heading explains itself when pointed at.").format(
            interval=_(INTERVAL)
        )
    )
    for kind, columns in tables.COLUMNS.items():
        st.markdown(f"**{_(KIND[kind])}**")
        st.caption(_(ABOUT[kind]))
        table = tables.scores(record, kind)
        st.dataframe(
            table,
            key=f"{key}scores-{kind}",
            hide_index=True,
            row_height=ROW,
            height=ROW * (len(table) + 1) + 3,
            column_config={
                "row": st.column_config.TextColumn(_("Model"), pinned=True, width=NAME),
                "role": st.column_config.TextColumn(
                    _("Role"),
                    width=80,
                    help=_(
                        "Shipped: what Weeklens was decided to use. Baseline: what anyone can say "
                        "without a model. Candidate: a part of the shipped, or a rival."
                    ),
                ),
                **_columns(columns),
            },
        )
        export_buttons(tables.numbers(record, kind), f"{key}evidence {kind} {record['id']}")
    with st.expander(_("What the models are")):
        rows = [row for kind in KIND for row in tables.ordered(record, kind)]
        lines = [f"| {_(ROWS[row].title)} | {_(ROWS[row].about)} |" for row in rows]
        st.markdown("\n".join([_("| Model | What it is |"), "|---|---|", *lines]))


def groups_section(record: dict, key: str = "") -> None:
    """The same by year, sector, exchange or volatility."""
    st.header(_("Where and when"), anchor=False)
    there = [split for split in SPLITS if record["splits"].get(split)]
    split = st.segmented_control(
        _("By"),
        there,
        default=there[0],
        format_func=lambda split: _(SPLITS[split]),
        key=f"{key}split",
        required=True,
    )
    table = tables.by_group(record, split)
    st.dataframe(
        table,
        key=f"{key}groups-{split}",
        hide_index=True,
        row_height=ROW,
        height=ROW * (len(table) + 1) + 3,
        column_config={
            "group": st.column_config.TextColumn(_(SPLITS[split]).split(" (")[0], pinned=True),
            **_columns(tables.group_columns()),
        },
    )
    st.caption(
        _(
            "Of the row “{row}”. No change has the ratio 1 and R² 0, the usual shares have "
            "skill 0. {interval} Part of a year holds only one or two such blocks: its interval "
            "is then too narrow to lean on."
        ).format(row=_(ROWS[record["shipped"]["price"]].title), interval=_(INTERVAL))
    )
    export_buttons(table, f"{key}evidence by {split} {record['id']}")


def honesty_section(record: dict, theme: Theme, key: str = "") -> None:
    """Do probabilities and intervals keep what they say?"""
    st.header(_("Do they keep what they say?"), anchor=False)
    bins = tables.reliability(record)
    left, right = st.columns(2)
    with left:
        error = record["figures"].get(f"{record['shipped']['pattern']}.calibration_error")
        st.markdown(
            _("**Probabilities**: how often a class came, by how probable it was said to be")
        )
        st.plotly_chart(
            reliability_chart(bins, theme),
            key=f"{key}reliability",
            theme=None,
            config=STATIC_CONFIG,
        )
        if error is not None:
            st.caption(
                _(
                    "Expected calibration error {error}: the mean gap between the two, over ten "
                    "bins of the most probable class. Usual shares: {usual}. 0 is perfect, {aim} "
                    "the aim."
                ).format(
                    error=number(error, 3),
                    usual=number(record["figures"]["prior.calibration_error"], 3),
                    aim=number(0.03, 2),
                )
            )
    with right:
        st.markdown(_("**Intervals**: how many outcomes fell inside, beside the aim"))
        chart = st.container()
        split = st.segmented_control(
            _("Intervals by"),
            ["year", "volatility"],
            default="year",
            format_func=lambda split: _(SPLITS[split]).split(" (")[0],
            key=f"{key}coverage-split",
            required=True,
            label_visibility="collapsed",
        )
        chart.plotly_chart(
            coverage_chart(tables.coverage(record, split), theme),
            key=f"{key}coverage-{split}",
            theme=None,
            config=STATIC_CONFIG,
        )
        figures, row = record["figures"], record["shipped"]["price"]
        held = [
            _("{share} inside the {level} % interval").format(
                share=percent(figures[f"{row}.coverage_{level}"]), level=level
            )
            for level in (80, 95)
            if f"{row}.coverage_{level}" in figures
        ]
        st.caption(
            _("In all: {held}. Measured, never guaranteed.").format(
                held=", ".join(held) or _("none")
            )
        )


def calls_section(record: dict, theme: Theme, key: str = "") -> None:
    """Hits against calls given."""
    figures = record["figures"]
    curve = tables.hit_curve(record)
    if curve.empty:
        return
    st.markdown(_("**Calls**: how often UP or DOWN was right, if only the boldest were given"))
    st.plotly_chart(
        hit_curve_chart(curve, figures["prior.accuracy"], figures.get("calls.share"), theme),
        key=f"{key}hits",
        theme=None,
        config=STATIC_CONFIG,
    )
    st.caption(
        _(
            "In each week the calls furthest above their class's usual share come first. Always "
            "naming the usual class is right in {share} of cases."
        ).format(share=percent(figures["prior.accuracy"]))
    )


def aims_section(record: dict) -> None:
    """The specification's aims beside what was measured."""
    st.header(_("The specification's aims"), anchor=False)
    words = {
        True: _("**{measured}**, reached"),
        False: _("**{measured}**, not reached"),
        None: "**{measured}**",
    }
    lines = []
    for aim in aims(record):
        measured = words[aim.reached].format(measured=aim.measured)
        lines.append(f"| {aim.aim} | {measured} | {aim.baseline or '–'} |")
    st.markdown("\n".join([_("| Aim | Measured | Baseline |"), "|---|---|---|", *lines]))
    said = _("Nothing was fitted, scaled or tuned on the judged weeks to reach them.")
    if "latency_ms" not in record["figures"]:
        said += " " + _(
            "The aim of 100 ms for a forecast is one of a version's files: each training measures "
            "it, see the report of a version on Models."
        )
    st.caption(said)


def facts_section(record: dict) -> None:
    """What it was measured on."""
    made = record["software"]
    given = pd.Series(record["given"])
    with st.expander(_("What it was measured on")):
        st.markdown(
            _(
                "{count} stocks of {market} ({sources}), {weeks} weeks from {first} to {last}, "
                "{rows} forecasts, {refits} refits ({folds} with those before the first judged "
                "week). The first refit learned from {learned_from} on. Horizon {horizon} weeks, "
                "SIDEWAYS within ±{band}."
            ).format(
                count=record["count"],
                market=record["market"],
                sources=sources_label(record["sources"]),
                weeks=number(record["weeks"]),
                first=day(record["first_week"]),
                last=day(record["last_week"]),
                rows=number(record["rows"]),
                refits=record["folds_reported"],
                folds=record["folds"],
                learned_from=day(record["learned_from"]),
                horizon=record["horizon_weeks"],
                band=percent(record["band"], 0),
            )
        )
        st.caption(
            _(
                "Only stocks that are in the store are judged: where those that were delisted are "
                "missing, returns look better than they were."
            )
        )
        st.caption(
            _(
                "Weeklens {weeklens}, code {code}, data {data}, evaluation {evaluation}; Python "
                "{python}, numpy {numpy}, scikit-learn {sklearn}, keras {keras}."
            ).format(
                weeklens=made["weeklens"],
                code=made["code_sha256"][:12],
                data=record["data_sha256"][:12],
                evaluation=record["id"],
                python=made["python"],
                numpy=made["numpy"],
                sklearn=made["scikit-learn"],
                keras=made["keras"],
            )
        )
        st.caption(plain(", ".join(given)))


def _columns(columns) -> dict:
    return {
        c.score: st.column_config.TextColumn(_(c.title), width=SCORE, help=_(c.about))
        for c in columns
    }
