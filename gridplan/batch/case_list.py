"""Which cases a batch plans: case files, and tables of them with changed keys, one row a run."""

from __future__ import annotations

import copy
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gridplan.case.case import Case, case_name, documented_fields, read_case
from gridplan.case.sources import LooseSource
from gridplan.layers.files.columns import plain_text
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.tables import TABLE_READERS, open_table
from gridplan.words.errors import CaseError, InputProblem
from gridplan.words.folder_names import windows_refuses
from gridplan.words.nearest import did_you_mean
from gridplan.words.problems import Problems
from gridplan.words.text import Text

CASE, NAME = "case", "name"
"""Columns of a table of cases; every other header is a key of the case such as grids.k."""


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
            jobs.append(Job(case_name(path), path.resolve()))
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
            place = place.setdefault(name, {})
        place[last] = value
    return case.changed(**sections)


def _rows(path: Path, problems: Problems) -> list[Job]:
    opened = open_table(Reading(LooseSource(path=path.name), path.resolve(), problems))
    if opened is None:
        return []
    headers = [str(header).strip() for header in opened.frame.columns]
    known = [key for key, _ in documented_fields() if "." in key]
    inner = tuple(f"{key}." for key in known)
    strange = [header for header in headers if header not in (CASE, NAME, *known) and not header.startswith(inner)]
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
        case = path.resolve().parent / cells[CASE]
        changes = tuple((key, typed(cells[key])) for key in headers if key not in (CASE, NAME) and cells[key])
        jobs.append(Job(cells.get(NAME) or case_name(case), case, changes))
    return jobs


def typed(text: str) -> Any:
    """Return what a cell says as a value of the case: a number, true or false, a list; anything else is text.

    >>> typed("3"), typed("[2, 4]"), typed("street"), typed("true")
    (3, [2, 4], 'street', True)
    """
    try:
        return tomllib.loads(f"value = {text}")["value"]
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
    for name in dict.fromkeys(job.name for job in jobs):
        if name in (".", "..") or name.startswith(".") or {"/", "\\"} & set(name) or windows_refuses(Path("/") / name):
            problems.append(_unusable(name))
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


def _unusable(name: str) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="可以作文件夹名的方案名称", en="a name that can be that of a folder"),
        Text(zh=repr(name), en=repr(name)),
        Text(zh="改名。", en="Rename the case."),
        field=NAME,
    )
