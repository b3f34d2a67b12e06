"""Promotion on the Models page: what is in production, the gate, the way back."""

import streamlit as st

from core import retiring, stages, trail
from core.access import Role
from core.errors import UserError
from core.formats import number
from core.gate.judging import judge
from core.gate.verdict import LEAST_REASON, Rule
from core.language import N_, _, retold
from core.promotion import promote, rollback, serving, way_back
from core.registry import Version
from core.settings import settings
from pages.parts.jobs import person
from pages.parts.missing import forecast_button
from pages.parts.rights import lacks, needs
from pages.parts.trail import named
from pages.parts.words import moment, plain

OPEN, SAID, PROBLEM = "gate_open", "promotion_said", "promotion_error"
"""In the session: whose gate is open and what it found; what came of the last click."""
HOLDS, FAILS = N_("holds"), N_("fails")


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
        words.markdown(_("**In production:** {versions}.").format(versions=named(now)))
        for model, version in now.items():
            if entry := trail.behind(rows, model, version):
                words.caption(_since(entry))
        try:
            __, instead = serving(data_dir)
            reason = ""
        except UserError as error:
            instead, reason = "", str(error)
        if instead or reason:
            say = words.warning if instead or now else words.markdown
            say(plain(retold(instead) or reason))
        back = way_back(data_dir)
        with buttons.container(horizontal=True, horizontal_alignment="right"):
            if back:
                st.button(
                    _("Roll back"),
                    key="rollback",
                    icon=":material/undo:",
                    on_click=_roll_back,
                    args=(now,),
                    **needs(
                        Role.OWNER,
                        _(
                            "Put back what was there before: {versions}. New forecasts follow."
                        ).format(versions=named(back)),
                    ),
                )
            if not reason:
                forecast_button()


def _since(entry: trail.Entry) -> str:
    said = [
        _("{model} v{version}: {action}, {moment}, by {who}.").format(
            model=entry.model,
            version=entry.became,
            action=_(entry.action),
            moment=moment(entry.at),
            who=_(entry.who),
        )
    ]
    if entry.action == trail.FIRST:
        said.append(_("The first of its market: nothing to beat."))
    if entry.failed:
        rules = ", ".join(retold(title).lower() for title in entry.failed)
        said.append(_("Did not hold: {rules}.").format(rules=rules))
    if entry.reason:
        said.append(_("Reason: {reason}").format(reason=entry.reason))
    return plain(" ".join(said))


def stage_buttons(run: str, members: list[Version]) -> None:
    """The ways out of a training's card: promote both, or one at a time; archive, delete."""
    if any(version.stage != "Production" for version in members):
        st.button(
            _("Promote both") if len(members) > 1 else _("Promote"),
            key=f"both-{run}",
            type="primary",
            icon=":material/publish:",
            on_click=_open_gate,
            args=(run, members),
            help=_("Look at the rules of the gate first; nothing is changed yet."),
        )
    with st.popover(_("One at a time"), icon=":material/more_horiz:"):
        for version in members:
            _one(run, version)


def _one(run: str, version: Version) -> None:
    st.button(
        _("{version} to Staging").format(version=version.name),
        key=f"{version.name}-staging",
        on_click=_stage,
        args=(version,),
        **needs(Role.OWNER, disabled=version.stage in ("Staging", "Production")),
    )
    st.button(
        _("{version} to Production").format(version=version.name),
        key=f"{version.name}-production",
        on_click=_open_gate,
        args=(run, [version]),
        disabled=version.stage == "Production",
    )
    if version.stage in ("Staging", "Production"):
        return
    archived = version.stage == "Archived"
    label = _("Take back {version}") if archived else _("Archive {version}")
    st.button(
        label.format(version=version.name),
        key=f"{version.name}-archive",
        on_click=_archive,
        args=(version, not archived),
        **needs(Role.OWNER, _("Archived versions are hidden until asked for.")),
    )
    count = retiring.forecasts_by(settings().data_dir, version.model, version.version)
    with st.form(f"{version.name}-delete", border=False):
        st.text_input(
            _("To delete it, type: {version}").format(version=version.name),
            key=f"{version.name}-typed",
            help=_("It cannot be undone. {count} stored forecasts refer to it; they stay.").format(
                count=number(count)
            ),
        )
        st.form_submit_button(
            _("Delete"),
            icon=":material/delete:",
            on_click=_delete,
            args=(version,),
            **needs(Role.OWNER),
        )


def gate_panel(run: str) -> None:
    """The rules of the versions about to be promoted, and the last step; where it is open."""
    opened = st.session_state.get(OPEN)
    if not opened or opened["run"] != run:
        return
    if "verdicts" not in opened:
        with st.spinner(_("Holding it against the rules…")):
            data_dir = settings().data_dir
            opened["verdicts"] = [judge(data_dir, version) for version in opened["versions"]]
    verdicts = opened["verdicts"]
    st.markdown(_("**The gate to Production**"))
    for verdict in verdicts:
        st.markdown(f"`{verdict.version.name}`")
        st.markdown("\n".join(map(_line, verdict.rules)))
        if verdict.first:
            st.caption(
                _("The first production of its market: nothing to beat, so no rule holds it back.")
            )
        if verdict.tried > 1:
            said = _(
                "{count} versions were made since the last promotion: the best of several looks "
                "better than it is."
            ).format(count=verdict.tried)
            st.caption(f":material/info: {said}")
    shut = [verdict for verdict in verdicts if not verdict.opens]
    with st.form("gate", border=False):
        if shut:
            st.warning(
                _("The gate is shut. It opens for a written reason, which stays in the trail."),
                icon=":material/lock:",
            )
        st.text_input(
            _("Why all the same?") if shut else _("Reason (may stay empty)"),
            key="gate_reason",
            placeholder=_("At least {least} characters").format(least=LEAST_REASON) if shut else "",
            max_chars=500,
        )
        with st.container(horizontal=True):
            st.form_submit_button(
                _("Promote all the same") if shut else _("Promote now"),
                key="gate_promote",
                type="secondary" if shut else "primary",
                icon=":material/publish:",
                on_click=_promote,
                args=(bool(shut),),
                **needs(Role.OWNER),
            )
            st.form_submit_button(_("Leave it"), key="gate_leave", on_click=_close_gate)
        if lacking := lacks(Role.OWNER):
            st.caption(f":material/lock: {lacking}")


def _line(rule: Rule) -> str:
    mark = (
        f":green[:material/check_circle:] {_(HOLDS)}"
        if rule.passed
        else f":red[:material/cancel:] **{_(FAILS)}**"
    )
    return f"- {mark} · **{plain(retold(rule.title))}.** {plain(retold(rule.said))}"


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
    if not archived or st.toggle(
        _("Show archived ({count})").format(count=archived), key="show_archived"
    ):
        return found
    return [version for version in found if version.stage != "Archived"]
