"""A word where prices end long ago."""

import pandas as pd
import streamlit as st

from core.language import _
from core.market.calendar import weeks_behind
from core.market.sample import SAMPLE_SOURCE


def stale_note(market: str, stocks: pd.DataFrame) -> None:
    """Say how long ago the newest of some stocks' prices end, and where to refresh them.

    Parameters
    ----------
    market : str
    stocks : DataFrame
        With ``last`` and ``source``. The sample is history by nature and does not count.
    """
    own = stocks.loc[stocks["source"] != SAMPLE_SOURCE, "last"]
    behind = 0 if own.empty else weeks_behind(market, own.max())
    if behind <= 1:
        return
    st.warning(
        _("Prices end {weeks} weeks ago: refresh them on the Data page.").format(weeks=behind),
        icon=":material/history:",
    )
    st.page_link(
        "pages/data.py",
        label=_("Refresh prices"),
        icon=":material/refresh:",
        query_params={"market": market, "part": "refresh"},
    )
