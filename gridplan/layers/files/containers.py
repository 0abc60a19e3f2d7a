"""Where the features of a vector file really are: inside zips, in sidecar files, and in which encoding."""

from __future__ import annotations

import zipfile
from pathlib import Path

from gridplan.layers.files.archives import shapefiles_of
from gridplan.layers.files.encodings import detect_encoding
from gridplan.layers.files.reading import Reading
from gridplan.words.text import Text

_DBF_SAMPLE = 4_000_000
_UTF8_SHARE = 0.95


def ogr_path(reading: Reading) -> str:
    """Return the path by which GDAL opens a vector file; of a zip with several layers the one that the case names.

    Raises
    ------
    FileNotFoundError, ValueError
        If the file, or a layer in the zip, is absent.
    """
    path = reading.path
    if not path.exists():
        raise FileNotFoundError(path.name)
    if path.suffix.lower() != ".zip":
        return str(path)
    inside = shapefiles_of(path)
    if not inside:
        raise ValueError("no layer in the zip")
    chosen = next((name for name in inside if reading.layer in (name, Path(name).stem)), inside[0])
    if len(inside) > 1 and not reading.layer:
        others = "、".join(Path(name).stem for name in inside[1:])
        reading.tell(
            Text(zh="写明的图层（layer）", en="a stated layer (layer)"),
            Text(
                zh=f"已采用 {Path(chosen).stem}；另有 {others}",
                en=f"none: {Path(chosen).stem} is used; there are {others}",
            ),
            reading.remedy(
                Text(zh="若不对，只留下要用的图层。", en="If it is the wrong one, keep the one that is wanted only."),
                Text(zh="若不对，在方案中写 layer。", en="If it is the wrong one, state layer in the case."),
            ),
            severity="repair",
        )
    return f"/vsizip/{path}/{chosen}"


def inner_layer(reading: Reading, opened: str) -> str | None:
    """Return the layer to ask GDAL for: a zip's member is named by its path already."""
    if opened.startswith("/vsizip/") and not opened.endswith((".gdb", ".gpkg")):
        return None
    return reading.layer or None


def text_encoding(reading: Reading, opened: str) -> str | None:
    """Return the encoding of a shapefile's attributes: as stated, else as its .cpg says, else judged by its bytes."""
    if reading.source.encoding or not opened.lower().endswith(".shp"):
        return reading.source.encoding
    table = _dbf_without_cpg(opened)
    if table is None:
        return None
    encoding = _encoding_of_records(table)
    reading.tell(
        Text(zh="写明编码的 .cpg 文件", en="a .cpg file that states the encoding"),
        Text(zh=f"没有，已按 {encoding} 读取", en=f"none; it was read as {encoding}"),
        reading.remedy(
            Text(zh="若有乱码，把文件另存为 UTF-8。", en="If the text is garbled, save the file as UTF-8."),
            Text(zh="若有乱码，在方案中写 encoding。", en="If the text is garbled, state encoding in the case."),
        ),
        severity="repair",
        field="encoding",
    )
    return encoding


def _encoding_of_records(table: bytes) -> str:
    """Judge the records of a dBASE file one by one: its header is binary, and long texts may end inside a letter."""
    start, length = (int.from_bytes(table[at : at + 2], "little") for at in (8, 10))
    records = [table[at : at + length] for at in range(start, len(table) - length + 1, max(length, 1))]
    foreign = [record for record in records if not record.isascii()]
    whole = [record for record in foreign if detect_encoding(record) == "utf-8"]
    return "utf-8" if len(whole) >= _UTF8_SHARE * len(foreign) else "gb18030"


def _dbf_without_cpg(opened: str) -> bytes | None:
    """Return the attribute bytes of a shapefile that has no .cpg beside it."""
    if not opened.startswith("/vsizip/"):
        shape = Path(opened)
        beside = {path.suffix.lower(): path for path in shape.parent.glob(f"{shape.stem}.*")}
        if ".cpg" in beside or ".dbf" not in beside:
            return None
        with beside[".dbf"].open("rb") as file:
            return file.read(_DBF_SAMPLE)
    archive, _, name = opened.removeprefix("/vsizip/").partition(".zip/")
    stem = name[: -len(".shp")].lower()
    with zipfile.ZipFile(f"{archive}.zip") as members:
        names = {member.lower(): member for member in members.namelist()}
        if f"{stem}.cpg" in names or f"{stem}.dbf" not in names:
            return None
        with members.open(names[f"{stem}.dbf"]) as file:
            return file.read(_DBF_SAMPLE)
