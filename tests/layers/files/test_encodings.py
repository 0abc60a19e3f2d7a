"""The encoding of Chinese text files: which is taken, and that it is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gridplan.layers.files.encodings import decode_text, detect_encoding
from gridplan.layers.files.reading import Reading
from gridplan.words.errors import LayerError
from tests.layers.conftest import told

TEXT = "机构代码,机构名称\nH1,市第一医院\n"


def test_gbk_bytes_that_are_valid_utf8_are_not_corrupted(reading: Callable[..., Reading]) -> None:
    data = "医院".encode("gbk")
    assert data.decode("utf-8") == "ҽԺ", "the trap: these bytes are UTF-8 of other letters"
    assert decode_text(data, reading("a.csv")) == "医院"


@pytest.mark.parametrize(
    ("written", "detected"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gbk", "gb18030"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_chinese_text_comes_back_whatever_it_was_written_in(
    reading: Callable[..., Reading], written: str, detected: str
) -> None:
    data = TEXT.encode(written)
    one = reading("a.csv")
    assert detect_encoding(data) == detected
    assert decode_text(data, one) == TEXT
    assert bool(told(one.problems, "repair")) == (not detected.startswith("utf-8")), "said unless it is UTF-8"


@pytest.mark.parametrize("sign", ["\ufeff", "\u200b", "\u202e", "\u2066"])
def test_an_invisible_sign_in_ascii_is_no_chinese_of_another_encoding(sign: str) -> None:
    """The three bytes of each read as Chinese in GBK."""
    assert detect_encoding(f"unit_id,population\n{sign}u00,1000\n".encode()) == "utf-8"


def test_ascii_and_mixed_text_stay_utf8() -> None:
    assert detect_encoding(b"a,b\n1,2\n") == "utf-8"
    assert detect_encoding("naïve, 甲".encode()) == "utf-8"


def test_a_stated_encoding_wins_and_is_not_commented(reading: Callable[..., Reading]) -> None:
    one = reading("a.csv", encoding="big5")
    assert decode_text("醫院".encode("big5"), one) == "醫院"
    assert one.problems == []


@pytest.mark.parametrize(("stated", "row"), [("utf-8", (2,)), ("no-such-code", ())])
def test_a_wrong_statement_is_an_error_with_the_line(
    reading: Callable[..., Reading], stated: str, row: tuple[int, ...]
) -> None:
    with pytest.raises(LayerError) as caught:
        decode_text("a,b\n市第一医院,1\n".encode("gbk"), reading("a.csv", encoding=stated))
    [problem] = caught.value.problems
    assert problem.field == "encoding"
    assert problem.rows == row
