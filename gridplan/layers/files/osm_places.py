"""Facilities, settlements and boundaries out of an OpenStreetMap file: the layers `healthcare`, `places` and `admin_level=N`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridplan.layers.files.reading import Reading
from gridplan.layers.files.typed import parse_number
from gridplan.words.errors import InputProblem, LayerError, Severity
from gridplan.words.numbers import counted
from gridplan.words.problems import first_few
from gridplan.words.text import Text
from gridplan.words.vocabulary import KINDS

if TYPE_CHECKING:
    import geopandas as gpd

OSM_SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2", ".o5m")
HEALTHCARE = "healthcare"
PLACES = "places"
DISTRICTS, UNITS = "admin_level=6", "admin_level=8"
"""Chinese districts and counties, and streets and townships; communities are level 10."""
_LEVEL = re.compile(r"admin_level=(\d{1,2})")
_CARE_KEYS = ("amenity", "healthcare", "social_facility", "emergency")
_KIND_OF_TAG: Mapping[tuple[str, str], str] = {
    ("amenity", "hospital"): "general",
    **{("amenity", value): "clinic" for value in ("clinic", "doctors", "dentist")},
    ("amenity", "nursing_home"): "nursing",
    ("healthcare", "hospital"): "general",
    ("healthcare", "rehabilitation"): "rehab",
    ("healthcare", "hospice"): "hospice",
    **{("healthcare", value): "other" for value in ("laboratory", "blood_donation", "sample_collection", "yes")},
    ("social_facility", "nursing_home"): "nursing",
    ("social_facility", "hospice"): "hospice",
    ("social_facility", "group_home"): "other",
    ("social_facility", "assisted_living"): "other",
    ("emergency", "ambulance_station"): "ems",
}
"""What a tag says a facility is; any other value of healthcare is a practice of some profession, a clinic."""
_NO_FACILITIES = frozenset({"pharmacy", "optometrist", "optician", "hearing_aids", "medical_supply", "veterinary"})
_OWNERS = {"government": "government", "public": "government", "private": "private", "private_for_profit": "private"}
_SETTLEMENTS = ("town", "suburb", "quarter", "neighbourhood", "village", "hamlet", "isolated_dwelling")
"""Places that people live in, apart from one another; a city's number counts those of its suburbs again."""
_NAMES = ("name", "name:zh", "official_name", "name:en")
_CODES = ("ref:admin:CN:nbs", "ref:admin:CN", "ref:admin:CN:mca")


@dataclass(frozen=True)
class _Feature:
    """A thing of the file: its id (n, w or r and a number), what its tags say, and its shape (None: cannot be built)."""

    id: str
    tags: Mapping[str, str]
    shape: Any

    @property
    def name(self) -> str:
        return next((self.tags[key] for key in _NAMES if self.tags.get(key)), "")


def is_osm(path: Path) -> bool:
    """Whether a file is an OpenStreetMap file, by its name."""
    return path.name.lower().endswith(OSM_SUFFIXES)


def read_osm_layer(reading: Reading) -> gpd.GeoDataFrame:
    """Return the features of the layer of a reading, under headers that the readers of facilities and boundaries know.

    Raises
    ------
    LayerError
        If the file has no such layer; the message names those it has.
    """
    level = _LEVEL.fullmatch(reading.layer)
    if reading.layer == HEALTHCARE:
        return _facilities(list(_features(reading.path, _CARE_KEYS, _is_care)), reading)
    if reading.layer == PLACES:
        return _places(list(_features(reading.path, ("place",), _is_settlement)), reading)
    if level is not None:
        return _boundaries(list(_features(reading.path, ("boundary",), _is_boundary)), int(level[1]), reading)
    raise LayerError(_no_layer(reading, osm_layers(reading.path)))


def osm_layers(path: Path) -> dict[str, int]:
    """Return the layers of an OpenStreetMap file beside its roads, with the number of their features."""
    counts = {HEALTHCARE: sum(1 for _ in _features(path, _CARE_KEYS, _is_care))}
    peopled = [feature for feature in _features(path, ("place",), _is_settlement) if feature.tags.get("population")]
    counts[PLACES] = len(peopled)
    for feature in _features(path, ("boundary",), _is_boundary):
        if feature.shape is not None and shapely.get_dimensions(feature.shape) == 2:
            layer = f"admin_level={feature.tags['admin_level']}"
            counts[layer] = counts.get(layer, 0) + 1
    return {layer: count for layer, count in sorted(counts.items()) if count}


def has_roads(path: Path) -> bool:
    """Whether an OpenStreetMap file has any road."""
    import osmium

    ways = osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway"))
    return any(True for _ in ways)


def _features(path: Path, keys: tuple[str, ...], wanted: Callable[[Any], bool]) -> Iterator[_Feature]:
    """Yield nodes, areas of closed ways and multipolygons, then open ways (lines) and whatever could not be built."""
    import osmium

    make = osmium.geom.WKBFactory()
    chosen = osmium.filter.KeyFilter(*keys)
    done: set[str] = set()
    rest: dict[str, tuple[dict[str, str], Any]] = {}
    items: Any = osmium.FileProcessor(str(path)).with_areas(chosen).with_filter(chosen)
    for item in items:
        if not wanted(item.tags):
            continue
        tags = dict(item.tags)
        if item.is_node():
            place = item.location
            yield _Feature(f"n{item.id}", tags, shapely.Point(place.lon, place.lat) if place.valid() else None)
        elif item.is_area():
            key = f"{'w' if item.from_way() else 'r'}{item.orig_id()}"
            done.add(key)
            yield _Feature(key, tags, shapely.from_wkb(make.create_multipolygon(item)))
        else:
            rest[f"{'w' if item.is_way() else 'r'}{item.id}"] = (tags, _line(item) if item.is_way() else None)
    for key, (tags, shape) in rest.items():
        if key not in done:
            yield _Feature(key, tags, shape)


def _line(way: Any) -> Any:
    points = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
    return shapely.LineString(points) if len(set(points)) > 1 else None


def _is_care(tags: Any) -> bool:
    return _tag(tags) is not None


def _tag(tags: Any) -> tuple[str, str] | None:
    """Return the key and value that make something a facility: a known one first, else whatever healthcare says."""
    pairs = [(key, tags.get(key, "").split(";")[0].strip()) for key in _CARE_KEYS]
    known = next((pair for pair in pairs if pair in _KIND_OF_TAG), None)
    amenity, care = pairs[0][1], pairs[1][1]
    if known is not None or not care or care in ("no", *_NO_FACILITIES) or amenity in _NO_FACILITIES:
        return known
    return pairs[1]


def _is_boundary(tags: Any) -> bool:
    return (
        tags.get("boundary") == "administrative" and re.fullmatch(r"\d{1,2}", tags.get("admin_level", "")) is not None
    )


def _is_settlement(tags: Any) -> bool:
    return tags.get("place") in _SETTLEMENTS


def _places(features: list[_Feature], reading: Reading) -> gpd.GeoDataFrame:
    """Return the settlements with the residents that they state; those that state none are an error that counts both."""
    import geopandas as gpd

    nodes = [feature for feature in features if feature.id.startswith("n") and feature.shape is not None]
    frame = pd.DataFrame(
        {
            "name": [feature.name for feature in nodes],
            "place": [feature.tags["place"] for feature in nodes],
            "population": [feature.tags.get("population", "") for feature in nodes],
        },
        dtype=object,
    )
    _tell_incomplete(frame, reading)
    return gpd.GeoDataFrame(frame, geometry=[feature.shape for feature in nodes], crs="EPSG:4326")


def _tell_incomplete(places: pd.DataFrame, reading: Reading) -> None:
    stated = places["population"] != ""
    if stated.all():
        return
    people = pd.Series([parse_number(value).value for value in places["population"]], index=places.index).fillna(0)
    kinds = pd.DataFrame({"all": 1, "stated": stated, "people": people}).groupby(places["place"]).sum()
    kinds = kinds.sort_values("people", ascending=False)
    rows = [(kind, int(row["stated"]), int(row["all"]), row["people"]) for kind, row in kinds.iterrows()]
    reading.tell(
        Text(zh="每个居民点的人口", en="the residents of every settlement"),
        Text(
            zh="人口不全："
            + "；".join(f"{kind} {all_} 处中 {own} 处写了，共 {told:,.0f} 人" for kind, own, all_, told in rows),
            en="incomplete: "
            + "; ".join(
                f"{own} of {all_} {kind} places state them, {told:,.0f} in all" for kind, own, all_, told in rows
            ),
        ),
        Text(
            zh="请另给人口：按单元的表、点或栅格。",
            en="Give the residents in a table by unit, as points or as a raster.",
        ),
        field="population",
    )


def _facilities(features: list[_Feature], reading: Reading) -> gpd.GeoDataFrame:
    import geopandas as gpd

    built = _built(features, reading)
    pairs = [_tag(feature.tags) or ("", "") for feature in built]
    kinds = [_kind(feature, pair) for feature, pair in zip(built, pairs, strict=True)]
    names = [feature.name or _unnamed(feature, kind[0]) for feature, kind in zip(built, kinds, strict=True)]
    _tell_names(reading, [name for name, (_, sure) in zip(names, kinds, strict=True) if not sure], *_KIND_OPEN)
    _tell_names(reading, [name for name, feature in zip(names, built, strict=True) if not feature.name], *_UNNAMED)
    _tell_untold(reading, len(built))
    tags = [feature.tags for feature in built]
    frame = pd.DataFrame(
        {
            "facility_id": [feature.id for feature in built],
            "name": names,
            "kind": [kind for kind, _ in kinds],
            "osm": [value for _, value in pairs],
            "ownership": [_OWNERS.get(tag.get("operator:type", ""), "") for tag in tags],
            "beds": [tag.get("beds") or tag.get("capacity:beds") or "" for tag in tags],
            "services": ["ed" if tag.get("emergency") == "yes" else "" for tag in tags],
        },
        dtype=object,
    )
    return gpd.GeoDataFrame(frame, geometry=[feature.shape for feature in built], crs="EPSG:4326")


def _kind(feature: _Feature, pair: tuple[str, str]) -> tuple[str, bool]:
    """Return the kind, and whether it is told: a name says most (中医院, 妇幼保健院), a tag hospital leaves it open."""
    named = KINDS.find_within(feature.name) if feature.name else None
    if named is not None:
        return named, True
    kind = _KIND_OF_TAG.get(pair, "clinic")
    if kind != "general":
        return kind, True
    specialities = [part.strip() for part in feature.tags.get("healthcare:speciality", "").split(";") if part.strip()]
    if not specialities or "general" in specialities:
        return kind, bool(specialities)
    return ("tcm" if "traditional_chinese_medicine" in specialities else "specialist"), True


def _unnamed(feature: _Feature, kind: str) -> str:
    return f"{KINDS.label(kind).zh} {feature.id}"


def _boundaries(features: list[_Feature], level: int, reading: Reading) -> gpd.GeoDataFrame:
    import geopandas as gpd

    own = [feature for feature in features if feature.tags["admin_level"] == str(level)]
    if not own:
        counts = Counter(f"admin_level={feature.tags['admin_level']}" for feature in features if feature.shape)
        raise LayerError(_no_layer(reading, dict(sorted(counts.items()))))
    own = _built([feature for feature in own if feature.name or feature.id.startswith("r")], reading, areas=True)
    own = _once(own)
    codes = [_code(feature) for feature in own]
    without = [feature.name for feature, code in zip(own, codes, strict=True) if code == feature.id]
    _tell_names(reading, without, *_WITHOUT_CODE, severity="repair")
    frame = pd.DataFrame({"代码": codes, "名称": [feature.name or feature.id for feature in own]}, dtype=object)
    if any(feature.tags.get("population") for feature in own):
        frame["population"] = [feature.tags.get("population", "") for feature in own]
    shapes = np.array([feature.shape for feature in own], dtype=object)
    for above, name in ((8, "街道"), (6, "区")):
        parents = [feature for feature in features if feature.tags["admin_level"] == str(above) and feature.shape]
        if level > above and parents:
            at = _containing(shapes, np.array([feature.shape for feature in parents], dtype=object))
            frame[f"{name}代码"] = [_code(parents[k]) if k >= 0 else "" for k in at]
            frame[name] = [parents[k].name if k >= 0 else "" for k in at]
    return gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326")


def _once(features: list[_Feature]) -> list[_Feature]:
    """Drop closed ways that only draw the edge of a relation with the same name."""
    related = {feature.name for feature in features if feature.id.startswith("r")}
    return [feature for feature in features if feature.id.startswith("r") or feature.name not in related]


def _code(feature: _Feature) -> str:
    return next((feature.tags[key] for key in _CODES if feature.tags.get(key)), feature.id)


def _containing(shapes: Any, parents: Any) -> Any:
    """Return the position of the parent around a point inside each shape; -1 where there is none."""
    at = np.full(len(shapes), -1)
    child, parent = shapely.STRtree(parents).query(shapely.point_on_surface(shapes), predicate="intersects")
    at[child[::-1]] = parent[::-1]
    return at


def _built(features: list[_Feature], reading: Reading, *, areas: bool = False) -> list[_Feature]:
    """Return the features that have a shape (an area, if asked), and name the others."""
    built = [f.shape is not None and (not areas or shapely.get_dimensions(f.shape) == 2) for f in features]
    good = [feature for feature, whole in zip(features, built, strict=True) if whole]
    bad = [f for f, whole in zip(features, built, strict=True) if not whole and (not areas or f.id.startswith("r"))]
    _tell_names(
        reading,
        [f"{feature.id} {feature.name}".strip() for feature in bad],
        Text(zh="完整的图形", en="complete shapes"),
        Text(zh="{n} 个要素在提取文件中不完整（{names}）", en="{n:feature|features} that the extract cuts ({names})"),
        Text(
            zh="它们未采用；请用范围更大的提取文件。", en="They are left out; an extract that reaches further has all."
        ),
        "geometry",
        severity="warning" if good else "error",
    )
    return good


def _tell_names(
    reading: Reading,
    names: list[str],
    needed: Text,
    found: Text,
    remedy: Text,
    field: str,
    *,
    severity: Severity = "warning",
) -> None:
    """Tell what was found with {n} and the first few {names}, if there are any."""
    if names:
        few = first_few(names)
        told = found.format(n=len(names), names=Text(zh="、".join(few), en=", ".join(few)))
        reading.tell(needed, told, remedy, severity=severity, field=field, values=names)


_KIND_OPEN = (
    Text(zh="机构类别", en="the kind of each facility"),
    Text(zh="{n} 家只标为医院（{names}）", en="{n} that are only tagged as hospitals ({names})"),
    Text(
        zh="暂作综合医院；不是的，请另给机构表。",
        en="They count as general hospitals; where that is wrong, give a table of facilities.",
    ),
    "kind",
)
_UNNAMED = (
    Text(zh="每家机构的名称", en="the name of every facility"),
    Text(zh="{n} 家没有名称（{names}）", en="{n} without a name ({names})"),
    Text(zh="以类别和编号代称；可用 select 去掉。", en="Kind and id stand for it; select can leave them out."),
    "name",
)
_WITHOUT_CODE = (
    Text(zh="行政区划代码（ref:admin:CN）", en="administrative codes (ref:admin:CN)"),
    Text(zh="{n} 个区域没有（{names}）", en="{n:area|areas} without ({names})"),
    Text(zh="以 OpenStreetMap 编号代替。", en="Their OpenStreetMap id stands for it."),
    "代码",
)


def _tell_untold(reading: Reading, count: int) -> None:
    if count:
        reading.tell(
            Text(zh="等级、隶属关系", en="level and affiliation"),
            Text(
                zh=f"OpenStreetMap 没有（{count} 家机构）",
                en=f"none in OpenStreetMap ({counted(count, 'facility', 'facilities').en})",
            ),
            Text(
                zh="没有这些就没有可牵头的医院：医院请另给正式名册，或写 grids.required_leads。",
                en="Without them no hospital may lead: give an official list of hospitals, or grids.required_leads.",
            ),
            severity="warning",
            field="level",
        )


def _no_layer(reading: Reading, layers: Mapping[str, int]) -> InputProblem:
    listed = [f"{layer}（{count}）" for layer, count in layers.items()]
    return InputProblem(
        "error",
        Text(zh=f"图层「{reading.layer}」", en=f"the layer '{reading.layer}'"),
        Text(
            zh=f"图层 {'、'.join(listed)}" if listed else "没有机构或行政边界",
            en=f"the layers {', '.join(f'{a} ({b})' for a, b in layers.items())}"
            if listed
            else "no facilities or boundaries",
        ),
        Text(zh="改正方案中的 layer。", en="Correct layer in the case."),
        file=reading.source.path,
        layer=reading.layer,
        field="layer",
    )
