"""How much room the data folder takes."""

import streamlit as st

from core.settings import settings
from core.storage import disk_use


def storage_section() -> None:
    """Bytes by part, and what is free."""
    sizes, free = disk_use(settings().data_dir)
    if not sizes:
        st.info("The data folder is empty so far.", icon=":material/info:")
        return
    st.dataframe(
        [{"what": words, "size": bytes_ / 2**20} for words, bytes_ in sizes.items()],
        hide_index=True,
        width="content",
        column_order=["size", "what"],
        column_config={
            "what": st.column_config.TextColumn("What", width="large"),
            "size": st.column_config.NumberColumn("MB", format="%.1f"),
        },
    )
    st.caption(
        f"{sum(sizes.values()) / 2**20:,.0f} MB in `{settings().data_dir}`; "
        f"{free / 2**30:,.0f} GB are free on its disk."
    )
