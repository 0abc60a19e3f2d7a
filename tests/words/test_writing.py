"""Every failure to write becomes needed, found and what to do; a file is replaced whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import xlsxwriter.exceptions

from gridplan.words.errors import OutputError
from gridplan.words.workbooks import written_workbook
from gridplan.words.writing import replaced_file, telling_failure

CODES = (
    "ENOSPC", "EDQUOT", "EFBIG", "EACCES", "EPERM", "EBUSY", "EROFS", "ENOTDIR", "EEXIST", "ENOTEMPTY", "EISDIR",
    "ENAMETOOLONG", "ENOENT", "ELOOP", "EINVAL", "EXDEV", "EIO", "ENODEV", "ESTALE",
)  # fmt: skip


def failed(error: Exception, place: Path) -> OutputError:
    with pytest.raises(OutputError) as caught, telling_failure(place):
        raise error
    return caught.value


@pytest.mark.parametrize("name", CODES)
def test_what_the_system_says_is_said_in_words(tmp_path: Path, name: str):
    code = getattr(errno, name)
    error = failed(OSError(code, os.strerror(code), str(tmp_path / "方案.xlsx")), tmp_path / "out")
    for language in ("zh", "en"):
        said = error.render(language)
        assert "方案.xlsx" in said
        assert "out" in said
        assert str(tmp_path) not in said


def test_a_full_disk_is_called_one(tmp_path: Path):
    error = failed(OSError(errno.ENOSPC, "No space left on device"), tmp_path)
    assert "磁盘已满" in error.render("zh")
    assert "a full disk" in error.render("en")


def test_what_libraries_say_is_said_in_words(tmp_path: Path):
    locked = PermissionError(errno.EACCES, "Permission denied", "check.xlsx")
    assert "Excel" in failed(xlsxwriter.exceptions.FileCreateError(locked), tmp_path / "check.xlsx").render("en")
    from pyogrio.errors import DataSourceError

    assert "could not" in failed(DataSourceError("could not"), tmp_path).render("en")


def test_other_errors_stay_what_they_are(tmp_path: Path):
    with pytest.raises(KeyError), telling_failure(tmp_path):
        raise KeyError("a bug")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path):
    path = tmp_path / "deep" / "a.txt"
    with replaced_file(path) as beside:
        beside.write_text("old")
    with pytest.raises(ZeroDivisionError), replaced_file(path) as beside:
        beside.write_text(f"half {1 / 0}")
    assert path.read_text() == "old"
    assert [inner.name for inner in path.parent.iterdir()] == ["a.txt"]


def test_a_link_to_a_file_stays_and_its_target_is_written(tmp_path: Path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with replaced_file(tmp_path / "link") as beside:
        beside.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_a_folder_of_the_files_name_is_told(tmp_path: Path):
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(OutputError, match=r"a\.xlsx"), written_workbook(tmp_path / "a.xlsx"):
        pass


def test_a_workbook_takes_no_text_for_a_formula(tmp_path: Path):
    import openpyxl

    with written_workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write(0, 0, "=1+1")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").active["A1"].data_type == "s"
