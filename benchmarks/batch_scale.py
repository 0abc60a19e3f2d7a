"""How busy a batch keeps its workers, and whether its memory stays flat: synthetic cities on 1 and 2 workers, three times each.

    python benchmarks/batch_scale.py FOLDER [--cities 100] [--units 300 2000] [--edges 20000 100000] [--workers 1 2] [--repeats 3]

Idle is what the seconds of the tasks leave of workers x time, the start of the workers counted as idle. Memory is the most that a worker
held while a case ran.
"""

from __future__ import annotations

import argparse
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
    asked = parser.parse_args()
    jobs = list_jobs(write_province(asked.folder / "cases", asked.cities, tuple(asked.units), tuple(asked.edges)))
    for workers in asked.workers:
        runs = [_run(jobs, asked.folder / "out", workers) for _ in range(asked.repeats)]
        idle = statistics.median(share for share, _ in runs)
        seconds = statistics.median(spent for _, spent in runs)
        print(f"{len(jobs)} cities, {workers} workers: idle {idle:.1%}, {seconds:.0f} s (medians of {len(runs)})", flush=True)


def _run(jobs: list, out: Path, workers: int) -> tuple[float, float]:
    shutil.rmtree(out, ignore_errors=True)
    batch = run_batch(jobs, out, on=Processes(workers))
    assert all(row.status == "done" for row in batch.rows), [row for row in batch.rows if row.status != "done"]
    busy = sum(ended.seconds for ended in batch.ends)
    peaks = [ended.peak_bytes / 1e6 for ended in batch.ends]
    print(f"  busy {busy:.0f} s of {workers} x {batch.tasks_s:.0f} s; peak {min(peaks):.0f} to {max(peaks):.0f} MB", flush=True)
    return 1 - busy / (workers * batch.tasks_s), batch.seconds


if __name__ == "__main__":
    main()
