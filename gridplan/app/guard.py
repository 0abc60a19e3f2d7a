"""Who may talk to the workbench: the browser that was opened with its token, from its own pages, in requests of a sensible size.

A page of somebody else's may send requests to any address, also to one of this machine (cross-site requests), and may have its own
name point there (DNS rebinding). Hence: the Host has to be ours, whatever changes something has to come from our own origin, and
every request carries the cookie that the token was exchanged for.
"""

from __future__ import annotations

import hmac
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

MOST_BYTES = 10_000_000
"""No request is larger, files that are put into the folder apart."""
MOST_FILE_BYTES = 4_000_000_000
UPLOAD = "/api/files/upload"
_TYPES = ("application/json", "application/octet-stream")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_NO_TOKEN = "请从 gridplan open 打印的网址打开工作台。\nOpen the workbench from the address that gridplan open prints.\n".encode()
_HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
}


class Guard:
    """Refuses what does not come from the workbench's own page, before anything of it is read.

    Parameters
    ----------
    app
        The ASGI application behind it.
    token
        What the opened address carries.
    port
        Where the server listens, on 127.0.0.1.
    """

    def __init__(self, app: Any, *, token: str, port: int) -> None:
        self._app, self._token = app, token
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self.cookie = f"gridplan-{port}"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1"), value.decode("latin-1"))
        query = parse_qs(scope["query_string"].decode("latin-1"))
        status = self._refused(scope, headers)
        if status == 0 and scope["path"] == "/" and self._is_token(query.get("token", [""])[-1]):
            await _answer(send, 303, {"location": "/", "set-cookie": self._new_cookie()})
            return
        status = status or (0 if self._is_token(self._brought(headers)) else 401)
        if status:
            words = _NO_TOKEN if status == 401 else b""
            await _answer(send, status, {"connection": "close", "content-type": "text/plain; charset=utf-8"}, words)
            return
        await self._app(scope, _Counted(receive, _limit(scope["path"])), _Sealed(send))

    def _refused(self, scope: Any, headers: dict[str, str]) -> int:
        """Return the status with which a request is refused; 0 where nothing is wrong with it."""
        host, origin, method = headers.get("host", ""), headers.get("origin"), scope["method"]
        site = headers.get("sec-fetch-site", "same-origin")
        if host not in self._hosts:
            return 421
        if method not in ("GET", "HEAD", "POST"):
            return 405
        if origin is not None and origin != f"http://{host}":
            return 403
        if method != "POST":
            return 0 if site in ("same-origin", "none") or scope["path"] == "/" else 403
        if origin is None or site != "same-origin":
            return 403
        if headers.get("content-type", "").partition(";")[0].strip() not in _TYPES:
            return 415
        length = headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            return 411
        return 413 if len(length) > 12 or int(length) > _limit(scope["path"]) else 0

    def _is_token(self, brought: str) -> bool:
        return hmac.compare_digest(brought.encode("utf-8", "replace"), self._token.encode())

    def _brought(self, headers: dict[str, str]) -> str:
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return ""
        return cookies[self.cookie].value if self.cookie in cookies else ""

    def _new_cookie(self) -> str:
        return f"{self.cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict"


def _limit(path: str) -> int:
    return MOST_FILE_BYTES if path == UPLOAD else MOST_BYTES


class _Counted:
    """Ends a request that sends more than it may."""

    def __init__(self, receive: Any, most: int) -> None:
        self._receive, self._left = receive, most

    async def __call__(self) -> Any:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}


class _Sealed:
    """Adds to each answer what a browser has to keep from it; an answer that states its own policy keeps that."""

    def __init__(self, send: Any) -> None:
        self._send = send

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message["headers"]}
            added = {"content-security-policy": _POLICY, **_HEADERS}
            new = [(name.encode(), value.encode()) for name, value in added.items() if name.encode() not in own]
            message = {**message, "headers": [*message["headers"], *new]}
        await self._send(message)


async def _answer(send: Any, status: int, headers: dict[str, str], body: bytes = b"") -> None:
    sealed = _Sealed(send)
    pairs = [(name.encode(), value.encode()) for name, value in {"content-length": str(len(body)), **headers}.items()]
    await sealed({"type": "http.response.start", "status": status, "headers": pairs})
    await sealed({"type": "http.response.body", "body": body})
