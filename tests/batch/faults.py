"""Many small cases while workers are killed at random: nothing lost, nothing twice, the table complete, equal bytes.

    python -m tests.batch.faults FOLDER [--cases 300] [--every 6] [--workers 2] [--scheduler]

A worker is killed every so many durations of a case, as they have been so far: often enough to hit many cases, not so often that one
meets its end four times. With `--scheduler` a scheduler and workers of their own run over TCP, and all of them are killed and
started again. Exit status 1 where a case is missing, differs, or something is left behind.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil

from gridplan.batch.case_list import Job
from gridplan.batch.contract import Progress
from gridplan.batch.many_cases import Batch, run_batch
from gridplan.batch.runner import Cluster, Processes
from tests import board
from tests.batch.clusters import OwnCluster

_FIRST_S = 5.0
"""The duration of a case before one has ended."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--every", type=float, default=6.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scheduler", action="store_true")
    asked = parser.parse_args()
    city = board.write_board(asked.folder / "city").parent
    jobs = [Job(f"c{at:03}", asked.folder / "cases" / f"c{at:03}" / "case.toml") for at in range(asked.cases)]
    for job in jobs:
        shutil.copytree(city, job.path.parent)
    out = asked.folder / "out"
    if asked.scheduler:
        with OwnCluster(asked.workers) as cluster:
            batch, killed = run_with_kills(jobs, out, Cluster(cluster.address), cluster.restart, asked.every)
    else:
        batch, killed = run_with_kills(jobs, out, Processes(asked.workers), kill_a_worker, asked.every)
    statuses = Counter(row.status for row in batch.rows)
    contents = Counter(_content(out / job.name) for job in jobs)
    left = [path.name for path in out.iterdir() if path.name.startswith(".") or ".new" in path.suffix]
    print(f"{len(jobs)} cases in {batch.seconds:.0f} s, killed {killed} times, {dict(statuses)}")
    print(f"losses told {sum(ended.losses for ended in batch.ends)}, folders of different content {len(contents)}")
    print(f"left behind: {left or 'nothing'}")
    return int(statuses["done"] < len(jobs) or len(contents) > 1 or bool(left))


def run_with_kills(
    jobs: list[Job], out: Path, on: Processes | Cluster, kill: Callable[[], bool], every: float
) -> tuple[Batch, int]:
    """Run a batch while something is killed every so many durations of a case; return it and how often that was."""
    stop, seconds, times = threading.Event(), [_FIRST_S], []

    def kill_on() -> None:
        while not stop.wait(random.uniform(0.5, 1.5) * every * statistics.median(seconds[-20:])):
            times.append(kill())

    def heard(news: Progress) -> None:
        if news.ended.how == "done":
            seconds.append(news.ended.seconds)

    killer = threading.Thread(target=kill_on)
    killer.start()
    try:
        batch = run_batch(jobs, out, on=on, listener=heard)
    finally:
        stop.set()
        killer.join()
    return batch, sum(times)


def _content(folder: Path) -> tuple[tuple[str, bytes], ...]:
    files = sorted(path for path in folder.iterdir() if path.name != "run.log")
    return tuple((path.name, path.read_bytes()) for path in files)


def kill_a_worker() -> bool:
    """Kill one of the workers of this process; return whether there was one."""
    workers = [child for child in psutil.Process().children() if _is_worker(child)]
    if workers:
        random.choice(workers).kill()
    return bool(workers)


def _is_worker(child: psutil.Process) -> bool:
    try:
        return "gridplan.batch.worker_process" in child.cmdline()
    except psutil.Error:  # it has ended meanwhile
        return False


if __name__ == "__main__":
    sys.exit(main())
