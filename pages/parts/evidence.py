"""What an evaluation found, section by section."""

import pandas as pd
import streamlit as st

from core.charts.evidence import coverage_chart, hit_curve_chart
from core.charts.style import STATIC_CONFIG, Theme
from core.charts.training import reliability_chart
from core.evaluation import tables
from core.evaluation.conclusions import aims, conclusions, said_of_calls, verdicts
from core.evaluation.tables import INTERVAL, ROWS, SPLITS
from pages.parts.export import export_buttons
from pages.parts.words import percent, plain, sources_label

ROW = 36
NAME, SCORE = 170, 175
ICON = {True: ":material/check:", False: ":material/close:", None: ":material/remove:"}
KIND = {"price": "The price", "pattern": "The three probabilities"}
ABOUT = {
    "price": "4-week log returns; baselines are no change, the drift (mean of past returns) and "
    "the median month.",
    "pattern": "DOWN, SIDEWAYS, UP; baselines are the usual shares (class prior) and persistence. "
    "Skill is the gain over the usual shares.",
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
    st.header("Everything that was tried, beside the baselines", anchor=False)
    st.caption(f"Out-of-sample. {INTERVAL} A heading explains itself when pointed at.")
    for kind, columns in tables.COLUMNS.items():
        st.markdown(f"**{KIND[kind]}**")
        st.caption(ABOUT[kind])
        table = tables.scores(record, kind)
        st.dataframe(
            table,
            key=f"{key}scores-{kind}",
            hide_index=True,
            row_height=ROW,
            height=ROW * (len(table) + 1) + 3,
            column_config={
                "row": st.column_config.TextColumn("Model", pinned=True, width=NAME),
                "role": st.column_config.TextColumn(
                    "Role",
                    width=80,
                    help="Shipped: what Weeklens was decided to use. Baseline: what anyone can say "
                    "without a model. Candidate: a part of the shipped, or a rival.",
                ),
                **_columns(columns),
            },
        )
        export_buttons(tables.numbers(record, kind), f"{key}evidence {kind} {record['id']}")
    with st.expander("What the models are"):
        rows = [row for kind in KIND for row in tables.ordered(record, kind)]
        lines = [f"| {ROWS[row].title} | {ROWS[row].about} |" for row in rows]
        st.markdown("\n".join(["| Model | What it is |", "|---|---|", *lines]))


def groups_section(record: dict, key: str = "") -> None:
    """The same by year, sector, exchange or volatility."""
    st.header("Where and when", anchor=False)
    there = [split for split in SPLITS if record["splits"].get(split)]
    split = st.segmented_control(
        "By", there, default=there[0], format_func=SPLITS.get, key=f"{key}split", required=True
    )
    table = tables.by_group(record, split)
    st.dataframe(
        table,
        key=f"{key}groups-{split}",
        hide_index=True,
        row_height=ROW,
        height=ROW * (len(table) + 1) + 3,
        column_config={
            "group": st.column_config.TextColumn(SPLITS[split].split(" (")[0], pinned=True),
            **_columns(tables.group_columns()),
        },
    )
    st.caption(
        f"Of the row “{ROWS[record['shipped']['price']].title}”. No change has the ratio 1 and "
        f"R² 0, the usual shares have skill 0. {INTERVAL} Part of a year holds only one or two "
        "such blocks: its interval is then too narrow to lean on."
    )
    export_buttons(table, f"{key}evidence by {split} {record['id']}")


def honesty_section(record: dict, theme: Theme, key: str = "") -> None:
    """Do probabilities and intervals keep what they say?"""
    st.header("Do they keep what they say?", anchor=False)
    bins = tables.reliability(record)
    left, right = st.columns(2)
    with left:
        error = record["figures"].get(f"{record['shipped']['pattern']}.calibration_error")
        st.markdown("**Probabilities**: how often a class came, by how probable it was said to be")
        st.plotly_chart(
            reliability_chart(bins, theme),
            key=f"{key}reliability",
            theme=None,
            config=STATIC_CONFIG,
        )
        if error is not None:
            st.caption(
                f"Expected calibration error {error:.3f}: the mean gap between the two, over ten "
                f"bins of the most probable class. Usual shares: "
                f"{record['figures']['prior.calibration_error']:.3f}. 0 is perfect, 0.03 the aim."
            )
    with right:
        st.markdown("**Intervals**: how many outcomes fell inside, beside the aim")
        chart = st.container()
        split = st.segmented_control(
            "Intervals by",
            ["year", "volatility"],
            default="year",
            format_func={"year": "Year", "volatility": "Volatility"}.get,
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
            f"{percent(figures[f'{row}.coverage_{level}'])} inside the {level} % interval"
            for level in (80, 95)
            if f"{row}.coverage_{level}" in figures
        ]
        st.caption(f"In all: {', '.join(held) or 'none'}. Measured, never guaranteed.")


def calls_section(record: dict, theme: Theme, key: str = "") -> None:
    """Hits against calls given."""
    figures = record["figures"]
    curve = tables.hit_curve(record)
    if curve.empty:
        return
    st.markdown("**Calls**: how often UP or DOWN was right, if only the boldest were given")
    st.plotly_chart(
        hit_curve_chart(curve, figures["prior.accuracy"], figures.get("calls.share"), theme),
        key=f"{key}hits",
        theme=None,
        config=STATIC_CONFIG,
    )
    st.caption(
        "In each week the calls furthest above their class's usual share come first. Always "
        f"naming the usual class is right in {percent(figures['prior.accuracy'])} of cases."
    )


def aims_section(record: dict) -> None:
    """The specification's aims beside what was measured."""
    st.header("The specification's aims", anchor=False)
    words = {True: ", reached", False: ", not reached", None: ""}
    lines = [
        f"| {aim.aim} | **{aim.measured}**{words[aim.reached]} | {aim.baseline or '–'} |"
        for aim in aims(record)
    ]
    st.markdown("\n".join(["| Aim | Measured | Baseline |", "|---|---|---|", *lines]))
    said = "Nothing was fitted, scaled or tuned on the judged weeks to reach them."
    if "latency_ms" not in record["figures"]:
        said += (
            " The aim of 100 ms for a forecast is one of a version's files: each training "
            "measures it, see the report of a version on Models."
        )
    st.caption(said)


def facts_section(record: dict) -> None:
    """What it was measured on."""
    made = record["software"]
    given = pd.Series(record["given"])
    with st.expander("What it was measured on"):
        st.markdown(
            f"{record['count']} stocks of {record['market']} ({sources_label(record['sources'])}), "
            f"{record['weeks']} weeks from {record['first_week']} to {record['last_week']}, "
            f"{record['rows']:,} forecasts, {record['folds_reported']} refits "
            f"({record['folds']} with those before the first judged week). The first refit learned "
            f"from {record['learned_from']} on. Horizon {record['horizon_weeks']} weeks, SIDEWAYS "
            f"within ±{percent(record['band'], 0)}."
        )
        st.caption(
            "Only stocks that are in the store are judged: where those that were delisted are "
            "missing, returns look better than they were."
        )
        st.caption(
            f"Weeklens {made['weeklens']}, code {made['code_sha256'][:12]}, data "
            f"{record['data_sha256'][:12]}, evaluation {record['id']}; Python {made['python']}, "
            f"numpy {made['numpy']}, scikit-learn {made['scikit-learn']}, keras {made['keras']}."
        )
        st.caption(plain(", ".join(given)))


def _columns(columns) -> dict:
    return {
        c.score: st.column_config.TextColumn(c.title, width=SCORE, help=c.about) for c in columns
    }
