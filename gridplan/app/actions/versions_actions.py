"""Versions: the list, names and stages, two of them compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gridplan.app.actions.asked import Asked, one_of, words_in
from gridplan.app.bench import Bench
from gridplan.app.refusal import RefusedError
from gridplan.app.versions import Version
from gridplan.words.errors import InputProblem
from gridplan.words.text import Text


def told_version(bench: Bench, version: Version) -> dict[str, Any]:
    """Return what a page shows of a version."""
    stale = version.basis not in ({}, bench.basis())
    return {**version.__dict__, "stale": stale}


def versions(bench: Bench, _asked: Asked) -> Any:
    """Return all versions, oldest first."""
    return {
        "versions": [told_version(bench, version) for version in bench.versions.all()],
        "author": bench.notes.get("author", ""),
    }


def log(bench: Bench, asked: Asked) -> Any:
    """Return the log of the run that made a version; its end where it is long."""
    version = bench.versions.get(words_in(asked["version"]))
    try:
        text = (bench.versions.path(version.id) / "run.log").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return text[-_MOST_LOG:]


def change_version(bench: Bench, content: Asked) -> Any:
    """Rename a version, note something, or move it on in its life."""
    allowed: dict[str, str] = {
        key: words_in(content[key], empty=True) for key in ("name", "note", "published") if key in content
    }
    if "stage" in content:
        if content["stage"] == "published" and bench.versions.get(words_in(content["version"])).card.get("must", 1) > 0:
            raise RefusedError(_must_stands())
        allowed["stage"] = one_of(content["stage"], ("draft", "consultation", "published"))
    bench.versions.change(words_in(content["version"]), **allowed)
    bench.news.tell("state")
    return True


def remove_version(bench: Bench, content: Asked) -> Any:
    """Remove a version."""
    bench.versions.remove(words_in(content["version"]))
    bench.news.tell("state")
    return True


def compare(bench: Bench, content: Asked) -> Any:
    """Compare two versions."""
    first, second = (bench.versions.get(words_in(content[key])).id for key in ("first", "second"))
    item = {"first": str(bench.versions.path(first)), "second": str(bench.versions.path(second))}
    return bench.ask("compare", item, Text(zh="比较", en="Comparing"))


def _must_stands() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="没有违反必须项的版本", en="a version that violates no must"),
        Text(zh="有必须项没达到，或还不知道", en="one that does, or of which it is not known"),
        Text(
            zh="先解决，或在“要求”里写明例外再规划。",
            en="Solve it, or state the exception under Wishes and plan again.",
        ),
    )


_MOST_LOG = 50_000
READS: dict[str, Callable[[Bench, Asked], Any]] = {"versions": versions, "versions/log": log}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {
    "versions/change": change_version,
    "versions/remove": remove_version,
    "versions/compare": compare,
}
