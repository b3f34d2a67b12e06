"""What a page says where something is in the way; a defect stays one."""

import errno

import pytest
from streamlit.testing.v1 import AppTest

from core.db import SAYS_NO_ROOM


def page(error):
    from pages.parts.errors import guarded

    with guarded():
        raise error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        RuntimeError("(sqlite3.OperationalError) database or disk is full"),
    ],
)
def test_a_full_disk_is_one_sentence(error):
    at = AppTest.from_function(page, args=(error,)).run()
    assert [shown.value for shown in at.error] == [SAYS_NO_ROOM]
    assert not at.exception


def test_a_defect_is_not_taken_for_anything_else():
    at = AppTest.from_function(page, args=(RuntimeError("a defect"),)).run()
    assert (len(at.exception), len(at.error)) == (1, 0)
