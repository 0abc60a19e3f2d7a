"""The page for residents: type a community, street or address, or click the map, and read the grid, its lead and the health centre in charge.

It holds names, lines and rounded minutes; it holds no residents, no findings and no institution that does not serve a reader.
"""

from __future__ import annotations

import html
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gridplan.outputs.audiences import AUDIENCES
from gridplan.outputs.map.modules import join_modules
from gridplan.outputs.map.offline import as_json, own_file, with_policy
from gridplan.outputs.report.figures import Figures, figures_of
from gridplan.outputs.report.gaps import GAPS, FoundGap, gaps_in, mark
from gridplan.outputs.report.plate_land import land_of
from gridplan.outputs.report.sentences import document_name
from gridplan.words.signs import shown_line
from gridplan.words.text import Language, Text
from gridplan.words.writing import replaced_file

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal

UNREACHABLE = -1
WORDS = {
    "title": Text(zh="我家属于哪个{g}", en="Which {g} is my home in?"),
    "of": Text(zh="《{d}》公示", en="{d}, for the public"),
    "sample": Text(zh="样稿，虚构地区", en="sample, an invented place"),
    "ask_for": Text(zh="输入社区、村或街道（乡镇）名称", en="Name of your community, village, street or township"),
    "ask_for_address": Text(
        zh="输入地址，或社区、村、街道（乡镇）名称",
        en="Your address, or the name of your community, village, street or township",
    ),
    "nothing": Text(
        zh="没有找到“{q}”。请换用社区、村或街道（乡镇）的名称，或者点击地图上的位置。",
        en="Nothing found for “{q}”. Try the name of a community, village, street or township, or click the map.",
    ),
    "whole_street": Text(zh="{s}（全部{n}个社区、村）", en="{s} (all {n})"),
    "group": Text(zh="医疗集团", en="Group"),
    "county_group": Text(zh="医共体", en="Community of care"),
    "provisional": Text(zh="暂名，以正式印发为准", en="provisional name"),
    "lead": Text(zh="牵头医院", en="Lead hospital"),
    "far": Text(zh="到牵头医院", en="To the lead"),
    "about": Text(zh="约{n}分钟", en="about {n} min"),
    "between": Text(zh="约{a}至{b}分钟", en="about {a} to {b} min"),
    "unreachable": Text(zh="不能驾车到达", en="cannot be reached by car"),
    "drive": Text(zh="驾车，本社区居民平均", en="by car, mean of the residents here"),
    "boat": Text(zh="驾车和乘船，本社区居民平均", en="by car and boat, mean of the residents here"),
    "centre": Text(zh="社区医院", en="Health centre"),
    "in_charge": Text(zh="负责本社区的社区卫生服务中心或卫生院", en="in charge of this community"),
    "phone": Text(zh="向谁询问", en="Questions"),
    "several": Text(zh="分属{n}个网格，请选择社区（村）", en="in {n:grid|grids}; choose a community"),
    "print_one": Text(zh="打印这一页", en="Print this page"),
    "print_street": Text(zh="打印本街道全部社区（村）", en="Print all communities of this street"),
    "click": Text(zh="也可以点击地图上的位置查询。", en="You may click the map."),
    "lines": Text(zh="界线不作为行政区划界线的依据。", en="Lines are no administrative boundaries."),
    "free": Text(
        zh="网格不限制居民自主选择就医，居民可以自由选择医疗机构。时间为平时驾车估算，不含堵车和停车。",
        en="Grids do not limit where you seek care: you may choose any institution. Times are estimates of driving without congestion or parking.",
    ),
    "period": Text(zh="公示期：{m}。", en="Published: {m}."),
    "comments": Text(zh="意见请寄：{m}。", en="Comments to: {m}."),
    "approval": Text(zh="审图号：{m}", en="Map approval: {m}"),
    "map": Text(zh="网格地图", en="Map of the grids"),
}  # fmt: skip
"""Everything the page says."""
_PAGE_GAPS = ("period", "address", "approval")


def write_residents_page(shown: Proposal, path: Path) -> None:
    """Write the page for residents: one file that opens without internet and asks nobody for anything.

    Parameters
    ----------
    shown : the proposal as the public may see it (`seen_by`).
    path : file to write.
    """
    with replaced_file(path) as beside:
        beside.write_bytes(render_residents_page(shown).encode("utf-8"))


def render_residents_page(shown: Proposal) -> str:
    """Return the page as HTML text; the same proposal gives the same bytes."""
    figures = figures_of(shown, shown)
    language = shown.case.language
    content = page_content(figures)
    title = html.escape(content["title"])
    style = own_file("look.css") + own_file("residents.css", _PACKAGE)
    document = own_file("residents.html", _PACKAGE)
    parts = {
        "language": "zh-CN" if language == "zh" else "en",
        "title": title,
        "of": _marked(content["of"]),
        "sample": html.escape(content["sample"]),
        "ask_for": html.escape(WORDS[_asked(content["data"])].in_language(language)),
        "click": html.escape(WORDS["click"].in_language(language)),
        "map": html.escape(WORDS["map"].in_language(language)),
        "foot": "　".join(_marked(text.in_language(language)) for text in _foot()),
        "style": style,
        "data": as_json(content["data"]),
        "script": join_modules("residents.js", _PACKAGE),
    }
    for name, value in parts.items():
        document = document.replace(f"<!--{name}-->", value)
    return with_policy(document)


_PACKAGE = "gridplan.outputs.report"


def page_gaps(shown: Proposal, file: str) -> list[FoundGap]:
    """Return what the page leaves open."""
    figures, language = figures_of(shown, shown), shown.case.language
    data = page_content(figures)["data"]
    told = [(AUDIENCES["public"].in_language(language), "\n".join(text.in_language(language) for text in _foot()))]
    told += [(grid["name"], "\n".join((grid["group"], grid["lead"], *grid["phones"]))) for grid in data["grids"]]
    return list(dict.fromkeys(gaps_in(file, told, language)))


def _foot() -> tuple[Text, ...]:
    return (
        WORDS["free"],
        WORDS["lines"],
        WORDS["period"].format(m=mark("period")),
        WORDS["comments"].format(m=mark("address")),
        WORDS["approval"].format(m=mark("approval")),
    )


def _marked(text: str) -> str:
    """Return text as HTML, its gaps on a grey ground."""
    told = html.escape(shown_line(text))
    for name in GAPS:
        for language in ("zh", "en"):
            gap = html.escape(mark(name).in_language(language))
            told = told.replace(gap, f"<mark>{gap}</mark>")
    return told


def page_content(figures: Figures) -> dict[str, Any]:
    """Return the title and the data of the page, as plain values."""
    proposal, language = figures.proposal, figures.proposal.case.language
    noun = Text(zh="医共体", en="community of care") if figures.county else Text(zh="医疗集团网格", en="grid")
    land = land_of(proposal)
    words = {name: text.in_language(language) for name, text in WORDS.items()}
    words["group"] = words["county_group"] if figures.county else words["group"]
    return {
        "title": WORDS["title"].format(g=noun).in_language(language),
        "of": WORDS["of"].format(d=document_name(figures)).in_language(language),
        "sample": words["sample"] if proposal.case.place.synthetic else "",
        "data": {
            "words": words,
            "arcs": land.coverage.arcs,
            "rings": land.coverage.rings,
            "units": _units(figures, land.grid),
            "streets": _streets(figures),
            "addresses": _addresses(proposal),
            "grids": _grids(figures, land, language),
        },
    }


def _asked(data: dict[str, Any]) -> str:
    return "ask_for_address" if data["addresses"]["name"] else "ask_for"


def _addresses(proposal: Proposal) -> dict[str, list[Any]]:
    """Return the addresses of the case and the position of the unit of each; none where the case has no such table."""
    table = proposal.records.get("addresses")
    if table is None:
        return {"name": [], "unit": []}
    place = proposal.units.index.get_indexer(table["unit_id"])
    known = place >= 0
    return {"name": [str(name) for name in table["address"][known]], "unit": [int(unit) for unit in place[known]]}


def _streets(figures: Figures) -> list[list[str]]:
    return [[str(row["name"]), str(row["district"])] for _, row in figures.streets.iterrows()]


def _units(figures: Figures, grid: Any) -> dict[str, Any]:
    units = figures.proposal.units
    row = {street: place for place, street in enumerate(figures.streets.index)}
    centres = figures.proposal.facilities["name"]
    language = figures.proposal.case.language
    missing = mark("centre").in_language(language)
    return {
        "name": [_own_name(str(told["name"]) or str(unit), str(told["street"])) for unit, told in units.iterrows()],
        "street": [row[street] for street in figures.street_of_unit],
        "grid": [int(own) for own in grid],
        "minutes": [_rounded(value) for value in units["minutes_to_lead"]],
        "boat": [int(str(unit) in figures.ferry_units) for unit in units.index],
        "centre": [str(centres.get(centre, "")) or missing for centre in units["centre_id"]],
    }


def _own_name(name: str, street: str) -> str:
    own = name.removeprefix(street) if street and name != street else name
    return own or name


def _rounded(value: float) -> int | None:
    if math.isnan(value):
        return None
    return UNREACHABLE if math.isinf(value) else max(1, round(value))


def _grids(figures: Figures, land: Any, language: Language) -> list[dict[str, Any]]:
    proposal = figures.proposal
    places = land.frame.steps(np.nan_to_num(land.lead_points))
    found = []
    for row, (grid, told) in enumerate(proposal.grids.iterrows()):
        lead = str(told["lead_name"])
        known = bool(lead) and bool(np.isfinite(land.lead_points[row, 0]))
        hidden = mark("public_lead").in_language(language)
        phone = str(proposal.facilities["telephone"].get(told["lead_id"], "") or "")
        found.append(
            {
                "name": figures.labels[str(grid)].in_language(language),
                "group": figures.groups[str(grid)].in_language(language) if lead or told["group_name"] else hidden,
                "provisional": int(told["group_source"] in ("", "proposed")),
                "lead": lead or hidden,
                "at": [int(value) for value in places[row]] if known else None,
                "tint": land.tints[row],
                "phones": [phone or mark("telephone").in_language(language)],
            }
        )
    return found
