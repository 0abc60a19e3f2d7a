"""Which column of a layer says what, judged by headers and content where no header is one that the readers know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from gridplan.case.sources import Source
from gridplan.intake.inventory import Found
from gridplan.layers.facilities.facilities import COLUMNS as FACILITY_COLUMNS
from gridplan.layers.facilities.facility_kinds import find_kind
from gridplan.layers.files.columns import Column, find_header, plain_text, spelled_headers
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.typed import parse_number
from gridplan.layers.files.vectors import COORDINATES, LOCATION, PLACE_PAIR, split_location

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_PART = re.compile(r"男|女|岁|户籍|male|aged")
"""Words of a column that counts only a part of the residents."""
_NO_ID = re.compile(r"zip|postal|postcode|邮编|邮政|区号|cod_postal|phone|tel|电话", re.IGNORECASE)
"""Words of columns whose codes belong to something else."""
SAMPLE_ROWS = 2000
ID_COLUMNS = ("unit_id", "district_id", "facility_id")
_NAMES_AS_IDS = {"facility_id": "name", "unit_id": "name", "district_id": "district"}
"""Where there are no codes, names that differ stand for them."""
_CODE = r"代码|编码|编号|code|codigo|geoid|adcode|^id$|_id$|^id_"
_PATTERNS = {
    "unit_id": _CODE,
    "name": r"名称|名$|name|^nombre|denomina|^organi[sz]ation ?unit$",
    "district_id": _CODE,
    "district": r"区|县|名称|name",
    "population": r"人口|pop|residents|人数|poblacion|habitantes",
    "facility_id": _CODE,
    "kind": r"类别|类型|性质|type|kind|category|种类|amenity",
    "level": r"级|等|level|grade|nivel",
    "lead_id": r"牵头.*(代码|编号|编码|id)|lead",
}


def known_headers(layer: Found, wanted: Sequence[Column]) -> dict[str, str]:
    """Return the headers of columns that are known ones: ours -> theirs."""
    theirs = spelled_headers(layer.frame)
    headers = {column.name: find_header(theirs, column, {}) for column in wanted}
    return {name: header for name, header in headers.items() if header is not None and header in layer.headers}


def guess_columns(layer: Found, wanted: Sequence[Column]) -> dict[str, str]:
    """Return headers for columns whose header is not one of the known ones, judged by header and content.

    A known header of an id whose values repeat gives way to a column whose values do not.
    """
    known = known_headers(layer, wanted)
    for name in ID_COLUMNS:
        if name in known and is_unique(layer.frame[known[name]]) < 1 and _best(layer, name, set()) is not None:
            del known[name]
    taken = set(known.values())
    guessed: dict[str, str] = {}
    for column in wanted:
        if column.name in known or not (column.required or column.name == "population"):
            continue
        header = _best(layer, column.name, taken)
        if header is not None:
            guessed[column.name] = header
            if column.name != "kind":
                taken.add(header)
    both = known | guessed
    for key, label in _NAMES_AS_IDS.items():
        name = both.get(label, "")
        if key in {column.name for column in wanted} - both.keys() and name and is_unique(layer.frame[name]) == 1.0:
            guessed[key] = name
    return guessed


def guess_place(layer: Found) -> dict[str, str]:
    """Return lon and lat, or location, where the table's own headers are not known ones; WGS 84 before shifted ones."""
    if has_known_place(layer):
        return {}
    for datum in ("wgs", "", "gcj", "bd"):
        pair = {
            _axis(header): header
            for header in reversed(layer.headers)
            if _axis(header) and datum in header.lower() and _are_numbers(layer.frame[header])
        }
        if len(pair) == 2:
            return pair
    for header in layer.headers:
        texts = layer.frame[header].head(SAMPLE_ROWS).map(plain_text)
        if len(texts) and texts.map(lambda text: PLACE_PAIR.fullmatch(text) is not None).mean() > 0.9:
            return {LOCATION.name: header}
    return {}


def has_known_place(layer: Found) -> bool:
    """Whether the reader of tables finds a place in each row under headers that it knows."""
    split = split_location(layer.frame, Reading(Source(path=layer.file), layer.path))
    theirs = spelled_headers(split)
    return all(find_header(theirs, column, {}) is not None for column in COORDINATES)


def has_place(layer: Found) -> bool:
    """Whether each row of a table has a place."""
    return has_known_place(layer) or bool(guess_place(layer))


def parent_column(layer: Found, guessed: dict[str, str]) -> dict[str, str]:
    """Return the column that names for every row a row of the same table, several the same: the main site of a campus."""
    known = known_headers(layer, FACILITY_COLUMNS) | guessed
    own = known.get("facility_id")
    if own is None or "parent_id" in known:
        return {}
    ids = layer.frame[own].map(plain_text)
    for header in layer.headers:
        named = layer.frame[header].map(plain_text)
        told = named[named != ""]
        if header != own and len(told) and told.duplicated().any() and told.isin(ids).all():
            return {"parent_id": header}
    return {}


def unique_columns(layer: Found) -> Iterator[tuple[str, pd.Series]]:
    """Yield the columns whose values are all there and all different, as text: each could be the key of its rows."""
    for header in layer.headers:
        texts = layer.frame[header].map(plain_text)
        if len(texts) and (texts != "").all() and texts.is_unique:
            yield header, texts


def _best(layer: Found, name: str, taken: set[str]) -> str | None:
    pattern = re.compile(_PATTERNS.get(name, r"$^"), re.IGNORECASE)
    fits = _FITS.get(name, _is_filled)
    scored = [
        (float(pattern.search(header) is not None) + fits(layer.frame[header]), -position, header)
        for position, header in enumerate(layer.headers)
        if (header not in taken or name == "kind") and not (name in ID_COLUMNS and _NO_ID.search(header))
    ]
    passing = [item for item in scored if item[0] > 1.5 or (name in ("kind", "name", "district") and item[0] > 0.9)]
    if name == "population" and passing:
        return max(passing, key=lambda item: (not _PART.search(item[2]), _year(item[2]), item[0], item[1]))[2]
    if name in ID_COLUMNS and not any(item[0] == 2 for item in passing):
        return next(
            (header for header, texts in unique_columns(layer) if _is_code(texts) and header not in taken),
            max(passing)[2] if passing else None,
        )
    return max(passing)[2] if passing else None


def _is_code(texts: pd.Series) -> bool:
    """Whether unique texts look like codes: digits of one length, or without blanks and with a digit."""
    return bool(texts.str.fullmatch(r"(?!-?\d+\.\d+$)[\w./-]*\d[\w./-]*").all())


def _is_filled(values: pd.Series) -> float:
    return float((values.map(plain_text) != "").mean()) if len(values) else 0.0


def is_unique(values: pd.Series) -> float:
    """Return the share of different values."""
    texts = values.map(plain_text)
    return float(texts.nunique() / len(texts)) if len(texts) else 0.0


def _is_name(values: pd.Series) -> float:
    """Words rather than numbers, Chinese ones before others, and different ones."""
    texts = values.map(plain_text)
    words = texts.map(
        lambda text: (
            1.0
            if _HAN.search(text)
            else 0.8
            if _LETTER.search(text) and " " in text
            else 0.5
            if _LETTER.search(text)
            else 0.0
        )
    )
    return float(words.mean()) * is_unique(values) if len(texts) else 0.0


def _is_number(values: pd.Series) -> float:
    numbers = [parse_number(value) for value in values.head(500)]
    return sum(number.value > 0 for number in numbers) / len(numbers) if numbers else 0.0


def _is_kind(values: pd.Series) -> float:
    texts = values.head(SAMPLE_ROWS).map(plain_text)
    words = float(texts.map(lambda text: _LETTER.search(text) is not None).mean())
    return float(texts.map(lambda text: find_kind(text) is not None).mean()) * (0.9 + 0.1 * words)


_FITS: dict[str, Callable[[pd.Series], float]] = {
    "unit_id": is_unique,
    "district_id": is_unique,
    "facility_id": is_unique,
    "name": _is_name,
    "district": _is_name,
    "population": _is_number,
    "kind": _is_kind,
}


def _year(header: str) -> int:
    digits = re.findall(r"(?:19|20)\d\d", header)
    return int(digits[-1]) if digits else 0


_PART_OF_PLACE = re.compile(
    r"(?P<lon>longitude?|long|lon|lng|经度|东经|经|x)|(?P<lat>latitude?|lat|纬度|北纬|纬|y)"
    r"|wgs|gcj|cgcs|bd|gd|amap|gaode|baidu|gps|point|coordinates?|coord|centroid|decimal|degrees?|deg|dd|坐标|高德|百度|中心|度|e|n|\d+|[\s_()（）°.-]+",
    re.IGNORECASE,
)


def _axis(header: str) -> str:
    """Return lon or lat where a header is made of the word for one of them and of words beside it (datum, degrees); else "".

    >>> _axis("POINT_X"), _axis("经度(°)"), _axis("YGCJ"), _axis("year")
    ('lon', 'lon', 'lat', '')
    """
    at, axes = 0, []
    while at < len(header):
        part = _PART_OF_PLACE.match(header, at)
        if part is None:
            return ""
        axes += [name for name, text in part.groupdict().items() if text]
        at = part.end()
    return axes[0] if len(axes) == 1 else ""


def _are_numbers(values: pd.Series) -> bool:
    """Whether nearly all cells are numbers, west and south of Greenwich and the equator as well."""
    numbers = [parse_number(value) for value in values.head(500)]
    told = sum(number.value == number.value and abs(number.value) < 5e7 for number in numbers)
    return bool(numbers) and told > 0.9 * len(numbers)
