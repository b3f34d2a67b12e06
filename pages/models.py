"""Models: versions with their scores beside the baselines; promotion."""

import streamlit as st

from core import registry
from core.language import N_, _
from core.training.presets import preset_title
from core.version_tables import candidates_of, pattern_table, price_table
from pages.parts.jobs import running_note
from pages.parts.promotion import (
    gate_panel,
    production_box,
    shown_versions,
    stage_buttons,
)
from pages.parts.trail import trail_section
from pages.parts.version import details_section, report_section
from pages.parts.words import day, moment, percent, plain

STAGE_BADGE = {
    "Production": ("green", N_("Production")),
    "Staging": ("blue", N_("Staging")),
    "Archived": ("gray", N_("Archived")),
    "": ("gray", N_("not promoted")),
}
theme = st.context.theme.type or "light"


def badge(version: registry.Version) -> str:
    """A version's name and stage."""
    colour, words = STAGE_BADGE[version.stage]
    return f"{version.name} :{colour}-badge[{_(words)}]"


def _week(version: registry.Version) -> str:
    """The last week learned from; as it stands where somebody wrote another thing there."""
    try:
        return day(version.tags["last_week"])
    except (KeyError, ValueError):
        return plain(version.tags.get("last_week", "?"))


st.title(_("Models"), anchor=False)
st.caption(
    _(
        "Each version is a recipe's final fit on every labelled week; its scores are the recipe's "
        "on test weeks it never saw. A ratio below 1 beats the baseline."
    )
)
running_note()
found = registry.versions()
if not found:
    st.info(_("No version is registered yet. Train the models first."), icon=":material/info:")
    st.page_link("pages/training.py", label=_("Go to Training"), icon=":material/model_training:")
    st.stop()
st.page_link("pages/compare.py", label=_("Compare versions"), icon=":material/compare_arrows:")

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
            _("**Training of {moment}** · {market}, {stocks} stocks to {week} · {preset}").format(
                moment=moment(head.created.isoformat()),
                market=plain(head.market) or _("unknown market"),
                stocks=plain(head.tags.get("symbols", "?")),
                week=_week(head),
                preset=preset_title(head.tags.get("preset", _("made by hand"))),
            )
            + f"{candidates_of(members)}  \n"
            # A line each: a badge must not part from its name.
            + "  \n".join(map(badge, members))
        )
        with actions.container(horizontal=True, horizontal_alignment="right"):
            stage_buttons(run_id, members)
        gate_panel(run_id)
        for version in members:
            table = price_table if version.model == registry.PRICE else pattern_table
            scores = table(version.metrics)
            st.markdown(f"`{version.name}`")
            if scores.empty:
                st.caption(_("No scores are recorded: it was not registered by Weeklens."))
            else:
                st.dataframe(scores, hide_index=True, key=f"scores-{version.name}")
        coverage = members[0].metrics.get("test_coverage_80")
        if coverage is not None:
            st.caption(
                _("80 % intervals held {share} of the test prices.").format(
                    share=percent(coverage, 0)
                )
            )
        if st.toggle(_("Report"), key=f"report-{run_id}"):
            report_section(head, theme)
        if st.toggle(_("Curves, confusion, indicators, parameters"), key=f"details-{run_id}"):
            details_section(head, theme)

trail_section()
