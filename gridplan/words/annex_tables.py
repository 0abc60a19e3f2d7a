"""Annexes: further tables of a proposal, each declared once; files, workbook and map show them by the declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from gridplan.words.text import Text
from gridplan.words.vocabulary import (
    AREA_KINDS,
    ARRANGEMENTS,
    BASES,
    CAUSES,
    CENTRE_STATUSES,
    CENTRES,
    COUNTY_LEVELS,
    CURVES,
    EDGE_STATUSES,
    EFFECTS,
    EVENTS,
    FIRM_SCORES,
    NETWORKS,
    PRICINGS,
    RANGES,
    REMOTE_REASONS,
    RESERVES,
    ROAD_CLASSES,
    SCOPES,
    STATUSES,
    TRENDS,
    TRIALS,
    VARIED,
    Vocabulary,
)

if TYPE_CHECKING:
    import geopandas as gpd

ColumnKind = Literal["text", "number", "whole", "share", "money"]
Shape = Literal["point", "line", "area"]


@dataclass(frozen=True)
class AnnexColumn:
    """A column of an annex: its name in files, its header for people, and how its values are shown.

    `words` translates the keys of a vocabulary; numbers are NaN where there is none, never inf.
    """

    name: str
    label: Text
    kind: ColumnKind = "text"
    words: Vocabulary | None = None


@dataclass(frozen=True)
class Annex:
    """A further table of a proposal.

    - title: name of the sheet (at most 31 signs) and of the map's layer; about: one sentence on what it tells
    - shape: what its geometry is; None: it has none. Those with one are layers of the map, off until switched on
    - label: the column shown beside a symbol; tint: the column whose words choose the colour; "" for neither
    - by: the column each value of which makes a layer of the map of its own; "" for one layer
    """

    title: Text
    about: Text
    columns: tuple[AnnexColumn, ...]
    shape: Shape | None = None
    label: str = ""
    tint: str = ""
    by: str = ""

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]


def _column(name: str, zh: str, en: str, kind: ColumnKind = "text", words: Vocabulary | None = None) -> AnnexColumn:
    return AnnexColumn(name, Text(zh=zh, en=en), kind, words)


_RESILIENCE = {
    "lead_losses": Annex(
        Text(zh="牵头医院停运（N-1）", en="Leads lost (N-1)"),
        Text(
            zh="逐家停运牵头医院：还有谁能在时限内到急诊，床位还剩多少，谁来接替",
            en="Each lead lost in turn: who still reaches an emergency department in time, which beds are left, who stands in",
        ),
        (
            _column("lead_id", "牵头医院编号", "Lead id"),
            _column("lead_name", "停运的牵头医院", "Lead lost"),
            _column("residents", "本网格居民", "Residents of its grid", "whole"),
            _column("minutes_before", "平时到牵头医院（分钟）", "Minutes to the lead before", "number"),
            _column("minutes_after", "到下一家牵头医院（分钟）", "Minutes to the next lead", "number"),
            _column("no_other_lead", "到不了其他牵头医院的居民", "Residents who reach no other lead", "whole"),
            _column(
                "ed_beyond_before", "平时急诊超时限居民（全市）", "Beyond the limit of an ED before (all)", "whole"
            ),
            _column(
                "ed_beyond_after", "停运后急诊超时限居民（全市）", "Beyond the limit of an ED after (all)", "whole"
            ),
            _column("beds_per_1000_before", "全域每千人医院床位", "Hospital beds per 1,000 before (all)", "number"),
            _column("beds_per_1000_after", "停运后全域每千人医院床位", "Hospital beds per 1,000 left (all)", "number"),
            _column(
                "grid_beds_per_1000_after",
                "停运后本网格每千人医院床位",
                "Hospital beds per 1,000 left in the grid",
                "number",
            ),
            _column("partner_id", "互助医院编号", "Partner id"),
            _column("partner_name", "互助的牵头医院", "Mutual-aid partner"),
            _column("minutes_to_partner", "到互助医院（分钟）", "Minutes to the partner", "number"),
            _column("minutes_from_partner", "互助医院过来（分钟）", "Minutes from the partner", "number"),
        ),
    ),
    "disasters": Annex(
        Text(zh="灾害情景", en="Disasters"),
        Text(
            zh="各灾害情景的全市数字，平时与灾时对照",
            en="Figures of the whole plan under each disaster, before and after",
        ),
        (
            _column("scenario", "情景", "Scenario"),
            _column("facilities_lost", "停用机构", "Facilities lost"),
            _column("cut_off_before", "平时到不了任何医院的居民", "Reach no hospital before", "whole"),
            _column("cut_off_after", "灾时到不了任何医院的居民", "Reach no hospital after", "whole"),
            _column("off_lead_before", "平时到不了本网格牵头医院的居民", "Do not reach their own lead before", "whole"),
            _column("off_lead_after", "灾时到不了本网格牵头医院的居民", "Do not reach their own lead after", "whole"),
            _column("elsewhere", "改往其他牵头医院的居民", "Go to another lead", "whole"),
            _column(
                "minutes_before",
                "平时平均分钟（灾时仍到得了的居民）",
                "Mean minutes before (who still get there)",
                "number",
            ),
            _column("minutes_after", "灾时平均分钟（同样的居民）", "Mean minutes after (the same)", "number"),
            _column("within_before", "平时时限内居民占比", "Share within the limit before", "share"),
            _column("within_after", "灾时时限内居民占比", "Share within the limit after", "share"),
            _column("ed_beyond_before", "平时急诊超时限居民", "Beyond the limit of an ED before", "whole"),
            _column("ed_beyond_after", "灾时急诊超时限居民", "Beyond the limit of an ED after", "whole"),
            _column("beds_per_1000_before", "平时每千人医院床位", "Hospital beds per 1,000 before", "number"),
            _column("beds_per_1000_after", "灾时每千人医院床位", "Hospital beds per 1,000 after", "number"),
        ),
    ),
    "disaster_units": Annex(
        Text(zh="灾害影响单元", en="Units hit by disasters"),
        Text(
            zh="每个情景下断绝、改道或时间变长（平均 0.1 分钟以上）的单元",
            en="Units that are cut off, go elsewhere or take longer (0.1 min or more on average) under each scenario",
        ),
        (
            _column("scenario", "情景", "Scenario"),
            _column("unit_id", "单元编号", "Unit id"),
            _column("unit_name", "单元", "Unit"),
            _column("grid_id", "网格编号", "Grid id"),
            _column("effect", "影响", "Effect", words=EFFECTS),
            _column("residents", "居民", "Residents", "whole"),
            _column("cut_off", "到不了任何医院", "Reach no hospital", "whole"),
            _column("off_lead", "到不了本网格牵头医院", "Do not reach their own lead", "whole"),
            _column("goes_to", "多数居民去往", "Most people go to"),
            _column(
                "minutes_before", "平时分钟（灾时仍到得了的居民）", "Minutes before (who still get there)", "number"
            ),
            _column("minutes_after", "灾时分钟（同样的居民）", "Minutes after (the same)", "number"),
            _column(
                "ed_minutes_before", "平时到急诊分钟（同上）", "Minutes to an ED before (who still get there)", "number"
            ),
            _column("ed_minutes_after", "灾时到急诊分钟（同上）", "Minutes to an ED after (the same)", "number"),
        ),
        shape="area",
        label="unit_name",
        tint="effect",
        by="scenario",
    ),
    "closed_roads": Annex(
        Text(zh="灾害封闭路段", en="Roads closed by disasters"),
        Text(zh="每个情景封闭的道路、桥和轮渡", en="Roads, bridges and ferries closed under each scenario"),
        (
            _column("scenario", "情景", "Scenario"),
            _column("name", "名称", "Name"),
            _column("road_class", "道路等级", "Road class", words=ROAD_CLASSES),
        ),
        shape="line",
        label="name",
        by="scenario",
    ),
    "redirected": Annex(
        Text(zh="居民去向", en="Where people go"),
        Text(
            zh="牵头医院停运或灾害时，各网格居民改往哪里：本网格牵头医院不通时，去最近的其他牵头医院",
            en="Where the residents of each grid go when a lead is lost or disaster strikes: to the nearest other lead if they cannot reach their own",
        ),
        (
            _column("event", "事由", "Event", words=EVENTS),
            _column("name", "停运医院或情景", "Lead lost, or scenario"),
            _column("grid_id", "网格编号", "Grid id"),
            _column("to_id", "去往医院编号", "To (lead id)"),
            _column("to_name", "去往的牵头医院（空白：到不了任何一家）", "To (empty: they reach none)"),
            _column("residents", "居民", "Residents", "whole"),
            _column("minutes", "平均分钟", "Mean minutes", "number"),
        ),
    ),
    "conversions": Annex(
        Text(zh="转型情景变化", en="Findings after conversions"),
        Text(
            zh="机构变更类别或服务后，重新检查方案：哪些结果不同",
            en="Findings that differ when the rule book is run on the plan with facilities changed",
        ),
        (
            _column("scenario", "情景", "Scenario"),
            _column("rule", "规则", "Rule"),
            _column("subject", "对象", "Subject"),
            _column("status_before", "变更前", "Before", words=STATUSES),
            _column("status_after", "变更后", "After", words=STATUSES),
            _column("measured_before", "变更前数值", "Measured before", "number"),
            _column("measured_after", "变更后数值", "Measured after", "number"),
            _column("message_zh", "变更后的说明（中文）", "Message after (Chinese)"),
            _column("message_en", "变更后的说明（英文）", "Message after (English)"),
        ),
    ),
}


_CHANGE = {
    "curve": Annex(
        Text(zh="调整曲线", en="Curve of change"),
        Text(
            zh="从现有分组到最优方案：改换牵头医院的居民多少，换来多少；每一步都是一个方案，差距已证明",
            en="From the grouping in force to the free optimum: what residents who change lead buy; each step is a plan with its proven gap",
        ),
        (
            _column("step", "步", "Step", "whole"),
            _column("line", "曲线", "Line", words=CURVES),
            _column("price_min", "每人代价（分钟）", "Price a resident (min)", "number"),
            _column("ceiling", "人数上限", "Ceiling", "whole"),
            _column("residents_moved", "改换牵头医院的居民", "Residents who change lead", "whole"),
            _column("share_moved", "占比", "Share", "share"),
            _column("residents_withdrawn", "其中原牵头医院不再牵头", "Of them: their lead leads no more", "whole"),
            _column("mean_minutes", "平均分钟", "Mean minutes", "number"),
            _column("objective", "目标值（不含改换代价）", "Objective (without the price of change)", "whole"),
            _column("bound", "目标值下界", "Lower bound", "whole"),
            _column("gap", "已证明的差距", "Proven gap", "share"),
            _column(
                "residents_per_minute", "全市平均少 1 分钟须改换的居民", "Residents for one mean minute less", "whole"
            ),
            _column("elbow", "拐点", "Elbow", "whole"),
            _column("note_zh", "说明", "Note (Chinese)"),
            _column("note_en", "说明（英文）", "Note"),
            _column("folder", "文件夹", "Folder"),
        ),
    ),
    "curve_units": Annex(
        Text(zh="调整曲线单元", en="Units on the curve"),
        Text(
            zh="调整曲线每一步中改换牵头医院的单元，和没有现任牵头医院的单元",
            en="Units that change lead at each step of the curve, and those that had none",
        ),
        (
            _column("step", "步", "Step", "whole"),
            _column("unit_id", "单元代码", "Unit id"),
            _column("lead_before", "原牵头医院编号", "Former lead"),
            _column("lead_id", "牵头医院编号", "Lead id"),
        ),
    ),
}

_FRONT = {
    "front": Annex(
        Text(zh="好方案一览", en="Good plans"),
        Text(
            zh="改动网格数、牵头医院和代价得到的方案，每个都带已证明的差距；“无出其右”：没有别的方案在平均分钟、最大偏差、改换居民和未达到的规则上都不差",
            en="Plans by other numbers of grids, leads and prices, each with its proven gap; on the front: none of them is as good in minutes, deviation, residents who change lead and rules not met",
        ),
        (
            _column("plan", "方案", "Plan", "whole"),
            _column("k", "网格数", "Grids", "whole"),
            _column("leads", "牵头医院编号", "Leads (ids)"),
            _column("mean_minutes", "平均分钟", "Mean minutes", "number"),
            _column("worst_deviation", "最大人口偏差", "Largest deviation", "share"),
            _column("share_moved", "改换牵头医院的居民占比", "Share of residents who change lead", "share"),
            _column("must", "未达到的“必须”", "Must-rules not met", "whole"),
            _column("should", "未达到的“应当”", "Should-rules not met", "whole"),
            _column("gap", "已证明的差距", "Proven gap", "share"),
            _column("folder", "文件夹", "Folder"),
            _column("varied", "改动", "Asked otherwise in", words=VARIED),
            _column("value", "改为", "Value"),
            _column("front", "无出其右", "On the front", "whole"),
            _column("different", "差不多好而不同", "Near-equal but different", "whole"),
            _column("worse", "按方案文件的代价比最好的差", "Above the least objective, at the case's prices", "share"),
            _column("rand", "与方案一的调整兰德指数", "Adjusted Rand index with plan 1", "number"),
            _column("share_within", "时限内居民占比", "Residents within the limit", "share"),
            *(
                _column(f"cause_{key}", f"未达到：{term.label.zh}", f"Not met: {term.label.en}", "whole")
                for key, term in CAUSES.items()
                if key != "not_applicable"
            ),
        ),
    ),
}

_HABITS = {
    "changed_leads": Annex(
        Text(zh="各牵头医院得失", en="Gains and losses of leads"),
        Text(
            zh="与现行分组相比，每家现在和原来的牵头医院得失多少居民、医院床位、诊疗人次（最近一年，按机构所在单元）和医保总额（按参保人口和费率）",
            en="Against the grouping in force: residents, hospital beds, visits (of the last year, by the units where facilities stand) and budget (by the insured and their rates) that each lead of today and of the plan gains or loses",
        ),
        (
            _column("lead_id", "医院编号", "Hospital id"),
            _column("lead_name", "医院", "Hospital"),
            _column("led", "原来牵头", "Led before", "whole"),
            _column("leads", "现在牵头", "Leads now", "whole"),
            _column("lost", "失去的居民", "Residents lost", "whole"),
            _column("gained", "得到的居民", "Residents gained", "whole"),
            _column("residents_before", "居民：原来", "Residents before", "whole"),
            _column("residents_after", "居民：现在", "Residents after", "whole"),
            _column("beds_before", "医院床位：原来", "Hospital beds before", "whole"),
            _column("beds_after", "医院床位：现在", "Hospital beds after", "whole"),
            _column("visits_before", "诊疗人次：原来", "Visits before", "whole"),
            _column("visits_after", "诊疗人次：现在", "Visits after", "whole"),
            _column("budget_before", "医保总额：原来（元）", "Budget before (yuan)", "money"),
            _column("budget_after", "医保总额：现在（元）", "Budget after (yuan)", "money"),
        ),
    ),
    "years": Annex(
        Text(zh="逐年", en="Year by year"),
        Text(
            zh="本方案在今后各年的人口下：各网格和全域的人口、偏差、时间和未达到的规则（机构不变）",
            en="This plan with the residents of coming years: population, deviation, minutes and rules not met of each grid and of all (facilities as they are)",
        ),
        (
            _column("year", "年份（空：现在）", "Year (empty: today)", "whole"),
            _column("grid_id", "网格编号（空：全域）", "Grid id (empty: all)"),
            _column("population", "常住人口", "Residents", "whole"),
            _column("deviation", "人口偏差", "Deviation", "share"),
            _column("mean_minutes", "平均分钟", "Mean minutes", "number"),
            _column("share_within", "时限内居民占比", "Residents within the limit", "share"),
            _column("must", "未达到的“必须”", "Must-rules not met", "whole"),
            _column("should", "未达到的“应当”", "Should-rules not met", "whole"),
        ),
    ),
    "habits": Annex(
        Text(zh="就医习惯", en="Where residents are treated"),
        Text(
            zh="各网格居民的住院（就诊）有多少在本网格的机构（本地化指数），逐年",
            en="How much of the admissions (visits) of each grid's residents stays in institutions of their grid (localisation index), year by year",
        ),
        (
            _column("grid_id", "网格编号", "Grid id"),
            _column("lead_id", "牵头医院编号", "Lead id"),
            _column("year", "年份", "Year", "whole"),
            _column("admissions", "人次", "Admissions", "whole"),
            _column("share_own", "在本网格的占比", "Share in the own grid", "share"),
            _column(
                "share_own_treatable",
                "本网格能治的人次中在本网格的占比",
                "The same of those that it could treat",
                "share",
            ),
        ),
    ),
    "catchments": Annex(
        Text(zh="居民自己形成的就医圈", en="Catchments people make"),
        Text(
            zh="最近一年每个单元最常去的医院，和就医流向图的社区（Louvain 法，空间连片）",
            en="The hospital to which most of each unit go in the last year, and its community in the graph of patient flows (Louvain's method, in one piece on the map)",
        ),
        (
            _column("unit_id", "单元代码", "Unit id"),
            _column("grid_id", "网格编号", "Grid id"),
            _column("hospital_id", "最常去的医院编号", "Most frequented hospital"),
            _column("community", "就医圈", "Community", "whole"),
        ),
    ),
    "habit_flows": Annex(
        Text(zh="外流去向", en="Where they go instead"),
        Text(
            zh="最近一年各网格居民在别的网格、或不属于任何网格的机构的住院（就诊）人次",
            en="Admissions (visits) of each grid's residents in other grids, or in institutions that belong to none, in the last year",
        ),
        (
            _column("grid_id", "居住网格", "Grid of residence"),
            _column("to_grid", "就诊网格（空：不属于任何网格）", "Grid of treatment (empty: of none)"),
            _column("admissions", "人次", "Admissions", "whole"),
            _column("share", "占本网格居民人次", "Share of all of the grid's residents", "share"),
        ),
    ),
}

_SHARES = (
    _column("share", "抽样方案中的占比", "Share of drawn plans", "share"),
    _column("share_seeds", "只换种子时的占比", "Share with other seeds only", "share"),
)
_WHAT_IF = {
    "site_prices": Annex(
        Text(zh="换一家牵头的代价", en="Prices of other leads"),
        Text(
            zh="网格数不变：每家牵头医院若不牵头、每家未选的候选若牵头，整个方案至少和至多差多少（居民·分钟）",
            en="With as many grids: what the plan would lose at least and at most (resident-minutes) if a lead did not lead, or a candidate did",
        ),
        (
            _column("lead_id", "医院编号", "Lead id"),
            _column("lead_name", "医院", "Hospital"),
            _column("in_plan", "本方案牵头", "Leads in this plan", "whole"),
            _column("price_low", "至少差（居民·分钟）", "Loses at least (resident-minutes)", "whole"),
            _column("price_high", "至多差", "At most", "whole"),
            _column("changed", "改换牵头医院的居民", "Residents who change lead", "whole"),
            _column("instead", "接替者或让出者编号", "Who leads instead, or gives way (ids)"),
            _column("message_zh", "说明", "In words (Chinese)"),
            _column("message_en", "说明（英文）", "In words"),
        ),
    ),
    "border_prices": Annex(
        Text(zh="边界的代价", en="Prices of borders"),
        Text(
            zh="每一段网格边界：把代价较低的一侧（含与它整体划的单元）划过去并重新安排其余单元，整个方案至少和至多差多少，摊到划过去的每位居民",
            en="Each stretch of border: what the plan would lose at least and at most if the cheaper side (with all that stays together with it) went over and the rest were drawn again, spread over the residents of what moves",
        ),
        (
            _column("unit_a", "单元", "Unit"),
            _column("unit_b", "相邻单元", "Its neighbour"),
            _column("grid_a", "网格", "Grid"),
            _column("grid_b", "相邻网格", "Grid beyond"),
            _column("border_m", "边界长度（米）", "Length (m)", "whole"),
            _column("unit_id", "代价较低的一侧", "Side that moves for less"),
            _column("lead_id", "划入网格的牵头医院编号", "Lead it would go to"),
            _column("residents", "一起划过去的居民", "Residents of what moves", "whole"),
            _column("price_low", "至少差（居民·分钟）", "Loses at least (resident-minutes)", "whole"),
            _column("price_high", "至多差", "At most", "whole"),
            _column("each_low", "摊到每人至少（分钟）", "Minutes each, at least", "number"),
            _column("each_high", "至多", "At most", "number"),
            _column("dragged", "另外改换牵头医院的居民", "Others who change lead", "whole"),
            _column("how", "怎样算出", "How found", words=PRICINGS),
        ),
    ),
    "grid_borders": Annex(
        Text(zh="网格的边界", en="Borders of grids"),
        Text(
            zh="每个网格的边界让多少居民多走多少，各段挪动的代价（摊到划过去的每位居民，分钟），哪里最容易挪",
            en="What the border of each grid makes its residents drive, how much of it costs how much to move (minutes a resident of what moves), and where it moves for least",
        ),
        (
            _column("grid_id", "网格编号", "Grid id"),
            _column("residents_nearer", "离别的牵头医院更近的居民", "Residents nearer to another lead", "whole"),
            _column("minutes_more", "他们一共多走（居民·分钟）", "Their longer drive (resident-minutes)", "whole"),
            _column("contacts", "边界段数", "Stretches", "whole"),
            _column("km", "边界长度（千米）", "Length (km)", "number"),
            _column("km_10", "每人 10 分钟以上（千米）", "10 min each and more (km)", "number"),
            _column("km_3", "3 至 10 分钟", "3 to 10 min", "number"),
            _column("km_1", "1 至 3 分钟", "1 to 3 min", "number"),
            _column("km_0", "不到 1 分钟", "Below 1 min", "number"),
            _column("km_unknown", "不能挪或没有算出", "Cannot move, or not found", "number"),
            _column("least", "最低代价（每人分钟）", "Least price (minutes each)", "number"),
            _column("least_with", "在与哪个网格之间", "Towards grid"),
            _column("least_unit", "挪哪个单元", "Unit that moves"),
        ),
    ),
    "firm_ranges": Annex(
        Text(zh="稳固：抽了什么", en="Firmness: what was drawn"),
        Text(
            zh="每次试算从哪些范围抽取：范围 r 表示乘以 1/(1+r) 到 1+r 之间的数；个数 0 表示资料中没有，未抽",
            en="From which ranges each plan was drawn: a range r means a factor between 1/(1+r) and 1+r; 0 numbers: not known here, not drawn",
        ),
        (
            _column("what", "内容", "What", words=RANGES),
            _column("range", "范围", "Range", "number"),
            _column("numbers", "独立抽取的个数", "Numbers drawn", "whole"),
        ),
    ),
    "firm_units": Annex(
        Text(zh="稳固：单元", en="Firmness of units"),
        Text(
            zh="每个单元在多少方案中归哪家牵头医院；另列只换随机种子的，以免把搜索的偶然当成数据的不确定",
            en="In what share of plans each unit has which lead; beside it with nothing but another seed, so that chance in the search is not read as doubt",
        ),
        (
            _column("unit_id", "单元代码", "Unit id"),
            _column("lead_id", "牵头医院编号", "Lead id"),
            *_SHARES,
            _column("in_plan", "本方案", "This plan", "whole"),
        ),
    ),
    "firm_borders": Annex(
        Text(zh="稳固：边界", en="Firmness of borders"),
        Text(
            zh="每对相邻单元在多少方案中分在两个网格；本方案中分开的就是一段网格边界",
            en="In what share of plans two neighbours are in different grids; where they are in this plan there is a border",
        ),
        (
            _column("unit_a", "单元", "Unit"),
            _column("unit_b", "相邻单元", "Its neighbour"),
            *_SHARES,
            _column("in_plan", "本方案中分开", "Apart in this plan", "whole"),
        ),
    ),
    "firm_sites": Annex(
        Text(zh="稳固：牵头医院", en="Firmness of leads"),
        Text(
            zh="每家候选医院在多少方案中牵头，牵头时网格有多少居民",
            en="In what share of plans each candidate leads, and the residents of its grid where it does",
        ),
        (
            _column("lead_id", "牵头医院编号", "Lead id"),
            _column("lead_name", "医院", "Hospital"),
            *_SHARES,
            _column("in_plan", "本方案", "This plan", "whole"),
            _column("population_p05", "网格居民，5% 分位", "Residents of its grid, 5 %", "whole"),
            _column("population_p50", "中位", "Median", "whole"),
            _column("population_p95", "95% 分位", "95 %", "whole"),
        ),
    ),
    "firm_scores": Annex(
        Text(zh="稳固：指标", en="Firmness of scores"),
        Text(zh="各项指标在这些方案中的分位数", en="Quantiles of every score over these plans"),
        (
            _column("score", "指标", "Score", words=FIRM_SCORES),
            _column("kind", "方案", "Plans", words=TRIALS),
            _column("plans", "个数", "Number", "whole"),
            _column("this_plan", "本方案", "This plan", "number"),
            *(_column(f"p{q:02d}", f"{q}% 分位", f"{q} %", "number") for q in (5, 25, 50, 75, 95)),
        ),
    ),
}

_GRID = (AnnexColumn("grid_id", Text(zh="网格编号", en="Grid id")), AnnexColumn("name", Text(zh="网格", en="Grid")))

_OVERLAYS: dict[str, Annex] = {
    "networks": Annex(
        Text(zh="网格间的网络", en="Networks across grids"),
        Text(
            zh="专科联盟、远程医疗协作网、全市医联体、对口支援和合作单位，每行一条联系；不改变网格划分（R-36、R-37）",
            en="Alliances, telemedicine, federations, assistance and partners, one row an edge; grids stay as they are (R-36, R-37)",
        ),
        (
            AnnexColumn("network_id", Text(zh="网络编号", en="Network id")),
            AnnexColumn("kind", Text(zh="网络类别", en="Kind"), words=NETWORKS),
            AnnexColumn("name", Text(zh="网络", en="Network")),
            AnnexColumn("specialty", Text(zh="专科", en="Specialty")),
            AnnexColumn("member_id", Text(zh="成员编号", en="Member id")),
            AnnexColumn("member", Text(zh="成员", en="Member")),
            AnnexColumn("member_grid", Text(zh="成员所在网格", en="Grid of the member")),
            AnnexColumn("hub_id", Text(zh="牵头机构编号", en="Hub id")),
            AnnexColumn("hub", Text(zh="牵头机构或市外单位", en="Hub, or partner outside")),
            AnnexColumn("hub_grid", Text(zh="牵头机构所在网格", en="Grid of the hub")),
        ),
        shape="line",
        label="name",
        tint="kind",
    ),
    "telemedicine": Annex(
        Text(zh="偏远机构远程医疗", en="Telemedicine, remote places"),
        Text(
            zh="须乘船或车程超限的成员单位：已接入哪个中心，或建议接入哪个中心（R-37）",
            en="Members by ferry only or too far: the hub they have joined, or the one proposed (R-37)",
        ),
        (
            AnnexColumn("facility_id", Text(zh="机构编号", en="Facility id")),
            AnnexColumn("facility", Text(zh="机构", en="Facility")),
            AnnexColumn("grid_id", Text(zh="网格编号", en="Grid id")),
            AnnexColumn("reason", Text(zh="偏远原因", en="Why remote"), words=REMOTE_REASONS),
            AnnexColumn("minutes", Text(zh="居民到牵头医院（分钟）", en="Residents to the lead (min)"), "number"),
            AnnexColumn("status", Text(zh="状态", en="Status"), words=EDGE_STATUSES),
            AnnexColumn("hub_id", Text(zh="中心编号", en="Hub id")),
            AnnexColumn("hub", Text(zh="中心", en="Hub")),
        ),
        shape="line",
        label="facility",
        tint="status",
    ),
    "centres": Annex(
        Text(zh="资源共享中心", en="Shared centres"),
        Text(
            zh="已有（按服务项目）、已明确（按登记表）和建议设置的共享中心，以及所服务的基层中心的车程（R-38）",
            en="Centres existing by services, declared on record and proposed, with the minutes of the health centres served (R-38)",
        ),
        (
            AnnexColumn("kind", Text(zh="中心类别", en="Kind"), words=CENTRES),
            AnnexColumn("status", Text(zh="状态", en="Status"), words=CENTRE_STATUSES),
            AnnexColumn("facility_id", Text(zh="所在机构编号", en="Host id")),
            AnnexColumn("facility", Text(zh="所在机构", en="Host")),
            AnnexColumn("host_grid", Text(zh="所在网格", en="Grid of the host")),
            AnnexColumn("scope", Text(zh="服务范围", en="Serves"), words=SCOPES),
            AnnexColumn("grid_id", Text(zh="服务网格编号", en="Id of the grid served")),
            AnnexColumn("serves", Text(zh="服务网格", en="Grid served")),
            AnnexColumn("mean_minutes", Text(zh="平均车程（分钟）", en="Mean minutes"), "number"),
            AnnexColumn("worst_minutes", Text(zh="最远车程（分钟）", en="Longest minutes"), "number"),
        ),
        shape="point",
        label="facility",
        tint="status",
    ),
    "siting": Annex(
        Text(zh="共享中心设置比较", en="Siting of shared centres"),
        Text(
            zh="全市设 1 处、2 处……共享中心的最优位置和车程，与每个网格各设一处、均设在牵头医院相比（按基层中心服务人口加权，求得最优解）",
            en="The best sites of 1, 2, ... city-wide centres against one in every grid and all at the leads (weighted by residents, proven best)",
        ),
        (
            AnnexColumn("kind", Text(zh="中心类别", en="Kind"), words=CENTRES),
            AnnexColumn("arrangement", Text(zh="设置方式", en="Arrangement"), words=ARRANGEMENTS),
            AnnexColumn("n_centres", Text(zh="中心数", en="Centres"), "whole"),
            AnnexColumn("mean_minutes", Text(zh="平均车程（分钟）", en="Mean minutes"), "number"),
            AnnexColumn("worst_minutes", Text(zh="最远车程（分钟）", en="Longest minutes"), "number"),
            AnnexColumn("unreached", Text(zh="到不了或超时的居民", en="Residents unreached or too late"), "whole"),
            AnnexColumn("centres_fewer", Text(zh="比每网格一处少设", en="Fewer than one each"), "whole"),
            AnnexColumn(
                "minutes_more_than_each", Text(zh="比每网格一处多（分钟）", en="Minutes more than one each"), "number"
            ),
            AnnexColumn(
                "minutes_more_than_leads",
                Text(zh="比均设在牵头医院多（分钟）", en="Minutes more than at leads"),
                "number",
            ),
            AnnexColumn("hosts", Text(zh="设在", en="Hosts")),
            AnnexColumn("host_ids", Text(zh="所在机构编号", en="Host ids")),
        ),
    ),
}

ANNEXES: dict[str, Annex] = {
    "isochrones": Annex(
        Text(zh="时间圈", en="Isochrones"),
        Text(
            zh="每家候选牵头医院在多少分钟内能到达的范围；轮廓沿道路概括，人数按居民点时间计算",
            en="Areas from which each candidate lead is reached in time; outlines follow roads roughly, people are counted by residence",
        ),
        (
            AnnexColumn("lead_id", Text(zh="牵头医院编号", en="Lead id")),
            AnnexColumn("lead_name", Text(zh="牵头医院", en="Lead hospital")),
            AnnexColumn("minutes", Text(zh="分钟", en="Minutes"), "number"),
            AnnexColumn("residents", Text(zh="居民", en="Residents"), "whole"),
        ),
        shape="area",
        label="minutes",
    ),
    "entries": Annex(
        Text(zh="机构接入道路处", en="Entries to the roads"),
        Text(
            zh="每家机构乘车从哪条道路进出、离道路多远（直线）；没有道路的留空",
            en="By which road each facility is entered by car, and how far away that is (straight); empty where by none",
        ),
        (
            AnnexColumn("facility_id", Text(zh="机构编号", en="Facility id")),
            AnnexColumn("facility_name", Text(zh="机构", en="Facility")),
            AnnexColumn("metres", Text(zh="距道路（米）", en="Metres to the road"), "whole"),
            AnnexColumn("road_class", Text(zh="道路等级", en="Road class"), words=ROAD_CLASSES),
            AnnexColumn("road", Text(zh="道路名称", en="Road")),
        ),
        shape="line",
    ),
    "bus_reach": Annex(
        Text(zh="不开车到牵头医院", en="To the lead without a car"),
        Text(
            zh="各网格居民步行、乘公交（候车按发车间隔的一半）或驾车能否在同一时限（travel.bus_limit_min）内到本网格牵头医院；最后一行为全部",
            en="Whether the residents of each grid reach its lead within one limit (travel.bus_limit_min) on foot, by bus (waits: half a headway) or by car; the last row is all of them",
        ),
        (
            *_GRID,
            AnnexColumn("minutes", Text(zh="时限（分钟）", en="Within (minutes)"), "number"),
            AnnexColumn("residents", Text(zh="居民", en="Residents"), "whole"),
            AnnexColumn("on_foot", Text(zh="步行可到", en="On foot"), "whole"),
            AnnexColumn("by_bus", Text(zh="步行到不了、公交可到", en="By bus, not on foot"), "whole"),
            AnnexColumn("share_without_car", Text(zh="不开车可到的占比", en="Share without a car"), "share"),
            AnnexColumn("car_only", Text(zh="只有驾车可到", en="By car alone"), "whole"),
            AnnexColumn(
                "bus_not_car", Text(zh="驾车到不了、公交或步行可到", en="By bus or on foot, not by car"), "whole"
            ),
            AnnexColumn("neither", Text(zh="都到不了", en="By none in time"), "whole"),
        ),
    ),
    "reserves": Annex(
        Text(zh="号源床位下沉", en="Slots and beds reserved"),
        Text(zh="牵头医院预留给基层的号源和床位（R-39）", en="What leads reserve for primary care (R-39)"),
        (
            *_GRID,
            AnnexColumn("kind", Text(zh="项目", en="Item"), words=RESERVES),
            AnnexColumn("total", Text(zh="总数", en="Total"), "whole"),
            AnnexColumn("reserved", Text(zh="已预留", en="Reserved"), "whole"),
            AnnexColumn("share", Text(zh="占比", en="Share"), "share"),
            AnnexColumn("required", Text(zh="应预留", en="Required"), "whole"),
            AnnexColumn("status", Text(zh="结果", en="Status"), words=STATUSES),
        ),
    ),
    "reserve_shares": Annex(
        Text(zh="下沉分配到中心", en="Reserve by health centre"),
        Text(
            zh="应预留的号源和床位分到各社区卫生服务中心（卫生院），合计与应预留数一致",
            en="What has to be reserved, shared out to the health centres; it adds up exactly",
        ),
        (
            *_GRID,
            AnnexColumn("facility_id", Text(zh="机构编号", en="Facility id")),
            AnnexColumn("facility", Text(zh="机构", en="Facility")),
            AnnexColumn("by", Text(zh="分配依据", en="Shared by"), words=BASES),
            AnnexColumn("weight", Text(zh="人数", en="People"), "whole"),
            AnnexColumn("slots", Text(zh="号源", en="Slots"), "whole"),
            AnnexColumn("beds", Text(zh="床位", en="Beds"), "whole"),
        ),
    ),
    "budgets": Annex(
        Text(zh="医保总额", en="Capitated budgets"),
        Text(
            zh="各网格医保基金总额（元），合计与全市总额一致；结余与超支按方案的比例分担（R-45）",
            en="The fund's budget of each grid in yuan, adding up to the total; surplus and overrun shared as the case says (R-45)",
        ),
        (
            *_GRID,
            AnnexColumn("heads", Text(zh="人数", en="People"), "whole"),
            AnnexColumn("outpatient", Text(zh="门诊按人头", en="Outpatient, per head"), "money"),
            AnnexColumn("inpatient_drg", Text(zh="住院按病种（DRG）", en="Inpatient, DRG"), "money"),
            AnnexColumn("per_diem", Text(zh="住院按床日", en="Inpatient, per diem"), "money"),
            AnnexColumn("budget", Text(zh="总额", en="Budget"), "money"),
            AnnexColumn("advance", Text(zh="预付", en="Paid ahead"), "money"),
            AnnexColumn("spent", Text(zh="支出", en="Spent"), "money"),
            AnnexColumn("surplus", Text(zh="结余", en="Surplus"), "money"),
            AnnexColumn("retained", Text(zh="集团留用", en="Kept by the group"), "money"),
            AnnexColumn("overrun", Text(zh="超支", en="Overrun"), "money"),
            AnnexColumn("borne", Text(zh="集团分担", en="Borne by the group"), "money"),
        ),
    ),
    "care_elsewhere": Annex(
        Text(zh="跨网格就医支出", en="Care in other grids"),
        Text(
            zh="各网格参保居民的基金支出用在哪个网格（元）；空白为各网格之外",
            en="Where the fund paid for the insured of each grid, in yuan; blank: outside every grid",
        ),
        (
            *_GRID,
            AnnexColumn("at_grid_id", Text(zh="就诊网格编号", en="Id of the grid of care")),
            AnnexColumn("at_name", Text(zh="就诊网格", en="Grid of care")),
            AnnexColumn("yuan", Text(zh="基金支出", en="Paid by the fund"), "money"),
            AnnexColumn("share", Text(zh="占比", en="Share"), "share"),
        ),
    ),
    "indicators": Annex(
        Text(zh="监测指标", en="Indicators"),
        Text(
            zh="监测指标的数值、与上期相比的变化和目标（M-01 至 M-20，或方案自己的）",
            en="Observed indicators, against the period before and the target (M-01 to M-20, or the case's own)",
        ),
        (
            AnnexColumn("area_kind", Text(zh="范围", en="Scope"), words=AREA_KINDS),
            AnnexColumn("area_id", Text(zh="范围编号", en="Scope id")),
            AnnexColumn("area", Text(zh="地区", en="Area")),
            AnnexColumn("indicator", Text(zh="指标编号", en="Indicator")),
            AnnexColumn("name", Text(zh="指标", en="Name")),
            AnnexColumn("period", Text(zh="时期", en="Period")),
            AnnexColumn("shown", Text(zh="数值", en="Value")),
            AnnexColumn("yearly", Text(zh="折合全年", en="Rate a year"), "number"),
            AnnexColumn("before", Text(zh="上期", en="Period before")),
            AnnexColumn("trend", Text(zh="趋势", en="Trend"), words=TRENDS),
            AnnexColumn("target", Text(zh="目标", en="Target")),
            AnnexColumn("status", Text(zh="是否达到", en="Target reached"), words=STATUSES),
            AnnexColumn("numerator", Text(zh="分子", en="Numerator"), "number"),
            AnnexColumn("denominator", Text(zh="分母", en="Denominator"), "number"),
            AnnexColumn("value", Text(zh="数值（小数）", en="Value as a number"), "number"),
            AnnexColumn("figure", Text(zh="来源中的数值", en="Figure in the source")),
            AnnexColumn("provenance", Text(zh="依据", en="Provenance")),
        ),
    ),
    "county_tree": Annex(
        Text(zh="县域医共体", en="County communities"),
        Text(
            zh="每县一个管理委员会，其下牵头医院、卫生院、村卫生室（R-50、R-51）",
            en="A committee for each county; below it leads, township centres and village clinics (R-50, R-51)",
        ),
        (
            AnnexColumn("county", Text(zh="县", en="County")),
            AnnexColumn("level", Text(zh="层级", en="Level"), words=COUNTY_LEVELS),
            AnnexColumn("name", Text(zh="名称", en="Name")),
            AnnexColumn("above", Text(zh="上级", en="Above")),
            AnnexColumn("n_below", Text(zh="直接下级", en="Directly below"), "whole"),
            AnnexColumn("pattern", Text(zh="1+2+N（各级个数）", en="1+2+N (numbers)")),
            AnnexColumn("grid_id", Text(zh="网格编号", en="Grid id")),
            AnnexColumn("facility_id", Text(zh="机构编号", en="Facility id")),
        ),
    ),
    "county_lines": Annex(
        Text(zh="县乡村隶属", en="Who answers to whom"),
        Text(
            zh="村卫生室到卫生院、卫生院到牵头医院的连线（直线，不是道路）",
            en="Straight lines from village clinics to their township centre and from centres to their lead; no roads",
        ),
        (
            AnnexColumn("level", Text(zh="层级", en="Level"), words=COUNTY_LEVELS),
            AnnexColumn("name", Text(zh="机构", en="Facility")),
            AnnexColumn("above", Text(zh="上级", en="Above")),
            AnnexColumn("grid_id", Text(zh="网格编号", en="Grid id")),
            AnnexColumn("facility_id", Text(zh="机构编号", en="Facility id")),
        ),
        shape="line",
        tint="level",
    ),
    **_CHANGE,
    **_FRONT,
    **_HABITS,
    **_RESILIENCE,
    **_WHAT_IF,
    **_OVERLAYS,
}
"""Annexes by name, in the order in which they are shown. The name is also that of the GeoPackage's layer."""


def make_annex(name: str, rows: Iterable[Mapping[str, Any]], *, crs: Any = None) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return the frame of an annex from its rows: the declared columns in order, text as text, numbers as float.

    Parameters
    ----------
    name : of `ANNEXES`.
    rows : one mapping a row, column -> value; "geometry" too where the annex has a shape.
    crs : of the geometry.
    """
    declared, rows = ANNEXES[name], list(rows)
    columns: dict[str, Any] = {}
    for column in declared.columns:
        values = [row[column.name] for row in rows]
        kind: Any = object if column.kind == "text" else float
        columns[column.name] = pd.Series(
            [str(value) for value in values] if column.kind == "text" else values, dtype=kind
        )
    if declared.shape is None:
        return pd.DataFrame(columns)
    import geopandas as gpd

    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([row["geometry"] for row in rows], crs=crs))
