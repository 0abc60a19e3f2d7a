"""Names of ours that a case writes under `columns` and `values` of its layers: each is one, or an error with the nearest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gridplan.case.case import Case
from gridplan.case.sources import PopulationSource, Source, WeightSource
from gridplan.layers.area.boundaries import (
    BASELINE_COLUMNS,
    BOUNDARY_COLUMNS,
    LINK_COLUMNS,
    NAME_COLUMN,
    UNIT_COLUMNS,
)
from gridplan.layers.buses import BUS_COLUMNS
from gridplan.layers.facilities.facilities import COLUMNS as FACILITY_COLUMNS
from gridplan.layers.facilities.merges import MERGE_COLUMNS
from gridplan.layers.facilities.suggestions import DECISIONS
from gridplan.layers.files.columns import Column
from gridplan.layers.files.tables import TABLE_READERS
from gridplan.layers.files.vectors import COORDINATES
from gridplan.layers.given_minutes import MINUTES_COLUMNS
from gridplan.layers.people.population import CENSUS_COLUMNS
from gridplan.layers.records.records import RECORDS
from gridplan.layers.roads.road_access import CLASSES
from gridplan.layers.trips import TRIP_COLUMNS
from gridplan.words.nearest import did_you_mean
from gridplan.words.problems import Problems
from gridplan.words.text import Text
from gridplan.words.vocabulary import (
    ADMIN_LEVELS,
    KINDS,
    LEVELS,
    OWNERSHIPS,
    PERIODS,
    SERVICES,
    TIES,
    Vocabulary,
    parse_level,
)

Find = Callable[[str], Any]
Words = Mapping[str, tuple[Find, Iterable[str]]]
"""Our columns that hold words: how a word is found, and the words that a mistaken one may stand for."""
_BESIDE_FACILITIES = ("address", "phone", "category")
"""Columns that only suggestions of merges read."""


def _words(**columns: Vocabulary) -> dict[str, tuple[Find, Iterable[str]]]:
    return {name: (vocabulary.find, vocabulary) for name, vocabulary in columns.items()}


_FACILITY_WORDS: Words = {
    **_words(kind=KINDS, ownership=OWNERSHIPS, admin_level=ADMIN_LEVELS, services=SERVICES, tie=TIES),
    "level": (parse_level, [label.zh for label in LEVELS.values()]),
}
_ROAD_WORDS: Words = {"road_class": (lambda word: word if word in CLASSES else None, sorted(CLASSES))}


def tell_unknown_columns(case: Case, problems: Problems) -> None:
    """Tell names under `columns` and `values` that no column of the layer has, and words under `values` that are none of ours.

    Columns of roads are told where their layer is read.
    """
    for field, source, columns, words in _layers(case):
        if columns is not None:
            known = [*columns, *(_names(COORDINATES) if _is_table(source) else [])]
            _tell((name for name in source.columns if name not in known), known, f"{field}.columns", source, problems)
        _tell((name for name in source.values if name not in words), words, f"{field}.values", source, problems)
        for name, stated in source.values.items():
            find, choices = words.get(name, (str, ()))
            strange = [word for word in stated.values() if word and find(word) is None]
            _tell(strange, choices, f"{field}.values.{name}", source, problems)


def _layers(case: Case) -> Iterator[tuple[str, Source, list[str] | None, Words]]:
    """Yield each source: where the case names it, our columns of it (None: told elsewhere) and those that hold words."""
    layers = case.layers
    plain = (
        ("units", layers.units, _names(UNIT_COLUMNS)),
        ("boundaries", layers.boundaries, _names(BOUNDARY_COLUMNS)),
        ("population", layers.population, _names(_people(layers.population))),
        ("population.weights", layers.population.weights, _names(_people(layers.population.weights))),
        ("census", layers.census, _names(CENSUS_COLUMNS)),
        ("barriers", layers.barriers, _names([NAME_COLUMN])),
        ("links", layers.links, _names(LINK_COLUMNS)),
        ("baseline", layers.baseline, _names(BASELINE_COLUMNS)),
        ("travel_table", layers.travel_table, _names(MINUTES_COLUMNS)),
    )
    if layers.trips is not None:
        yield "layers.trips", layers.trips, _names(TRIP_COLUMNS), _words(period=PERIODS)
    if layers.buses is not None:
        yield "layers.buses", layers.buses, _names(BUS_COLUMNS), _words(period=PERIODS)
    yield from ((f"layers.{name}", source, columns, {}) for name, source, columns in plain if source is not None)
    if layers.roads is not None:
        yield "layers.roads", layers.roads, None, _ROAD_WORDS
    for facility in layers.facilities:
        yield "layers.facilities", facility, [*_names(FACILITY_COLUMNS), *_BESIDE_FACILITIES], _FACILITY_WORDS
        if facility.merges is not None:
            words = _words(decision=DECISIONS, kind=KINDS)
            yield "layers.facilities.merges", facility.merges, _names(MERGE_COLUMNS), words
    for name, source in layers.records.items():
        if name in RECORDS:
            held = {field.column.name: field.words for field in RECORDS[name].fields if field.words is not None}
            yield f"layers.records.{name}", source, RECORDS[name].names, _words(**held)


def _people(source: PopulationSource | WeightSource | None) -> Iterable[Column]:
    """Return the columns of where people live, by its kind; a raster has none."""
    if source is None or source.kind in ("raster", "residences"):
        return ()
    if source.kind == "polygons":
        return (CENSUS_COLUMNS[1], NAME_COLUMN)
    return CENSUS_COLUMNS if source.kind == "table" else CENSUS_COLUMNS[1:2]


def _names(columns: Iterable[Column]) -> list[str]:
    return [column.name for column in columns]


def _is_table(source: Source) -> bool:
    return Path(source.path).suffix.lower() in TABLE_READERS


def _tell(strange: Iterable[str], known: Iterable[str], field: str, source: Source, problems: Problems) -> None:
    """Tell names that are none of the known ones, each with the nearest, or with all of them."""
    known = list(known)
    for name in dict.fromkeys(strange):
        every = Text(zh=f"可用的：{'、'.join(known)}。", en=f"Known: {', '.join(known)}.")
        problems.tell(
            Text(zh="程序为「{f}」规定的名称", en="one of our names for {f}").format(f=source.path),
            Text(zh=name, en=name),
            did_you_mean([name], known) or (every if known else _NONE),
            file="case.toml",
            field=field,
            values=[name],
        )


_NONE = Text(zh="这个图层没有可映射的列：删去它。", en="This layer has no columns to map: remove it.")
