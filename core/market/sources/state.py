"""What a page says of the sources: ready or not, what they promise, who follows them."""

from collections import Counter
from pathlib import Path

from core.formats import moment
from core.language import _, retold
from core.market.follows import Asked, asked, followed
from core.market.schema import MARKETS
from core.market.sources.registry import PLACES, check_source
from core.market.sources.sandbox import Sandbox
from core.settings import settings


def source_states(data_dir: Path) -> list[dict]:
    """Every source as plain values.

    Returns
    -------
    list of dict
        In the reader's language: ``name, title, markets, ready, state`` (a sentence),
        ``unit, adjusted, per_minute, years_a_call, terms, followers`` (symbols that follow it) and
        ``trouble`` (what its newest asking met; empty where that went well).
    """
    followers = Counter(
        source for market in MARKETS for source in followed(data_dir, market).values()
    )
    newest: dict[str, Asked] = {}
    for market in MARKETS:
        for was in asked(data_dir, market).values():
            if was.source not in newest or was.at > newest[was.source].at:
                newest[was.source] = was
    rows = []
    for name in PLACES:
        source = check_source(name)
        ready, state = _state(name, data_dir)
        promise = source.promise
        rows.append(
            {
                "name": name,
                "title": _(source.title),
                "markets": list(source.markets),
                "ready": ready,
                "state": state,
                "unit": _(promise.unit),
                "adjusted": _(promise.adjusted),
                "per_minute": promise.per_minute,
                "years_a_call": promise.years_a_call,
                "terms": _(promise.terms),
                "followers": followers[name],
                "trouble": _trouble(newest.get(name)),
            }
        )
    return rows


def _trouble(was: Asked | None) -> str:
    if was is None or was.state == "ok":
        return ""
    return f"{moment(was.at)}: {retold(was.message)}"


def _state(name: str, data_dir: Path) -> tuple[bool, str]:
    if name == "vnstock":
        if Sandbox(data_dir).installed:
            return True, _("installed, in an environment of its own")
        return False, _("not installed: run `make live`, or use the button on the Data page")
    if name == "file":
        folder = settings().files_folder(data_dir)
        there = [code for code in MARKETS if (folder / code).is_dir()]
        if there:
            return True, _("reads the folders {names} of {folder}").format(
                names=_(" and ").join(there), folder=folder
            )
        return False, _("put files into {vn} or {us}").format(vn=folder / "VN", us=folder / "US")
    if name == "yahoo":
        return True, _("ready; asks Yahoo over the network when you refresh")
    return True, _("inside the app")
