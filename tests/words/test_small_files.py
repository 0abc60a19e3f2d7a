"""What the system says of a file that cannot be read reaches people in their language."""

from __future__ import annotations

import errno

import pytest

from gridplan.words.small_files import told_reason


@pytest.mark.parametrize(
    ("code", "told"),
    [(errno.ENOENT, "没有这个文件或文件夹"), (errno.EACCES, "没有读取权限"), (errno.EISDIR, "一个文件夹")],
)
def test_what_cannot_be_read_is_told_in_words_of_both_languages(code: int, told: str) -> None:
    reason = told_reason(OSError(code, "Said by the system"))
    assert reason.zh == told
    assert "Said by" not in reason.en


def test_what_no_table_knows_is_told_as_it_is_said_on_one_line() -> None:
    assert told_reason(ValueError("two\nlines")).zh == told_reason(ValueError("two\nlines")).en == "two lines"
