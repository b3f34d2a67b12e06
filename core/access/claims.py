"""From the claims of an ID token to the one who acts.

Claims are what a provider says of a person, and in part what that person typed there. So nothing
is taken for more than it is: a value counts where it has the type that is expected, a role is
given for what the settings name and for nothing else, and the name in the records is one that
another person of the same provider cannot choose.
"""

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.access.levels import Role
from core.access.who import Actor
from core.errors import UserError
from core.language import _

Claims = Mapping[str, Any]

ADDRESS = re.compile(r"[a-z0-9._+'-]{1,64}@[a-z0-9.-]{1,64}", re.ASCII)
"""No letter that looks like another one; no space or comma, which the records tell names by."""
SUBJECT = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
LONGEST = 256
"""Characters of a claim's value that could be one of the settings'."""
MOST_VALUES = 10_000
DEEPEST = 8
SKEW = 300.0
"""Seconds that the provider's clock may be ahead."""


class NotSignedIn(UserError):
    """Nobody who may come in: not signed in, or no longer, or without a role."""


class SessionEnded(NotSignedIn):
    """Signed in too long ago, or signed out."""


class NoRole(NotSignedIn):
    """Signed in, and none of the roles is theirs; ``name`` is who."""

    def __init__(self, name: str):
        self.name = name
        super().__init__(
            _("{name} is signed in, but has no role here: ask an owner for one.").format(name=name)
        )


@dataclass(frozen=True)
class Rules:
    """Who is what, and for how long.

    Attributes
    ----------
    claim : str
        Name of the claim with a person's groups or roles; a dotted path into nested ones.
    named : dict of Role to frozenset of str
        Values of that claim, and e-mail addresses (what has an ``@``), by the role they give.
    others : Role or None
        Of those who are signed in and not named; None turns them away.
    hours : float
        Until one has to sign in again.
    """

    claim: str
    named: Mapping[Role, frozenset[str]]
    others: Role | None
    hours: float


def actor_of(claims: Claims, rules: Rules, now: float) -> Actor:
    """Who acts.

    Parameters
    ----------
    claims : mapping of str to anything
        Of an ID token whose signature, issuer and audience were checked.
    rules : Rules
    now : float
        Seconds since 1970.

    Raises
    ------
    NotSignedIn
        If nobody may act by these claims.
    """
    if not _text(claims.get("iss")) or not _text(claims.get("sub")):
        raise NotSignedIn(_("Nobody is signed in here: sign in first."))
    if not 0 < ends(claims, rules) - now <= rules.hours * 3600 + SKEW:
        raise SessionEnded(_("Your session has ended: sign in again."))
    role, name = role_of(claims, rules), name_of(claims)
    if role is None:
        raise NoRole(name)
    return Actor(name, role, "oidc")


def ends(claims: Claims, rules: Rules) -> float:
    """When a session ends, in seconds since 1970; 0 where it is not known when it began.

    The ID token's own end is no help: it says until when the token may be handed in, at some
    providers five minutes.
    """
    began = claims.get("iat")
    if isinstance(began, bool) or not isinstance(began, int | float):
        return 0.0
    try:
        end = float(began) + rules.hours * 3600
    except OverflowError:
        return 0.0
    return end if math.isfinite(end) else 0.0


def name_of(claims: Claims) -> str:
    """The name for the records: the e-mail address, else what the provider calls the person.

    Display names and user names are not asked: at many providers people choose them.
    """
    if (address := _address(claims)) and not _denied(claims.get("email_verified")):
        return address
    issuer, subject = _text(claims.get("iss")), _text(claims.get("sub"))
    if SUBJECT.fullmatch(subject):
        return f"sub-{subject}"
    digest = hashlib.sha256(f"{issuer}\n{subject}".encode(errors="surrogatepass"))
    return f"id-{digest.hexdigest()[:16]}"


def role_of(claims: Claims, rules: Rules) -> Role | None:
    """The highest role that these claims give."""
    held = {value for value in values(claims, rules.claim) if "@" not in value}
    # Whoever can enter any address at the provider must not become an owner by it.
    if (address := _address(claims)) and _confirmed(claims.get("email_verified")):
        held.add(address)
    given = [role for role, named in rules.named.items() if named & held]
    return max(given, default=rules.others)


def values(claims: Claims, path: str) -> set[str]:
    """The texts under a claim: one, several with spaces between, or a list.

    Parameters
    ----------
    claims : mapping
    path : str
        The claim's own name (which may hold dots, as an address does), else a dotted path.
    """
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for step in path.split(".")[:DEEPEST]:
            found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        found = [found, *found.split()]
    if not isinstance(found, list | tuple | set | frozenset):
        return set()
    return {value for value in list(found)[:MOST_VALUES] if 0 < len(_text(value)) <= LONGEST}


def _address(claims: Claims) -> str:
    """The e-mail address in small letters; empty where there is none that can be a name."""
    address = _text(claims.get("email")).lower()
    return address if ADDRESS.fullmatch(address) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _denied(verified: Any) -> bool:
    """Whether a provider says that an address was not checked; some say nothing."""
    return not (verified is None or _confirmed(verified))


def _confirmed(verified: Any) -> bool:
    return verified is True or verified == "true"
