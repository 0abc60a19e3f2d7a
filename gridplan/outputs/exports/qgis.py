"""A QGIS project: the layers styled and labelled, and a print layout that draws a page a grid (atlas)."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from gridplan.outputs.audiences import Audience
from gridplan.outputs.exports.exchange import exchanged, write_archive
from gridplan.proposal.files import write_geopackage
from gridplan.proposal.frames import FRAMES
from gridplan.proposal.proposal import Proposal
from gridplan.proposal.qgis_styles import layer_styles
from gridplan.words.signs import shown_text
from gridplan.words.text import Text

_DATA = "gridplan.gpkg"
_SHAPES = {"facilities": "Point", "roads": "Line", "barriers": "Line", "grids": "Polygon", "units": "Polygon"}
"""Layers from the top down, with what QGIS calls their geometry."""
_LABELS = {"grids": ("name", 11), "facilities": ('CASE WHEN "role" = \'lead\' THEN "name" END', 8)}
"""Layer -> what labels it, a field or an expression, and how large in points."""
_PAGE_MM = (297.0, 210.0)
_MAP_CORNER_MM, _MAP_MM = (10.0, 28.0), (277.0, 164.0)
_PAGE, _MAP, _LABEL = "65638", "65639", "65641"
"""Kinds of items of a layout, as QGIS numbers them."""
_TITLE = '[% "name" %]'
_BELOW = Text(
    zh="牵头医院 [% \"lead_name\" %][% coalesce('　常住人口 ' || format_number(\"population\", 0), '') %]　第 [% @atlas_featurenumber %] 页，共 [% @atlas_totalfeatures %] 页",
    en="Lead [% \"lead_name\" %][% coalesce(' · ' || format_number(\"population\", 0) || ' residents', '') %] · page [% @atlas_featurenumber %] of [% @atlas_totalfeatures %]",
)
_USE = (
    Text(zh="内部用图", en="For internal use"),
    Text(zh="审图号【待填】", en="Map approval number: to be filled in"),
)
"""What a page says to the commission, and to all others."""
_FOOT = Text(zh="{use}　界线不作为划界依据", en="{use} · lines do not delimit boundaries")
_NAME_OF_LAYOUT = Text(zh="网格图册", en="Atlas of the grids")


def write_qgis(proposal: Proposal, folder: Path, *, audience: Audience = "internal") -> list[Path]:
    """Write gridplan.qgz beside the GeoPackage that it shows; both move together, the paths in it are relative."""
    data = folder / _DATA
    write_geopackage(proposal, {name: exchanged(proposal, name) for name in reversed(_shown(proposal))}, data)
    content = ET.tostring(_project(proposal, audience), encoding="utf-8", xml_declaration=True)
    return [write_archive(folder / "gridplan.qgz", {"gridplan.qgs": content}), data]


def _shown(proposal: Proposal) -> list[str]:
    """Return the layers that have rows: an empty one has no kind of geometry, and QGIS cannot draw it."""
    return [name for name in _SHAPES if len(getattr(proposal, name))]


def _project(proposal: Proposal, audience: Audience) -> ET.Element:
    language = proposal.case.language
    title = shown_text(proposal.case.place.name)
    root = ET.Element("qgis", projectname=title, version="3.22.0")
    _add(root, "title", title)
    root.append(_crs("projectCrs", proposal))
    tree = ET.SubElement(root, "layer-tree-group")
    layers = ET.SubElement(root, "projectlayers")
    styles = layer_styles(proposal).set_index("f_table_name")["styleQML"]
    for name in _shown(proposal):
        label = FRAMES[name].about.in_language(language)
        shown = {
            "id": _key(name),
            "name": label,
            "source": _source(name),
            "providerKey": "ogr",
            "checked": "Qt::Checked",
        }
        ET.SubElement(tree, "layer-tree-layer", shown)
        layers.append(_layer(name, label, styles[name], proposal))
    properties = ET.SubElement(root, "properties")
    _add(ET.SubElement(properties, "Paths"), "Absolute", "false", type="bool")
    _add(ET.SubElement(properties, "SpatialRefSys"), "ProjectionsEnabled", "1", type="int")
    ET.SubElement(root, "Layouts").append(_layout(proposal, audience))
    return root


def _layer(name: str, label: str, style: str, proposal: Proposal) -> ET.Element:
    layer = ET.Element("maplayer", type="vector", geometry=_SHAPES[name], labelsEnabled=str(int(name in _LABELS)))
    _add(layer, "id", _key(name))
    _add(layer, "datasource", _source(name))
    _add(layer, "layername", label)
    layer.append(_crs("srs", proposal))
    _add(layer, "provider", "ogr", encoding="UTF-8")
    renderer = ET.fromstring(style).find("renderer-v2")
    if renderer is not None:
        if name == "grids":
            _leave_unfilled(renderer)
        layer.append(renderer)
    if name in _LABELS:
        layer.append(_labeling(*_LABELS[name]))
    return layer


def _leave_unfilled(renderer: ET.Element) -> None:
    """Show grids as outlines above their tinted units."""
    for option in renderer.iter("Option"):
        if option.get("name") == "style":
            option.set("value", "no")


def _labeling(field: str, points: int) -> ET.Element:
    labeling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName=field,
        isExpression=str(int(not field.isidentifier())),
        fontFamily="Noto Sans CJK SC",
        fontSize=str(points),
        fontSizeUnit="Point",
        textColor="22,25,29,255",
        allowHtml="0",
    )
    ET.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor="255,255,255,255",
        bufferOpacity="1",
    )
    ET.SubElement(settings, "placement", placement="0", priority="5")
    ET.SubElement(settings, "rendering", drawLabels="1", obstacle="1")
    return labeling


def _layout(proposal: Proposal, audience: Audience) -> ET.Element:
    language = proposal.case.language
    layout = ET.Element("Layout", name=_NAME_OF_LAYOUT.in_language(language), printResolution="300", units="mm")
    width, height = _PAGE_MM
    pages = ET.SubElement(layout, "PageCollection")
    pages.append(_item(_PAGE, "page", 0, 0, width, height))
    plate = _item(_MAP, "map", *_MAP_CORNER_MM, *_MAP_MM)
    plate.attrib.update({"followPreset": "false", "mapRotation": "0", "keepLayerSet": "false"})
    ET.SubElement(plate, "Extent", _extent(proposal))
    plate.append(_crs("crs", proposal))
    ET.SubElement(plate, "AtlasMap", atlasDriven="1", scalingMode="2", margin="0.1")
    layout.append(plate)
    for key, text, points, top in (
        ("title", _TITLE, 20, 8.0),
        ("below", _BELOW.in_language(language), 11, 18.0),
        ("foot", _FOOT.format(use=_USE[audience != "internal"]).in_language(language), 9, height - 14),
    ):
        layout.append(_text(key, text, points, top))
    ET.SubElement(
        layout,
        "Atlas",
        enabled="1",
        coverageLayer=_key("grids"),
        coverageLayerName="grids",
        coverageLayerProvider="ogr",
        coverageLayerSource=_source("grids"),
        pageNameExpression='"grid_id"',
        filenamePattern="'grid_' || @atlas_featurenumber",
        sortFeatures="0",
        filterFeatures="0",
        hideCoverage="0",
    )
    return layout


def _extent(proposal: Proposal) -> dict[str, str]:
    """Return the sides of what the map shows, in the shape of its item: QGIS would stretch the item to another one."""
    west, south, east, north = proposal.grids.total_bounds
    scale = max((east - west) / _MAP_MM[0], (north - south) / _MAP_MM[1]) / 2
    x, y, half_x, half_y = (west + east) / 2, (south + north) / 2, scale * _MAP_MM[0], scale * _MAP_MM[1]
    sides = {"xmin": x - half_x, "ymin": y - half_y, "xmax": x + half_x, "ymax": y + half_y}
    return {side: str(value) for side, value in sides.items()}


def _text(key: str, text: str, points: int, top: float) -> ET.Element:
    item = _item(_LABEL, key, 10, top, _PAGE_MM[0] - 20, points * 0.9)
    item.attrib.update({"labelText": text, "htmlState": "0", "halign": "1", "valign": "32"})
    ET.SubElement(item, "LabelFont", description=f"Noto Sans CJK SC,{points},-1,5,50,0,0,0,0,0", style="")
    return item


def _item(kind: str, key: str, x: float, y: float, width: float, height: float) -> ET.Element:
    item = ET.Element("LayoutItem", type=kind, id=key, uuid=f"{{{key}}}", visibility="1", opacity="1")
    item.attrib.update({"position": f"{x},{y},mm", "positionOnPage": f"{x},{y},mm", "size": f"{width},{height},mm"})
    return item


def _crs(tag: str, proposal: Proposal) -> ET.Element:
    element, crs = ET.Element(tag), proposal.units.crs
    system = ET.SubElement(element, "spatialrefsys")
    _add(system, "wkt", crs.to_wkt())
    epsg = crs.to_epsg()
    if epsg is not None:
        _add(system, "srid", str(epsg))
        _add(system, "authid", f"EPSG:{epsg}")
    return element


def _key(name: str) -> str:
    """Return the id of a layer: QGIS makes up its own for those of ten letters or less."""
    return f"gridplan_{name}"


def _source(name: str) -> str:
    return f"./{_DATA}|layername={name}"


def _add(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, tag, attributes).text = text
