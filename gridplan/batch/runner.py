"""Many tasks of one function on processes of this machine or on a Dask cluster: one contract for both.

Values do not depend on the number of workers nor on who does what: the function is pure, each task stands alone, and the results
come back in the order of the tasks. A task that raises has failed; only one whose worker went away is given to another.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from gridplan.batch.contract import Ended, Listener, Progress, Tally, Task, Told
from gridplan.words.side_by_side import count_workers


@dataclass(frozen=True)
class Processes:
    """Workers on this machine: how many (default: one a processor) and the bytes they may hold together (default: what is free)."""

    count: int | None = None
    memory: int | None = None


@dataclass(frozen=True)
class Cluster:
    """Workers behind a Dask scheduler: its address; `insecure` allows a remote one without TLS."""

    address: str
    insecure: bool = False


def run_tasks(
    function: Callable[[Any], Any],
    tasks: Iterable[Task],
    *,
    on: Processes | Cluster | None = None,
    listener: Listener | None = None,
    cancel: threading.Event | None = None,
) -> list[Ended]:
    """Do every task and return how each ended, in the order of the tasks.

    Parameters
    ----------
    function
        Of one item; found by its name when it is pickled, as are functools.partial objects of such functions. It goes to each worker once,
        with whatever a partial object holds: what all tasks share belongs there.
    tasks
        The items, with a name for messages and the memory they need; the biggest begin first.
    on
        `Processes` of this machine (the default) or a `Cluster`. Each worker does one task at a time, with one thread.
    listener
        Called with `Progress` after each task that ended and with `Told` for what tasks tell (`words.hearing.tell`), in this thread.
    cancel
        Once set, no task begins any more; on processes those at work are ended, on a cluster they come to their own end unheard.

    Returns
    -------
    list of Ended
        One a task. Errors of tasks are no exceptions here: they are in `Ended.error`.

    Raises
    ------
    ArgumentError
        If a remote scheduler is named without TLS, or Dask is not installed.
    """
    listed = list(tasks)
    on, heard, stop = on or Processes(), listener or _unheard, cancel or threading.Event()
    ends: list[Ended] = [Ended(task, "cancelled") for task in listed]
    tally, begun = Tally(listed), time.monotonic()
    if isinstance(on, Cluster):
        from gridplan.batch.cluster import run_on_cluster

        ending = run_on_cluster(function, listed, cluster=on.address, insecure=on.insecure, listener=heard, cancel=stop)
    else:
        from gridplan.batch.local_pool import run_on_processes

        count = on.count or count_workers()
        ending = run_on_processes(function, listed, count=count, memory=on.memory, listener=heard, cancel=stop)
    with closing(ending):
        for at, ended in ending:
            ends[at] = ended
            heard(tally.count(ended, time.monotonic() - begun))
    return ends


def refuse_unusable(on: Processes | Cluster) -> None:
    """Refuse workers with which no task should begin, before anything is prepared for them.

    Raises
    ------
    ArgumentError
        If a remote scheduler is named without TLS or none answers, a worker has another gridplan, or Dask is not installed.
    """
    if isinstance(on, Cluster):
        from gridplan.batch.cluster import refuse_cluster

        refuse_cluster(on.address, insecure=on.insecure)


def _unheard(_news: Progress | Told) -> None:
    """Show nothing."""
