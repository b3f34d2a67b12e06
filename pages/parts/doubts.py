"""What a reader must know of the versions behind a forecast before believing it."""

import streamlit as st

from core.language import _, retold
from pages.parts.words import plain


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
        st.caption(
            ":material/report: "
            + _(
                "In production although rules of the gate did not hold ({rules}). The Models page "
                "tells more."
            ).format(rules=told)
        )
