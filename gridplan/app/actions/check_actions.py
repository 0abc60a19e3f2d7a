"""Check: what was found, checked again, written for whoever supplies the data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gridplan.app.actions.asked import Asked, words_in
from gridplan.app.actions.files_actions import known_section
from gridplan.app.bench import Bench
from gridplan.app.opener import open_on_machine
from gridplan.words.text import Text


def check(bench: Bench, _asked: Asked) -> Any:
    """Return what checking found."""
    fresh = bench.checked is not None and bench.checked_of == repr(bench.basis())
    checked = bench.checked and {key: value for key, value in bench.checked.items() if key != "ground"}
    return {"checked": checked, "fresh": fresh, "repaired": bench.repaired}


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
