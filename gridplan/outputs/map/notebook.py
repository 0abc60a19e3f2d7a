"""A proposal as a folium map for notebooks: tinted grids, leads, units on demand; opens without internet."""

from __future__ import annotations

import html
import json
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import shapely

from gridplan.layers.area.validity import reproject
from gridplan.outputs.map.offline import OfflineMap
from gridplan.outputs.map.shapes import MERCATOR, simplified_units
from gridplan.outputs.map.tints import TINTS, choose_tints
from gridplan.proposal.proposal import Proposal
from gridplan.words.kinds import need_kind
from gridplan.words.numbers import minutes, people, share
from gridplan.words.text import Language, Text

_DEGREES = "EPSG:4326"
_MOST_POINTS = 120_000
_INK = "#16191d"
_LABEL = "transform:translate(-50%,-150%);width:max-content;font-weight:bold;text-shadow:0 0 3px #fff,0 0 3px #fff"
_BARE = "#eceeea"
_STEERING = {ord(sign): f"&#{ord(sign)};" for sign in "`$\\{}"}
_GRIDS = Text(zh="网格", en="Grids")
_LEADS = Text(zh="牵头医院", en="Lead hospitals")
_UNITS = Text(zh="规划单元", en="Planning units")
_NAMES = Text(zh="网格名称", en="Names of grids")
_MEAN = Text(zh="平均 {m} 分钟到牵头医院", en="{m} min to the lead on average")
_WITHIN = Text(zh="{s} 的居民在限时内", en="{s} of residents within the limit")
_TO_LEAD = Text(zh="到牵头医院 {m} 分钟", en="{m} min to the lead")
_NO_GRID = Text(zh="不属于任何网格", en="in no grid")


def draw(proposal: Proposal, *, language: Language | None = None) -> folium.Map:
    """Draw a proposal for a notebook: grids in tints, a dot for each lead, units where they are switched on.

    Names and numbers show under the pointer. Nothing is loaded from elsewhere, so there is no map below; add one with
    `folium.TileLayer(...).add_to(the_map)`. The review map of a saved proposal shows far more.

    Parameters
    ----------
    proposal
        What to draw.
    language
        "zh" or "en"; None takes the case's.

    Returns
    -------
    folium.Map
        A notebook shows it as it is; `save(path)` writes it to a file of its own.

    Raises
    ------
    ArgumentError
        If `proposal` is no proposal: a folder is read with `read_proposal` first.

    Examples
    --------
    >>> the_map = gp.draw(proposal)
    >>> the_map.save("grids.html")
    """
    need_kind(proposal, Proposal, "proposal")
    told = language or proposal.case.language
    units = _simplified(proposal.units)
    grids = _grids(units, proposal, told)
    west, south, east, north = units.total_bounds
    the_map = OfflineMap(tiles=None, attribution_control=False)
    _areas(grids, _GRIDS.in_language(told), line=2.0, show=True).add_to(the_map)
    _areas(_units(units, grids, told), _UNITS.in_language(told), line=0.6, show=False).add_to(the_map)
    _dots(_leads(proposal), _LEADS.in_language(told)).add_to(the_map)
    _labels(grids, _NAMES.in_language(told)).add_to(the_map)
    folium.LayerControl(collapsed=False).add_to(the_map)
    the_map.fit_bounds([[float(south), float(west)], [float(north), float(east)]])
    return the_map


def harmless(text: object) -> str:
    """Return text that is neither markup nor a template where folium puts it into a document."""
    return html.escape(str(text), quote=True).translate(_STEERING)


def _simplified(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the units in degrees with what the map needs; neighbours still share their borders."""
    shapes = gpd.GeoSeries(simplified_units(units, max_points=_MOST_POINTS), index=units.index, crs=MERCATOR)
    columns = ["name", "grid_id", "population", "minutes_to_lead"]
    return reproject(gpd.GeoDataFrame(units[columns], geometry=shapes), _DEGREES)


def _grids(units: gpd.GeoDataFrame, proposal: Proposal, told: Language) -> gpd.GeoDataFrame:
    """Return the grids as areas with tint, label and what the pointer tells."""
    grids = proposal.grids
    areas = units[["grid_id", "geometry"]].dissolve("grid_id").geometry.reindex(grids.index)
    where = {grid: number for number, grid in enumerate(grids.index)}
    grid_of_unit = units["grid_id"].map(where)
    ends = proposal.adjacency[["unit_a", "unit_b"]].apply(lambda column: column.map(grid_of_unit)).dropna().astype(int)
    tints = choose_tints(len(grids), ends.drop_duplicates().itertuples(index=False), grids.geometry.area.tolist())
    rows = zip(
        grids["name"],
        grids["lead_name"],
        grids["population"],
        grids["mean_minutes"],
        grids["share_within"],
        strict=True,
    )
    told_of = [
        _lines(
            name,
            lead,
            people(float(residents)).in_language(told),
            _MEAN.format(m=minutes(float(mean))).in_language(told),
            _WITHIN.format(s=share(float(within))).in_language(told),
        )
        for name, lead, residents, mean, within in rows
    ]
    return gpd.GeoDataFrame(
        {"tint": [TINTS[tint] for tint in tints], "told": told_of, "label": grids["name"].map(harmless)},
        geometry=areas,
        index=grids.index,
        crs=_DEGREES,
    )


def _units(units: gpd.GeoDataFrame, grids: gpd.GeoDataFrame, told: Language) -> gpd.GeoDataFrame:
    """Return the units as areas with the tint of their grid and what the pointer tells."""
    rows = zip(units["name"], units["grid_id"], units["population"], units["minutes_to_lead"], strict=True)
    told_of = [
        _lines(
            name,
            people(float(residents)).in_language(told),
            _TO_LEAD.format(m=minutes(float(time))).in_language(told) if grid else _NO_GRID.in_language(told),
        )
        for name, grid, residents, time in rows
    ]
    tint = units["grid_id"].map(grids["tint"]).fillna(_BARE)
    return gpd.GeoDataFrame({"tint": tint, "told": told_of}, geometry=units.geometry)


def _leads(proposal: Proposal) -> gpd.GeoDataFrame:
    leads = proposal.facilities[proposal.facilities["role"] == "lead"]
    told = {"told": [_lines(name) for name in leads["name"]]}
    return gpd.GeoDataFrame(told, index=leads.index, geometry=leads.geometry.to_crs(_DEGREES))


def _lines(first: object, *others: object) -> str:
    return "<br>".join([f"<b>{harmless(first)}</b>", *map(harmless, others)])


def _areas(frame: gpd.GeoDataFrame, name: str, *, line: float, show: bool) -> folium.FeatureGroup:
    """Return areas as a layer that can be switched on and off."""
    group = folium.FeatureGroup(name=name, show=show)
    if len(frame):
        folium.GeoJson(
            _features(frame),
            style_function=lambda feature: {
                "fillColor": feature["properties"]["tint"],
                "fillOpacity": 0.8,
                "color": _INK,
                "weight": line,
            },
            tooltip=folium.GeoJsonTooltip(["told"], labels=False),
        ).add_to(group)
    return group


def _dots(frame: gpd.GeoDataFrame, name: str) -> folium.FeatureGroup:
    """Return points as a layer that can be switched on and off."""
    group = folium.FeatureGroup(name=name)
    if len(frame):
        dot = folium.CircleMarker(radius=5, color="#ffffff", weight=1.5, fill_color=_INK, fill_opacity=1)
        folium.GeoJson(_features(frame), marker=dot, tooltip=folium.GeoJsonTooltip(["told"], labels=False)).add_to(
            group
        )
    return group


def _labels(grids: gpd.GeoDataFrame, name: str) -> folium.FeatureGroup:
    """Return the names of the grids as a layer, each where its grid is."""
    group = folium.FeatureGroup(name=name)
    points = shapely.get_coordinates(grids.geometry.representative_point().to_numpy()).round(6)
    for label, (east, north) in zip(grids["label"], points.tolist(), strict=True):
        icon = folium.DivIcon(html=f'<div style="{_LABEL}">{label}</div>', icon_size=(0, 0))
        folium.Marker((north, east), icon=icon, interactive=False).add_to(group)
    return group


def _features(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return a frame as GeoJSON; its ids are row numbers, its coordinates have six decimals (a decimetre)."""
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy.round(6))
    plain = pd.DataFrame(frame.drop(columns="geometry")).reset_index(drop=True)
    return json.loads(gpd.GeoDataFrame(plain, geometry=shapes, crs=_DEGREES).to_json())
