"""What a broken rule asks people to do: whom it touches, why it is broken, what might be done, which kind of body would act.

Measures and bodies are suggestions (D): a kind of body that has the power by its task, never the name of an office.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gridplan.checks.causes import (
    Trial,
    always,
    better_lead,
    centre_in_street,
    chain_in_reach,
    contact_with_lead,
    coverage_in_reach,
    enough_hospitals,
    equipped_lead,
    hospital_to_join,
    larger_lead,
    lead_in_reach,
    provider_to_spare,
    secondary_to_spare,
)
from gridplan.checks.finding import Cause
from gridplan.words.text import Text
from gridplan.words.vocabulary import RESERVES, SERVICES, Vocabulary

Touches = Literal["places", "grid", "none"]


@dataclass(frozen=True)
class Step:
    """What might be done about one cause, and which kind of body would have to."""

    measure: Text
    responsible: Text


@dataclass(frozen=True)
class Work:
    """What follows from one question of a rule that is not met.

    - head: what is wrong, for a list of work; touches: whose residents count: those of the finding's places, of its whole grid,
      or nobody's, where institutions, records or money are concerned
    - trial: parts the places by cause; steps: by cause
    - because: what the trial found, said where a finding falls into several causes
    - details: labels of the topics that share this entry; joins: the entry whose row of work this question shares
    """

    head: Text
    touches: Touches
    trial: Trial
    steps: Mapping[Cause, Step]
    because: Mapping[Cause, Text] = field(default_factory=dict)
    details: Vocabulary | None = None
    joins: str = ""


def work_of(rule: str, topic: str) -> tuple[str, Work | None]:
    """Return the entry of a question and its key: that of the topic, else of the rule; None for a rule of somebody's own."""
    key = f"{rule} {topic}" if f"{rule} {topic}" in WORK else rule
    return key, WORK.get(key)


_HEALTH = Text(zh="卫生健康部门", en="health authority")
_HEALTH_FINANCE = Text(zh="卫生健康部门会同财政部门", en="health authority with the finance authority")
_HEALTH_INSURANCE = Text(zh="卫生健康部门会同医保部门", en="health authority with the insurance authority")
_HEALTH_TRANSPORT = Text(zh="卫生健康部门会同交通运输部门", en="health authority with the transport authority")
_HEALTH_EMERGENCY = Text(zh="卫生健康部门会同应急管理部门", en="health authority with the emergency authority")
_INSURANCE = Text(zh="医保部门", en="insurance authority")
_DRAFTER = Text(zh="方案编制单位", en="those who draft the plan")
_LEAD = Text(zh="牵头医院", en="lead hospital")
_PROVIDER = Text(zh="数据提供单位", en="whoever keeps the data")

DATA_STEP = Step(Text(zh="补充所需资料后重新检查", en="provide what is missing and check again"), _PROVIDER)
"""For a rule that was not evaluated."""
NO_STEP = Step(Text(zh="", en=""), Text(zh="", en=""))
"""Where there is nothing to do."""

_REDRAW = Step(Text(zh="调整该处边界后重新检查", en="move the lines there and check again"), _DRAFTER)
_CORRECT = Step(Text(zh="改正方案表后重新检查", en="correct the plan's table and check again"), _DRAFTER)
_JOIN = Step(
    Text(
        zh="网格内或邻近网格有可提供者，商其加入或签约合作",
        en="somebody in or near the grid provides it: agree that they join or cooperate",
    ),
    _HEALTH,
)
_OTHER_LEAD = Step(
    Text(
        zh="网格内另有符合条件的医院，研究改由其牵头", en="another hospital of the grid qualifies: consider it as lead"
    ),
    _DRAFTER,
)
_NEAREST: dict[Cause, Text] = {
    "supply": Text(zh="限值内没有任何可牵头的医院", en="no hospital that may lead is within the limit"),
    "plan": Text(zh="限值内另有可牵头的医院", en="a hospital that may lead is within the limit"),
}  # fmt: skip
_FAR: dict[Cause, Step] = {
    "supply": Step(
        Text(zh="以巡回医疗、远程医疗和急救站建设补足", en="visiting teams, telemedicine and emergency stations"),
        _HEALTH_FINANCE,
    ),
    "plan": Step(
        Text(
            zh="另有更近的可牵头医院，研究能否改划或另选牵头",
            en="a nearer hospital may lead: consider other lines or leads",
        ),
        _DRAFTER,
    ),
}


def _supply(zh: str, en: str, body: Text = _HEALTH_FINANCE) -> dict[Cause, Step]:
    return {"supply": Step(Text(zh=zh, en=en), body)}


def _operation(zh: str, en: str, body: Text) -> dict[Cause, Step]:
    return {"operation": Step(Text(zh=zh, en=en), body)}


def _data(zh: str, en: str, body: Text = _PROVIDER) -> dict[Cause, Step]:
    return {"data": Step(Text(zh=zh, en=en), body)}


def _plan(zh: str, en: str, body: Text = _DRAFTER) -> dict[Cause, Step]:
    return {"plan": Step(Text(zh=zh, en=en), body)}


_SUPPLY, _OPERATION, _DATA, _PLAN = always("supply"), always("operation"), always("data"), always("plan")
_NO_LEAD = _supply("网格内没有其他符合条件的医院，写明例外理由并扶持能力建设", "no other hospital of the grid qualifies: state the reason and build up the lead")  # fmt: skip

WORK: dict[str, Work] = {
    "R-01": Work(Text(zh="网格数不足或多于可牵头的医院", en="Too few grids, or more than hospitals that may lead"), "places", enough_hospitals, {**_plan("改变网格数", "change the number of grids"), **_supply("可牵头的医院不足，先建设再划分", "too few hospitals may lead: build up one first")}),
    "R-02": Work(Text(zh="单元没有划入或划入多个网格", en="Units in no grid or in several"), "places", _PLAN, {"plan": _CORRECT}),
    "R-02 overlap": Work(Text(zh="规划单元互相重叠", en="Units overlap"), "none", _DATA, _data("核对单元边界", "check the borders of the units")),
    "R-03": Work(Text(zh="一家医院牵头多个网格", en="One hospital leads several grids"), "none", _PLAN, _plan("各网格分别确定牵头医院，或写明理由", "name a lead for each grid, or state the reason")),
    "R-04": Work(Text(zh="网格没有或有多家牵头医院，或牵头医院不在网格内", en="No lead, several leads, or a lead outside its grid"), "grid", _PLAN, {"plan": _CORRECT}),
    "R-05": Work(Text(zh="布局因素没有记录", en="A layout factor is not on record"), "none", _DATA, {"data": DATA_STEP}),
    "R-06": Work(Text(zh="网格没有连成一片", en="A grid is in several pieces"), "places", contact_with_lead, {"plan": _REDRAW, **_supply("隔水或飞地，属自然条件，可写明理由豁免，并安排轮渡和远程医疗", "cut off by nature: waive it with the reason, provide a ferry and telemedicine", _HEALTH_TRANSPORT)}, because={"plan": Text(zh="可经别的单元连到牵头医院", en="joined to the lead through other units"), "supply": Text(zh="没有陆路、桥或轮渡相连", en="no land, bridge or ferry joins them")}),
    "R-07": Work(Text(zh="网格人口偏离均值过多", en="A grid's population is far from the mean"), "grid", _PLAN, {"plan": _REDRAW}),
    "R-08": Work(Text(zh="网格人口规模不在区间内", en="A grid is too small or too large"), "grid", _PLAN, _plan("调整边界或网格数，或写明理由", "move lines, change the number of grids, or state the reason")),
    "R-09": Work(Text(zh="街道（乡镇）与其基层中心分在不同网格", en="A street is split from its health centre"), "places", _PLAN, _plan("整街道划入一个网格", "put the whole street into one grid")),
    "R-10": Work(Text(zh="网格切分了要求完整的区", en="A district that should be whole is split"), "none", _PLAN, {"plan": _REDRAW}),
    "R-20": Work(Text(zh="牵头医院资格有保留", en="A lead qualifies with reservations"), "grid", better_lead, {"plan": _OTHER_LEAD, **_NO_LEAD}),
    "R-21": Work(Text(zh="没有二级综合医院和接续性医疗成员", en="No secondary general hospital and no continuing care among the members"), "grid", secondary_to_spare, {"plan": _JOIN, **_supply("由邻近网格的二级医院签约承担，或培育接续性医疗", "contract a secondary hospital nearby, or build up continuing care", _HEALTH)}),
    "R-21 centres": Work(Text(zh="街道（乡镇）没有成员社区卫生服务中心（卫生院）", en="A street has no health centre among the members"), "places", centre_in_street, {"plan": Step(Text(zh="街道内有中心，随街道划入同一网格", en="the street has a centre: let it join the street's grid"), _DRAFTER), **_supply("增设或由邻近中心延伸服务", "add a centre, or extend a neighbouring one")}, because={"plan": Text(zh="街道内有中心，不是本网格成员", en="a centre in the street is no member of the grid"), "supply": Text(zh="街道内没有中心", en="no centre in the street")}),
    "R-22": Work(Text(zh="机构同时属于多个网格", en="A facility belongs to several grids"), "none", _PLAN, {"plan": _CORRECT}),
    "R-23": Work(Text(zh="公立机构没有划入网格", en="A public facility is in no grid"), "none", _PLAN, _plan("商其加入，或写明不加入的理由", "agree that it joins, or state why not", _HEALTH)),
    "R-24": Work(Text(zh="成员单位离牵头医院过远", en="A member is far from its lead"), "none", _PLAN, _plan("改随所在网格，或写明理由", "let it join the grid where it stands, or state the reason")),
    "R-25": Work(Text(zh="牵头医院床位与服务人口不相称", en="A lead has few beds for its grid"), "grid", larger_lead, {"plan": _OTHER_LEAD, **_supply("统筹集团内床位，或增加床位", "pool the group's beds, or add some")}),
    "R-25 services": Work(Text(zh="牵头医院没有急诊或胸痛、卒中、创伤中心", en="A lead lacks an emergency department or a time-critical centre"), "grid", equipped_lead, {"plan": _OTHER_LEAD, **_supply("登记网格外的合作单位，或建设中心", "put a cooperating unit outside on record, or build a centre", _LEAD)}),
    "R-27": Work(Text(zh="比现有分组变动过大", en="Much changes against the grouping in force"), "places", _PLAN, _plan("比较改动较少的方案", "compare plans that change less")),
    "R-28": Work(Text(zh="方案没有生效日期", en="The plan says no date"), "none", _DATA, _data("写明生效日期", "state the date", _DRAFTER)),
    "R-28 milestones": Work(Text(zh="节点任务逾期", en="A milestone is overdue"), "none", _OPERATION, _operation("按节点推进，或调整期限", "catch up, or change the date", _HEALTH)),
    "R-30": Work(Text(zh="片区分属多个网格", en="A sub-area lies in several grids"), "places", _PLAN, {"plan": _CORRECT}),
    "R-31": Work(Text(zh="社区网格没有负责的基层中心", en="No health centre answers for a community grid"), "places", centre_in_street, {"plan": Step(Text(zh="由本街道的中心负责，划入同一网格", en="let the street's centre answer, in the same grid"), _DRAFTER), **_supply("增设中心或由邻近中心延伸服务", "add a centre, or extend a neighbouring one")}, because={"plan": Text(zh="街道内有中心，不是本网格成员", en="a centre in the street is no member of the grid"), "supply": Text(zh="街道内没有中心", en="no centre in the street")}),
    "R-31 teams": Work(Text(zh="社区网格没有家庭医生团队", en="A community grid has no family-doctor team"), "places", _OPERATION, _operation("落实包片团队", "assign a team", _HEALTH)),
    "R-32": Work(Text(zh="自称紧密型，仍有松散成员", en="Called tight, with loose members"), "none", _OPERATION, _operation("按登记的原因逐家研究", "look into each by its stated reason", _HEALTH_FINANCE)),
    "R-34": Work(Text(zh="服务链缺环", en="Links of the chain of care missing"), "grid", provider_to_spare, {"plan": _JOIN, **_supply("转型、增设或与邻近网格签约", "convert, add, or contract a neighbouring grid")}, details=SERVICES),
    "R-35": Work(Text(zh="服务链有一段过远或缺失", en="A step of the chain of care is far or missing"), "grid", chain_in_reach, {"plan": _JOIN, **_supply("就近增设接续服务，或提供转运", "add step-down care nearby, or transport")}),
    "R-36": Work(Text(zh="专科联盟没有跨网格", en="A specialty alliance stays in one grid"), "none", _OPERATION, _operation("扩大联盟，或不称联盟", "widen it, or call it otherwise", _LEAD)),
    "R-36 specialties": Work(Text(zh="网格够不到的专科", en="Specialties that a grid does not reach"), "none", _SUPPLY, _supply("经专科联盟或合作单位提供", "through an alliance or a cooperating unit", _LEAD)),
    "R-37": Work(Text(zh="成员单位没有接入远程医疗", en="Members not joined to telemedicine"), "none", _OPERATION, _operation("接入建议的中心，偏远机构先行", "join the proposed hub, remote ones first", _HEALTH)),
    "R-38": Work(Text(zh="网格没有某类共享中心", en="A grid has no shared centre of a kind"), "grid", _SUPPLY, _supply("按建议的机构设立，或登记全市中心", "set one up at the proposed host, or put the city's on record", _HEALTH)),
    "R-38 transport": Work(Text(zh="标本送检超过时限", en="Samples travel too long"), "none", _SUPPLY, _supply("增加收样点或班次", "add a collecting point or rounds", _LEAD)),
    "R-38 several": Work(Text(zh="同类中心不止一处", en="More than one centre of a kind"), "none", _OPERATION, _operation("研究整合共享", "consider sharing one", _LEAD)),
    "R-38 unserved": Work(Text(zh="共享中心的服务对象不牵头网格", en="A shared centre on record for a lead that leads no grid"), "none", _DATA, _data("改正登记表", "correct the table", _DRAFTER)),
    "R-39": Work(Text(zh="号源、床位下沉不足", en="Too few slots or beds reserved"), "grid", _OPERATION, _operation("按应预留数调整", "reserve what is required", _LEAD), details=RESERVES),
    "R-40": Work(Text(zh="区域被两个集团同时主张", en="Two groups claim the same ground"), "none", _PLAN, {"plan": _CORRECT}),
    "R-41": Work(Text(zh="床位集中度比现有分组上升", en="Beds are more concentrated than in the grouping in force"), "none", _PLAN, _plan("比较集中度较低的方案", "compare plans that concentrate less")),
    "R-43": Work(Text(zh="没有转往集团外的记录", en="No referral leaves the group"), "none", _OPERATION, _operation("核实并畅通集团外转诊", "look into it and open referral outwards", _LEAD)),
    "R-44": Work(Text(zh="基层诊疗占比下降", en="Primary care's share of visits falls"), "none", _OPERATION, _operation("查找虹吸原因", "find out what draws patients away", _HEALTH_INSURANCE)),
    "R-46": Work(Text(zh="在本网格就医的占比下降", en="The share treated in the own grid falls"), "none", _OPERATION, _operation("查明外流的专科和去向", "find out which specialties lose patients, and to whom", _HEALTH_INSURANCE)),
    "R-45": Work(Text(zh="医保总额超支或合计不符", en="A budget is overrun, or does not add up"), "none", _OPERATION, _operation("核对总额和分担", "check the total and who bears the overrun", _INSURANCE)),
    "R-45 insured": Work(Text(zh="单元没有参保人数", en="Units without insured people"), "places", _DATA, _data("提供参保人数", "provide the insured", _INSURANCE)),
    "R-45 rates": Work(Text(zh="参保类别没有费率", en="A category without a rate"), "none", _DATA, _data("写明费率", "state the rate", _INSURANCE)),
    "R-45 outside": Work(Text(zh="部分总额落在网格之外", en="A part of the fund falls outside the grids"), "none", _PLAN, {"plan": _CORRECT}),
    "R-50": Work(Text(zh="乡镇分属多个医共体", en="A township lies in several communities"), "places", _PLAN, {"plan": _CORRECT}),
    "R-50 number": Work(Text(zh="医共体个数不合要求", en="The number of communities is not as asked"), "places", _PLAN, _plan("改变个数，或写明理由", "change the number, or state the reason")),
    "R-50 clinics": Work(Text(zh="村卫生室不随所在乡镇", en="Village clinics apart from their township"), "none", _PLAN, {"plan": _CORRECT}),
    "R-50 bare": Work(Text(zh="村卫生室所在乡镇没有卫生院", en="Village clinics whose township has no centre"), "places", _SUPPLY, _supply("由邻近卫生院延伸管理", "let a neighbouring centre look after them", _HEALTH)),
    "R-51": Work(Text(zh="牵头医院之下没有卫生院", en="A lead without township centres"), "none", _PLAN, {"plan": _CORRECT}),
    "R-52": Work(Text(zh="县域牵头医院不合条件", en="A county lead does not qualify"), "grid", better_lead, {"plan": _OTHER_LEAD, **_NO_LEAD}),
    "R-53": Work(Text(zh="县域牵头医院没有城市医院支援", en="A county lead without a city hospital at its side"), "none", _OPERATION, _operation("登记或商定对口支援", "agree on support, or put it on record", _HEALTH)),
    "R-54": Work(Text(zh="单元划入了别的县或城区的网格", en="Units in grids of another part"), "places", _PLAN, {"plan": _CORRECT}),
    "R-60": Work(Text(zh="到牵头医院超过时间限值", en="Beyond the limit of the own lead"), "places", lead_in_reach, _FAR, because=_NEAREST),
    "R-61 lead": Work(Text(zh="到牵头医院超过时间限值", en="Beyond the limit of the own lead"), "places", coverage_in_reach, _FAR, joins="R-60"),
    "R-61 primary": Work(Text(zh="步行限值内到不了基层机构", en="No primary care within the walking limit"), "places", _SUPPLY, _supply("按街道增设社区卫生服务站（村卫生室）", "add stations street by street")),
    "R-62": Work(Text(zh="基层中心不足", en="Too few health centres"), "places", _SUPPLY, _supply("增设社区卫生服务中心（卫生院）", "add health centres")),
    "R-64": Work(Text(zh="急救站服务半径外的居民过多", en="Too many residents outside the radius of emergency stations"), "places", _SUPPLY, _supply("先在人数最多处增设急救站", "add stations where most people are outside")),
    "R-64 ambulances": Work(Text(zh="救护车不足", en="Too few ambulances"), "none", _SUPPLY, _supply("增配救护车", "add ambulances")),
    "R-66": Work(Text(zh="家庭医生签约率未达目标", en="Too few signed with a family doctor"), "none", _OPERATION, _operation("按人群推进签约", "sign up the group", _HEALTH)),
    "R-67": Work(Text(zh="牵头医院停运时急诊超时的居民增加", en="With a lead lost, more residents are beyond the limit of emergency care"), "none", _SUPPLY, _supply("签订互助协议，补强邻近急诊", "agree on mutual aid, strengthen emergency care nearby", _HEALTH_EMERGENCY)),
    "R-67 support": Work(Text(zh="基层中心得不到逐级支援", en="Health centres without support step by step"), "none", hospital_to_join, {"plan": Step(Text(zh="商网格内的区县级医院加入", en="agree that a hospital of the district joins"), _HEALTH), **_supply("由邻近网格的二级医院支援", "support from a secondary hospital nearby", _HEALTH)}),
    "R-67 scenarios": Work(Text(zh="灾害情景中有居民到不了任何医院", en="In a disaster, residents reach no hospital"), "places", _SUPPLY, _supply("预置医疗力量和转运方案", "place teams and transport beforehand", _HEALTH_EMERGENCY)),
    "R-68": Work(Text(zh="转型情景带来新的不符合", en="A conversion breaks other rules"), "none", _PLAN, _plan("改变转型的对象或内容", "convert another facility, or otherwise", _HEALTH)),
}  # fmt: skip
"""By rule, or rule and topic."""
