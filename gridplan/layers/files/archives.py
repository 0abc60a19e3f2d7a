"""Hostile and broken containers, refused in words before a library unpacks them: zip bombs, outside paths, XML entities."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from gridplan.layers.files.reading import Reading, empty_file, no_file
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.numbers import counted
from gridplan.words.text import Text

MAX_BYTES = 2_000_000_000
MAX_RATIO = 200
MAX_ENTRIES = 10_000
MAX_CELLS = 20_000_000
ALWAYS_FINE = 50_000_000
PROLOG = 1_000_000
"""An XML file's first element begins within so many bytes."""
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_DOCTYPE = re.compile(rb"<\x00?!\x00?\s*(D\x00?O\x00?C\x00?T|E\x00?N\x00?T\x00?I)", re.IGNORECASE)
_MARK_WITHIN = 65_536
_INDIRECT = re.compile(rb"<(OGRVRTDataSource|VRTDataset|GDAL_W|WMS_|WMT_|WCS_GDAL|OGRWFS|OGRWMS)|gdal_streamed_alg")
"""Files that only point at other files, servers or programs, whatever they are called."""
_POINTER = re.compile(rb"version https://git-lfs|(\.\./)*(\.git|/?)/?annex/objects/")
"""What Git LFS and git-annex leave in place of a file that was not fetched."""
_READ_WHOLE = (".csv", ".txt", ".tsv", ".xls", ".xlsx", ".xlsm", ".json", ".geojson", ".kml", ".gml")
MAX_WHOLE_BYTES = 1_000_000_000
"""Formats that are read whole are refused above this size."""
ZIPPED = (".zip", ".kmz", ".xlsx", ".xlsm")
XML = (".kml", ".gml")


def refuse_hostile(reading: Reading) -> None:
    """Check a file's container before it is read.

    Raises
    ------
    LayerError
        If it is a zip file that unpacks to far more than it holds, names paths outside itself, or holds a sheet with cells
        at the far end of the grid; an XML file that declares entities; a file that only points at others; or far too large.
    """
    path = reading.path
    suffix = path.suffix.lower()
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise LayerError(no_file(reading.source.path))
    if not path.is_file():
        return
    if path.stat().st_size == 0:
        raise LayerError(empty_file(reading))
    if suffix in _READ_WHOLE and path.stat().st_size > MAX_WHOLE_BYTES:
        raise too_large(reading, path.stat().st_size, 1)
    with path.open("rb") as file:
        _refuse_head(file.read(PROLOG), suffix, reading)
    if suffix in ZIPPED and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            _refuse_archive(archive, reading)
            if suffix in (".xlsx", ".xlsm"):
                _refuse_far_cells(archive, reading)
            for name in archive.namelist():
                if suffix in (".zip", ".kmz") and not name.endswith("/"):
                    with archive.open(name) as file:
                        _refuse_head(file.read(PROLOG), PurePosixPath(name).suffix.lower(), reading)


def _refuse_head(head: bytes, suffix: str, reading: Reading) -> None:
    """Refuse what the first bytes of a file give away."""
    if suffix in XML:
        refuse_entities(head, reading)
    if _POINTER.match(head[:_MARK_WITHIN]):
        raise LayerError(_pointer(reading))
    if head.lstrip(_BEFORE_MARKUP).lower().startswith(_PAGE):
        raise LayerError(_web_page(reading))
    if _INDIRECT.search(head[:_MARK_WITHIN]):
        raise refusal(
            reading,
            Text(zh="图层本身", en="the layer itself"),
            Text(zh="只指向其他文件或网址的文件", en="a file that only points at other files or addresses"),
        )


_BEFORE_MARKUP = b"\xef\xbb\xbf \t\r\n"
_PAGE = (b"<!doctype html", b"<html", b"<table", b"<meta")


def _web_page(reading: Reading) -> InputProblem:
    """Return the problem of a web page under another name: a table as some systems export it, or the answer that a file is gone."""
    return InputProblem(
        "error",
        Text(zh="数据文件", en="a file of data"),
        Text(zh="网页（HTML）", en="a web page (HTML)"),
        Text(
            zh="若是表格，用 Excel 或 WPS 打开后另存为 xlsx；否则重新下载。",
            en="If it is a table, open it in Excel and save it as xlsx; else download it again.",
        ),
        file=reading.source.path,
    )


def _pointer(reading: Reading) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="文件本身", en="the file itself"),
        Text(zh="只有指针（Git LFS），文件没有取到", en="only a pointer to it (Git LFS): the file was not fetched"),
        Text(zh="运行 git lfs pull，或另行下载这个文件。", en="Run git lfs pull, or download the file."),
        file=reading.source.path,
    )


def _refuse_archive(archive: zipfile.ZipFile, reading: Reading) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    outside = [entry.filename for entry in entries if _leaves(entry.filename)]
    if outside:
        raise refusal(
            reading,
            Text(zh="只含内部路径的压缩包", en="an archive with paths inside itself"),
            Text(zh=f"指向外部的路径 {outside[0][:60]}", en=f"a path that leaves it ({outside[0][:60]})"),
        )
    if len(entries) > MAX_ENTRIES or unpacked > MAX_BYTES or (unpacked > ALWAYS_FINE and unpacked / packed > MAX_RATIO):
        raise too_large(reading, unpacked, len(entries))


def _leaves(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name) is not None


def _refuse_far_cells(archive: zipfile.ZipFile, reading: Reading) -> None:
    """A sheet is read as a full rectangle: one cell at XFD1048576 would ask for 17 thousand million cells."""
    for name in archive.namelist():
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", name):
            continue
        rows = columns = 0
        with archive.open(name) as file:
            rest = b""
            while chunk := file.read(4_000_000):
                for letters, number in _CELL.findall(rest + chunk):
                    rows, columns = max(rows, int(number)), max(columns, _column_number(letters))
                rest = chunk[-40:]
        if rows * columns > MAX_CELLS:
            raise refusal(
                reading,
                Text(zh="正常大小的工作表", en="a sheet of usual size"),
                Text(
                    zh=f"有内容的单元格远至第 {rows:,} 行、第 {columns:,} 列",
                    en=f"cells as far as row {rows:,}, column {columns:,}",
                ),
            )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


DOCTYPE_REFUSED = (
    Text(zh="不含 DOCTYPE、ENTITY 声明的 XML", en="XML without DOCTYPE or ENTITY"),
    Text(zh="这样的声明", en="such a declaration"),
)


def refuse_entities(head: bytes, reading: Reading) -> None:
    """Refuse declarations before the first element, in whatever encoding; a comment that hides it is refused as well.

    Raises
    ------
    LayerError
        If there is such a declaration, or nothing but comments as far as one looks.
    """
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: found.append("doctype")
    parser.StartElementHandler = lambda *_: found.append("element")
    try:
        parser.Parse(head, False)
    except (expat.ExpatError, ValueError):  # broken, or in an encoding that only the reader knows
        found += ["doctype"] if _DOCTYPE.search(head) else ["element"]
    if found[:1] == ["doctype"]:
        raise refusal(reading, *DOCTYPE_REFUSED)
    if not found and len(head) == PROLOG:
        raise refusal(
            reading,
            Text(zh="开头就有内容的 XML", en="XML with content near its beginning"),
            Text(zh="很长的注释，其后内容未知", en="a very long comment, with who knows what behind it"),
        )


def too_large(reading: Reading, unpacked: int, files: int) -> LayerError:
    """Return the refusal of a file that is far too large, or holds far more than it shows."""
    return refusal(
        reading,
        Text(zh="正常大小的文件", en="a file of usual size"),
        Text(
            zh=f"（解压后）有 {unpacked / 1e6:,.0f} MB、{files:,} 个文件",
            en=f"{unpacked / 1e6:,.0f} MB and {counted(files, 'file').en} (after unpacking)",
        ),
    )


def refusal(reading: Reading, needed: Text, found: Text) -> LayerError:
    """Return the error that a file was not read for safety."""
    remedy = Text(
        zh="为安全起见未读取：用原软件重新导出。",
        en="It was not read, for safety: export it again from its own program.",
    )
    return LayerError(InputProblem("error", needed, found, remedy, file=reading.source.path))


def shapefiles_of(path: Path) -> list[str]:
    """Return the shapefiles, File Geodatabases and other layers inside a zip, as paths in it."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    folders = {f"{name.split('.gdb/')[0]}.gdb" for name in names if ".gdb/" in name}
    inside = (".shp", ".gpkg", ".geojson", ".gml", ".kml", ".fgb")
    files = {name for name in names if name.lower().endswith(inside) and "__MACOSX" not in name}
    return sorted(folders | files)
