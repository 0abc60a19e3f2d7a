"""Any file -> a frame with the user's row numbers; columns, values and numbers mapped to our words.

A new format is one more entry in `_TABLE_READERS` or `_VECTOR_SUFFIXES`. Every reader appends what it finds wrong to
a list of problems instead of stopping at the first.
"""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.case import Case, Source
from gridplan.errors import InputProblem, LayerError, Severity
from gridplan.layers.crs import DATUM_CRS, find_swapped, swapped_problem, unshift_gcj02
from gridplan.text import Text
from gridplan.vocabulary import normalise

if TYPE_CHECKING:
    import geopandas as gpd

Problems = list[InputProblem]
_HAN = re.compile(r"[\u4e00-\u9fff]")
_RUINED_CODE = re.compile(r"^\d(\.\d+)?[eE]\+?\d+$")
_FORMULA_START = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t")
_SHOWN = 5


@dataclass(frozen=True)
class Column:
    """A column we need: our name, its label, headers it is known by, and whether one can do without it."""

    name: str
    label: Text
    headers: tuple[str, ...] = ()
    required: bool = False


def read_table(case: Case, source: Source, problems: Problems) -> pd.DataFrame | None:
    """Read a CSV file or a sheet of a workbook as text; the index holds row numbers as Excel shows them.

    Returns None, with the reason in `problems`, if the file cannot be read.
    """
    path = case.locate(source)
    reader = _TABLE_READERS.get(path.suffix.lower())
    if reader is None:
        problems.append(_unknown_format(source, path, sorted(_TABLE_READERS)))
        return None
    try:
        frame = reader(path, source, problems)
    except LayerError as error:
        problems.extend(error.problems)
        return None
    except Exception as error:
        problems.append(_unreadable(source, path, error))
        return None
    return _selected(frame, source, problems)


def read_vector(case: Case, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read a vector layer (GeoPackage, GeoParquet, GeoJSON) with its CRS; the index counts features from 1.

    A table with coordinates (CSV, XLSX) is read as points when the source maps `lon` and `lat` (or `x` and `y`).
    Returns None, with the reason in `problems`, if the layer cannot be used.
    """
    path = case.locate(source)
    suffix = path.suffix.lower()
    if suffix in _TABLE_READERS:
        table = read_table(case, source, problems)
        return None if table is None else points_of_table(table, source, problems)
    if suffix not in _VECTOR_SUFFIXES:
        problems.append(_unknown_format(source, path, sorted([*_TABLE_READERS, *_VECTOR_SUFFIXES])))
        return None
    try:
        frame = _read_geometry(path, source)
    except Exception as error:
        problems.append(_unreadable(source, path, error))
        return None
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    frame = _selected(frame, source, problems)
    return _with_crs(frame, source, problems)


def _read_geometry(path: Path, source: Source) -> gpd.GeoDataFrame:
    import geopandas as gpd

    if not path.exists():
        raise FileNotFoundError(path.name)
    if path.suffix.lower() in (".parquet", ".geoparquet"):
        return gpd.read_parquet(path)
    return gpd.read_file(path, layer=source.layer, encoding=source.encoding)


def points_of_table(table: pd.DataFrame, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    """Return the rows of a table as points; rows without usable coordinates are errors and are left out."""
    import geopandas as gpd

    names = [
        Column("lon", Text(zh="经度", en="longitude"), ("经度", "lng", "longitude", "x"), required=True),
        Column("lat", Text(zh="纬度", en="latitude"), ("纬度", "latitude", "y"), required=True),
    ]
    picked = pick_columns(table, source, names, problems)
    if picked is None:
        return None
    crs = source.crs or (DATUM_CRS[source.datum] if source.datum else None)
    if crs is None:
        problems.append(_no_crs(source))
        return None
    x, y = (read_numbers(picked[name], source, problems, field=header_of(source, name)) for name in ("lon", "lat"))
    given = x.notna() & y.notna()
    tell_rows(
        problems,
        source,
        header_of(source, "lon"),
        picked.index[~given],
        Text(zh="每行都有坐标", en="coordinates in every row"),
        Text(zh="空的坐标", en="empty coordinates"),
        Text(zh="补上坐标或删去这些行。", en="Fill in the coordinates or delete the rows."),
    )
    frame = gpd.GeoDataFrame(table[given], geometry=gpd.points_from_xy(x[given], y[given]), crs=crs)
    if frame.crs.is_geographic:
        frame = _plausible(frame, source, problems)
    return unshift_gcj02(frame) if source.datum == "gcj02" else frame


def _plausible(frame: gpd.GeoDataFrame, source: Source, problems: Problems) -> gpd.GeoDataFrame:
    lon, lat = frame.geometry.x.to_numpy(), frame.geometry.y.to_numpy()
    swapped = find_swapped(lon, lat)
    field = f"{header_of(source, 'lon')}, {header_of(source, 'lat')}"
    if swapped.any():
        rows = tuple(int(row) for row in frame.index[swapped])
        values = tuple(f"{a:g}, {b:g}" for a, b in zip(lon[swapped][:_SHOWN], lat[swapped][:_SHOWN], strict=True))
        problems.append(swapped_problem(source.path, field, rows, values, source.layer or ""))
    outside = ~swapped & ((np.abs(lon) > 180) | (np.abs(lat) > 90))
    tell_rows(
        problems,
        source,
        field,
        frame.index[outside],
        Text(zh="经度 -180–180、纬度 -90–90 的度数", en="degrees: longitude -180..180, latitude -90..90"),
        Text(zh="超出范围的坐标", en="coordinates out of range"),
        Text(zh="检查坐标，或在方案中写明投影 crs。", en="Correct them, or state their crs in the case."),
    )
    return frame[~swapped & ~outside]


def _with_crs(frame: gpd.GeoDataFrame, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    if frame.crs is None:
        crs = source.crs or (DATUM_CRS[source.datum] if source.datum else None)
        if crs is None:
            problems.append(_no_crs(source))
            return None
        frame = frame.set_crs(crs)
    if frame.crs.is_geographic and len(frame):
        west, south, east, north = frame.total_bounds
        if find_swapped(np.array([west, east]), np.array([south, north])).all():
            problems.append(
                swapped_problem(source.path, "geometry", tuple(frame.index[:_SHOWN]), (), source.layer or "")
            )
            return None
    if source.datum == "gcj02":
        frame = unshift_gcj02(frame.to_crs("EPSG:4326"))
    return frame


def pick_columns(
    frame: pd.DataFrame, source: Source, wanted: Iterable[Column], problems: Problems
) -> pd.DataFrame | None:
    """Return the wanted columns under our names; None if a required one or a mapped one is missing."""
    headers = {normalise(header): header for header in frame.columns.astype(str)}
    picked: dict[str, Any] = {}
    complete = True
    for column in wanted:
        mapped = source.columns.get(column.name)
        known = (mapped,) if mapped is not None else (column.name, *column.headers)
        header = next((headers[normalise(name)] for name in known if normalise(name) in headers), None)
        if header is not None:
            picked[column.name] = frame[header]
        elif mapped is not None or column.required:
            problems.append(_missing_column(source, column, mapped, list(headers.values())))
            complete = False
    return pd.DataFrame(picked, index=frame.index) if complete else None


def _missing_column(source: Source, column: Column, mapped: str | None, headers: list[str]) -> InputProblem:
    near = difflib.get_close_matches(mapped or column.name, headers, n=1, cutoff=0.4)
    listed = "、".join(headers[:12])
    wanted = Text(zh=f"{column.label.zh}列", en=f"a column with the {column.label.en}")
    if mapped is not None:
        wanted = Text(zh=f"{column.label.zh}列「{mapped}」", en=f"the {column.label.en} in column '{mapped}'")
    return InputProblem(
        "error",
        wanted,
        Text(zh=f"的列有 {listed}", en=f"only the columns {', '.join(headers[:12])}"),
        Text(
            zh=(f"是否为「{near[0]}」？" if near else "") + f'在方案的 columns 中写 {column.name} = "表头"。',
            en=(f"Did you mean '{near[0]}'? " if near else "")
            + f'Write {column.name} = "header" under columns in the case.',
        ),
        file=source.path,
        layer=source.layer or "",
        field=mapped or column.name,
    )


def read_numbers(
    values: pd.Series, source: Source, problems: Problems, *, field: str, minimum: float | None = None
) -> pd.Series:
    """Return numbers as floats (NaN where empty); what is no finite number, or below `minimum`, is an error."""
    if values.dtype.kind in "iuf":
        numbers = values.astype(float)
        bad = np.isinf(numbers)
    else:
        text = values.map(lambda value: "" if value is None or value != value else normalise(value).replace(",", ""))
        numbers = pd.to_numeric(text.where(text != ""), errors="coerce").astype(float)
        bad = ((text != "") & numbers.isna()) | np.isinf(numbers)
    numbers = numbers.where(~bad)
    tell_rows(
        problems,
        source,
        field,
        values.index[bad],
        Text(zh="数字", en="a number"),
        Text(zh="不是数字的值", en="values that are no numbers"),
        Text(zh="改成数字，或留空。", en="Write a number, or leave it empty."),
        values=values[bad],
    )
    if minimum is not None:
        low = numbers < minimum
        tell_rows(
            problems,
            source,
            field,
            values.index[low],
            Text(zh=f"不小于 {minimum:g} 的数", en=f"numbers of at least {minimum:g}"),
            Text(zh="更小的值", en="smaller values"),
            Text(zh="改正这些值。", en="Correct the values."),
            values=values[low],
        )
        numbers = numbers.where(~low)
    return numbers


def read_ids(values: pd.Series, source: Source, problems: Problems, *, field: str, unique: bool = True) -> pd.Series:
    """Return ids as text; empty, repeated, formula-like and Excel-ruined ids are errors."""
    ids = values.map(_id_text)
    checks = [
        (
            ids == "",
            Text(zh="每行都有编号", en="an id in every row"),
            Text(zh="空的编号", en="empty ids"),
            Text(zh="补上编号。", en="Fill in the ids."),
        ),
        (
            ids.str.startswith(_FORMULA_START),
            Text(zh="不以 = + - @ 开头的编号", en="ids that do not start with = + - @"),
            Text(zh="会被表格当作公式的编号", en="ids that a spreadsheet would take for formulas"),
            Text(zh="改掉开头的符号。", en="Change the first sign."),
        ),
        (
            ids.str.match(_RUINED_CODE),
            Text(zh="文本格式的完整编码", en="whole codes stored as text"),
            Text(zh="被 Excel 变成科学计数的编码", en="codes that Excel has turned into exponents"),
            Text(zh="把该列设为文本格式后重新填入编码。", en="Format the column as text and enter the codes again."),
        ),
    ]
    if unique:
        checks.append(
            (
                ids.duplicated(keep=False) & (ids != ""),
                Text(zh="不重复的编号", en="ids that occur once"),
                Text(zh="重复的编号", en="repeated ids"),
                Text(zh="改正编号或删去重复的行。", en="Correct the ids or delete the repeated rows."),
            )
        )
    for bad, needed, found, remedy in checks:
        tell_rows(
            problems,
            source,
            field,
            ids.index[bad.to_numpy(bool)],
            needed,
            found,
            remedy,
            values=ids[bad.to_numpy(bool)],
        )
    return ids


def map_values(
    values: pd.Series,
    source: Source,
    problems: Problems,
    *,
    column: str,
    find: Callable[[str], Any],
    choices: str,
    severity: Severity = "error",
) -> pd.Series:
    """Return our word for each of the planner's values (None where empty); unknown values are told with `severity`.

    The case's own mapping `values.<column>` goes first; its key "*" stands for all that is not known otherwise.
    """
    stated = {normalise(key): value for key, value in source.values.get(column, {}).items()}
    fallback = stated.get("*")
    text = values.map(lambda value: "" if value is None or value != value else str(value).strip())

    def word(value: str) -> Any:
        found = find(stated[normalise(value)]) if normalise(value) in stated else find(value)
        return found if found is not None or fallback is None else find(fallback)

    words = {value: word(value) for value in text.unique() if value}
    mapped = text.map(lambda value: words.get(value))
    unknown = (text != "") & text.map(lambda value: bool(value) and words[value] is None)
    tell_rows(
        problems,
        source,
        header_of(source, column),
        values.index[unknown],
        Text(zh=f"下列之一：{choices}", en=f"one of {choices}"),
        Text(zh="不认识的值", en="unknown values"),
        Text(zh=f"在方案的 values.{column} 中写明对应关系。", en=f"Map them under values.{column} in the case."),
        values=text[unknown],
        severity=severity,
    )
    return mapped.astype(object)


def tell_rows(
    problems: Problems,
    source: Source,
    field: str,
    rows: Iterable[Any],
    needed: Text,
    found: Text,
    remedy: Text,
    *,
    values: pd.Series | None = None,
    severity: Severity = "error",
) -> None:
    """Append one problem that names the rows, if there are any; `values` shows the first few offending ones."""
    numbers = tuple(dict.fromkeys(int(row) for row in rows))
    if not numbers:
        return
    shown = tuple(dict.fromkeys(str(value) for value in values))[:_SHOWN] if values is not None else ()
    listed = ", ".join(str(row) for row in numbers[:_SHOWN]) + (" …" if len(numbers) > _SHOWN else "")
    quoted = f"（{'、'.join(shown)}）" if shown else "", f" ({', '.join(shown)})" if shown else ""
    problems.append(
        InputProblem(
            severity,
            needed,
            Text(
                zh=f"{found.zh}{quoted[0]}，共 {len(numbers)} 行（第 {listed} 行）",
                en=f"{found.en}{quoted[1]} in {len(numbers)} rows ({listed})",
            ),
            remedy,
            file=source.path,
            layer=source.layer or "",
            field=field,
            rows=numbers,
            values=shown,
        )
    )


def header_of(source: Source, name: str) -> str:
    return source.columns.get(name, name)


def _id_text(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _selected(frame: Any, source: Source, problems: Problems) -> Any:
    for header, pattern in source.select.items():
        if header not in frame.columns:
            problems.append(
                _missing_column(
                    source, Column(header, Text(zh="筛选", en="selection")), header, list(map(str, frame.columns))
                )
            )
            continue
        chosen = frame[header].astype(str).str.contains(pattern, regex=True, na=False).to_numpy(bool)
        problems.append(
            InputProblem(
                "repair",
                Text(zh=f"{header} 符合 {pattern} 的行", en=f"rows whose {header} matches {pattern}"),
                Text(zh=f"{len(frame)} 行中的 {int(chosen.sum())} 行", en=f"{int(chosen.sum())} of {len(frame)} rows"),
                Text(zh="其余行按方案的 select 不采用。", en="The others are left out, as the case's select says."),
                file=source.path,
                layer=source.layer or "",
                field=header,
            )
        )
        frame = frame[chosen]
    return frame


def _read_csv(path: Path, source: Source, problems: Problems) -> pd.DataFrame:
    data = path.read_bytes()
    encoding = source.encoding or detect_encoding(data)
    if source.encoding is None and encoding != "utf-8-sig" and encoding != "utf-8":
        problems.append(
            InputProblem(
                "repair",
                Text(zh="写明的编码", en="a stated encoding"),
                Text(zh=f"按 {encoding} 读取", en=f"it was read as {encoding}"),
                Text(
                    zh="若有乱码，在方案中写 encoding。", en="If the text is garbled, state the encoding in the case."
                ),
                file=source.path,
            )
        )
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise LayerError(
            InputProblem(
                "error",
                Text(zh=f"{encoding} 编码的文本", en=f"text in {encoding}"),
                Text(zh=str(error), en=str(error)),
                Text(
                    zh="改正方案中的 encoding，或删去它以自动识别。",
                    en="Correct encoding in the case, or remove it to have it detected.",
                ),
                file=source.path,
                field="encoding",
            )
        ) from None
    frame = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False, skip_blank_lines=False)
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return _without_blank_rows(frame)


def detect_encoding(data: bytes) -> str:
    """Return the encoding of Chinese text: BOM; UTF-8 unless it yields no Han while GB 18030 does; GB 18030.

    The GBK bytes of some Chinese words are valid UTF-8, so that trying UTF-8 first would corrupt them silently.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return name
    try:
        utf8 = data.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    if utf8.isascii() or _HAN.search(utf8):
        return "utf-8"
    try:
        return "gb18030" if _HAN.search(data.decode("gb18030")) else "utf-8"
    except UnicodeDecodeError:
        return "utf-8"


def _read_workbook(path: Path, source: Source, _problems: Problems) -> pd.DataFrame:
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(str(path))
    sheet = source.layer or workbook.sheet_names[0]
    if sheet not in workbook.sheet_names:
        raise LayerError(
            InputProblem(
                "error",
                Text(zh=f"工作表「{sheet}」", en=f"the sheet '{sheet}'"),
                Text(
                    zh=f"工作表 {'、'.join(workbook.sheet_names)}", en=f"the sheets {', '.join(workbook.sheet_names)}"
                ),
                Text(zh="改正方案中的 layer。", en="Correct layer in the case."),
                file=source.path,
                layer=sheet,
            )
        )
    rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    if not rows:
        return pd.DataFrame()
    frame = pd.DataFrame(
        [[_id_text(value) for value in row] for row in rows[1:]],
        columns=[str(name).strip() for name in rows[0]],
        dtype=object,
    )
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return _without_blank_rows(frame)


def _without_blank_rows(frame: pd.DataFrame) -> pd.DataFrame:
    blank = (frame.map(lambda value: str(value).strip()) == "").all(axis=1) if len(frame) else pd.Series(dtype=bool)
    return frame[~blank.to_numpy(bool)]


def _unknown_format(source: Source, path: Path, known: list[str]) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh=f"以下格式之一：{' '.join(known)}", en=f"one of the formats {' '.join(known)}"),
        Text(zh=path.suffix or "没有扩展名的文件", en=path.suffix or "a file without an extension"),
        Text(zh="另存为其中一种格式。", en="Save it in one of them."),
        file=source.path,
    )


def _unreadable(source: Source, path: Path, error: Exception) -> InputProblem:
    if not path.exists():
        found = Text(zh="没有这个文件", en="no such file")
        remedy = Text(
            zh="检查文件名；路径以方案文件所在文件夹（或 data_folder）为起点。",
            en="Check the name; paths start at the case file's folder (or data_folder).",
        )
    else:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120].replace(str(path), path.name)
        found = Text(zh=f"无法读取的内容（{reason}）", en=f"content that cannot be read ({reason})")
        remedy = Text(zh="文件可能已损坏：重新导出后再试。", en="The file may be damaged: export it again.")
    return InputProblem(
        "error",
        Text(zh="可以读取的文件", en="a file that can be read"),
        found,
        remedy,
        file=source.path,
        layer=source.layer or "",
    )


def _no_crs(source: Source) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="坐标系", en="the coordinate reference system"),
        Text(zh="文件和方案都没有写明", en="it neither in the file nor in the case"),
        Text(
            zh='在方案中写 datum = "wgs84"、"cgcs2000" 或 "gcj02"，或写 crs。',
            en='State datum = "wgs84", "cgcs2000" or "gcj02", or crs, in the case.',
        ),
        file=source.path,
        layer=source.layer or "",
        field="crs",
    )


_TABLE_READERS = {".csv": _read_csv, ".txt": _read_csv, ".xlsx": _read_workbook, ".xls": _read_workbook}
_VECTOR_SUFFIXES = {".gpkg", ".geojson", ".json", ".parquet", ".geoparquet"}
