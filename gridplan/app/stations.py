"""The seven stations as the bar on top shows them: a glyph and one line of state each, taken from what stands on the bench."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridplan.app.plain_told import pair
from gridplan.app.wishes import count_changed
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.app.bench import Bench
    from gridplan.app.jobs import Job

NAMES = {
    "files": Text(zh="文件", en="Files"),
    "check": Text(zh="检查", en="Check"),
    "wishes": Text(zh="要求", en="Wishes"),
    "plan": Text(zh="规划", en="Plan"),
    "review": Text(zh="评审", en="Review"),
    "versions": Text(zh="版本与意见", en="Versions"),
    "handout": Text(zh="交付", en="Hand out"),
}
Line = tuple[str, Text]
"""A glyph (done, doubt, blocked, waiting, running, left out) and the line beside it."""
_WAITS_FOR_FILES: Line = ("waiting", Text(zh="等文件", en="waits for files"))
_RUNNING = "running"


def told_state(bench: Bench) -> dict[str, Any]:
    """Return what the frame of every page shows."""
    tree = bench.settings.tree
    place = tree.get("place", {})
    place = place if isinstance(place, dict) else {}
    has_files = bool(bench.looked and bench.looked["layers"]) or bench.settings.path.exists()
    return {
        "language": bench.language,
        "place": str(place.get("name", "")),
        "synthetic": bool(place.get("synthetic", False)),
        "named": bool(bench.notes.get("named")) or not _drafted(bench),
        "folder": str(bench.folder),
        "undo": bench.can_undo,
        "stations": [
            {"key": key, "name": pair(NAMES[key]), "glyph": glyph, "line": pair(line)}
            for key, (glyph, line) in _lines(bench, tree, has_files=has_files).items()
        ],
        "interrupted": _interrupted(bench),
    }


def _drafted(bench: Bench) -> bool:
    """Tell whether the settings are those that were written by themselves, with the folder's name for the place."""
    name = bench.settings.get(("place", "name"), "")
    return bench.notes.get("drafted") is not None and name == bench.folder.name


def _interrupted(bench: Bench) -> dict[str, Any] | None:
    """Return what was at work when the workbench was last killed; nothing while anything is at work."""
    noted = bench.notes.get("running")
    return noted if noted and not any(job.open for job in bench.long.jobs) else None


def _lines(bench: Bench, tree: dict[str, Any], *, has_files: bool) -> dict[str, Line]:
    if not has_files:
        looking = _at_work(bench.quick.jobs, "look")
        reading: Line = (_RUNNING, Text(zh="正在认文件", en="looking at the files"))
        lines = dict.fromkeys(NAMES, _WAITS_FOR_FILES)
        return lines | (
            {"files": reading} if looking else {"files": ("waiting", Text(zh="还没有文件", en="no files yet"))}
        )
    versions = bench.versions.all()
    planned = [version for version in versions if version.origin == "plan"]
    stale = bool(planned) and planned[-1].basis not in ({}, bench.basis())
    return {
        "files": _files(bench),
        "check": _check(bench),
        "wishes": _wishes(tree),
        "plan": _plan(bench, stale=stale),
        "review": _review(bench),
        "versions": _versions(bench),
        "handout": _handout(bench),
    }


def _at_work(jobs: list[Job], kind: str) -> Job | None:
    return next((job for job in jobs if job.kind == kind and job.open), None)


def _files(bench: Bench) -> Line:
    looked = bench.looked or {"layers": [], "unreadable": []}
    if _at_work(bench.quick.jobs, "look"):
        return _RUNNING, Text(zh="正在认文件", en="looking at the files")
    if looked["unreadable"]:
        return "blocked", Text(zh="{n} 个读不了", en="{n} cannot be read").format(n=len(looked["unreadable"]))
    doubts = count_doubts(bench)
    if doubts:
        return "doubt", Text(zh="{n} 处请核对", en="{n} to confirm").format(n=doubts)
    return "done", Text(zh="{n} 个文件", en="{n:file|files}").format(
        n=len({layer["file"] for layer in looked["layers"]})
    )


def count_doubts(bench: Bench) -> int:
    """Return how many doubts about the files nobody has confirmed."""
    confirmed = set(bench.notes.get("confirmed", []))
    layers = [] if bench.looked is None else bench.looked["layers"]
    doubts = sum(doubt["key"] not in confirmed for layer in layers if layer["section"] for doubt in layer["doubts"])
    return doubts + (_drafted(bench) and not bench.notes.get("named"))


def _check(bench: Bench) -> Line:
    if _at_work(bench.quick.jobs, "check"):
        return _RUNNING, Text(zh="正在检查", en="checking")
    if bench.checked is None:
        return "waiting", Text(zh="还没有检查", en="not checked yet")
    errors = sum(problem["severity"] == "error" for problem in bench.checked["problems"])
    if errors:
        return "blocked", Text(zh="{n} 个错误", en="{n:error|errors}").format(n=errors)
    if bench.checked_of != repr(bench.basis()):
        return "doubt", Text(zh="文件或要求已变", en="files or wishes changed")
    return "done", Text(zh="可以规划", en="ready to plan")


def _wishes(tree: dict[str, Any]) -> Line:
    changed = count_changed(tree)
    if not changed:
        return "done", Text(zh="全部默认值", en="all defaults")
    return "done", Text(zh="{n} 项已改", en="{n} changed").format(n=changed)


def _plan(bench: Bench, *, stale: bool) -> Line:
    job = next((job for job in bench.long.jobs if job.kind == "plan" and job.status == "running"), None)
    if job is not None:
        return _RUNNING, Text(zh="正在规划", en="planning")
    if bench.checked is None or bench.checked["ready"] is None:
        return "waiting", Text(zh="等检查通过", en="waits for the check")
    if stale:
        return "doubt", Text(zh="要求已变，方案是旧的", en="wishes changed, the plan is old")
    last = _last_card(bench)
    if last is None:
        return "waiting", Text(zh="可以开始", en="can begin")
    if last.get("status") == "optimal":
        return "done", Text(zh="已证明为最优", en="proven best")
    if last.get("stopped"):
        return "done", Text(zh="有方案，提前停下的", en="a plan, stopped early")
    gap = last.get("gap")
    if gap is None:
        return "done", Text(zh="有方案", en="there is a plan")
    return "done", Text(zh="离最优不超过 {g}", en="at most {g} from best").format(g=f"{100 * gap:.1f}%")


def _last_card(bench: Bench) -> dict[str, Any] | None:
    cards = [version.card for version in bench.versions.all() if version.origin == "plan"]
    return cards[-1] if cards else None


def _review(bench: Bench) -> Line:
    versions = bench.versions.all()
    if not versions:
        return "waiting", Text(zh="等规划", en="waits for a plan")
    card = versions[-1].card
    if not card:
        return "doubt", Text(zh="还没有检查结果", en="not known how good it is")
    if card.get("must"):
        return "blocked", Text(zh="{n} 条必须项没达到", en="{n} must not met").format(n=card["must"])
    if card.get("should"):
        return "done", Text(zh="{n} 条应当项", en="{n} should").format(n=card["should"])
    return "done", Text(zh="可以评审", en="ready to review")


def _versions(bench: Bench) -> Line:
    versions = bench.versions.all()
    if not versions:
        return "waiting", Text(zh="还没有版本", en="no versions yet")
    return "done", Text(zh="{n} 个版本", en="{n:version|versions}").format(n=len(versions))


def _handout(bench: Bench) -> Line:
    job = next((job for job in bench.long.jobs if job.kind in ("report", "export") and job.open), None)
    if job is not None:
        return _RUNNING, Text(zh="正在生成", en="being made")
    versions = bench.versions.all()
    if not versions:
        return "waiting", Text(zh="等方案", en="waits for a plan")
    made = sum((bench.versions.path(version.id) / "report").is_dir() for version in versions)
    if made:
        return "done", Text(zh="{n} 个版本有文件", en="{n:version has|versions have} papers").format(n=made)
    return "waiting", Text(zh="可以生成", en="can be made")
