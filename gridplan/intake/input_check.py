"""`gridplan check`: read the inputs only, and say everything about them at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from gridplan.case.case import Case, read_case
from gridplan.grids.annexes.reach import draw_up_entries
from gridplan.intake.check_workbook import write_problem_book
from gridplan.intake.merge_workbook import TableKey, propose_merges, write_merge_books
from gridplan.intake.problem_report import print_problems, problems_to_json
from gridplan.words.errors import GridplanError, InputProblem
from gridplan.words.problems import Problems, first_few, in_rows
from gridplan.words.text import Language, Text

_READY = Text(
    zh="可以规划：{u} 个单元，{p:,.0f} 人，{f} 家机构，其中 {h} 家医院（院区）可牵头。",
    en="Ready to plan: {u} units, {p:,.0f} people, {f} facilities, among them {h} hospital sites that may lead.",
)


@dataclass(frozen=True)
class Checked:
    """What checking a case found: the problems, the case if it could be read, and the facts if it can be planned."""

    problems: tuple[InputProblem, ...]
    language: Language
    case: Case | None = None
    ready: Text | None = None
    merges: Mapping[TableKey, pd.DataFrame] = field(default_factory=dict)
    entries: pd.DataFrame | None = None


def check_inputs(
    path: Path, *, language: Language | None = None, progress: Callable[[Text], None] = lambda stage: None
) -> Checked:
    """Do all that a plan does before the solver, on the same path (`pipeline.pose`); nothing is planned.

    Mistakes of the user are in `problems`, never raised.
    """
    from gridplan.pipeline import pose

    case: Case | None = None
    try:
        case = read_case(path)
        case = case if language is None else case.with_language(language)
        posed = pose(case, progress=progress)
    except GridplanError as error:
        return Checked(error.problems, case.language if case is not None else language or "zh", case)
    units, facilities = posed.place.layers.units, posed.place.layers.facilities
    ready = _READY.format(
        u=len(units),
        p=float(units["population"].sum()),
        f=int((facilities["unit_id"] != "").sum()),
        h=len(posed.travel.sites),
    )
    suggested = propose_merges(case)
    problems = (*posed.place.layers.problems, *_doubt_rows(suggested))
    entries = draw_up_entries(posed.place.layers, posed.travel).get("entries")
    return Checked(problems, case.language, case, ready, suggested, entries)


def _doubt_rows(suggested: Mapping[TableKey, pd.DataFrame]) -> Problems:
    """Warn of facility tables of which several rows seem to show one institution."""
    problems = Problems()
    for (path, layer), frame in suggested.items():
        parts = frame[frame["decision"].isin(["merge", "campus"])].sort_values("row")
        rows = tuple(int(row) for row in parts["row"])
        pairs = [f"{name} → {to}" for name, to in zip(parts["name"], parts["target_name"], strict=True)]
        values = first_few(pairs)
        problems.tell(
            Text(zh="一行一家机构", en="one institution a row"),
            in_rows(
                Text(zh="看来是其他行的重复、楼栋、科室或院区的行", en="rows that look like parts of others"),
                rows,
                values,
            ),
            Text(
                zh="加 -o 写出归并建议，核对后在方案中写 merges。",
                en="With -o the suggestions are written; check them and name them as merges in the case.",
            ),
            file=path,
            layer=layer,
            rows=rows,
            values=values,
            severity="warning",
        )
    return problems


def tell_checked(checked: Checked, *, as_json: bool = False, folder: Path | None = None) -> list[str]:
    """Show the problems (on stderr), write check.xlsx into `folder` if one is given, and return the lines for stdout."""
    lines = []
    if as_json:
        lines.append(json.dumps(problems_to_json(checked.problems), ensure_ascii=False, indent=1))
    else:
        print_problems(checked.problems, checked.language)
    if folder is not None and (checked.problems or checked.entries is not None):
        book = write_problem_book(
            folder / "check.xlsx", checked.problems, checked.language, case=checked.case, entries=checked.entries
        )
        lines += [] if as_json else [str(book)]
    if folder is not None:
        written = write_merge_books(folder, checked.merges, checked.language)
        lines += [] if as_json else [str(path) for path in written.values()]
    if checked.ready is not None and not as_json:
        lines.append(checked.ready.in_language(checked.language))
    return lines
