"""One process beside compiles its share while this one goes on: begun at most once, waited for only for what it makes."""

from __future__ import annotations

import sys

import pytest

from gridplan.words import compiled_beside
from gridplan.words.compiled_beside import PACKAGE, Beside

ITS_OWN, ANOTHER = f"{PACKAGE}.moves", "gridplan.travel.search.plain"


@pytest.fixture
def beside():
    """A process that notes what is asked of it."""
    asked: list[str] = []

    def begin():
        asked.append("begin")
        return lambda: asked.append("wait")

    return Beside(begin), asked


def test_it_begins_with_the_first_loop_and_is_waited_for_by_its_own(beside):
    process, asked = beside
    assert not process.may_have(ANOTHER)
    assert not process.may_have(ANOTHER)
    assert asked == ["begin"]
    assert process.may_have(ITS_OWN)
    assert asked == ["begin", "wait"]


def test_it_does_not_begin_with_what_is_wanted_at_once(beside):
    """Its own loop is met first: whoever wants it compiles it, and all that follows."""
    process, asked = beside
    assert not process.may_have(ITS_OWN)
    assert not process.may_have(ANOTHER)
    assert not process.may_have(ITS_OWN)
    assert asked == []


def test_nobody_waits_for_what_was_not_begun():
    process = Beside(lambda: None)
    assert not process.may_have(ANOTHER)
    assert not process.may_have(ITS_OWN)


def test_a_program_that_holds_python_inside_is_not_started_again(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/usr/bin/qgis")
    assert compiled_beside.begin() is None


def test_the_module_that_it_runs_is_there():
    """Its name is text here, because nothing below may import the solver."""
    __import__(compiled_beside._PROGRAM)
