"""Choosing versions to compare, and what came out, section by section."""

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
from core.comparison.choosing import MOST, first_choice, read_versions
from core.comparison.facts import facts
from core.comparison.metrics import METRICS
from core.comparison.over import is_share, over_versions, recorded, title
from core.comparison.result import Comparison
from core.comparison.scores import LEAST_WEEKS
from core.comparison.tables import gaps_table, numbers_table, scores_table
from models.baselines import CLASSES
from pages.parts.export import export_buttons
from pages.parts.words import percent, plain

ROW, TALLEST = 36, 560
NAMES = {registry.PRICE: "Price", registry.PATTERN: "Pattern (UP, SIDEWAYS, DOWN)"}
NO_SKILL = {registry.PRICE: "No change", registry.PATTERN: "Class prior"}


def choose_versions() -> tuple[list[registry.Version], list[registry.Version]]:
    """The model's versions and those chosen, kept in the address: ``?model=...&versions=1,3``."""
    _follow_address()
    models = [model for model in registry.MODELS if registry.versions(model)]
    if st.session_state["compare_model"] not in models:
        st.session_state["compare_model"] = models[0]
    st.session_state["_compare_model"] = st.session_state["compare_model"]
    st.segmented_control(
        "Model",
        models,
        key="_compare_model",
        format_func=NAMES.get,
        on_change=_model_changed,
        required=True,
    )
    model = st.session_state["compare_model"]
    known = registry.versions(model)
    by_number = {version.version: version for version in known}
    text = st.session_state["compare_versions"]
    if text is None:
        numbers = first_choice(known)
    else:
        numbers, said = read_versions(text, list(by_number))
        for sentence in said:
            st.warning(plain(sentence))
    st.session_state["_compare_versions"] = numbers
    st.multiselect(
        "Versions",
        list(by_number),
        key="_compare_versions",
        format_func=lambda number: _label(by_number[number]),
        on_change=_versions_changed,
        max_selections=MOST,
        placeholder="Choose two to six versions",
        help="Kept in the page's address, so that a copy of it opens the same comparison. The "
        "others are measured by the version in production if it is among them, else by the first.",
    )
    _write_address(model, numbers)
    return known, [by_number[number] for number in numbers]


def _follow_address() -> None:
    """Take the choice of the address where it came from outside, else keep the session's."""
    for key in ("compare_model", "compare_versions"):
        st.session_state.setdefault(key, None)
    asked = st.query_params.to_dict()
    if asked and asked != st.session_state.get("_compare_address"):
        model = asked.get("model", "").strip()
        if model and model not in registry.MODELS:
            st.warning(plain(f"There is no model {model[:40]!r}; showing {registry.MODELS[0]}."))
        st.session_state["compare_model"] = model if model in registry.MODELS else None
        st.session_state["compare_versions"] = asked.get("versions")


def _write_address(model: str, numbers: list[int]) -> None:
    wanted = {"model": model, "versions": ",".join(map(str, numbers))}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
    st.session_state["_compare_address"] = wanted


def _model_changed() -> None:
    st.session_state["compare_model"] = st.session_state["_compare_model"]
    st.session_state["compare_versions"] = None
    st.query_params.clear()


def _versions_changed() -> None:
    numbers = st.session_state["_compare_versions"]
    st.session_state["compare_versions"] = ",".join(map(str, numbers))
    _write_address(st.session_state["compare_model"], numbers)


def _label(version: registry.Version) -> str:
    facts = [f"v{version.version}", version.stage, version.tags.get("preset", "made by hand")]
    if "symbols" in version.tags:
        facts.append(f"{version.tags['symbols']} stocks to {version.tags.get('last_week', '?')}")
    return " · ".join(fact for fact in facts if fact)


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


SPAN = (
    "Value and 95 % interval: a moving-block bootstrap over whole weeks, blocks of 13. It holds "
    "the luck of the weeks, which all versions share."
)
GAP = (
    "Paired: both versions are scored on the same draws of weeks, so that the luck of the weeks "
    "falls out."
)


def classes_section(found: Comparison, theme: Theme) -> None:
    """Probabilities: reliability, hits against calls given, confusion."""
    ground, order = found.ground, _order(found)
    st.header("Probabilities and calls", anchor=False)
    left, right = st.columns(2)
    with left:
        st.markdown("**Reliability**: how often a class came, by how probable it was said to be")
        _draw(
            lines_chart(
                parts.reliability(ground), order, theme, x="said", y="came",
                x_title="Probability said", y_title="Share that came", diagonal=True, size="count",
            ),
            "reliability",
        )  # fmt: skip
        st.caption(
            "Of the most probable class, in ten bins; a larger dot has more forecasts, bins of "
            f"fewer than {parts.LEAST_IN_BIN} are left out."
        )
    with right:
        st.markdown("**Hit rate** of UP and DOWN, if only the boldest calls were given")
        told = parts.hits(ground)
        usual = told[told["version"] == found.reference.version].rename(
            columns={"hit_rate": "_", "usual_rate": "hit_rate"}
        )
        _draw(
            lines_chart(
                told, order, theme, x="share", y="hit_rate",
                x_title="Share of calls given, the boldest first", y_title="Right",
                usual=usual,
            ),
            "hits",
        )  # fmt: skip
        base = found.reference.version
        st.caption(
            f"No skill: how often the classes that v{base} calls usually come. Always naming the "
            f"most frequent class is right in "
            f"{percent(parts.always_usual(ground, ground.told[base]))} of cases."
        )
    st.markdown("**Confusion**: what came (rows) by the most probable class (columns)")
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
    st.header("Intervals", anchor=False)
    st.markdown("**Coverage**: share of outcomes in the 80 % interval, by year of the forecast")
    table = parts.by_year(found.model, found.ground, "coverage_80")
    _draw(
        groups_chart(table, _order(found), theme, percent=True, aim=0.8, aim_words="Aim: 80 %"),
        "coverage",
    )
    st.caption("Above the aim intervals are too wide, below too narrow. " + _short(table))


def where_section(found: Comparison, theme: Theme) -> None:
    """By year, and the stocks the versions differ most on."""
    base, ground = found.reference.version, found.ground
    lead = parts.headline(found.model)
    ratio = "MAE_ratio" if found.model == registry.PRICE else "log_loss_skill"
    st.header("When and where", anchor=False)
    words = {
        "MAE_ratio": "**By year**: mean miss over that of no change; below 1 beats it",
        "log_loss_skill": "**By year**: gain in log loss over the class prior; above 0 beats it",
    }
    st.markdown(words[ratio])
    table = parts.by_year(found.model, ground, ratio)
    price = ratio == "MAE_ratio"
    _draw(
        groups_chart(
            table, _order(found), theme, percent=not price, aim=1.0 if price else 0.0,
            aim_words=NO_SKILL[found.model],
        ),
        "years",
    )  # fmt: skip
    st.caption(_short(table))
    export_buttons(table, f"compare by year {found.model}")
    st.markdown(f"**By stock**: {lead.title}, the greatest differences to v{base} first")
    stocks = parts.by_stock(found.model, ground, base)
    shown = stocks.copy()
    numbers = [f"v{number}" for number in _order(found)]
    if lead.percent:
        shown[["baseline", *numbers, "gap"]] *= 100
    form = "%.2f" if lead.percent else "%.4f"
    unit = ", %" if lead.percent else ""
    columns = {
        "symbol": st.column_config.TextColumn("Symbol", pinned=True, width=80),
        "forecasts": st.column_config.NumberColumn("Forecasts", width=85),
        "baseline": st.column_config.NumberColumn(
            f"{NO_SKILL[found.model]}{unit}", format=form, width=110
        ),
        **{n: st.column_config.NumberColumn(f"{n}{unit}", format=form, width=90) for n in numbers},
        "gap": st.column_config.NumberColumn(
            "Difference" + (", pp" if lead.percent else ""),
            format="%+.2f" if lead.percent else "%+.4f",
            width=110,
            help=f"To v{base}; of several versions the greatest in size. One stock has few "
            "independent weeks: read it as a hint where to look, not as a finding.",
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
    st.header("Parameters and data", anchor=False)
    only = st.toggle("Only what differs", value=True, key="compare-differs")
    table = facts(found.versions, found.reference)
    shown = table[table["differs"]] if only else table
    shown = shown.drop(columns="differs")
    if shown.empty:
        st.caption("Nothing differs.")
        return
    st.dataframe(
        shown,
        key=f"compare-facts-{only}",
        hide_index=True,
        row_height=ROW,
        height=min(ROW * (len(shown) + 1) + 3, TALLEST),
        column_config={
            "parameter": st.column_config.TextColumn("Parameter", pinned=True, width=230),
            **{f"v{v.version}": st.column_config.TextColumn(width=200) for v in found.versions},
        },
    )
    st.caption(
        "– where a version recorded nothing. Stocks are written as what was added (+) and removed "
        f"(−) against v{found.reference.version}."
    )
    export_buttons(table, f"compare parameters {found.model}")


def over_section(known: list[registry.Version], found: Comparison, theme: Theme) -> None:
    """Each recorded score over all versions of the model."""
    model = found.model
    names = recorded(model, known)
    if not names:
        return
    st.header("Over all versions", anchor=False)
    name = st.selectbox(
        "Score",
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
        "As each training recorded it, **on its own test weeks**: a step may be the weeks' doing "
        "and not the version's; look at the distance to the baseline of the same weeks. The "
        "diamonds are the versions compared above, on the weeks they share."
    )
    export_buttons(table, f"compare over versions {name}")


def _order(found: Comparison) -> list[int]:
    """The versions that take part, the reference first: it has the first colour."""
    base = found.reference.version
    return [base, *(number for number in found.ground.told if number != base)]


def _short(table) -> str:
    short = table[table["low"].isna()]
    if short.empty:
        return "Bars are 95 % intervals."
    years = ", ".join(dict.fromkeys(short["group"]))
    return f"Bars are 95 % intervals; {years}: too few weeks ({LEAST_WEEKS} are needed) for one."


def _draw(figure, name: str) -> None:
    st.plotly_chart(figure, key=f"compare-{name}", theme=None, config=STATIC_CONFIG)
