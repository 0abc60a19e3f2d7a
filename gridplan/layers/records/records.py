"""Tables of what happened or was agreed: referrals, visits, teams, ambulances. One declaration a table, read alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

from gridplan.case.case import Case
from gridplan.layers.facilities.by_name import ids_by_name, with_ids
from gridplan.layers.files.columns import (
    Column,
    Picked,
    check_known,
    map_values,
    pick_columns,
    read_numbers,
    read_text,
    require_text,
)
from gridplan.layers.files.tables import read_table
from gridplan.layers.records.indicator_list import DIRECTIONS, MEASURES, Indicator, indicator_list
from gridplan.layers.records.personal import tell_personal
from gridplan.words.errors import InputProblem
from gridplan.words.ledger import USED, Subject
from gridplan.words.nearest import did_you_mean
from gridplan.words.problems import Problems
from gridplan.words.text import Text
from gridplan.words.vocabulary import ANSWERS, CENTRES, DIMENSIONS, MEMBER_STATES, NETWORKS, TIES, Vocabulary, normalise

FieldKind = Literal["unit", "facility", "institution", "indicator", "text", "number", "count", "year"]
CITY = "city"
"""What stands in place of a lead where a shared centre serves the whole city."""


@dataclass(frozen=True)
class RecordField:
    """A column of a record table, and whose ids or what it holds.

    Ids of units, facilities and indicators have to be known, an institution may be one outside; a facility's own name stands for its id;
    numbers are not negative, counts are whole; a column that is not
    required may be absent, and then is "" or NaN in every row. `words` are those that a text column may hold (their keys are
    kept); `or_word` maps spellings to the word that may stand instead of an id.
    """

    column: Column
    kind: FieldKind
    words: Vocabulary | None = None
    or_word: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordTable:
    """A table that a planner may give: its name for people and its columns.

    - either: columns of which every row fills one at least
    - once: columns whose values together stand in one row only
    - at_most: pairs of columns, the first never more than the second
    """

    title: Text
    fields: tuple[RecordField, ...]
    either: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    at_most: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [field.column.name for field in self.fields]


def _field(name: str, kind: FieldKind, zh: str, en: str, *headers: str, required: bool = True) -> RecordField:
    return RecordField(Column(name, Text(zh=zh, en=en), (zh, *headers), required=required), kind)


def _word(words: Vocabulary, name: str, zh: str, en: str, *headers: str, required: bool = True) -> RecordField:
    return replace(_field(name, "text", zh, en, *headers, required=required), words=words)


RECORDS: dict[str, RecordTable] = {
    "addresses": RecordTable(
        Text(zh="标准地址", en="addresses"),
        (
            _field("address", "text", "地址", "address, as residents write it", "标准地址", "门牌地址", "门牌号"),
            _field("unit_id", "unit", "单元代码", "code of the unit it lies in", "社区代码", "代码"),
        ),
        once=("address",),
    ),
    "teams": RecordTable(
        Text(zh="家庭医生团队", en="family-doctor teams"),
        (
            _field("unit_id", "unit", "单元代码", "unit code", "社区代码", "代码"),
            _field("team", "text", "团队", "team", "团队名称", "家庭医生团队"),
        ),
    ),
    "referrals": RecordTable(
        Text(zh="转诊记录", en="referrals"),
        (
            _field("from_id", "facility", "转出机构编号", "id of the referring facility", "转出机构"),
            _field(
                "to_id", "institution", "转入机构编号", "id of the receiving facility, or its name outside", "转入机构"
            ),
            _field("count", "number", "人次", "referrals, each time counted", "转诊人次", "例数", "转诊例数", "次数"),
        ),
    ),
    "admissions": RecordTable(
        Text(zh="居民住院（就诊）去向", en="where residents are admitted, or treated"),
        (
            _field(
                "unit_id", "unit", "居住单元代码", "code of the unit where they live", "单元代码", "社区代码", "代码"
            ),
            _field(
                "facility_id",
                "institution",
                "就诊机构编号",
                "id of the institution, or its name outside",
                "机构编号",
                "机构代码",
                "机构名称",
                "就诊机构",
            ),
            _field("year", "year", "年份", "year", "年度", required=False),
            _field("count", "number", "人次", "admissions, or visits", "住院人次", "出院人次", "就诊人次"),
            _field(
                "treatable",
                "number",
                "本网格能治的人次",
                "of them, those that the institutions of their grid could have treated",
                "能治人次",
                required=False,
            ),
        ),
        at_most=(("treatable", "count"),),
    ),
    "forecast": RecordTable(
        Text(zh="以后年份的人口", en="residents of coming years"),
        (
            _field("unit_id", "unit", "单元代码", "unit code", "社区代码", "代码"),
            _field("year", "year", "年份", "year", "年度"),
            _field("population", "number", "人口", "residents", "常住人口", "预测人口"),
        ),
        once=("unit_id", "year"),
    ),
    "activities": RecordTable(
        Text(zh="各单元的其他数量", en="other amounts of the units"),
        (
            _field("unit_id", "unit", "单元代码", "unit code", "社区代码", "代码"),
            _field(
                "activity",
                "text",
                "名称",
                "what is counted, such as residents of 65 and more, or births",
                "指标",
                "项目",
            ),
            _field("amount", "number", "数量", "amount", "数值", "人数"),
        ),
        once=("unit_id", "activity"),
    ),
    "visits": RecordTable(
        Text(zh="诊疗人次", en="visits"),
        (
            _field("facility_id", "facility", "机构编号", "facility id", "机构代码", "机构名称", "机构"),
            _field("year", "year", "年份", "year", "年度"),
            _field("visits", "number", "诊疗人次", "visits", "人次"),
            _field("bed_days", "number", "实际占用总床日数", "bed days used", "占用床日", required=False),
        ),
    ),
    "ambulances": RecordTable(
        Text(zh="急救车辆", en="ambulances"),
        (
            _field("facility_id", "facility", "机构编号", "id of the station", "机构代码", "急救站编号"),
            _field("ambulances", "number", "急救车数", "ambulances", "救护车"),
        ),
    ),
    "signed": RecordTable(
        Text(zh="家庭医生签约", en="residents signed with a family doctor"),
        (
            _field("group", "text", "人群", "group: all, or the name of a key group", "签约人群"),
            _field("people", "number", "人数", "people of the group", "应签人数"),
            _field("signed", "number", "签约人数", "people signed", "已签人数"),
            _field("facility_id", "facility", "机构编号", "id of the health centre", "机构代码", required=False),
        ),
        at_most=(("signed", "people"),),
    ),
    "capacity": RecordTable(
        Text(zh="号源与床位下沉", en="appointment slots and beds reserved by leads"),
        (
            _field("facility_id", "facility", "机构编号", "facility id", "机构代码", "机构名称", "机构"),
            _field("slots_total", "count", "号源总数", "outpatient appointment slots", "门诊号源", required=False),
            _field("slots_reserved", "count", "预留号源", "slots reserved", "下沉号源", required=False),
            _field("beds_open", "count", "开放床位", "open beds", "实际开放床位", required=False),
            _field("beds_reserved", "count", "预留床位", "beds reserved", "下沉床位", required=False),
        ),
        once=("facility_id",),
        at_most=(("slots_reserved", "slots_total"), ("beds_reserved", "beds_open")),
    ),
    "insured": RecordTable(
        Text(zh="参保人数", en="insured people"),
        (
            _field("unit_id", "unit", "单元代码", "unit code", "社区代码", "代码"),
            _field("category", "text", "参保类别", "category of insured people", "险种"),
            _field("insured", "count", "参保人数", "insured people", "人数"),
        ),
        once=("unit_id", "category"),
    ),
    "spending": RecordTable(
        Text(zh="医保基金支出", en="spending of the insurance fund"),
        (
            _field("unit_id", "unit", "参保地单元代码", "unit where the insured live", "单元代码", "社区代码"),
            _field(
                "facility_id",
                "institution",
                "就诊机构编号",
                "id of the facility, or its name outside",
                "机构编号",
                "机构代码",
            ),
            _field("yuan", "number", "基金支付（元）", "paid by the fund, in yuan", "基金支付", "金额"),
        ),
    ),
    "observations": RecordTable(
        Text(zh="监测指标数据", en="observed indicators"),
        (
            _field(
                "area", "text", "地区", "area: the place, a lead (id or name), a grid or a district", "范围", "对象"
            ),
            _field("period", "text", "时期", "period, such as 2024", "年份", "年度"),
            _field("indicator", "indicator", "指标", "id of the indicator", "指标编号"),
            _field("numerator", "number", "分子", "numerator, or the count or score", "数值"),
            _field("denominator", "number", "分母", "denominator", required=False),
        ),
        once=("area", "period", "indicator"),
    ),
    "indicators": RecordTable(
        Text(zh="监测指标定义", en="definitions of indicators"),
        (
            _field("id", "text", "指标编号", "id of the indicator", "编号"),
            _field("name", "text", "指标名称", "name", "名称", "指标"),
            _field("numerator", "text", "分子", "what the numerator counts", required=False),
            _field("denominator", "text", "分母", "what the denominator counts", required=False),
            _word(MEASURES, "measure", "算法", "share, ratio, count, score or growth", "类型"),
            _word(DIRECTIONS, "better", "方向", "up, down or none", required=False),
            _field("target", "number", "目标值", "target; a share as 0..1", "目标", required=False),
            _field("provenance", "text", "依据", "where the target comes from", "来源", required=False),
        ),
        once=("id",),
    ),
    "members": RecordTable(
        Text(zh="成员单位名单", en="list of members"),
        (
            _field(
                "facility_id",
                "facility",
                "机构编号",
                "facility id",
                "机构代码",
                "成员单位编号",
                "成员单位",
                "成员机构",
                "成员单位名称",
            ),
            _field(
                "lead_id",
                "facility",
                "牵头医院编号",
                "id of the lead of its group",
                "牵头医院代码",
                "牵头单位编号",
                "牵头医院",
                "牵头单位",
            ),
            _word(MEMBER_STATES, "role", "角色", "member, cooperating or none; empty: member", "状态", required=False),
            _word(TIES, "tie", "紧密程度", "tie", "联系紧密程度", required=False),
            _field("tie_reason", "text", "松散原因", "reason of a loose tie, kept as written", "原因", required=False),
            _field("agreement", "text", "协议状态", "state of the agreement, kept as written", "协议", required=False),
            _field("group_name", "text", "集团名称", "name of the group", "医疗集团", "集团", "医联体", required=False),
        ),
        once=("facility_id", "lead_id"),
    ),
    "networks": RecordTable(
        Text(zh="网格间的网络", en="networks across grids"),
        (
            _field("network_id", "text", "网络编号", "network id"),
            _word(NETWORKS, "kind", "网络类别", "kind of network", "类别", "类型"),
            _field("name", "text", "网络名称", "name of the network", "名称", "网络", "network"),
            _field("member_id", "facility", "成员机构编号", "id of the member", "成员机构代码", "机构代码", "成员编号"),
            _field(
                "hub_id",
                "facility",
                "牵头机构编号",
                "id of its hub or lead",
                "中心机构编号",
                "牵头机构代码",
                required=False,
            ),
            _field(
                "partner", "text", "市外合作单位", "partner outside the city", "外部单位", "合作单位", required=False
            ),
            _field("specialty", "text", "专科", "specialty", "专业", required=False),
        ),
        either=("hub_id", "partner"),
    ),
    "integration": RecordTable(
        Text(zh="成员一体化情况", en="how far members are integrated"),
        (
            _field("facility_id", "facility", "机构编号", "facility id", "机构代码", "机构名称", "机构"),
            *(
                _word(ANSWERS, key, f"{term.label.zh}一体化", f"{term.label.en} integrated: yes or no", required=False)
                for key, term in DIMENSIONS.items()
            ),
        ),
        once=("facility_id",),
    ),
    "centres": RecordTable(
        Text(zh="资源共享中心", en="shared centres"),
        (
            _word(CENTRES, "kind", "中心类别", "kind of centre", "类别", "类型"),
            _field("facility_id", "facility", "所在机构编号", "id of its host", "机构编号", "机构代码", "host id"),
            replace(
                _field(
                    "serves",
                    "facility",
                    "服务对象",
                    "id of the lead whose grid it serves, or city",
                    "服务网格",
                    "grid served",
                ),
                or_word=dict.fromkeys(("city", "全市", "市", "all"), CITY),
            ),
        ),
    ),
}
"""Record tables by the name they have in the case: `[layers.records.NAME]`."""


def read_records(
    case: Case,
    problems: Problems,
    *,
    units: pd.Index | None,
    facilities: pd.Index | None,
    names: pd.Series | None = None,
) -> dict[str, pd.DataFrame]:
    """Read the case's record tables.

    Returns one frame a table, columns as declared, rows as in the file. Ids are checked against `units` and `facilities`
    where these are known (not None). A facility's name, of `names` (by id), stands for its id where no other has it, which is told.
    Tables nobody knows are errors.
    """
    tables: dict[str, pd.DataFrame] = {}
    known: dict[str, pd.Index | None] = {"unit": units, "facility": facilities}
    by_name = ids_by_name(names)
    for name in sorted(case.layers.records, key=lambda name: name != "indicators"):
        if name not in RECORDS:
            problems.append(_unknown_table(name))
            continue
        known["indicator"] = pd.Index(list(indicator_list(tables.get("indicators"))))
        stated = indicator_list(tables.get("indicators")) if name == "observations" else {}
        table = _read_one(case, name, problems, known, stated, by_name)
        if table is not None:
            tables[name] = table
    return dict(sorted(tables.items()))


def _read_one(
    case: Case,
    name: str,
    problems: Problems,
    known: dict[str, pd.Index | None],
    indicators: Mapping[str, Indicator],
    by_name: Mapping[str, str],
) -> pd.DataFrame | None:
    opened = read_table(case, case.layers.records[name], problems)
    if opened is None or tell_personal(opened.frame, opened.reading):
        return None
    declared = RECORDS[name]
    subject = Subject(f"records.{name}", declared.title)
    opened.reading.enter_held(subject, len(opened.frame), len(opened.unselected))
    opened.reading.enter(subject, len(opened.frame), USED)
    picked = pick_columns(opened.frame, opened.reading, [field.column for field in declared.fields])
    columns = {field.column.name: _read_field(picked, field, known, by_name) for field in declared.fields}
    _require_either(picked, declared, columns)
    frame = pd.DataFrame(columns)
    _tell_repeated(picked, frame, declared)
    _tell_more(picked, frame, declared)
    _tell_undivided(picked, frame, indicators)
    return frame.reset_index(drop=True)


def _tell_repeated(picked: Picked, frame: pd.DataFrame, declared: RecordTable) -> None:
    """Tell rows that may stand once only; in other tables those that repeat an earlier row in all that is read: they add up."""
    if not declared.once:
        again = frame.duplicated().to_numpy(bool)
        picked.reading.tell_rows(
            frame.index[again],
            Text(zh="每条记录一行", en="one row for each record"),
            Text(zh="与前面某行完全相同的行", en="rows that repeat an earlier one in every column"),
            Text(
                zh="它们会重复累计；若是重复录入，删去。",
                en="They are added up with it; delete them if they were entered twice.",
            ),
            severity="warning",
            field=picked.header(declared.names[0]),
            values=frame[declared.names[0]][again],
        )
        return
    if not set(declared.once) <= set(picked.headers):
        return
    again = frame.duplicated(list(declared.once)).to_numpy(bool)
    heads = [picked.header(name) for name in declared.once]
    picked.reading.tell_rows(
        frame.index[again],
        Text(zh=f"{'、'.join(heads)}各不相同的行", en=f"rows that differ in {', '.join(heads)}"),
        Text(zh="重复的行", en="repeated rows"),
        Text(zh="合并或删去重复的行。", en="Merge or delete the repeated rows."),
        field=heads[0],
        values=frame[declared.once[0]][again],
    )


def _tell_more(picked: Picked, frame: pd.DataFrame, declared: RecordTable) -> None:
    for part, whole in declared.at_most:
        more = (frame[part] > frame[whole]).to_numpy(bool)
        picked.reading.tell_rows(
            frame.index[more],
            Text(
                zh=f"{picked.header(part)}不多于{picked.header(whole)}",
                en=f"no more in {picked.header(part)} than in {picked.header(whole)}",
            ),
            Text(zh="更多的值", en="more"),
            Text(zh="核对两列。", en="Check both columns."),
            field=picked.header(part),
            values=frame[part][more].map("{:g}".format),
        )


def _tell_undivided(picked: Picked, frame: pd.DataFrame, indicators: Mapping[str, Indicator]) -> None:
    """Name shares and ratios without a denominator: they have no value."""
    if not indicators:
        return
    divides = frame["indicator"].map(lambda name: name in indicators and indicators[name].divides)
    bare = (divides & ~(frame["denominator"] > 0)).to_numpy(bool)
    picked.reading.tell_rows(
        frame.index[bare],
        Text(zh="占比和比值有大于 0 的分母", en="a denominator above 0 for shares and ratios"),
        Text(zh="没有分母的占比或比值，没有数值", en="shares or ratios without a denominator, which have no value"),
        Text(zh="补上分母，或改用计数的指标。", en="Give the denominator, or use an indicator that counts."),
        severity="warning",
        field=picked.header("indicator"),
        values=frame["indicator"][bare],
    )


def _require_either(picked: Picked, declared: RecordTable, columns: Mapping[str, pd.Series]) -> None:
    """Tell rows that fill none of the columns of which one is needed."""
    if not declared.either:
        return
    wanted = [field.column for field in declared.fields if field.column.name in declared.either]
    empty = (pd.DataFrame({name: columns[name] for name in declared.either}) == "").all(axis=1)
    labels = Text(zh="或".join(c.label.zh for c in wanted), en=" or the ".join(c.label.en for c in wanted))
    picked.reading.tell_rows(
        picked.index[empty.to_numpy(bool)],
        Text(zh=f"每行都有{labels.zh}", en=f"the {labels.en} in every row"),
        Text(zh="都空白的行", en="rows with neither"),
        Text(zh="补上其中一项。", en="Fill in one of them."),
        field=picked.header(declared.either[0]),
    )


def _tell_no_years(picked: Picked, name: str, numbers: pd.Series) -> None:
    first, last = _YEARS
    odd = numbers[numbers.notna() & ~(numbers.between(first, last) & (numbers % 1 == 0))]
    picked.reading.tell_rows(
        odd.index,
        Text(zh=f"四位的年份（{first} 至 {last}）", en=f"years of four digits ({first} to {last})"),
        Text(zh="不是年份的数", en="numbers that are no years"),
        Text(zh="写成 2024 这样的年份。", en="Write years such as 2024."),
        field=picked.header(name),
        values=odd.map("{:.10g}".format),
    )


_YEARS = (1949, 2100)


def _read_field(
    picked: Picked, field: RecordField, known: dict[str, pd.Index | None], by_name: Mapping[str, str]
) -> pd.Series:
    name, column = field.column.name, field.column
    if field.kind in ("number", "count", "year"):
        numbers = read_numbers(picked, name, minimum=0, required=column.label if column.required else None)
        if field.kind == "count":
            _tell_fractions(picked, name, numbers)
        if field.kind == "year":
            _tell_no_years(picked, name, numbers)
        return numbers
    text = require_text(picked, name, column.label) if column.required else read_text(picked, name)
    if field.words is not None:
        words = map_values(picked, name, find=field.words.find, choices=field.words.choices)
        return words.where(words.notna(), "").astype(object)
    text = text.map(lambda value: field.or_word.get(normalise(value), value))
    if field.kind in ("facility", "institution"):
        text = with_ids(picked, name, text, by_name)
    if field.kind == "unit" or field.kind == "facility" or field.kind == "indicator":
        ids = text.where(~text.isin(set(field.or_word.values())), "")
        check_known(ids, picked, name, known[field.kind], of=field.kind)
    return text.astype(object)


def _tell_fractions(picked: Picked, name: str, numbers: pd.Series) -> None:
    broken = (numbers % 1 > 0).to_numpy(bool)
    picked.reading.tell_rows(
        numbers.index[broken],
        Text(zh="整数", en="whole numbers"),
        Text(zh="不是整数的值", en="values that are not whole"),
        Text(zh="改成整数。", en="Write whole numbers."),
        field=picked.header(name),
        values=numbers[broken].map("{:g}".format),
    )


def _unknown_table(name: str) -> InputProblem:
    known = Text(
        zh="、".join(f"{key}（{table.title.zh}）" for key, table in RECORDS.items()),
        en=", ".join(f"{key} ({table.title.en})" for key, table in RECORDS.items()),
    )
    correct = Text(
        zh="改正这一节的名称，列见 docs/zh/formats/columns.md。",
        en="Correct the name; docs/en/formats/columns.md has the columns.",
    )
    return InputProblem(
        "error",
        Text(zh=f"下列记录表之一：{known.zh}", en=f"one of the record tables {known.en}"),
        Text(zh=name, en=name),
        did_you_mean([name], RECORDS) or correct,
        file="case.toml",
        field=f"layers.records.{name}",
    )
