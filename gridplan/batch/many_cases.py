"""Many cases into one folder: each its own proposal, one table, one log, and the province that they make up."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from gridplan.batch.case_list import LOG, TABLE, Job
from gridplan.batch.case_run import COLUMNS, Row, RowStatus, may_stand, memory_need, run_case
from gridplan.batch.contract import Ended, Progress, Task, Told, told_end
from gridplan.batch.runner import Cluster, Processes, refuse_unusable, run_tasks
from gridplan.batch.shared_roads import shared_roads
from gridplan.layers.layers import hash_file
from gridplan.outputs.workbook import guard_name
from gridplan.words.errors import GridplanError, InputProblem, OutputError
from gridplan.words.folders import added_files, made_parents, place_of
from gridplan.words.run_log import clock
from gridplan.words.signs import shown_line
from gridplan.words.small_files import told_reason
from gridplan.words.text import Language, Text
from gridplan.words.writing import replaced_file, unwritable

_PAUSE_S = 2.0
"""The table is written at most so often while cases end."""


@dataclass
class Batch:
    """How a batch ended: a row for each case, in their order, how many stood there already, and the seconds of it all and of the tasks."""

    rows: list[Row]
    n_kept: int = 0
    seconds: float = 0.0
    tasks_s: float = 0.0
    ends: list[Ended] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The exit status: 2 if a case failed or was not done, 1 if a must-rule stands somewhere, else 0."""
        if any(row.status != "done" for row in self.rows):
            return 2
        return int(any(row.must for row in self.rows))


def run_batch(
    jobs: Sequence[Job],
    out: Path,
    *,
    on: Processes | Cluster,
    language: Language | None = None,
    listener: Callable[[Progress], None] | None = None,
    cancel: threading.Event | None = None,
) -> Batch:
    """Plan every case into its own folder in `out`, and keep batch.csv and run.log there.

    The same proposal folders come of it as of `gridplan plan` case by case. What stands there already, planned by this version from
    the same inputs, is kept. A case that fails is a row with its reason. `out` and all inputs have the same paths for every
    worker: one machine, or a file system that all share.

    Raises
    ------
    OutputError
        If another batch writes there, `out` holds a proposal, or the table cannot be written.
    ArgumentError
        See `runner.refuse_unusable`; nothing is written then.
    """
    words: Language = language or "zh"
    refuse_unusable(on)
    cancel = cancel or threading.Event()
    with (
        _kept_folder(out) as place,
        shared_roads(_to_plan(jobs, place, language), place, on=on, cancel=cancel) as roads,
    ):
        keeper = _Keeper(jobs, place, words, listener)
        keeper.say(*roads.told)
        tasks = [Task(job, job.name, memory_need(job, roads.instead_of(job.name))) for job in jobs]
        function = functools.partial(run_case, out=place, language=language, extracts=roads.folder)
        begun = time.monotonic()
        keeper.batch.ends = run_tasks(function, tasks, on=on, listener=keeper, cancel=cancel)
        keeper.batch.tasks_s = time.monotonic() - begun
        for at, ended in enumerate(keeper.batch.ends):
            keeper.enter(at, ended)
        keeper.finish()
        if is_province(jobs):
            write_together(keeper.batch.rows, place, words)
    return keeper.batch


def _to_plan(jobs: Sequence[Job], place: Path, language: Language | None) -> list[Job]:
    """Return the cases that do not stand in the folder as far as can be told without reading all their inputs."""
    hash_once = functools.cache(hash_file)
    return [job for job in jobs if not may_stand(place / job.name, job, language=language, hash_of=hash_once)]


def is_province(jobs: Sequence[Job]) -> bool:
    """Tell whether cases are different places: several runs of one case make up no province."""
    return len({job.path.resolve() for job in jobs}) == len(jobs) > 1


def write_together(rows: Sequence[Row], place: Path, language: Language) -> None:
    """Write the province of the cases that have a plan.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    from gridplan.batch.province import read_city, sum_up
    from gridplan.batch.province_files import write_province

    plans = [read_city(row.case, place / row.folder) for row in rows if row.status == "done"]
    failed = [(row.case, row.message) for row in rows if row.status != "done"]
    if plans:
        write_province(sum_up(place.name, plans, failed), place, language)


class _Keeper:
    """Keeps the table and the log while cases end."""

    def __init__(
        self,
        jobs: Sequence[Job],
        place: Path,
        language: Language,
        listener: Callable[[Progress], None] | None,
    ) -> None:
        self.batch = Batch([Row(job.name, job.name, "cancelled") for job in jobs])
        self._at = {job.name: at for at, job in enumerate(jobs)}
        self._place, self._language, self._listener = place, language, listener
        self._begun, self._written = time.monotonic(), 0.0

    def __call__(self, news: Progress | Told) -> None:
        if isinstance(news, Told):
            return
        ended = news.ended
        at = self._at[ended.task.name]
        self.enter(at, ended)
        self._note(ended, self.batch.rows[at])
        if time.monotonic() - self._written > _PAUSE_S:
            with suppress(OutputError):
                write_table(self.batch.rows, self._place / TABLE)
            self._written = time.monotonic()
        if self._listener is not None:
            self._listener(news)

    def enter(self, at: int, ended: Ended) -> None:
        """Enter how a case ended in the table."""
        name = ended.task.name
        if ended.how == "done":
            self.batch.rows[at] = Row(**ended.value["row"])
        else:
            status: RowStatus = "cancelled" if ended.how == "cancelled" else "failed"
            self.batch.rows[at] = Row(name, name, status, told_failure(ended).in_language(self._language))

    def say(self, *lines: str) -> None:
        """Add lines to the log, which fails nobody."""
        with suppress(OSError), (self._place / LOG).open("a", encoding="utf-8") as log:
            for line in lines:
                print(clock(), line, sep="  ", file=log)

    def finish(self) -> None:
        """Count what was kept and write the table for good."""
        self.batch.n_kept = sum(ended.how == "done" and ended.value["kept"] for ended in self.batch.ends)
        self.batch.seconds = time.monotonic() - self._begun
        write_table(self.batch.rows, self._place / TABLE)

    def _note(self, ended: Ended, row: Row) -> None:
        kept = ended.how == "done" and ended.value["kept"]
        parts = ["kept" if kept else ended.how, f"{ended.seconds:.1f} s", f"{ended.processor_s:.1f} s of a processor"]
        parts += [f"{ended.peak_bytes / 1e6:.0f} MB"]
        parts += [f"worker {ended.worker}"] if ended.worker else []
        parts += [f"lost {ended.losses}"] if ended.losses else []
        self.say("  ".join((*parts, row.case, row.message)))
        if ended.trace and not isinstance(ended.error, GridplanError):
            self.say(ended.trace)


def told_failure(ended: Ended) -> Text:
    """Say on one line why a case has no plan."""
    if ended.error is None:
        return told_end(ended.how, ended.losses, ended.peak_bytes)
    if isinstance(ended.error, GridplanError):
        errors = [problem for problem in ended.error.problems if problem.severity == "error"]
        shown, more = errors[0], len(errors) - 1
        rest = Text(zh=f" 另有 {more} 个问题。", en=f" And {more} more.") if more else Text("", "")
        return Text(zh=shown.render("zh") + rest.zh, en=shown.render("en") + rest.en)
    return told_reason(ended.error)


def write_table(rows: Sequence[Row], path: Path) -> None:
    """Write batch.csv: a row for each case, numbers empty where there is no plan.

    Raises
    ------
    OutputError
        If it cannot be written; the earlier one stays.
    """
    table = pd.DataFrame([[getattr(row, name) for name in COLUMNS] for row in rows], columns=list(COLUMNS))
    table["message"] = [guard_name(shown_line(message)) for message in table["message"]]
    table[["must", "should"]] = table[["must", "should"]].astype("Int64")
    table["gap"] = pd.to_numeric(table["gap"]).round(6)
    table["mean_minutes"] = pd.to_numeric(table["mean_minutes"]).round(4)
    with replaced_file(path) as beside:
        table.to_csv(beside, index=False, encoding="utf-8-sig", lineterminator="\r\n")


@contextmanager
def _kept_folder(out: Path) -> Iterator[Path]:
    """Hold the lock of the folder of a batch, which is no proposal itself; made for nothing, it goes again."""
    with made_parents(place_of(out) / TABLE), added_files(out) as place:
        if (place / "proposal.json").exists():
            found = Text(zh="一个方案的文件夹", en="the folder of a proposal")
            raise OutputError(_unusable(place, found))
        yield place


def _unusable(place: Path, found: Text) -> InputProblem:
    return unwritable(place, found, Text(zh="用 -o 换一个文件夹。", en="Choose another folder with -o."))
