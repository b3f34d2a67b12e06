"""The ASGI app: its lifespan starts and stops the job runner; navigation.py draws the pages."""

from contextlib import asynccontextmanager

import streamlit as st
from streamlit import net_util

from core.startup import start

# A web socket from a foreign origin makes Streamlit ask an outside service for this machine's
# address. Nothing here asks outside: such an origin is simply refused.
net_util.get_external_ip = lambda: None


@asynccontextmanager
async def lifespan(_: st.App):
    """Run jobs for as long as the server lives."""
    runner = start()
    yield
    if runner is not None:
        runner.stop()


app = st.App("navigation.py", lifespan=lifespan)
