"""The case's road layer: read it, or say why it cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridplan.case.case import Case
from gridplan.layers.files.reading import open_source, tell_unreadable
from gridplan.layers.roads.roads import read_roads
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd


def read_road_layer(case: Case, area: Any, crs: str, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read the roads around `area`; without one, or a CRS, only look whether they can be read, and return none."""
    source = case.layers.roads
    if source is None:
        if case.travel.source == "roads":
            problems.append(_no_roads())
        return None
    reading = open_source(case, source, problems)
    if not reading.path.exists():
        tell_unreadable(reading, FileNotFoundError(source.path))
        return None
    known = area is not None and bool(crs)
    try:
        read = read_roads(
            reading.path,
            area=area if known else None,
            crs=crs or _ANY_CRS,
            layer=source.layer,
            encoding=source.encoding,
            source_crs=source.crs,
            datum=source.datum,
            columns=source.columns,
            road_classes=source.values.get("road_class"),
            file_label=source.path,
        )
    except LayerError as error:
        problems.extend(error.problems)
        return None
    if not known:
        problems.extend(problem for problem in read.problems if problem.severity == "error")
        return None
    problems.extend(read.problems)
    problems.ledger.extend(read.ledger)
    return read.roads


_ANY_CRS = "EPSG:3857"
"""In which roads are read whose place is not known: nothing is measured on them."""


def _no_roads() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="道路图层（layers.roads）", en="a road layer (layers.roads)"),
        Text(zh="没有写", en="none"),
        Text(
            zh='给出道路图层，或写 travel.source = "straight_line"。',
            en='Give one, or write travel.source = "straight_line".',
        ),
        file="case.toml",
        field="layers.roads",
    )
