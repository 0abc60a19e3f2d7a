"""Requests of others are refused before anything of them is read: rebinding, cross-site, without the cookie, oversize, malformed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gridplan.app.guard import MOST_BYTES, UPLOAD, Guard

PORT, TOKEN = 8123, "t0ken-of-the-opened-address"
OURS = {"host": f"127.0.0.1:{PORT}", "cookie": f"gridplan-{PORT}={TOKEN}"}
FROM_PAGE = {**OURS, "origin": f"http://127.0.0.1:{PORT}", "content-type": "application/json", "content-length": "2"}


def run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Run in a thread of its own: this one has a running loop where a browser is open for other tests."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, work).result()


async def _reached(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"reached"})


def answer(
    method: str = "GET",
    path: str = "/api/state",
    headers: dict[str, str] | None = None,
    query: str = "",
    body: list[bytes] | None = None,
) -> tuple[int, dict[str, str]]:
    """Ask a guard with an application behind it that says 200 to everything."""
    parts = body or [b"{}"]
    waiting = [
        {"type": "http.request", "body": part, "more_body": at + 1 < len(parts)} for at, part in enumerate(parts)
    ]
    told: list[Any] = []

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message)

    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode("latin-1"), "headers": pairs}
    run_apart(Guard(_reached, token=TOKEN, port=PORT)(scope, receive, send))
    return told[0]["status"], {name.decode(): value.decode() for name, value in told[0]["headers"]}


def without(headers: dict[str, str], *names: str, **changes: str) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in names} | {
        name.replace("_", "-"): value for name, value in changes.items()
    }


def test_the_page_itself_reads_and_writes():
    assert answer(headers=OURS)[0] == 200
    assert answer("POST", headers=FROM_PAGE)[0] == 200
    assert answer(headers={**OURS, "host": f"localhost:{PORT}"})[0] == 200
    assert (
        answer("POST", headers={**FROM_PAGE, "host": f"localhost:{PORT}", "origin": f"http://localhost:{PORT}"})[0]
        == 200
    )


def test_the_token_is_exchanged_for_a_strict_cookie_and_leaves_the_address():
    status, headers = answer(path="/", headers={"host": OURS["host"]}, query=f"token={TOKEN}")
    assert (status, headers["location"]) == (303, "/")
    assert headers["set-cookie"] == f"gridplan-{PORT}={TOKEN}; Path=/; HttpOnly; SameSite=Strict"


HOSTILE = {
    "another name that points here": ("GET", without(OURS, host=f"evil.example:{PORT}"), 421),
    "our name inside another": ("GET", without(OURS, host=f"127.0.0.1:{PORT}.evil.example"), 421),
    "another port": ("GET", without(OURS, host="127.0.0.1:80"), 421),
    "no port": ("GET", without(OURS, host="127.0.0.1"), 421),
    "any address": ("GET", without(OURS, host=f"0.0.0.0:{PORT}"), 421),
    "no host": ("GET", without(OURS, "host"), 421),
    "an empty host": ("GET", without(OURS, host=""), 421),
    "a host with a user": ("GET", without(OURS, host=f"a@127.0.0.1:{PORT}"), 421),
    "no cookie": ("GET", without(OURS, "cookie"), 401),
    "a cookie of another": ("GET", without(OURS, cookie=f"gridplan-{PORT}=guess"), 401),
    "a cookie of another port": ("GET", without(OURS, cookie=f"gridplan-1={TOKEN}"), 401),
    "a part of the token": ("GET", without(OURS, cookie=f"gridplan-{PORT}={TOKEN[:-1]}"), 401),
    "an empty token": ("GET", without(OURS, cookie=f"gridplan-{PORT}="), 401),
    "a cookie that is none": ("GET", without(OURS, cookie="\x00=\x01;;;"), 401),
    "signs beyond ASCII": ("GET", without(OURS, cookie=f"gridplan-{PORT}=\xe9\xff"), 401),
    "a link of another site": ("GET", without(OURS, sec_fetch_site="cross-site"), 403),
    "a page of a neighbouring port": ("GET", without(OURS, sec_fetch_site="same-site"), 403),
    "reading from another origin": ("GET", without(OURS, origin="https://evil.example"), 403),
    "reading from a file": ("GET", without(OURS, origin="null"), 403),
    "writing from another origin": ("POST", without(FROM_PAGE, origin="https://evil.example"), 403),
    "writing from a neighbouring port": ("POST", without(FROM_PAGE, origin="http://127.0.0.1:9999"), 403),
    "writing from the other name": ("POST", without(FROM_PAGE, origin=f"http://localhost:{PORT}"), 403),
    "writing over https": ("POST", without(FROM_PAGE, origin=f"https://127.0.0.1:{PORT}"), 403),
    "writing from a file": ("POST", without(FROM_PAGE, origin="null"), 403),
    "writing without an origin": ("POST", without(FROM_PAGE, "origin"), 403),
    "writing across sites": ("POST", without(FROM_PAGE, sec_fetch_site="cross-site"), 403),
    "writing without the cookie": ("POST", without(FROM_PAGE, "cookie"), 401),
    "a form": ("POST", without(FROM_PAGE, content_type="application/x-www-form-urlencoded"), 415),
    "a form with files": ("POST", without(FROM_PAGE, content_type="multipart/form-data; boundary=x"), 415),
    "plain text": ("POST", without(FROM_PAGE, content_type="text/plain"), 415),
    "no type": ("POST", without(FROM_PAGE, "content-type"), 415),
    "no length": ("POST", without(FROM_PAGE, "content-length"), 411),
    "a length that is none": ("POST", without(FROM_PAGE, content_length="many"), 411),
    "a length below nothing": ("POST", without(FROM_PAGE, content_length="-1"), 411),
    "a length in other digits": ("POST", without(FROM_PAGE, content_length="\xb2"), 411),
    "too long": ("POST", without(FROM_PAGE, content_length=str(MOST_BYTES + 1)), 413),
    "far too long": ("POST", without(FROM_PAGE, content_length="9" * 5000), 413),
    "changing by PUT": ("PUT", FROM_PAGE, 405),
    "removing": ("DELETE", FROM_PAGE, 405),
    "asking what is allowed": ("OPTIONS", without(FROM_PAGE, origin="https://evil.example"), 405),
    "tracing": ("TRACE", OURS, 405),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_request_is_refused(name: str):
    method, headers, status = HOSTILE[name]
    assert answer(method, headers=headers)[0] == status


def test_a_token_in_any_other_address_opens_nothing():
    assert answer(path="/api/state", headers={"host": OURS["host"]}, query=f"token={TOKEN}")[0] == 401
    assert answer(path="/", headers={"host": OURS["host"]}, query="token=guess")[0] == 401
    assert answer(path="/", headers={"host": "evil.example"}, query=f"token={TOKEN}")[0] == 421


def test_a_body_that_goes_on_beyond_its_length_is_cut_off():
    heard: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (not heard or heard[-1]["type"] == "http.request") and len(heard) < 20:
            heard.append(await receive())

    async def receive() -> Any:
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": True}

    async def send(_message: Any) -> None:
        return

    pairs = [(name.encode(), value.encode()) for name, value in FROM_PAGE.items()]
    scope = {"type": "http", "method": "POST", "path": "/api/undo", "query_string": b"", "headers": pairs}
    run_apart(Guard(app, token=TOKEN, port=PORT)(scope, receive, send))
    assert heard[-1] == {"type": "http.disconnect"}
    assert len(heard) == MOST_BYTES // 1_000_000 + 1


def test_a_file_may_be_larger_than_a_request():
    big = without(FROM_PAGE, content_type="application/octet-stream", content_length=str(10 * MOST_BYTES))
    assert answer("POST", UPLOAD, big)[0] == 200
    assert answer("POST", "/api/undo", big)[0] == 413


def test_every_answer_keeps_the_page_to_itself():
    for headers in (answer(headers=OURS)[1], answer(headers={})[1]):
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_websockets_are_closed():
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    run_apart(Guard(_reached, token=TOKEN, port=PORT)({"type": "websocket"}, receive, send))
    assert told == [{"type": "websocket.close", "code": 1008}]
