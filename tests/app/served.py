"""A workbench as it is started by hand, and a client that asks it what its pages ask."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_ROOT = Path(__file__).parents[2]
_PATIENCE_S = 120.0


class Client:
    """Asks a workbench by its address; `cookie` is what its token was exchanged for, `pid` its process where it is known."""

    def __init__(self, address: str, pid: int = 0) -> None:
        self.address, self.pid = address, pid
        parts = urlsplit(address)
        self.host, self.port = str(parts.hostname), int(parts.port or 0)
        status, headers, _ = self.ask("GET", f"/?{parts.query}", cookie="")
        assert status == 303
        self.cookie = headers["set-cookie"].partition(";")[0]

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, **changes: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Send one request as the page would, but for the headers that `changes` names ("" leaves one out)."""
        headers = {
            "origin": self.origin if method == "POST" else "",
            "content-type": "application/json",
            "cookie": getattr(self, "cookie", ""),
        }
        headers |= {name.replace("_", "-"): value for name, value in changes.items()}
        connection = http.client.HTTPConnection(self.host, self.port, timeout=_PATIENCE_S)
        try:
            connection.request(
                method, path, body=body, headers={name: value for name, value in headers.items() if value}
            )
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def get(self, name: str, /) -> Any:
        status, _, content = self.ask("GET", f"/api/{name}")
        assert status == 200, content
        return json.loads(content)

    def post(self, name: str, /, **content: Any) -> Any:
        status, told = self.try_post(name, **content)
        assert status == 200, told
        return told

    def try_post(self, name: str, /, **content: Any) -> tuple[int, Any]:
        status, _, answer = self.ask("POST", f"/api/{name}", json.dumps(content).encode())
        return status, json.loads(answer)

    def upload(self, name: str, content: bytes) -> int:
        return self.ask("POST", f"/api/files/upload?name={name}", content, content_type="application/octet-stream")[0]

    def station(self, key: str) -> dict[str, Any]:
        return next(one for one in self.get("state")["stations"] if one["key"] == key)

    def until(self, holds: Callable[[], Any]) -> Any:
        """Wait until something holds, and return it."""
        ends = time.monotonic() + _PATIENCE_S
        while not (value := holds()):
            assert time.monotonic() < ends, "waited too long"
            time.sleep(0.1)
        return value


def started(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """Start a workbench as from a terminal, and return its process and the address that it prints first."""
    command = [sys.executable, "-m", "gridplan", "open", str(folder), "--no-browser"]
    environment = os.environ | {"PYTHONPATH": str(_ROOT)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def killed(process: subprocess.Popen[str]) -> None:
    """Kill a workbench, and let go of what it wrote."""
    process.kill()
    process.communicate()


@contextmanager
def workbench(folder: Path) -> Iterator[Client]:
    """Serve a folder while the block runs."""
    process, address = started(folder)
    try:
        yield Client(address, process.pid)
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=30)
        assert "Traceback" not in errors, errors
