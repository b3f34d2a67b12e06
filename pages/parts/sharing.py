"""Sending a forecast to somebody: as a picture, or as a link to the stored record."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from core.settings import settings
from core.share.picture import SIZES, picture
from core.share.reading import card_of, file_name
from core.share.words import LANGUAGES

SHAPES = {
    name: f"{name.capitalize()}, {form.width} × {form.height}" for name, form in SIZES.items()
}

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
        "Share",
        key="share",
        icon=":material/share:",
        help="A picture of this forecast, or a link to it",
    ):
        _share(record)


@st.dialog("Share this forecast", width="large", icon=":material/share:")
def _share(record: dict) -> None:
    places = st.columns([5, 3, 3])
    size = places[0].segmented_control(
        "Size",
        list(SHAPES),
        format_func=SHAPES.get,
        default="wide",
        required=True,
        key="share_size",
    )
    theme = places[1].segmented_control(
        "Colours",
        ["light", "dark"],
        format_func=str.capitalize,
        default=st.context.theme.type or "light",
        required=True,
        key="share_theme",
    )
    language = places[2].segmented_control(
        "Language",
        list(LANGUAGES),
        format_func=LANGUAGES.get,
        default="en",
        required=True,
        key="share_language",
    )
    drawn = picture(card_of(settings().data_dir, record), size, theme, language)
    st.image(
        drawn,
        width=PREVIEW[size],
        output_format="PNG",
        alt=f"Picture of the forecast of {record['symbol']} as of {record['as_of']:%Y-%m-%d}",
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
        help="Save this picture",
    )
    st.markdown("Link to this forecast as it is now, also when newer ones have come:")
    st.code(link(record["id"]), language=None)
    st.caption("Whoever opens the link must be able to reach this Weeklens.")


def link(record: str) -> str:
    """The address of a stored forecast, as this browser would reach it."""
    here = urlsplit(st.context.url or "")
    folder = here.path.rpartition("/")[0]
    query = urlencode({"id": record})
    return urlunsplit((here.scheme, here.netloc, f"{folder}/forecast", query, ""))
