"""What a reader must know of the versions behind a forecast before believing it: doubts, and
who answers for them."""

import streamlit as st

from core.language import _, retold
from core.settings import settings
from core.share.origin import put_there
from pages.parts.words import day, plain


def doubts(shown: dict) -> None:
    """Say that others than production serve, and which rules of the gate were not held.

    Parameters
    ----------
    shown : dict
        ``core.forecasts.current``.
    """
    if instead := shown.get("instead"):
        st.warning(plain(retold(instead)), icon=":material/report:")
    failed = shown.get("gate_failed") or {}
    if failed:
        told = "; ".join(
            f"{model}: {', '.join(retold(title).lower() for title in titles)}"
            for model, titles in failed.items()
        )
        said = _(
            "In production although rules of the gate did not hold ({told}). The Models page tells "
            "more."
        ).format(told=told)
        st.caption(f":material/report: {said}")


def put_by(record: dict) -> None:
    """Who put the versions of a stored forecast into production, and when; leads to the trail.

    Parameters
    ----------
    record : dict
        A row of ``core.forecasts``.
    """
    put = put_there(settings().data_dir, record)
    together = len({entry.act for entry in put}) == 1
    for entry in put[:1] if together else put:
        said = (
            _("Put into production {day} by {who}")
            if together
            else _("{model} put into production {day} by {who}")
        )
        st.page_link(
            "pages/models.py",
            label=plain(said.format(model=entry.model, day=day(entry.at), who=_(entry.who))),
            icon=":material/verified_user:",
            help=_("The trail on the Models page tells why, and what the rules of the gate said."),
        )
