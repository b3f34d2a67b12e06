"""In front of Streamlit's own routes where people sign in: its files, and the way in and back.

Streamlit asks nobody for the files of a page (pictures, downloads, what is uploaded): their
addresses are known to the page alone. Here they ask for a session all the same. On the way in it
says nothing of what went wrong, and leads everybody to the first page; here a failure is told on
the page of signing in, and who came by a link gets to what it leads to.
"""

import json
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import URL, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.runtime.memory_media_file_storage import _calculate_file_id
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from core.access import oidc
from core.errors import UserError
from core.settings import PROJECT, settings

GUARDED = ("/media/", "/_stcore/upload_file/", "/_stcore/metrics")
LOGIN, CALLBACK = "/auth/login", oidc.CALLBACK
BACK = "weeklens_back"
"""Cookie: the page that was asked for before signing in."""
BACK_SECONDS = 600
LONGEST_BACK = 1000
FAILED = "signing_in"
"""In the address, with the value ``failed``: the last try came to nothing."""


class SignedIn:
    """ASGI middleware around the pages' server.

    Parameters
    ----------
    app : ASGI app
    """

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        base = f"/{config.get_option('server.baseUrlPath').strip('/')}".rstrip("/")
        path = scope["path"].removeprefix(base)
        if path.startswith(GUARDED):
            if path.rpartition("/")[2] in _own_pictures() or _may_read(Request(scope)):
                await self.app(scope, receive, send)
            else:
                await PlainTextResponse("Sign in first.", 401)(scope, receive, send)
        elif path == LOGIN:
            await _log_in(self.app, scope, receive, send, base)
        elif path == CALLBACK:
            await _come_back(self.app, scope, receive, send, base)
        else:
            await self.app(scope, receive, send)


@lru_cache(maxsize=1)
def _own_pictures() -> frozenset[str]:
    """The files that the page of signing in itself shows: Weeklens's mark."""
    mark = (PROJECT / "static" / "favicon.png").read_bytes()
    return frozenset({f"{_calculate_file_id(mark, 'image/png')}.png"})


def _may_read(request: Request) -> bool:
    """Whether the request's cookie is one of ours, and of somebody with a role."""
    try:
        kept = _get_signed_cookie_with_chunks(request.cookies, USER_COOKIE_NAME)
        claims = json.loads(kept) if kept else {}
        return isinstance(claims, dict) and oidc.signed_in(claims) is not None
    except (UserError, ValueError):
        return False


async def _log_in(app: ASGIApp, scope: Scope, receive: Receive, send: Send, base: str) -> None:
    """Remember where somebody wanted to go; tell where the provider does not answer."""
    start, body = await _collected(app, scope, receive)
    if start["status"] >= 400:
        await RedirectResponse(f"{base}/?{FAILED}=failed", 302)(scope, receive, send)
        return
    response = MutableHeaders(raw=start["headers"])
    back = _from_here(Request(scope).headers.get("referer", ""))
    if back.removeprefix(base) not in ("", "/"):
        response.append("set-cookie", _cookie(back, base, BACK_SECONDS))
    await _sent(send, start | {"headers": response.raw}, body)


async def _come_back(app: ASGIApp, scope: Scope, receive: Receive, send: Send, base: str) -> None:
    """After the provider: to where somebody wanted to go, or to the page of signing in."""
    start, body = await _collected(app, scope, receive)
    response = MutableHeaders(raw=start["headers"])
    asked = parse_qs(scope["query_string"].decode("latin-1"))
    # Streamlit's cookie of who is signed in; one that is deleted has no value.
    let_in = any(
        cookie.startswith(f"{USER_COOKIE_NAME}=") and "Max-Age=0" not in cookie
        for cookie in response.getlist("set-cookie")
    )
    if let_in:
        if back := _plain_path(Request(scope).cookies.get(BACK, "")):
            response["location"] = back
            response.append("set-cookie", _cookie("", base, 0))
    elif "code" in asked or "error" in asked or start["status"] >= 400:
        # Without either it is the way back from signing out at the provider.
        await RedirectResponse(f"{base}/?{FAILED}=failed", 302)(scope, receive, send)
        return
    if urlsplit(settings().url).scheme == "https":
        for at, (name, value) in enumerate(response.raw):
            if name == b"set-cookie":
                response.raw[at] = (name, value + b"; Secure")
    await _sent(send, start | {"headers": response.raw}, body)


async def _collected(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """The answer of an app, held back."""
    start: Message = {"type": "http.response.start", "status": 500, "headers": []}
    body = b""

    async def collect(message: Message) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start":
            start = message
        else:
            body += message.get("body", b"")

    await app(scope, receive, collect)
    return start, body


async def _sent(send: Send, start: Message, body: bytes) -> None:
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _from_here(referer: str) -> str:
    """Path and query of an address of ours without the language; empty for any other."""
    try:
        there, here = urlsplit(referer), urlsplit(settings().url)
    except ValueError:
        return ""
    if (there.scheme, there.netloc) != (here.scheme, here.netloc):
        return ""
    url = URL(there._replace(scheme="", netloc="", fragment="").geturl())
    return _plain_path(str(url.remove_query_params(FAILED)))


def _plain_path(path: str) -> str:
    """A path of this server with its query; empty for what could lead elsewhere."""
    plain = len(path) <= LONGEST_BACK and path.isascii() and path.isprintable()
    if not plain or not path.startswith("/") or path[1:2] in ("/", "\\") or "\\" in path:
        return ""
    return "" if any(sign in path for sign in ' ;,"') else path


def _cookie(value: str, base: str, seconds: int) -> str:
    return f"{BACK}={value}; Max-Age={seconds}; Path={base or '/'}; HttpOnly; SameSite=lax"
