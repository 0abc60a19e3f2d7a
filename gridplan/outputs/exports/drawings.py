"""Files to look at and to draw on: KML and KMZ for globes, DXF for drawing programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import shapely

from gridplan.outputs.exports.exchange import (
    LAYERS,
    WGS84,
    exchanged,
    guarded,
    holds_sign,
    write_archive,
    write_csv,
    write_file,
)
from gridplan.proposal.frames import FRAMES
from gridplan.proposal.palette import TINTS
from gridplan.proposal.proposal import Proposal
from gridplan.words.signs import shown_line, shown_text

_PLAIN_LAYER = re.compile(r"[A-Za-z0-9_\-]{1,60}")
"""Names of layers that every drawing program takes."""
_KML_NAME = "name"
"""The column that is a tag of its own; all others are extended data."""
_KML_TYPES = {
    "text": "string",
    "keys": "string",
    "number": "double",
    "minutes": "double",
    "share": "double",
    "whole": "int",
}


def write_kml(proposal: Proposal, folder: Path) -> list[Path]:
    """Write all layers as folders of one KML file, and the same as KMZ; all fields are extended data, grids in their tints.

    GDAL's own writer is not used: a name with "]]>" ends its CDATA and breaks the file.
    """
    root = ET.Element("kml", xmlns="http://www.opengis.net/kml/2.2")
    document = ET.SubElement(root, "Document")
    _add(document, "name", shown_text(proposal.case.place.name))
    tints = {grid_id: TINTS[i % len(TINTS)] for i, grid_id in enumerate(proposal.grids.index)}
    for tint in TINTS:
        _add_style(document, tint)
    for layer in LAYERS:
        _add_schema(document, layer)
    for layer in LAYERS:
        _add_folder(document, layer, exchanged(proposal, layer, WGS84), tints)
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    path = folder / "gridplan.kml"
    path.write_bytes(content)
    return [path, write_archive(folder / "gridplan.kmz", {"doc.kml": content})]


def _add(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = text


def _add_style(document: ET.Element, tint: str) -> None:
    style = ET.SubElement(document, "Style", id=tint.strip("#"))
    red, green, blue = (tint[i : i + 2] for i in (1, 3, 5))
    _add(ET.SubElement(style, "LineStyle"), "width", "1.5")
    _add(ET.SubElement(style, "PolyStyle"), "color", f"99{blue}{green}{red}".lower())


def _add_schema(document: ET.Element, layer: str) -> None:
    schema = ET.SubElement(document, "Schema", name=layer, id=layer)
    for column in FRAMES[layer].columns:
        if column.name == _KML_NAME:
            continue
        field = ET.SubElement(schema, "SimpleField", name=column.name, type=_KML_TYPES[column.kind])
        _add(field, "displayName", f"{column.about.zh} · {column.about.en}")


def _add_folder(document: ET.Element, layer: str, frame: Any, tints: dict[str, str]) -> None:
    folder = ET.SubElement(document, "Folder")
    _add(folder, "name", layer)
    for shape, row in zip(frame.geometry, frame[FRAMES[layer].names].to_dict(orient="records"), strict=True):
        mark = ET.SubElement(folder, "Placemark")
        _add(mark, _KML_NAME, row.pop(_KML_NAME))
        if row["grid_id"] in tints:
            _add(mark, "styleUrl", f"#{tints[row['grid_id']].strip('#')}")
        data = ET.SubElement(ET.SubElement(mark, "ExtendedData"), "SchemaData", schemaUrl=f"#{layer}")
        for name, value in row.items():
            if pd.notna(value) and value != "":
                _add(data, "SimpleData", str(value), name=name)
        _add_shape(mark, shape)


def _add_shape(parent: ET.Element, shape: Any) -> None:
    parts = list(shapely.get_parts(shape))
    if len(parts) > 1:
        parent = ET.SubElement(parent, "MultiGeometry")
    for part in parts:
        if part.geom_type == "Point":
            _add(ET.SubElement(parent, "Point"), "coordinates", _kml_coordinates(part))
            continue
        polygon = ET.SubElement(parent, "Polygon")
        rings = [("outerBoundaryIs", part.exterior), *(("innerBoundaryIs", ring) for ring in part.interiors)]
        for side, ring in rings:
            inside = ET.SubElement(ET.SubElement(polygon, side), "LinearRing")
            _add(inside, "coordinates", _kml_coordinates(ring))


def _kml_coordinates(line: Any) -> str:
    return " ".join(f"{x:.7f},{y:.7f}" for x, y in shapely.get_coordinates(line))


def write_dxf(proposal: Proposal, folder: Path) -> list[Path]:
    """Write the outline of each grid, the place of its lead and the names of both into a layer of its own, in the proposal's CRS.

    A drawing holds no table: layers.csv says which grid each layer is, with its lead and its residents.

    Raises
    ------
    OutputError
        If an id begins like a formula.
    """
    grids, facilities = exchanged(proposal, "grids"), exchanged(proposal, "facilities")
    layers = _layer_names(grids["grid_id"].tolist())
    leads = facilities[facilities["facility_id"].isin(grids["lead_id"])]
    grid_of_lead = dict(zip(grids["lead_id"], grids["grid_id"], strict=True))
    outlines = grids.set_geometry(grids.boundary)[["geometry"]].assign(Layer=grids["grid_id"].map(layers))
    points = leads[["facility_id", "geometry"]].assign(Layer=leads["facility_id"].map(grid_of_lead).map(layers))
    path = folder / "gridplan.dxf"
    write_file(pd.concat([outlines, points.drop(columns="facility_id")], ignore_index=True), path, "entities", "DXF")
    _write_labels(path, [*_grid_labels(grids, layers), *_lead_labels(grids, points)])
    table = pd.DataFrame(grids[["grid_id", "name", "lead_id", "lead_name", "population"]])
    table.insert(0, "layer", table["grid_id"].map(layers))
    return [path, write_csv(guarded(table), folder / "layers.csv")]


def _layer_names(grid_ids: list[str]) -> dict[str, str]:
    """Return the name of the layer of each grid: the ids, where all are plain and differ in more than case, else numbers."""
    told_apart = len({grid_id.lower() for grid_id in grid_ids}) == len(grid_ids)
    if told_apart and all(map(_PLAIN_LAYER.fullmatch, grid_ids)):
        return dict(zip(grid_ids, grid_ids, strict=True))
    return {grid_id: f"grid_{number}" for number, grid_id in enumerate(grid_ids, start=1)}


@dataclass(frozen=True)
class _Label:
    """A text of a drawing: its layer, its middle and its height in units of the drawing."""

    layer: str
    x: float
    y: float
    height: float
    text: str


_HEIGHT = 0.04
"""Height of the name of a grid in shares of the side of a square of its area; that of its lead is half of it."""


def _grid_labels(grids: Any, layers: dict[str, str]) -> list[_Label]:
    """Return the name of each grid, inside it."""
    return [
        _Label(layers[row.grid_id], point.x, point.y, _HEIGHT * row.geometry.area**0.5, row.name)
        for row, point in zip(grids.itertuples(index=False), grids.representative_point(), strict=True)
    ]


def _lead_labels(grids: Any, points: Any) -> list[_Label]:
    """Return the name of each lead, above its point."""
    named = dict(zip(grids["lead_id"], zip(grids["lead_name"], grids.area, strict=True), strict=True))
    found = []
    for lead, layer, point in zip(points["facility_id"], points["Layer"], points.geometry, strict=True):
        name, area = named[lead]
        height = _HEIGHT / 2 * area**0.5
        found.append(_Label(layer, point.x, point.y + 1.5 * height, height, name))
    return found


_SEED = re.compile(r"(\$HANDSEED\n +5\n)([0-9A-F]+)")
_ENTITIES_END = "  0\nENDSEC\n  0\nSECTION\n  2\nOBJECTS\n"
_STATED = {"  3\nANSI_1252\n": "  3\nANSI_936\n", "  3\ntxt\n": "  3\nsimsun.ttc\n"}
"""What GDAL states of a drawing and what makes it hold Chinese: its code page, and a face that has the signs."""


def _write_labels(path: Path, labels: list[_Label]) -> None:
    """Add texts to a drawing: GDAL writes them from style strings alone, which pyogrio cannot hand to it."""
    drawing = path.read_text(encoding="ascii")
    match = _SEED.search(drawing)
    assert match is not None
    first = int(match[2], 16)
    texts = "".join(_text_entity(label, first + number) for number, label in enumerate(labels))
    drawing = _SEED.sub(rf"\g<1>{first + len(labels):08X}", drawing, count=1)
    for stated, wanted in {**_STATED, _ENTITIES_END: texts + _ENTITIES_END}.items():
        assert drawing.count(stated) == 1
        drawing = drawing.replace(stated, wanted)
    path.write_text(drawing, encoding="gbk", newline="\n")


def _text_entity(label: _Label, handle: int) -> str:
    """Return a text, centred on its place."""
    entries: list[tuple[int, object]] = [
        (0, "TEXT"), (5, f"{handle:X}"), (100, "AcDbEntity"), (8, label.layer), (100, "AcDbText"), (10, label.x), (20, label.y), (30, 0.0),
        (40, label.height), (1, _drawing_text(label.text)), (7, "Standard"), (72, 1), (11, label.x), (21, label.y), (31, 0.0), (100, "AcDbText"), (73, 2),
    ]  # fmt: skip
    return "".join(f"{code:3d}\n{value}\n" for code, value in entries)


_OBEYED = {"%%": "% %", "^": "^ ", "\\U+": "\\ U+", "\\M+": "\\ M+"}
"""Signs of a text that drawing programs obey, and how they stand there as themselves."""


def _drawing_text(text: str) -> str:
    """Return a text as a drawing of this code page has it: signs beyond it by their numbers, two for one beyond the first 65,536."""
    plain = shown_line(text)[:250]
    for sign, harmless in _OBEYED.items():
        plain = plain.replace(sign, harmless)
    return "".join(sign if holds_sign("GBK", sign) else _numbered(sign) for sign in plain)


def _numbered(sign: str) -> str:
    units = sign.encode("utf-16-be")
    return "".join(f"\\U+{units[i : i + 2].hex().upper()}" for i in range(0, len(units), 2))
