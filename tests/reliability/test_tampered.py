"""A slice of the family of changed folders ends clear; the whole is `python -m tests.reliability tampered`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability import tampered
from tests.reliability.attempts import Done, attempt_named


@pytest.mark.parametrize(
    "beginning",
    [
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
    ],
)
def test_an_attempt_ends_clear(home: Path, tmp_path: Path, beginning: str):
    assert attempt_named(beginning, tampered.attempts(home)).run(tmp_path) == ("clear", "")


def exported(home: Path, folder: Path, tampering: str) -> tuple[str, str]:
    """How an export of a folder with this tampering ends."""
    return attempt_named(f"{tampering} · export", tampered.attempts(home)).run(folder)


def test_a_file_struck_from_the_manifest_is_noticed(home: Path, tmp_path: Path):
    assert exported(home, tmp_path, "a file struck from the manifest") == ("clear", "")


def test_a_folder_does_not_escape_its_manifest_by_an_older_format(home: Path, tmp_path: Path):
    assert exported(home, tmp_path, "said to be of the first format, which had no manifest") == ("clear", "")


def test_another_reference_system_is_another_place(home: Path, tmp_path: Path):
    assert exported(home, tmp_path, "the reference system exchanged") == ("clear", "")


def test_every_tampering_is_tried_with_every_command(home: Path):
    assert len(tampered.tamperings()) >= 60
    assert len(list(tampered.attempts(home))) == len(tampered.tamperings()) * 8


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
