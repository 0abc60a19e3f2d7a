"""How each format of files is read back, so that one test can compare them all: frames by layer, ids as index."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

LAYERS = ("units", "grids", "facilities")
KEYS = {"units": "unit_id", "grids": "grid_id", "facilities": "facility_id"}
Reader = Callable[[Path], dict[str, Any]]


def one_file_a_layer(suffix: str) -> Reader:
    return lambda folder: {name: pyogrio.read_dataframe(folder / f"{name}{suffix}") for name in LAYERS}


def one_file(file: str) -> Reader:
    return lambda folder: {name: pyogrio.read_dataframe(folder / file, layer=name) for name in LAYERS}


def read_parquet(folder: Path) -> dict[str, Any]:
    return {name: gpd.read_parquet(folder / f"{name}.parquet") for name in LAYERS}


def read_shapefiles(folder: Path) -> dict[str, Any]:
    table = pd.read_csv(folder / "fields.csv")
    frames = {}
    for name in LAYERS:
        mine = table[table["layer"].eq(name)]
        frame = pyogrio.read_dataframe(folder / f"{name}.shp")
        assert list(frame.columns) == [*mine["field"], "geometry"]
        frames[name] = frame.rename(columns=dict(zip(mine["field"], mine["column"], strict=True)))
    return frames


def read_tiles(folder: Path) -> dict[str, Any]:
    """Every feature stands in each tile that it touches: its parts are joined again over seams of up to a metre."""
    frames = one_file_a_layer(".pmtiles")(folder)
    for name in ("units", "grids"):
        grown = frames[name].dissolve(by=KEYS[name], aggfunc="first", grid_size=0.01).reset_index()
        frames[name] = grown.set_geometry(grown.buffer(1, join_style="mitre").buffer(-1, join_style="mitre"))
    return frames


def read_kml(folder: Path) -> dict[str, Any]:
    """GDAL reads no extended data of a KMZ; its document is the KML, byte for byte."""
    with zipfile.ZipFile(folder / "gridplan.kmz") as archive:
        assert archive.read("doc.kml") == (folder / "gridplan.kml").read_bytes()
    assert [name for name, _ in pyogrio.list_layers(folder / "gridplan.kmz")] == list(LAYERS)
    return {name: frame.rename(columns={"Name": "name"}) for name, frame in one_file("gridplan.kml")(folder).items()}


def read_drawing(folder: Path) -> dict[str, Any]:
    """A drawing has outlines by layer; what the layers are stands in the table beside it."""
    drawn = pyogrio.read_dataframe(folder / "gridplan.dxf")
    table = pd.read_csv(folder / "layers.csv", dtype={"grid_id": str})
    areas = {
        layer: gpd.GeoSeries(part.geometry).polygonize().union_all()
        for layer, part in drawn[drawn.geom_type.ne("Point")].groupby("Layer")
    }
    return {"grids": gpd.GeoDataFrame(table, geometry=table["layer"].map(areas).to_list())}


def read_package(folder: Path) -> dict[str, Any]:
    frames = {name: pd.read_csv(folder / f"{name}.csv", dtype={"grid_id": str}) for name in LAYERS}
    points = {name: gpd.points_from_xy(frame["lon"], frame["lat"], crs="EPSG:4490") for name, frame in frames.items()}
    frames["facilities"] = gpd.GeoDataFrame(frames["facilities"], geometry=points["facilities"])
    return frames


def read_bundle(folder: Path) -> dict[str, Any]:
    """Grids by their Locations and Groups, units by the Location that they are part of, facilities by theirs and their membership."""
    tree = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    found: dict[str, dict[str, Any]] = {}
    for entry in tree["entry"]:
        identifier = entry["resource"]["identifier"][0]
        found[entry["request"]["url"]] = {**entry["resource"], "of": identifier["system"], "key": identifier["value"]}
    residents = {r["key"]: r["quantity"] for r in found.values() if r["resourceType"] == "Group"}
    grid_of = {
        r["key"]: found[r["location"][0]["reference"]]["key"]
        for r in found.values()
        if r["resourceType"] == "OrganizationAffiliation"
    }
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in LAYERS}
    for place in (r for r in found.values() if r["resourceType"] == "Location"):
        kind = place["of"].rpartition(":")[2]
        row: dict[str, Any] = {f"{kind}_id": place["key"], "name": place["name"]}
        if kind == "grid":
            row["population"] = residents[place["key"]]
            row["geometry"] = shapely.from_geojson(base64.b64decode(place["extension"][0]["valueAttachment"]["data"]))
        elif kind == "unit":
            row["grid_id"] = found[place["partOf"]["reference"]]["key"]
        else:
            row["grid_id"] = grid_of.get(place["key"], "")
            row["geometry"] = shapely.Point(place["position"]["longitude"], place["position"]["latitude"])
        rows[{"grid": "grids", "unit": "units", "facility": "facilities"}[kind]].append(row)
    shaped = {name: gpd.GeoDataFrame(rows[name], geometry="geometry", crs=4326) for name in ("grids", "facilities")}
    return {"units": pd.DataFrame(rows["units"]), **shaped}


def read_metadata(folder: Path) -> dict[str, Any]:
    tree = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    sets = {
        group_set["name"]: {g["id"] for g in group_set["organisationUnitGroups"]}
        for group_set in tree["organisationUnitGroupSets"]
    }
    place = tree["organisationUnits"][0]["name"]
    groups = [g for g in tree["organisationUnitGroups"] if g["id"] in sets[f"{place} 服务网格"]]
    key_of = {group["id"]: group["code"].removeprefix(f"{place}:") for group in groups}
    grid_of = {unit["id"]: key_of[group["id"]] for group in groups for unit in group["organisationUnits"]}
    counted = [
        {
            "grid_id": key_of[g["id"]],
            "name": g["name"].removeprefix(f"{place} "),
            "population": float(g["attributeValues"][0]["value"]),
        }
        for g in groups
    ]
    rows: dict[str, list[dict[str, Any]]] = {"units": [], "facilities": []}
    for unit in tree["organisationUnits"][1:]:
        layer = "units" if "attributeValues" in unit else "facilities"
        row = {KEYS[layer]: unit["code"], "name": unit["name"], "grid_id": grid_of.get(unit["id"], "")}
        if layer == "units":
            row["population"] = float(unit["attributeValues"][0]["value"])
        rows[layer].append({**row, "geometry": shapely.from_geojson(json.dumps(unit["geometry"]))})
    shaped = {name: gpd.GeoDataFrame(found, geometry="geometry", crs=4326) for name, found in rows.items()}
    return {**shaped, "grids": pd.DataFrame(counted)}


READERS: dict[str, Reader] = {
    "geojson": one_file_a_layer(".geojson"),
    "geoparquet": read_parquet,
    "flatgeobuf": one_file_a_layer(".fgb"),
    "shapefile": read_shapefiles,
    "shapefile-gbk": read_shapefiles,
    "filegdb": one_file("gridplan.gdb.zip"),
    "kml": read_kml,
    "dxf": read_drawing,
    "pmtiles": read_tiles,
    "csv": read_package,
    "fhir": read_bundle,
    "dhis2": read_metadata,
    "qgis": one_file("gridplan.gpkg"),
}


LOST = {
    "dxf": {("units", "*"), ("facilities", "*")},
    "csv": {("units", "geometry"), ("grids", "geometry")},
    "fhir": {("units", "population"), ("units", "geometry")},
    "dhis2": {("grids", "geometry")},
}
"""What a format cannot hold of what is compared, by layer and column; "*": the whole layer."""
PARTLY = ("dxf", "fhir", "dhis2")
"""Formats that hold a few fields alone; all others hold every one."""
