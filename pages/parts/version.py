"""What a version's training recorded: its report, its curves, its parameters."""

import streamlit as st

from core import registry
from core.charts.style import STATIC_CONFIG, Theme
from core.charts.training import confusion_chart, loss_chart
from core.language import _
from core.training.report import judged_on, render, worst_table
from core.version_tables import statistics_table, version_record, version_report
from models.baselines import CLASSES
from pages.parts.evidence import (
    aims_section,
    answers_section,
    calls_section,
    groups_section,
    honesty_section,
    tables_section,
)
from pages.parts.words import plain


def report_section(version: registry.Version, theme: Theme) -> None:
    """Everything measured on the version's test weeks, read when opened."""
    record = version_report(version)
    if record is None:
        st.caption(_("No report is recorded for this run: it was made by an older Weeklens."))
        return
    key = f"{version.name}-"
    st.markdown(plain(judged_on(record)))
    answers_section(record)
    tables_section(record, key)
    aims_section(record)
    honesty_section(record, theme, key)
    calls_section(record, theme, key)
    groups_section(record, key)
    st.markdown(_("**Stocks missed most**, measured by no change"))
    st.dataframe(worst_table(record), hide_index=True, key=f"{key}worst")
    st.download_button(
        _("Report as Markdown"),
        lambda: render(record),
        file_name=f"report {version.name}.md",
        mime="text/markdown",
        icon=":material/download:",
        key=f"{key}download",
    )


def details_section(version: registry.Version, theme: Theme) -> None:
    """Curves, confusion, indicators and parameters of a run, read when opened."""
    record = version_record(version)
    if record is None:
        st.caption(_("No details are recorded for this run."))
        return
    histories = record["histories"]
    for number, (column, history) in enumerate(
        zip(st.columns(max(len(histories), 1)), histories, strict=False), 1
    ):
        column.markdown(
            _("**Loss by epoch** of the pattern model")
            if len(histories) == 1
            else _("**Loss by epoch** of network {number}").format(number=number)
        )
        column.plotly_chart(
            loss_chart(
                list(range(1, len(history) + 1)),
                [h[0] for h in history],
                [h[1] for h in history],
                theme,
            ),
            key=f"loss-{version.name}-{number}",
            theme=None,
            config=STATIC_CONFIG,
        )
    st.markdown(_("**Confusion** on the test weeks"))
    st.plotly_chart(
        confusion_chart(record["confusion"], CLASSES, theme),
        key=f"confusion-{version.name}",
        theme=None,
        config=STATIC_CONFIG,
        width=480,
    )
    st.markdown(_("**The 20 indicators in this run**, by split"))
    st.dataframe(statistics_table(record["statistics"]), hide_index=True, height=280)
    st.markdown(_("**Parameters and data**"))
    st.dataframe(
        [
            {_("parameter"): name, _("value"): value}
            for name, value in sorted(version.params.items())
        ],
        hide_index=True,
        height=280,
    )
