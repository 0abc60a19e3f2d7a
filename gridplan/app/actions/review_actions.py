"""Review: the page of a version, edits judged by all rules, saved as another version."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from gridplan.app.actions.asked import Asked, words_in
from gridplan.app.bench import Bench, told_job
from gridplan.app.refusal import RefusedError
from gridplan.app.versions import Version
from gridplan.words.text import Text


def recheck(bench: Bench, content: Asked) -> Any:
    """Judge a version with edits by all rules; nothing is saved."""
    version = bench.versions.get(words_in(content["version"]))
    item = {
        "version": str(bench.versions.path(version.id)),
        "edits": _edits(content),
        "repair": bool(content.get("repair")),
    }
    return bench.ask("recheck", item, Text(zh="重算全部规则", en="Checking all rules"))


def save(bench: Bench, content: Asked) -> Any:
    """Save a version with edits as another one."""
    parent = bench.versions.get(words_in(content["version"]))
    name, note, author = (words_in(content.get(key, ""), empty=True) for key in ("name", "note", "author"))
    repair = bool(content.get("repair"))
    bench.notes.put("author", author)
    version = Version(
        "", name or parent.name, "repair" if repair else "revision", note=note, author=author, parent=parent.id
    )
    item = {"edits": _edits(content), "repair": repair}
    job = bench.save(version, item, title=Text(zh="存成版本", en="Saving a version"))
    job.done.wait(600)
    if job.status != "done":
        raise RefusedError(job.problems)
    return told_job(job)


def _edits(content: Asked) -> str:
    edits = content["edits"]
    if not isinstance(edits, str):
        raise TypeError(edits)
    return edits


def draft(bench: Bench, content: Asked) -> Any:
    """Return the draft of edits on a proposal."""
    return bench.notes.draft(words_in(content["digest"]))


def keep_draft(bench: Bench, content: Asked) -> Any:
    """Keep the draft of edits on a proposal."""
    bench.notes.keep_draft(words_in(content["digest"]), content["edits"])
    return True


def review_page(bench: Bench, number: str) -> str:
    """Return the review page of a version."""
    version = bench.versions.get(number)
    folder = bench.versions.path(version.id)
    return _drawn(bench, version.id, (folder / "proposal.json").stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _drawn(bench: Bench, number: str, _stamp: int) -> str:
    text = str(
        bench.ask("draw", {"version": str(bench.versions.path(number))}, Text(zh="画地图", en="Drawing the map"))
    )
    bench.warm("warm_up_to_judge")
    return text


READS: dict[str, Callable[[Bench, Asked], Any]] = {"review/draft": draft}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {
    "review/recheck": recheck,
    "review/save": save,
    "review/draft": keep_draft,
}
