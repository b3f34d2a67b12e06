"""Sending a forecast to somebody: as a picture, or as a link to the stored record."""

from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from core.formats import day
from core.language import N_, _
from core.language import language as spoken
from core.settings import settings
from core.share.link import forecast_link
from core.share.picture import SIZES, picture
from core.share.reading import card_of, file_name
from core.share.words import LANGUAGES

SHAPES = {"wide": N_("Wide, {width} × {height}"), "square": N_("Square, {width} × {height}")}
COLOURS = {"light": N_("Light"), "dark": N_("Dark")}
PREVIEW = {"wide": 760, "square": 400}
"""Width of the preview in pixels: the button and the link below it stay in sight."""


def share_button(record: dict | None) -> None:
    """A button that opens the choice of picture and the link; nothing without a forecast.

    Parameters
    ----------
    record : dict or None
        A row of ``core.forecasts``.
    """
    if record is None or not record["call"]:
        return
    if st.button(
        _("Share"),
        key="share",
        icon=":material/share:",
        help=_("A picture of this forecast, or a link to it"),
    ):
        _share(record)


def _share(record: dict) -> None:
    title = _("Share this forecast")
    st.dialog(title, width="large", icon=":material/share:")(_choices)(record)


def _shape(name: str) -> str:
    return _(SHAPES[name]).format(width=SIZES[name].width, height=SIZES[name].height)


def _choices(record: dict) -> None:
    places = st.columns([5, 3, 3])
    size = places[0].segmented_control(
        _("Size"),
        list(SHAPES),
        format_func=_shape,
        default="wide",
        required=True,
        key="share_size",
    )
    theme = places[1].segmented_control(
        _("Colours"),
        list(COLOURS),
        format_func=lambda name: _(COLOURS[name]),
        default=st.context.theme.type or "light",
        required=True,
        key="share_theme",
    )
    language = places[2].segmented_control(
        _("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.get,
        default=spoken(),
        required=True,
        key="share_language",
    )
    drawn = picture(card_of(settings().data_dir, record), size, theme, language)
    st.image(
        drawn,
        width=PREVIEW[size],
        output_format="PNG",
        alt=_("Picture of the forecast of {symbol} as of {day}").format(
            symbol=record["symbol"], day=day(record["as_of"])
        ),
    )
    st.download_button(
        "PNG",
        drawn,
        file_name=file_name(record),
        mime="image/png",
        key="share_png",
        on_click="ignore",
        type="primary",
        icon=":material/download:",
        help=_("Save this picture"),
    )
    st.markdown(_("Link to this forecast as it is now, also when newer ones have come:"))
    st.code(link(record["id"]), language=None)
    st.caption(_("Whoever opens the link must be able to reach this Weeklens."))


def link(record: str) -> str:
    """The address of a stored forecast, as this browser would reach it."""
    here = urlsplit(st.context.url or "")
    folder = here.path.rpartition("/")[0]
    return forecast_link(urlunsplit((here.scheme, here.netloc, folder, "", "")), record)
