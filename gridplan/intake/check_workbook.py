"""check.xlsx: all input problems in a list, and copies of the planner's tables with the offending cells marked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.case.case import Case
from gridplan.case.sources import Source
from gridplan.intake.lead_sheet import COLUMNS as LEAD_COLUMNS
from gridplan.intake.lead_sheet import LEAD_SHEET
from gridplan.intake.problem_report import LABELS, SEVERITIES, sort_problems
from gridplan.intake.totals_report import TOTALS, write_totals
from gridplan.layers.facilities.facilities import list_outcomes
from gridplan.layers.files.archives import refuse_hostile
from gridplan.layers.files.columns import plain_text
from gridplan.layers.files.headers import find_header_rows, join_headers
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.tables import TABLE_READERS, Rows
from gridplan.words.annex_tables import ANNEXES
from gridplan.words.errors import InputProblem
from gridplan.words.ledger import Account
from gridplan.words.text import Language, Text
from gridplan.words.workbooks import written_workbook

if TYPE_CHECKING:
    import pandas as pd

_TITLES = (
    (Text(zh="程度", en="severity"), 8),
    (Text(zh="文件", en="file"), 22),
    (Text(zh="工作表", en="sheet"), 16),
    (Text(zh="列", en="field"), 18),
    (Text(zh="行", en="rows"), 18),
    (Text(zh="值", en="values"), 26),
    (Text(zh="需要", en="needed"), 40),
    (Text(zh="发现", en="found"), 46),
    (Text(zh="怎么改", en="what to do"), 46),
)
_FILLS = {"error": "#F8CBAD", "warning": "#FFE699", "repair": "#DDEBF7"}
_LIST = Text(zh="问题", en="problems")
_OUTCOMES = Text(zh="机构去向", en="facility rows")
_OUTCOME_TITLES = {
    "file": (Text(zh="文件", en="file"), 18),
    "row": (Text(zh="行", en="row"), 8),
    "facility_id": (Text(zh="机构编号", en="facility id"), 16),
    "name": (Text(zh="名称", en="name"), 40),
    "decision": (Text(zh="去向", en="outcome"), 14),
    "into": (Text(zh="并入或所属机构", en="institution"), 32),
    "reason": (Text(zh="理由", en="reason"), 52),
}
_WHAT_BECAME = {
    "": Text(zh="采用（没有决定）", en="used (no decision)"),
    "keep": Text(zh="采用", en="used"),
    "merge": Text(zh="并入", en="merged"),
    "campus": Text(zh="采用，作为院区", en="used, as a campus"),
    "leave_out": Text(zh="不采用", en="left out"),
}
_ENTRY_WIDTHS = (16, 40, 14, 18, 28)
_ROWS_AT_MOST = 50_000
_SHOWN_ROWS = 40
_NOTED_ROWS = 500
_BAD_IN_NAMES = re.compile(r"[\[\]:*?/\\']")


def write_problem_book(
    path: Path,
    problems: Iterable[InputProblem],
    language: Language,
    *,
    case: Case | None = None,
    entries: pd.DataFrame | None = None,
    totals: Sequence[Account] = (),
    roads: Text | None = None,
    leads: pd.DataFrame | None = None,
) -> Path:
    """Write the problems to a workbook; with a case, its tables follow with every offending cell marked and noted.

    Parameters
    ----------
    path : the workbook to write.
    problems : of reading the case or its layers.
    language : of titles and notes.
    case : tells where the tables are; without it there is the list only.
    entries : where facilities enter the roads, the annex of that name; farthest first on a sheet of its own.
    totals, roads : what became of all that the layers hold, and the sentence of `tell_roads`; a sheet where they are known.
    leads : every hospital as a possible lead, of `lead_sheet.list_leads`.
    """
    ordered = sort_problems(problems)
    with written_workbook(path, nan_inf_to_errors=True) as book:
        fills = {name: book.add_format({"bg_color": colour}) for name, colour in _FILLS.items()}
        _write_list(book, ordered, fills, language)
        if totals:
            write_totals(book, totals, roads, language)
        if leads is not None:
            _write_table(book, LEAD_SHEET.in_language(language), LEAD_COLUMNS, leads.to_dict("records"), language)
        if case is not None:
            own_sheets = (_LIST, _OUTCOMES, TOTALS, LEAD_SHEET, ANNEXES["entries"].title)
            taken = {title.in_language(language).lower() for title in own_sheets}
            _write_outcomes(book, case, language)
            if entries is not None:
                _write_entries(book, entries, language)
            for source in _tables(case):
                _write_copy(book, case, source, ordered, fills, language, taken)
    return path


def _write_list(book: Any, problems: list[InputProblem], fills: dict[str, Any], language: Language) -> None:
    sheet = book.add_worksheet(_LIST.in_language(language))
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for column, (title, width) in enumerate(_TITLES):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title.in_language(language), bold)
    for row, problem in enumerate(problems, 1):
        more = " …" if len(problem.rows) > _SHOWN_ROWS else ""
        cells = (
            LABELS[problem.severity].in_language(language),
            problem.file,
            problem.layer,
            problem.field,
            ", ".join(map(str, problem.rows[:_SHOWN_ROWS])) + more,
            "\n".join(problem.values),
            *(part.in_language(language) for part in (problem.needed, problem.found, problem.remedy)),
        )
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text, fills[problem.severity] if column == 0 else wrap)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(problems), 1), len(_TITLES) - 1)


def _write_outcomes(book: Any, case: Case, language: Language) -> None:
    """Say of every row of a facility table with decisions what became of it, and why."""
    if all(source.merges is None for source in case.layers.facilities):
        return
    rows = [
        {**outcome, "decision": _WHAT_BECAME[outcome["decision"]].in_language(language)}
        for outcome in list_outcomes(case).to_dict("records")
    ]
    _write_table(book, _OUTCOMES.in_language(language), _OUTCOME_TITLES, rows, language)


def _write_table(
    book: Any, name: str, titles: Mapping[str, tuple[Text, int]], rows: list[dict[Any, Any]], language: Language
) -> None:
    """Write a sheet of rows of text under its titles (key -> label and width)."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    for column, (title, width) in enumerate(titles.values()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title.in_language(language), bold)
    for number, row in enumerate(rows, 1):
        for column, key in enumerate(titles):
            sheet.write_string(number, column, plain_text(row[key]))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(titles) - 1)


def _write_entries(book: Any, entries: pd.DataFrame, language: Language) -> None:
    """Say of every facility by which road it is entered, and how far away that is."""
    declared = ANNEXES["entries"]
    sheet = book.add_worksheet(declared.title.in_language(language))
    bold = book.add_format({"bold": True})
    for column, (told, width) in enumerate(zip(declared.columns, _ENTRY_WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, told.label.in_language(language), bold)
    ordered = entries.sort_values("metres", ascending=False, na_position="first", kind="stable")
    for row, entry in enumerate(ordered.to_dict("records"), 1):
        for column, told in enumerate(declared.columns):
            value = entry[told.name]
            if told.kind == "text":
                words = value if told.words is None else told.words.label(value).in_language(language)
                sheet.write_string(row, column, plain_text(words))
            elif value == value:
                sheet.write_number(row, column, round(value))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(entries), 1), len(declared.columns) - 1)


def _tables(case: Case) -> list[Source]:
    layers = case.layers
    sources = (layers.units, layers.boundaries, layers.population, layers.census, *layers.facilities)
    sources += tuple(source.merges for source in layers.facilities)
    sources += (layers.links, layers.baseline, layers.unit_codes, layers.travel_table)
    return [source for source in sources if source and Path(source.path).suffix.lower() in TABLE_READERS]


def _write_copy(
    book: Any,
    case: Case,
    source: Source,
    problems: list[InputProblem],
    fills: dict[str, Any],
    language: Language,
    taken: set[str],
) -> None:
    own = [problem for problem in problems if problem.file == source.path and problem.rows]
    layer = source.layer or next((problem.layer for problem in own if problem.layer), "")
    rows = _rows(case, source, layer) if own else None
    if not rows or len(rows) > _ROWS_AT_MOST:
        return
    marks = _marks(rows, own, language)
    sheet = book.add_worksheet(_sheet_name(Path(source.path).stem, taken))
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            severity, notes = marks.get((number, column), ("", []))
            sheet.write_string(number, column, plain_text(value), fills.get(severity))
            if notes:
                sheet.write_comment(number, column, "\n".join(notes)[:1000], {"x_scale": 2.5, "y_scale": 1.5})
    sheet.freeze_panes((find_header_rows([[plain_text(v) for v in row] for row in rows[:60]]) or [0])[-1] + 1, 0)


def _rows(case: Case, source: Source, layer: str) -> Rows | None:
    path = case.locate(source)
    reading = Reading(source, path, layer=layer)
    try:
        refuse_hostile(reading)
        return TABLE_READERS[path.suffix.lower()](reading)[1]
    except Exception:  # what cannot be read stands in the list already
        return None


def _marks(
    rows: Rows, problems: list[InputProblem], language: Language
) -> dict[tuple[int, int], tuple[str, list[str]]]:
    """Return the gravest severity and the notes of each cell (row and column from 0).

    What holds for very many rows is coloured without a note in each cell: the list says it once.
    """
    cells = [[plain_text(value) for value in row] for row in rows]
    headers = join_headers([cells[row] for row in find_header_rows(cells) or [0]])
    found: dict[tuple[int, int], list[InputProblem]] = defaultdict(list)
    for problem in problems:
        wanted = problem.field.split(", ")
        columns = [at for at, header in enumerate(headers) if header and header in wanted] or [0]
        for row in problem.rows:
            if 0 < row <= len(rows):
                for column in columns:
                    found[(row - 1, column)].append(problem)
    return {
        place: (
            min((problem.severity for problem in here), key=SEVERITIES.index),
            [_note(problem, language) for problem in here if len(problem.rows) <= _NOTED_ROWS],
        )
        for place, here in found.items()
    }


def _note(problem: InputProblem, language: Language) -> str:
    label, needed = LABELS[problem.severity].in_language(language), problem.needed.in_language(language)
    said = Text(zh=f"{label}：需要{needed}。", en=f"{label}: needs {needed}. ").in_language(language)
    return said + problem.remedy.in_language(language)


def _sheet_name(stem: str, taken: set[str]) -> str:
    base = _BAD_IN_NAMES.sub("_", stem)[:26] or "_"
    name, number = base, 2
    while name.lower() in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name.lower())
    return name
