"""Every example in a docstring runs and shows what it says; every docstring of the public face says what it must."""

from __future__ import annotations

import doctest
import importlib
import inspect
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from numpydoc.validate import validate

import gridplan as gp
from tests import board
from tests.checks.laid_out import lay_out, the_board

ROOT = Path(__file__).parent.parent
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
SOURCES = sorted(path for path in (ROOT / "gridplan").rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))
UNASKED = {"ES01", "SA01", "EX01", "GL01", "GL02", "GL03", "RT04", "RT05", "PR05", "PR06", "PR08", "PR09"}
"""Checks of numpydoc that this house does not follow: extended summaries, See Also, capitals and full stops; examples are counted here."""
TYPED = {"PR04", "RT02", "YD02"}
"""Types stand in signatures."""


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("name", [module_of(path) for path in SOURCES])
def test_examples_show_what_they_say(name, county_proposal, tmp_path, monkeypatch):
    """Examples know `gp`; where they begin in the middle, `case`, `proposal` (the bundled county) and `plan` (the chessboard)."""
    monkeypatch.chdir(tmp_path)
    known = {
        "gp": gp,
        "case": county_proposal.case,
        "proposal": county_proposal,
        "plan": lay_out(the_board(), board.WEST_EAST),
    }
    runner = doctest.DocTestRunner(verbose=False, optionflags=FLAGS)
    told: list[str] = []
    for test in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name), extraglobs=known):
        runner.run(test, out=told.append)
    assert not told, "".join(told)
    assert runner.tries


def test_no_example_is_left_out():
    assert [path.name for path in SOURCES if "doctest: +SKIP" in path.read_text(encoding="utf-8")] == []


def exported() -> Iterator[tuple[str, Any]]:
    """Names and objects of what `gp` exports, with the public methods and properties that its classes define."""
    for name in gp.__all__:
        thing = getattr(gp, name)
        if not callable(thing):
            continue
        yield f"{thing.__module__}.{thing.__qualname__}", thing
        for own, member in vars(thing).items() if inspect.isclass(thing) else ():
            if not own.startswith("_") and own != "model_post_init" and is_documented(member):
                yield f"{thing.__module__}.{thing.__qualname__}.{own}", member


def is_documented(member: Any) -> bool:
    return inspect.isfunction(member) or isinstance(member, classmethod | staticmethod | property | cached_property)


EXPORTED = dict(exported())


def is_read(thing: Any) -> bool:
    """A record, error or property is read, not called: its fields are told in its text or beside them."""
    return inspect.isclass(thing) or isinstance(thing, property | cached_property)


@pytest.mark.parametrize("name", EXPORTED)
def test_the_docstring_says_what_it_must(name):
    allowed = UNASKED | TYPED | ({"PR01", "RT01"} if is_read(EXPORTED[name]) else set())
    assert [error for error in validate(name)["errors"] if error[0] not in allowed] == []


def test_every_exported_class_and_callable_has_an_example():
    without = [
        name
        for name, thing in EXPORTED.items()
        if ">>> " not in (inspect.getdoc(getattr(thing, "__func__", thing)) or "")
        and not isinstance(thing, property | cached_property)
        and not (inspect.isclass(thing) and issubclass(thing, gp.GridplanError))
    ]
    assert without == []
