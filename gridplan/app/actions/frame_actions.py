"""The frame: its state, undo, the language, the name of the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gridplan.app.actions.asked import Asked, one_of, words_in
from gridplan.app.bench import Bench, told_job
from gridplan.app.opener import open_on_machine
from gridplan.app.refusal import RefusedError
from gridplan.app.stations import told_state
from gridplan.words.errors import InputProblem
from gridplan.words.text import Text


def state(bench: Bench, _asked: Asked) -> Any:
    """Return what the frame shows."""
    return told_state(bench) | {"jobs": [told_job(job) for job in (*bench.long.jobs, *bench.quick.jobs) if job.open]}


def undo(bench: Bench, _asked: Asked) -> Any:
    """Take back the last change of the settings or of a file."""
    if not bench.undo():
        raise RefusedError(_not_undone())
    return True


def language(bench: Bench, content: Asked) -> Any:
    """Change the language of the case."""
    if bench.settings.text:
        bench.settings.set(("language",), one_of(content["language"], ("zh", "en")))
    return True


def place(bench: Bench, content: Asked) -> Any:
    """Name the place."""
    bench.settings.set(("place", "name"), words_in(content["name"]))
    bench.notes.put("named", True)
    return True


def forget_interrupted(bench: Bench, _asked: Asked) -> Any:
    """Stop saying that a plan was interrupted."""
    bench.notes.put("running", None)
    return True


def open_file(bench: Bench, content: Asked) -> Any:
    """Open a file of the folder, or the folder itself, with the program that this machine has for it."""
    name = content.get("name", "")
    open_on_machine(bench.path_of(name) if name else bench.folder)
    return True


def _not_undone() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="能撤销的上一次改动", en="a last change that can be taken back"),
        Text(zh="还没有改动，或文件之后又在别处保存过", en="none, or a file that has been saved elsewhere since"),
        Text(
            zh="没有撤销任何改动；在做这个文件的程序里改回。",
            en="Nothing has been taken back; change it back in the program that saved the file.",
        ),
    )


READS: dict[str, Callable[[Bench, Asked], Any]] = {"state": state}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {
    "undo": undo,
    "language": language,
    "place": place,
    "interrupted/forget": forget_interrupted,
    "open": open_file,
}
