"""The map of a plate: a rectangle of the page, a round scale, and what is drawn alike on every plate."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridplan.outputs.audiences import Audience
from gridplan.outputs.map.shapes import MERCATOR
from gridplan.outputs.report.gaps import mark
from gridplan.outputs.report.plate_labels import POINT_MM, Labels, wrapped
from gridplan.outputs.report.plate_land import EARTH_M
from gridplan.outputs.report.plate_sheet import INK, RIVER, ROAD, SECOND, Sheet, Symbol
from gridplan.proposal.palette import FERRY
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import CENTRE_KINDS, HOSPITAL_KINDS, STATION_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridplan.outputs.report.figures import Figures
    from gridplan.outputs.report.plate_land import Land

_SMALL_MM = (60.0, 45.0, 30.0, 20.0, 12.0)
_LARGER = 1.5
"""How much larger the scale of another plate has to be, for it to be worth a sheet."""
_FERRY_WEIGHT = 0.8
_ROUND = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
LEGEND: tuple[tuple[Symbol, Text], ...] = (
    ("lead", Text(zh="牵头医院（号码为网格号）", en="lead (number of its grid)")),
    ("hospital", Text(zh="其他医院", en="other hospital")),
    ("centre", Text(zh="社区卫生服务中心、卫生院", en="health centre")),
    ("care", Text(zh="康复、护理、安宁疗护", en="rehabilitation, nursing, hospice")),
    ("ems", Text(zh="急救站", en="ambulance station")),
)


@dataclass(frozen=True)
class Rect:
    """A rectangle of a page in mm: its lower left corner, width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return self.x, self.y, self.x + self.width, self.y + self.height


CITY_MAP = Rect(15.0, 20.0, 275.0, 236.0)
"""Where the map stands on an A3 sheet."""


def round_scale(bounds: Any, rect: Rect, metres: float, *, margin: float) -> float:
    """Return the denominator of the largest round scale at which bounds in Mercator fit a rectangle."""
    width, height = (bounds[2] - bounds[0]) * metres, (bounds[3] - bounds[1]) * metres
    least = 1000 * max(width / (rect.width - 2 * margin), height / (rect.height - 2 * margin), 1e-3)
    size = 10.0 ** math.floor(math.log10(least))
    return float(next((step * size for step in _ROUND if step * size >= least * (1 - 1e-9)), 10 * size))


class PlateMap:
    """Carries Mercator to the page: `bounds` in the middle of a rectangle at a scale."""

    def __init__(self, rect: Rect, bounds: Any, scale: float, metres: float) -> None:
        self.rect, self.scale = rect, scale
        self.mm = 1000 * metres / scale
        self.middle = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
        self.centre = (rect.x + rect.width / 2, rect.y + rect.height / 2)

    def points(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return places on the page."""
        return (np.asarray(xy, dtype=float) - self.middle) * self.mm + self.centre

    def on_page(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return shapes on the page, cut at the rectangle."""
        moved = shapely.transform(shapes, self.points)
        whole = shapely.within(moved, shapely.box(*self.rect.bounds))
        clipped = np.array(moved, dtype=object)
        if not whole.all():
            clipped[~whole] = [_areal(shape) for shape in shapely.clip_by_rect(moved[~whole], *self.rect.bounds)]
        return clipped

    def draw_roads(self, sheet: Sheet, roads: Any, weight: float, land: Land) -> None:
        """Draw roads, and ferries as the dashes that everybody reads as a way over water."""
        by_boat = roads["road_class"].eq("ferry")
        self.draw_lines(sheet, roads[~by_boat], ROAD, weight, land)
        self.draw_lines(sheet, roads[by_boat], FERRY, _FERRY_WEIGHT, land, dashed=True)

    def draw_lines(
        self, sheet: Sheet, frame: Any, colour: str, weight: float, land: Land, *, dashed: bool = False
    ) -> None:
        """Draw roads or rivers over the land and a little beyond it."""
        if not len(frame):
            return
        west, south, east, north = shapely.total_bounds(land.shapes)
        edge = 0.03 * max(east - west, north - south)
        lines = shapely.clip_by_rect(
            frame.geometry.to_crs(MERCATOR).to_numpy(), west - edge, south - edge, east + edge, north + edge
        )
        moved = shapely.transform(lines[~shapely.is_empty(lines)], self.points)
        inside = shapely.clip_by_rect(shapely.simplify(moved, 0.08), *self.rect.bounds)
        sheet.outlines([shape for shape in inside if not shape.is_empty], colour, weight, dashed=dashed)

    def draw_facilities(
        self, sheet: Sheet, figures: Figures, land: Land, labels: Labels, *, stations: bool, grid: str | None = None
    ) -> None:
        """Draw facilities other than leads; those of one grid only where it is named."""
        facilities = figures.proposal.facilities
        west, south, east, north = self.rect.bounds
        xy = self.points(land.points)
        inside = (xy[:, 0] > west + 1) & (xy[:, 0] < east - 1) & (xy[:, 1] > south + 1) & (xy[:, 1] < north - 1)
        placed = facilities.index.isin(figures.placed.index)
        own = placed & facilities["role"].ne("lead") & (facilities["grid_id"].eq(grid) if grid is not None else True)
        shown = inside & own.to_numpy(bool)
        signs = facilities["kind"].map(sign_of).to_numpy(object)
        for sign in ("station", "centre", "care", "ems", "hospital"):
            if sign == "station" and not stations:
                continue
            places = xy[shown & (signs == sign)]
            sheet.symbols(sign, places)
            if sign != "station":
                for x, y in places:
                    labels.take(float(x), float(y), 1.8, 1.8)

    def frame(self, sheet: Sheet, language: Language, labels: Labels, *, clear: Iterable[Any]) -> None:
        """Draw the frame, the north and the scale where they cover least, and keep their places free."""
        west, south, east, north = self.rect.bounds
        sheet.outlines([shapely.box(west, south, east, north)], INK, 0.7)
        land = shapely.union_all(list(clear))
        arrow = min(
            ((east - 10, north - 20), (west + 10, north - 20), (east - 10, south + 8)),
            key=lambda at: shapely.intersection(shapely.box(at[0] - 5, at[1] - 2, at[0] + 5, at[1] + 16), land).area,
        )
        sheet.north(*arrow, Text(zh="北", en="N").in_language(language))
        labels.take(arrow[0], arrow[1] + 7, 8, 20)
        bar = self._scale_bar(sheet, language)
        labels.take((bar[0] + bar[2]) / 2, (bar[1] + bar[3]) / 2, bar[2] - bar[0], bar[3] - bar[1])

    def _scale_bar(self, sheet: Sheet, language: Language) -> tuple[float, float, float, float]:
        """Draw the scale and return where it stands."""
        west, south, _, _ = self.rect.bounds
        per_km = 1e6 / self.scale
        length = next(
            (step * size for size in (0.1, 1.0, 10.0, 100.0) for step in (1.0, 2.0, 5.0) if step * size * per_km >= 26),
            200.0,
        )
        x, y = west + 4, south + 4
        halves = length * per_km / 2
        place = x - 2, y - 2, x + 2 * halves + 27, y + 5.5
        sheet.areas([shapely.box(*place)], "#FFFFFF")
        sheet.areas([shapely.box(x, y, x + halves, y + 1)], INK, edge=INK, weight=0.5)
        sheet.areas([shapely.box(x + halves, y, x + 2 * halves, y + 1)], "#FFFFFF", edge=INK, weight=0.5)
        unit = Text(zh="千米", en="km").in_language(language)
        for at, told in ((x, "0"), (x + halves, f"{length / 2:g}"), (x + 2 * halves, f"{length:g} {unit}")):
            sheet.text(at, y + 2.2, told, 6.5, side="center")
        sheet.text(x + 2 * halves + 10, y, f"1:{self.scale:,.0f}", 7)
        return place


def centre_bounds(figures: Figures) -> tuple[float, float, float, float] | None:
    """Return the bounds, in Mercator, of the grids that are narrow on the plate of the whole; None where a plate of them would hardly be larger.

    Small is what is narrower than 60 mm on that plate; where such grids lie all over it, what is under 45, 30, 20 or 12.
    """
    sides = figures.proposal.grids.geometry.to_crs(MERCATOR).bounds.to_numpy()
    whole = (*sides[:, :2].min(axis=0), *sides[:, 2:].max(axis=0))
    metres = 1 / math.cosh((whole[1] + whole[3]) / 2 / EARTH_M)
    scale = round_scale(whole, CITY_MAP, metres, margin=3.0)
    length = (sides[:, 2:] - sides[:, :2]).min(axis=1) * metres * 1000 / scale
    for most in _SMALL_MM:
        small = sides[length < most]
        if not len(small):
            return None
        bounds = (*small[:, :2].min(axis=0), *small[:, 2:].max(axis=0))
        if round_scale(bounds, CITY_MAP, metres, margin=6.0) * _LARGER <= scale:
            return bounds
    return None


def sign_of(kind: str) -> Symbol | None:
    """Return the sign of a kind of facility; None for kinds that plates leave out."""
    if kind in HOSPITAL_KINDS:
        return "hospital"
    if kind in CENTRE_KINDS:
        return "centre"
    if kind in STATION_KINDS:
        return "station"
    return {"rehab": "care", "nursing": "care", "hospice": "care", "ems": "ems"}.get(kind)  # type: ignore[return-value]


def legend(
    sheet: Sheet, x: float, y: float, width: float, figures: Figures, *, columns: int, title: bool = False
) -> None:
    """Draw the signs and lines that a plate may have and what they mean."""
    language, step = figures.proposal.case.language, 5.4 if title else 4.6
    if title:
        sheet.text(x, y, Text(zh="图例", en="Legend").in_language(language), 12, bold=True)
        y -= 7
    entries: list[tuple[Symbol, Text]] = (
        list(LEGEND)
        if title
        else [("lead", LEGEND[0][1]), ("other_lead", _OTHER_LEAD), *LEGEND[1:], ("station", _STATION)]
    )
    for number, (sign, words) in enumerate(entries):
        column, row = number % columns, number // columns
        left, base = x + column * width / columns, y - row * step
        sheet.symbol(sign, left + 2.5, base + 1, "1" if sign == "lead" else "2" if sign == "other_lead" else "")
        sheet.text(left + 6.5, base, words.in_language(language), 7)
    for number, (words, colour, weight, dashed) in enumerate(_lines(figures), start=len(entries)):
        left, base = x + number % columns * width / columns, y - number // columns * step
        sheet.outlines([shapely.LineString([(left, base + 1), (left + 5, base + 1)])], colour, weight, dashed=dashed)
        sheet.text(left + 6.5, base, words.in_language(language), 7)


def _lines(figures: Figures) -> list[tuple[Text, str, float, bool]]:
    """Return the lines that the plates of a proposal have: what they mean, their colour, weight, whether they are dashed."""
    by_boat = figures.proposal.roads["road_class"].eq("ferry")
    lines = (
        (True, (Text(zh="网格边界", en="border of a grid"), INK, 1.3, False)),
        (not by_boat.all(), (Text(zh="主要道路", en="main road"), ROAD, 0.9, False)),
        (len(figures.proposal.barriers) > 0, (Text(zh="江河等分隔线", en="river or other barrier"), RIVER, 1.6, False)),
        (by_boat.any(), (Text(zh="轮渡", en="ferry"), FERRY, _FERRY_WEIGHT, True)),
    )
    return [line for drawn, line in lines if drawn]


_OTHER_LEAD = Text(zh="相邻网格牵头医院", en="lead of a neighbour")
_STATION = Text(zh="社区卫生服务站、村卫生室", en="station, village clinic")


def draw_foot(sheet: Sheet, figures: Figures, audience: Audience, *, margin: float, y: float, size: float) -> None:
    """Write the foot of a plate in two lines: long sources are cut, never the caveat and who may use it."""
    sources, caveat, use = foot_words(figures, audience)
    right = sheet.width - margin
    first, *more = wrapped(sources, size, right - margin - 2 * size * POINT_MM) or [""]
    sheet.text(margin, y, f"{first}…" if more else first, size, colour=SECOND)
    below = y - 1.5 * size * POINT_MM
    sheet.text(margin, below, caveat, size, colour=SECOND)
    sheet.text(right, below, use, size, colour=SECOND, side="right")


def foot_words(figures: Figures, audience: Audience) -> tuple[str, str, str]:
    """Return what stands at the foot of a plate: sources; the caveat; who may use it, and of which plan it is."""
    from gridplan.proposal.proposal import proposal_digest

    proposal = figures.proposal
    place, language = proposal.case.place, proposal.case.language
    source = Text(zh=place.sources_zh or place.sources_en, en=place.sources_en or place.sources_zh).in_language(
        language
    )
    caveat = Text(zh="图上名称与界线不作为行政区划界线的依据。", en="Names and lines are no administrative boundaries.")
    use = Text(zh="内部用图", en="for internal use")
    if audience != "internal":
        use = Text(zh=f"审图号：{mark('approval').zh}", en=f"map approval {mark('approval').en}")
    told = {"zh": f"来源：{source}。", "en": f"Sources: {source}."}[language] if source else ""
    plan = {"zh": "方案", "en": "plan"}[language]
    return told, caveat.in_language(language), f"{use.in_language(language)}　{plan} {proposal_digest(proposal)[:8]}"


def _areal(shape: Any) -> Any:
    parts = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == 2]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
