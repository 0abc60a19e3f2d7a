"""What the workbench remembers is whole, whoever writes at the same time."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from gridplan.app.remembered import Notes


def test_threads_that_write_at_once_lose_nothing(tmp_path: Path):
    notes = Notes(tmp_path)

    def add(name: str) -> None:
        for number in range(20):
            notes.change("seen", lambda before, number=number: [*(before or []), f"{name}{number}"])
            notes.keep_draft("a" * 64, {"by": name, "number": number})

    threads = [threading.Thread(target=add, args=(name,)) for name in "xyz"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(notes.get("seen")) == sorted(f"{name}{number}" for name in "xyz" for number in range(20))
    assert notes.draft("a" * 64)["number"] == 19


def test_drafts_are_dropped_and_names_that_are_no_digest_refused(tmp_path: Path):
    notes = Notes(tmp_path)
    notes.keep_draft("abc", {"moves": {}})
    notes.keep_draft("abc", None)
    assert notes.draft("abc") is None
    with pytest.raises(ValueError, match="no digest"):
        notes.keep_draft("../abc", {})


def test_a_file_that_is_broken_is_an_empty_one(tmp_path: Path):
    (tmp_path / ".gridplan").mkdir()
    (tmp_path / ".gridplan" / "notes.json").write_text("{", encoding="utf-8")
    assert Notes(tmp_path).get("seen", "nothing") == "nothing"
