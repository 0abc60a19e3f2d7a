"""A Dask cluster of separate processes on loopback, as an administrator would start it: a scheduler and workers that can be killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUIET = {"DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical", "PYTHONPATH": str(ROOT)}


class OwnCluster:
    """A scheduler on a fixed port of loopback and its workers, each a process of its own.

    With the environment of certificates (`self_made_certificates`) they speak TLS.
    """

    def __init__(self, n_workers: int, certificates: Mapping[str, str] | None = None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.n_workers = n_workers
        self.scheme = "tls" if certificates else "tcp"
        self.environment = os.environ | QUIET | dict(certificates or {})
        self.processes: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def _host(self) -> str:
        return f"{self.scheme}://127.0.0.1"

    def __enter__(self) -> OwnCluster:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start the scheduler and the workers, and wait until it answers."""
        words = ("scheduler", "--host", self._host, "--port", str(self.port), "--no-dashboard")
        self._start(*words)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.05)
        for _ in range(self.n_workers):
            self.hire()

    def hire(self, **environment: str) -> None:
        """Start one more worker, with something else in its environment."""
        alone = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", self._host)
        self._start("worker", self.address, *alone, **environment)

    def kill(self) -> None:
        """Kill all processes at once."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()
        self.processes.clear()

    def restart(self) -> bool:
        """Kill all and start all again."""
        self.kill()
        self.start()
        return True

    def _start(self, *words: str, **environment: str) -> None:
        command = [sys.executable, "-P", "-m", "dask", *words]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.processes.append(subprocess.Popen(command, env=self.environment | environment, **quiet))


def as_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what Dask reads of an environment when it is imported, as settings to make while it runs."""
    return {
        name.removeprefix("DASK_").lower().replace("__", ".").replace("_", "-"): value
        for name, value in environment.items()
    }


def self_made_certificates(folder: Path) -> dict[str, str]:
    """Make an authority and one certificate for everybody, and return what tells Dask of them."""
    files = {name: str(folder / name) for name in ("ca.pem", "ca.key", "own.pem", "own.key", "own.csr")}
    new = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1"]
    named = ["-addext", "subjectAltName=IP:127.0.0.1"]
    signed = [
        "-CA",
        files["ca.pem"],
        "-CAkey",
        files["ca.key"],
        "-CAcreateserial",
        "-days",
        "2",
        "-copy_extensions",
        "copy",
    ]
    for command in (
        [
            "openssl",
            "req",
            "-x509",
            *new[2:-1],
            "/CN=authority",
            "-days",
            "2",
            "-keyout",
            files["ca.key"],
            "-out",
            files["ca.pem"],
        ],
        [*new, *named, "-keyout", files["own.key"], "-out", files["own.csr"]],
        ["openssl", "x509", "-req", "-in", files["own.csr"], *signed, "-out", files["own.pem"]],
    ):
        subprocess.run(command, check=True, capture_output=True)
    told = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": files["ca.pem"]}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        told[f"DASK_DISTRIBUTED__COMM__TLS__{role}__CERT"] = files["own.pem"]
        told[f"DASK_DISTRIBUTED__COMM__TLS__{role}__KEY"] = files["own.key"]
    return told
