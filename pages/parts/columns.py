"""Columns of tables that follow the reader's language."""

import streamlit as st

from core.language import language

DAYS = {"en": None, "vi": "DD/MM/YYYY"}
"""How a column writes a date; None is 2024-06-28."""


def day_column(label: str, **options: object) -> dict:
    """A column of dates, written as `core.formats.day` writes them.

    Parameters
    ----------
    label : str
        In the reader's language.
    options
        As `streamlit.column_config.DateColumn` takes them.
    """
    return st.column_config.DateColumn(label, format=DAYS[language()], **options)
