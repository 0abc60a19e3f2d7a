"""Consultation: reviewers' files read in, each opinion adopted or not with a reason, all that was adopted judged and saved together."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from gridplan.app.actions.asked import Asked, one_of, words_in
from gridplan.app.bench import Bench, told_job
from gridplan.app.contradictions import contradictions
from gridplan.app.refusal import RefusedError
from gridplan.app.versions import Version
from gridplan.words.errors import InputProblem
from gridplan.words.small_files import read_json
from gridplan.words.text import Text

FOLDER = "opinions"
_READING = Text(zh="读取意见", en="Reading opinions")
_DECISIONS = ("", "adopted", "partly", "rejected")


def opinions(bench: Bench, content: Asked) -> Any:
    """Return what the files in the folder `opinions` want of a version, and what was decided."""
    versions = bench.versions.all()
    files = opinion_files(bench)
    if not versions or not files:
        return {"opinions": [], "refused": [], "decisions": {}, "files": [path.name for path in files], "version": ""}
    version = bench.versions.get(str(content.get("version", "")) or _asked_about(bench))
    told = bench.ask("opinions", _item(bench, version.id), _READING)
    return told | {
        "decisions": bench.notes.get("decisions", {}),
        "files": [path.name for path in files],
        "version": version.id,
        "author": bench.notes.get("author", ""),
    }


def decide(bench: Bench, content: Asked) -> Any:
    """Note what becomes of an opinion, and why."""
    key, decision = words_in(content["key"]), one_of(content["decision"], _DECISIONS)
    reason = words_in(content.get("reason", ""), empty=True)
    bench.notes.change("decisions", lambda before: {**(before or {}), key: {"decision": decision, "reason": reason}})
    return True


def drop(bench: Bench, content: Asked) -> Any:
    """Take a file of opinions away again."""
    name = words_in(content["file"])
    path = next((path for path in opinion_files(bench) if path.name == name), None)
    if path is None:
        raise ValueError(name)
    with suppress(FileNotFoundError):
        path.unlink()
    return True


def judge(bench: Bench, content: Asked) -> Any:
    """Judge all that was adopted together: effects do not add up."""
    version = bench.versions.get(words_in(content["version"]))
    item = {"version": str(bench.versions.path(version.id)), "edits": _combined(bench, version.id)}
    return bench.ask("recheck", item, Text(zh="重算全部规则", en="Checking all rules"))


def conclude(bench: Bench, content: Asked) -> Any:
    """Save all that was adopted as a version, with what became of each opinion."""
    parent = bench.versions.get(words_in(content["version"]))
    told = bench.ask("opinions", _item(bench, parent.id), _READING)
    decided = bench.notes.get("decisions", {})
    open_ones = [one for one in told["opinions"] if not _is_settled(decided.get(one["key"], {}))]
    if open_ones:
        raise RefusedError(_still_open(len(open_ones)))
    adopted = [one for one in told["opinions"] if decided[one["key"]]["decision"] == "adopted"]
    against = contradictions(adopted)
    if against:
        raise RefusedError(_contradict(against))
    name, note, author = (words_in(content.get(key, ""), empty=True) for key in ("name", "note", "author"))
    bench.notes.put("author", author)
    version = Version("", name or parent.name, "revision", note=note, author=author, parent=parent.id)
    job = bench.save(version, {"edits": _combined(bench, parent.id)}, title=Text(zh="存成版本", en="Saving a version"))
    job.done.wait(600)
    if job.status != "done":
        raise RefusedError(job.problems)
    return told_job(job)


def opinion_files(bench: Bench) -> list[Path]:
    """Return the files of opinions in their order."""
    place = bench.folder / FOLDER
    return sorted(path for path in place.glob("*.json") if path.is_file()) if place.is_dir() else []


def _asked_about(bench: Bench) -> str:
    """Return the version on which most of the files were made, the last of these; the last of all where none was."""
    made_on = [_said_in(path, "proposal") for path in opinion_files(bench)]
    versions = [version.id for version in bench.versions.all()]
    digests = {number: _said_in(bench.versions.path(number) / "proposal.json", "digest") for number in versions}
    return max(versions, key=lambda number: (made_on.count(digests[number]), versions.index(number)))


def _said_in(path: Path, key: str) -> Any:
    try:
        return read_json(path)[key]
    except (OSError, ValueError, KeyError, TypeError):
        return path.name


def _item(bench: Bench, version: str) -> dict[str, Any]:
    return {"version": str(bench.versions.path(version)), "files": [str(path) for path in opinion_files(bench)]}


def _combined(bench: Bench, version: str) -> str:
    item = _item(bench, version) | {"decisions": bench.notes.get("decisions", {})}
    return str(bench.ask("combine", item, _READING))


def _is_settled(decided: dict[str, str]) -> bool:
    return bool(decided.get("decision")) and bool(decided.get("reason", "").strip())


def _still_open(count: int) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="每条意见都有处理结果和理由", en="a decision and a reason for each opinion"),
        Text(zh="还有 {n} 条没有", en="{n} without").format(n=count),
        Text(
            zh="逐条选择并写明理由，理由会原样进入意见采纳情况表。",
            en="Decide each and say why; the reasons go into the annex as they are.",
        ),
    )


def _contradict(against: list[str]) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="互不矛盾的采纳", en="adopted opinions that do not contradict each other"),
        Text(zh="同时采纳了互相矛盾的意见：{a}", en="contradicting ones that were both adopted: {a}").format(
            a="；".join(against[:5])
        ),
        Text(
            zh="其中只采纳一条，其余写明不采纳或部分采纳。",
            en="Adopt one of them; say of the others that they are not, or in part.",
        ),
    )


READS: dict[str, Callable[[Bench, Asked], Any]] = {"opinions": opinions}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {
    "opinions/decide": decide,
    "opinions/drop": drop,
    "opinions/judge": judge,
    "opinions/conclude": conclude,
}
