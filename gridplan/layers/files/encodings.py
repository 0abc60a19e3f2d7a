"""Text files in whatever encoding: which one, and said when it was not stated."""

from __future__ import annotations

import re

from gridplan.layers.files.reading import Reading
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.text import Text

_HAN = re.compile(r"[\u4e00-\u9fff]")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


_ACCENTED = re.compile(r"(?<=[A-Za-z])[\u00c0-\u024f]{1,2}|[\u00c0-\u024f]{1,2}(?=[A-Za-z])")
"""Accented letters of a word in Latin script: no Chinese text in GBK reads so in UTF-8 throughout."""


_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Signs that nobody sees, such as a mark of a byte order that was copied along with an id: of three bytes, as no Chinese word has them."""


def decode_text(data: bytes, reading: Reading) -> str:
    """Return the text of a file; the stated encoding always wins, a detected one other than UTF-8 is told.

    Raises
    ------
    LayerError
        If the bytes are not text in that encoding.
    """
    stated = reading.source.encoding
    encoding = stated or detect_encoding(data)
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise LayerError(_undecodable(reading, encoding, error, stated is not None)) from None
    if stated is None and encoding not in ("utf-8", "utf-8-sig"):
        reading.tell(
            Text(zh="写明的编码", en="a stated encoding"),
            Text(zh=f"未写明，已按 {encoding} 读取", en=f"none; it was read as {encoding}"),
            reading.remedy(
                Text(zh="若有乱码，把文件另存为 UTF-8。", en="If the text is garbled, save the file as UTF-8."),
                Text(zh="若有乱码，在方案中写 encoding。", en="If the text is garbled, state encoding in the case."),
            ),
            severity="repair",
            field="encoding",
        )
    return text.removeprefix("\ufeff")


def detect_encoding(data: bytes) -> str:
    """Return the encoding of Chinese text: BOM; UTF-8 unless it yields no Han while GB 18030 does; GB 18030.

    The GBK bytes of some Chinese words are valid UTF-8, so that trying UTF-8 first would corrupt them silently.

    >>> [detect_encoding(text) for text in ("医院".encode("gbk"), "医院".encode("utf-8"), "Denominación".encode("utf-8"))]
    ['gb18030', 'utf-8', 'utf-8']
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name
    try:
        utf8 = data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    if utf8.isascii() or _HAN.search(utf8) or _ACCENTED.sub("", _INVISIBLE.sub("", utf8)).isascii():
        return "utf-8"
    try:
        return "gb18030" if _HAN.search(data.decode("gb18030")) else "utf-8"
    except UnicodeDecodeError:
        return "utf-8"


def _undecodable(reading: Reading, encoding: str, error: Exception, stated: bool) -> InputProblem:
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        found = Text(zh=f"第 {line} 行的字节不是这种编码", en=f"bytes in line {line} that are not")
        rows: tuple[int, ...] = (line,)
    else:
        found = Text(zh="没有这种编码", en="that there is no such encoding")
        rows = ()
    remedy = (
        Text(
            zh="改正方案中的 encoding，或删去它以自动识别。",
            en="Correct encoding in the case, or remove it to have it detected.",
        )
        if stated
        else reading.remedy(
            Text(zh="把文件另存为 UTF-8。", en="Save the file as UTF-8."),
            Text(
                zh="在方案中写 encoding，或把文件另存为 UTF-8。",
                en="State encoding in the case, or save the file as UTF-8.",
            ),
        )
    )
    return InputProblem(
        "error",
        Text(zh=f"{encoding} 编码的文本", en=f"text in {encoding}"),
        found,
        remedy,
        file=reading.source.path,
        field="encoding",
        rows=rows,
    )
