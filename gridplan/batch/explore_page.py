"""explore.html: one offline page with a small map of each plan and parallel axes, on which one picks ranges to see fewer."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridplan.batch.curve_files import told_gap
from gridplan.outputs.map.offline import own_file, with_policy
from gridplan.outputs.map.shapes import MERCATOR, Frame, shape_paths, simplified_units, study_frame, svg_path
from gridplan.outputs.map.tints import TINTS, choose_tints
from gridplan.words.numbers import share
from gridplan.words.signs import shown_line
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import CAUSES, VARIED

if TYPE_CHECKING:
    from gridplan.batch.exploration import Exploration
    from gridplan.proposal.proposal import Proposal

_STEPS = 600
"""Whole-number steps along the longer side of a small map."""
_POINTS = 20_000


@dataclass(frozen=True)
class Axis:
    """A column of the front as an axis: its label, and how its values are told."""

    name: str
    label: Text
    told: Callable[[float], str]


AXES = (
    Axis("k", Text(zh="网格数", en="Grids"), lambda v: f"{v:.0f}"),
    Axis("mean_minutes", Text(zh="平均分钟", en="Mean minutes"), lambda v: f"{v:.2f}"),
    Axis("worst_deviation", Text(zh="最大人口偏差", en="Largest deviation"), share),
    Axis("share_moved", Text(zh="改换牵头医院的居民", en="Residents who change lead"), share),
    Axis("must", Text(zh="未达到的“必须”", en="Must-rules not met"), lambda v: f"{v:.0f}"),
    Axis("should", Text(zh="未达到的“应当”", en="Should-rules not met"), lambda v: f"{v:.0f}"),
    Axis("gap", Text(zh="已证明的差距", en="Proven gap"), told_gap),
)


def told_numbers(exploration: Exploration) -> Text:
    """Say how many plans were asked for, came back different, and were kept."""
    return Text(
        zh="试算 {a} 个方案，其中 {m} 个互不相同，留下 {k} 个。",
        en="{a:plan|plans} tried, {m} of them unlike each other, {k} kept.",
    ).format(a=exploration.n_asked, m=exploration.n_met, k=len(exploration.front))


def told_question(row: Mapping[Any, Any], proposal: Proposal) -> Text:
    """Say in what a plan was asked for otherwise than that of the case."""
    label = VARIED.label(str(row["varied"]))
    value = str(row["value"])
    if row["varied"] == "without":
        value = str(proposal.facilities["name"].get(value, value)) or value
    told = label if not value else Text(zh=f"{label.zh}：{value}", en=f"{label.en}: {value}")
    return Text(zh=shown_line(told.zh), en=shown_line(told.en))


def render_page(exploration: Exploration) -> str:
    """Return the page as HTML text; without its script every plan is shown."""
    language, front = exploration.case.language, exploration.front
    place = exploration.case.place
    title = _TITLE.format(n=Text(zh=place.name, en=place.name_en or place.name)).in_language(language)
    cards = "".join(_cards(exploration, language))
    style = own_file("look.css") + own_file("explore.css", "gridplan.batch")
    synthetic = f"<p class='note'>{_said(_SYNTHETIC, language)}</p>" if place.synthetic else ""
    return with_policy(
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
        f"<header><h1>{_text(title)}</h1><p>{_said(told_numbers(exploration), language)} {_said(_ABOUT, language)}</p>{synthetic}</header>\n"
        f'<section class="axes"><p id="shown" role="status" data-words="{_said(_SHOWN, language)}"></p>'
        f'<button id="clear" type="button" hidden>{_said(_CLEAR, language)}</button>{_axes(front, language)}'
        f'<p class="quiet">{_said(_HOW, language)}</p></section>\n'
        f'<section class="cards">{cards}</section>\n</main>\n<script>{own_file("explore.js", "gridplan.batch")}</script>\n</body>\n</html>\n'
    )


_TITLE = Text(zh="{n}：好方案一览", en="{n}: good plans side by side")
_ABOUT = Text(
    zh="每条线、每幅小图是一个方案，点开是它自己的地图；差距按各方案自己的代价证明。",
    en="Each line and each small map is a plan; click it for a map of its own. Gaps are proven at each plan's own prices.",
)
_SYNTHETIC = Text(zh="合成数据，不是真实城市。", en="Synthetic data, not a real city.")
_SHOWN = Text(zh="显示 {m} / {n} 个方案", en="{m} of {n} plans shown")
_CLEAR = Text(zh="全部显示", en="Show all")
_HOW = Text(
    zh="在轴上拖动选一段，只留经过它的方案；拖几根轴就同时满足。键盘：Tab 到一根轴，↑↓ 移上端，Shift+↑↓ 移下端，Esc 取消。各轴下方较好（网格数除外）。",
    en="Drag along an axis to keep the plans that pass there; several axes hold together. Keys: Tab to an axis, arrows move the upper end, Shift and arrows the lower, Esc clears. Lower is better, but for the number of grids.",
)
_FRONT = Text(zh="无出其右", en="On the front")
_DIFFERENT = Text(zh="差不多好而不同", en="Near-equal, different")
_OWN = Text(zh="方案文件的方案", en="Plan of the case")


def _text(words: str) -> str:
    return html.escape(shown_line(words))


def _said(words: Text, language: Language) -> str:
    return _text(words.in_language(language))


_WIDTH, _HEIGHT, _TOP, _BOTTOM, _SIDE = 1120, 300, 44, 30, 70


def _axes(front: pd.DataFrame, language: Language) -> str:
    """Draw a line for each plan across parallel axes; a column that nothing is known of has no axis."""
    axes = [axis for axis in AXES if front[axis.name].notna().any()]
    across = np.linspace(_SIDE, _WIDTH - _SIDE, len(axes)).round(1).tolist()
    down = np.stack([_heights(axis, front[axis.name].to_numpy(float)) for axis in axes], axis=1)
    lines = []
    for plan, heights in zip(front["plan"].astype(int), down.tolist(), strict=True):
        points = " ".join(f"{x},{y}" for x, y in zip(across, heights, strict=True))
        mark = " own" if plan == 1 else ""
        lines.append(f'<polyline class="plan{mark}" data-plan="{plan}" points="{points}"/>')
    drawn = [_axis(axis, front[axis.name].to_numpy(float), x, language) for axis, x in zip(axes, across, strict=True)]
    label = _said(Text(zh="各方案的指标", en="Figures of the plans"), language)
    return (
        f'<div class="scroll"><svg id="axes" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="group" aria-label="{label}" '
        f'data-top="{_TOP}" data-bottom="{_HEIGHT - _BOTTOM}">{"".join(lines)}{"".join(drawn)}</svg></div>'
    )


def _heights(axis: Axis, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return where values stand on an axis, the largest on top; what is not known stands on top, those told alike in the middle."""
    known = values[np.isfinite(values)]
    low, high = known.min(), known.max()
    part = np.full(len(values), 0.5) if axis.told(low) == axis.told(high) else (values - low) / (high - low)
    heights: np.ndarray[Any, Any] = (
        _HEIGHT - _BOTTOM - np.where(np.isfinite(part), part, 1.0) * (_HEIGHT - _BOTTOM - _TOP)
    )
    return heights.round(1)


def _axis(axis: Axis, values: np.ndarray[Any, Any], x: float, language: Language) -> str:
    known = values[np.isfinite(values)]
    low, high = axis.told(float(known.min())), axis.told(float(known.max()))
    name = _said(axis.label, language)
    ends = (
        f'<text x="{x}" y="{_TOP - 8}">{_text(high)}</text><text x="{x}" y="{_HEIGHT - _BOTTOM + 16}">{_text(low)}</text>'
        if low != high
        else f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 16}">{_text(low)}</text>'
    )
    return (
        f'<g class="axis" data-x="{x}" tabindex="0" role="group" aria-label="{name}"><path d="M{x} {_TOP}V{_HEIGHT - _BOTTOM}"/>'
        f'<text class="name" x="{x}" y="16">{name}</text>{ends}'
        f'<rect class="picked" x="{x - 9}" y="0" width="18" height="0"/>'
        f'<rect class="grip" x="{x - 22}" y="{_TOP - 6}" width="44" height="{_HEIGHT - _BOTTOM - _TOP + 12}"/></g>'
    )


def _cards(exploration: Exploration, language: Language) -> Iterator[str]:
    """Write a card for each plan: its small map, its figures with the gap, rules not met by cause."""
    first = exploration.proposals[0]
    maps = _SmallMaps(exploration.proposals)
    for row, proposal in zip(exploration.front.to_dict("records"), exploration.proposals, strict=True):
        plan = int(row["plan"])
        marks = [
            _OWN if row["varied"] == "case" else told_question(row, first),
            *([_FRONT] if row["front"] else []),
            *([_DIFFERENT] if row["different"] else []),
        ]
        told = "".join(f"<span>{_said(mark, language)}</span>" for mark in marks)
        heading = _said(Text(zh=f"方案 {plan}", en=f"Plan {plan}"), language)
        figures = "".join(
            f"<div><dt>{_said(axis.label, language)}</dt><dd>{_text(axis.told(float(row[axis.name])))}</dd></div>"
            for axis in AXES
            if not pd.isna(row[axis.name]) or axis.name == "gap"
        )
        causes = "，" if language == "zh" else ", "
        unmet = causes.join(
            f"{term.label.in_language(language)} {row[f'cause_{key}']:.0f}"
            for key, term in CAUSES.items()
            if row.get(f"cause_{key}")
        )
        reasons = f'<p class="quiet">{_said(_UNMET, language)}{_text(unmet)}</p>' if unmet else ""
        leads = "、" if language == "zh" else ", "
        names = leads.join(map(str, proposal.grids["lead_name"]))
        yield (
            f'<article class="card" data-plan="{plan}"><a href="{_text(str(row["folder"]))}/map.html">'
            f"<h2>{heading}</h2>{maps.draw(proposal)}</a><p class='marks'>{told}</p><dl>{figures}</dl>"
            f'{reasons}<p class="quiet">{_text(names)}</p></article>'
        )


_UNMET = Text(zh="未达到的规则：", en="Rules not met: ")


class _SmallMaps:
    """Small maps of plans of one place: the same land, each lead in one tint in all of them."""

    def __init__(self, proposals: list[Proposal]) -> None:
        units = proposals[0].units
        self._ids = units.index
        self._shapes = simplified_units(units, max_points=_POINTS)
        whole = study_frame(shapely.total_bounds(self._shapes))
        west, south, east, north = shapely.total_bounds(self._shapes)
        step = max(east - west, north - south, 1.0) / _STEPS
        self._frame = Frame(whole.left, whole.top, step)
        self._size = (int((east - whole.left) / step) + 1, int((whole.top - south) / step) + 1)
        leads = sorted({lead for proposal in proposals for lead in proposal.units["lead_id"]})
        self._tint = dict(zip(leads, self._tints(leads, proposals), strict=True))

    def _tints(self, leads: list[str], proposals: list[Proposal]) -> list[str]:
        """Choose a tint for each lead, far apart where two of them are neighbours in any plan."""
        at = {lead: i for i, lead in enumerate(leads)}
        edges = proposals[0].adjacency[["unit_a", "unit_b"]]
        area = np.zeros(len(leads))
        pairs: set[tuple[int, int]] = set()
        for proposal in proposals:
            lead = proposal.units["lead_id"].map(at)
            area += np.bincount(lead, weights=shapely.area(self._shapes), minlength=len(leads))
            pairs |= set(zip(edges["unit_a"].map(lead), edges["unit_b"].map(lead), strict=True))
        return [TINTS[tint] for tint in choose_tints(len(leads), pairs, area.tolist())]

    def draw(self, proposal: Proposal) -> str:
        """Return the map of a plan as SVG: its grids, and a dot where each lead stands."""
        lead = proposal.units["lead_id"].reindex(self._ids).to_numpy(object)
        areas = []
        for name in sorted(set(lead)):
            outline = shapely.union_all(self._shapes[lead == name])
            path = svg_path(shape_paths(outline, self._frame, 0.0), closed=True)
            areas.append(f'<path fill="{self._tint[name]}" fill-rule="evenodd" d="{path}"/>')
        sites = proposal.facilities.loc[proposal.facilities.index.isin(set(lead)), "geometry"].to_crs(MERCATOR)
        dots = [
            f'<circle cx="{x}" cy="{y}" r="9"/>'
            for x, y in self._frame.steps(shapely.get_coordinates(sites.to_numpy())).tolist()
        ]
        wide, high = self._size
        return f'<svg viewBox="-8 -8 {wide + 16} {high + 16}" aria-hidden="true">{"".join(areas)}{"".join(dots)}</svg>'
