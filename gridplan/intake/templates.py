"""Blank workbooks for planners to fill in, with drop-down lists and notes.

Facilities, population, the grouping in force, buses, waivers, networks across grids, shared centres.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridplan.layers.area.boundaries import BASELINE_COLUMNS
from gridplan.layers.buses import BUS_COLUMNS
from gridplan.layers.facilities.facilities import COLUMNS as FACILITY_COLUMNS
from gridplan.layers.files.columns import Column
from gridplan.layers.files.vectors import COORDINATES
from gridplan.layers.people.population import CENSUS_COLUMNS
from gridplan.layers.records.records import RECORDS
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import ADMIN_LEVELS, KINDS, OWNERSHIPS, PERIODS, TIES, Vocabulary
from gridplan.words.workbooks import written_workbook

FOLDER = Text(zh="模板", en="templates")
_ROWS = 2000
_LEVELS = Text(zh="三级甲等,三级乙等,三级,二级甲等,二级,一级,未定级", en="3A,3B,3,2A,2,1,ungraded")
_LISTS: dict[str, Vocabulary] = {"kind": KINDS, "ownership": OWNERSHIPS, "admin_level": ADMIN_LEVELS, "tie": TIES}
_WAIVER_COLUMNS = (
    Column("rule", Text(zh="规则编号", en="rule"), required=True),
    Column("subject", Text(zh="对象编号", en="subject")),
    Column("reason", Text(zh="理由", en="reason"), required=True),
    Column("author", Text(zh="批准人", en="author"), required=True),
    Column("date", Text(zh="日期", en="date"), required=True),
)
_NOTES = {
    "facility_id": Text(zh="文本，不重复；不以 = + - @ 开头", en="text, each once; not starting with = + - @"),
    "parent_id": Text(zh="院区填本部的编号；本部留空", en="for a campus the id of the main site; else empty"),
    "level": Text(zh="不知道则留空；未定级要写明", en="empty if unknown; ungraded must be said"),
    "beds": Text(zh="只写数字", en="a number only"),
    "services": Text(zh="用分号隔开，如 急诊; 产科", en="separated by semicolons, such as ed; obstetrics"),
    "lon": Text(zh="十进制度；坐标基准在方案的 datum 中写明", en="decimal degrees; the case states the datum"),
    "lat": Text(zh="十进制度", en="decimal degrees"),
    "unit_id": Text(zh="与单元图层相同的代码，文本", en="the code of the unit layer, as text"),
    "population": Text(zh="常住人口；无人居住写 0", en="residents; 0 where nobody lives"),
    "lead_id": Text(zh="机构表中的编号", en="an id of the facility table"),
    "network_id": Text(zh="文本；同一网络各行相同", en="text; the same in all rows of a network"),
    "member_id": Text(zh="机构表中的编号，一行一个成员", en="an id of the facility table, one member a row"),
    "hub_id": Text(zh="机构表中的编号；在市外则留空", en="an id of the facility table; empty if outside the city"),
    "partner": Text(zh="市外单位的名称；与牵头机构编号至少填一项", en="its name; this or the hub has to be there"),
    "serves": Text(zh="所服务网格的牵头医院编号，或写 全市", en="id of the lead whose grid it serves, or city"),
    "order": Text(zh="1、2、3…；返程写成另一条线路", en="1, 2, 3 …; the way back is a line of its own"),
    "minutes": Text(zh="到下一站的分钟数；终点站留空", en="to the next stop; empty at the last"),
    "headway": Text(zh="几分钟一班；一条线路写一次即可", en="minutes between two buses; once a line is enough"),
    "period": Text(zh="平峰或高峰；不分则留空", en="off-peak or peak; empty where both are alike"),
    "rule": Text(zh="如 R-20；填好后抄入方案的 [[rules.waivers]]", en="such as R-20; copy rows to [[rules.waivers]]"),
    "subject": Text(zh="网格、单元或机构编号；留空为全部", en="grid, unit or facility id; empty: all"),
}


@dataclass(frozen=True)
class _Template:
    name: Text
    columns: Sequence[Column]
    lists: Mapping[str, Vocabulary] = field(default_factory=lambda: _LISTS)


def _of_record(name: str, title: Text) -> _Template:
    fields = RECORDS[name].fields
    words = {record.column.name: record.words for record in fields if record.words is not None}
    return _Template(title, [record.column for record in fields], words)


_TEMPLATES = (
    _Template(Text(zh="机构", en="facilities"), (*FACILITY_COLUMNS, *COORDINATES)),
    _Template(Text(zh="人口", en="population"), CENSUS_COLUMNS),
    _Template(Text(zh="现有分组", en="baseline"), BASELINE_COLUMNS),
    _Template(Text(zh="公交", en="buses"), (*BUS_COLUMNS, *COORDINATES), {"period": PERIODS}),
    _Template(Text(zh="豁免", en="waivers"), _WAIVER_COLUMNS),
    _of_record("members", Text(zh="成员名单", en="members")),
    _of_record("networks", Text(zh="网格间网络", en="networks")),
    _of_record("centres", Text(zh="共享中心", en="centres")),
)


def write_templates(folder: Path, language: Language) -> list[Path]:
    """Write the blank workbooks into a subfolder of `folder`; files that are there stay. Returns those written.

    Headers are ones that the readers know, required ones are marked; ids are formatted as text, so that a spreadsheet
    leaves their zeros.
    """
    target = folder / FOLDER.in_language(language)
    written = []
    for template in _TEMPLATES:
        path = target / f"{template.name.in_language(language)}.xlsx"
        if not path.exists():
            _write(path, template, language)
            written.append(path)
    return written


def header_of(column: Column, language: Language) -> str:
    """Return the header a template gives a column: one that its reader knows."""
    if language == "en":
        return column.name
    return column.headers[0] if column.headers else column.label.zh


def _write(path: Path, template: _Template, language: Language) -> None:
    with written_workbook(path) as book:
        sheet = book.add_worksheet(template.name.in_language(language))
        lists = book.add_worksheet(Text(zh="选项", en="choices").in_language(language))
        text = book.add_format({"num_format": "@"})
        needed, optional = (book.add_format({"bold": True, "bg_color": colour}) for colour in ("#FFE699", "#EDEDED"))
        for at, column in enumerate(template.columns):
            is_text = column.name.endswith("_id") or column.name in ("rule", "subject", "date", "serves")
            sheet.set_column(at, at, 18, text if is_text else None)
            sheet.write_string(0, at, header_of(column, language), needed if column.required else optional)
            sheet.write_comment(0, at, _note(column, language))
            choices = _choices(column.name, template.lists, language)
            if choices:
                _offer(sheet, lists, at, header_of(column, language), choices)
        sheet.freeze_panes(1, 0)


def _note(column: Column, language: Language) -> str:
    must = Text(zh="必填", en="required") if column.required else Text(zh="可不填", en="optional")
    more = _NOTES.get(column.name)
    said = f"{column.label.in_language(language)} · {must.in_language(language)}"
    return f"{said}\n{more.in_language(language)}" if more else said


def _choices(name: str, lists: Mapping[str, Vocabulary], language: Language) -> list[str]:
    if name == "level":
        return _LEVELS.in_language(language).split(",")
    return [term.label.in_language(language) for term in lists[name].values()] if name in lists else []


def _offer(sheet: Any, lists: Any, at: int, header: str, choices: list[str]) -> None:
    """Write the choices to the second sheet and offer them in a drop-down list."""
    from xlsxwriter.utility import xl_range_abs

    lists.write_string(0, at, header)
    lists.write_column(1, at, choices)
    source = f"='{lists.get_name()}'!{xl_range_abs(1, at, len(choices), at)}"
    sheet.data_validation(1, at, _ROWS, at, {"validate": "list", "source": source, "error_type": "warning"})
