"""Who is compared and who scores how: sentences first, then tables."""

import streamlit as st

from core import registry
from core.comparison.metrics import METRICS
from core.comparison.result import Comparison
from core.comparison.scores import LEAST_WEEKS
from core.comparison.tables import gaps_table, numbers_table, scores_table
from pages.parts.export import export_buttons
from pages.parts.words import plain

ROW = 36
NO_SKILL = {registry.PRICE: "No change", registry.PATTERN: "Class prior"}
SPAN = (
    "Value and 95 % interval: a moving-block bootstrap over whole weeks, blocks of 13. It holds "
    "the luck of the weeks, which all versions share."
)
GAP = (
    "Paired: both versions are scored on the same draws of weeks, so that the luck of the weeks "
    "falls out."
)


def who_section(found: Comparison) -> None:
    """Who takes no part, why nothing is compared, or what came out in sentences."""
    for sentence in found.left_out:
        st.warning(plain(sentence))
    if found.refusal:
        st.info(plain(found.refusal), icon=":material/info:")
        return
    ground = found.ground
    first, last = (str(end)[:10] for end in (ground.week.min(), ground.week.max()))
    worth = {round(verdict.test.effective_weeks) for verdict in found.verdicts}
    worth = " to ".join(str(end) for end in sorted({min(worth), max(worth)}))
    own = ", ".join(f"v{number} {told.rows:,}" for number, told in ground.told.items())
    with st.container(horizontal=True, gap="large"):
        for name, value, about in (
            ("Common weeks", f"{ground.weeks:,}", f"{first} to {last}"),
            ("Independent weeks", worth, "What the common weeks are worth: 4-week outcomes of "
             "neighbouring weeks overlap. It differs between the sentences below."),
            ("Common stocks", f"{ground.stocks:,}", "In any of these weeks"),
            ("Forecasts of each", f"{ground.rows:,}", f"On common ground; in all: {own}"),
        ):  # fmt: skip
            st.metric(name, value, help=about, width="content")
    base = found.reference
    why = "it is in production" if base.stage == "Production" else "chosen first"
    st.markdown(f"**Against v{base.version}** ({why}), {first} to {last}:")
    marks = {True: ":material/arrow_upward:", False: ":material/arrow_downward:", None: "≈"}
    for verdict in found.verdicts:
        st.markdown(f"{marks[verdict.better]} {plain(verdict.sentence)}")
    notes = []
    if len(found.verdicts) > 1:
        notes.append(
            f"Of {len(found.verdicts)} such sentences about versions that are alike, each has one "
            "chance in twenty of naming a winner."
        )
    if ground.revised:
        notes.append(
            f"In {ground.revised:,} of {ground.rows:,} forecasts the prices were revised between "
            "the trainings: all are judged by what the newest version knew."
        )
    if ground.weeks < LEAST_WEEKS:
        notes.append(f"Fewer than {LEAST_WEEKS} common weeks: no interval is given.")
    for note in notes:
        st.caption(note)


def scores_section(found: Comparison) -> None:
    """Scores beside baselines, and the paired differences."""
    st.header("Scores on common ground", anchor=False)
    _scores(found, found.rows, found.ground, "common")


def live_section(found: Comparison) -> None:
    """Stored forecasts that have matured, apart from the tested ones."""
    st.header("Live weeks", anchor=False)
    ground = found.live
    if ground is None:
        st.caption(
            "None yet: no forecast that all of these versions stored for the same week, after "
            "their final fits, has reached its target date."
        )
        return
    first, last = (str(end)[:10] for end in (ground.week.min(), ground.week.max()))
    st.caption(
        f"Stored forecasts of all these versions whose target date has come: {ground.weeks} weeks, "
        f"{first} to {last}, {ground.stocks} stocks, {ground.rows:,} forecasts of each. None "
        "had learned from these weeks. Judged by prices as they are known now."
    )
    _scores(found, found.live_rows, ground, "live")


def _scores(found: Comparison, rows: list, ground, name: str) -> None:
    by_title = {metric.title: metric for metric in METRICS[found.model]}
    numbers = [f"v{number}" for number in ground.told]
    base = found.reference.version
    table = scores_table(rows, ground)
    st.dataframe(
        table,
        key=f"compare-scores-{name}",
        hide_index=True,
        row_height=ROW,
        height=ROW * (len(table) + 1) + 3,
        column_config={
            "score": st.column_config.TextColumn("Score", pinned=True, width=165),
            "baseline": st.column_config.TextColumn(
                NO_SKILL[found.model],
                width=130,
                help="The baseline: what no skill scores on the same rows. "
                + (
                    "Saying that no price will move."
                    if found.model == registry.PRICE
                    else "Saying each class's usual share every time, or always naming the most "
                    "frequent one; each version's own, from its learning weeks."
                ),
            ),
            **{n: st.column_config.TextColumn(n, width=190, help=SPAN) for n in numbers},
        },
    )
    if len(numbers) > 1:
        st.markdown(f"**Difference to v{base}**, on the same draws of weeks")
        gaps = gaps_table(rows, ground, base)
        st.dataframe(
            gaps,
            key=f"compare-gaps-{name}",
            hide_index=True,
            row_height=ROW,
            height=ROW * (len(gaps) + 1) + 3,
            column_config={
                "score": st.column_config.TextColumn("Score", pinned=True, width=165),
                "better": st.column_config.TextColumn(
                    "Better", width=70, help="Whether more or less of it is better; – where neither"
                ),
                **{
                    n: st.column_config.TextColumn(f"{n} − v{base}", width=210, help=GAP)
                    for n in numbers
                    if n != f"v{base}"
                },
            },
        )
        st.caption("An interval that leaves 0 out sets two versions apart. pp: percentage points.")
    export_buttons(numbers_table(rows, base), f"compare {name} {found.model}")
    with st.popover("What the scores mean", icon=":material/help:"):
        st.markdown("\n".join(f"- **{plain(t)}**: {plain(m.about)}" for t, m in by_title.items()))
