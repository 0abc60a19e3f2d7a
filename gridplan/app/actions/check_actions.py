"""Check: what was found, checked again, written for whoever supplies the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from gridplan.app.actions.asked import Asked, words_in
from gridplan.app.actions.files_actions import known_section
from gridplan.app.bench import Bench
from gridplan.app.opener import open_on_machine
from gridplan.app.plain_told import pair
from gridplan.words.text import Text
from gridplan.words.vocabulary import ADMIN_LEVELS, KINDS, OWNERSHIPS, Vocabulary


def check(bench: Bench, _asked: Asked) -> Any:
    """Return what checking found."""
    fresh = bench.checked is not None and bench.checked_of == repr(bench.basis())
    checked = None
    if bench.checked is not None:
        checked = {key: value for key, value in bench.checked.items() if key != "ground"}
        checked["problems"] = [problem | {"mapped": _mapped(bench, problem)} for problem in checked["problems"]]
    return {"checked": checked, "fresh": fresh, "repaired": bench.repaired}


_IN_BRACKETS = re.compile(r"^.* \(([^()]+)\)$")
"""How a problem shows a word beside the name of its row."""
_VOCABULARIES: Mapping[str, Vocabulary] = {"kind": KINDS, "ownership": OWNERSHIPS, "admin_level": ADMIN_LEVELS}
"""Columns whose words can be said to mean one of ours."""


def _mapped(bench: Bench, problem: dict[str, Any]) -> dict[str, Any] | None:
    """Return how the unknown words of a column can be said to mean ours; None where a problem is another one."""
    layers = [] if bench.looked is None else bench.looked["layers"]
    for layer in layers:
        if layer["file"] != problem["file"] or not layer["section"] or not problem["values"]:
            continue
        ours: list[str] = next((one["ours"] for one in layer["columns"] if one["header"] == problem["field"]), [])
        column = next((name for name in ours if name in _VOCABULARIES), None)
        if column is not None:
            words = _VOCABULARIES[column]
            said = [_IN_BRACKETS.sub(r"\1", value) for value in problem["values"]]
            unknown = list(dict.fromkeys(word for word in said if words.find(word) is None))
            choices = [[key, pair(term.label)] for key, term in words.items()]
            return (
                {"section": layer["section"], "column": column, "values": unknown, "choices": choices}
                if unknown
                else None
            )
    return None


def check_now(bench: Bench, _asked: Asked) -> Any:
    """Have the inputs checked again."""
    bench.check()
    return True


def value(bench: Bench, content: Asked) -> Any:
    """Say what a word in a column of the planner's means."""
    section = tuple(known_section(bench, content["section"])["section"])
    key = (*section, "values", words_in(content["column"]), words_in(content["theirs"]))
    bench.settings.set(key, words_in(content["ours"], empty=True))
    return True


def check_book(bench: Bench, _asked: Asked) -> Any:
    """Write check.xlsx for whoever supplies the data, and show it."""
    item = {"case": str(bench.settings.path), "out": str(bench.folder / "check")}
    written = bench.ask("check_book", item, Text(zh="写出 check.xlsx", en="Writing check.xlsx"))
    open_on_machine(bench.folder / "check")
    return written


READS: dict[str, Callable[[Bench, Asked], Any]] = {"check": check}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {"check": check_now, "check/value": value, "check/book": check_book}
