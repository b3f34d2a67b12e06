"""A problem the user can mend is a sentence on the page, never a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.db import SAYS_NO_ROOM
from core.errors import UserError
from core.jobs.trouble import is_full
from core.language import _


@contextmanager
def guarded() -> Iterator[None]:
    """Show a ``UserError`` of the block, or a full disk, as one sentence and end the page there."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, UserError) and not is_full(error):
            raise
        said = str(error) if isinstance(error, UserError) else _(SAYS_NO_ROOM)
        st.error(said, icon=":material/info:")
        st.stop()
