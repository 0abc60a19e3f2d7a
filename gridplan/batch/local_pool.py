"""Tasks on processes of this machine: each worker of many does one after the other with one thread; lost workers are replaced.

The workers are fresh interpreters (`worker_process`), so that nothing of the caller is copied and no script needs a guard.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO, cast

import psutil

from gridplan.batch.at_work import single_threaded
from gridplan.batch.contract import MOST_LOSSES, Ended, Listener, Task, Told, biggest_first
from gridplan.batch.worker_process import ENOUGH, read_frame, write_frame
from gridplan.words.side_by_side import count_workers

_LOOK_S = 0.1
"""How often the memory of the workers and the wish to cancel are looked at."""
_PATIENCE_S = 5.0
"""So long a worker may take to put in order what it holds before it is killed."""
_MOST_FALSE_STARTS = 12
"""So many workers in a row that end before they begin mean that none can."""
_KEPT_FREE = 0.9
"""The part of the memory that is free at the start which the tasks may take."""


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    ready: bool = False
    at: int | None = None
    begun: float = 0.0
    peak: int = 0
    stopped: bool = False
    hurried: bool = False

    def look(self) -> int:
        """Return the bytes that the worker holds, and remember the most."""
        try:
            held = int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0
        self.peak = max(self.peak, held)
        return held

    def leave(self) -> None:
        """Let go of a worker that has ended."""
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                cast(BinaryIO, stream).close()


def free_memory() -> int:
    """Return the bytes that tasks may take together: most of what is free, within the limit of the container."""
    free = psutil.virtual_memory().available
    group = Path("/sys/fs/cgroup")
    with suppress(OSError, ValueError):
        limit = int((group / "memory.max").read_text())
        free = min(free, limit - int((group / "memory.current").read_text()))
    return int(free * _KEPT_FREE)


def run_on_processes(
    function: Callable[[Any], Any],
    tasks: list[Task],
    *,
    count: int,
    memory: int | None,
    listener: Listener,
    cancel: threading.Event,
) -> Generator[tuple[int, Ended], None, None]:
    """Yield the position of each task and how it ended, as they end; see `runner.run_tasks`."""
    pool = _Pool(function, tasks, memory or free_memory(), listener)
    try:
        yield from pool.run(count, cancel)
    finally:
        pool.close()


class StandingWorker:
    """One worker that stays between tasks: what it has loaded and read serves the next, whoever asks waits for no start.

    It may use all processors but one, which is left to whoever waits for it.

    Parameters
    ----------
    function
        Of one item, as in `runner.run_tasks`.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function
        self._pool = self._hired()

    def run(self, task: Task, *, listener: Listener, cancel: threading.Event, enough: threading.Event) -> Ended:
        """Do one task and return how it ended; see `runner.run_tasks`. After a cancelled one another worker stands ready.

        Once `enough` is set the task is asked to end with what it has (`words.hearing.is_enough`).
        """
        for _, ended in self._pool.run_one(task, listener, cancel, enough):
            return ended
        self._pool.close()
        self._pool = self._hired()
        return Ended(task, "cancelled")

    def close(self) -> None:
        """End the worker; what it holds is put in order."""
        self._pool.close()

    def _hired(self) -> _Pool:
        pool = _Pool(self._function, [], free_memory(), lambda news: None, threads=max(1, count_workers() - 1))
        pool.hire()
        return pool


class _Pool:
    def __init__(
        self, function: Callable[[Any], Any], tasks: list[Task], memory: int, listener: Listener, *, threads: int = 1
    ) -> None:
        self._start = pickle.dumps((sys.path, pickle.dumps(function)))
        self._environment = single_threaded() | {"OMP_NUM_THREADS": str(threads)}
        self._tasks, self._memory, self._listener = tasks, memory, listener
        self._waiting = biggest_first(tasks)
        self._losses = dict.fromkeys(range(len(tasks)), 0)
        self._workers: list[_Worker] = []
        self._events: SimpleQueue[tuple[_Worker, bytes | None]] = SimpleQueue()
        self._false_starts = 0
        self._enough = threading.Event()

    def run(self, count: int, cancel: threading.Event) -> Iterator[tuple[int, Ended]]:
        left = len(self._tasks)
        for _ in range(min(count, left)):
            self.hire()
        yield from self._until_done(left, cancel)

    def run_one(
        self, task: Task, listener: Listener, cancel: threading.Event, enough: threading.Event
    ) -> Iterator[tuple[int, Ended]]:
        """Give one more task to the workers that stand there."""
        self._tasks, self._losses, self._waiting, self._enough = [task], {0: 0}, [0], enough
        self._listener, self._memory = listener, free_memory()
        self._give_out()
        yield from self._until_done(1, cancel)

    def _until_done(self, left: int, cancel: threading.Event) -> Iterator[tuple[int, Ended]]:
        while left:
            if cancel.is_set():
                return
            self._say_enough()
            try:
                worker, frame = self._events.get(timeout=_LOOK_S)
            except Empty:
                self._watch_memory()
                self._give_out()
                continue
            for ended in self._heard(worker, frame):
                left -= 1
                yield ended
            self._watch_memory()
            self._give_out()

    def _say_enough(self) -> None:
        """Ask those at work once to end with what they have."""
        for worker in self._workers:
            if self._enough.is_set() and worker.at is not None and not worker.hurried:
                worker.hurried = True
                _written(worker, ENOUGH)

    def close(self) -> None:
        """End all workers: those at work are asked first, so that what they hold is put in order."""
        for worker in self._workers:
            worker.process.terminate()
        until = time.monotonic() + _PATIENCE_S
        for worker in self._workers:
            try:
                worker.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
            worker.leave()
        self._workers.clear()

    def hire(self) -> None:
        """Start one more worker."""
        process = subprocess.Popen(
            [sys.executable, "-m", "gridplan.batch.worker_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            env=os.environ | self._environment | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        worker = _Worker(process)
        self._workers.append(worker)
        threading.Thread(target=self._listen, args=(worker,), daemon=True).start()

    def _listen(self, worker: _Worker) -> None:
        """Start a worker and bring what it says to the one loop that decides, until it is gone."""
        if _written(worker, self._start):
            stream = cast(BinaryIO, worker.process.stdout)
            with suppress(OSError, ValueError):
                while (frame := read_frame(stream)) is not None:
                    self._events.put((worker, frame))
        self._events.put((worker, None))

    def _heard(self, worker: _Worker, frame: bytes | None) -> Iterator[tuple[int, Ended]]:
        if frame is None:
            yield from self._gone(worker)
            return
        kind, packed = pickle.loads(frame)
        if kind == "ready":
            worker.ready, self._false_starts = True, 0
        elif kind == "told" and worker.at is not None:
            self._listener(Told(self._tasks[worker.at], pickle.loads(packed)))
        elif kind == "ended" and worker.at is not None:
            at, worker.at = worker.at, None
            content = _read_answer(packed)
            peak = max(worker.peak, content["peak_bytes"])
            yield at, Ended(self._tasks[at], losses=self._losses[at], **content | {"peak_bytes": peak})

    def _gone(self, worker: _Worker) -> Iterator[tuple[int, Ended]]:
        """Hire another worker for one that went away, and give its task back unless it has been lost too often."""
        self._workers.remove(worker)
        worker.leave()
        at = worker.at
        if not worker.ready:
            self._false_starts += 1
            if self._false_starts > _MOST_FALSE_STARTS:
                msg = f"no worker could be started: {sys.executable} -m gridplan.batch.worker_process"
                raise RuntimeError(msg)
        self.hire()
        if at is None:
            return
        lost = Ended(self._tasks[at], "lost", seconds=time.monotonic() - worker.begun, peak_bytes=worker.peak)
        if worker.stopped:
            yield at, replace(lost, how="memory", losses=self._losses[at])
            return
        self._losses[at] += 1
        if self._losses[at] > MOST_LOSSES:
            yield at, replace(lost, losses=self._losses[at])
        else:
            self._waiting.insert(0, at)

    def _give_out(self) -> None:
        """Give each free worker the biggest task that the memory has room for; one larger than all memory runs alone."""
        for worker in self._workers:
            if worker.ready and worker.at is None:
                busy = [self._tasks[other.at].memory for other in self._workers if other.at is not None]
                room = self._memory - sum(busy) if busy else float("inf")
                at = next((at for at in self._waiting if self._tasks[at].memory <= room), None)
                if at is None:
                    return
                self._waiting.remove(at)
                worker.at, worker.begun, worker.peak, worker.hurried = at, time.monotonic(), 0, False
                _written(worker, pickle.dumps(self._tasks[at].item))

    def _watch_memory(self) -> None:
        """Stop the task that exceeds what it said it needs by most, where all together hold more than there is."""
        held = {id(worker): worker.look() for worker in self._workers if worker.at is not None}
        if sum(held.values()) <= self._memory or any(worker.stopped for worker in self._workers):
            return
        over = max(
            (worker for worker in self._workers if worker.at is not None),
            key=lambda worker: held[id(worker)] - self._tasks[cast(int, worker.at)].memory,
        )
        over.stopped = True
        over.process.kill()


def _written(worker: _Worker, frame: bytes) -> bool:
    """Write a frame to a worker; one that is gone is noticed by who listens to it."""
    try:
        write_frame(cast(BinaryIO, worker.process.stdin), frame)
    except (OSError, ValueError):
        return False
    return True


def _read_answer(packed: bytes) -> dict[str, Any]:
    """Return what a worker says of a task; one whose value cannot be read here has failed, and the others go on."""
    try:
        return cast(dict[str, Any], pickle.loads(packed))
    except Exception as error:
        return {"how": "failed", "error": error, "peak_bytes": 0}
