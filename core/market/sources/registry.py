"""The sources by name; each is loaded only when it is used."""

from importlib import import_module
from pathlib import Path

from core.errors import UserError
from core.language import _
from core.market.schema import printable
from core.market.sources.base import Source

PLACES = {
    "sample": "core.market.sources.sample:SampleSource",
    "file": "core.market.sources.file:FileSource",
    "vnstock": "core.market.sources.vnstock:VnstockSource",
    "yahoo": "core.market.sources.yahoo:YahooSource",
}


def check_source(name: str, market: str | None = None) -> type[Source]:
    """The class of a source.

    Raises
    ------
    UserError
        If there is no such source, or it has no prices of the market.
    """
    if name not in PLACES:
        raise UserError(
            _("There is no source {name}; choose one of {names}.").format(
                name=repr(printable(name)), names=", ".join(PLACES)
            )
        )
    module, cls = PLACES[name].split(":")
    found = getattr(import_module(module), cls)
    if market is not None and market not in found.markets:
        fitting = [other for other in PLACES if market in check_source(other).markets]
        raise UserError(
            _("{source} has no prices of the market {market}; choose {names}.").format(
                source=_(found.title), market=market, names=_(" or ").join(fitting)
            )
        )
    return found


def open_source(name: str, data_dir: Path) -> Source:
    """A source, ready to be asked.

    Raises
    ------
    UserError
        If there is no such source.
    """
    return check_source(name)(data_dir)
