"""The workbench as a web application: what a page may ask for, each answer made of what stands on the bench."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from gridplan.app.actions.all_actions import READS, WRITES
from gridplan.app.actions.handout_actions import paper
from gridplan.app.actions.opinions_actions import FOLDER as OPINIONS
from gridplan.app.actions.review_actions import review_page
from gridplan.app.bench import Bench
from gridplan.app.guard import Guard
from gridplan.app.pages import asset, page, words
from gridplan.app.plain_told import plain_problem
from gridplan.app.refusal import RefusedError
from gridplan.words.errors import GridplanError, InputProblem
from gridplan.words.small_files import NotJsonError, parse_json
from gridplan.words.text import Text
from gridplan.words.writing import replaced_file

Answer = Callable[[Bench, dict[str, Any]], Any]
Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
OPINION_UPLOAD = "/api/opinions/upload"
_PAPERS = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'unsafe-inline'; sandbox allow-scripts"
)
"""Pages that were written to be handed out are shown without any power over the workbench."""


def make_app(bench: Bench, *, token: str, port: int, end: Callable[[], None]) -> Guard:
    """Return the ASGI application of a bench.

    Parameters
    ----------
    bench
        What the pages show and change.
    token
        What the opened address carries; see `Guard`.
    port
        Where the server listens.
    end
        Called when the workbench is to close.
    """
    served = _Served(bench, end)
    routes = [
        Route("/", page),
        Route("/app/web/{name}", asset),
        Route("/outputs/map/{name}", asset),
        Route("/words", words),
        Route("/review/{version}", served.review),
        Route("/paper", served.paper),
        Route("/api/events", served.events),
        Route("/api/files/upload", served.upload, methods=["POST"]),
        Route(OPINION_UPLOAD, served.upload, methods=["POST"]),
        Route("/api/quit", served.quit, methods=["POST"]),
        *(Route(f"/api/{name}", served.reading(answer)) for name, answer in READS.items()),
        *(Route(f"/api/{name}", served.writing(answer), methods=["POST"]) for name, answer in WRITES.items()),
    ]
    return Guard(Starlette(routes=routes), token=token, port=port)


class _Served:
    """What a bench answers to requests."""

    def __init__(self, bench: Bench, end: Callable[[], None]) -> None:
        self._bench, self._end = bench, end

    def reading(self, answer: Answer) -> Endpoint:
        """Return an endpoint that only reads."""

        async def endpoint(request: Request) -> Response:
            return await _answered(answer, self._bench, dict(request.query_params))

        return endpoint

    def writing(self, answer: Answer) -> Endpoint:
        """Return an endpoint that changes something."""

        async def endpoint(request: Request) -> Response:
            try:
                content = parse_json(await request.body())
            except (ClientDisconnect, NotJsonError):
                content = None
            if not isinstance(content, dict):
                return _refused((_no_request(),), 400)
            return await _answered(answer, self._bench, content)

        return endpoint

    async def upload(self, request: Request) -> Response:
        """Put a file into the folder, whole or not at all."""
        try:
            own = self._bench.path_of(request.query_params.get("name", ""))
            target = _unused(own.parent / OPINIONS / own.name) if request.url.path == OPINION_UPLOAD else own
            with replaced_file(target) as beside, beside.open("wb") as file:
                async for part in request.stream():
                    await run_in_threadpool(file.write, part)
        except ClientDisconnect:
            return Response(status_code=400)
        except GridplanError as error:
            return _refused(error.problems, 400)
        return _json({"name": target.name})

    async def events(self, _request: Request) -> Response:
        """Send what is new, as long as the page listens."""
        return StreamingResponse(self._bench.news.listen(), media_type="text/event-stream")

    async def review(self, request: Request) -> Response:
        """Send the review page of a version; its own policy holds, and only the workbench may frame it."""
        try:
            text = await run_in_threadpool(review_page, self._bench, request.path_params["version"])
        except GridplanError as error:
            return _refused(error.problems, 404)
        headers = {"content-security-policy": "frame-ancestors 'self'"}
        return Response(text, media_type="text/html; charset=utf-8", headers=headers)

    async def paper(self, request: Request) -> Response:
        """Send a file that was made to be handed out."""
        try:
            path, kind = await run_in_threadpool(paper, self._bench, dict(request.query_params))
            content = await run_in_threadpool(path.read_bytes)
        except (GridplanError, OSError):
            return Response(status_code=404)
        return Response(content, media_type=kind, headers={"content-security-policy": _PAPERS})

    async def quit(self, _request: Request) -> Response:
        """Close the workbench."""
        self._end()
        return _json(content=True)


def _unused(path: Path) -> Path:
    """Return a name that no file has: every reviewer sends an edits.json."""
    return next(
        place
        for number in itertools.count(1)
        if not (place := path if number == 1 else path.with_stem(f"{path.stem}-{number}")).exists()
    )


async def _answered(answer: Answer, bench: Bench, content: dict[str, Any]) -> Response:
    try:
        return _json(await run_in_threadpool(answer, bench, content))
    except RefusedError as error:
        return _refused(error.problems, 409)
    except GridplanError as error:
        return _refused(error.problems, 400)
    except (KeyError, TypeError, ValueError, IndexError):
        return _refused((_no_request(),), 400)
    except Exception as error:
        return _refused((_our_mistake(error),), 500)


def _json(content: Any, status: int = 200) -> Response:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return Response(text, status_code=status, media_type="application/json")


def _refused(problems: tuple[InputProblem, ...], status: int) -> Response:
    return _json({"problems": [plain_problem(problem) for problem in problems]}, status)


def _our_mistake(error: Exception) -> InputProblem:
    name = f"{type(error).__name__}: {error}"
    return InputProblem(
        "error",
        Text(zh="程序能处理的设置和文件", en="settings and files that the program can handle"),
        Text(zh=f"程序的错误（{name}）", en=f"a mistake of the program ({name})"),
        Text(zh="请把这句话反馈给我们。", en="Please report this sentence."),
    )


def _no_request() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="本页的请求", en="a request of this page"),
        Text(zh="别的内容", en="something else"),
        Text(zh="刷新页面再试。", en="Load the page again."),
    )
