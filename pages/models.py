"""Models: versions with their scores beside the baselines; promotion."""

import streamlit as st

from core import registry
from core.training.presets import preset_title
from core.version_tables import candidates_of, pattern_table, price_table
from pages.parts.jobs import running_note
from pages.parts.promotion import (
    gate_panel,
    production_box,
    shown_versions,
    stage_buttons,
    trail_section,
)
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
st.page_link("pages/compare.py", label="Compare versions", icon=":material/compare_arrows:")

production_box()
found = shown_versions(found)

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
            f"{preset_title(head.tags.get('preset', 'made by hand'))}{candidates_of(members)}  \n"
            + " ".join(f"{version.name} {STAGE_BADGE[version.stage]}" for version in members)
        )
        with actions.container(horizontal=True, horizontal_alignment="right"):
            stage_buttons(run_id, members)
        gate_panel(run_id)
        for version in members:
            table = price_table if version.model == registry.PRICE else pattern_table
            scores = table(version.metrics)
            st.markdown(f"`{version.name}`")
            if scores.empty:
                st.caption("No scores are recorded: it was not registered by Weeklens.")
            else:
                st.dataframe(scores, hide_index=True, key=f"scores-{version.name}")
        coverage = members[0].metrics.get("test_coverage_80")
        if coverage is not None:
            st.caption(f"80 % intervals held {percent(coverage, 0)} of the test prices.")
        if st.toggle("Report", key=f"report-{run_id}"):
            report_section(head, theme)
        if st.toggle("Curves, confusion, indicators, parameters", key=f"details-{run_id}"):
            details_section(head, theme)

trail_section()
