"""Promotion on the Models page: what is in production, the gate, the way back, the trail."""

from datetime import UTC, date, datetime

import streamlit as st

from core import gate, retiring, stages, trail
from core.errors import UserError
from core.market.export import to_csv
from core.promotion import promote, rollback, serving, way_back
from core.registry import Version
from core.settings import settings
from pages.parts.jobs import person
from pages.parts.missing import forecast_button
from pages.parts.words import moment, plain

OPEN, SAID, PROBLEM = "gate_open", "promotion_said", "promotion_error"
"""In the session: whose gate is open and what it found; what came of the last click."""
HOLDS, FAILS = ":green[:material/check_circle:] holds", ":red[:material/cancel:] **fails**"
HEADINGS = {
    "at": "When (UTC)",
    "who": "Who",
    "action": "What",
    "model": "Model",
    "was": "From",
    "became": "To",
    "reason": "Reason",
    "failed": "Rules that failed",
    "tried": "Tried",
    "note": "Note",
}


def production_box() -> None:
    """What is in production and since when; forecasts now, or back to what was before."""
    data_dir = settings().data_dir
    now = stages.settle(data_dir)
    rows = trail.entries(data_dir)
    if error := st.session_state.pop(PROBLEM, None):
        st.error(plain(error), icon=":material/info:")
    if said := st.session_state.pop(SAID, None):
        st.success(plain(said), icon=":material/check:")
    with st.container(border=True):
        words, buttons = st.columns([3, 2], vertical_alignment="center")
        named = " and ".join(f"{model} v{version}" for model, version in now.items()) or "nothing"
        words.markdown(f"**In production:** {named}.")
        for model, version in now.items():
            if entry := trail.behind(rows, model, version):
                words.caption(_since(entry))
        try:
            _, instead = serving(data_dir)
            reason = ""
        except UserError as error:
            instead, reason = "", str(error)
        if instead or reason:
            (words.warning if instead or now else words.markdown)(plain(instead or reason))
        back = way_back(data_dir)
        with buttons.container(horizontal=True, horizontal_alignment="right"):
            if back:
                names = " and ".join(f"{model} v{version}" for model, version in back.items())
                st.button(
                    "Roll back",
                    key="rollback",
                    icon=":material/undo:",
                    on_click=_roll_back,
                    args=(now,),
                    help=f"Put back what was there before: {names}. New forecasts follow.",
                )
            if not reason:
                forecast_button()


def _since(entry: trail.Entry) -> str:
    said = f"{entry.model} v{entry.became}: {entry.action}, {moment(entry.at)}, by {entry.who}."
    if entry.action == trail.FIRST:
        said += " The first: nothing to beat."
    if entry.failed:
        said += f" Did not hold: {', '.join(title.lower() for title in entry.failed)}."
    if entry.reason:
        said += f" Reason: {entry.reason}"
    return plain(said)


def stage_buttons(run: str, members: list[Version]) -> None:
    """The ways out of a training's card: promote both, or one at a time; archive, delete."""
    if any(version.stage != "Production" for version in members):
        st.button(
            "Promote both" if len(members) > 1 else "Promote",
            key=f"both-{run}",
            type="primary",
            icon=":material/publish:",
            on_click=_open_gate,
            args=(run, members),
            help="Look at the rules of the gate first; nothing is changed yet.",
        )
    with st.popover("One at a time", icon=":material/more_horiz:"):
        for version in members:
            _one(run, version)


def _one(run: str, version: Version) -> None:
    st.button(
        f"{version.name} to Staging",
        key=f"{version.name}-staging",
        on_click=_stage,
        args=(version,),
        disabled=version.stage in ("Staging", "Production"),
    )
    st.button(
        f"{version.name} to Production",
        key=f"{version.name}-production",
        on_click=_open_gate,
        args=(run, [version]),
        disabled=version.stage == "Production",
    )
    if version.stage in ("Staging", "Production"):
        return
    archived = version.stage == "Archived"
    st.button(
        f"{'Take back' if archived else 'Archive'} {version.name}",
        key=f"{version.name}-archive",
        on_click=_archive,
        args=(version, not archived),
        help="Archived versions are hidden until asked for.",
    )
    count = retiring.forecasts_by(settings().data_dir, version.model, version.version)
    with st.form(f"{version.name}-delete", border=False):
        st.text_input(
            f"To delete it, type: {version.name}",
            key=f"{version.name}-typed",
            help=f"It cannot be undone. {count:,} stored forecasts refer to it; they stay.",
        )
        st.form_submit_button("Delete", icon=":material/delete:", on_click=_delete, args=(version,))


def gate_panel(run: str) -> None:
    """The rules of the versions about to be promoted, and the last step; where it is open."""
    opened = st.session_state.get(OPEN)
    if not opened or opened["run"] != run:
        return
    if "verdicts" not in opened:
        with st.spinner("Holding it against the rules…"):
            data_dir = settings().data_dir
            opened["verdicts"] = [gate.judge(data_dir, version) for version in opened["versions"]]
    verdicts = opened["verdicts"]
    st.markdown("**The gate to Production**")
    for verdict in verdicts:
        st.markdown(f"`{verdict.version.name}`")
        lines = [
            f"- {HOLDS if rule.passed else FAILS} · **{plain(rule.title)}.** {plain(rule.said)}"
            for rule in verdict.rules
        ]
        st.markdown("\n".join(lines))
        if verdict.first:
            st.caption("The first production: nothing to beat, so no rule holds it back.")
        if verdict.tried > 1:
            st.caption(
                f":material/info: {verdict.tried} versions were made since the last promotion: "
                "the best of several looks better than it is."
            )
    shut = [verdict for verdict in verdicts if not verdict.opens]
    with st.form("gate", border=False):
        if shut:
            st.warning(
                "The gate is shut. It opens for a written reason, which stays in the trail.",
                icon=":material/lock:",
            )
        st.text_input(
            "Why all the same?" if shut else "Reason (may stay empty)",
            key="gate_reason",
            placeholder=f"At least {gate.LEAST_REASON} characters" if shut else "",
            max_chars=500,
        )
        with st.container(horizontal=True):
            st.form_submit_button(
                "Promote all the same" if shut else "Promote now",
                key="gate_promote",
                type="secondary" if shut else "primary",
                icon=":material/publish:",
                on_click=_promote,
                args=(bool(shut),),
            )
            st.form_submit_button("Leave it", key="gate_leave", on_click=_close_gate)


def trail_section() -> None:
    """Every change, what was in production on a day, and all of it as a file."""
    data_dir = settings().data_dir
    st.header("Trail", anchor=False)
    st.caption(
        "Every change of production, archiving and deletion, kept for good: rows are only ever "
        "added."
    )
    table = trail.table(data_dir)
    if table.empty:
        st.caption("Nothing was promoted yet.")
        return
    ask, answer = st.columns([1, 3], vertical_alignment="bottom")
    on = ask.date_input("What was in production on", value=datetime.now(UTC).date(), key="trail_on")
    if isinstance(on, date):
        held = trail.in_production(data_dir, on)
        named = " and ".join(f"{model} v{version}" for model, version in held.items())
        answer.markdown(f"At the end of {on} (UTC): **{named or 'nothing'}**.")
    shown = table.assign(at=table["at"].str[:19].str.replace("T", " "))
    shown = shown[list(HEADINGS)].rename(columns=HEADINGS)
    st.dataframe(
        shown,
        key="trail",
        hide_index=True,
        placeholder="–",
        height=min(38 * (len(shown) + 1) + 2, 320),
    )
    st.download_button(
        "CSV",
        to_csv(table),
        file_name="weeklens-trail.csv",
        mime="text/csv",
        icon=":material/download:",
        key="trail_csv",
    )


def _open_gate(run: str, versions: list[Version]) -> None:
    now = stages.settle(settings().data_dir)
    chosen = [version for version in versions if now.get(version.model) != version.version]
    st.session_state[OPEN] = {"run": run, "versions": chosen, "expected": now}


def _close_gate() -> None:
    st.session_state.pop(OPEN, None)


def _tell(done, *args, **more) -> bool:
    """Do it, and keep what it said for the page that is drawn next."""
    try:
        said = done(*args, by=person(), data_dir=settings().data_dir, **more)
        st.session_state[SAID] = said
    except UserError as error:
        st.session_state[PROBLEM] = str(error)
        return False
    return True


def _promote(shut: bool) -> None:
    opened = st.session_state[OPEN]
    chosen = [(version.model, version.version) for version in opened["versions"]]
    reason, expected = st.session_state.get("gate_reason", ""), opened["expected"]
    done = _tell(promote, chosen, "production", expected=expected, reason=reason, override=shut)
    # Where a reason is lacking the gate stays open; where production changed it must be looked at
    # anew.
    if done or stages.settle(settings().data_dir) != expected:
        _close_gate()


def _stage(version: Version) -> None:
    _tell(promote, [(version.model, version.version)], "staging")


def _roll_back(expected: dict[str, int]) -> None:
    _close_gate()
    _tell(rollback, expected=expected)


def _archive(version: Version, away: bool) -> None:
    done = retiring.archive if away else retiring.unarchive
    _tell(done, model=version.model, version=version.version)


def _delete(version: Version) -> None:
    typed = st.session_state.get(f"{version.name}-typed", "")
    _tell(retiring.delete, model=version.model, version=version.version, typed=typed)


def shown_versions(found: list[Version]) -> list[Version]:
    """The versions to list: archived ones on demand."""
    archived = sum(version.stage == "Archived" for version in found)
    if not archived or st.toggle(f"Show archived ({archived})", key="show_archived"):
        return found
    return [version for version in found if version.stage != "Archived"]
