"""Who acts, and what they may do: asked in core, at the door of every change.

A page may hide a button and the API may refuse a request early, but neither is what protects:
each function that changes something shared calls `require` before it does anything.

| role    | may                                                                              |
|---------|----------------------------------------------------------------------------------|
| viewer  | read everything                                                                  |
| analyst | also ask for work: import, refresh, train, forecast, evaluate, backtest, audit;   |
|         | cancel it; keep watchlists, screens and rules of alerts; choose what a symbol's   |
|         | prices come from                                                                 |
| owner   | also change what serves and how: promote, roll back, archive and delete versions, |
|         | the weekly schedule, the calendar, installing a source, channels of alerts, tokens |

Who acts is known by the account of this machine (its owner, with nothing to set up), by a token
(`core.access.tokens`), or by an OpenID provider that people sign in with (`core.access.oidc`).
"""

from core.access.roles import Forbidden, Role, require
from core.access.who import SYSTEM, Actor, acting, actor, as_system, ask

__all__ = [
    "SYSTEM",
    "Actor",
    "Forbidden",
    "Role",
    "acting",
    "actor",
    "as_system",
    "ask",
    "require",
]
