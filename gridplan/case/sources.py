"""Sections of case.toml, their base and the layers: which files to read and how their columns map to our words."""

from __future__ import annotations

import os
import re
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from gridplan.words.text import Text

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
DATUM_NAMES = {"wgs84": "WGS 84", "cgcs2000": "CGCS2000", "gcj02": "GCJ-02", "bd09": "BD-09"}
"""What people call a datum."""
_SAYS = re.compile(r"\w")

VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


def default(value: Any, provenance: str, description: str, **limits: Any) -> Any:
    """Return a field whose default carries where its number comes from."""
    return Field(value, description=description, json_schema_extra={"provenance": provenance}, **limits)


def refusal(needed: Text) -> PydanticCustomError:
    """Return an error that says in both languages what a value has to be."""
    return PydanticCustomError("needed", "{en}", {"zh": needed.zh, "en": needed.en})


def _says_something(text: str) -> str:
    if _SAYS.search(text) is None:
        raise refusal(Text(zh="不为空的文字", en="a text that is not empty"))
    return text


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A text that is not blank."""
Reason = Annotated[Words, AfterValidator(_says_something)]
"""A text that says something: strokes and dots alone do not."""


class Section(BaseModel):
    """Base of every section: frozen, no unknown key, no infinite number, no true or false for a number."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False, validate_default=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _numbers_are_no_flags(cls, value: Any, info: ValidationInfo) -> Any:
        if _holds_numbers(cls.model_fields[str(info.field_name)].annotation) and _holds_flags(value):
            raise refusal(Text(zh="数字，而不是 true 或 false", en="a number, neither true nor false"))
        return value


def _holds_numbers(annotation: Any) -> bool:
    """Tell whether a field holds numbers: itself, in a list, or by name."""
    return annotation in (int, float) or any(map(_holds_numbers, get_args(annotation)))


def _holds_flags(value: Any) -> bool:
    if isinstance(value, dict | list | tuple):
        return any(map(_holds_flags, value.values() if isinstance(value, dict) else value))
    return isinstance(value, bool)


class Source(Section):
    """One file (or one layer or sheet of it) and how its columns and values map to our vocabulary."""

    path: str = Field(description="File, relative to the case file or to data_folder")
    layer: str | None = Field(None, description="Layer of a GeoPackage or sheet of a workbook; empty: the first")
    encoding: str | None = Field(None, description="Encoding of a text file; empty: detected and reported")
    crs: str | None = Field(
        None, description="CRS of the coordinates, such as EPSG:4326, where the file does not say, or says it wrong"
    )
    datum: Datum | None = Field(None, description="wgs84, cgcs2000, gcj02 (Amap, Tencent) or bd09 (Baidu)")
    columns: dict[str, str] = Field(default_factory=dict, description="our column = their header")
    values: dict[str, dict[str, str]] = Field(default_factory=dict, description="our column: their value = our value")
    select: dict[str, str] = Field(
        default_factory=dict, description="their header = regular expression; other rows are left out and counted"
    )


class LooseSource(Source):
    """A file that is given beside the case, which has no keys for it."""


class WeightSource(Source):
    """Where inside a polygon its residents live."""

    kind: Literal["points", "raster", "residences"] = Field(
        description="points with counts, GeoTIFF of counts, or residences that count one each"
    )


class PopulationSource(Source):
    """Where people live."""

    kind: Literal["table", "points", "raster", "residences", "polygons"] = Field(
        description="table by unit code, points with counts, GeoTIFF of counts, residences without counts (modelled), or polygons with counts (modelled)"
    )
    weights: WeightSource | None = Field(
        None, description="Of polygons with counts: how residents are shared inside each; empty: evenly over its land"
    )

    @model_validator(mode="after")
    def _weights_of_polygons(self) -> PopulationSource:
        if self.weights is not None and self.kind != "polygons":
            msg = 'weights only with kind = "polygons"'
            raise ValueError(msg)
        return self


class FacilitySource(Source):
    """A table of facilities, and what the planner decided about its rows."""

    merges: Source | None = Field(
        None, description="Decisions on rows (merge into another, campus of another, leave out); init suggests them"
    )

    @field_validator("merges", mode="before")
    @classmethod
    def _path_or_source(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str) else value


class ElevationSource(Source):
    """A raster of the heights of the ground."""

    unit: Literal["m", "ft"] | None = Field(
        None, description="Unit of the heights, metres or feet; empty: as the raster says, else metres"
    )


class LayerSources(Section):
    """All input files."""

    units: Source | None = Field(
        None, description="Planning units; without it units are built from population and boundaries"
    )
    boundaries: Source | None = Field(
        None, description="Districts inside which units are built, with their population if known"
    )
    population: PopulationSource = Field(description="Where people live")
    census: Source | None = Field(None, description="Totals by unit code, to which population is scaled")
    facilities: tuple[FacilitySource, ...] = Field(description="One or more tables of facilities", min_length=1)
    roads: Source | None = Field(None, description="Road network: .osm.pbf or a line layer")
    elevation: ElevationSource | None = Field(
        None, description="Heights of the ground (a raster, DEM): slopes count on foot and by bicycle"
    )
    buses: Source | None = Field(
        None,
        description="Buses: a table of lines with their stops, minutes between them and headways, or a GTFS feed (zip or folder)",
    )
    barriers: Source | None = Field(None, description="Lines that separate neighbours: rivers, railways")
    links: Source | None = Field(None, description="Stated connections between units: ferry, bridge, tunnel")
    baseline: Source | None = Field(None, description="Existing grouping: lead by unit")
    unit_codes: Source | None = Field(
        None,
        description="Units that merged, split or changed their codes since the baseline: former code, code, residents",
    )
    travel_table: Source | None = Field(None, description="Given minutes: unit x facility, or one row a pair")
    trips: Source | None = Field(
        None, description="Measured trips by car, from which `gridplan calibrate` fits speeds; no plan reads them"
    )
    records: dict[str, Source] = Field(
        default_factory=dict, description="Tables of what happened or was agreed, by name: [layers.records.visits]"
    )

    @field_validator("facilities", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value


def expand_variables(text: str) -> str:
    """Return a text of the case with ${NAME:-fallback} read from the environment."""
    return VARIABLE.sub(lambda match: os.environ.get(match[1]) or match[2] or "", text)
