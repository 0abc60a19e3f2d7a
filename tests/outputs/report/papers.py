"""Reading back what a report handed out: text of Word files, cells of workbooks, every byte of a folder."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path

import openpyxl
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NUMBER = re.compile(r"−?\d+(?:\.\d+)?")


def body_of(path: Path) -> etree._Element:
    """The body of a Word file."""
    with zipfile.ZipFile(path) as package:
        return etree.fromstring(package.read("word/document.xml")).find(f"{W}body")


def paragraphs(path: Path) -> list[str]:
    """The paragraphs outside tables."""
    return ["".join(found.itertext(f"{W}t")) for found in body_of(path).iterchildren(f"{W}p")]


def tables(path: Path) -> list[list[list[str]]]:
    """The tables as texts of their cells."""
    return [
        [["".join(cell.itertext(f"{W}t")) for cell in row.iter(f"{W}tc")] for row in table.iter(f"{W}tr")]
        for table in body_of(path).iter(f"{W}tbl")
    ]


def cells(path: Path) -> dict[tuple[str, str], object]:
    """The values of a workbook by sheet and cell."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def every_byte(folder: Path) -> bytes:
    """All bytes below a folder, packed ones unpacked: parts of packages, streams of PDF."""
    return b"\n".join(_unpacked(path) for path in sorted(folder.rglob("*")) if path.is_file())


def _unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix in (".docx", ".xlsx", ".kmz", ".zip", ".qgz"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return b"\n".join(package.read(name) for name in package.namelist() if not name.endswith(".png"))
    if path.suffix == ".pdf":
        return b"\n".join(_stream(found) for found in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL))
    return content


def _stream(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed)
    except zlib.error:
        return packed
