"""Files: what each is taken for, its columns, doubts; templates and the example."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import tomlkit

from gridplan.app.actions.asked import Asked, list_in, one_of, words_in
from gridplan.app.bench import Bench
from gridplan.app.opener import open_on_machine
from gridplan.app.refusal import RefusedError
from gridplan.app.settings import drop_key
from gridplan.words.errors import InputProblem
from gridplan.words.text import Text


def files(bench: Bench, _asked: Asked) -> Any:
    """Return what the files are taken for."""
    looked = bench.looked or {"layers": [], "unreadable": []}
    held = {path.name: path.stat() for path in bench.folder.iterdir() if path.is_file()}
    return {
        "layers": looked["layers"],
        "unreadable": looked["unreadable"],
        "confirmed": bench.notes.get("confirmed", []),
        "sizes": {name: stat.st_size for name, stat in held.items()},
        "saved": {name: stat.st_mtime_ns // 1_000_000 for name, stat in held.items()},
        "checked": bench.checked_of,
        "has_case": bench.settings.path.exists(),
    }


def sight(bench: Bench, content: Asked) -> Any:
    """Return a layer on the ground, with the rows that the last check doubted."""
    known = known_section(bench, json.loads(words_in(content["section"])))
    found = [] if bench.checked is None else bench.checked["problems"]
    doubtful = [
        {"key": problem["key"], "rows": problem["rows"]}
        for problem in found
        if problem["file"] == known["file"] and problem["severity"] != "repair"
    ]
    item = {"case": str(bench.settings.path), "section": known["section"], "doubtful": doubtful}
    return bench.ask("sight", item, Text(zh="画出一个文件", en="Drawing a file"))


def decided(bench: Bench, content: Asked) -> Any:
    """Return a page of the rows of a table of institutions with what was decided of each."""
    known = _institutions(bench, content)
    first = max(0, int(content.get("first", 0)))
    wanted = one_of(content.get("wanted", ""), ("", "low", "keep", "merge", "campus", "leave_out"))
    item = {"case": str(bench.settings.path), "section": known["section"], "first": first, "wanted": wanted}
    return bench.ask("decided", item, Text(zh="读取归并表", en="Reading the decisions"))


def pair(bench: Bench, content: Asked) -> Any:
    """Return a row of a table of institutions and the one it may belong to, on the ground."""
    _institutions(bench, content)
    item = {
        "case": str(bench.settings.path),
        "id": words_in(content["id"]),
        "target": words_in(content.get("target", ""), empty=True),
    }
    return bench.ask("pair", item, Text(zh="画出两行", en="Drawing two rows"))


def leads(bench: Bench, content: Asked) -> Any:
    """Return the hospitals of a table that may lead, or might; None where nothing has been checked yet."""
    known = _institutions(bench, content)
    ground = None if bench.checked is None else bench.checked["ground"]
    if ground is None:
        return None
    sites = {site["id"]: {"may": site["may"], "reason": site["reason"]} for site in ground["sites"]}
    item = {"case": str(bench.settings.path), "section": known["section"], "sites": sites}
    return bench.ask("leads", item, Text(zh="读取机构表", en="Reading the institutions"))


def _institutions(bench: Bench, content: Asked) -> Any:
    known = known_section(bench, json.loads(words_in(content["section"])))
    if known["role"] != "facilities":
        raise ValueError(known["role"])
    return known


def use(bench: Bench, content: Asked) -> Any:
    """Take a layer for something else, or for nothing."""
    file, layer, role, kind = (words_in(content[key], empty=True) for key in ("file", "layer", "role", "kind"))
    known = _known_layer(bench, file, layer)
    if (role, kind) not in {(one["role"], one["kind"]) for one in known["uses"]}:
        raise ValueError(role)
    old = tuple(_standing(bench, known)["section"])
    lines = ""
    if role != "unused":
        item = {
            "folder": str(bench.folder),
            "file": file,
            "layer": layer,
            "role": role,
            "kind": kind,
            "language": bench.language,
        }
        lines = bench.ask("section", item, Text(zh="改用途", en="Taking a file for something else"))
    bench.settings.write(_with_section(bench.settings.text, old, lines, role, kind), check=False)
    return True


def _with_section(text: str, old: tuple[Any, ...], lines: str, role: str, kind: str) -> str:
    """Return the settings without the old section of a layer and with a new one; what filled a single place before gives way."""
    document: Any = tomlkit.parse(text)
    if old:
        drop_key(document, old)
    if role not in ("unused", "facilities"):
        drop_key(document, ("layers", "records", kind) if role == "records" else ("layers", role))
    kept = tomlkit.dumps(document).rstrip() + "\n"
    return kept + (f"\n{lines}" if lines else "")


def column(bench: Bench, content: Asked) -> Any:
    """Say what a column of a layer is used for; an empty name: for nothing."""
    known = known_section(bench, content["section"])
    header, ours = words_in(content["header"]), words_in(content["ours"], empty=True)
    if ours and ours not in known["wanted"]:
        raise ValueError(ours)
    section = tuple(known["section"])
    columns = dict(bench.settings.get((*section, "columns"), {}))
    for name in next((one["ours"] for one in known["columns"] if one["header"] == header), []):
        columns[name] = ""
    if ours:
        columns[ours] = header
    bench.settings.set((*section, "columns"), columns)
    return True


def datum(bench: Bench, content: Asked) -> Any:
    """Say on which datum the coordinates of a layer are."""
    section = tuple(known_section(bench, content["section"])["section"])
    value = one_of(content["datum"], _DATUMS)
    if value:
        bench.settings.set((*section, "datum"), value)
    else:
        bench.settings.unset((*section, "datum"))
    return True


def confirm(bench: Bench, content: Asked) -> Any:
    """Confirm doubts: they are shown no more."""
    keys = [words_in(key) for key in list_in(content["keys"])]
    bench.notes.change("confirmed", lambda before: sorted({*(before or []), *keys}))
    return True


def templates(bench: Bench, _asked: Asked) -> Any:
    """Write blank workbooks into the folder, and show them."""
    from gridplan.intake.templates import FOLDER, write_templates

    write_templates(bench.folder, bench.language)
    open_on_machine(bench.folder / FOLDER.in_language(bench.language))
    return True


def example(bench: Bench, _asked: Asked) -> Any:
    """Copy the bundled city into an empty folder."""
    import shutil

    from gridplan.case.examples import example_path
    from gridplan.words.writing import telling_failure

    if bench.looked is not None and bench.looked["layers"]:
        raise RefusedError(_not_empty())
    source = example_path("binhai").parent
    with telling_failure(bench.folder):
        for path in sorted(source.iterdir(), key=lambda path: path.name == "case.toml"):
            if path.is_file() and path.suffix not in (".py", ".md"):
                shutil.copyfile(path, bench.folder / path.name)
    return True


def _known_layer(bench: Bench, file: str, layer: str) -> Any:
    layers = [] if bench.looked is None else bench.looked["layers"]
    return next(
        one for one in [*layers, None] if one is None or (one["file"] == file and one["layer"] == layer)
    ) or _unknown(file)


def known_section(bench: Bench, section: Any) -> Any:
    """Return the layer that a section of the case names.

    Raises
    ------
    ValueError
        If there is no such section.
    """
    layers = [] if bench.looked is None else bench.looked["layers"]
    known = next((one for one in layers if one["section"] and one["section"] == section), None) or _unknown(
        str(section)
    )
    return _standing(bench, known)


def _standing(bench: Bench, known: Any) -> Any:
    """Return a layer whose section still names it: sections of one kind change places when one of them goes."""
    held = bench.settings.get(tuple(known["section"]), {}) if known["section"] else {}
    if known["section"] and held.get("path") != known["file"]:
        bench.look()
        raise RefusedError(_just_changed(known["file"]))
    return known


def _unknown(what: str) -> Any:
    raise ValueError(what)


_DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09", "")


def _just_changed(file: str) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="刚认过的文件", en="files as they were just looked at"),
        Text(zh="设置刚刚变了", en="settings that have just changed"),
        Text(
            zh="等文件重新认好，再改一次。",
            en="Wait until the files have been looked at again, and change it once more.",
        ),
        file=file,
    )


def _not_empty() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="空的文件夹", en="an empty folder"),
        Text(zh="已有文件", en="one with files"),
        Text(
            zh="在另一个空文件夹里打开工作台，再试示例。",
            en="Open the workbench in another, empty folder and try the example there.",
        ),
    )


READS: dict[str, Callable[[Bench, Asked], Any]] = {
    "files": files,
    "files/sight": sight,
    "files/decided": decided,
    "files/pair": pair,
    "files/leads": leads,
}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {
    "files/use": use,
    "files/column": column,
    "files/datum": datum,
    "files/confirm": confirm,
    "files/templates": templates,
    "files/example": example,
}
