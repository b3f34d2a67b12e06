"""In front of every route: who asks, whether they may, and how often; see the package's text."""

import ipaddress
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette._utils import get_route_path
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import data_dir, problem, told
from core.access import Actor, Role, acting, actor, tokens
from core.errors import UserError
from core.settings import networks, settings

OPEN = frozenset({"/v1/health", "/v1/ready", "/v1/openapi.json"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
LARGEST_BODY = 128 * 1024
"""Bytes; two thousand symbols take 40 kB."""
TOO_LARGE = f"The API takes bodies of at most {LARGEST_BODY // 1024} kB."
WRONG_TOKENS = RateLimitItemPerMinute(30)
"""Of one address in a minute."""
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="Weeklens"'}
NO_TOKEN = (
    "This needs a token, sent as `Authorization: Bearer TOKEN`: an owner makes one with "
    "`python -m core tokens create NAME --role viewer`."
)


class Door:
    """ASGI middleware that lets a request in as somebody, or answers it with a problem.

    Parameters
    ----------
    app : ASGI app
    on_loopback : callable
        Whether the server listens on the loopback alone.
    """

    def __init__(self, app: ASGIApp, on_loopback: Callable[[], bool]):
        self.app, self._on_loopback = app, on_loopback
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-content-type-options", b"nosniff")]
            await send(message)

        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > LARGEST_BODY:
                raise HTTPException(413)
            return message

        headers = Headers(scope=scope)
        if _length(headers) > LARGEST_BODY:
            await problem(413, TOO_LARGE)(scope, receive, send_safely)
            return
        try:
            who, token, refusal = self._let_in(scope, headers)
        except UserError as error:  # the database cannot be asked
            who, token, refusal = None, None, told(error, 503)
        if refusal is not None:
            await refusal(scope, receive, send_safely)
            return
        if token is not None and not tokens.use_is_noted(token):
            await run_in_threadpool(tokens.note_use, data_dir(), token)
        if who is None:
            await self.app(scope, counted, send_safely)
            return
        scope["caller"] = _caller(scope, token)
        with acting(who):
            await self.app(scope, counted, send_safely)

    def _let_in(
        self, scope: Scope, headers: Headers
    ) -> tuple[Actor | None, tokens.Token | None, Response | None]:
        """Who asks and with what token; or the answer to one who may not."""
        address = _address(scope)
        shown = headers.get("authorization")
        if get_route_path(scope) in OPEN:
            return None, None, self._too_often(f"open {address}")
        if shown is None:
            if refusal := self._too_often(address):
                return None, None, refusal
            if scope["method"] not in READING or not self._is_local(scope, headers):
                return None, None, problem(401, NO_TOKEN, CHALLENGE)
            local = actor()
            return Actor(local.name, Role.VIEWER, "local"), None, None
        if not self._limiter.test(WRONG_TOKENS, f"wrong {address}"):
            return None, None, self._wait(WRONG_TOKENS, f"wrong {address}")
        scheme, _, secret = shown.partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise tokens.BadToken(NO_TOKEN)
            token, who = tokens.identify(data_dir(), secret.strip())
        except tokens.BadToken as error:
            self._limiter.hit(WRONG_TOKENS, f"wrong {address}")
            challenge = {
                "WWW-Authenticate": CHALLENGE["WWW-Authenticate"] + ', error="invalid_token"'
            }
            return None, None, problem(401, str(error), challenge)
        return who, token, self._too_often(f"token {token.id}")

    def _is_local(self, scope: Scope, headers: Headers) -> bool:
        """Whether the person at this machine asks, who may read without a token."""
        host = _host(headers.get("host", ""))
        origin = headers.get("origin")
        return (
            self._on_loopback()
            and _is_loopback(_peer(scope))
            and not any(name in headers for name in PASSED_ON)
            and host in HOSTS
            and (origin is None or urlsplit(origin).netloc == headers.get("host"))
            and headers.get("sec-fetch-site", "none") in ("none", "same-origin")
            and not tokens.any_made(data_dir())
        )

    def _too_often(self, key: str) -> Response | None:
        allowed = settings().api_per_minute
        if not allowed:
            return None
        item = RateLimitItemPerMinute(allowed)
        return None if self._limiter.hit(item, key) else self._wait(item, key)

    def _wait(self, item: RateLimitItemPerMinute, key: str) -> Response:
        until = self._limiter.get_window_stats(item, key).reset_time
        seconds = max(1, round(until - time.time()))
        said = f"More than {item.amount} requests in a minute: wait {seconds} s and go on slower."
        return problem(429, said, {"Retry-After": str(seconds)})


def listens_on_loopback(host: str) -> bool:
    """Whether an address to listen on is this machine's own loopback."""
    return host in HOSTS or _is_loopback(host)


def _length(headers: Headers) -> int:
    """What a request says its body is long; what it is in truth is counted while it is read."""
    told = headers.get("content-length", "")
    return int(told) if told.isdecimal() and len(told) < 20 else 0


def _caller(scope: Scope, token: tokens.Token | None) -> str:
    return f"address {_address(scope)}" if token is None else f"token {token.id}"


def _address(scope: Scope) -> str:
    """Who asks: the socket's other end, or whom a proxy of the settings says it asks for.

    A proxy adds its caller at the end of ``X-Forwarded-For``; what stands before is the caller's
    own claim.
    """
    peer = _peer(scope)
    known = networks(settings().proxies)
    if not known:
        return peer
    passed_on = [
        part.strip()
        for line in Headers(scope=scope).getlist("x-forwarded-for")
        for part in line.split(",")
    ]
    while passed_on and _lies_in(peer, known):
        peer = passed_on.pop()
    return peer


def _peer(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else "unknown"


def _lies_in(
    address: str, known: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
) -> bool:
    try:
        return any(ipaddress.ip_address(address) in network for network in known)
    except ValueError:
        return False


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _host(header: str) -> str:
    """The name of a ``Host`` header without its port; empty where it is no plain one."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
