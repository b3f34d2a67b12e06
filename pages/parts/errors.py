"""A problem the user can mend is a sentence on the page, never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import UserError


@contextmanager
def guarded() -> Iterator[None]:
    """Show a ``UserError`` of the block as one sentence and end the page there."""
    try:
        yield
    except UserError as error:
        st.error(str(error), icon=":material/info:")
        st.stop()
