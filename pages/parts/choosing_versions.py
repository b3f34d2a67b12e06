"""Which versions are compared; kept in the address, so that a copy opens the same view."""

import streamlit as st

from core import registry
from core.comparison.choosing import MOST, first_choice, read_versions
from core.language import N_, _
from pages.parts.choosing import put_address
from pages.parts.words import plain

ADDRESSED = ("model", "versions")
NAMES = {registry.PRICE: N_("Price"), registry.PATTERN: N_("Pattern (UP, SIDEWAYS, DOWN)")}


def choose_versions(
    every: list[registry.Version],
) -> tuple[list[registry.Version], list[registry.Version]]:
    """The model's versions and those chosen, kept in the address: ``?model=...&versions=1,3``."""
    _follow_address()
    models = [model for model in registry.MODELS if any(v.model == model for v in every)]
    if st.session_state["compare_model"] not in models:
        st.session_state["compare_model"] = models[0]
    st.session_state["_compare_model"] = st.session_state["compare_model"]
    st.segmented_control(
        _("Model"),
        models,
        key="_compare_model",
        format_func=lambda model: _(NAMES[model]),
        on_change=_model_changed,
        required=True,
    )
    model = st.session_state["compare_model"]
    known = [version for version in every if version.model == model]
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
        _("Versions"),
        list(by_number),
        key="_compare_versions",
        format_func=lambda number: _label(by_number[number]),
        on_change=_versions_changed,
        max_selections=MOST,
        placeholder=_("Choose two to six versions"),
        help=_(
            "Kept in the page's address, so that a copy of it opens the same comparison. The "
            "others are measured by the version in production if it is among them, else by the "
            "first."
        ),
    )
    _write_address(model, numbers)
    return known, [by_number[number] for number in numbers]


def _follow_address() -> None:
    """Take the choice of the address where it came from outside, else keep the session's."""
    for key in ("compare_model", "compare_versions"):
        st.session_state.setdefault(key, None)
    asked = {name: value for name, value in st.query_params.items() if name in ADDRESSED}
    if asked and asked != st.session_state.get("_compare_address"):
        model = asked.get("model", "").strip()
        if model and model not in registry.MODELS:
            said = _("There is no model {model}; showing {shown}.")
            st.warning(plain(said.format(model=repr(model[:40]), shown=registry.MODELS[0])))
        st.session_state["compare_model"] = model if model in registry.MODELS else None
        st.session_state["compare_versions"] = asked.get("versions")


def _write_address(model: str, numbers: list[int]) -> None:
    wanted = {"model": model, "versions": ",".join(map(str, numbers))}
    put_address(wanted)
    st.session_state["_compare_address"] = wanted


def _model_changed() -> None:
    st.session_state["compare_model"] = st.session_state["_compare_model"]
    st.session_state["compare_versions"] = None
    put_address({})


def _versions_changed() -> None:
    numbers = st.session_state["_compare_versions"]
    st.session_state["compare_versions"] = ",".join(map(str, numbers))
    _write_address(st.session_state["compare_model"], numbers)


def _label(version: registry.Version) -> str:
    stage = {
        "Production": _("Production"),
        "Staging": _("Staging"),
        "Archived": _("Archived"),
    }.get(version.stage, "")
    facts = [f"v{version.version}", stage, version.tags.get("preset", _("made by hand"))]
    if "symbols" in version.tags:
        facts.append(
            _("{count} stocks to {week}").format(
                count=version.tags["symbols"], week=version.tags.get("last_week", "?")
            )
        )
    return " · ".join(fact for fact in facts if fact)
