"""Which cases a batch plans: case files, and tables of them with changed keys, one row a run."""

from __future__ import annotations

import copy
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

from gridplan.case.case import Case, documented_fields, read_case
from gridplan.case.mistakes import section_of
from gridplan.case.sources import LooseSource
from gridplan.layers.files.columns import ID_SEPARATOR, plain_text
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.tables import TABLE_READERS, open_table
from gridplan.words.errors import CaseError, InputProblem
from gridplan.words.folder_names import refused_name, windows_refuses
from gridplan.words.folders import BESIDE
from gridplan.words.nearest import did_you_mean
from gridplan.words.problems import Problems
from gridplan.words.signs import shown_line
from gridplan.words.text import Text

CASE, NAME = "case", "name"
"""Columns of a table of cases; every other header is a key of the case such as grids.k."""
TABLE, LOG, PAGE, WORKBOOK = "batch.csv", "run.log", "province.html", "province.xlsx"
"""What a batch writes beside the folders of its cases."""


@dataclass(frozen=True)
class Job:
    """One case to plan: the name of its folder, its file, and (dotted key, value) of what is changed in it."""

    name: str
    path: Path
    changes: tuple[tuple[str, Any], ...] = ()

    def read(self) -> Case:
        """Return the case with its changes.

        Raises
        ------
        CaseError
            If the file or a change is wrong.
        """
        case = read_case(self.path)
        return change_keys(case, dict(self.changes)) if self.changes else case


def list_jobs(paths: Iterable[Path]) -> list[Job]:
    """Return the cases that files name, in their order: a .toml is a case, a table has one a row.

    Raises
    ------
    CaseError
        If a table cannot be read, a name cannot be a folder, or two cases have one name; a case that is wrong in itself is told when
        it is planned, and holds nobody else up.
    """
    problems = Problems()
    jobs: list[Job] = []
    for path in paths:
        if path.suffix.lower() in TABLE_READERS:
            jobs += _rows(path, problems)
        else:
            jobs.append(_job(path))
    _refuse_names(jobs, problems)
    problems.refuse(CaseError)
    return jobs


def change_keys(case: Case, changes: dict[str, Any]) -> Case:
    """Return a case with the values of some dotted keys changed, checked again.

    Raises
    ------
    CaseError
        If a key or a value is wrong.
    """
    plain = case.resolved()
    sections: dict[str, dict[str, Any]] = {}
    for key, value in changes.items():
        first, *inner, last = key.split(".")
        place = sections.setdefault(first, copy.deepcopy(plain.get(first) or {}))
        for name in inner:
            place[name] = place.get(name) or {}
            place = place[name]
        place[last] = value
    return case.changed(**sections)


def _job(path: Path, name: str = "", changes: tuple[tuple[str, Any], ...] = ()) -> Job:
    """Return the job of a case file; links stay as they are named, as its layers are found from there."""
    path = path.absolute()
    return Job(name or (path.parent.name if path.stem == "case" else path.stem), path, changes)


def _rows(path: Path, problems: Problems) -> list[Job]:
    opened = open_table(Reading(LooseSource(path=path.name), path.resolve(), problems))
    if opened is None:
        return []
    headers = [str(header).strip() for header in opened.frame.columns]
    known = [key for key, _ in documented_fields() if "." in key and _type_of(key) is not None]
    types = {header: _type_of(header) for header in headers}
    strange = [header for header in headers if header not in (CASE, NAME) and types[header] is None]
    if strange or CASE not in headers:
        question = did_you_mean(strange, (CASE, NAME, *known)) if strange else None
        problems.tell(
            Text(
                zh="列 case（方案文件）、name（名称）和方案的键，如 grids.k",
                en="the columns case and name, and keys of the case such as grids.k",
            ),
            Text(zh="、".join(strange or headers) or "空表", en=", ".join(strange or headers) or "an empty table"),
            question or Text(zh="改正表头。", en="Correct the headers."),
            file=path.name,
        )
        return []
    jobs = []
    for row, values in zip(opened.frame.index, opened.frame.itertuples(index=False), strict=True):
        cells = {header: plain_text(value).strip() for header, value in zip(headers, values, strict=True)}
        if not cells[CASE]:
            problems.tell(
                Text(zh="每行一个方案文件", en="a case file in each row"),
                Text(zh="空白", en="none"),
                Text(zh="补上，或删去这一行。", en="Add it, or delete the row."),
                file=path.name,
                field=CASE,
                rows=[row],
            )
            continue
        changes = tuple(
            (key, typed(cells[key], types[key])) for key in headers if key not in (CASE, NAME) and cells[key]
        )
        jobs.append(_job(_located(path.absolute().parent, cells[CASE]), cells.get(NAME, ""), changes))
    return jobs


def _located(folder: Path, cell: str) -> Path:
    """Return the file that a cell names from the folder of its table; a path written on Windows is one here too."""
    path = folder / cell
    return path if path.exists() else folder / cell.replace("\\", "/")


def _type_of(key: str) -> Any:
    """Return the type of a dotted key of the case, or of an entry of one that holds any entries (travel.drive_kmh.primary).

    None of no key, of a section as a whole and of what stands in a list of sections.
    """
    kind: Any = Case
    for part in key.split("."):
        section = section_of(kind)
        if get_origin(kind) is dict:
            kind = get_args(kind)[1]
        elif section is None or get_origin(kind) is tuple:
            return None
        else:
            fields = {field.alias or name: field.annotation for name, field in section.model_fields.items()}
            kind = fields.get(part)
    whole = section_of(kind) is not None and get_origin(kind) not in (tuple, dict)
    return None if whole or "." not in key else kind


def typed(text: str, wanted: Any = object) -> Any:
    """Return what a cell says as a value of the case: text where the key wants text, else a number, true or false, a list.

    A list of ids may be written with semicolons, and Excel writes TRUE.

    >>> typed("3"), typed("[2, 4]"), typed("street"), typed("TRUE")
    (3, [2, 4], 'street', True)
    >>> typed("2024", str), typed("H1; H3", tuple[str, ...])
    ('2024', ['H1', 'H3'])
    """
    if wanted is str or set(get_args(wanted)) == {str, type(None)}:
        return text
    if get_args(wanted) == (str, ...) and not text.startswith("["):
        return [part.strip() for part in text.split(ID_SEPARATOR) if part.strip()]
    plain = unicodedata.normalize("NFKC", text)
    try:
        return tomllib.loads(f"value = {plain.lower() if plain.lower() in ('true', 'false') else plain}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _refuse_names(jobs: list[Job], problems: Problems) -> None:
    """Refuse names that cannot stand for a folder in every system, and two cases of one name."""
    if not jobs and not problems.errors:
        problems.tell(
            Text(zh="至少一个方案", en="at least one case"),
            Text(zh="没有", en="none"),
            Text(
                zh="写出 case.toml，或一张方案表（csv、xlsx）。",
                en="Name a case.toml, or a table of cases (csv, xlsx).",
            ),
        )
    names = {_same_folder(job.name) for job in jobs}
    for name in dict.fromkeys(job.name for job in jobs):
        reason = _refused(name, names)
        if reason is not None:
            problems.append(_unusable(name, reason))
    times = Counter(map(_same_folder, (job.name for job in jobs)))
    repeated = sorted({job.name for job in jobs if times[_same_folder(job.name)] > 1})
    if repeated:
        problems.tell(
            Text(zh="各不相同的方案名称", en="a different name for each case"),
            Text(zh="相同的名称（{n}）", en="the same one more than once ({n})").format(n=", ".join(repeated)),
            Text(
                zh="方案以所在文件夹命名：请给文件夹改名，或在方案表中加一列 name。",
                en="A case is named after its folder: rename it, or list the cases in a table with a column name.",
            ),
            values=repeated,
        )


def _same_folder(name: str) -> str:
    """Return what is equal for names that some file system takes for one."""
    return unicodedata.normalize("NFC", name).casefold()


def _refused(name: str, names: set[str]) -> Text | None:
    """Return why a name cannot be that of a case's folder, or None."""
    base, _, suffix = name.rpartition(".")
    if name in ("", ".", "..") or name.startswith(".") or {"/", "\\"} & set(name):
        return Text(zh="不是单独一个文件夹的名称", en="not the name of one folder")
    if _same_folder(name) in (TABLE, LOG, PAGE, WORKBOOK):
        return Text(zh="汇总文件的名称", en="the name of a file of the batch itself")
    if suffix.lower() in BESIDE and _same_folder(base) in names:
        return Text(zh=f"方案「{base}」写入时要用的名称", en=f"a name that is needed while {base} is written")
    return refused_name(Path("/") / name) or windows_refuses(Path("/") / name)


def _unusable(name: str, reason: Text) -> InputProblem:
    shown = shown_line(name)
    return InputProblem(
        "error",
        Text(zh="可以作文件夹名的方案名称", en="a name that can be that of a folder"),
        Text(zh=f"「{shown}」：{reason.zh}", en=f"'{shown}': {reason.en}"),
        Text(zh="改名。", en="Rename the case."),
        field=NAME,
    )
