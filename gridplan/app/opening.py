"""`gridplan open`: the server is started on this machine only, its address is printed, the browser is opened; a second one finds the first."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.app.refusal import RefusedError
from gridplan.app.remembered import FOLDER
from gridplan.words.errors import InputProblem, OutputError
from gridplan.words.locks import only_writer
from gridplan.words.small_files import read_json
from gridplan.words.text import Text
from gridplan.words.writing import telling_failure

if TYPE_CHECKING:
    from gridplan.app.bench import Bench

HOST = "127.0.0.1"
IDLE_S = 8 * 3600.0
"""Without an open page and without work the workbench closes after so long."""
_OPEN = "open.json"
_LOOK_S = 5.0
_CLOSES_WITHIN_S, _AGAIN_S = 15.0, 0.3
"""So long one that is just closing, or just starting, is waited for."""


def open_workbench(folder: Path, *, port: int | None = None, browser: bool = True, say: Callable[[str], None]) -> None:
    """Serve the workbench of a folder until it is closed, and say its address first of all.

    Parameters
    ----------
    folder
        With the planner's files; it may be empty.
    port
        Where to listen; None: where there is room.
    browser
        Whether to open the browser.
    say
        Called with the address, which carries the token.

    Raises
    ------
    RefusedError
        If there is no such folder, or the port is taken.
    OutputError
        If nothing can be written in the folder.
    """
    if not folder.is_dir():
        raise RefusedError(_no_folder(folder))
    note = folder.resolve() / FOLDER / _OPEN
    with telling_failure(note.parent):
        note.parent.mkdir(exist_ok=True)
    until = time.monotonic() + _CLOSES_WITHIN_S
    while (address := _running(note)) is None:
        with ExitStack() as held:
            try:
                held.enter_context(only_writer(note))
            except OutputError:
                if time.monotonic() > until or not os.access(note.parent, os.W_OK):
                    raise
                time.sleep(_AGAIN_S)
                continue
            _serve(folder, note, port, browser=browser, say=say)
            return
    say(address)
    if browser:
        webbrowser.open(address)


def _serve(folder: Path, note: Path, port: int | None, *, browser: bool, say: Callable[[str], None]) -> None:
    import uvicorn

    from gridplan.app.bench import Bench
    from gridplan.app.server import make_app

    listening = _listening(port)
    own_port, token = listening.getsockname()[1], secrets.token_urlsafe(32)
    address = f"http://{HOST}:{own_port}/?token={token}"
    bench = Bench(folder)

    def end() -> None:
        server.should_exit = True
        bench.news.end()

    app = make_app(bench, token=token, port=own_port, end=end)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1, server_header=False
    )
    server = uvicorn.Server(config)
    with telling_failure(note):
        _write_secret(note, {"port": own_port, "token": token})
    try:
        say(address)
        bench.start()
        threading.Thread(target=_watch_idle, args=(bench, server, end), daemon=True).start()
        if browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        with suppress(KeyboardInterrupt), _ended_like_interrupt():
            server.run(sockets=[listening])
    finally:
        with suppress(OSError):
            note.unlink()
        bench.close()
        listening.close()


@contextmanager
def _ended_like_interrupt() -> Iterator[None]:
    """Let being told to end be like Ctrl+C: the server passes the signal on once it has shut down, and what is held is put in order."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _listening(port: int | None) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port or 0))
        listening.listen()
    except (OSError, OverflowError):
        listening.close()
        raise RefusedError(_taken(port or 0)) from None
    return listening


def _write_secret(path: Path, content: dict[str, Any]) -> None:
    """Write what lets a second `open` find this one; nobody else on the machine may read it."""
    with suppress(FileNotFoundError):
        path.unlink()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file)


def _running(note: Path) -> str | None:
    """Return the address of the workbench that serves this folder already."""
    try:
        tree = read_json(note)
        port, token = int(tree["port"]), str(tree["token"])
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        connection.request("GET", "/api/state", headers={"Cookie": f"gridplan-{port}={token}"})
        state = json.loads(connection.getresponse().read())
        alive = Path(state["folder"]) == note.parent.parent
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return None
    return f"http://{HOST}:{port}/?token={token}" if alive else None


def _watch_idle(bench: Bench, server: Any, end: Callable[[], None]) -> None:
    last = time.monotonic()
    while not server.should_exit:
        at_work = any(job.open for job in (*bench.long.jobs, *bench.quick.jobs))
        if bench.news.listeners or at_work:
            last = time.monotonic()
        if time.monotonic() - last > IDLE_S:
            end()
        time.sleep(_LOOK_S)


def _no_folder(folder: Path) -> InputProblem:
    if folder.is_file():
        found = Text(zh="这是一个文件", en="that this is a file")
        remedy = Text(zh="请打开它所在的文件夹。", en="Open the folder that it is in.")
        return InputProblem("error", Text(zh="一个文件夹", en="a folder"), found, remedy, file=folder.name)
    return InputProblem(
        "error",
        Text(zh="一个文件夹", en="a folder"),
        Text(zh="没有这个文件夹", en="no such folder"),
        Text(zh="先建好文件夹，把数据放进去，再打开。", en="Make the folder, put the files there, and open it."),
        file=folder.name,
    )


def _taken(port: int) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="空着的端口", en="a free port"),
        Text(zh=f"端口 {port} 用不了", en=f"that port {port} cannot be used"),
        Text(zh="换一个，或不写 --port。", en="Choose another one, or leave --port out."),
        field="--port",
    )
