"""What the system says of a file that cannot be read reaches people in their language."""

from __future__ import annotations

import errno

import pytest

from gridplan.words.small_files import NotJsonError, parse_json, told_reason
from gridplan.words.text import Text


@pytest.mark.parametrize(
    ("code", "told"),
    [(errno.ENOENT, "没有这个文件或文件夹"), (errno.EACCES, "没有读取权限"), (errno.EISDIR, "一个文件夹")],
)
def test_what_cannot_be_read_is_told_in_words_of_both_languages(code: int, told: str) -> None:
    reason = told_reason(OSError(code, "Said by the system"))
    assert reason.zh == told
    assert "Said by" not in reason.en


@pytest.mark.parametrize(
    ("content", "zh", "en"),
    [
        (b'{"a": 1,\n b}', "第 2 行第 2 列有误", "an error in line 2, column 2"),
        (b"", "第 1 行第 1 列有误", "an error in line 1, column 1"),
        ("方案".encode("gbk"), "别的编码", "another encoding than UTF-8"),
        ("{}".encode("utf-16"), "别的编码", "another encoding than UTF-8"),
        (b"[" * 100_000, "层层嵌套", "nesting that is too deep"),
        (b"9" * 5_000, "几千位的数", "a number of thousands of digits"),
    ],
)
def test_why_something_is_no_json_is_told_in_words_of_both_languages(content: bytes, zh: str, en: str) -> None:
    with pytest.raises(NotJsonError) as caught:
        parse_json(content)
    assert told_reason(caught.value) == Text(zh=zh, en=en)


def test_what_no_table_knows_is_told_as_it_is_said_on_one_line() -> None:
    assert told_reason(ValueError("two\nlines")).zh == told_reason(ValueError("two\nlines")).en == "two lines"
