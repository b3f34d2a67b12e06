"""Who acts at this moment: a person at this machine, a token, or Weeklens itself."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Literal, ParamSpec, TypeVar

from core.access.levels import Role

Given = ParamSpec("Given")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Actor:
    """One who asks for something.

    Attributes
    ----------
    name : str
        What the trail and a job's record say.
    role : Role
    how : {"local", "token", "oidc", "system"}
        How it is known who they are.
    """

    name: str
    role: Role
    how: Literal["local", "token", "oidc", "system"]


SYSTEM = Actor("system", Role.OWNER, "system")
"""Weeklens at its own work: a job's child process, the runner's threads, the weekly schedule.

What they do was allowed when it was asked for."""
_acting: ContextVar[Actor | None] = ContextVar("actor", default=None)
_asked: list[Callable[[], Actor | None]] = []


def actor() -> Actor:
    """Who acts now; the owner of this machine's own Weeklens where nobody else is named.

    That is the single user of a local install, who has nothing to set up.
    """
    return _acting.get() or (_asked[0]() if _asked else None) or _local()


def ask(reader: Callable[[], Actor | None]) -> None:
    """Say who knows the actor where none is named by `acting`.

    Parameters
    ----------
    reader : callable
        Returns None where it knows of none. The pages hand over the session's.
    """
    _asked[:] = [reader]


@contextmanager
def acting(who: Actor) -> Iterator[None]:
    """Act as somebody inside the block, and in the threads that are given its context."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)


def as_system(work: Callable[Given, Made]) -> Callable[Given, Made]:
    """A function that acts as Weeklens itself, such as a thread's: a thread begins with nobody."""

    @wraps(work)
    def done(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        with acting(SYSTEM):
            return work(*args, **kwargs)

    return done


@lru_cache(maxsize=1)
def _local() -> Actor:
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user without an account
        name = "local"
    return Actor(name, Role.OWNER, "local")
