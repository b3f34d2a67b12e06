"""The screener: conditions, presets and saved screens; what it holds stands in the address."""

import streamlit as st

from core import screens
from core.access import Role
from core.errors import UserError
from core.language import N_, _
from core.screener import (
    CALLS,
    FIELDS,
    PRESETS,
    Condition,
    Screen,
    check_condition,
    format_screen,
    parse_screen,
)
from core.settings import settings
from core.watchlists import same_name
from pages.parts.choosing import follow_address
from pages.parts.rights import needs
from pages.parts.words import plain

VALUES, PERCENTILES = N_("Values"), N_("Percentiles")
CODES = {word: code for code, word in CALLS.items()}


def put_screen(screen: Screen, name: str = "") -> None:
    """Make this the screen on show; with the name of the saved one it comes from."""
    state = st.session_state
    state["screen"], state["screen_name"] = format_screen(screen), name
    state["calls"] = [CALLS[call] for call in screen.calls]
    state["screen_sectors"] = list(screen.sectors)
    state["screen_fields"] = [condition.field for condition in screen.conditions]
    for condition in screen.conditions:
        state[f"screen_low_{condition.field}"] = condition.low
        state[f"screen_high_{condition.field}"] = condition.high
        state[f"screen_by_{condition.field}"] = PERCENTILES if condition.percentile else VALUES


def follow_screen() -> None:
    """Take the screen of the address, else keep the session's; before any of its widgets."""
    before = st.session_state.get("screen")
    follow_address("screen", st.query_params.get("screen"), "")
    # On coming back from another page the widgets are gone: they start from the session's screen.
    if st.session_state["screen"] == before and "screen_fields" in st.session_state:
        return
    name = st.session_state.get("screen_name", "") if st.session_state["screen"] == before else ""
    try:
        put_screen(parse_screen(st.session_state["screen"]), name)
    except UserError as error:
        st.warning(plain(_("The screen in the address was left out.") + f" {error}"))
        put_screen(Screen())


def screener(market: str, sectors: list[str], *, with_calls: bool) -> None:
    """Draw presets, conditions and saved screens.

    Parameters
    ----------
    market : str
    sectors : list of str
        Those of the market's stocks.
    with_calls : bool
        Whether there are forecasts to screen by.
    """
    with st.expander(
        _("Screener"), icon=":material/filter_alt:", expanded=bool(st.session_state["screen"])
    ):
        offered = [
            name for name, told in PRESETS.items() if with_calls or "call:" not in told.screen
        ]
        st.pills(
            _("Start from"),
            offered,
            format_func=_,
            key="screen_preset",
            on_change=_preset_picked,
            help="\n".join(
                f"- **{_(name)}**: {_(preset.meaning)}" for name, preset in PRESETS.items()
            ),
        )
        fields = [
            name
            for name in FIELDS
            if with_calls or name not in ("change", "rank", "p_up", "p_sideways", "p_down")
        ]
        # A screen from the address may name what there is nothing of; it then fits no stock.
        chosen = [name for name in st.session_state["screen_fields"] if name in FIELDS]
        left, right = st.columns(2)
        left.multiselect(
            _("Conditions on"),
            list(dict.fromkeys([*fields, *chosen])),
            key="screen_fields",
            format_func=lambda name: FIELDS[name].title,
            placeholder=_("Choose indicators or parts of the forecast"),
        )
        right.multiselect(
            _("Sectors"),
            list(dict.fromkeys([*sectors, *st.session_state["screen_sectors"]])),
            key="screen_sectors",
            placeholder=_("All sectors"),
        )
        for name in st.session_state["screen_fields"]:
            _condition(name)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _saved(market)
            st.button(_("Clear"), key="screen_clear", on_click=put_screen, args=(Screen(),))
        st.caption(
            _(
                "Every condition must hold. Percentiles are places among this market's stocks this "
                "week: 0 the lowest, 100 the highest. A stock without a value fits no range."
            )
        )


def screen_on_show() -> Screen:
    """The screen as the widgets now stand; what cannot be is said and left out."""
    state, conditions = st.session_state, []
    for name in state["screen_fields"]:
        try:
            conditions.append(
                check_condition(
                    Condition(
                        name,
                        state.get(f"screen_low_{name}"),
                        state.get(f"screen_high_{name}"),
                        state.get(f"screen_by_{name}") == PERCENTILES,
                    )
                )
            )
        except UserError as error:
            st.error(str(error))
    calls = tuple(CODES[word] for word in state.get("calls") or ())
    screen = Screen(tuple(conditions), calls, tuple(state["screen_sectors"]))
    state["screen"] = format_screen(screen)
    return screen


def _preset_picked() -> None:
    name = st.session_state["screen_preset"]
    if name in PRESETS:
        put_screen(parse_screen(PRESETS[name].screen))
    st.session_state["screen_preset"] = None  # a click acts; nothing stays pressed


def _condition(name: str) -> None:
    field = FIELDS[name]
    st.session_state.setdefault(f"screen_by_{name}", VALUES)
    percentile = st.session_state[f"screen_by_{name}"] == PERCENTILES
    row = st.container(horizontal=True, vertical_alignment="bottom")
    unit = f", {field.unit}" if field.unit and not percentile else ""
    row.segmented_control(
        f"{field.title}{unit}",
        [VALUES, PERCENTILES],
        format_func=_,
        key=f"screen_by_{name}",
        required=True,
        help=field.help,
        width=330,
    )
    digits = 0 if percentile else field.digits
    for end, label in (("low", _("From")), ("high", _("To"))):
        key = f"screen_{end}_{name}"
        st.session_state.setdefault(key, None)
        row.number_input(
            label,
            value=None,
            step=10.0**-digits,
            format=f"%.{digits}f",
            key=key,
            placeholder=_("any"),
            width=150,
        )


def _saved(market: str) -> None:
    """Open, save, rename and delete screens by name."""
    data_dir = settings().data_dir
    kept = screens.screens(data_dir, market)
    opened = st.session_state["screen_name"]
    with st.popover(_("Saved screens"), icon=":material/bookmark:", key="saved_screens"):
        if kept:
            st.session_state["screen_open"] = opened if opened in kept else None
            st.selectbox(
                _("Open"),
                list(kept),
                key="screen_open",
                placeholder=_("{count} to choose from").format(count=len(kept)),
                on_change=_opened,
                args=(market,),
            )
        else:
            st.caption(_("There is no saved screen yet. Set conditions, then save them here."))
        name = st.text_input(
            _("Save as"),
            opened,
            key=f"screen_name_{opened}",
            max_chars=screens.NAME_LENGTH,
            placeholder=_("A name, such as Quiet leaders"),
        )
        there = same_name(name.strip(), kept)
        replace = there is not None
        try:
            with st.container(horizontal=True):
                if st.button(
                    _("Replace") if replace else _("Save"), key="screen_save", **needs(Role.ANALYST)
                ):
                    now = parse_screen(st.session_state["screen"])
                    said = screens.save(data_dir, market, name, now, replace=replace)
                    _done(said, _("Saved the screen {name}.").format(name=said))
                if opened in kept and st.button(
                    _("Rename"), key="screen_rename", **needs(Role.ANALYST)
                ):
                    said = screens.rename(data_dir, market, opened, name)
                    told = _("The screen {old} is now {new}.").format(old=opened, new=said)
                    _done(said, told)
                if opened in kept and st.button(
                    _("Delete"), key="screen_delete", **needs(Role.ANALYST)
                ):
                    screens.delete(data_dir, market, opened)
                    told = _("Deleted the screen {name}; its conditions stay on show.")
                    _done("", told.format(name=opened))
        except UserError as error:
            st.error(plain(str(error)))


def _opened(market: str) -> None:
    name = st.session_state["screen_open"]
    if name is not None:
        try:
            found, screen = screens.get(settings().data_dir, market, name)
            put_screen(screen, found)
        except UserError as error:
            st.toast(plain(str(error)))


def _done(name: str, words: str) -> None:
    st.session_state["screen_name"] = name
    st.toast(plain(words))
    st.rerun()
