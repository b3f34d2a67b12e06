"""What a message says: the sentence, the link, and the picture of the forecast it is about."""

from pathlib import Path
from urllib.parse import urlencode

from core import forecasts
from core.alerts.kinds import Event
from core.alerts.outbox import Delivery
from core.alerts.post import Message
from core.errors import UserError
from core.language import using
from core.settings import settings
from core.share.link import forecast_link
from core.share.reading import card_of, file_name
from core.share.words import WORDS

SIZE, THEME = "wide", "light"


def record_of(data_dir: Path, event: Event) -> str:
    """Id of the forecast on show of an event's stock; empty where there is none with a call."""
    shown = forecasts.latest(data_dir, event.market)
    mine = shown[(shown["symbol"] == event.symbol) & (shown["call"] != "")]
    return str(mine["id"].iloc[-1]) if len(mine) else ""


def compose(data_dir: Path, delivery: Delivery, language: str) -> Message:
    """The message of a delivery, its picture drawn from the stored forecast as it was.

    Parameters
    ----------
    data_dir : Path
    delivery : Delivery
    language : str
        Of the picture and the disclaimer.
    """
    base = settings().url
    title = f"Weeklens: {delivery.symbol}" if delivery.symbol else "Weeklens"
    if delivery.record:
        record = forecasts.find(data_dir, delivery.record)
        from core.share.picture import picture  # Pillow is loaded with the first picture

        with using(language):
            try:
                drawn = picture(card_of(data_dir, record), SIZE, THEME, language)
            except UserError:  # its prices are no longer there: the words still hold
                drawn = b""
        lines = (delivery.text, forecast_link(base, delivery.record), WORDS[language]["disclaimer"])
        return Message(title, "\n\n".join(lines), drawn, file_name(record) if drawn else "")
    return Message(title, "\n\n".join((delivery.text, _page(base, delivery))))


def _page(base: str, delivery: Delivery) -> str:
    """Where to look: the stock, or Home, which lists what wants attention."""
    asked = {"market": delivery.market, "symbol": delivery.symbol}
    query = urlencode({name: value for name, value in asked.items() if value})
    page = "/stock" if delivery.symbol else "/"
    return base.rstrip("/") + page + (f"?{query}" if query else "")
