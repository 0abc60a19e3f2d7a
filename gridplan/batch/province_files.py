"""province.html and province.xlsx: one offline page without any script, and a workbook with the same tables."""

from __future__ import annotations

import html
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.batch.case_list import PAGE, WORKBOOK
from gridplan.batch.province import Province
from gridplan.batch.province_tables import Kind, ShownTable, province_tables, shown_value
from gridplan.outputs.map.offline import own_file, with_policy
from gridplan.outputs.map.shapes import Frame, shape_paths, simplified_units, study_frame, svg_path
from gridplan.outputs.workbook import write_sheets
from gridplan.words.numbers import counted
from gridplan.words.signs import shown_line
from gridplan.words.text import Language, Text
from gridplan.words.writing import replaced_file

_CLASSES = ((0.9, "#9fc1e4"), (0.75, "#c3d9ef"), (0.5, "#e2edf7"), (-1.0, "#ffffff"))
"""Shares of residents within the limit from which on a tint is used, the best first."""
_SHOWN = 40
"""Rows of the longer tables that the page shows; the workbook has all."""
_POINTS = 60_000


def write_province(province: Province, folder: Path, language: Language) -> None:
    """Write the page and the workbook of a province; the same plans give the same bytes.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    tables = province_tables(province, language)
    with replaced_file(folder / PAGE) as beside:
        beside.write_text(render_province(province, tables, language), encoding="utf-8", newline="\n")
    with replaced_file(folder / WORKBOOK) as beside:
        write_sheets([(table.title, _sheet(table, language)) for table in tables.values()], beside, language)


def _sheet(table: ShownTable, language: Language) -> pd.DataFrame:
    """Return a table under the headers that people read; two of one header are told apart by a blank."""
    headers: list[str] = []
    for column in table.columns:
        header = column.header.in_language(language)
        headers.append(header + " " * headers.count(header))
    shown = table.rows.set_axis(headers, axis="columns")
    shown.attrs["kinds"] = {header: column.kind for header, column in zip(headers, table.columns, strict=True)}
    return shown


def render_province(province: Province, tables: dict[str, ShownTable], language: Language) -> str:
    """Return the page as HTML text."""
    title = _text(_TITLE.format(n=province.name).in_language(language))
    parts = [
        f"<header><h1>{title}</h1><p>{_text(_ABOUT.in_language(language))}</p></header>",
        _figures(province, language),
        _map(province, language),
        _cities(province, tables["cities"], language),
    ]
    parts += [
        _section(tables[name], language) for name in ("rules", "cover", "shared", "pairs", "indicators", "failed")
    ]
    style = own_file("look.css") + own_file("province.css", "gridplan.batch")
    tongue = "zh-CN" if language == "zh" else "en"
    return with_policy(
        f'<!DOCTYPE html>\n<html lang="{tongue}">\n<head>\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n</body>\n</html>\n"
    )


_TITLE = Text(zh="{n}：网格布局汇总", en="{n}: the plans together")
_ABOUT = Text(zh="点击城市打开它的地图。", en="Click a city to open its map.")


def _text(words: str) -> str:
    return html.escape(shown_line(words))


def _figures(province: Province, language: Language) -> str:
    totals = province.totals
    figures: tuple[tuple[Text, float, Kind], ...] = (
        (Text(zh="有方案的城市", en="Cities with a plan"), len(province.plans), "whole"),
        (Text(zh="常住人口", en="Residents"), totals["population"], "whole"),
        (Text(zh="城市医疗集团", en="Urban groups"), totals["n_city_grids"], "whole"),
        (Text(zh="县域医共体", en="County communities"), totals["n_county_grids"], "whole"),
        (Text(zh="平均分钟", en="Mean minutes"), totals["mean_minutes"], "minutes"),
        (Text(zh="时限内居民", en="Within the limit"), totals["share_within"], "share"),
        (Text(zh="未达到的“必须”", en="Must-rules not met"), totals["must"], "whole"),
        (Text(zh="没有方案的", en="Without a plan"), len(province.failed), "whole"),
    )
    told = (
        f"<div><dt>{_text(label.in_language(language))}</dt><dd>{shown_value(value, kind) or '-'}</dd></div>"
        for label, value, kind in figures
    )
    return f'<dl class="figures">{"".join(told)}</dl>'


def _map(province: Province, language: Language) -> str:
    """Draw every city with its grids, tinted by its residents within the limit, as a link to its own map."""
    if not province.plans:
        return ""
    grids = pd.concat([city.grids[["geometry"]].assign(at=at) for at, city in enumerate(province.plans)])
    shapes = simplified_units(gpd.GeoDataFrame(grids, crs=4326), max_points=_POINTS)
    frame = study_frame(shapely.total_bounds(shapes))
    own = grids["at"].to_numpy()
    outlines = [shapely.union_all(shapes[own == at]) for at in range(len(province.plans))]
    south, west, north, east = _corners(shapes, frame)
    size = max(east - west, north - south) / 46
    margin = 2 * size
    box = f"{west - margin:.0f} {north - margin:.0f} {east - west + 2 * margin:.0f} {south - north + 2 * margin:.0f}"
    areas = [_area(province, at, outline, shapes[own == at], frame, language) for at, outline in enumerate(outlines)]
    names = _labels(province, outlines, frame, size)
    drawn = f'<svg viewBox="{box}" role="group" aria-label="{_text(_MAP.in_language(language))}">{"".join(areas)}{"".join(names)}</svg>'
    return f'<div class="land">{drawn}<p class="legend">{_legend(language)}</p></div>'


_MAP = Text(zh="全省地图", en="Map of the province")


def _corners(shapes: Any, frame: Frame) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds(shapes)
    (left, bottom), (right, top) = frame.steps(np.array([[west, south], [east, north]])).tolist()
    return bottom, left, top, right


def _area(province: Province, at: int, outline: Any, grids: Any, frame: Frame, language: Language) -> str:
    row, city = province.cities.iloc[at], province.plans[at]
    told = _TOLD.format(
        n=city.name, p=shown_value(row["population"], "whole"), m=shown_value(row["mean_minutes"], "minutes"),
        w=shown_value(row["share_within"], "share"), g=shown_value(row["gap"], "share") or "-", u=int(row["must"]),
    )  # fmt: skip
    share = row["share_within"]
    fill = next(tint for least, tint in _CLASSES if (share if share == share and share is not None else 0.0) >= least)
    lines = svg_path(
        shape_paths(shapely.boundary(shapely.multipolygons(shapely.get_parts(grids))), frame, 0.0), closed=False
    )
    return (
        f'<a href="{quote(city.folder)}/map.html"><title>{_text(told.in_language(language))}</title>'
        f'<path class="area" fill="{fill}" fill-rule="evenodd" d="{svg_path(shape_paths(outline, frame, 0.0), closed=True)}"/>'
        f'<path class="lines" d="{lines}"/></a>'
    )


_TOLD = Text(
    zh="{n}：{p} 人，平均 {m} 分钟，时限内 {w}，与下界差距 {g}，未达到的“必须” {u}",
    en="{n}: {p:resident|residents}, {m} min on average, {w} within the limit, gap {g}, must-rules not met {u}",
)


def _labels(province: Province, outlines: list[Any], frame: Frame, size: float) -> list[str]:
    """Write the names of the cities with their must-rules not met, the largest first; where a name has no room, the number alone.

    A name has room where it reaches little beyond its city and over no label that stands; every name is in the table below.
    """
    labels: list[str] = []
    taken: list[Any] = []
    for at in sorted(range(len(outlines)), key=lambda at: -shapely.area(outlines[at])):
        if outlines[at].is_empty:
            continue
        largest = max(shapely.get_parts(outlines[at]), key=shapely.area)
        (left, bottom, right, top), place = shapely.bounds(largest), largest.representative_point()
        (x, y), (west, _), (east, _) = frame.steps(
            np.array([[place.x, place.y], [left, bottom], [right, top]])
        ).tolist()
        must = int(province.cities["must"].iloc[at])
        mark = f"{must}" if must else ""
        for name in (province.plans[at].name, ""):
            wide = _width(f"{name} {mark}".strip()) * size
            box = shapely.box(x - wide / 2, y - size, x + wide / 2, y + size / 4)
            if (
                (name or mark)
                and (wide <= 1.3 * (east - west) or not name)
                and not shapely.intersects(box, taken).any()
            ):
                taken.append(box)
                shown = f'<tspan class="must">{" " if name else ""}{mark}</tspan>' if mark else ""
                labels.append(
                    f'<text x="{x}" y="{y}" font-size="{size:.0f}" stroke-width="{size / 5:.0f}">{_text(name)}{shown}</text>'
                )
                break
    return labels


def _width(words: str) -> float:
    """Return about how many times its height a text is wide."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.6 for sign in words)


def _legend(language: Language) -> str:
    best = [f"≥{least:.0%}" for least, _ in _CLASSES[:-1]] + [f"<{_CLASSES[-2][0]:.0%}"]
    tints = (
        f'<span><i style="background:{tint}"></i>{words.replace("<", "&lt;")}</span>'
        for (_, tint), words in zip(_CLASSES, best, strict=True)
    )
    label = Text(zh="时限内到达牵头医院的居民占比：", en="Residents whose lead is within the limit:")
    red = Text(zh="红字：未达到的“必须”", en="red: must-rules not met")
    return f'<span>{_text(label.in_language(language))}</span>{"".join(tints)}<span class="must">{_text(red.in_language(language))}</span>'


def _cities(province: Province, table: ShownTable, language: Language) -> str:
    """Return the table of the cities, each name a link to its map, with the totals below."""
    links = [f'<a href="{quote(city.folder)}/map.html">{_text(city.name)}</a>' for city in province.plans]
    rows = [_row(table, at, first=link) for at, link in enumerate(links)]
    totals = dict(province.totals)
    cells = [
        f"<td>{shown_value(totals.get(column.name), column.kind) if column.name in totals else ''}</td>"
        for column in table.columns[1:]
    ]
    whole = _text(Text(zh="全省", en="All").in_language(language))
    return _framed(
        table, rows, language, foot=f'<tfoot><tr><td class="words">{whole}</td>{"".join(cells)}</tr></tfoot>'
    )


def _section(table: ShownTable, language: Language) -> str:
    if table.rows.empty:
        none = Text(zh="没有。", en="None.").in_language(language)
        return f'<h2>{_text(table.title.in_language(language))}</h2><p class="quiet">{_text(table.about.in_language(language))} {none}</p>'
    more = len(table.rows) - _SHOWN
    rows = [_row(table, at) for at in range(min(_SHOWN, len(table.rows)))]
    rest = (
        Text(zh=f"另有 {more:,} 行，见 {WORKBOOK}。", en=f"{counted(more, 'more row').en}: see {WORKBOOK}.")
        if more > 0
        else None
    )
    note = "" if rest is None else f'<p class="quiet">{_text(rest.in_language(language))}</p>'
    return _framed(table, rows, language) + note


def _framed(table: ShownTable, rows: list[str], language: Language, *, foot: str = "") -> str:
    heads = "".join(
        f"<th{_side(column.kind)}>{_text(column.header.in_language(language))}</th>" for column in table.columns
    )
    return (
        f'<h2>{_text(table.title.in_language(language))}</h2><p class="quiet">{_text(table.about.in_language(language))}</p>'
        f'<div class="table"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody>{foot}</table></div>'
    )


def _row(table: ShownTable, at: int, *, first: str | None = None) -> str:
    values = [shown_value(table.rows[column.name].iloc[at], column.kind) for column in table.columns]
    cells = [
        f"<td{_side(column.kind, value)}>{first if first is not None and not number else _text(value)}</td>"
        for number, (column, value) in enumerate(zip(table.columns, values, strict=True))
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _side(kind: str, value: str = "") -> str:
    long = " long" if len(value) > 30 else ""
    return f' class="words{long}"' if kind == "text" else ""
