"""Plan: runs in a queue, and the grouping in force judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gridplan.app.actions.asked import Asked
from gridplan.app.actions.versions_actions import told_version
from gridplan.app.bench import Bench, told_job
from gridplan.app.refusal import RefusedError
from gridplan.app.studies import CURVE, TABLE
from gridplan.words.errors import InputProblem
from gridplan.words.numbers import stated
from gridplan.words.text import Text


def plans(bench: Bench, _asked: Asked) -> Any:
    """Return the plans that run, wait or ended, newest first, and whether another one can begin."""
    jobs = [told_job(job) for job in reversed(bench.long.jobs) if job.kind in _KINDS]
    ready = bench.checked is not None and bench.checked["ready"] is not None
    last = next((version for version in reversed(bench.versions.all()) if version.origin == "plan"), None)
    return {
        "jobs": jobs,
        "ready": bench.checked["ready"] if ready and bench.checked is not None else None,
        "last": None if last is None else told_version(bench, last),
        "in_force": bool(bench.settings.get(("layers", "baseline"))),
        "curve": (bench.folder / CURVE / TABLE).is_file(),
    }


def found(bench: Bench, content: Asked) -> Any:
    """Return on the ground what a plan at work has found: the part of what was heard of it at `at`, counted from 0.

    Raises
    ------
    ValueError
        If there is no such job, or no plan was heard there.
    """
    number, at = int(content["number"]), int(content["at"])
    job = next((job for job in bench.long.jobs if job.number == number), None)
    heard = job.heard[at] if job is not None and 0 <= at < len(job.heard) else {}
    if job is None or "lead_of" not in heard:
        raise ValueError(number, at)
    item = {key: job.item[key] for key in ("case", "text")}
    item |= {key: heard[key] for key in ("scope", "leads", "lead_of")}
    return bench.ask("found", item, Text(zh="画出手里的方案", en="Drawing the plan in hand"))


def plan(bench: Bench, _asked: Asked) -> Any:
    """Put a plan of the settings as they stand at the end of the queue."""
    need_check(bench)
    return told_job(bench.plan(_title_of(bench)))


def need_check(bench: Bench) -> None:
    """Refuse what needs inputs without errors.

    Raises
    ------
    RefusedError
        If there are errors, or nobody has looked.
    """
    if bench.checked is None or bench.checked["ready"] is None:
        raise RefusedError(_unchecked())


def judge_in_force(bench: Bench, _asked: Asked) -> Any:
    """Put the judging of the grouping in force at the end of the queue; it becomes a version too."""
    stated = bench.settings.get(("layers", "baseline", "path"))
    if not stated:
        raise RefusedError(_no_grouping())
    return told_job(bench.assess(bench.locate(str(stated))))


def cancel(bench: Bench, content: Asked) -> Any:
    """End a job."""
    number = int(content["number"])
    return bench.long.cancel(number) or bench.quick.cancel(number)


def finish(bench: Bench, content: Asked) -> Any:
    """Ask a plan at work to end with what it has found; it becomes a version that says so."""
    return bench.long.finish(int(content["number"]))


def _title_of(bench: Bench) -> Text:
    """Say in a few words what is wished for."""
    grids = bench.settings.tree.get("grids", {})
    k, balance = grids.get("k"), grids.get("balance", 0.25)
    spoken = k if k is None or isinstance(k, int) else tuple(k)
    if spoken is None:
        many = Text(zh="网格数试着选", en="number of grids tried")
    elif isinstance(spoken, int):
        many = Text(zh="{n} 个网格", en="{n:grid|grids}").format(n=spoken)
    else:
        many = Text(zh="{low} 到 {n} 个网格", en="{low} to {n:grid|grids}").format(low=spoken[0], n=spoken[-1])
    within = Text(zh="{many}，人口 ±{b}", en="{many}, residents ±{b}")
    return within.format(many=many, b=stated(balance))


def _unchecked() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="检查通过的输入", en="inputs that have passed the check"),
        Text(zh="还没有检查，或有错误", en="inputs with errors, or not checked yet"),
        Text(zh="先到“检查”改好错误。", en="Mend the errors under Check first."),
    )


def _no_grouping() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="现有分组的文件", en="a file of the grouping in force"),
        Text(zh="没有", en="none"),
        Text(
            zh="到“文件”里放一份：每个单元现在归哪家牵头医院。",
            en="Add one under Files: which hospital leads each unit now.",
        ),
    )


_KINDS = ("plan", "assess", "adjust", "firmness")
READS: dict[str, Callable[[Bench, Asked], Any]] = {"plan": plans, "plan/found": found}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {
    "plan": plan,
    "plan/in_force": judge_in_force,
    "jobs/cancel": cancel,
    "jobs/finish": finish,
}
