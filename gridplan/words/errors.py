"""What went wrong with what the user gave us: one tree of errors, each made of problems in three parts.

A broken planning rule is never an error: it is a finding (see `checks/`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gridplan.words.signs import shown_line
from gridplan.words.text import Language, Text, spaced

Severity = Literal["error", "warning", "repair"]


class GridplanWarning(UserWarning):
    """What a user should know though nothing failed; the command line says it, warnings of libraries it does not.

    Examples
    --------
    >>> issubclass(gp.GridplanWarning, UserWarning)
    True
    """


@dataclass(frozen=True)
class InputProblem:
    """One thing that is wrong (or was mended) in an input: what was needed, what was found, what to do.

    `file` is as written in the case, `rows` are row numbers as the user's program shows them (a table's header is
    row 1), `values` holds the first few offending values or ids.

    Examples
    --------
    >>> try:
    ...     gp.read_case("nowhere.toml")
    ... except gp.CaseError as error:
    ...     [problem.file for problem in error.problems]
    ['nowhere.toml']
    """

    severity: Severity
    needed: Text
    found: Text
    remedy: Text
    file: str = ""
    layer: str = ""
    field: str = ""
    rows: tuple[int, ...] = ()
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Show what is hidden: names, ids and values of others' files stand in every part."""
        for name in ("needed", "found", "remedy"):
            part = getattr(self, name)
            object.__setattr__(self, name, Text(zh=shown_line(part.zh), en=shown_line(part.en)))
        for name in ("file", "layer", "field"):
            object.__setattr__(self, name, shown_line(getattr(self, name)))
        object.__setattr__(self, "values", tuple(map(shown_line, self.values)))

    def where(self) -> str:
        """Say where the problem lies.

        Returns
        -------
        str
            File, sheet or layer, and field, as far as they are known.

        Examples
        --------
        >>> said = Text(zh="", en="")
        >>> InputProblem("error", said, said, said, file="people.csv", field="人口").where()
        'people.csv · 人口'
        """
        return " · ".join(part for part in (self.file, self.layer, self.field) if part)

    def render(self, language: Language = "zh") -> str:
        """Return the whole problem as one line.

        Parameters
        ----------
        language
            "zh" or "en".

        Returns
        -------
        str
            Where; what was needed; what was found; what to do.

        Examples
        --------
        >>> needed, found = Text(zh="人数", en="residents"), Text(zh="文字", en="text")
        >>> InputProblem("error", needed, found, Text(zh="改正。", en="Correct it."), file="people.csv").render("en")
        'people.csv: needs residents; found text. Correct it.'
        """
        needed, found, remedy = (part.in_language(language) for part in (self.needed, self.found, self.remedy))
        where = self.where()
        if language == "zh":
            return f"{where + '：' if where else ''}{spaced('需要', needed)}；{spaced('发现', found)}。{remedy}"
        return f"{where + ': ' if where else ''}needs {needed}; found {found}. {remedy}"


class GridplanError(Exception):
    """Base of all errors that a user can mend; carries every problem that was found, not only the first.

    Parameters
    ----------
    problems
        One problem or several; `str` of the error tells them in English, `render` in either language.

    Examples
    --------
    >>> try:
    ...     gp.plan("case.toml")
    ... except gp.GridplanError as error:
    ...     print(error)
    case: needs a Case; found the path case.toml. Write gp.read_case(path).
    """

    def __init__(self, problems: InputProblem | Iterable[InputProblem]) -> None:
        self.problems = (problems,) if isinstance(problems, InputProblem) else tuple(problems)
        super().__init__("\n".join(problem.render("en") for problem in self.problems))

    def __reduce__(self) -> tuple[type[GridplanError], tuple[tuple[InputProblem, ...]]]:
        return type(self), (self.problems,)

    def render(self, language: Language = "zh") -> str:
        """Return all problems, one a line.

        Parameters
        ----------
        language
            "zh" or "en".

        Returns
        -------
        str
            One line a problem; see `InputProblem.render`.

        Examples
        --------
        >>> try:
        ...     gp.plan("case.toml")
        ... except gp.GridplanError as error:
        ...     print(error.render("zh"))
        case：需要 Case；发现路径 case.toml。请写 gp.read_case(path)。
        """
        return "\n".join(problem.render(language) for problem in self.problems)


class CaseError(GridplanError):
    """The case file cannot be used."""


class LayerError(GridplanError):
    """One or more input layers cannot be used."""


class ProblemError(GridplanError):
    """The arrays of a planning problem contradict each other."""


class NetworkError(GridplanError):
    """The arrays of a road network are not a network."""


class AssignmentError(GridplanError):
    """An assignment of units to leads cannot be read or applied."""


class ProposalError(GridplanError):
    """A proposal folder cannot be read or written."""


class EditsError(GridplanError):
    """A file of edits cannot be read, or belongs to another proposal."""


class ArgumentError(GridplanError, TypeError):
    """An argument is of another kind than the function takes."""


class OutputError(ProposalError):
    """A result cannot be written."""
