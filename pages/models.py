"""Models: versions with their scores beside the baselines; promotion."""

import streamlit as st

from core import registry
from core.errors import UserError
from core.promotion import promote
from core.settings import settings
from core.version_tables import candidates_of, pattern_table, price_table
from pages.parts.jobs import person, running_note
from pages.parts.missing import forecast_button
from pages.parts.version import details_section, report_section
from pages.parts.words import moment, percent

STAGE_BADGE = {
    "Production": ":green-badge[Production]",
    "Staging": ":blue-badge[Staging]",
    "Archived": ":gray-badge[Archived]",
    "": ":gray-badge[not promoted]",
}
theme = st.context.theme.type or "light"

st.title("Models", anchor=False)
st.caption(
    "Each version is a recipe's final fit on every labelled week; its scores are the recipe's on "
    "test weeks it never saw. A ratio below 1 beats the baseline."
)
running_note()
found = registry.versions()
if not found:
    st.info("No version is registered yet. Train the models first.", icon=":material/info:")
    st.page_link("pages/training.py", label="Go to Training", icon=":material/model_training:")
    st.stop()

current = registry.production()
reason = registry.disagreement(current)
with st.container(border=True):
    words, button = st.columns([4, 1], vertical_alignment="center")
    named = " and ".join(version.name for version in current.values()) or "nothing"
    words.markdown(f"**In production:** {named}. {reason}")
    if not reason:
        with button:
            forecast_button()


def give_stage(chosen: list[registry.Version], to: str) -> None:
    """Promote versions, and say what follows."""
    try:
        both = [(version.model, version.version) for version in chosen]
        st.toast(promote(both, to, by=person(), data_dir=settings().data_dir))
    except UserError as error:
        st.session_state["promotion_error"] = str(error)


if error := st.session_state.pop("promotion_error", None):
    st.error(error, icon=":material/info:")

runs: dict[str, list[registry.Version]] = {}
for version in found:
    runs.setdefault(version.run_id or version.name, []).append(version)


for run_id, members in runs.items():
    members = sorted(members, key=lambda version: version.model, reverse=True)
    head = members[0]
    with st.container(border=True):
        title, actions = st.columns([3, 2], vertical_alignment="center")
        title.markdown(
            f"**Training of {moment(head.created.isoformat())}** · "
            f"{head.market or 'unknown market'}, "
            f"{head.tags.get('symbols', '?')} stocks to {head.tags.get('last_week', '?')} · "
            f"{head.tags.get('preset', 'made by hand')}{candidates_of(members)}  \n"
            + " ".join(f"{version.name} {STAGE_BADGE[version.stage]}" for version in members)
        )
        with actions.container(horizontal=True, horizontal_alignment="right"):
            if any(version.stage != "Production" for version in members):
                st.button(
                    "Promote both" if len(members) > 1 else "Promote",
                    key=f"both-{run_id}",
                    type="primary",
                    icon=":material/publish:",
                    on_click=give_stage,
                    args=(members, "production"),
                    help="To Production; what is there now is archived, and new forecasts follow.",
                )
            with st.popover("One at a time", icon=":material/more_horiz:"):
                for version in members:
                    for to in registry.STAGES:
                        st.button(
                            f"{version.name} to {to.capitalize()}",
                            key=f"{version.name}-{to}",
                            on_click=give_stage,
                            args=([version], to),
                            disabled=version.stage.lower() == to,
                        )
        for version in members:
            table = price_table if version.model == registry.PRICE else pattern_table
            scores = table(version.metrics)
            st.markdown(f"`{version.name}`")
            if scores.empty:
                st.caption("No scores are recorded: it was not registered by Weeklens.")
            else:
                st.dataframe(scores, hide_index=True, key=f"scores-{version.name}")
        by = next(
            (version.tags["promoted_by"] for version in members if "promoted_by" in version.tags),
            "",
        )
        if by:
            st.caption(
                f"Promoted {moment(head.tags.get('promoted_at'))} by {by}. "
                + (
                    "The first production, made automatically: nothing was there to beat."
                    if by == "first start"
                    else ""
                )
            )
        coverage = members[0].metrics.get("test_coverage_80")
        if coverage is not None:
            st.caption(f"80 % intervals held {percent(coverage, 0)} of the test prices.")
        if st.toggle("Report", key=f"report-{run_id}"):
            report_section(head, theme)
        if st.toggle("Curves, confusion, indicators, parameters", key=f"details-{run_id}"):
            details_section(head, theme)
