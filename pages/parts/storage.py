"""How much room the data folder takes."""

import streamlit as st

from core.formats import number
from core.language import _
from core.settings import settings
from core.storage import disk_use


def storage_section() -> None:
    """Bytes by part, and what is free."""
    sizes, free = disk_use(settings().data_dir)
    if not sizes:
        st.info(_("The data folder is empty so far."), icon=":material/info:")
        return
    st.dataframe(
        [{"what": _(words), "size": bytes_ / 2**20} for words, bytes_ in sizes.items()],
        hide_index=True,
        width="content",
        column_order=["size", "what"],
        column_config={
            "what": st.column_config.TextColumn(_("What"), width="large"),
            "size": st.column_config.NumberColumn("MB", format="%.1f"),
        },
    )
    st.caption(
        _("{used} MB in `{folder}`; {free} GB are free on its disk.").format(
            used=number(sum(sizes.values()) / 2**20),
            folder=settings().data_dir,
            free=number(free / 2**30),
        )
    )
