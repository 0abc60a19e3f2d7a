"""What the terminal shows of a batch: a bar with the time left, Ctrl-C that ends in order, and the rows that need somebody."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gridplan.batch.case_list import TABLE
from gridplan.batch.contract import Progress
from gridplan.batch.many_cases import Batch
from gridplan.words.text import Language, Text

_SHOWN = 20


@contextmanager
def cancelling() -> Iterator[threading.Event]:
    """Let the first Ctrl-C cancel a run in order; a second one interrupts it as ever."""
    cancel = threading.Event()

    def ask(_signal: int, _frame: Any) -> None:
        signal.signal(signal.SIGINT, earlier)
        cancel.set()

    earlier = signal.signal(signal.SIGINT, ask)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, earlier)


@contextmanager
def shown_progress(language: Language) -> Iterator[Callable[[Progress], None] | None]:
    """Give what shows how many cases have ended and how long the others will take, on stderr and only on a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = [BarColumn(bar_width=24), MofNCompleteColumn(), TextColumn("{task.description}")]
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(news: Progress) -> None:
            said = _REMAINING.format(t=told_duration(news.remaining_s), c=news.ended.task.name)
            bar.update(task, total=news.n_tasks, completed=news.n_ended, description=said.in_language(language))

        yield show


_REMAINING = Text(zh="还需约 {t} · {c}", en="about {t} left · {c}")


def told_duration(seconds: float) -> Text:
    """Say a duration in seconds, minutes or hours."""
    if seconds < 90:
        return Text(zh=f"{seconds:.0f} 秒", en=f"{seconds:.0f} s")
    if seconds < 5400:
        return Text(zh=f"{seconds / 60:.0f} 分钟", en=f"{seconds / 60:.0f} min")
    return Text(zh=f"{seconds / 3600:.1f} 小时", en=f"{seconds / 3600:.1f} h")


def tell_batch(batch: Batch, folder: Path, language: Language) -> list[str]:
    """Return the lines that end a batch: how many cases of each kind, those that failed with their reason, and where all is."""
    done = [row for row in batch.rows if row.status == "done"]
    failed = [row for row in batch.rows if row.status == "failed"]
    counts = _COUNTS.format(
        n=len(batch.rows), d=len(done), k=batch.n_kept, f=len(failed), c=len(batch.rows) - len(done) - len(failed),
        m=sum(bool(row.must) for row in done), t=told_duration(batch.seconds),
    )  # fmt: skip
    lines = [counts]
    lines += [Text(zh=f"  {row.case}：{row.message}", en=f"  {row.case}: {row.message}") for row in failed[:_SHOWN]]
    if len(failed) > _SHOWN:
        more = len(failed) - _SHOWN
        lines.append(Text(zh=f"  另有 {more} 个，见 {TABLE}", en=f"  and {more} more, see {TABLE}"))
    lines.append(Text(zh=f"结果：{folder}", en=f"Results: {folder}"))
    return [line.in_language(language) for line in lines]


_COUNTS = Text(
    zh="{n} 个方案：完成 {d}（其中原有 {k}），失败 {f}，取消 {c}；{m} 个有未达到的“必须”；用时 {t}。",
    en="{n:case|cases}: {d} done ({k} of them before), {f} failed, {c} cancelled; a must-rule stands in {m}; {t}.",
)
