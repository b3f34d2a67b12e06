"""The ASGI app: its lifespan starts and stops the job runner, navigation.py draws the pages, and
`api` answers under /api."""

import os
import sys
from contextlib import asynccontextmanager
from typing import NoReturn

import streamlit as st
from starlette.middleware import Middleware
from streamlit import net_util
from streamlit.runtime.pages_manager import PagesManager

from api.closing import end_streams_on_a_signal
from api.mounting import mounted
from api.signed_in import SignedIn
from core.access import oidc
from core.errors import UserError
from core.jobs.server import AnotherServer
from core.settings import settings
from core.sockets import send_at_once
from core.startup import start

# A web socket from a foreign origin makes Streamlit ask an outside service for this machine's
# address. Nothing here asks outside: such an origin is simply refused.
net_util.get_external_ip = lambda: None
# A folder named pages/ makes Streamlit run the very first visit without navigation.py, until that
# has run once: a first visit to /stock would show file names for a menu.
PagesManager.uses_pages_directory = False


def refuse(reason: Exception) -> NoReturn:
    """End with a sentence: an exception would be printed as a traceback and bury it."""
    print(reason, file=sys.stderr, flush=True)
    os._exit(2)


def signing_in() -> dict:
    """What the app is made with where people sign in; nothing where nobody does."""
    try:
        on = oidc.switched_on()
    except UserError:
        return {}  # no page opens with settings that cannot be read; each says why
    if not on:
        return {}
    try:
        secrets = oidc.for_streamlit(settings().data_dir)
    except UserError as refusal:
        refuse(refusal)
    return {"secrets": secrets, "middleware": [Middleware(SignedIn)]}


@asynccontextmanager
async def lifespan(_: st.App):
    """Run jobs for as long as the server lives."""
    end_streams_on_a_signal()
    send_at_once()
    try:
        started = start()
    except AnotherServer as refusal:
        refuse(refusal)
    yield
    if started is not None:
        started.stop()


def address() -> str:
    """What the server listens on."""
    return st.get_option("server.address") or ""


app = st.App("navigation.py", lifespan=lifespan, routes=[mounted(address)], **signing_in())
