"""Who is compared and who scores how: sentences first, then tables."""

import pandas as pd
import streamlit as st

from core import registry
from core.comparison.ground import Ground
from core.comparison.metrics import METRICS
from core.comparison.result import Comparison
from core.comparison.scores import LEAST_WEEKS
from core.comparison.tables import gaps_table, numbers_table, scores_table
from core.formats import day, number
from core.language import N_, _
from pages.parts.export import export_buttons
from pages.parts.words import plain

ROW = 36
NO_SKILL = {registry.PRICE: N_("No change"), registry.PATTERN: N_("Class prior")}
SPAN = N_(
    "Value and 95 % interval: a moving-block bootstrap over whole weeks, blocks of 13. It holds "
    "the luck of the weeks, which all versions share."
)
GAP = N_(
    "Paired: both versions are scored on the same draws of weeks, so that the luck of the weeks "
    "falls out."
)

BASELINE = {
    registry.PRICE: N_(
        "The baseline: what no skill scores on the same rows. Saying that no price will move."
    ),
    registry.PATTERN: N_(
        "The baseline: what no skill scores on the same rows. Saying each class's usual share "
        "every time, or always naming the most frequent one; each version's own, from its "
        "learning weeks."
    ),
}


def who_section(found: Comparison) -> None:
    """Who takes no part, why nothing is compared, or what came out in sentences."""
    for sentence in found.left_out:
        st.warning(plain(sentence))
    if found.refusal:
        st.info(plain(found.refusal), icon=":material/info:")
        return
    ground = found.ground
    first, last = (day(end) for end in _ends(ground))
    worth = {round(verdict.test.effective_weeks) for verdict in found.verdicts}
    worth = _(" to ").join(number(end) for end in sorted({min(worth), max(worth)}))
    own = ", ".join(f"v{version} {number(told.rows)}" for version, told in ground.told.items())
    with st.container(horizontal=True, gap="large"):
        for name, value, about in (
            (_("Common weeks"), number(ground.weeks), _(" to ").join((first, last))),
            (_("Independent weeks"), worth,
             _("What the common weeks are worth: 4-week outcomes of neighbouring weeks overlap. It "
               "differs between the sentences below.")),
            (_("Common stocks"), number(ground.stocks), _("In any of these weeks")),
            (_("Forecasts of each"), number(ground.rows),
             _("On common ground; in all: {each}").format(each=own)),
        ):  # fmt: skip
            st.metric(name, value, help=about, width="content")
    base = found.reference
    said = _("**Against {name}** (chosen first), {first} to {last}:")
    if base.stage == "Production":
        said = _("**Against {name}** (it is in production), {first} to {last}:")
    st.markdown(said.format(name=f"v{base.version}", first=first, last=last))
    marks = {True: ":material/arrow_upward:", False: ":material/arrow_downward:", None: "≈"}
    for verdict in found.verdicts:
        st.markdown(f"{marks[verdict.better]} {plain(verdict.sentence)}")
    notes = []
    if len(found.verdicts) > 1:
        notes.append(
            _(
                "Of {count} such sentences about versions that are alike, each has one chance in "
                "twenty of naming a winner."
            ).format(count=len(found.verdicts))
        )
    if ground.revised:
        notes.append(
            _(
                "In {revised} of {rows} forecasts the prices were revised between the trainings: "
                "all are judged by what the newest version knew."
            ).format(revised=number(ground.revised), rows=number(ground.rows))
        )
    if ground.weeks < LEAST_WEEKS:
        notes.append(
            _("Fewer than {least} common weeks: no interval is given.").format(least=LEAST_WEEKS)
        )
    for note in notes:
        st.caption(note)


def _ends(ground: Ground) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last common week."""
    return pd.Timestamp(ground.week.min()), pd.Timestamp(ground.week.max())


def scores_section(found: Comparison) -> None:
    """Scores beside baselines, and the paired differences."""
    st.header(_("Scores on common ground"), anchor=False)
    _scores(found, found.rows, found.ground, "common")


def live_section(found: Comparison) -> None:
    """Stored forecasts that have matured, apart from the tested ones."""
    st.header(_("Live weeks"), anchor=False)
    ground = found.live
    if ground is None:
        st.caption(
            _(
                "None yet: no forecast that all of these versions stored for the same week, after "
                "their final fits, has reached its target date."
            )
        )
        return
    first, last = (day(end) for end in _ends(ground))
    st.caption(
        _(
            "Stored forecasts of all these versions whose target date has come: {weeks} weeks, "
            "{first} to {last}, {stocks} stocks, {rows} forecasts of each. None had learned from "
            "these weeks. Judged by prices as they are known now."
        ).format(
            weeks=number(ground.weeks),
            first=first,
            last=last,
            stocks=number(ground.stocks),
            rows=number(ground.rows),
        )
    )
    _scores(found, found.live_rows, ground, "live")


def _scores(found: Comparison, rows: list, ground: Ground, name: str) -> None:
    names = [f"v{version}" for version in ground.told]
    base = found.reference.version
    table = scores_table(rows, ground)
    st.dataframe(
        table,
        key=f"compare-scores-{name}",
        hide_index=True,
        row_height=ROW,
        height=ROW * (len(table) + 1) + 3,
        column_config={
            "score": st.column_config.TextColumn(_("Score"), pinned=True, width=165),
            "baseline": st.column_config.TextColumn(
                _(NO_SKILL[found.model]), width=130, help=_(BASELINE[found.model])
            ),
            **{n: st.column_config.TextColumn(n, width=190, help=_(SPAN)) for n in names},
        },
    )
    if len(names) > 1:
        st.markdown(
            _("**Difference to {name}**, on the same draws of weeks").format(name=f"v{base}")
        )
        gaps = gaps_table(rows, ground, base)
        st.dataframe(
            gaps,
            key=f"compare-gaps-{name}",
            hide_index=True,
            row_height=ROW,
            height=ROW * (len(gaps) + 1) + 3,
            column_config={
                "score": st.column_config.TextColumn(_("Score"), pinned=True, width=165),
                "better": st.column_config.TextColumn(
                    _("Better"),
                    width=70,
                    help=_("Whether more or less of it is better; – where neither"),
                ),
                **{
                    n: st.column_config.TextColumn(f"{n} − v{base}", width=210, help=_(GAP))
                    for n in names
                    if n != f"v{base}"
                },
            },
        )
        st.caption(
            _("An interval that leaves 0 out sets two versions apart. pp: percentage points.")
        )
    export_buttons(numbers_table(rows, base), f"compare {name} {found.model}")
    with st.popover(_("What the scores mean"), icon=":material/help:"):
        st.markdown(
            "\n".join(
                f"- **{plain(_(metric.title))}**: {plain(_(metric.about))}"
                for metric in METRICS[found.model]
            )
        )
