"""What each file of a folder is for: signs are weighed, each role is filled once, and what was guessed is told with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from gridplan.intake.guessed_columns import guess_columns, guess_place, known_headers, parent_column
from gridplan.intake.inventory import Found
from gridplan.intake.joins import Join, find_join, near_joins
from gridplan.intake.signs_of_use import NOTHING, RESIDENCES, UNITS, Role, Sign, Use, signs_of
from gridplan.layers.area.boundaries import BASELINE_COLUMNS, BOUNDARY_COLUMNS, LINK_COLUMNS, UNIT_COLUMNS
from gridplan.layers.buses import BUS_COLUMNS
from gridplan.layers.facilities.facilities import COLUMNS as FACILITY_COLUMNS
from gridplan.layers.facilities.facility_kinds import find_kind
from gridplan.layers.files.columns import Column, plain_text
from gridplan.layers.files.osm_places import HEALTHCARE, PLACES
from gridplan.layers.files.vectors import COORDINATES, LOCATION
from gridplan.layers.given_minutes import MINUTES_COLUMNS
from gridplan.layers.people.population import CENSUS_COLUMNS
from gridplan.layers.records.records import RECORDS
from gridplan.layers.roads.road_columns import CLASS_COLUMNS
from gridplan.words.text import Text
from gridplan.words.vocabulary import ADMIN_LEVELS, OWNERSHIPS, parse_level

CRAWL_ROWS = 1000
"""A facility table with so many rows and no levels is taken for a map-service crawl."""
_WEAK = 1.0
"""A use for which no more speaks is doubtful."""
_PREFERRED = {"raster": 0, "points": 1, "polygons": 2, "residences": 3}
"""Of several layers of residents counts come first, and the finest of them."""
ROAD_COLUMNS = (
    Column("road_class", Text(zh="道路等级", en="road class"), CLASS_COLUMNS),
    Column("oneway", Text(zh="单行", en="one way")),
    Column("maxspeed_kmh", Text(zh="限速", en="speed limit"), ("maxspeed",)),
    Column("name", Text(zh="名称", en="name")),
)
COLUMNS: dict[Role, tuple[Column, ...]] = {
    "units": UNIT_COLUMNS,
    "boundaries": BOUNDARY_COLUMNS,
    "census": CENSUS_COLUMNS,
    "facilities": FACILITY_COLUMNS,
    "links": LINK_COLUMNS,
    "baseline": BASELINE_COLUMNS,
    "travel_table": MINUTES_COLUMNS,
    "roads": ROAD_COLUMNS,
    "buses": BUS_COLUMNS,
}
"""Columns that the reader of each role knows."""


@dataclass(frozen=True)
class Guess:
    """What a file or layer is taken for and why, with the columns that had to be guessed and what is doubtful.

    `kind` is that of the population, or the name of the record table.
    """

    found: Found
    role: Role
    kind: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    datum: str = ""
    merges: str = ""
    doubts: tuple[Text, ...] = ()
    reasons: tuple[Text, ...] = ()
    points: float = 0.0

    def doubting(self, doubt: Text) -> Guess:
        """Return the guess with one more doubt."""
        return replace(self, doubts=(*self.doubts, doubt))

    @property
    def wanted(self) -> tuple[Column, ...]:
        """Columns that its reader looks for."""
        if self.role == "records":
            return tuple(field.column for field in RECORDS[self.kind].fields)
        if self.kind == "table":
            return CENSUS_COLUMNS
        if self.role == "population":
            return CENSUS_COLUMNS[1:2] if self.kind in ("points", "polygons") else ()
        return COLUMNS.get(self.role, ())

    @property
    def taken(self) -> dict[str, tuple[str, ...]]:
        """Their header -> our columns, for each column that is used."""
        places = (
            (*COORDINATES, LOCATION)
            if self.found.shape == "table" and self.role in ("facilities", "population", "buses")
            else ()
        )
        known = known_headers(self.found, (*self.wanted, *places)) | self.columns
        headers = dict.fromkeys(header for header in known.values() if header)
        return {header: tuple(ours for ours, theirs in known.items() if theirs == header) for header in headers}


def guess_roles(found: Sequence[Found]) -> list[Guess]:
    """Return one guess a layer, each role that can be filled once filled once."""
    join = find_join(found)
    guesses = _one_each([_weighed(layer, _signs(layer, found, join)) for layer in found], join)
    guesses = [_with_columns(guess, join) for guess in guesses]
    for near in near_joins(found):
        guesses = [_told_near(guess, near) for guess in guesses]
    return _roads_before_minutes(_tables_before_osm(_census_before_places(_with_own_people(guesses))))


def _signs(layer: Found, folder: Sequence[Found], join: Join | None) -> list[Sign]:
    """Return the signs of a layer, and those that only the folder as a whole gives."""
    signs = signs_of(layer, folder)
    if join is not None and layer is join.polygons:
        said = Text(
            zh=f"{join.table.label} 按「{join.by}」给出每个面的人口",
            en=f"{join.table.label} has the residents of each polygon by '{join.by}'",
        )
        signs.append(Sign(UNITS, 5, said))
    if join is not None and layer is join.table:
        said = Text(
            zh=f"「{join.key}」与 {join.polygons.label} 的「{join.by}」一致",
            en=f"'{join.key}' holds what '{join.by}' of {join.polygons.label} holds",
        )
        signs.append(Sign(("census", ""), 5, said))
    return signs


def taken_for(guess: Guess, role: Role, kind: str = "") -> Guess:
    """Return a layer taken for something else because the planner says so, with the columns that then have to be mapped."""
    return _with_columns(Guess(guess.found, role, kind, datum=guess.datum, reasons=(_BY_PLANNER,)), None)


_BY_PLANNER = Text(zh="由规划人员指定", en="as the planner says")


def _weighed(layer: Found, signs: list[Sign]) -> Guess:
    """Return the use for which most speaks, with the reasons."""
    points: dict[Use, float] = {}
    for sign in signs:
        points[sign.use] = points.get(sign.use, 0.0) + sign.points
    use = max(points, key=lambda use: points[use], default=NOTHING)
    own = sorted((sign for sign in signs if sign.use == use), key=lambda sign: -sign.points)
    reasons = tuple(sign.reason for sign in own)
    doubtful = use == RESIDENCES or (use != NOTHING and points[use] <= _WEAK)
    return Guess(layer, *use, reasons=reasons, points=points.get(use, 0.0), doubts=reasons[:1] if doubtful else ())


def _one_each(guesses: list[Guess], join: Join | None) -> list[Guess]:
    """Keep the best of the guesses for roles that only one layer can fill.

    Of polygons that are units or districts the finest are the units; districts are used where nothing is finer.
    """
    drawn = [guess for guess in guesses if guess.role in ("units", "boundaries")]
    own = [guess for guess in drawn if not guess.found.layer.startswith("admin_level=")] or drawn
    if join is not None and any(guess.found is join.polygons for guess in drawn):
        own = [guess for guess in drawn if guess.found is join.polygons]
    role: Role = "units" if any(guess.role == "units" for guess in own) else "boundaries"
    finest = max((guess for guess in own if guess.role == role), key=lambda guess: guess.found.rows, default=None)
    best: dict[tuple[str, str], Guess] = {}
    for guess in guesses:
        first = best.setdefault(_place_of(guess), guess)
        if _rank(guess) < _rank(first):
            best[_place_of(guess)] = guess
    if finest is not None:
        best["area", ""] = finest
    chosen = [
        guess
        if guess.role in ("facilities", "unused") or best[_place_of(guess)] is guess
        else _outdone(guess, best[_place_of(guess)])
        for guess in guesses
    ]
    return chosen if ("population", "") in best else _with_counted_polygons(chosen)


def _with_counted_polygons(guesses: list[Guess]) -> list[Guess]:
    """Take the residents from the finest polygons with counts that are not the area themselves, if there are any."""
    columns = CENSUS_COLUMNS[1:2]
    counted = [
        guess
        for guess in guesses
        if guess.found.shape == "polygon"
        and guess.points
        and guess.role == "unused"
        and known_headers(guess.found, columns)
    ]
    finest = max(counted, key=lambda guess: guess.found.rows, default=None)
    said = Text(zh="各面有人口列", en="its polygons have a column of residents")
    return [
        replace(guess, role="population", kind="polygons", reasons=(said,)) if guess is finest else guess
        for guess in guesses
    ]


def _place_of(guess: Guess) -> tuple[str, str]:
    """Return what only one layer can be: units and districts are one, each table of records is its own."""
    if guess.role in ("units", "boundaries"):
        return "area", ""
    return guess.role, guess.kind if guess.role == "records" else ""


def _rank(guess: Guess) -> tuple[float, float]:
    """Return how a guess ranks for its place, the best first; settlements of OpenStreetMap, which seldom state all residents, last."""
    preferred = _PREFERRED.get(guess.kind, 0) if guess.role == "population" else 0
    return len(_PREFERRED) if guess.found.layer == PLACES else preferred, -guess.points


def _outdone(guess: Guess, by: Guess) -> Guess:
    other = by.found.label
    return replace(guess, role="unused", kind="", reasons=(Text(zh=f"已采用 {other}", en=f"{other} is used instead"),))


def _with_columns(guess: Guess, join: Join | None) -> Guess:
    """Add the columns that have to be mapped; where a table of residents was joined, those by which it was."""
    layer = guess.found
    columns: dict[str, str] = {}
    if layer.shape == "table" and guess.role in ("facilities", "population", "buses"):
        columns |= guess_place(layer)
    if guess.role == "facilities" and layer.layer != HEALTHCARE:
        columns |= guess_columns(layer, FACILITY_COLUMNS[:5])
        columns |= parent_column(layer, columns)
        return _with_values(replace(guess, columns=columns))
    if guess.role == "census" or (guess.role == "population" and guess.kind == "points"):
        columns |= guess_columns(layer, guess.wanted[:2])
    if guess.role in ("units", "boundaries"):
        columns |= guess_columns(layer, guess.wanted)
    if join is not None and guess.role in ("units", "census"):
        columns |= _joined_columns(guess, join)
        if layer is join.table and join.named:
            guess = guess.doubting(
                _BY_NAME.format(table=join.table.label, key=join.key, polygons=join.polygons.label, by=join.by)
            )
    return replace(guess, columns=columns)


_BY_NAME = Text(
    zh="人口表按名称对应（「{key}」= {polygons} 的「{by}」），名称当作单元代码；有代码的话改用代码",
    en="the residents are joined by name ('{key}' = '{by}' of {polygons}), names stand for codes; use codes where there are any",
)


def _joined_columns(guess: Guess, join: Join) -> dict[str, str]:
    """Return the mapping of the columns that meet, as far as the readers would not take them by themselves."""
    if guess.found is join.polygons:
        mapped = {"unit_id": join.by}
    elif guess.found is join.table:
        mapped = {"unit_id": join.key, "population": join.people}
    else:
        return {}
    known = known_headers(guess.found, guess.wanted)
    return {ours: theirs for ours, theirs in mapped.items() if known.get(ours) != theirs}


def _told_near(guess: Guess, near: Join) -> Guess:
    if guess.found is not near.table or guess.role != "unused":
        return guess
    said = Text(
        zh=f"「{near.key}」与 {near.polygons.label} 的「{near.by}」只有 {near.share:.0%} 一致：改成一致后可以按它对应",
        en=f"'{near.key}' holds {near.share:.0%} of what '{near.by}' of {near.polygons.label} holds: make them the same and the residents can be joined",
    )
    return replace(guess, reasons=(said, *guess.reasons))


def _with_own_people(guesses: list[Guess]) -> list[Guess]:
    """Take the residents from the polygons themselves where no other layer has any."""
    if {"population", "census"} & {guess.role for guess in guesses}:
        return guesses
    for at, guess in enumerate(guesses):
        people = known_headers(guess.found, CENSUS_COLUMNS[1:2]) | guess_columns(guess.found, CENSUS_COLUMNS[1:2])
        if guess.role in ("units", "boundaries") and people:
            said = Text(
                zh="各面自带人口，没有更细的人口：各面就是单元",
                en="its polygons have residents and nothing is finer: they are the units",
            )
            columns = guess_columns(guess.found, UNIT_COLUMNS)
            units = replace(guess, role="units", columns=columns, reasons=(said, *guess.reasons))
            people = {} if "population" in known_headers(guess.found, CENSUS_COLUMNS[1:2]) else people
            own = Guess(guess.found, "population", "polygons", columns=people, reasons=(said,))
            return [*guesses[:at], units, own, *guesses[at + 1 :]]
    return guesses


def _census_before_places(guesses: list[Guess]) -> list[Guess]:
    """Leave out the settlements of an OpenStreetMap file where a table has the residents of each unit."""
    census = next((guess for guess in guesses if guess.role == "census"), None)
    return [
        _outdone(guess, census)
        if census is not None and guess.role == "population" and guess.found.layer == PLACES
        else guess
        for guess in guesses
    ]


def _tables_before_osm(guesses: list[Guess]) -> list[Guess]:
    """Leave out the facilities of an OpenStreetMap file where a table lists facilities."""
    tables = [guess for guess in guesses if guess.role == "facilities" and guess.found.layer != HEALTHCARE]
    said = Text(
        zh="已有机构表，其中的机构未采用；需要时另加一节 [[layers.facilities]]",
        en="a table lists facilities: those of this file are not used; add another [[layers.facilities]] if they should be",
    )
    return [
        replace(guess, role="unused", reasons=(said,)) if tables and guess.found.layer == HEALTHCARE else guess
        for guess in guesses
    ]


def _roads_before_minutes(guesses: list[Guess]) -> list[Guess]:
    """Leave out a table of travel times where there are roads."""
    roads = any(guess.role == "roads" for guess in guesses)
    said = Text(
        zh='是出行时间表；已有道路，未采用：要用它，写成 [layers.travel_table]，并写 travel.source = "table"',
        en='a table of travel times, not used as there are roads: to use it, name it as [layers.travel_table] with travel.source = "table"',
    )
    return [
        replace(guess, role="unused", reasons=(said,)) if roads and guess.role == "travel_table" else guess
        for guess in guesses
    ]


def _with_values(guess: Guess) -> Guess:
    """Note the values of a facility table that the vocabulary does not know."""
    frame, known = guess.found.frame, known_headers(guess.found, FACILITY_COLUMNS) | guess.columns
    finders = {
        "kind": find_kind,
        "level": parse_level,
        "ownership": OWNERSHIPS.find,
        "admin_level": ADMIN_LEVELS.find,
    }
    values: dict[str, dict[str, str]] = {}
    strange: dict[str, str] = {}
    for name, find in finders.items():
        if name in known:
            texts = pd.Series(frame[known[name]].map(plain_text).unique())
            unknown = [text for text in texts if text and find(text) is None]
            if unknown and name != "kind" and len(unknown) == (texts != "").sum():
                strange[name] = known[name]
            elif unknown:
                values[name] = dict.fromkeys(unknown[:12], "")
    told = replace(guess, values=values, columns={**guess.columns, **dict.fromkeys(strange, "")})
    for name, header in strange.items():
        told = told.doubting(_STRANGE.format(c=header, name=name))
    return told


_STRANGE = Text(
    zh='列「{c}」没有一个认识的值，未采用（{name} = ""）；若有用，写明其含义（values）',
    en="no value of column '{c}' is known, so it is not used ({name} = \"\"); say what they mean under values if it is of use",
)
