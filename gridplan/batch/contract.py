"""What the runner is given and gives back: tasks, how each ended, and what is told on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from gridplan.words.errors import InputProblem, ProblemError
from gridplan.words.text import Text

How = Literal["done", "failed", "lost", "memory", "cancelled"]
"""How a task ended: with a value; with an error of its own; because its workers went away each time; stopped because the memory did
not suffice; not at all, because the run was cancelled."""

MOST_LOSSES = 3
"""A task whose worker went away is given to another one so many times; nothing else is tried again."""


@dataclass(frozen=True)
class Task:
    """One piece of work: what the function is given, what it is called in messages, and the memory it needs in bytes."""

    item: Any
    name: str = ""
    memory: int = 0


@dataclass(frozen=True)
class Ended:
    """How a task ended: its value or its error, the seconds and those of a processor it took, the most memory held, who did it."""

    task: Task
    how: How
    value: Any = None
    error: BaseException | None = None
    trace: str = ""
    seconds: float = 0.0
    processor_s: float = 0.0
    peak_bytes: int = 0
    losses: int = 0
    worker: str = ""


@dataclass(frozen=True)
class Told:
    """What a task at work says of itself (`words.hearing.tell`): a stage, an alternative, a line of a log."""

    task: Task
    message: Any


@dataclass(frozen=True)
class Progress:
    """How far a run is after each task that ended: their numbers, the seconds since it began and those it may still take."""

    ended: Ended
    n_ended: int
    n_tasks: int
    seconds: float
    remaining_s: float


Listener: TypeAlias = Callable[[Progress | Told], None]


@dataclass
class Tally:
    """Counts the tasks that ended and judges by their memory, which goes with their size, how long the others will take."""

    tasks: list[Task]
    _weight: float = 0.0
    _ended: int = 0
    _all: float = field(init=False)

    def __post_init__(self) -> None:
        self._all = sum(map(_weight_of, self.tasks))

    def count(self, ended: Ended, seconds: float) -> Progress:
        """Count one more."""
        self._ended += 1
        self._weight += _weight_of(ended.task)
        remaining = seconds * (self._all - self._weight) / self._weight
        return Progress(ended, self._ended, len(self.tasks), seconds, max(0.0, remaining))


def _weight_of(task: Task) -> float:
    return float(max(task.memory, 1))


def biggest_first(tasks: list[Task]) -> list[int]:
    """Return the positions of tasks, those that need the most memory first: started last, they would be waited for."""
    return sorted(range(len(tasks)), key=lambda at: -tasks[at].memory)


def value_of(ended: Ended) -> Any:
    """Return the value of a task whose result is needed.

    Raises
    ------
    ProblemError
        If a worker went away or its memory did not suffice; the task's own error where it has one.
    """
    if ended.how == "done":
        return ended.value
    if ended.error is not None:
        raise ended.error
    raise ProblemError(
        InputProblem(
            "error",
            Text(zh="每个试算方案都有结果", en="a result of every plan"),
            told_end(ended.how, ended.losses, ended.peak_bytes),
            Text(zh="减少同时运行的进程（--workers），再试一次。", en="Use fewer processes (--workers) and try again."),
        )
    )


def told_end(how: How, losses: int, peak_bytes: int = 0) -> Text:
    """Say in words why a task has no value, where it has no error of its own."""
    return {
        "lost": _LOST.format(n=losses) if losses else _DESERTED,
        "memory": _MEMORY.format(g=f"{peak_bytes / 1e9:.2f}"),
        "cancelled": Text(zh="运行已取消", en="a run that was cancelled"),
    }.get(how, Text("", ""))


_LOST = Text(
    zh="执行它的进程 {n} 次中断（被终止、崩溃或内存不足）",
    en="a worker that went away {n:time|times} while it ran (killed, crashed, or out of memory)",
)
_DESERTED = Text(zh="等了很久，没有调度器或工作进程", en="no scheduler or no worker, as long as it was waited for")
_MEMORY = Text(
    zh="占用内存 {g} GB，超出可用内存，已停止", en="{g} GB of memory taken, more than there is, and was stopped"
)
