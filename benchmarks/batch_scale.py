"""How busy a batch keeps its workers, and whether its memory stays flat: synthetic cities on 1 and 2 workers, three times each.

    python benchmarks/batch_scale.py FOLDER [--cities 100] [--units 300 2000] [--edges 20000 100000] [--workers 1 2] [--repeats 3] [--sample N]

Idle is the share of the workers' time, from the start of the run to its end, in which they have no case: while they start, between
cases, and when one waits for the others at the end. A processor that other work takes away makes no worker idle; the seconds of a
processor are told beside. Memory is the most that a worker held while a case ran. `--sample` takes so many of the cities, seeded.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
from pathlib import Path

from synthetic_cities import write_province

from gridplan.batch.case_list import list_jobs
from gridplan.batch.many_cases import run_batch
from gridplan.batch.runner import Processes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cities", type=int, default=100)
    parser.add_argument("--units", type=int, nargs=2, default=(300, 2000))
    parser.add_argument("--edges", type=int, nargs=2, default=(20_000, 100_000))
    parser.add_argument("--workers", type=int, nargs="+", default=(1, 2))
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--sample", type=int)
    asked = parser.parse_args()
    cases = sorted((asked.folder / "cases").glob("*/case.toml"))
    if len(cases) != asked.cities:
        cases = write_province(asked.folder / "cases", asked.cities, tuple(asked.units), tuple(asked.edges))
    jobs = list_jobs(cases if asked.sample is None else sorted(random.Random(0).sample(cases, asked.sample)))
    for workers in asked.workers:
        runs = [_run(jobs, asked.folder / f"out{workers}", workers) for _ in range(asked.repeats)]
        idle = statistics.median(share for share, _ in runs)
        seconds = statistics.median(spent for _, spent in runs)
        print(
            f"{len(jobs)} cities, {workers} workers: idle {idle:.1%}, {seconds:.0f} s (medians of {len(runs)})",
            flush=True,
        )


def _run(jobs: list, out: Path, workers: int) -> tuple[float, float]:
    shutil.rmtree(out, ignore_errors=True)
    ended: list = []
    batch = run_batch(jobs, out, on=Processes(workers), listener=lambda news: ended.append(news.ended))
    assert all(row.status == "done" for row in batch.rows), [row for row in batch.rows if row.status != "done"]
    busy = sum(ended.seconds for ended in batch.ends)
    used = sum(ended.processor_s for ended in batch.ends)
    print(
        f"  busy {busy:.0f} s of {workers} x {batch.tasks_s:.0f} s, {used:.0f} s of a processor; {_told_memory(ended)}",
        flush=True,
    )
    return 1 - busy / (workers * batch.tasks_s), batch.seconds


def _told_memory(ended: list) -> str:
    """Say the most memory that a worker held in each quarter of the run."""
    quarter = -(-len(ended) // 4)
    most = [max(one.peak_bytes for one in ended[at : at + quarter]) / 1e6 for at in range(0, len(ended), quarter)]
    return f"most memory by quarters {', '.join(f'{held:.0f}' for held in most)} MB"


if __name__ == "__main__":
    main()
