"""The workbench of one folder: its settings, files, versions, and the work that runs; every page shows what stands here."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from gridplan.app import work
from gridplan.app.corrections import Corrections
from gridplan.app.events import News
from gridplan.app.jobs import Job, Lane
from gridplan.app.plain_told import pair, plain_problem
from gridplan.app.refusal import RefusedError
from gridplan.app.remembered import Notes
from gridplan.app.settings import Settings
from gridplan.app.studies import CURVE, FIRM, digest_curve
from gridplan.app.versions import Version, Versions
from gridplan.case.sources import expand_variables
from gridplan.case.spoken import stated_language
from gridplan.words.errors import GridplanError, InputProblem
from gridplan.words.signs import shown_line
from gridplan.words.text import Language, Text

CASE = "case.toml"
_LOOK_S = 1.0
"""How often the folder is looked at for files that were saved elsewhere, in Excel say."""
_OURS = ("versions", ".gridplan", "check", "opinions", CURVE, FIRM)
_LOOKING = Text(zh="认文件", en="Looking at the files")
_CHECKING = Text(zh="检查", en="Checking")


class Bench:
    """What is on the bench of one folder.

    Parameters
    ----------
    folder
        With the planner's files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.settings = Settings(self.folder / CASE)
        self.corrections = Corrections(self.folder)
        self.notes = Notes(self.folder)
        self.versions = Versions(self.folder)
        self.news = News()
        self.looked: dict[str, Any] | None = None
        self.checked: dict[str, Any] | None = None
        self.checked_of = ""
        self.repaired: list[dict[str, Any]] = []
        self._met: set[str] | None = None
        self._numbering = threading.RLock()
        self._closed = threading.Event()
        self.quick = Lane(work.do, self._heard)
        self.long = Lane(work.do, self._heard)
        self._seen: dict[str, tuple[int, int]] = {}
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Look at the folder, and go on looking."""
        self.warm("warm_up")
        self._watcher.start()

    def warm(self, what: str) -> None:
        """Have something loaded before it is asked for."""
        self.quick.add(Job("warm", Text(zh="准备", en="Getting ready"), {"do": what}))

    def close(self) -> None:
        """End all work; what was saved is saved."""
        self._closed.set()
        self.quick.close()
        self.long.close()
        self.news.end()

    @property
    def language(self) -> Language:
        """The language of the case."""
        return stated_language(self.settings.path) if self.settings.path.exists() else "zh"

    def digest_files(self) -> str:
        """Return what ties a check or a plan to the files as they stand: their names, sizes and times."""
        seen = sorted((name, *stamp) for name, stamp in self._stamps().items() if name != CASE)
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]

    def digest_settings(self) -> str:
        """Return what ties a check or a plan to the settings, however they are commented and in whichever language they are told."""
        told = {key: value for key, value in self.settings.tree.items() if key != "language"}
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def basis(self) -> dict[str, str]:
        """Return both digests."""
        return {"files": self.digest_files(), "settings": self.digest_settings()}

    @property
    def can_undo(self) -> bool:
        """Whether the last change, of the settings or of a file, can be taken back."""
        return self._changed_last.can_undo

    def undo(self) -> bool:
        """Take back the last change, of the settings or of a file; False where there is none, or somebody else has saved it since.

        An older change of the other kind is never taken back in its stead.
        """
        return self._changed_last.undo()

    @property
    def _changed_last(self) -> Settings | Corrections:
        return self.corrections if self.corrections.last_at > self.settings.last_at else self.settings

    # ---- work --------------------------------------------------------------------------------------------------------

    def ask(self, kind: str, item: dict[str, Any], title: Text, *, most_s: float = 300.0) -> Any:
        """Have something done that a page waits for, and return what came of it.

        Raises
        ------
        RefusedError
            If it failed, with its problems.
        """
        job = self.quick.add(Job(kind, title, {"do": kind, **item}))
        if not job.done.wait(most_s):
            self.quick.cancel(job.number)
        if job.status != "done":
            raise RefusedError(job.problems or (_stopped(),))
        return job.value

    def look(self) -> None:
        """Have the files looked at; the first looks write the settings, as long as nobody has changed them."""
        text = self.settings.text if self.settings.path.exists() else None
        redraft = text is not None and self.notes.get("drafted") == _digest(text)
        item = {"folder": str(self.folder), "language": self.language, "redraft": redraft}
        self._once("look", _LOOKING, item, lambda value: self._looked(value, text))

    def check(self) -> None:
        """Have the inputs checked."""
        basis = repr(self.basis())
        self._once("check", _CHECKING, {"case": str(self.settings.path)}, lambda value: self._checked(value, basis))

    def plan(self, title: Text) -> Job:
        """Put a plan of the settings as they stand at the end of the queue; it becomes a version when it is done."""
        with self._numbering:
            number = self._free_number()
            item = {"do": "plan", **self._asked(), "out": str(self.versions.place / number)}
            name = Text(zh="方案 {n}", en="Plan {n}").format(n=number[1:]).in_language(self.language)
            version = Version(number, name, "plan", note=title.in_language(self.language), basis=self.basis())
            self.notes.put("running", {"title": pair(title), "stage": ["", ""]})
            return self._then(self.long, Job("plan", title, item), lambda card: self._add(version, card))

    def assess(self, given: Path) -> Job:
        """Put the judging of the grouping in force at the end of the queue; it becomes a version when it is done."""
        with self._numbering:
            number = self._free_number()
            title = Text(zh="现有分组", en="The grouping in force")
            item = {
                "do": "assess",
                "case": str(self.settings.path),
                "given": str(given),
                "out": str(self.versions.place / number),
            }
            version = Version(number, title.in_language(self.language), "in force", note=given.name, basis=self.basis())
            return self._then(self.long, Job("assess", title, item), lambda card: self._add(version, card))

    def adjust(self, start: Version | None) -> Job:
        """Put the curve of least change at the end of the queue: from the grouping in force, or from a version."""
        title = Text(zh="少改动：从现有分组到最优", en="Least change: from the grouping in force to the best plan")
        own = ""
        if start is not None:
            title = Text(zh="少改动：从“{v}”到最优", en="Least change: from “{v}” to the best plan").format(
                v=start.name
            )
            own = str(self.versions.path(start.id) / "assignment.csv")
        item = {**self._asked(), "start": own, "out": str(self.folder / CURVE)}
        told = {"title": pair(title), "basis": self.basis()}

        def note(_steps: Any) -> None:
            self.notes.put("curve", {**told, "digest": digest_curve(self.folder / CURVE)})

        return self.run_long("adjust", title, item, note)

    def noted_curve(self) -> dict[str, Any]:
        """Return from where the curve that stands in the folder starts, and on what basis; nothing where it was not drawn here."""
        noted = self.notes.get("curve", {})
        return noted if noted and noted.get("digest") == digest_curve(self.folder / CURVE) else {}

    def keep_step(self, step: str, name: str) -> Job:
        """Make a step of the curve of least change a version."""
        with self._numbering:
            number = self._free_number()
            noted = self.noted_curve()
            title = Text(zh="存成版本", en="Saving a version")
            version = Version(number, name, "step", basis=noted.get("basis", {}))
            item = {
                "do": "keep_step",
                "step": str(self.folder / CURVE / step),
                "out": str(self.versions.place / number),
            }
            return self._then(self.quick, Job("keep_step", title, item), lambda card: self._add(version, card))

    def firmness(self) -> Job:
        """Put at the end of the queue how firm the lines of a plan of the settings are; that plan becomes a version."""
        with self._numbering:
            number = self._free_number()
            title = Text(zh="这些线有多稳", en="How firm the lines are")
            name = Text(zh="方案 {n}，带稳固性", en="Plan {n} with firmness").format(n=number[1:])
            version = Version(number, name.in_language(self.language), "plan", basis=self.basis())
            item = {**self._asked(), "study": str(self.folder / FIRM), "out": str(self.versions.place / number)}
            return self.run_long("firmness", title, item, lambda card: self._add(version, card))

    def _asked(self) -> dict[str, str]:
        """Return the settings as they stand."""
        return {"case": str(self.settings.path), "text": self.settings.text}

    def _free_number(self) -> str:
        """Return the name of the folder of the next version: one that no queued job writes either."""
        jobs = (*self.long.jobs, *self.quick.jobs)
        queued = [int(Path(job.item["out"]).name[1:]) for job in jobs if job.open and job.kind in _WRITES_VERSION]
        return f"v{max([int(self.versions.next_id()[1:]), *(number + 1 for number in queued)])}"

    def save(self, version: Version, item: dict[str, Any], *, title: Text) -> Job:
        """Save a version with edits as another one; `version` says of which, and what it is called."""
        with self._numbering:
            number = self._free_number()
            new = replace(version, id=number, basis=self.versions.get(version.parent).basis)
            out = str(self.versions.place / number)
            job = Job(
                "save", title, {"do": "save", "version": str(self.versions.path(version.parent)), "out": out, **item}
            )
            return self._then(self.quick, job, lambda told: self._add(new, told))

    def run_long(self, kind: str, title: Text, item: dict[str, Any], then: Callable[[Any], None]) -> Job:
        """Put other long work at the end of the queue, and do something with what came of it."""
        return self._then(self.long, Job(kind, title, {"do": kind, **item}), then)

    def _add(self, version: Version, told: dict[str, Any]) -> None:
        self.versions.add(replace(version, card={key: told[key] for key in work.CARD}))

    def _once(self, kind: str, title: Text, item: dict[str, Any], then: Callable[[Any], None]) -> None:
        """Have something done unless it waits to be done already; what is at work on older files is done again."""
        for job in self.quick.jobs:
            if job.kind == kind and job.status == "waiting":
                job.item, job.then = {"do": kind, **item}, then
                return
        self._then(self.quick, Job(kind, title, {"do": kind, **item}), then)

    def _then(self, lane: Lane, job: Job, then: Callable[[Any], None]) -> Job:
        job.then = then
        return lane.add(job)

    def _heard(self, job: Job) -> None:
        """Tell the pages what is new about a job; not about one whose page waits for its answer."""
        if job.kind in _ANSWERS:
            return
        if job.kind == "plan":
            self._note_running(job)
        self.news.tell("job", told_job(job))
        if not job.open or job.status == "running":
            self.news.tell("state")

    def _note_running(self, job: Job) -> None:
        """Remember on the disk how far a plan is, so that a killed workbench can say so; no page waits for it."""
        noted = self.notes.get("running")
        if job.open and job.stages and noted:
            self.notes.put("running", {**noted, "stage": pair(job.stages[-1][0])})
        elif not job.open and not any(other.open and other.kind == "plan" for other in self.long.jobs):
            self.notes.put("running", None)

    def _looked(self, value: dict[str, Any], before: str | None) -> None:
        """Take what the files are; one that has come since the last look is used for what it seems to be, where nothing else is that.

        Settings that somebody has changed since the look began are left alone: it is looked again.
        """
        new = [
            layer["lines"]
            for layer in value["layers"]
            if layer["lines"] and self._met is not None and layer["label"] not in self._met
        ]
        with self.settings.lock:
            now = self.settings.text if self.settings.path.exists() else None
            if (value["draft"] is not None or new) and now != before:
                self.look()
                return
            if value["draft"] is not None:
                self.settings.write(value["draft"], check=False, undoable=False)
                self.notes.put("drafted", _digest(value["draft"]))
            elif new:
                self.settings.write("\n".join([self.settings.text.rstrip() + "\n", *new]), check=False)
        self._met = {layer["label"] for layer in value["layers"]}
        self.looked = value
        self.news.tell("files")

    def _checked(self, value: dict[str, Any], basis: str) -> None:
        before = {} if self.checked is None else {problem["key"]: problem for problem in self.checked["problems"]}
        now = {_place_of(problem) for problem in value["problems"]}
        self.repaired = [
            problem for problem in before.values() if problem["severity"] == "error" and _place_of(problem) not in now
        ] or (self.repaired if value["problems"] else [])
        self.checked, self.checked_of = value, basis
        self.news.tell("check")

    # ---- the folder --------------------------------------------------------------------------------------------------

    def path_of(self, name: str) -> Path:
        """Return the file of a name in the folder itself.

        Raises
        ------
        RefusedError
            If the name leads elsewhere, or is none for a file of the planner's.
        """
        plain = shown_line(name).strip()
        bad = plain != name or not plain or plain.startswith((".", "~")) or any(sign in plain for sign in '/\\:*?"<>|')
        if bad or len(plain.encode()) > _LONGEST_NAME or plain in _OURS or plain.endswith((" ", ".")):
            raise RefusedError(_bad_name(name))
        return self.folder / plain

    def locate(self, name: str) -> Path:
        """Return where a file lies that the settings name."""
        return self.folder / expand_variables(str(self.settings.get(("data_folder",), "."))) / name

    def _stamps(self) -> dict[str, tuple[int, int]]:
        """Return when each file was written, and its size: those of the folder, and those elsewhere that the settings name."""
        own = {path.name: path for path in self.folder.iterdir() if not path.name.startswith((".", "~"))}
        stamps = {}
        for name, path in {**own, **self._named_elsewhere()}.items():
            with suppress(OSError, ValueError):
                if path.is_file():
                    held = path.stat()
                    stamps[name] = (held.st_mtime_ns, held.st_size)
        return stamps

    def _named_elsewhere(self) -> dict[str, Path]:
        paths = {name: self.locate(name) for name in _paths_in(self.settings.get(("layers",)))}
        return {name: path for name, path in paths.items() if path.parent.resolve() != self.folder}

    def _watch(self) -> None:
        """Look at the folder again and again; a file that is still being written is waited for."""
        last: dict[str, tuple[int, int]] | None = None
        while not self._closed.is_set():
            try:
                now = self._stamps()
            except OSError:
                now = last or {}
            if now == last and now != self._seen:
                with suppress(GridplanError, OSError):
                    self._take(now)
            last = now
            self._closed.wait(_LOOK_S)

    def _take(self, now: dict[str, tuple[int, int]]) -> None:
        self._seen = now
        self.look()
        if self.settings.path.exists() and (self.checked is not None or self.versions.all()):
            self.check()
        self.news.tell("state")


_LONGEST_NAME = 200
_WRITES_VERSION = frozenset({"plan", "assess", "save", "firmness", "keep_step"})
_ANSWERS = frozenset(
    {
        "opinions",
        "combine",
        "recheck",
        "compare",
        "draw",
        "section",
        "sight",
        "pair",
        "found",
        "decided",
        "leads",
        "warm",
    }
)
"""Work that a page waits for; news of it would only make that page ask again."""


def _paths_in(sections: Any) -> Iterator[str]:
    """Yield the files that sections of layers name, however deep."""
    inner = sections.values() if isinstance(sections, dict) else sections if isinstance(sections, list) else ()
    for part in inner:
        yield from _paths_in(part)
    if isinstance(sections, dict) and isinstance(sections.get("path"), str):
        yield sections["path"]


def _place_of(problem: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a problem stands on: another one on the same rows of a field means that these are not mended yet."""
    rows = problem["rows"]
    return (problem["file"], problem["layer"], problem["field"], *rows) if rows else (problem["key"],)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def told_job(job: Job) -> dict[str, Any]:
    """Return what a page shows of a job."""
    return {
        "number": job.number,
        "kind": job.kind,
        "title": pair(job.title),
        "status": job.status,
        "ending": job.ending,
        "elapsed": round(job.elapsed, 1),
        "stages": [{"name": pair(name), "at": round(at, 1)} for name, at in job.stages],
        "heard": [_told(one) for one in job.heard],
        "problems": [plain_problem(problem) for problem in job.problems],
        "out": Path(job.item.get("out", "")).name,
        "version": Path(job.item.get("version", "")).name,
    }


def _told(heard: dict[str, Any]) -> dict[str, Any]:
    """Return what a page hears; of a plan only that there is one to be drawn."""
    return {key: value for key, value in heard.items() if key != "lead_of"} | {"drawn": "lead_of" in heard}


def _stopped() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="做完这一步", en="this step to its end"),
        Text(zh="停下了", en="that it was stopped"),
        Text(zh="再试一次。", en="Try again."),
    )


def _bad_name(name: str) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="这个文件夹里的文件名", en="the name of a file in this folder"),
        Text(zh="别的名称", en="another name"),
        Text(zh='换一个没有 / \\ : * ? " < > | 的名称。', en='Choose a name without / \\ : * ? " < > |.'),
        file=shown_line(name)[:80],
    )
