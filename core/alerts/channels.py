"""Named channels, an Apprise address each: mail, Telegram, Slack, a webhook and the rest.

An address holds its channel's secrets, so it lies apart from the database, in a file that only
the owner may read, or comes from the setting ``WEEKLENS_CHANNELS``. It is never shown again: pages,
logs and the command line know the name and the masked address.

An address may lead to any machine this server reaches, those of the inner network too: whoever
can enter one can make the server call there. That is the owner's right and nobody else's; a
Weeklens that strangers can open needs a door in front of it, as for all its other pages. Plugins
that act on the server itself are refused (``core.alerts.child.LOCAL``).
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from core.access import Role, require
from core.alerts.post import Message, Post
from core.errors import UserError
from core.files import aside
from core.language import N_, _, using
from core.market.parsing import clean_text
from core.settings import settings

FILE = "channels.json"
OWNER_ONLY = 0o600
NAME_LENGTH = 60
URL_LENGTH = 2_000
MOST_CHANNELS = 20
FROM_SETTINGS = N_("from the setting WEEKLENS_CHANNELS")


@dataclass(frozen=True)
class Channel:
    """A channel as it may be shown.

    Attributes
    ----------
    name : str
    masked : str
        Its address without secrets.
    service : str
        What Apprise calls it; empty for one of the settings.
    own : bool
        Whether it was entered on the page and can be deleted there.
    """

    name: str
    masked: str
    service: str
    own: bool


def channels(data_dir: Path) -> list[Channel]:
    """Every channel: those of the settings, then the entered ones in order of name."""
    given = settings().channels
    fixed = [
        Channel(name, f"{url.get_secret_value().partition('://')[0]}://…", "", False)
        for name, url in given.items()
    ]
    own = [
        Channel(name, entry["masked"], entry["service"], True)
        for name, entry in sorted(_read(data_dir).items())
        if name not in given
    ]
    return fixed + own


def add(data_dir: Path, name: str, url: str) -> Channel:
    """Keep a new channel.

    Raises
    ------
    Forbidden
        If an owner does not ask.
    UserError
        If the name is taken or none, or the address is none that can be used.
    """
    require(Role.OWNER)
    name = " ".join((clean_text(name, NAME_LENGTH) or "").split())
    if not name:
        raise UserError(_("A channel needs a name, such as Desk mail."))
    with Post(_plausible(url)) as post:
        said = post.described()
    with _exclusive(data_dir):
        kept = _read(data_dir)
        if name.casefold() in {other.casefold() for other in [*kept, *settings().channels]}:
            raise UserError(
                _("There is a channel {name} already: choose another name.").format(name=name)
            )
        if len(kept) >= MOST_CHANNELS:
            raise UserError(
                _("There are {count} channels already: delete one first.").format(
                    count=MOST_CHANNELS
                )
            )
        kept[name] = {"url": url.strip(), "masked": said["masked"], "service": said["service"]}
        _write(data_dir, kept)
    return Channel(name, said["masked"], said["service"], True)


def delete(data_dir: Path, name: str) -> None:
    """Remove an entered channel and its address; an owner's right."""
    require(Role.OWNER)
    with _exclusive(data_dir):
        kept = _read(data_dir)
        if kept.pop(name, None) is not None:
            _write(data_dir, kept)


def address(data_dir: Path, name: str) -> str:
    """The address of a channel, for sending only; empty where there is no such channel."""
    fixed = settings().channels.get(name)
    if fixed is not None:
        return fixed.get_secret_value()
    return _read(data_dir).get(name, {}).get("url", "")


def test(data_dir: Path, name: str, language: str) -> None:
    """Send a word through a channel.

    Raises
    ------
    UserError
        If it did not take it; the sentence says why.
    """
    require(Role.OWNER)
    with using(language):
        message = Message("Weeklens", _("This channel works: alerts will arrive here."))
    with Post(address(data_dir, name)) as post:
        post.described()
        reason = post.send(message)
    if reason:
        raise UserError(reason)


def _plausible(url: str) -> str:
    """An address that is worth asking Apprise about."""
    url = url.strip()
    scheme = re.match(r"([a-z0-9]+)://\S+$", url, re.IGNORECASE)
    if len(url) > URL_LENGTH or scheme is None or not url.isprintable():
        raise UserError(_("The address must look like mailto://… or jsons://… and be in one line."))
    return url


def _exclusive(data_dir: Path) -> FileLock:
    data_dir.mkdir(parents=True, exist_ok=True)
    return FileLock(data_dir / f"{FILE}.lock", timeout=20)


def _read(data_dir: Path) -> dict[str, dict[str, str]]:
    path = data_dir / FILE
    try:
        if path.stat().st_mode & 0o077:  # copied from elsewhere
            path.chmod(OWNER_ONLY)
        kept = json.loads(path.read_text("utf-8"))
        if not all(set(entry) >= {"url", "masked", "service"} for entry in kept.values()):
            raise ValueError
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError):
        raise UserError(
            _("The file {file} cannot be read: move it away and enter the channels anew.").format(
                file=path
            )
        ) from None
    return kept


def _write(data_dir: Path, kept: Mapping) -> None:
    """Write the file aside, readable by the owner alone from its first byte on."""
    path = data_dir / FILE
    part = aside(path)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(kept, ensure_ascii=False, indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
