"""Studies: the curve of least change and its steps, how firm the lines are."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from gridplan.app.actions.asked import Asked, words_in
from gridplan.app.actions.plan_actions import need_check
from gridplan.app.bench import Bench, told_job
from gridplan.app.refusal import RefusedError
from gridplan.app.studies import CURVE, digest_curve, read_curve
from gridplan.words.errors import InputProblem
from gridplan.words.text import Text

_STEP = re.compile(r"step-\d{2,4}")


def curve(bench: Bench, _asked: Asked) -> Any:
    """Return the steps of the curve of least change; None where there is none. It has a title only as long as it is the one that was drawn here."""
    rows = read_curve(bench.folder / CURVE)
    if not rows:
        return None
    noted = bench.noted_curve()
    return {
        "title": noted.get("title"),
        "stale": noted.get("basis", {}) not in ({}, bench.basis()),
        "rows": rows,
        "digest": digest_curve(bench.folder / CURVE),
    }


def draw_curve(bench: Bench, content: Asked) -> Any:
    """Put the curve at the end of the queue; from a version, or from the grouping in force."""
    need_check(bench)
    start = content.get("version", "")
    if not start and not bench.settings.get(("layers", "baseline")):
        raise RefusedError(_no_start())
    return told_job(bench.adjust(bench.versions.get(words_in(start)) if start else None))


def keep(bench: Bench, content: Asked) -> Any:
    """Make a step of the curve a version; not of one that was drawn anew since the page showed it."""
    step, name = words_in(content["step"]), words_in(content["name"])
    if _STEP.fullmatch(step) is None or step not in {row["folder"] for row in read_curve(bench.folder / CURVE)}:
        raise ValueError(step)
    if content["digest"] != digest_curve(bench.folder / CURVE):
        raise RefusedError(_drawn_anew())
    job = bench.keep_step(step, name)
    job.done.wait(300)
    if job.status != "done":
        raise RefusedError(job.problems)
    return told_job(job)


def firmness(bench: Bench, _content: Asked) -> Any:
    """Put at the end of the queue how firm the lines are."""
    need_check(bench)
    return told_job(bench.firmness())


def _drawn_anew() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="这一页上的曲线", en="the curve on this page"),
        Text(zh="后来重画的另一条", en="another one, drawn since"),
        Text(zh="曲线已经更新，看过再存。", en="The curve has been updated: look at it, then make the step a version."),
        file=CURVE,
    )


def _no_start() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="现有分组的文件，或一个版本", en="a file of the grouping in force, or a version"),
        Text(zh="没有", en="none"),
        Text(
            zh="到“文件”里放一份现有分组，或在“评审”里从一个版本开始。",
            en="Add the grouping in force under Files, or begin from a version under Review.",
        ),
    )


READS: dict[str, Callable[[Bench, Asked], Any]] = {"curve": curve}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {"curve": draw_curve, "curve/keep": keep, "firmness": firmness}
