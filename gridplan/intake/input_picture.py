"""A picture of the inputs of a case as one page that opens without internet: units, people, facilities, roads, what is left out."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.words.numbers import counted, people
from gridplan.words.pictures import Ink, draw_svg
from gridplan.words.text import Language, Text
from gridplan.words.writing import replaced_file

if TYPE_CHECKING:
    from gridplan.layers.layers import Layers

PICTURE = "inputs.html"
_GROUND, _EDGE, _ROAD, _BARRIER, _PEOPLE, _FACILITY, _OUT = (
    *("#eef0ea", "#9aa39a", "#b9b4aa", "#4a7fb5"),
    *("#d98032", "#16191d", "#c2183c"),
)
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem; color: #16191d; }}
svg {{ width: min(100%, 85vh); height: auto; border: 1px solid #d5d8d2; }}
li {{ list-style: none; }} ul {{ padding: 0; }} b {{ display: inline-block; width: .9em; height: .9em; margin-right: .5em; }}
</style></head><body><h1>{title}</h1>{picture}<ul>{legend}</ul></body></html>
"""


def write_input_picture(path: Path, layers: Layers, name: str, language: Language) -> Path:
    """Write the page; of very many shapes an even sample is drawn."""
    outside = layers.facilities["unit_id"] == ""
    facilities = layers.facilities.geometry
    picture = draw_svg(
        (
            Ink(layers.units.geometry.to_numpy(), fill=_GROUND, line=_EDGE),
            Ink(layers.roads.geometry.to_numpy(), line=_ROAD, width=0.4),
            Ink(layers.barriers.geometry.to_numpy(), line=_BARRIER, width=1.2),
            Ink(layers.cells.geometry.to_numpy(), fill=_PEOPLE, radius=0.5),
            Ink(facilities[~outside].to_numpy(), fill=_FACILITY, radius=1.2),
            Ink(facilities[outside].to_numpy(), fill=_OUT, radius=1.2),
        ),
        title=name,
    )
    legend = [
        (_EDGE, counted(len(layers.units), "unit", measure="个单元")),
        (_PEOPLE, people(float(layers.units["population"].sum()))),
        (_ROAD, counted(len(layers.roads), "road", measure="条道路")),
        (_BARRIER, counted(len(layers.barriers), "barrier", measure="条分隔线")),
        (_FACILITY, counted(int((~outside).sum()), "facility", "facilities", measure="家机构")),
        (_OUT, _LEFT_OUT.format(n=counted(int(outside.sum()), "facility", "facilities", measure="家机构"))),
    ]
    items = "".join(
        f'<li><b style="background:{colour}"></b>{html.escape(said.in_language(language))}</li>'
        for colour, said in legend
    )
    title = Text(zh="{n}：输入数据", en="{n}: the inputs").format(n=name).in_language(language)
    page = _PAGE.format(language=language, title=html.escape(title), picture=picture, legend=items)
    with replaced_file(path) as beside:
        beside.write_text(page, encoding="utf-8")
    return path


_LEFT_OUT = Text(zh="{n}在范围之外，未采用", en="{n} outside the area, left out")
