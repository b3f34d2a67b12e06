"""The trail on the Models page: every change, and what was in production on a day."""

from datetime import UTC, date, datetime

import streamlit as st

from core import trail
from core.formats import NOTHING
from core.language import N_, _, retold
from core.market.export import to_csv
from core.settings import settings
from pages.parts.words import day

HEADINGS = {
    "at": N_("When (UTC)"),
    "who": N_("Who"),
    "action": N_("What"),
    "model": N_("Model"),
    "was": N_("From"),
    "became": N_("To"),
    "reason": N_("Reason"),
    "failed": N_("Rules that failed"),
    "tried": N_("Tried"),
    "note": N_("Note"),
}


COUNTS = ("was", "became", "tried")


def named(versions: dict[str, int]) -> str:
    """Versions in words, by model."""
    names = [f"{model} v{version}" for model, version in versions.items()]
    return _(" and ").join(names) or _("nothing")


def trail_section() -> None:
    """Every change, what was in production on a day, and all of it as a file."""
    data_dir = settings().data_dir
    st.header(_("Trail"), anchor=False)
    st.caption(
        _(
            "Every change of production, archiving and deletion, kept for good: rows are only ever "
            "added."
        )
    )
    table = trail.table(data_dir)
    if table.empty:
        st.caption(_("Nothing was promoted yet."))
        return
    ask, answer = st.columns([1, 3], vertical_alignment="bottom")
    on = ask.date_input(
        _("What was in production on"), value=datetime.now(UTC).date(), key="trail_on"
    )
    if isinstance(on, date):
        held = trail.in_production(data_dir, on)
        answer.markdown(
            _("At the end of {day} (UTC): **{versions}**.").format(
                day=day(on), versions=named(held)
            )
        )
    shown = table.assign(
        at=table["at"].str[:19].str.replace("T", " "),
        who=table["who"].map(_),
        action=table["action"].map(_),
        failed=table["failed"].map(_rules),
        note=table["note"].map(retold),
        **{name: table[name].astype("string").fillna(NOTHING) for name in COUNTS},
    )
    headings = {name: _(title) for name, title in HEADINGS.items()}
    shown = shown[list(headings)].rename(columns=headings)
    st.dataframe(shown, key="trail", hide_index=True, height=min(38 * (len(shown) + 1) + 2, 320))
    st.download_button(
        "CSV",
        to_csv(table),
        file_name="weeklens-trail.csv",
        mime="text/csv",
        icon=":material/download:",
        key="trail_csv",
    )


def _rules(titles: str) -> str:
    return "; ".join(retold(title) for title in titles.split("; "))
