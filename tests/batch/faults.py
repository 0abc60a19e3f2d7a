"""Many small cases while workers are killed at random: nothing lost, nothing twice, the table complete, equal bytes.

    python -m tests.batch.faults FOLDER [--cases 300] [--every 3] [--workers 2] [--scheduler]

With `--scheduler` a scheduler and workers of their own run over TCP, and all of them are killed and started again now and then.
"""

from __future__ import annotations

import argparse
import random
import threading
from collections import Counter
from pathlib import Path

import psutil

from gridplan.batch.case_list import Job
from gridplan.batch.many_cases import run_batch
from gridplan.batch.runner import Cluster, Processes
from tests import board
from tests.batch.clusters import OwnCluster


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--every", type=float, default=3.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scheduler", action="store_true")
    asked = parser.parse_args()
    jobs = [Job(f"c{at:03}", board.write_board(asked.folder / "cases" / f"c{at:03}")) for at in range(asked.cases)]
    stop, killed = threading.Event(), Counter[str]()
    if asked.scheduler:
        with OwnCluster(asked.workers) as cluster:
            killer = threading.Thread(target=_restart, args=(cluster, asked.every, stop, killed))
            killer.start()
            batch = run_batch(jobs, asked.folder / "out", on=Cluster(cluster.address))
            stop.set()
            killer.join()
    else:
        killer = threading.Thread(target=_kill, args=(asked.every, stop, killed))
        killer.start()
        batch = run_batch(jobs, asked.folder / "out", on=Processes(asked.workers))
        stop.set()
        killer.join()
    statuses = Counter(row.status for row in batch.rows)
    contents = Counter(_content(asked.folder / "out" / job.name) for job in jobs)
    print(f"{len(jobs)} cases in {batch.seconds:.0f} s, {dict(killed)} killed, {dict(statuses)}")
    print(f"losses told {sum(ended.losses for ended in batch.ends)}, folders of different content {len(contents)}")
    left = [
        path.name for path in (asked.folder / "out").iterdir() if path.name.startswith(".") or ".new" in path.suffix
    ]
    print(f"left behind: {left or 'nothing'}")


def _content(folder: Path) -> tuple[tuple[str, bytes], ...]:
    files = sorted(path for path in folder.iterdir() if path.name != "run.log")
    return tuple((path.name, path.read_bytes()) for path in files)


def _kill(every_s: float, stop: threading.Event, killed: Counter[str]) -> None:
    while not stop.wait(random.uniform(0.5, 1.5) * every_s):
        workers = [child for child in psutil.Process().children() if "gridplan.batch.worker_process" in child.cmdline()]
        if workers:
            random.choice(workers).kill()
            killed["workers"] += 1


def _restart(cluster: OwnCluster, every_s: float, stop: threading.Event, killed: Counter[str]) -> None:
    while not stop.wait(random.uniform(0.5, 1.5) * every_s):
        cluster.kill()
        killed["clusters"] += 1
        cluster.start()


if __name__ == "__main__":
    main()
