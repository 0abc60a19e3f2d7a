"""What each file of a folder is for, and which of its columns says what: guesses with the doubts that come with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

from gridplan.intake.inventory import Found
from gridplan.layers.area.boundaries import BASELINE_COLUMNS, BOUNDARY_COLUMNS, LINK_COLUMNS, UNIT_COLUMNS
from gridplan.layers.facilities.facilities import COLUMNS as FACILITY_COLUMNS
from gridplan.layers.files.columns import Column, find_header, plain_text
from gridplan.layers.files.osm_places import HEALTHCARE
from gridplan.layers.files.typed import parse_number
from gridplan.layers.files.vectors import COORDINATES
from gridplan.layers.people.population import CENSUS_COLUMNS
from gridplan.layers.roads.road_columns import CLASS_COLUMNS
from gridplan.layers.roads.roads import GRAPH_READERS
from gridplan.words.text import Text
from gridplan.words.vocabulary import ADMIN_LEVELS, KINDS, OWNERSHIPS, normalise, parse_level

Role = Literal[
    "units", "boundaries", "population", "census", "facilities", "roads", "barriers", "links", "baseline", "unused"
]
_HAN = re.compile(r"[\u4e00-\u9fff]")
_CARE = re.compile(r"医院|卫生|诊所|门诊|保健|护理|康复|疗护|急救|hospital|clinic|health", re.IGNORECASE)
_HOME = re.compile(r"小区|住宅|公寓|花园|家园|residence|residential", re.IGNORECASE)
_WATER = re.compile(r"河|江|湖|水系|铁路|障碍|分隔|river|rail|barrier|water", re.IGNORECASE)
_PART = re.compile(r"男|女|岁|户籍|male|aged")
"""Words of a column that counts only a part of the residents."""
_HAZARD = re.compile(r"台风|洪水|内涝|地震|淹没|灾|typhoon|flood|quake|hazard|disaster|scenario", re.IGNORECASE)
_SCENARIO = Text(
    zh="像是灾害影响的范围，不是区界：需要时写成 [[scenarios]] 的 closed",
    en="looks like the reach of a disaster, not districts: name it as closed of [[scenarios]] if it is wanted",
)
CRAWL_ROWS = 1000
"""A facility table with so many rows and no levels is taken for a map-service crawl."""
_UNITS_AT_LEAST = 40
"""A polygon layer with fewer features is taken for districts rather than planning units."""
_PATTERNS = {
    "unit_id": r"代码|编码|编号|code|^id$|_id$",
    "name": r"名称|名|name",
    "district_id": r"区?代码|编码|code",
    "district": r"区|县|名称|name",
    "population": r"人口|pop|residents|人数",
    "facility_id": r"代码|编码|编号|code|^id$|_id$",
    "kind": r"类别|类型|性质|type|kind|category|种类",
    "level": r"级|等|level|grade",
    "lead_id": r"牵头.*(代码|编号|编码|id)|lead",
    "lon": r"^(lon|lng|x|经)|经度|wgs.*x|gcj.*x",
    "lat": r"^(lat|y|纬)|纬度|wgs.*y|gcj.*y",
}


@dataclass(frozen=True)
class Guess:
    """What a file or layer is taken for, with the columns that had to be guessed and what is doubtful."""

    found: Found
    role: Role
    kind: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    datum: str = ""
    merges: str = ""
    doubts: tuple[Text, ...] = ()

    def doubting(self, doubt: Text) -> Guess:
        """Return the guess with one more doubt."""
        return replace(self, doubts=(*self.doubts, doubt))


def guess_roles(found: list[Found]) -> list[Guess]:
    """Return one guess a layer, each role that can be filled once filled once."""
    hazards = [layer for layer in found if layer.shape == "polygon" and _HAZARD.search(layer.label)]
    polygons = [layer for layer in found if layer.shape == "polygon" and layer not in hazards]
    drawn = [layer for layer in polygons if not layer.layer.startswith("admin_level=")]
    guesses = _polygon_roles(drawn or polygons[::-1])
    guesses += [Guess(layer, "unused") for layer in polygons if drawn and layer not in drawn]
    guesses += [Guess(layer, "unused").doubting(_SCENARIO) for layer in hazards]
    guesses += [_role_of(layer) for layer in found if layer.shape != "polygon"]
    order = {layer.label: position for position, layer in enumerate(found)}
    guesses.sort(key=lambda guess: order[guess.found.label])
    return _name_the_kind(_tables_before_osm(_one_each(guesses)))


def _tables_before_osm(guesses: list[Guess]) -> list[Guess]:
    """Leave out the facilities of an OpenStreetMap file where a table lists facilities."""
    tables = [p.found for p in guesses if p.role == "facilities" and p.found.layer != HEALTHCARE]
    said = Text(
        zh="已有机构表，其中的机构未采用；需要时另加一节 [[layers.facilities]]",
        en="a table lists facilities: those of this file are not used; add another [[layers.facilities]] if they should be",
    )
    return [replace(p, role="unused").doubting(said) if tables and p.found.layer == HEALTHCARE else p for p in guesses]


def _name_the_kind(guesses: list[Guess]) -> list[Guess]:
    """Take the kind of a map service's rows from their names, which say more than its categories do."""
    chosen = []
    for guess in guesses:
        known = known_headers(guess.found, FACILITY_COLUMNS) | guess.columns
        if guess.role == "facilities" and "level" not in known and guess.found.rows >= CRAWL_ROWS:
            columns = {**guess.columns, "kind": known.get("name", "")}
            guess = replace(guess, columns=columns, values={})
        chosen.append(guess)
    return chosen


def _polygon_roles(layers: list[Found]) -> list[Guess]:
    """The layer with most polygons is the units, if they are many; the one with fewest the districts.

    A single area without a code divides nothing: it is neither.
    """
    ranked = sorted(layers, key=lambda layer: -layer.rows)
    guesses = []
    for rank, layer in enumerate(ranked):
        if rank == 0 and layer.rows >= _UNITS_AT_LEAST:
            guesses.append(Guess(layer, "units", columns=guess_columns(layer, UNIT_COLUMNS)))
        elif layer.rows == 1 and not _has(layer, BOUNDARY_COLUMNS[0]):
            guesses.append(Guess(layer, "unused"))
        elif rank == len(ranked) - 1 and ranked[0].rows < _UNITS_AT_LEAST:
            guesses.append(Guess(layer, "boundaries", columns=guess_columns(layer, BOUNDARY_COLUMNS)))
        elif _has(layer, CENSUS_COLUMNS[1]):
            guesses.append(Guess(layer, "population", "polygons"))
        else:
            guesses.append(Guess(layer, "unused"))
    return guesses


def _role_of(layer: Found) -> Guess:
    if layer.shape == "raster":
        return Guess(layer, "population", "raster")
    if layer.shape == "osm":
        return Guess(layer, "roads")
    if layer.shape == "line":
        return _line_role(layer)
    if layer.shape == "table" and not _has(layer, *COORDINATES):
        return _table_role(layer)
    return _place_role(layer)


def _line_role(layer: Found) -> Guess:
    if layer.file.lower().endswith(tuple(GRAPH_READERS)):
        return Guess(layer, "roads")
    if any(name in layer.headers for name in CLASS_COLUMNS) or (layer.rows > 200 and not _WATER.search(layer.label)):
        return Guess(layer, "roads")
    guess = Guess(layer, "barriers")
    if _WATER.search(layer.label + layer.layer):
        return guess
    return guess.doubting(
        Text(zh="线图层，当作分隔线（河流、铁路）", en="lines, taken for barriers (rivers, railways)")
    )


def _table_role(layer: Found) -> Guess:
    for role, columns in (("links", LINK_COLUMNS), ("baseline", BASELINE_COLUMNS), ("census", CENSUS_COLUMNS)):
        if _has(layer, *(column for column in columns if column.required)):
            return Guess(layer, role)  # type: ignore[arg-type]
    guessed = guess_columns(layer, CENSUS_COLUMNS[:2])
    if {"unit_id", "population"} <= {*guessed, *known_headers(layer, CENSUS_COLUMNS)} and _CARE.search(
        layer.label
    ) is None:
        return Guess(layer, "census", columns=guessed)
    return Guess(layer, "unused")


def _place_role(layer: Found) -> Guess:
    if layer.layer == HEALTHCARE:
        return Guess(layer, "facilities")
    columns = _coordinates(layer) if layer.shape == "table" else {}
    if _mostly(layer, _CARE) and _mostly(layer, _CARE) >= _mostly(layer, _HOME):
        columns |= guess_columns(layer, FACILITY_COLUMNS[:5])
        columns |= _parent_column(layer, columns)
        return _with_kind(Guess(layer, "facilities", columns=columns))
    if _has(layer, CENSUS_COLUMNS[1]) or "population" in guess_columns(layer, CENSUS_COLUMNS[1:2]):
        columns |= guess_columns(layer, CENSUS_COLUMNS[1:2])
        return Guess(layer, "population", "points", columns=columns)
    if _has(layer, FACILITY_COLUMNS[2]) and _mostly(layer, _HOME) < 0.3:
        return Guess(layer, "facilities", columns=columns | guess_columns(layer, FACILITY_COLUMNS[:5]))
    guess = Guess(layer, "population", "residences", columns=columns)
    return guess.doubting(
        Text(
            zh="没有人口数，当作小区点：人口按区推算",
            en="no counts: taken for residences, over which district totals are shared",
        )
    )


def _parent_column(layer: Found, guessed: dict[str, str]) -> dict[str, str]:
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


def _one_each(guesses: list[Guess]) -> list[Guess]:
    """Keep the best of the guesses for roles that only one layer can fill; population prefers counts."""
    preferred = {"raster": 0, "points": 1, "polygons": 2, "residences": 3}
    best: dict[str, Guess] = {}
    for guess in guesses:
        first = best.setdefault(guess.role, guess)
        if preferred.get(guess.kind, 0) < preferred.get(first.kind, 0):
            best[guess.role] = guess
    chosen = []
    for guess in guesses:
        many = guess.role in ("facilities", "unused")
        if many or best[guess.role] is guess:
            chosen.append(guess)
        else:
            other = best[guess.role].found.label
            chosen.append(
                replace(guess, role="unused").doubting(Text(zh=f"已采用 {other}", en=f"{other} is used instead"))
            )
    return chosen


def guess_columns(layer: Found, wanted: tuple[Column, ...]) -> dict[str, str]:
    """Return headers for columns whose header is not one of the known ones, judged by header and content."""
    known = known_headers(layer, wanted)
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
    if "facility_id" in {column.name for column in wanted} - known.keys() - guessed.keys():
        name = known.get("name") or guessed.get("name", "")
        if name and _is_unique(layer.frame[name]) == 1.0:
            guessed["facility_id"] = name
    return guessed


def _best(layer: Found, name: str, taken: set[str]) -> str | None:
    pattern = re.compile(_PATTERNS.get(name, r"$^"), re.IGNORECASE)
    fits = _FITS.get(name, _is_filled)
    scored = [
        (float(pattern.search(header) is not None) + fits(layer.frame[header]), -position, header)
        for position, header in enumerate(layer.headers)
        if header not in taken or name == "kind"
    ]
    passing = [item for item in scored if item[0] > 1.5 or (name in ("kind", "name") and item[0] > 0.9)]
    if name == "population" and passing:
        return max(passing, key=lambda item: (not _PART.search(item[2]), _year(item[2]), item[0], item[1]))[2]
    return max(passing)[2] if passing else None


def _is_filled(values: pd.Series) -> float:
    return float((values.map(plain_text) != "").mean()) if len(values) else 0.0


def _is_unique(values: pd.Series) -> float:
    texts = values.map(plain_text)
    return float(texts.nunique() / len(texts)) if len(texts) else 0.0


def _is_name(values: pd.Series) -> float:
    texts = values.map(plain_text)
    return float(texts.map(lambda text: _HAN.search(text) is not None).mean()) * _is_unique(values)


def _is_number(values: pd.Series) -> float:
    numbers = [parse_number(value) for value in values.head(500)]
    return sum(number.value > 0 for number in numbers) / len(numbers) if numbers else 0.0


def _is_kind(values: pd.Series) -> float:
    texts = values.map(plain_text).head(2000)
    return float(texts.map(lambda text: KINDS.find_within(text) is not None).mean())


_FITS: dict[str, Callable[[pd.Series], float]] = {
    "unit_id": _is_unique,
    "district_id": _is_unique,
    "facility_id": _is_unique,
    "name": _is_name,
    "district": _is_name,
    "population": _is_number,
    "lon": _is_number,
    "lat": _is_number,
    "kind": _is_kind,
}


def _year(header: str) -> int:
    digits = re.findall(r"(?:19|20)\d\d", header)
    return int(digits[-1]) if digits else 0


def _coordinates(layer: Found) -> dict[str, str]:
    """Return lon and lat where the table's own headers are not the known ones; WGS 84 columns before shifted ones."""
    if known_headers(layer, COORDINATES).keys() >= {"lon", "lat"}:
        return {}
    for datum in ("wgs", "", "gcj", "bd"):
        pair = {
            name: header
            for name, sign in (("lon", "x|lon|lng|经"), ("lat", "y|lat|纬"))
            for header in reversed(layer.headers)
            if re.search(sign, header, re.IGNORECASE) and (datum in header.lower()) and _is_number(layer.frame[header])
            if abs(parse_number(layer.frame[header].iloc[0]).value) < 5e7 and _is_coordinate(header)
        }
        if len(pair) == 2 and pair["lon"] != pair["lat"]:
            return pair
    return {}


def _is_coordinate(header: str) -> bool:
    return re.fullmatch(r"(x|y|lon|lat|lng|经度?|纬度?|longitude|latitude)?[_ ]?(wgs|gcj|bd|84|02|09|坐标|\d)*[_ ]?(x|y|lon|lat|lng|经度|纬度)?",
                        header, re.IGNORECASE) is not None  # fmt: skip


def known_headers(layer: Found, wanted: tuple[Column, ...]) -> dict[str, str]:
    """Return the headers of columns that are known ones: ours -> theirs."""
    theirs = {normalise(header): header for header in reversed(layer.headers)}
    headers = {column.name: find_header(theirs, column, {}) for column in wanted}
    return {name: header for name, header in headers.items() if header is not None}


def _has(layer: Found, *wanted: Column) -> bool:
    known = known_headers(layer, wanted)
    if wanted == COORDINATES and len(known) < len(wanted):
        return bool(_coordinates(layer))
    return len(known) == len(wanted)


def _mostly(layer: Found, pattern: re.Pattern[str]) -> float:
    """Return the largest share of a text column's rows that match."""
    texts = [layer.frame[header].head(2000).map(plain_text) for header in layer.headers]
    shares = [float(text.map(lambda word: pattern.search(word) is not None).mean()) for text in texts if len(text)]
    return max((share for share in shares if share > 0.3), default=0.0)


def _with_kind(guess: Guess) -> Guess:
    """Note the values of a facility table that the vocabulary does not know."""
    frame, known = guess.found.frame, known_headers(guess.found, FACILITY_COLUMNS) | guess.columns
    finders = {
        "kind": KINDS.find_within,
        "level": parse_level,
        "ownership": OWNERSHIPS.find,
        "admin_level": ADMIN_LEVELS.find,
    }
    values: dict[str, dict[str, str]] = {}
    for name, find in finders.items():
        if name in known:
            texts = pd.Series(frame[known[name]].map(plain_text).unique())
            unknown = [text for text in texts if text and find(text) is None]
            if unknown:
                values[name] = dict.fromkeys(unknown[:12], "")
    return replace(guess, values=values)
