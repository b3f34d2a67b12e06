"""Long lists in pages: a cursor says after which row to go on."""

import base64
import binascii
import json
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from api.problems import Problem

Item = TypeVar("Item")
MOST = 1000
Limit = Annotated[int, Query(ge=1, le=MOST, description="Rows of a page.")]
Cursor = Annotated[
    str,
    Query(
        max_length=200,
        pattern=r"^[A-Za-z0-9_-]*$",
        description="`next` of the page before; empty for the first.",
    ),
]


class Page(BaseModel, Generic[Item]):
    """Some rows of a list."""

    items: list[Item]
    next: str | None = Field(
        default=None, description="The cursor of the next page; null on the last."
    )


def written(*key: str | int) -> str:
    """The cursor of the rows after one."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def read(cursor: str, *kinds: type) -> tuple | None:
    """The row that a cursor names, None for an empty one.

    Raises
    ------
    Problem
        If it is none of this list's.
    """
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        key = None
    fits = isinstance(key, list) and [type(part) for part in key] == list(kinds)
    if not fits or any(isinstance(part, int) and abs(part) > 2**60 for part in key):
        raise Problem(404, "This cursor is none of this list's: begin with the first page.")
    return tuple(key)
