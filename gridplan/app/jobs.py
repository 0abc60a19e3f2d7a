"""Work that takes its time, one piece after another in a worker process, heard of while it runs and ended at any moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Literal

from gridplan.batch.contract import Ended, Progress, Task, Told, told_end
from gridplan.batch.local_pool import StandingWorker
from gridplan.words.errors import GridplanError, InputProblem
from gridplan.words.text import Text

Status = Literal["waiting", "running", "done", "failed", "cancelled"]
_NUMBERS = count(1)
_KEPT = 30
"""Jobs that are remembered after they ended."""


@dataclass
class Job:
    """One piece of work: what the worker is given, how far it is, and what came of it.

    `then` takes its value, in the lane's own thread, before anybody hears that it is done. `stages` are the names of its stages with the seconds after its start at which each began; `heard` is whatever else it told, with the seconds (`at`).
    """

    kind: str
    title: Text
    item: dict[str, Any]
    number: int = field(default_factory=lambda: next(_NUMBERS))
    status: Status = "waiting"
    stages: list[tuple[Text, float]] = field(default_factory=list)
    heard: list[Any] = field(default_factory=list)
    value: Any = None
    problems: tuple[InputProblem, ...] = ()
    seconds: float = 0.0
    begun: float = 0.0
    done: threading.Event = field(default_factory=threading.Event)
    then: Callable[[Any], None] | None = None
    _cancel: threading.Event = field(default_factory=threading.Event)
    _enough: threading.Event = field(default_factory=threading.Event)

    @property
    def ending(self) -> bool:
        """Whether it was asked to end with what it has."""
        return self._enough.is_set()

    @property
    def open(self) -> bool:
        """Whether it is still to be done, or being done."""
        return self.status in ("waiting", "running")

    @property
    def elapsed(self) -> float:
        """Seconds that it has run."""
        return time.monotonic() - self.begun if self.status == "running" else self.seconds


class Lane:
    """A queue of jobs and the worker that does them.

    Parameters
    ----------
    function
        Of a job's item; found by its name in the worker.
    changed
        Called with a job whenever something about it is new, in the lane's own thread.
    """

    def __init__(self, function: Callable[[dict[str, Any]], Any], changed: Callable[[Job], None]) -> None:
        self._function, self._changed = function, changed
        self._jobs: list[Job] = []
        self._news = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @property
    def jobs(self) -> list[Job]:
        """The jobs, oldest first; of those that ended the last few."""
        with self._news:
            return list(self._jobs)

    def add(self, job: Job) -> Job:
        """Put a job at the end of the queue."""
        with self._news:
            ended = [old for old in self._jobs if not old.open]
            forgotten = set(map(id, ended[: max(0, len(ended) - _KEPT)]))
            self._jobs = [old for old in self._jobs if id(old) not in forgotten] + [job]
            self._news.notify()
        self._tell(job)
        return job

    def cancel(self, number: int) -> bool:
        """End a job, at work or not yet begun; False where there is none of that number to end."""
        with self._news:
            job = next((job for job in self._jobs if job.number == number and job.open), None)
            if job is None:
                return False
            job._cancel.set()
            if job.status == "waiting":
                _end(job, "cancelled")
        self._tell(job)
        return True

    def finish(self, number: int) -> bool:
        """Ask a job at work to end with what it has; False where there is none of that number at work."""
        with self._news:
            job = next((job for job in self._jobs if job.number == number and job.status == "running"), None)
        if job is None:
            return False
        job._enough.set()
        self._tell(job)
        return True

    def _tell(self, job: Job) -> None:
        """Say that something about a job is new; whoever hears it cannot end the lane."""
        with suppress(Exception):
            self._changed(job)

    def close(self) -> None:
        """End everything."""
        with self._news:
            self._closed = True
            for job in self._jobs:
                job._cancel.set()
                if job.status == "waiting":
                    _end(job, "cancelled")
            self._news.notify()
        self._thread.join(timeout=10)

    def _work(self) -> None:
        worker = StandingWorker(self._function)
        try:
            while (job := self._next()) is not None:
                self._do(job, worker)
        finally:
            worker.close()

    def _next(self) -> Job | None:
        with self._news:
            while not self._closed:
                job = next((job for job in self._jobs if job.status == "waiting"), None)
                if job is not None:
                    job.status, job.begun = "running", time.monotonic()
                    return job
                self._news.wait()
        return None

    def _do(self, job: Job, worker: StandingWorker) -> None:
        self._tell(job)

        def hear(news: Progress | Told) -> None:
            if isinstance(news, Told):
                message = news.message
                if isinstance(message, Text):
                    job.stages.append((message, time.monotonic() - job.begun))
                else:
                    job.heard.append({**message, "at": round(time.monotonic() - job.begun, 1)})
                self._tell(job)

        try:
            ended = worker.run(Task(job.item, job.kind), listener=hear, cancel=job._cancel, enough=job._enough)
        except RuntimeError as error:
            ended = Ended(Task(job.item, job.kind), "failed", error=error)
        job.value, job.problems = ended.value, _problems_of(ended)
        job.seconds = time.monotonic() - job.begun
        if ended.how == "done" and job.then is not None:
            try:
                job.then(ended.value)
            except Exception as error:
                ended = replace(ended, how="failed", error=error)
                job.problems = _problems_of(ended)
        _end(job, "done" if ended.how == "done" else "cancelled" if ended.how == "cancelled" else "failed")
        self._tell(job)


def _end(job: Job, status: Status) -> None:
    job.status = status
    job.done.set()


def _problems_of(ended: Ended) -> tuple[InputProblem, ...]:
    if ended.how in ("done", "cancelled"):
        return ()
    if isinstance(ended.error, GridplanError):
        return ended.error.problems
    said = told_end(ended.how, ended.losses, ended.peak_bytes)
    if ended.error is not None:
        name = f"{type(ended.error).__name__}: {ended.error}"
        said = Text(zh=f"程序的错误（{name}）", en=f"a mistake of the program ({name})")
    return (
        InputProblem(
            "error",
            Text(zh="做完这一步", en="this step to its end"),
            said,
            Text(zh="再试一次；若还是这样，请反馈给我们。", en="Try again; if it happens again, please report it."),
        ),
    )
