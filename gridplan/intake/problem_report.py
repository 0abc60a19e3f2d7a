"""All input problems in one report: on the terminal file by file, as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from gridplan.words.errors import InputProblem, Severity
from gridplan.words.text import Language, Text, spaced

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "repair")
LABELS = {
    "error": Text(zh="错误", en="error"),
    "warning": Text(zh="提醒", en="warning"),
    "repair": Text(zh="已处理", en="done for you"),
}
_STYLES = {"error": "bold red", "warning": "yellow", "repair": "dim"}
_COUNTS = Text(zh="共 {e} 个错误、{w} 个提醒，自动处理 {r} 处。", en="Errors: {e}, warnings: {w}, done for you: {r}.")
_NO_FILE = Text(zh="各文件合起来", en="all files together")
"""Heading of what is true of no single file."""
_AGAIN = Text(zh="改正错误后再试。", en="Correct the errors and try again.")
FORMAT = "gridplan-problems/1"


def sort_problems(problems: Iterable[InputProblem]) -> list[InputProblem]:
    """Return the problems file by file as the files came up, errors first within a file and without repetitions."""
    unique = list(dict.fromkeys(problems))
    files = {name: position for position, name in enumerate(dict.fromkeys(problem.file for problem in unique))}
    return sorted(unique, key=lambda p: (files[p.file], p.layer, SEVERITIES.index(p.severity)))


def print_problems(problems: Iterable[InputProblem], language: Language) -> None:
    """Print the problems on stderr: one heading a file and sheet, then field, what is wrong, and what to do."""
    from rich.console import Console
    from rich.markup import escape
    from rich.padding import Padding

    ordered = sort_problems(problems)
    if not ordered:
        return
    console = Console(stderr=True, highlight=False)
    heading = ""
    for problem in ordered:
        where = " · ".join(part for part in (problem.file, problem.layer) if part) or _NO_FILE.in_language(language)
        if where != heading:
            console.print(f"[bold]{escape(where)}[/]", soft_wrap=True)
            heading = where
        label = LABELS[problem.severity].in_language(language)
        line = f"[{_STYLES[problem.severity]}]{label}[/] {escape(_sentence(problem, language))}"
        console.print(
            Padding(line, (0, 0, 0, 2)) if console.is_terminal else f"  {line}", soft_wrap=not console.is_terminal
        )
    console.print(_summary(ordered).in_language(language))


def _sentence(problem: InputProblem, language: Language) -> str:
    needed, found, remedy = (part.in_language(language) for part in (problem.needed, problem.found, problem.remedy))
    if language == "zh":
        field = f"「{problem.field}」" if problem.field else ""
        return f"{field}{spaced('需要', needed)}；{spaced('发现', found)}。{remedy}"
    field = f"{problem.field}: " if problem.field else ""
    return f"{field}needs {needed}; found {found}. {remedy}"


def _summary(problems: list[InputProblem]) -> Text:
    counts = {severity: sum(problem.severity == severity for problem in problems) for severity in SEVERITIES}
    said = _COUNTS.format(e=counts["error"], w=counts["warning"], r=counts["repair"])
    return Text(zh=f"{said.zh}{_AGAIN.zh}", en=f"{said.en} {_AGAIN.en}") if counts["error"] else said


def problems_to_json(problems: Iterable[InputProblem]) -> dict[str, Any]:
    """Return the problems as plain values: counts, and file, sheet, field, rows, values and both languages of each."""
    ordered = sort_problems(problems)
    return {
        "format": FORMAT,
        "counts": {severity: sum(problem.severity == severity for problem in ordered) for severity in SEVERITIES},
        "problems": [
            {**asdict(problem), "message": {"zh": problem.render("zh"), "en": problem.render("en")}}
            for problem in ordered
        ],
    }
