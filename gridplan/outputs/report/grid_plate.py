"""The A4 page of one grid: its numbers, its map with every unit named, streets and members below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridplan.outputs.audiences import Audience, holds, is_few
from gridplan.outputs.report.plate_labels import Labels, text_width, wrapped
from gridplan.outputs.report.plate_land import Land, joined
from gridplan.outputs.report.plate_map import PlateMap, Rect, draw_foot, legend, round_scale
from gridplan.outputs.report.plate_sheet import INK, LINE, OTHER_LAND, RIVER, SECOND, Sheet
from gridplan.outputs.report.wording import capital, minutes, share, short_name
from gridplan.outputs.roles import JOINED
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import CENTRE_KINDS, HOSPITAL_KINDS, STATION_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridplan.outputs.report.figures import Figures

_MAP = Rect(18.0, 98.0, 174.0, 140.0)
_SIZE = 6.4
_TOP, _BOTTOM = 91.0, 30.5
_INSETS = ((66.0, 60.0), (58.0, 52.0), (50.0, 46.0), (44.0, 40.0))
_MANY_UNNAMED = 2


@dataclass(frozen=True)
class _Named:
    """Units of a grid by position, their short names, and the numbers of those whose names do not fit."""

    units: NDArray[np.int64]
    names: dict[int, str]
    numbers: dict[int, int]


def grid_plate(figures: Figures, land: Land, row: int, audience: Audience) -> Sheet:
    """Draw the page of a grid by its position."""
    language = figures.proposal.case.language
    sheet = Sheet(210.0, 297.0)
    grid = str(figures.proposal.grids.index[row])
    told = figures.proposal.grids.iloc[row]
    label, group = figures.labels[grid].in_language(language), figures.groups[grid].in_language(language)
    title = f"{label}　{group}"
    size = min(20.0, 20.0 * 174 / max(text_width(title, 20), 1))
    sheet.text(18, 274, title, size, bold=True)
    provisional = (
        Text(zh="　　（集团名称为暂名）", en="   (provisional name)")
        if told["group_source"] in ("", "proposed")
        else Text(zh="", en="")
    )
    lead = Text(zh=f"牵头医院　{told['lead_name']}{provisional.zh}", en=f"Lead: {told['lead_name']}{provisional.en}")
    sheet.text(18, 265.5, lead.in_language(language), 9.5, colour=SECOND)
    _numbers(sheet, figures, told)
    named = _map(sheet, figures, land, row)
    _streets(sheet, figures, row, named, language)
    _members(sheet, figures, grid, audience)
    sheet.rule(18, 28, 174, weight=0.4, colour=LINE)
    legend(sheet, 18, 23.5, 174, figures, columns=4)
    draw_foot(sheet, figures, audience, margin=18, y=9.5, size=6.5)
    return sheet


def _numbers(sheet: Sheet, figures: Figures, told: Any) -> None:
    language = figures.proposal.case.language
    population, old = float(told["population"]), float(told["population_65"])
    wan = figures.people_cell(population).in_language(language) + (
        "万" if language == "zh" and not is_few(population, figures.fewest) else ""
    )
    numbers = (
        (wan, Text(zh="常住人口", en="residents")),
        (share(old / population if population else None).in_language(language), Text(zh="65岁及以上", en="aged 65+")),
        (str(int(told["n_units"])), figures.unit_noun),
        (minutes(told["mean_minutes"]).in_language(language), Text(zh="平均到牵头医院", en="mean to the lead")),
        (
            share(told["share_within"]).in_language(language),
            Text(zh=f"{figures.limit}分钟内居民", en=f"within {figures.limit} min"),
        ),
        (minutes(told["p90_minutes"]).in_language(language), Text(zh="九成居民", en="nine in ten")),
    )
    for place, (number, words) in enumerate(numbers):
        x = 18 + place * 30.2
        sheet.text(x, 252.5, number, 12, bold=True)
        sheet.text(x, 247, words.in_language(language), 7, colour=SECOND)


def _map(sheet: Sheet, figures: Figures, land: Land, row: int) -> _Named:
    language = figures.proposal.case.language
    own = np.flatnonzero(land.grid == row)
    bounds = shapely.total_bounds(land.shapes[own])
    plate = PlateMap(_MAP, bounds, round_scale(bounds, _MAP, land.metres, margin=9.0), land.metres)
    labels = Labels(_MAP.bounds)
    grids = plate.on_page(np.array(land.grids, dtype=object))
    _ground(sheet, figures, land, plate, grids, row)
    plate.frame(sheet, language, labels, clear=[grids[row]])
    _neighbours(sheet, figures, land, plate, grids, row, labels)
    x, y = plate.points(land.lead_points)[row]
    lead_name = short_name(str(figures.proposal.grids["lead_name"].iloc[row]), figures.proposal.case.place.name)
    if np.isfinite(x):
        labels.take(x, y, 4.6, 4.6)
    plate.draw_facilities(sheet, figures, land, labels, stations=True, grid=str(figures.proposal.grids.index[row]))
    if np.isfinite(x):
        _write_lead(sheet, labels, float(x), float(y), row, lead_name, grids[row])
    return _unit_names(sheet, figures, land, plate, own, row, labels)


def _ground(sheet: Sheet, figures: Figures, land: Land, plate: PlateMap, grids: Any, row: int) -> None:
    sheet.areas([shape for number, shape in enumerate(grids) if number != row], OTHER_LAND)
    sheet.areas([grids[row]], land.tints[row])
    own = plate.on_page(land.shapes[land.grid == row])
    sheet.outlines(own, "#FFFFFF", 0.7)
    streets = figures.street_of_unit.to_numpy(object)[land.grid == row]
    sheet.outlines([joined(own[streets == street]) for street in dict.fromkeys(streets)], "#8D9196", 0.5)
    plate.draw_roads(sheet, figures.proposal.roads, 0.35, land)
    plate.draw_lines(sheet, figures.proposal.barriers, RIVER, 1.4, land)
    sheet.outlines(grids, INK, 0.8)
    sheet.outlines([grids[row]], INK, 1.3)


def _neighbours(
    sheet: Sheet, figures: Figures, land: Land, plate: PlateMap, grids: Any, row: int, labels: Labels
) -> None:
    """Write who leads the grids around, where they show."""
    proposal = figures.proposal
    leads = plate.points(land.lead_points)
    inner = shapely.box(*_MAP.bounds).buffer(-5)
    for number, shape in enumerate(grids):
        seen = shapely.intersection(shape, inner)
        if number == row or seen.area < 60:
            continue
        name = short_name(str(proposal.grids["lead_name"].iloc[number]), proposal.case.place.name)
        x, y = leads[number]
        width = text_width(name, 6.8)
        if shapely.contains_xy(inner, x, y):
            sheet.symbol("other_lead", float(x), float(y), str(number + 1))
            labels.take(float(x), float(y), 4.2, 4.2)
            at = labels.beside(float(x), float(y), width, 2.8, land=shape, gap=2.4)
            sheet.text(at[0], at[1] - 0.9, name, 6.8, side="center", colour="#6F767F", halo="white")
            continue
        label = figures.labels[str(proposal.grids.index[number])].in_language(proposal.case.language)
        place = labels.within(seen, max(width, text_width(label, 6.8)), 6.0)
        if place is not None:
            sheet.text(place[0], place[1] + 0.7, label, 6.8, side="center", colour="#6F767F", halo="white")
            sheet.text(place[0], place[1] - 2.5, name, 6.8, side="center", colour="#6F767F", halo="white")


def _write_lead(sheet: Sheet, labels: Labels, x: float, y: float, row: int, name: str, land: Any) -> None:
    sheet.symbol("lead", x, y, str(row + 1))
    at = labels.beside(x, y, text_width(name, 8.5) + 0.6, 3.6, land=land, gap=2.5)
    sheet.text(at[0], at[1] - 1.15, name, 8.5, bold=True, side="center", halo="white")


def _unit_names(
    sheet: Sheet, figures: Figures, land: Land, plate: PlateMap, own: Any, row: int, labels: Labels
) -> _Named:
    """Name units where names fit, in an inset where a street is too dense, else by numbers that the list repeats."""
    names = {int(unit): unit_name(figures, int(unit)) for unit in own}
    shapes = dict(zip((int(unit) for unit in own), plate.on_page(land.shapes[own]), strict=True))
    trial = Labels(labels.frame, list(labels.taken))
    unnamed = [
        unit for unit in _by_size(shapes) if trial.within(shapes[unit], text_width(names[unit], _SIZE), 2.4) is None
    ]
    in_inset = (
        _inset(sheet, figures, land, plate, unnamed, names, row, labels) if len(unnamed) > _MANY_UNNAMED else set()
    )
    numbers: dict[int, int] = {}
    for unit in _by_size(shapes):
        if unit in in_inset or shapes[unit].is_empty:
            continue
        place = labels.within(shapes[unit], text_width(names[unit], _SIZE), 2.4)
        if place is not None:
            sheet.text(
                place[0], place[1] - 0.8, names[unit], _SIZE, side="center", colour="#33383F", halo=land.tints[row]
            )
            continue
        numbers[unit] = len(numbers) + 1
        x, y = shapely.get_coordinates(shapes[unit].representative_point())[0]
        at = labels.beside(float(x), float(y), text_width(str(numbers[unit]), 5.6), 2.0)
        sheet.text(at[0], at[1] - 0.7, str(numbers[unit]), 5.6, side="center", bold=True, halo=land.tints[row])
    return _Named(own, names, numbers)


def _by_size(shapes: dict[int, Any]) -> list[int]:
    return sorted(shapes, key=lambda unit: shapes[unit].area)


def unit_name(figures: Figures, unit: int) -> str:
    """Return a unit's name without its street and without 社区."""
    told = figures.proposal.units.iloc[unit]
    name, street = str(told["name"]) or str(figures.proposal.units.index[unit]), str(told["street"])
    name = name.removeprefix(street) or name if street and name != street else name
    return name.removesuffix("社区") if len(name) > 3 else name


def _inset(
    sheet: Sheet,
    figures: Figures,
    land: Land,
    plate: PlateMap,
    unnamed: list[int],
    names: dict[int, str],
    row: int,
    labels: Labels,
) -> set[int]:
    """Draw the densest street larger where it covers nothing of the grid; return the units named there."""
    streets = figures.street_of_unit.to_numpy(object)
    count: dict[Any, int] = {}
    for unit in unnamed:
        count[streets[unit]] = count.get(streets[unit], 0) + 1
    dense = max(count, key=lambda street: (count[street], str(street)))
    if count[dense] <= _MANY_UNNAMED:
        return set()
    units = np.flatnonzero((streets == dense) & (land.grid == row))
    bounds = shapely.total_bounds(land.shapes[units])
    grid = plate.on_page(np.array([land.grids[row]], dtype=object))[0]
    rect = _free_rect(grid, labels)
    if rect is None:
        return set()
    scale = round_scale(bounds, rect, land.metres, margin=3.0)
    if scale > plate.scale / 1.6:
        return set()
    inset = PlateMap(rect, bounds, scale, land.metres)
    _draw_inset(sheet, figures, land, plate, inset, row)
    inner = Labels(rect.bounds)
    inner.take(rect.x + rect.width / 2, rect.y + 2, rect.width, 4)
    for x, y in inset.points(land.lead_points[row : row + 1]):
        if shapely.contains_xy(shapely.box(*rect.bounds), x, y):
            sheet.symbol("lead", float(x), float(y), str(row + 1))
            inner.take(float(x), float(y), 4.6, 4.6)
    named: set[int] = set()
    inside = np.flatnonzero(land.grid == row)
    shapes = dict(zip((int(unit) for unit in inside), inset.on_page(land.shapes[inside]), strict=True))
    for unit in _by_size(shapes):
        if shapes[unit].is_empty:
            continue
        place = inner.within(shapes[unit], text_width(names[unit], _SIZE), 2.4)
        if place is not None:
            sheet.text(
                place[0], place[1] - 0.8, names[unit], _SIZE, side="center", colour="#33383F", halo=land.tints[row]
            )
            named |= {unit} if streets[unit] == dense else set()
    words = f"{figures.streets.loc[dense, 'name']}　1:{scale:,.0f}"
    sheet.areas([shapely.box(rect.x, rect.y, rect.x + text_width(words, 6.2) + 3, rect.y + 3.6)], "#FFFFFF")
    sheet.text(rect.x + 1.5, rect.y + 1.0, words, 6.2)
    labels.take(rect.x + rect.width / 2, rect.y + rect.height / 2, rect.width, rect.height)
    return named


def _draw_inset(sheet: Sheet, figures: Figures, land: Land, plate: PlateMap, inset: PlateMap, row: int) -> None:
    rect = inset.rect
    sheet.areas([shapely.box(*rect.bounds)], "#FFFFFF")
    grids = inset.on_page(np.array(land.grids, dtype=object))
    _ground(sheet, figures, land, inset, grids, row)
    sheet.outlines([shapely.box(*rect.bounds)], INK, 0.7)
    corners = np.array([[rect.x, rect.y], [rect.x + rect.width, rect.y + rect.height]])
    ends = (corners - inset.centre) / inset.mm + inset.middle
    (west, south), (east, north) = plate.points(ends)
    sheet.outlines([shapely.box(west, south, east, north)], INK, 0.5, dashed=True)


def _free_rect(grid: Any, labels: Labels) -> Rect | None:
    """Return the largest rectangle along the edges of the map that covers nothing of the grid and no name."""
    west, south, east, north = _MAP.bounds
    for width, height in _INSETS:
        xs = np.linspace(west, east - width, 24)
        ys = np.linspace(south, north - height, 20)
        places = [(x, y) for x in (xs[-1], xs[0]) for y in ys[::-1]] + [(x, y) for y in (ys[-1], ys[0]) for x in xs]
        for x, y in places:
            box = (float(x), float(y), float(x) + width, float(y) + height)
            if not shapely.intersects(shapely.box(*box), grid) and labels.overlap(box) < 1e-6:
                return Rect(box[0], box[1], width, height)
    return None


def _streets(sheet: Sheet, figures: Figures, row: int, named: _Named, language: Language) -> None:
    """Write each street with its people and its units; where there are no streets, each unit with its people."""
    heading = Text(
        zh="街道（乡镇）与社区（村）" if figures.has_streets else f"{figures.unit_noun.zh}（括号内为人口，万人）",
        en="Streets and communities" if figures.has_streets else f"{capital(figures.unit_noun).en} (residents)",
    )
    sheet.text(18, _TOP, heading.in_language(language), 9.5, bold=True)
    sheet.rule(18, _TOP - 2.2, 112, weight=0.9)
    streets, people = figures.street_of_unit.to_numpy(object), figures.proposal.units["population"]

    def told(own: list[int]) -> str:
        return figures.people_cell(float(people.iloc[own].sum())).in_language(language)

    def called(unit: int) -> str:
        return (f"{named.numbers[unit]} " if unit in named.numbers else "") + named.names[unit]

    comma, brackets = {"zh": ("、", "（{}）"), "en": (", ", " ({})")}[language]
    if not figures.has_streets:
        _listed(sheet, comma.join(called(int(unit)) + brackets.format(told([int(unit)])) for unit in named.units))
        return
    entries = []
    for street in dict.fromkeys(streets[named.units]):
        own = [int(unit) for unit in named.units if streets[unit] == street]
        entries.append((str(figures.streets.loc[street, "name"]), told(own), comma.join(map(called, own))))
    size, rows = 7.0, _street_rows(entries, 7.0)
    while size > 4.2 and sum(max(map(len, row)) for row in rows) * size * 0.56 > _TOP - 6 - _BOTTOM:
        size -= 0.4
        rows = _street_rows(entries, size)
    step, y = size * 0.52, _TOP - 6.5
    for (_, residents, _), (title, units_told) in zip(entries, rows, strict=True):
        below = y - step * max(len(title), len(units_told)) - size * 0.06
        if below + step < _BOTTOM:
            sheet.text(18, y, "……", size)
            break
        sheet.lines(18, y, title, size, step, bold=True)
        sheet.text(50, y, residents, size, side="right")
        sheet.lines(53, y, units_told, size, step)
        y = below


def _listed(sheet: Sheet, text: str) -> None:
    """Write a list into the room for streets, as large as fits; what does not fit at the smallest size is dots."""
    size, room = 7.0, _TOP - 6 - _BOTTOM
    while size > 4.2 and len(wrapped(text, size, 112)) * size * 0.56 > room:
        size -= 0.4
    lines, most = wrapped(text, size, 112), int(room / (size * 0.56))
    if len(lines) > most:
        lines = [*lines[: most - 1], "……"]
    sheet.lines(18, _TOP - 6.5, lines, size, size * 0.56)


def _street_rows(entries: list[tuple[str, str, str]], size: float) -> list[tuple[list[str], list[str]]]:
    """Return the lines of each street's name and of its units at a size."""
    return [(wrapped(name, size, 23), wrapped(listed, size, 74) or [""]) for name, _, listed in entries]


_KINDS: tuple[tuple[Text, tuple[str, ...], bool], ...] = (
    (Text(zh="医院", en="hospitals"), HOSPITAL_KINDS, True),
    (Text(zh="中心、卫生院", en="health centres"), CENTRE_KINDS, False),
    (Text(zh="站、村卫生室", en="stations, clinics"), STATION_KINDS, False),
    (Text(zh="康复", en="rehabilitation"), ("rehab",), True),
    (Text(zh="护理", en="nursing"), ("nursing",), True),
    (Text(zh="安宁疗护", en="hospice"), ("hospice",), True),
    (Text(zh="急救站", en="ambulance stations"), ("ems",), False),
)


def _members(sheet: Sheet, figures: Figures, grid: str, audience: Audience) -> None:
    """Write the institutions of the grid by kind, hospitals by name; who has not joined is told inside alone."""
    language = figures.proposal.case.language
    sheet.text(137, _TOP, Text(zh="机构", en="Institutions").in_language(language), 9.5, bold=True)
    sheet.rule(137, _TOP - 2.2, 55, weight=0.9)
    placed = figures.placed[figures.placed["grid_id"].eq(grid) & figures.placed["role"].ne("lead")]
    y = _TOP - 6.5
    for words, kinds, by_name in _KINDS:
        own = placed[placed["kind"].isin(kinds)]
        count = Text(zh=f"{len(own)}家" if len(own) else "缺", en=str(len(own)) if len(own) else "none").in_language(
            language
        )
        sheet.text(137, y, words.in_language(language), 7)
        sheet.text(192, y, count, 7, side="right")
        y -= 3.6
        if not by_name:
            continue
        left = Text(zh="（未加入）", en=" (not joined)").in_language(language)
        for _, told in list(own.iterrows())[:6]:
            if y < _BOTTOM + 8:
                break
            line = str(told["name"]) + (left if holds(audience, "consents") and told["role"] not in JOINED else "")
            sheet.text(140, y, wrapped(line, 6, 52)[0], 6, colour=SECOND)
            y -= 3.0
        if len(own) > 6:
            sheet.text(140, y, "……", 6, colour=SECOND)
            y -= 3.0
