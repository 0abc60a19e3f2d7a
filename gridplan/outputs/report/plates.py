"""The map book: a plate of the whole on A3, and an A4 page a grid."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridplan.outputs.audiences import Audience
from gridplan.outputs.report.grid_plate import grid_plate
from gridplan.outputs.report.issues import Issue, issues_of, short_cause
from gridplan.outputs.report.notes import overview_line
from gridplan.outputs.report.plate_labels import Labels, text_width, wrapped
from gridplan.outputs.report.plate_land import Land, joined, land_of
from gridplan.outputs.report.plate_map import CITY_MAP, PlateMap, centre_bounds, draw_foot, legend, round_scale
from gridplan.outputs.report.plate_sheet import INK, LINE, RIVER, SECOND, Sheet, write_pages
from gridplan.outputs.report.sentences import document_name
from gridplan.outputs.report.wording import decimal, share, short_name
from gridplan.words.numbers import counted
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import SEVERITIES

if TYPE_CHECKING:
    from gridplan.outputs.report.figures import Figures

_SIDE = 302.0
_SIDE_WIDTH = 103.0
_MOST_UNMET, _MOST_LINES = 5, 3
_LEAST_LABELLED = 4.0
"""Square millimetres of a grid on the sheet below which it has no name there: its edge alone shows."""
Bounds = tuple[float, float, float, float]
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
"""Characters that no file name may have everywhere."""


def draw_plates(figures: Figures, audience: Audience, book: Path, pictures: Path) -> list[Path]:
    """Draw the map book of an audience: one PDF, and a PNG a plate in a folder; return the pictures in order."""
    land = land_of(figures.proposal)
    centre = centre_bounds(figures)
    sheets = [city_plate(figures, land, audience, centre)]
    sheets += [centre_plate(figures, land, audience, centre)] if centre is not None else []
    sheets += [grid_plate(figures, land, row, audience) for row in range(len(figures.proposal.grids))]
    written = []
    for name, sheet in zip(plate_names(figures), sheets, strict=True):
        path = pictures / f"{name}.png"
        path.write_bytes(sheet.picture())
        written.append(path)
    write_pages(sheets, book)
    return written


def plate_names(figures: Figures) -> list[str]:
    """Return what the plates are called, the whole first, then its centre where it has a plate of its own."""
    language = figures.proposal.case.language
    centre = [Text(zh="中心", en="centre")] if centre_bounds(figures) is not None else []
    names = [Text(zh="全域", en="all"), *centre, *figures.labels.values()]
    return [_FORBIDDEN.sub("-", name.in_language(language)) for name in names]


def city_plate(figures: Figures, land: Land, audience: Audience, centre: Bounds | None) -> Sheet:
    """Draw the plate of the whole city or county, A3; a dashed frame shows what its second plate shows larger."""
    sheet = _started(figures, audience, Text(zh="", en=""))
    _draw_map(sheet, figures, land, shapely.total_bounds(land.shapes), margin=3.0, centre=centre)
    y = _table(sheet, figures, land)
    y = _unmet(sheet, figures, y - 12)
    _legend(sheet, figures, y)
    return sheet


def centre_plate(figures: Figures, land: Land, audience: Audience, bounds: Bounds) -> Sheet:
    """Draw what is small on the plate of the whole, A3, as large as it goes."""
    sheet = _started(figures, audience, Text(zh="（中心）", en=" (centre)"))
    _draw_map(sheet, figures, land, bounds, margin=6.0, centre=None)
    _legend(sheet, figures, _table(sheet, figures, land))
    return sheet


def _legend(sheet: Sheet, figures: Figures, y: float) -> None:
    legend(sheet, _SIDE, y - 10, _SIDE_WIDTH, figures, columns=2, title=True)


def _started(figures: Figures, audience: Audience, part: Text) -> Sheet:
    """Return an A3 sheet with its title, the line of figures and its foot."""
    language = figures.proposal.case.language
    sheet = Sheet(420.0, 297.0)
    title = Text(
        zh=document_name(figures).zh.removesuffix("建设方案").removesuffix("布局方案").removesuffix("网格化")
        + ("范围图" if figures.county else "网格图"),
        en=document_name(figures).en,
    )
    title = Text(zh=title.zh + part.zh, en=title.en + part.en)
    sheet.text(15, 273, title.in_language(language), 24 if language == "zh" else 20, bold=True)
    sheet.text(15, 262.5, overview_line(figures).in_language(language), 10.5, colour=SECOND)
    draw_foot(sheet, figures, audience, margin=15, y=13.5, size=7.5)
    return sheet


def _mark_centre(sheet: Sheet, plate: PlateMap, centre: Bounds, language: Language, labels: Labels) -> None:
    west, south, east, north = plate.points(np.reshape(centre, (2, 2))).ravel()
    sheet.outlines([shapely.box(west, south, east, north)], INK, 0.6, dashed=True)
    told = Text(zh="见中心放大图", en="see the plate of the centre").in_language(language)
    width = text_width(told, 6.8)
    labels.take(float(east) - width / 2, float(north) + 2, width, 3)
    sheet.text(float(east), float(north) + 1.2, told, 6.8, side="right", halo="white")


def _draw_map(sheet: Sheet, figures: Figures, land: Land, bounds: Any, *, margin: float, centre: Bounds | None) -> None:
    scale = round_scale(bounds, CITY_MAP, land.metres, margin=margin)
    plate = PlateMap(CITY_MAP, bounds, scale, land.metres)
    labels = Labels(plate.rect.bounds)
    shapes = plate.on_page(land.shapes)
    fills = [land.tints[row] if row >= 0 else "#FFFFFF" for row in land.grid]
    sheet.areas(shapes, fills)
    streets = figures.street_of_unit.to_numpy(object)
    sheet.outlines(shapes, "#FFFFFF", 0.35)
    street_shapes = {street: joined(shapes[streets == street]) for street in dict.fromkeys(streets)}
    sheet.outlines(street_shapes.values(), "#8D9196", 0.5)
    plate.draw_roads(sheet, figures.proposal.roads, 0.5, land)
    plate.draw_lines(sheet, figures.proposal.barriers, RIVER, 1.6, land)
    grids = plate.on_page(np.array(land.grids, dtype=object))
    sheet.outlines(grids, INK, 1.3)
    plate.frame(sheet, figures.proposal.case.language, labels, clear=grids)
    if centre is not None:
        _mark_centre(sheet, plate, centre, figures.proposal.case.language, labels)
    _names(sheet, figures, land, plate, grids, street_shapes, labels)


def _names(
    sheet: Sheet, figures: Figures, land: Land, plate: PlateMap, grids: Any, streets: dict[Any, Any], labels: Labels
) -> None:
    """Write grids and their leads first, the smallest grid first, then streets by their people where there is room.

    Where there are many grids, a lead whose name has no room in its grid is told by its number, which the table repeats.
    """
    language, proposal = figures.proposal.case.language, figures.proposal
    inside = shapely.box(*plate.rect.bounds)
    leads = plate.points(land.lead_points)
    for x, y in leads[np.isfinite(leads[:, 0])]:
        labels.take(x, y, 4.6, 4.6)
    plate.draw_facilities(sheet, figures, land, labels, stations=False)
    many = len(grids) > 15
    big, small = (7.0, 0.0) if many else (9.0, 8.4)
    for row in sorted(range(len(grids)), key=lambda row: grids[row].area):
        x, y = leads[row]
        if grids[row].area < _LEAST_LABELLED:
            continue
        if shapely.contains_xy(inside, x, y):
            sheet.symbol("lead", x, y, str(row + 1))
        else:
            x, y = shapely.get_coordinates(grids[row].representative_point())[0]
        name = short_name(str(proposal.grids["lead_name"].iloc[row]), proposal.case.place.name)
        lines = [name] if many else [figures.labels[str(proposal.grids.index[row])].in_language(language), name]
        width = max(text_width(line, big) for line in lines) + 0.6
        height = (big + small) * 0.44
        middle = (
            labels.within(grids[row], width, height)
            if many
            else labels.beside(x, y, width, height, land=grids[row], gap=2.6)
        )
        if middle is None:
            continue
        for number, line in enumerate(filter(None, lines)):
            at = middle[1] + height / 2 - (number + 0.82) * height / len(lines)
            sheet.text(middle[0], at, line, big if number == 0 else small, bold=True, side="center", halo="white")
    told = figures.streets.sort_values("population", ascending=False, kind="stable")
    if many and len(told) > 400:
        return
    for street, name in told["name"].items():
        for size in (6.6, 5.8):
            place = labels.within(streets[street], text_width(name, size), 2.5, least=0.45)
            if place is not None:
                break
        if place is not None:
            sheet.text(place[0], place[1] - 0.85, name, size, side="center", halo="white", colour="#33383F")


def _table(sheet: Sheet, figures: Figures, land: Land) -> float:
    """Write the table of grids and return where it ends."""
    language, proposal = figures.proposal.case.language, figures.proposal
    grids = proposal.grids
    step = min(8.2, 186.0 / (len(grids) + 2))
    size = min(9.0, step * 1.35)
    sheet.text(_SIDE, 252, Text(zh="网格概况", en="Grids").in_language(language), 12, bold=True)
    sheet.rule(_SIDE, 247.5, _SIDE_WIDTH, weight=0.9)
    heads = (
        Text(zh="人口（万）", en="Residents"), Text(zh="平均分钟", en="Mean min"), Text(zh="九成分钟", en="90% min"),
        Text(zh=f"{figures.limit}分钟内", en=f"≤{figures.limit} min"),
    )  # fmt: skip
    at = (_SIDE + 56, _SIDE + 72, _SIDE + 87, _SIDE + _SIDE_WIDTH)
    sheet.text(_SIDE + 9, 242.6, Text(zh="牵头医院", en="Lead").in_language(language), 7.5, colour=SECOND)
    for x, head in zip(at, heads, strict=True):
        sheet.text(x, 242.6, head.in_language(language), 7.5, colour=SECOND, side="right")
    sheet.rule(_SIDE, 240.6, _SIDE_WIDTH, weight=0.4, colour=LINE)
    y = 240.6
    for row, (_, told) in enumerate(grids.iterrows()):
        base = y - step / 2 - size * 0.13
        sheet.areas(
            [shapely.box(_SIDE, y - step + 0.7, _SIDE + min(6, step * 0.9), y - 0.7)],
            land.tints[row],
            edge=INK,
            weight=0.4,
        )
        sheet.text(_SIDE + min(6, step * 0.9) / 2, base, str(row + 1), size * 0.85, bold=True, side="center")
        name = short_name(str(told["lead_name"]), proposal.case.place.name)
        lead = wrapped(name, size, 36)
        sheet.text(_SIDE + 9, base, lead[0] + ("…" if len(lead) > 1 else ""), size)
        values = (
            figures.people_cell(told["population"]),
            decimal(told["mean_minutes"]),
            decimal(told["p90_minutes"]),
            share(told["share_within"]),
        )
        for x, value in zip(at, values, strict=True):
            sheet.text(x, base, value.in_language(language), size, side="right")
        y -= step
        sheet.rule(_SIDE, y, _SIDE_WIDTH, weight=0.25, colour=LINE)
    base = y - step / 2 - size * 0.13
    sheet.text(_SIDE + 9, base, Text(zh="合计", en="All").in_language(language), size, bold=True)
    total = (
        figures.people_cell(float(grids["population"].sum())), decimal(figures.score("mean_minutes")), decimal(figures.score("p90_minutes")),
        share(figures.score("share_within")),
    )  # fmt: skip
    for x, value in zip(at, total, strict=True):
        sheet.text(x, base, value.in_language(language), size, bold=True, side="right")
    sheet.rule(_SIDE, y - step, _SIDE_WIDTH, weight=0.9)
    return y - step


def _unmet(sheet: Sheet, figures: Figures, y: float) -> float:
    """Write what is not met, at most five matters with their causes, and return where it ends."""
    language = figures.proposal.case.language
    told = [issue for issue in issues_of(figures) if issue.cause in ("plan", "supply", "operation", "")]
    if not told or y < 75:
        return y + 12
    sheet.text(_SIDE, y, Text(zh="未达到的要求", en="Not met").in_language(language), 12, bold=True)
    y -= 6.5
    for issue in sorted(told, key=_weight)[:_MOST_UNMET]:
        told_cause = short_cause(issue.cause).in_language(language)
        cause = f"（{told_cause}）" if language == "zh" else f" ({told_cause})"
        lines = _shortened(issue.problem.in_language(language), cause if issue.cause else "")
        if y - 4 * len(lines) < 62:
            break
        sheet.text(_SIDE, y, "·", 9, bold=True)
        y = sheet.lines(_SIDE + 3.5, y, lines, 7.8, 4.0) - 1.6
    if len(told) > _MOST_UNMET:
        more = Text(zh=f"共{len(told)}项，见附件6", en=f"{counted(len(told), 'matter').en} in all, see annex 6")
        sheet.text(_SIDE + 3.5, y, more.in_language(language), 7.5, colour=SECOND)
        y -= 4
    return y


def _weight(issue: Issue) -> tuple[int, float]:
    return list(SEVERITIES).index(issue.severity), -(issue.people or 0)


def _shortened(problem: str, cause: str) -> list[str]:
    """Return a matter and its cause in at most three lines; what does not fit is cut from the matter, and this shows."""
    width = _SIDE_WIDTH - 4
    lines = wrapped(problem + cause, 7.8, width)
    while len(lines) > _MOST_LINES:
        problem = problem.removesuffix("…")[:-1] + "…"
        lines = wrapped(problem + cause, 7.8, width)
    if cause and not lines[-1].endswith(cause):
        return [*wrapped(problem, 7.8, width), cause.strip()][: _MOST_LINES + 1]
    return lines
