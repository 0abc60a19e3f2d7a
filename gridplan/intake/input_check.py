"""`gridplan check`: read the inputs only, and say everything about them at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from gridplan.case.case import Case, read_case
from gridplan.case.spoken import stated_language
from gridplan.grids.annexes.reach import draw_up_entries
from gridplan.intake.check_workbook import write_problem_book
from gridplan.intake.input_picture import PICTURE, write_input_picture
from gridplan.intake.lead_sheet import list_leads
from gridplan.intake.merge_workbook import TableKey, propose_merges, write_merge_books
from gridplan.intake.problem_report import print_problems, problems_to_json
from gridplan.intake.totals_report import print_totals, tell_roads, totals_to_json
from gridplan.words.errors import GridplanError, InputProblem
from gridplan.words.ledger import Account, settle
from gridplan.words.problems import Problems, first_few, in_rows
from gridplan.words.text import Language, Text

if TYPE_CHECKING:
    from gridplan.pipeline import Surveyed

_READY = Text(
    zh="可以规划：{u} 个单元，{p:,.0f} 人，{f} 家机构，其中 {h} 家医院（院区）可牵头。",
    en="Ready to plan: {u:unit|units}, {p:person|people}, {f:facility|facilities}, among them {h:hospital site|hospital sites} that may lead.",
)


@dataclass(frozen=True)
class Checked:
    """What checking a case found: the problems, the case and the place if they could be read, and the facts if it can be planned.

    `totals` says what became of all that the layers hold, `roads` how the roads hang together and how steep they are.
    """

    problems: tuple[InputProblem, ...]
    language: Language
    case: Case | None = None
    place: Surveyed | None = None
    ready: Text | None = None
    merges: Mapping[TableKey, pd.DataFrame] = field(default_factory=dict)
    entries: pd.DataFrame | None = None
    totals: tuple[Account, ...] = ()
    roads: Text | None = None


def check_inputs(
    path: Path, *, language: Language | None = None, progress: Callable[[Text], None] = lambda stage: None
) -> Checked:
    """Do all that a plan does before the solver, on the same path (`pipeline.pose`); nothing is planned.

    Mistakes of the user are in `problems`, never raised.
    """
    from gridplan.pipeline import pose_place, survey

    case: Case | None = None
    place: Surveyed | None = None
    try:
        case = read_case(path)
        case = case if language is None else case.with_language(language)
        place = survey(case, progress=progress)
        posed = pose_place(place, progress=progress, what_if=False)
    except GridplanError as error:
        spoken = case.language if case is not None else language or stated_language(path)
        return Checked(error.problems, spoken, case, place)
    units, facilities = posed.place.layers.units, posed.place.layers.facilities
    ready = _READY.format(
        u=len(units),
        p=float(units["population"].sum()),
        f=int((facilities["unit_id"] != "").sum()),
        h=len(posed.travel.sites),
    )
    suggested = propose_merges(case)
    layers, problems = posed.place.layers, (*posed.place.layers.problems, *_doubt_rows(suggested))
    entries = draw_up_entries(layers, posed.travel).get("entries")
    return Checked(
        problems,
        case.language,
        case,
        place,
        ready,
        suggested,
        entries=entries,
        totals=tuple(settle(layers.ledger)),
        roads=tell_roads(posed.travel.pieces, layers.roads),
    )


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


def write_report(folder: Path, checked: Checked) -> list[Path]:
    """Write check.xlsx, and where the layers could be read a picture of them."""
    place, language = checked.place, checked.language
    leads = None if place is None else list_leads(place, language)
    book = write_problem_book(
        folder / "check.xlsx",
        checked.problems,
        language,
        case=checked.case,
        leads=leads,
        entries=checked.entries,
        totals=checked.totals,
        roads=checked.roads,
    )
    if place is None:
        return [book]
    name = place.case.place.name if language == "zh" else place.case.place.name_en or place.case.place.name
    return [book, write_input_picture(folder / PICTURE, place.layers, name, language)]


def tell_checked(checked: Checked, *, as_json: bool = False, folder: Path | None = None) -> list[str]:
    """Show the problems (on stderr), write check.xlsx into `folder` if one is given, and return the lines for stdout."""
    lines = []
    if as_json:
        tree = {**problems_to_json(checked.problems), "totals": totals_to_json(checked.totals)}
        lines.append(json.dumps(tree, ensure_ascii=False, indent=1))
    else:
        print_problems(checked.problems, checked.language)
        if checked.totals:
            print_totals(checked.totals, checked.roads, checked.language)
    if folder is not None and (checked.problems or checked.place is not None):
        reports = write_report(folder, checked)
        lines += [] if as_json else [str(path) for path in reports]
    if folder is not None:
        written = write_merge_books(folder, checked.merges, checked.language)
        lines += [] if as_json else [str(path) for path in written.values()]
    if checked.ready is not None and not as_json:
        lines.append(checked.ready.in_language(checked.language))
    return lines
