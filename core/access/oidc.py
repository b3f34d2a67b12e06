"""Signing in with an OpenID provider: whether it is switched on, and by what settings.

Off by default: the person at this machine is the owner and nothing is set up. Any one of the
settings switches it on, so that half of them never leave an open app: the rest is then asked for.
"""

import hashlib
import hmac
import os
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.access.claims import Claims, Rules, SessionEnded, actor_of
from core.access.levels import Role
from core.access.who import Actor
from core.errors import UserError
from core.language import _
from core.settings import Settings, settings

KEY_FILE = "signing-in.key"
"""In the data folder: signs the cookies of who is signed in. Whoever has it is whom they like."""
OWNER_ONLY = 0o600
SHORTEST_SECRET = 32
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
CALLBACK = "/oauth2callback"
OTHERS = {"": None, "viewer": Role.VIEWER, "analyst": Role.ANALYST}

_left: set[tuple[str, str, float]] = set()
_leaving = threading.Lock()


@dataclass(frozen=True)
class Provider:
    """What is needed to let people sign in.

    Attributes
    ----------
    metadata_url, client_id, scope : str
    client_secret : str
        Never shown.
    callback : str
        Where the provider sends people back to; registered there.
    rules : Rules
    """

    metadata_url: str
    client_id: str
    client_secret: str
    scope: str
    callback: str
    rules: Rules

    def __repr__(self) -> str:
        return f"Provider({self.metadata_url!r})"

    @property
    def host(self) -> str:
        """The provider's name in a sentence."""
        return urlsplit(self.metadata_url).hostname or ""


def switched_on() -> bool:
    """Whether people sign in here, or are meant to.

    Raises
    ------
    UserError
        If the settings cannot be read.
    """
    return _wanted(settings())


def provider() -> Provider | None:
    """The provider that people sign in with; None where nobody does.

    Raises
    ------
    UserError
        If the settings of signing in are incomplete or unsafe; the sentence says which.
    """
    chosen = settings()
    return _checked(chosen) if _wanted(chosen) else None


def signed_in(claims: Claims) -> Actor | None:
    """Who acts by the claims of a session; None where nobody signs in.

    Raises
    ------
    NotSignedIn
        If they do not open the door.
    UserError
        If the settings are wrong.
    """
    chosen = provider()
    if chosen is None:
        return None
    if _session(claims) in _left:
        raise SessionEnded(_("You have signed out: sign in again."))
    return actor_of(claims, chosen.rules, time.time())


def leave(claims: Claims) -> None:
    """End a session in every tab and for a copy of its cookie, while this process lives."""
    chosen = provider()
    if chosen is None:
        return
    with _leaving:
        _left.add(_session(claims))


def for_streamlit(data_dir: Path) -> dict | None:
    """The section ``[auth]`` that Streamlit reads from its secrets, held in memory alone.

    Raises
    ------
    UserError
        If the settings of signing in are incomplete or unsafe, or the key cannot be kept.
    """
    chosen = provider()
    if chosen is None:
        return None
    return {
        "auth": {
            "redirect_uri": chosen.callback,
            "cookie_secret": _cookie_secret(data_dir, chosen),
            "client_id": chosen.client_id,
            "client_secret": chosen.client_secret,
            "server_metadata_url": chosen.metadata_url,
            "client_kwargs": {"scope": chosen.scope},
        }
    }


def _wanted(chosen: Settings) -> bool:
    return any(
        (
            chosen.oidc_metadata_url,
            chosen.oidc_client_id,
            chosen.oidc_client_secret.get_secret_value(),
            chosen.oidc_cookie_secret.get_secret_value(),
            chosen.oidc_owners,
            chosen.oidc_analysts,
            chosen.oidc_viewers,
            chosen.oidc_others,
        )
    )


def _checked(chosen: Settings) -> Provider:
    secret = chosen.oidc_client_secret.get_secret_value()
    needed = {
        "WEEKLENS_OIDC_METADATA_URL": chosen.oidc_metadata_url,
        "WEEKLENS_OIDC_CLIENT_ID": chosen.oidc_client_id,
        "WEEKLENS_OIDC_CLIENT_SECRET": secret,
        "WEEKLENS_OIDC_OWNERS": chosen.oidc_owners,
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise UserError(
            _(
                "Signing in is half switched on: {missing} is missing; set it, or take every "
                "WEEKLENS_OIDC_ setting away."
            ).format(missing=", ".join(missing))
        )
    if not _is_safe(chosen.oidc_metadata_url):
        raise UserError(
            _(
                "WEEKLENS_OIDC_METADATA_URL must begin with https:// (http:// is for this "
                "machine's own loopback): who signs in cannot be known over an open line."
            )
        )
    if not _is_safe(chosen.url):
        raise UserError(
            _(
                "WEEKLENS_URL is {url}: where people sign in it must begin with https:// (http:// "
                "is for this machine's own loopback)."
            ).format(url=chosen.url)
        )
    kept = chosen.oidc_cookie_secret.get_secret_value()
    if kept and len(kept) < SHORTEST_SECRET:
        raise UserError(
            _(
                "WEEKLENS_OIDC_COOKIE_SECRET needs at least {least} random characters; without it "
                "Weeklens makes one itself."
            ).format(least=SHORTEST_SECRET)
        )
    if "openid" not in chosen.oidc_scope.split():
        raise UserError(_("WEEKLENS_OIDC_SCOPE needs the word openid among its words."))
    named = {
        Role.OWNER: _names(chosen.oidc_owners),
        Role.ANALYST: _names(chosen.oidc_analysts),
        Role.VIEWER: _names(chosen.oidc_viewers),
    }
    return Provider(
        chosen.oidc_metadata_url,
        chosen.oidc_client_id,
        secret,
        chosen.oidc_scope,
        chosen.url.rstrip("/") + CALLBACK,
        Rules(chosen.oidc_role_claim, named, OTHERS[chosen.oidc_others], chosen.oidc_hours),
    )


def _is_safe(url: str) -> bool:
    """Whether nobody on the way can read or change what goes there."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        )
    except ValueError:
        return False


def _names(entries: tuple[str, ...]) -> frozenset[str]:
    """Addresses are the same in capitals and small letters; a claim's values are not."""
    return frozenset(entry.lower() if "@" in entry else entry for entry in entries)


def _session(claims: Claims) -> tuple[str, str, float]:
    began = claims.get("iat")
    return (
        str(claims.get("sub"))[:256],
        str(claims.get("nonce"))[:256],
        float(began) if isinstance(began, int | float) and abs(began) < 1e12 else 0.0,
    )


def _cookie_secret(data_dir: Path, chosen: Provider) -> str:
    """What signs the cookies; another provider or client ends every session."""
    kept = settings().oidc_cookie_secret.get_secret_value() or _kept_key(data_dir / KEY_FILE)
    of = f"{chosen.metadata_url}\n{chosen.client_id}"
    return hmac.new(kept.encode(), of.encode(), hashlib.sha256).hexdigest()


def _kept_key(path: Path) -> str:
    """The key of this data folder, made where there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        except FileExistsError:
            path.chmod(OWNER_ONLY)
        else:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        key = ""
    if len(key) < SHORTEST_SECRET:
        raise UserError(
            _(
                "The key that signs sessions cannot be kept in {file}: let Weeklens write there, "
                "delete the file if it is damaged, or set WEEKLENS_OIDC_COOKIE_SECRET."
            ).format(file=path)
        )
    return key
