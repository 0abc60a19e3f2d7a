"""The field's standard terms: facility kinds, levels, ownership, services, with their Chinese and English aliases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gridplan.words.text import Language, Text

__all__ = [
    "ADMIN_LEVELS",
    "ANSWERS",
    "CAUSES",
    "CENTRES",
    "COUNTY_LEVELS",
    "DIMENSIONS",
    "EFFECTS",
    "EVENTS",
    "KINDS",
    "LEVELS",
    "MEASURED_IN",
    "MODES",
    "NETWORKS",
    "OWNERSHIPS",
    "PROVEN",
    "ROAD_CLASSES",
    "ROLES",
    "SERVICES",
    "SEVERITIES",
    "STATUSES",
    "SUBJECTS",
    "TIES",
    "Language",
    "Term",
    "Text",
    "Vocabulary",
    "normalise",
    "parse_level",
]

_BLANKS = re.compile(r"\s+")


def normalise(value: object) -> str:
    """Return `value` as compared text: full-width forms narrowed, blanks removed, lower case."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", str(value))).lower()


@dataclass(frozen=True)
class Term:
    """One word of the vocabulary: its key in data, its label, and other spellings found in planners' files."""

    key: str
    label: Text
    aliases: tuple[str, ...] = ()


class Vocabulary(Mapping[str, Term]):
    """A closed list of terms; maps keys to terms and finds the key that a planner's wording means."""

    def __init__(self, *terms: Term) -> None:
        self._terms = {term.key: term for term in terms}

    def __getitem__(self, key: str) -> Term:
        return self._terms[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        spellings: dict[str, str] = {}
        for term in self._terms.values():
            for spelling in (term.key, term.label.zh, term.label.en, *term.aliases):
                spellings.setdefault(normalise(spelling), term.key)
        return spellings

    def find(self, value: object) -> str | None:
        """Return the key that `value` spells exactly, or None."""
        return self._spellings.get(normalise(value))

    def find_within(self, value: object) -> str | None:
        """Return the key of the spelling (two letters at least) that ends last in `value`, the longest of these; or None.

        A Chinese name ends with what the thing is: 长青社区卫生服务中心香港路社区卫生服务站 is a station.
        """
        text = normalise(value)
        exact = self._spellings.get(text)
        if exact is not None:
            return exact
        ends = {
            spelling: text.rfind(spelling) + len(spelling)
            for spelling in self._spellings
            if len(spelling) >= 2 and spelling in text
        }
        return self._spellings[max(ends, key=lambda spelling: (ends[spelling], len(spelling)))] if ends else None

    @property
    def choices(self) -> Text:
        """All labels, as a message lists them."""
        labels = [term.label for term in self._terms.values()]
        return Text(zh="、".join(label.zh for label in labels), en=", ".join(label.en for label in labels))

    def label(self, key: str) -> Text:
        """Return the label of `key`; an unknown key labels itself."""
        return self._terms[key].label if key in self._terms else Text(zh=key, en=key)


KINDS = Vocabulary(
    Term(
        "general",
        Text(zh="综合医院", en="general hospital"),
        ("综合", "人民医院", "中心医院", "综合性医院", "hospital", "hospitals", "medical center", "medical centre"),
    ),
    Term(
        "tcm", Text(zh="中医医院", en="hospital of Chinese medicine"), ("中医", "中医院", "中西医结合医院", "民族医院")
    ),
    Term(
        "maternity",
        Text(zh="妇幼保健院", en="maternal and child hospital"),
        ("妇幼", "妇产医院", "妇产", "妇幼保健", "妇女儿童医院", "mch", "maternity hospital", "women's hospital"),
    ),
    Term(
        "specialist",
        Text(zh="专科医院", en="specialist hospital"),
        (
            *("专科", "儿童医院", "口腔医院", "眼科医院", "精神病医院", "传染病医院", "肿瘤医院"),
            *("specialty hospital", "children's hospital", "psychiatric hospital", "mental hospital", "eye hospital"),
        ),
    ),
    Term(
        "chc",
        Text(zh="社区卫生服务中心", en="community health centre"),
        ("社康中心", "社区健康服务中心", "community health center", "health centre", "health center"),
    ),
    Term("chs", Text(zh="社区卫生服务站", en="community health station"), ("卫生服务站", "社区健康服务站", "社康站")),
    Term("thc", Text(zh="乡镇卫生院", en="township health centre"), ("卫生院", "中心卫生院")),
    Term("village_clinic", Text(zh="村卫生室", en="village clinic"), ("卫生室", "村卫生所")),
    Term(
        "clinic",
        Text(zh="诊所、门诊部", en="clinic"),
        ("诊所", "门诊部", "医务室", "clinics", "doctors", "doctor", "dentist"),
    ),
    Term(
        "nursing",
        Text(zh="护理院", en="nursing home (medical)"),
        ("护理站", "护理中心", "护理", "nursing home", "nursing_home"),
    ),
    Term("rehab", Text(zh="康复医院", en="rehabilitation hospital"), ("康复", "康复中心", "康复医疗中心")),
    Term("hospice", Text(zh="安宁疗护中心", en="hospice"), ("安宁疗护", "安宁疗护机构", "临终关怀", "palliative")),
    Term(
        "ems",
        Text(zh="急救中心（站）", en="emergency medical station"),
        ("急救中心", "急救站", "120急救", "紧急救援中心"),
    ),
    Term("other", Text(zh="其他机构", en="other facility"), ("其他", "其它", "pharmacy", "药店", "药房", "laboratory")),
)
"""Kinds of facility (DOMAIN glossary)."""

ROAD_CLASSES = Vocabulary(
    Term("motorway", Text(zh="高速公路", en="motorway")),
    Term("motorway_link", Text(zh="高速公路匝道", en="motorway ramp")),
    Term("trunk", Text(zh="国道、快速路", en="trunk road")),
    Term("trunk_link", Text(zh="快速路匝道", en="trunk road ramp")),
    Term("primary", Text(zh="主干路", en="primary road")),
    Term("primary_link", Text(zh="主干路匝道", en="primary road ramp")),
    Term("secondary", Text(zh="次干路", en="secondary road")),
    Term("secondary_link", Text(zh="次干路匝道", en="secondary road ramp")),
    Term("tertiary", Text(zh="支路", en="tertiary road")),
    Term("tertiary_link", Text(zh="支路匝道", en="tertiary road ramp")),
    Term("unclassified", Text(zh="一般道路", en="minor road")),
    Term("residential", Text(zh="居住区道路", en="residential street")),
    Term("living_street", Text(zh="生活街道", en="living street")),
    Term("road", Text(zh="等级不明的道路", en="road of unknown class")),
    Term("service", Text(zh="内部道路", en="service road")),
    Term("track", Text(zh="机耕路", en="track")),
    Term("pedestrian", Text(zh="步行街", en="pedestrian street")),
    Term("footway", Text(zh="人行道", en="footway")),
    Term("path", Text(zh="小路", en="path")),
    Term("cycleway", Text(zh="自行车道", en="cycleway")),
    Term("bridleway", Text(zh="马道", en="bridleway")),
    Term("steps", Text(zh="台阶", en="steps")),
    Term("ferry", Text(zh="轮渡", en="ferry")),
)
"""Classes of roads and ferries, as a reader says them (OpenStreetMap highway values)."""

HOSPITAL_KINDS = ("general", "tcm", "maternity", "specialist")
PRIMARY_KINDS = ("chc", "thc", "chs", "village_clinic")
"""Primary care: centres, township centres, stations, village clinics."""

CENTRE_KINDS = ("chc", "thc")
"""Primary care that answers for a street or township."""
STATION_KINDS = ("chs", "village_clinic")
"""Primary care under a centre."""

LEVELS: Mapping[int, Text] = {
    3: Text(zh="三级", en="tertiary"),
    2: Text(zh="二级", en="secondary"),
    1: Text(zh="一级", en="primary-level"),
    0: Text(zh="未定级", en="ungraded"),
}

OWNERSHIPS = Vocabulary(
    Term("government", Text(zh="政府办", en="government"), ("公立", "政府举办", "公办", "政府")),
    Term("state_enterprise", Text(zh="国有企业办", en="state enterprise"), ("国企办", "企业办", "国企", "国有企业")),
    Term("collective", Text(zh="集体办", en="collective"), ("集体", "集体所有制")),
    Term("private", Text(zh="社会办", en="private"), ("民营", "私立", "民办", "社会资本", "个体")),
    Term("military", Text(zh="部队", en="military"), ("军队", "部队医院")),
)

ADMIN_LEVELS = Vocabulary(
    Term("national", Text(zh="国家级", en="national"), ("委属", "部属", "国家", "中央")),
    Term("province", Text(zh="省属", en="provincial"), ("省级", "省", "province", "省直", "自治区属")),
    Term("city", Text(zh="市属", en="municipal"), ("市级", "市", "city", "市直", "地市属")),
    Term(
        "district",
        Text(zh="区县属", en="district or county"),
        ("区属", "县属", "区级", "县级", "区", "县", "district", "county"),
    ),
    Term(
        "township",
        Text(zh="街道乡镇", en="township"),
        ("乡镇", "街道", "镇属", "乡属", "街道属", "街镇", "乡镇属", "社区"),
    ),
    Term("other", Text(zh="其他", en="other"), ("其它", "无")),
)

SERVICES = Vocabulary(
    Term("ed", Text(zh="急诊", en="emergency department"), ("急诊科", "急救")),
    Term("icu", Text(zh="重症医学", en="intensive care"), ("重症", "重症监护")),
    Term("surgery", Text(zh="外科", en="surgery"), ("手术",)),
    Term("obstetrics", Text(zh="产科", en="obstetrics"), ("妇产科",)),
    Term("paediatrics", Text(zh="儿科", en="paediatrics")),
    Term(
        "critical_newborn", Text(zh="危重新生儿救治", en="critical newborn care"), ("危重新生儿", "危重新生儿救治中心")
    ),
    Term(
        "critical_maternal",
        Text(zh="危重孕产妇救治", en="critical maternal care"),
        ("危重孕产妇", "危重孕产妇救治中心"),
    ),
    Term("oncology", Text(zh="肿瘤", en="oncology"), ("肿瘤科",)),
    Term("chest_pain", Text(zh="胸痛中心", en="chest-pain centre")),
    Term("stroke", Text(zh="卒中中心", en="stroke centre"), ("脑卒中中心",)),
    Term("trauma", Text(zh="创伤中心", en="trauma centre"), ("创伤救治中心",)),
    Term("rehab", Text(zh="康复", en="rehabilitation"), ("康复科", "康复医学")),
    Term("nursing", Text(zh="护理", en="nursing"), ("老年护理", "长期护理")),
    Term("hospice", Text(zh="安宁疗护", en="hospice care"), ("临终关怀",)),
    Term("continuing_care", Text(zh="接续性医疗", en="continuing care"), ("接续性医疗服务", "接续医疗")),
    Term("elder_care", Text(zh="医养结合", en="elder care"), ("养老",)),
    Term("prehospital", Text(zh="院前急救", en="pre-hospital emergency care")),
    Term("family_doctor", Text(zh="家庭医生", en="family doctor"), ("家庭医生签约", "签约服务")),
    Term("vaccination", Text(zh="预防接种", en="vaccination"), ("疫苗接种", "接种")),
    Term("chronic_care", Text(zh="慢病管理", en="chronic-disease management"), ("慢性病管理",)),
    Term("telemedicine", Text(zh="远程医疗", en="telemedicine"), ("远程会诊",)),
    Term("lab", Text(zh="医学检验", en="laboratory"), ("检验",)),
    Term("imaging", Text(zh="医学影像", en="imaging"), ("影像",)),
    Term("ecg", Text(zh="心电诊断", en="ECG"), ("心电",)),
    Term("pathology", Text(zh="病理诊断", en="pathology"), ("病理",)),
    Term("cssd", Text(zh="消毒供应", en="sterile supply")),
    Term("logistics", Text(zh="后勤", en="logistics")),
    Term("dispensing", Text(zh="中药配送", en="dispensing"), ("药品配送",)),
)

CENTRES = Vocabulary(
    *(SERVICES[key] for key in ("lab", "imaging", "ecg", "pathology", "cssd", "logistics", "dispensing")),
    Term("mobile_ct", Text(zh="移动 CT 巡诊", en="mobile CT rounds"), ("移动CT", "巡诊CT")),
)
"""Kinds of shared centre (S2, S3; dispensing and mobile CT S1)."""

NETWORKS = Vocabulary(
    Term("specialty_alliance", Text(zh="专科联盟", en="specialty alliance"), ("专科协作联盟",)),
    Term("telemedicine", Text(zh="远程医疗协作网", en="telemedicine network"), ("远程医疗网", "远程医疗")),
    Term("city_federation", Text(zh="全市医联体", en="city-wide federation"), ("城市医联体", "市级医联体", "医联体")),
    Term("paired_assistance", Text(zh="对口支援", en="paired assistance"), ("对口帮扶",)),
    Term("cooperation", Text(zh="合作单位", en="cooperating unit"), ("协作医院", "协作单位", "技术协作")),
)
"""Kinds of network across grids (DOMAIN 1): many to many, never part of the partition."""

CENTRE_STATUSES = Vocabulary(
    Term("existing", Text(zh="已有", en="existing")),
    Term("declared", Text(zh="已明确", en="declared")),
    Term("proposed", Text(zh="建议", en="proposed")),
)
"""Whether a shared centre is told by services, by the table of centres, or proposed by this program."""

SCOPES = Vocabulary(Term("group", Text(zh="本集团", en="one group")), Term("city", Text(zh="全市", en="whole city")))
"""Whom a shared centre serves."""

ARRANGEMENTS = Vocabulary(
    Term("each_grid", Text(zh="每个网格一处", en="one in every grid")),
    Term("leads", Text(zh="均设在牵头医院", en="all at the leads")),
    Term("city", Text(zh="全市统筹", en="city-wide")),
    Term("cover", Text(zh="限时覆盖所需最少", en="fewest within the limit")),
)
"""How centres of a kind may be spread (see `siting`)."""

REMOTE_REASONS = Vocabulary(
    Term("ferry", Text(zh="须乘船", en="by ferry only")),
    Term("far", Text(zh="车程超限", en="too far")),
    Term("unreached", Text(zh="道路不通", en="no way by road")),
)
"""Why a facility is remote from its lead (R-37)."""

EDGE_STATUSES = Vocabulary(
    Term("joined", Text(zh="已接入", en="joined")), Term("proposed", Text(zh="建议接入", en="proposed"))
)
"""Whether a remote facility is in a telemedicine network, or proposed to be."""

TIES = Vocabulary(
    Term("tight", Text(zh="紧密", en="tight"), ("紧密型", "一体化")),
    Term("trusteeship", Text(zh="托管", en="trusteeship")),
    Term("loose", Text(zh="松散", en="loose"), ("松散型", "协作")),
)
"""How closely a member is tied to its lead."""

ROLES = Vocabulary(
    Term("lead", Text(zh="牵头医院", en="lead hospital")),
    Term("member", Text(zh="成员单位", en="member")),
    Term("cooperating", Text(zh="合作单位", en="cooperating")),
    Term("none", Text(zh="未加入", en="not a member")),
)

MEMBER_STATES = Vocabulary(
    Term("lead", Text(zh="牵头医院", en="lead hospital"), ("牵头", "牵头单位")),
    Term("member", Text(zh="成员单位", en="member"), ("成员", "已加入", "加入")),
    Term("cooperating", Text(zh="合作单位", en="cooperating"), ("合作", "协作单位", "协作")),
    Term("none", Text(zh="未加入", en="not a member"), ("未纳入", "不加入", "无")),
)
"""What a list of members says of an institution."""

ROLE_SOURCES = Vocabulary(
    Term("plan", Text(zh="本方案", en="this plan")),
    Term("location", Text(zh="所在单元", en="its unit")),
    Term("centre", Text(zh="随上级中心", en="its health centre")),
    Term("list", Text(zh="成员名单", en="list of members")),
    Term("case", Text(zh="方案文件", en="the case")),
    Term("level", Text(zh="国家级、省级医院，没有协议记录", en="national or provincial, no agreement on file")),
    Term("consent", Text(zh="社会办或部队医院，没有协议记录", en="private or military, no agreement on file")),
    Term("emergency", Text(zh="院前急救站", en="ambulance station")),
)
"""Why a facility has its role."""

GROUP_SOURCES = Vocabulary(
    Term("case", Text(zh="方案文件", en="the case")),
    Term("list", Text(zh="成员名单", en="list of members")),
    Term("baseline", Text(zh="现行分组", en="grouping in force")),
    Term("proposed", Text(zh="暂名", en="proposed")),
)
"""Who gave a group its name."""

COUNTY_LEVELS = Vocabulary(
    Term("committee", Text(zh="县级管理委员会", en="county committee")),
    Term("lead", Text(zh="牵头医院", en="lead hospital")),
    Term("centre", Text(zh="卫生院", en="township centre")),
    Term("clinic", Text(zh="村卫生室", en="village clinic")),
)
"""Levels of a county's tree (R-51)."""

MODES = Vocabulary(
    Term("city", Text(zh="城市医疗集团", en="urban medical group")),
    Term("county", Text(zh="县域医共体", en="county medical community")),
)
"""What the organisation of a grid is: of a city, or of a county."""

PERIODS = Vocabulary(
    Term("off_peak", Text(zh="平峰", en="off-peak"), ("平", "非高峰", "offpeak")),
    Term("peak", Text(zh="高峰", en="peak"), ("高", "早高峰", "晚高峰", "rush hour")),
)
"""Periods of the day whose speeds by car differ."""

SEVERITIES = Vocabulary(
    Term("must", Text(zh="必须", en="must"), ("E",)),
    Term("should", Text(zh="应当", en="should"), ("W",)),
    Term("note", Text(zh="提示", en="note"), ("I",)),
)

ANSWERS = Vocabulary(
    Term("yes", Text(zh="是", en="yes"), ("有", "已", "√", "1", "true")),
    Term("no", Text(zh="否", en="no"), ("无", "未", "×", "0", "false")),
)
"""Whether something holds, as a planner ticks it."""

DIMENSIONS = Vocabulary(
    Term("governance", Text(zh="管理", en="governance")),
    Term("medical", Text(zh="医疗", en="medical care")),
    Term("operations", Text(zh="运营", en="operations")),
    Term("information", Text(zh="信息", en="information")),
)
"""In what a member is integrated with its lead (S1)."""

SUBJECTS = Vocabulary(
    Term("plan", Text(zh="全域", en="whole plan")),
    Term("grid", Text(zh="网格", en="grid")),
    Term("unit", Text(zh="单元", en="unit")),
    Term("facility", Text(zh="机构", en="facility")),
)
"""What a finding is about."""

MEASURED_IN = Vocabulary(
    Term("HHI", Text(zh="HHI", en="HHI")),
    Term("beds per 1000", Text(zh="张/千人", en="beds per 1,000")),
    Term("beds per 10000 aged 65", Text(zh="张/万名老人", en="beds per 10,000 aged 65+")),
    Term("centres", Text(zh="家中心", en="centres")),
    Term("communities", Text(zh="个医共体", en="communities")),
    Term("community grids", Text(zh="个社区网格", en="community grids")),
    Term("cv", Text(zh="变异系数", en="coefficient of variation")),
    Term("facilities", Text(zh="家机构", en="facilities")),
    Term("findings", Text(zh="条", en="findings")),
    Term("gini", Text(zh="基尼系数", en="Gini index")),
    Term("grids", Text(zh="个网格", en="grids")),
    Term("index", Text(zh="指数", en="index")),
    Term("km2", Text(zh="平方千米", en="km²")),
    Term("leads", Text(zh="家牵头医院", en="leads")),
    Term("links", Text(zh="条关系", en="links")),
    Term("members", Text(zh="家成员", en="members")),
    Term("min", Text(zh="分钟", en="min")),
    Term("partners", Text(zh="家合作单位", en="partners")),
    Term("people", Text(zh="人", en="people")),
    Term("pieces", Text(zh="片", en="pieces")),
    Term("providers", Text(zh="家提供者", en="providers")),
    Term("residents", Text(zh="名居民", en="residents")),
    Term("residents per ambulance", Text(zh="人/辆", en="residents per ambulance")),
    Term("residents per centre", Text(zh="人/家", en="residents per centre")),
    Term("share", Text(zh="占比", en="share")),
    Term("specialties", Text(zh="个专科", en="specialties")),
    Term("streets", Text(zh="个街道（乡镇）", en="streets")),
    Term("strength", Text(zh="能力评分", en="strength")),
    Term("units", Text(zh="个单元", en="units")),
    Term("village clinics", Text(zh="家村卫生室", en="village clinics")),
    Term("yuan", Text(zh="元", en="yuan")),
)
"""In what a finding is measured."""

PROVEN = Vocabulary(
    Term("optimal", Text(zh="已证明最优", en="optimal")),
    Term("feasible", Text(zh="可行", en="feasible")),
    Term("infeasible", Text(zh="限制不能同时满足", en="infeasible")),
    Term("unknown", Text(zh="未找到满足全部限制的方案", en="no plan found that holds all limits")),
    Term("given", Text(zh="给定", en="given")),
)
"""What a solve says of its plan."""

CAUSES = Vocabulary(
    Term("plan", Text(zh="方案问题", en="plan")),
    Term("supply", Text(zh="供给缺口", en="gap in supply")),
    Term("data", Text(zh="资料缺失", en="data missing")),
    Term("operation", Text(zh="运行监测", en="operation")),
    Term("not_applicable", Text(zh="不适用", en="not applicable")),
)
"""Why a finding is not met, which decides what to do about it: move lines, provide, tell, work differently."""

AREA_KINDS = Vocabulary(
    Term("plan", Text(zh="全域", en="whole plan")),
    Term("grid", Text(zh="网格", en="grid")),
    Term("district", Text(zh="区县", en="district or county")),
    Term("other", Text(zh="其他", en="other")),
)
"""What an observed indicator is about."""

TRENDS = Vocabulary(
    Term("better", Text(zh="改善", en="better")),
    Term("worse", Text(zh="变差", en="worse")),
    Term("same", Text(zh="持平", en="the same")),
)

RESERVES = Vocabulary(Term("slots", Text(zh="号源", en="appointment slots")), Term("beds", Text(zh="床位", en="beds")))
"""What a lead reserves for its group (R-39)."""

BASES = Vocabulary(
    Term("signed", Text(zh="签约居民", en="residents signed")), Term("served", Text(zh="服务人口", en="people served"))
)
"""By what reserved capacity is shared out to health centres (R-39)."""

STATUSES = Vocabulary(
    Term("met", Text(zh="符合", en="met")),
    Term("violated", Text(zh="不符合", en="not met")),
    Term("waived", Text(zh="已豁免", en="waived")),
    Term("not_evaluated", Text(zh="未评价", en="not evaluated")),
)

CURVES = Vocabulary(
    Term("free", Text(zh="可换牵头医院", en="leads may change")),
    Term("stay", Text(zh="牵头医院不变", en="leads stay")),
)
"""Lines of the curve of least change: which leads a plan on it may have."""

RANGES = Vocabulary(
    Term("speed_range", Text(zh="全部车速", en="all drive speeds")),
    Term("class_range", Text(zh="各等级道路的车速", en="speed of each road class")),
    Term("minutes_range", Text(zh="各区到各医院的时间", en="minutes from each district to each site")),
    Term("area_range", Text(zh="各区（街道）人口", en="residents of each district (street)")),
    Term("unit_range", Text(zh="各单元人口", en="residents of each unit")),
    Term("care_65", Text(zh="65 岁及以上的就医需求", en="care of residents aged 65 and over")),
    Term("price_range", Text(zh="各项代价", en="each price")),
)
"""What is drawn to see how firm a plan is, by the key of [firmness] that says how far."""

VARIED = Vocabulary(
    Term("case", Text(zh="方案文件", en="the case itself")),
    Term("k", Text(zh="网格数", en="number of grids")),
    Term("without", Text(zh="不由它牵头", en="without a lead")),
    Term("balance_price", Text(zh="均衡代价", en="price beyond balance")),
    Term("strength_price", Text(zh="能力代价", en="price of strength")),
    Term("change_price", Text(zh="改换牵头医院代价", en="price of changing lead")),
)
"""In what a plan of an exploration was asked for otherwise than that of the case."""

TRIALS = Vocabulary(
    Term("drawn", Text(zh="抽样", en="drawn")),
    Term("seeds", Text(zh="只换种子", en="other seeds only")),
    Term("again", Text(zh="同一抽样换种子", en="same draw, another seed")),
)
"""Plans by which firmness is told: with numbers drawn; with nothing drawn; and the first draws once more."""

PRICINGS = Vocabulary(
    Term("solved", Text(zh="全市重新求解", en="whole plan solved again")),
    Term("drawn", Text(zh="就近重新划分", en="drawn again nearby")),
    Term("bound", Text(zh="只有下限", en="lower bound only")),
    Term("none", Text(zh="两侧都不能挪", en="neither side can move")),
)
"""How the price of a border was found."""

FIRM_SCORES = Vocabulary(
    Term("k", Text(zh="网格数", en="grids")),
    Term("mean_minutes", Text(zh="平均分钟", en="mean minutes")),
    Term("share_within", Text(zh="时限内居民占比", en="share of residents within the limit")),
    Term("worst_deviation", Text(zh="最大人口偏差", en="largest deviation")),
    Term("residents_moved", Text(zh="比现有分组改换牵头医院的居民", en="residents with another lead than in force")),
    Term(
        "share_other",
        Text(zh="与本方案牵头医院不同的居民占比", en="share of residents with another lead than in this plan"),
    ),
    Term("gap", Text(zh="已证明的差距", en="proven gap")),
)
"""Scores whose quantiles tell what a plan is worth when its numbers are others."""

EVENTS = Vocabulary(
    Term("lead_lost", Text(zh="牵头医院停运", en="lead out of service")),
    Term("disaster", Text(zh="灾害情景", en="disaster")),
)
"""What sends people elsewhere (R-67)."""

EFFECTS = Vocabulary(
    Term("cut_off", Text(zh="多数居民到不了任何医院", en="most people reach no hospital")),
    Term("elsewhere", Text(zh="多数居民改往其他牵头医院", en="most people go to another lead")),
    Term("longer", Text(zh="时间变长，或部分居民受阻", en="longer ways, or some people held up")),
)
"""What a disaster does to a unit (R-67)."""

_LEVEL = re.compile(r"([三二一321])(?:级([甲乙丙特abc])?[\u4e00-\u9fff]*|([甲乙丙特abc])?等?)(?:\(.*\))?")
_UNGRADED = ("未定级", "未评级", "未评等", "无等级", "ungraded", "未定等", "0")
_WORDS = {"tertiary": 3, "secondary": 2, "primary": 1, "primary-level": 1}


def parse_level(value: object) -> tuple[int, str] | None:
    """Return (level, grade) of a planner's wording such as 三级甲等, 三甲, 3A, 二级, 未定级; None if it says neither.

    The level is 3, 2, 1 or 0 (ungraded); the grade is "A", "B", "C" or "" (not told). A number written as "3.0"
    counts as 3.

    >>> parse_level("三级甲等"), parse_level("未定级"), parse_level("好")
    ((3, 'A'), (0, ''), None)
    """
    text = normalise(value).removesuffix(".0")
    if text in _WORDS:
        return _WORDS[text], ""
    if any(text == normalise(word) for word in _UNGRADED):
        return 0, ""
    match = _LEVEL.fullmatch(text)
    if match is None:
        return None
    level = {"三": 3, "二": 2, "一": 1}.get(match[1]) or int(match[1])
    written = match[2] or match[3] or ""
    grade = {"特": "A", "甲": "A", "乙": "B", "丙": "C"}.get(written, written.upper())
    return level, grade


TERMS: dict[str, Text] = {
    "travel": Text(zh="车程", en="travel"),
    "opening": Text(zh="牵头医院能力", en="strength of leads"),
    "balance": Text(zh="人口均衡", en="balance"),
    "move": Text(zh="改换牵头医院", en="change of lead"),
    "moved": Text(zh="改换牵头医院", en="change of lead"),
    "habits": Text(zh="就医习惯", en="habits of residents"),
    "activities": Text(zh="服务与资源", en="services and resources"),
    "compactness": Text(zh="边界长短", en="length of borders"),
    "max_minutes": Text(zh="超过时限", en="beyond the limit"),
    "access": Text(zh="超过时限", en="beyond the limit"),
    "unreachable": Text(zh="不能到达", en="unreachable"),
}
"""Terms of the objective, as officials read them."""

REASONS: dict[str, Text] = {
    "nearest": Text(zh="就近", en="nearest"),
    "full": Text(zh="均衡", en="balance"),
    "short": Text(zh="均衡", en="balance"),
    "street": Text(zh="整体划入", en="kept whole"),
    "barrier": Text(zh="阻隔", en="barrier"),
    "bridge": Text(zh="唯一通道", en="only way"),
    "apart": Text(zh="不相邻", en="not adjacent"),
    "resources": Text(zh="服务和资源", en="services and resources"),
    "two": Text(zh="两条一起", en="two together"),
    "lock": Text(zh="锁定", en="locked"),
    "home": Text(zh="牵头医院所在", en="home of the lead"),
    "access": Text(zh="时间上限", en="access cap"),
    "chain": Text(zh="全局", en="whole plan"),
    "untried": Text(zh="未查明", en="not found out"),
}
"""The vocabulary of reasons, and how each is headed."""
