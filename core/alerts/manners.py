"""When alerts may be sent, how soon one may be repeated, and in which language."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from core.access import Role, require
from core.db import connect
from core.errors import UserError
from core.language import DEFAULT, LANGUAGES, _
from core.market.schema import MARKETS

KEY = "alerts"
"""In the data folder's ``meta``."""
MARKET_ZONE = ""
"""Quiet hours in the time of the market an alert is about."""
ELSEWHERE = MARKETS["VN"].timezone
"""The zone of an alert that is about no market."""
MOST_HOURS = 24 * 31


@dataclass(frozen=True)
class Manners:
    """How alerts behave.

    Attributes
    ----------
    quiet : bool
        Whether there are quiet hours: alerts of that time are held until they end.
    start, end : str
        HH:MM; the end may lie in the next morning.
    zone : str
        IANA name of the time zone; empty is that of the alert's market.
    repeat_hours : int
        Hours after which something that still lasts is told again.
    language : str
        Code of the language alerts are written in.
    """

    quiet: bool = False
    start: str = "22:00"
    end: str = "07:00"
    zone: str = MARKET_ZONE
    repeat_hours: int = 24
    language: str = DEFAULT

    def silent(self, market: str, now: datetime) -> bool:
        """Whether an alert about a market ("" for none) has to wait now."""
        if not self.quiet:
            return False
        known = MARKETS.get(market)
        zone = self.zone or (known.timezone if known else ELSEWHERE)
        here = now.astimezone(ZoneInfo(zone)).time()
        start, end = time.fromisoformat(self.start), time.fromisoformat(self.end)
        return start <= here < end if start < end else here >= start or here < end


def read(data_dir: Path) -> Manners:
    """The manners in force; the defaults where none were saved."""
    with connect(data_dir) as db:
        row = db.execute("SELECT value FROM meta WHERE key=?", (KEY,)).fetchone()
    return Manners(**json.loads(row["value"])) if row else Manners()


def save(data_dir: Path, manners: Manners) -> None:
    """Keep manners.

    Raises
    ------
    UserError
        If a time, the zone, the hours or the language does not fit.
    """
    require(Role.OWNER)
    for text in (manners.start, manners.end):
        try:
            time.fromisoformat(text)
        except ValueError:
            raise UserError(_("{text} is no time: write it as 22:00.").format(text=text)) from None
    if manners.quiet and manners.start == manners.end:
        raise UserError(_("Quiet hours need two different times."))
    if manners.zone and manners.zone not in available_timezones():
        raise UserError(_("There is no time zone {zone}.").format(zone=repr(manners.zone[:40])))
    if not 1 <= manners.repeat_hours <= MOST_HOURS:
        raise UserError(
            _("The hours until an alert is repeated must lie between {low} and {high}.").format(
                low=1, high=MOST_HOURS
            )
        )
    if manners.language not in LANGUAGES:
        raise UserError(_("There is no language {name}.").format(name=repr(manners.language[:12])))
    with connect(data_dir) as db:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (KEY, json.dumps(asdict(manners))))
