"""A slice of every family of attempts ends clear; the whole is `python -m tests.reliability`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reliability import cases, disks, kills, names, places, tampered, terminals
from tests.reliability.attempts import Attempt, Done, load_program

MODULES = (tampered, places, kills, disks, names, cases, terminals)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city and the two proposals that attempts copy."""
    load_program()
    return tampered.places(tmp_path_factory.mktemp("reliability"))


CHOSEN = {
    "tampered": (
        "proposal.gpkg is cut in half · export",
        "cells.parquet is that of another proposal · revise",
        "manifest.json is missing · compare as the second",
        "proposal.json is a pipe · export",
        "saved again by a GIS · revise",
        "the map edited · compare as the first",
        "nesting of 5,000 · export",
        "an exported file as written · plan into it",
        "files of the planner's own · plan into it",
        "all files empty, as a cloud drive keeps them · plan into it",
    ),
    "places": (
        "the current folder · plan",
        "a link to a folder · revise",
        "a file · plan",
        "an empty name · compare",
        "the root · assess",
        "a name of 5,000 characters · export",
        "somebody else's OUT.new · compare",
    ),
    "kills": ("plan · step", "revise · ", "export · ", "plan for the first time · "),
    "disks": (
        "plan · disk of 320 kB",
        "plan · limit of 240 kB",
        "check · disk of 4 kB",
        "export · disk of 4 kB",
        "compare · limit of 4 kB",
        "init · disk of 96 kB",
    ),
    "names": (
        "an escape code · facility name",
        "text turned round · unit name",
        "the escape code of one sign · place",
        "line breaks · street",
        "script · place",
        "an escape code · file",
    ),
    "cases": (
        "lists nested 5,000 deep · check",
        "an integer of 5,000 digits · check",
        "an integer of 5,000 hexadecimal digits · check",
        "100,000 unknown keys · check",
        "an escape code in a value · check",
        "a pipe as the case · plan",
        "a device as the case · check",
        "a pipe as the table of people · plan",
        "travel.limit_min = 1e308",
    ),
    "terminals": (
        "standard output closed · plan",
        "a reader that left · export",
        "a full disk · check --json",
        "code page 936 · check",
        "none at all (pythonw) · a refusal",
    ),
}
"""Attempts that are made with every run of the tests, by the beginning of their name."""


def chosen() -> Iterator[tuple[str, str]]:
    for family, beginnings in CHOSEN.items():
        yield from ((family, beginning) for beginning in beginnings)


def attempts_of(family: str, home: Path) -> list[Attempt]:
    module = next(module for module in MODULES if module.__name__.endswith(f".{family}"))
    return list(module.attempts(home))


@pytest.mark.parametrize(("family", "beginning"), list(chosen()))
def test_an_attempt_ends_clear(home: Path, tmp_path: Path, family: str, beginning: str):
    attempt = next(attempt for attempt in attempts_of(family, home) if attempt.name.startswith(beginning))
    assert attempt.run(tmp_path) == ("clear", "")


def exported(home: Path, folder: Path, tampering: str) -> tuple[str, str]:
    """How an export of a folder with this tampering ends."""
    attempts = attempts_of("tampered", home)
    return next(attempt for attempt in attempts if attempt.name == f"{tampering} · export").run(folder)


def test_a_file_struck_from_the_manifest_is_noticed(home: Path, tmp_path: Path):
    assert exported(home, tmp_path, "a file struck from the manifest") == ("clear", "")


def test_a_folder_does_not_escape_its_manifest_by_an_older_format(home: Path, tmp_path: Path):
    assert exported(home, tmp_path, "said to be of the first format, which had no manifest") == ("clear", "")


def test_another_reference_system_is_another_place(home: Path, tmp_path: Path):
    assert exported(home, tmp_path, "the reference system exchanged") == ("clear", "")


def test_the_families_are_as_large_as_promised(home: Path):
    assert len(tampered.tamperings()) >= 60
    assert len(attempts_of("tampered", home)) == len(tampered.tamperings()) * 7
    assert len(attempts_of("kills", home)) == 100


@pytest.mark.parametrize(
    ("done", "same", "verdict", "ending"),
    [
        (Done(0, "", ""), True, "refused", "silent"),
        (Done(0, "", ""), False, "honest", "silent"),
        (Done(0, "", ""), True, "told", "silent"),
        (Done(0, "", "提醒 map.html"), True, "told", "clear"),
        (Done(2, "", "需要"), False, "same", "silent"),
        (Done(2, "", ""), False, "refused", "silent"),
        (Done(2, "", "需要"), False, "refused", "clear"),
        (Done(1, "", "Traceback (most recent call last)"), True, "same", "traceback"),
        (Done(-11, "", ""), True, "same", "traceback"),
        (Done(-9, "", "", is_stopped=True), True, "same", "hang"),
    ],
)
def test_the_judge_of_attempts_can_be_displeased(done: Done, same: bool, verdict, ending: str):
    assert tampered.judge(verdict, done, same)[0] == ending
