"""Hand out: papers and files for other systems, made of a version and opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gridplan.app.actions.asked import Asked, list_in, one_of, words_in
from gridplan.app.actions.versions_actions import told_version
from gridplan.app.bench import Bench, told_job
from gridplan.app.opener import not_there, open_on_machine
from gridplan.app.refusal import RefusedError
from gridplan.words.text import Text


def handout(bench: Bench, content: Asked) -> Any:
    """Return what can be handed out of a version, and what of it is there."""
    from gridplan.app.papers import told_papers

    all_versions = bench.versions.all()
    if not all_versions:
        return {"versions": [], "papers": []}
    number = str(content.get("version") or all_versions[-1].id)
    version = bench.versions.get(number)
    return {
        "versions": [told_version(bench, one) for one in all_versions],
        "version": told_version(bench, version),
        "papers": told_papers(bench.versions.path(number)),
        "jobs": [told_job(job) for job in bench.long.jobs if job.kind in ("report", "export")],
    }


def make(bench: Bench, content: Asked) -> Any:
    """Have papers made of a version: the documents, or the files of one format."""
    from gridplan.app.papers import FORMATS_OFFERED, REPORT

    version = bench.versions.get(words_in(content["version"]))
    folder = str(bench.versions.path(version.id))
    made = []
    for what in list_in(content["what"]):
        if what == REPORT:
            title, kind, item = Text(zh="文件", en="documents"), "report", {"version": folder}
        else:
            one_of(what, tuple(FORMATS_OFFERED))
            title, kind, item = Text(zh=what, en=what), "export", {"version": folder, "format": what}
        made.append(told_job(bench.run_long(kind, title, item, lambda files: bench.news.tell("papers", files))))
    return made


def paper(bench: Bench, content: Asked) -> tuple[Path, str]:
    """Return a file of a version that was made to be handed out, and its type.

    Raises
    ------
    RefusedError
        If there is none of that name.
    """
    folder = bench.versions.path(bench.versions.get(str(content.get("version", ""))).id).resolve()
    path = (folder / str(content.get("name", ""))).resolve()
    if not path.is_file() or folder not in path.parents:
        raise RefusedError(not_there(path.name))
    return path, _KINDS.get(path.suffix.lower(), "application/octet-stream")


def open_paper(bench: Bench, content: Asked) -> Any:
    """Open such a file, or the folder of a version, with the program that this machine has for it."""
    name = str(content.get("name", ""))
    number = bench.versions.get(words_in(content["version"])).id
    open_on_machine(paper(bench, content)[0] if name else bench.versions.path(number))
    return True


_KINDS = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".html": "text/html; charset=utf-8",
    ".csv": "text/plain; charset=utf-8",
    ".json": "application/json",
}


READS: dict[str, Callable[[Bench, Asked], Any]] = {"handout": handout}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {"handout/make": make, "handout/open": open_paper}
