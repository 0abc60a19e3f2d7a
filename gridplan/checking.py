"""`gridplan check`: read the inputs only, and say everything about them at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gridplan.case import Case, read_case
from gridplan.errors import GridplanError, InputProblem
from gridplan.problem_book import write_problem_book
from gridplan.problem_report import print_problems, problems_to_json
from gridplan.text import Language, Text

_READY = Text(
    zh="可以规划：{u} 个单元，{p:,.0f} 人，{f} 家机构，{h} 家医院（院区）可牵头。",
    en="Ready to plan: {u} units, {p:,.0f} people, {f} facilities, {h} hospital sites that may lead.",
)


@dataclass(frozen=True)
class Checked:
    """What checking a case found: the problems, the case if it could be read, and the facts if it can be planned."""

    problems: tuple[InputProblem, ...]
    language: Language
    case: Case | None = None
    ready: Text | None = None


def check_inputs(
    path: Path, language: Language | None = None, *, progress: Callable[[Text], None] = lambda stage: None
) -> Checked:
    """Read a case and its layers, complete the units and grade the hospitals; nothing is planned.

    Mistakes of the user are in `problems`, never raised.
    """
    from gridplan.pipeline import survey

    case: Case | None = None
    try:
        case = read_case(path)
        case = case if language is None else case.with_language(language)
        place = survey(case, progress=progress)
    except GridplanError as error:
        return Checked(error.problems, case.language if case is not None else language or "zh", case)
    units, facilities = place.layers.units, place.layers.facilities
    ready = _READY.format(
        u=len(units),
        p=float(units["population"].sum()),
        f=int((facilities["unit_id"] != "").sum()),
        h=int((place.leads["tier"] != "").sum()),
    )
    return Checked(place.layers.problems, case.language, case, ready)


def tell_checked(checked: Checked, *, as_json: bool = False, folder: Path | None = None) -> list[str]:
    """Show the problems (on stderr), write check.xlsx into `folder` if one is given, and return the lines for stdout."""
    lines = []
    if as_json:
        lines.append(json.dumps(problems_to_json(checked.problems), ensure_ascii=False, indent=1))
    else:
        print_problems(checked.problems, checked.language)
    if folder is not None and checked.problems:
        book = write_problem_book(folder / "check.xlsx", checked.problems, checked.language, case=checked.case)
        lines += [] if as_json else [str(book)]
    if checked.ready is not None and not as_json:
        lines.append(checked.ready.in_language(checked.language))
    return lines
