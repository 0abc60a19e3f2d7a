"""Tasks on a Dask cluster: as many under way as it has threads, the biggest first; a scheduler that comes back is met again.

The scheduler itself gives a task whose worker went away to another one, and blames all that were queued there: what it gave up is
tried once more with nothing beside it, so that only the task that ends its workers is named. A task whose worker is stopped for its
memory is not tried again. All is handed out anew where the scheduler forgot everything.
"""

from __future__ import annotations

import ipaddress
import math
import pickle
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from gridplan import __version__
from gridplan.batch.at_work import done_by, single_threaded
from gridplan.batch.contract import MOST_LOSSES, Ended, Listener, Task, Told, biggest_first
from gridplan.words.errors import ArgumentError, InputProblem
from gridplan.words.small_files import told_reason
from gridplan.words.text import Text

if TYPE_CHECKING:
    from distributed import Client, Future

_LOOK_S = 0.2
_ANSWER_S = 15.0
"""So long a scheduler may take to answer: one on a machine whose processors are all taken needs more than five."""
_FETCH_S = 20.0
"""So long a result may take to come; after that all that has not ended is handed out anew."""
_RETURN_S = 120.0
"""So long a scheduler or the last worker that went away is waited for."""
_MEMORY = "memory"
"""The resource that workers may state (`dask worker --resources memory=8e9`), in bytes."""
_STOPPED_FOR_MEMORY = "worker-restart-memory"
"""The topic under which whoever watches over a worker (its nanny) says that it stops it for its memory."""


def refuse_cluster(cluster: str, *, insecure: bool) -> None:
    """Refuse a cluster on which no task should begin.

    Raises
    ------
    ArgumentError
        If the scheduler is remote and without TLS, cannot be reached, Dask is not installed, or a worker has another gridplan.
    """
    _refuse_open(cluster, insecure)
    with _connected(cluster, since=None) as client:
        found = client.run(_version_there(), on_error="return")
    for address, version in sorted(found.items()):
        if version != __version__:
            raise ArgumentError(_other_version(address, version if isinstance(version, str) else None))


def _version_there() -> Callable[[], str]:
    """Return what tells the version of a worker, made so that it travels by value: the worker need not have this module."""

    def version() -> str:
        import gridplan

        return gridplan.__version__

    return version


def run_on_cluster(
    function: Callable[[Any], Any],
    tasks: list[Task],
    *,
    cluster: str,
    insecure: bool,
    listener: Listener,
    cancel: threading.Event,
) -> Generator[tuple[int, Ended], None, None]:
    """Yield the position of each task and how it ended, as they end; see `runner.run_tasks`.

    Raises
    ------
    ArgumentError
        If the scheduler is remote and without TLS, cannot be reached, or Dask is not installed.
    """
    _refuse_open(cluster, insecure)
    left = biggest_first(tasks)
    gone_since: float | None = None
    while left and not cancel.is_set():
        try:
            with _connected(cluster, since=gone_since) as client:
                for at, ended in _Round(client, function, tasks, left, listener).run(cancel):
                    left.remove(at)
                    gone_since = None
                    yield at, ended
        except ArgumentError:
            if gone_since is None:
                raise
        except _NoWorkerError:
            gone_since = -math.inf
        except OSError:  # TimeoutError is one
            pass
        gone_since = time.monotonic() if gone_since is None else gone_since
        if time.monotonic() - gone_since > _RETURN_S:
            yield from ((at, Ended(tasks[at], "lost")) for at in left)
            return


@dataclass(frozen=True)
class _Event:
    """What is heard of a round: a future that finished, a worker that began a task, what a task tells, a worker that was stopped."""

    kind: Literal["finished", "begun", "told", "stopped"]
    content: Any
    at: int = -1


class _NoWorkerError(Exception):
    """There has been no worker for as long as one is waited for."""


class _Round:
    """One connection to a scheduler: tasks handed out until all ended or the scheduler is gone."""

    def __init__(
        self, client: Client, function: Callable[[Any], Any], tasks: list[Task], waiting: list[int], listener: Listener
    ) -> None:
        self._client, self._tasks, self._listener = client, tasks, listener
        self._waiting = list(waiting)
        self._topic = f"gridplan-{uuid.uuid4().hex}"
        self._events: SimpleQueue[_Event] = SimpleQueue()
        self._under_way: dict[Future[Any], int] = {}
        self._at_work: dict[str, int] = {}
        self._blamed: list[int] = []
        self._alone = False
        self._met = time.monotonic()
        client.subscribe_topic(self._topic, lambda event: self._events.put(_Event(*event[1])))
        client.subscribe_topic(_STOPPED_FOR_MEMORY, lambda event: self._events.put(_Event("stopped", event[1])))
        client.register_plugin(_holder(function), name=self._topic)

    def run(self, cancel: threading.Event) -> Iterator[tuple[int, Ended]]:
        while (self._waiting or self._under_way or self._blamed) and not cancel.is_set():
            if self._client.status != "running":
                return
            self._hand_out()
            try:
                event = self._events.get(timeout=_LOOK_S)
            except Empty:
                continue
            if event.kind == "finished" and event.content in self._under_way:
                at = self._under_way.pop(event.content)
                ended = self._ended(event.content, self._tasks[at])
                if ended is None:
                    return
                if ended.how == "lost" and not self._alone:
                    self._blamed.append(at)
                else:
                    yield at, ended
            elif event.kind == "begun":
                self._at_work[event.content] = event.at
            elif event.kind == "told":
                self._listener(Told(self._tasks[event.at], pickle.loads(event.content)))
            elif event.kind == "stopped":
                yield from self._stopped(event.content)

    def _stopped(self, event: dict[str, Any]) -> Iterator[tuple[int, Ended]]:
        """End the task at work on a worker that was stopped for its memory: another one would take as much."""
        at = self._at_work.pop(event["worker"], None)
        future = next((future for future, other in self._under_way.items() if other == at), None)
        if at is not None and future is not None:
            del self._under_way[future]
            future.cancel()
            yield at, Ended(self._tasks[at], "memory", peak_bytes=int(event["rss"]), worker=event["worker"])

    def _hand_out(self) -> None:
        """Hand out as many tasks as there are threads; when no others are left, those that were blamed, one at a time.

        Raises
        ------
        _NoWorkerError
            If there has been no worker for as long as one is waited for.
        """
        workers = list(self._client.scheduler_info(n_workers=-1).get("workers", {}).values())
        self._met = time.monotonic() if workers else self._met
        if time.monotonic() - self._met > _RETURN_S:
            raise _NoWorkerError
        room = max(0, sum(worker["nthreads"] for worker in workers) - len(self._under_way))
        stated = [worker["resources"][_MEMORY] for worker in workers if _MEMORY in worker["resources"]]
        if not self._waiting and not self._under_way:
            self._alone, room = True, 1
            self._waiting, self._blamed = self._blamed[:1], self._blamed[1:]
        for at in self._waiting[:room]:
            self._submit(at, max(stated, default=None))
        del self._waiting[:room]

    def _submit(self, at: int, most: float | None) -> None:
        """Hand out a task; where workers state their memory it waits for as much as it needs, at most for all that one has."""
        task = self._tasks[at]
        future = self._client.submit(
            _on_worker,
            task.item,
            topic=self._topic,
            at=at,
            version=__version__,
            key=f"{self._topic}-{at}{'-alone' if self._alone else ''}",
            pure=False,
            resources=None if most is None else {_MEMORY: min(float(task.memory), most)},
        )
        self._under_way[future] = at
        future.add_done_callback(lambda done: self._events.put(_Event("finished", done)))

    def _ended(self, future: Future[Any], task: Task) -> Ended | None:
        """Return how a task ended; None where the scheduler forgot it, or the function, which happens when it was started again."""
        from distributed.scheduler import KilledWorker

        if future.status == "error":
            error = future.exception()
            if isinstance(error, KilledWorker):
                return Ended(task, "lost", losses=MOST_LOSSES + 1)
            return Ended(task, "failed", error=error)
        if future.status != "finished":
            return None
        try:
            answer = future.result(timeout=_FETCH_S)
            return None if answer is None else Ended(task, **answer)
        except (
            OSError,
            CancelledError,
        ):  # the connection, or what the scheduler kept, is gone; TimeoutError is an OSError
            return None
        except Exception as error:  # a value that cannot be read here would not be read the next time either
            return Ended(task, "failed", error=error)


def _holder(function: Callable[[Any], Any]) -> Any:
    """Return a plugin that brings the function once to every worker there is and will be, before it gets tasks."""
    from distributed import WorkerPlugin

    plugin = WorkerPlugin()
    vars(plugin)["function"] = function
    return plugin


def _on_worker(item: Any, *, topic: str, at: int, version: str) -> dict[str, Any] | None:
    """Do one task; None where a scheduler that was started again gave it to a worker that never got the function."""
    import os

    from distributed import get_worker

    worker = get_worker()
    if version != __version__:
        error = ArgumentError(_other_version(worker.address, __version__, version))
        return {"how": "failed", "error": error, "worker": worker.address}
    if topic not in worker.plugins:
        return None
    os.environ.update(single_threaded())
    worker.log_event(topic, ("begun", worker.address, at))
    function = vars(worker.plugins[topic])["function"]
    answer = done_by(function, item, lambda message: worker.log_event(topic, ("told", pickle.dumps(message), at)))
    return answer | {"worker": worker.address}


def _other_version(address: str, there: str | None, needed: str = __version__) -> InputProblem:
    """Return the problem of a worker with another gridplan: it would make other bytes, and keep others for up to date."""
    found = Text(zh=f"{address} 的{there or '环境没有 gridplan'}", en=f"{there or 'none'} at {address}")
    return _problem(
        Text(zh=f"工作进程使用 gridplan {needed}", en=f"workers with gridplan {needed}"),
        found,
        Text(zh="在各工作进程的环境中安装同一版本。", en="Install the same version where the workers run."),
    )


@contextmanager
def _connected(address: str, *, since: float | None) -> Iterator[Client]:
    """Connect to a scheduler; to one that went away again and again for as long as it is waited for."""
    try:
        from distributed import Client
    except ImportError:
        raise ArgumentError(_problem(_DASK, Text(zh="没有安装", en="none"), _INSTALL)) from None
    _refuse_without_certificates(address)
    while True:
        try:
            client = Client(address, timeout=_ANSWER_S, set_as_default=False)
            break
        except (OSError, ValueError, TimeoutError) as error:
            if since is None or time.monotonic() - since > _RETURN_S:
                found = Text(zh=f"{address} 连接不上", en=f"no answer from {address}")
                raise ArgumentError(_problem(_SCHEDULER, found, _START)) from error
            time.sleep(_LOOK_S)
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=5)


def _refuse_open(address: str, insecure: bool) -> None:
    """Refuse a scheduler on another machine whose connection is not encrypted: its workers run the code they are sent."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.scheme in ("tls", "wss", "inproc") or insecure or _is_here(parts.hostname or ""):
        return
    needed = Text(zh="tls:// 开头的调度器地址", en="the address of a scheduler that begins with tls://")
    remedy = Text(
        zh="工作进程会运行收到的代码：请为集群配置 TLS；确信网络可信时加 --insecure。",
        en="Its workers run the code they are sent: give the cluster TLS, or add --insecure where the network is trusted.",
    )
    raise ArgumentError(_problem(needed, Text(zh=address, en=address), remedy))


def _refuse_without_certificates(address: str) -> None:
    """Say what a connection with TLS needs, which Dask reads from its own configuration."""
    if urlsplit(address).scheme not in ("tls", "wss"):
        return
    from distributed.security import Security

    found = Text(zh="没有设置", en="none")
    try:
        if Security().get_connection_args("client").get("ssl_context") is not None:
            return
    except OSError as error:  # a file that is missing or holds no certificate
        found = told_reason(error)
    raise ArgumentError(_problem(_CERTIFICATES, found, _SET_THEM))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _problem(needed: Text, found: Text, remedy: Text) -> InputProblem:
    return InputProblem("error", needed, found, remedy, field="--scheduler")


_DASK = Text(zh="dask 和 distributed", en="dask and distributed")
_INSTALL = Text(
    zh='请安装：python -m pip install "gridplan[scale]"。', en='Install them: python -m pip install "gridplan[scale]".'
)
_CERTIFICATES = Text(zh="Dask 配置中的 TLS 证书", en="TLS certificates in the configuration of Dask")
_SET_THEM = Text(
    zh="设置 DASK_DISTRIBUTED__COMM__TLS__CA_FILE 和 …__TLS__CLIENT__CERT、…__TLS__CLIENT__KEY。",
    en="Set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, and __CLIENT__CERT and __CLIENT__KEY likewise.",
)
_SCHEDULER = Text(zh="可以连接的 Dask 调度器", en="a Dask scheduler that answers")
_START = Text(
    zh="请先启动：dask scheduler；或改正地址。", en="Start it first (dask scheduler), or correct the address."
)
