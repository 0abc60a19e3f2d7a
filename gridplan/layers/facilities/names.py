"""The name of a facility taken apart: whose it is, what it is, and which part of it a row of a map service shows.

Only general words are known here (门诊部, 东院, 3号楼, 附属 ...), never the name of a hospital or a place.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

Form = Literal["hospital", "chc", "chs", "thc", "clinic", "ems", "care", "none"]
Part = Literal["whole", "campus", "building", "department", "outpost", "gate", "signboard", "other"]

_NUMBER = "一二三四五六七八九十"
_STATUS = re.compile(r"\((?:建设中|装修中|暂停营业|暂停开放|已搬迁|停业|筹建中|拟建)\)|（暂停营业）")
_CLOSED = re.compile(r"建设中|筹建|拟建|暂停|停业|在建")
_OPEN = str.maketrans("（）【】[]·•—–", "()()()----")
_CHC = r"社区(?:卫生|健康)(?:计生|医疗|服务|服务计生)*(?:服务)?中心"
_CHS = r"社区(?:卫生|健康)(?:计生|医疗)?(?:服|服务|服物)?[一二三四五]?(?:站|室|所)|卫生服务站|社区卫生服务(?!中心|站)"
_FORMS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    ("chc", re.compile(_CHC)),
    ("chs", re.compile(_CHS)),
    ("thc", re.compile(r"(?<!社区)卫生院|(?<!社区)卫生所|卫生室|医务室")),
    ("care", re.compile(r"护理院|疗养院|康复中心|安宁疗护中心|养老院|护理中心|养护院")),
    ("ems", re.compile(r"急救(?:中心|站|分站)")),
    ("clinic", re.compile(r"诊所|门诊部?|国医馆|中医馆|医馆|诊室|卫生站|口腔|齿科|牙科|美容")),
)
_HOSPITAL = re.compile(
    r"(?:医院|妇幼保健(?:计划生育服务)?(?:中心|院)|妇女儿童(?:医疗)?保健(?:院|中心)|精神卫生中心|保健院)"
)
_SCHOOL = re.compile(r"^.*?(?:大学|学院|医学部|科学院|研究院)(?:.*(?:大学|医学院|学院|医学部))?(?:.?附属|直属)?")
_FIRM = re.compile(r"^.*(?:集团|公司)\)?(?:公司)?(?:附属|直属)?")
_PLAIN = re.compile(
    r"(?:第[一二三四五六七八九十]+)?(?:人民|中心|中医|中西医结合|中西医|妇幼保健|妇产|儿童|妇女儿童|口腔|眼科|骨科|肿瘤|胸科|传染病"
    r"|精神病|精神卫生|结核病|康复|职工|总|附属|教学|职业病|老年病|皮肤病|急救|综合|专科|红十字会?|民族|公安|铁路|省直|整形|整形美容|妇科|男科|医疗)*(?:医?院|中心|保健院)"
)
"""Names that many hospitals share: they mean one only together with a place or a school."""
_ZONE = re.compile(r"^.{0,10}?(?:开发区|高新区|风景名?胜?区|旅游区|经开区|管委会|生态城)")
_PROVINCE = re.compile(r"^(?P<name>[\u4e00-\u9fff]{2,3})(?:省|壮族自治区|回族自治区|维吾尔自治区|自治区)")
_CITY = re.compile(r"^(?P<name>[\u4e00-\u9fff]{2,4}?)(?<![都城])市(?![民场政])")
_COUNTY = re.compile(
    r"^(?P<name>[\u4e00-\u9fff]{1,4}?)(?<!社)(?<!院)(?<!园)(?<!小)(?<!校)(?<!矿)(?<!新)(?<!发)(?<!景)(?<!战)(?<!东)(?<!西)(?<!南)(?<!北)(?:区|县|旗)(?!域)"
)
_SIGN = re.compile(
    r"医联体|医疗联合体|联体医院|协作医院|协作门诊|指导医院|转诊医院|教学医院|实习医院|定点医院|网络医院|帮扶医院|对口支援|示范社区|合作医院|培训基地"
    r"|志愿服务|党支部|党委|支部委员会|工会|研究所党|计生服务与药具"
)
_GATE = re.compile(
    r"停车场|停车楼|出入口|[东西南北正侧后]{1,2}[大侧]?门(?!诊)|入口|出口|\d号门|门卫|保安|岗亭|公交站|充电站|食堂|超市|便利店|小卖部|宿舍|家属|礼堂|汽车队|配电室"
)
_CAMPUS = re.compile(
    r"^(?P<name>[^-()]{0,10}?(?:新?院区|分院|总院区?|本部|[东西南北中新老][南北]?院区?|[东西南北新老]区|分中心|分部|[南北东西]院)|汉?院)(?P<rest>.*)$"
)
_OUTPOST = re.compile(r"(?P<name>.{2,8}?)(?:门诊部|门诊|卫生所|卫生站|诊所|医务室|工作站|工作室)(?:-|$)")
_BUILDING = re.compile(r"楼|栋|大厦|号院|病房|病区|住院[部处]?|[A-Za-z\d]区$")
_DEPARTMENT = re.compile(
    r"门诊|急诊|急救|[^一二]科|中心|室|部|处|站|病区|体检|美容|放疗|药房|检验|窗口|诊区|库|机房|管理|服务|专科|专病|治疗|康复|内镜|供应|探视|候诊|导医|碎石|高压氧|心电|超声|影像|CT|MR|PET|ECT"
)


@dataclass(frozen=True)
class Name:
    """A name taken apart.

    - form: what the institution is; "none" where no word says it.
    - place: province, city or county that the name begins with, the narrowest; "" where none is named.
    - core: what is left of the institution's name without affiliation and place; plain says whether many share it.
    - part: what the row shows of it; campus: the campus that is named; second: a further hospital named after the first.
    - closed: the name remarks that it is being built, or closed.
    """

    text: str
    form: Form
    place: str
    core: str
    plain: bool
    part: Part
    rest: str = ""
    campus: str = ""
    second: str = ""
    closed: bool = False

    @property
    def key(self) -> str:
        """Rows with the same key are named after the same institution."""
        return f"{self.place}|{self.core}" if self.plain else self.core


@dataclass(frozen=True)
class Places:
    """Short names of provinces, cities and counties, as the names of a table use them (海州市... gives 海州)."""

    wide: frozenset[str] = frozenset()
    counties: frozenset[str] = frozenset()


def clean_name(name: str) -> str:
    """Return a name with narrow signs, round brackets, hyphens for dots, and without remarks such as (装修中)."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(name)).translate(_OPEN))
    return _STATUS.sub("", text)


def find_places(names: Iterable[str], *, at_least: int = 3) -> Places:
    """Return the places that names of a table begin with: those with 省, 市, 区, 县 in at least so many names."""
    wide: Counter[str] = Counter()
    counties: Counter[str] = Counter()
    for name in names:
        rest = clean_name(name)
        for pattern in (_PROVINCE, _CITY):
            match = pattern.match(rest)
            if match is not None:
                wide[match["name"]] += 1
                rest = rest[match.end() :]
        match = _COUNTY.match(rest)
        if match is not None:
            counties[match["name"]] += 1
    return Places(
        frozenset(name for name, count in wide.items() if count >= at_least),
        frozenset(name for name, count in counties.items() if count >= at_least),
    )


def parse_name(name: str, places: Places) -> Name:
    """Take a name apart; see `Name`.

    >>> parse_name("海州大学医学院附属仁爱医院东院区3号楼", Places()).key
    '仁爱医院'
    """
    text = clean_name(name)
    form, stem, rest = _split(text)
    if form == "none":
        return Name(text, "none", "", text, plain=True, part=_part_of(text)[0])
    core, place = _core(stem, form, places)
    part, campus = _part_of(rest)
    if _SIGN.search(text) and form in ("hospital", "chc", "chs"):
        part = "signboard"
    parsed = Name(text, form, place, core, plain=_is_plain(core, form), part=part, rest=rest, campus=campus)
    parsed = replace(parsed, closed=_CLOSED.search(str(name)) is not None)
    return _with_second(parsed, places) if form == "hospital" else parsed


def _split(text: str) -> tuple[Form, str, str]:
    """Return the form, the institution's own words, and what follows them."""
    primary = [(match.start(), match.end(), form) for form, pattern in _FORMS[:2] for match in pattern.finditer(text)]
    if primary:
        return _split_primary(text, sorted(primary))
    hospital = _HOSPITAL.search(text)
    if hospital is not None and not text[: hospital.start()].endswith("("):
        return "hospital", text[: hospital.end()], text[hospital.end() :]
    for form, pattern in _FORMS[2:]:
        match = pattern.search(text)
        if match is not None and match.start() > 0:
            return form, text[: match.end()], text[match.end() :]
    return "none", text, ""


def _split_primary(text: str, found: list[tuple[int, int, Form]]) -> tuple[Form, str, str]:
    """A station named after its centre stands for itself: 长岭社区卫生服务中心香樟路社区卫生服务站 is a station."""
    start = 0
    chosen = found[0]
    for before, after in pairwise(found):
        between = text[before[1] : after[0]]
        if len(between) >= 2 and not between.startswith(("-", "(")):
            start, chosen = before[1], after
    return chosen[2], text[start : chosen[1]], text[chosen[1] :]


def _core(stem: str, form: Form, places: Places) -> tuple[str, str]:
    """Return what is left of an institution's name without affiliation and place, and the narrowest place."""
    if form == "hospital":
        for pattern in (_SCHOOL, _FIRM):
            match = pattern.match(stem)
            if match is not None and not _PLAIN.fullmatch(stem[match.end() :]) and len(stem) - match.end() > 2:
                stem = stem[match.end() :]
        at = stem.rfind("附属")
        if at > 0 and not _PLAIN.fullmatch(stem[at + 2 :]):
            stem = stem[at + 2 :]
    rest, place = _without_places(stem, places)
    if form in ("chc", "chs", "thc"):
        return _primary_core(rest, form), ""
    rest = re.sub(rf"^([{_NUMBER}]+)医院$", r"第\1医院", rest)
    return rest or stem, place


def _without_places(stem: str, places: Places) -> tuple[str, str]:
    """Take the province, city and county off the beginning; a school's own name keeps them."""
    if _SCHOOL.match(stem) is not None:
        return stem, ""
    rest, place = stem, ""
    for pattern in (_PROVINCE, _CITY, _COUNTY):
        match = pattern.match(rest)
        if match is not None and len(rest) - match.end() >= 2:
            place, rest = match["name"], rest[match.end() :]
    bare = next((name for name in places.wide if rest.startswith(name) and len(rest) - len(name) > 2), "")
    if bare:
        place, rest = place if place in places.counties else bare, rest[len(bare) :]
    county = next((name for name in places.counties if rest.startswith(name)), "")
    if county and len(rest) - len(county) > 2 and _PLAIN.fullmatch(rest[len(county) :]):
        return rest[len(county) :], county
    return rest, place


def _primary_core(rest: str, form: Form) -> str:
    """Return the name of a centre or station without 街, 街道, 镇, 乡 and the words that say what it is."""
    bare = re.sub(rf"{_CHC}$|(?:{_CHS})$|(?:中心)?卫生[院所室]$|医务室$", "", rest)
    bare = _ZONE.sub("", bare) or bare
    bare = re.sub(r"\(.*?\)", "", bare)
    return re.sub(r"街道办事处|街道|街|镇|乡|(?<=[东西南北])区$|社区$", "", bare) or bare


def _is_plain(core: str, form: Form) -> bool:
    return len(core) < 2 if form in ("chc", "chs", "thc") else _PLAIN.fullmatch(core) is not None


def _part_of(rest: str) -> tuple[Part, str]:
    """Return what follows an institution's name as a part of it, and the campus it names."""
    words = rest.strip("-()")
    if not words:
        return "whole", ""
    if _SIGN.search(words):
        return "signboard", ""
    match = _CAMPUS.match(words)
    if match is not None:
        inner = match["rest"].strip("-()")
        part, _ = _part_of(inner) if inner else ("campus", "")
        return ("department" if part == "outpost" else part), match["name"]
    if _GATE.search(words):
        return "gate", ""
    outpost = _OUTPOST.match(words)
    if outpost is not None and not _DEPARTMENT.search(outpost["name"]) and not _BUILDING.search(outpost["name"]):
        return "outpost", ""
    if _BUILDING.search(words):
        return "building", ""
    return ("department", "") if _DEPARTMENT.search(words) else ("other", "")


SPECIAL = re.compile(
    r"眼|耳|鼻|喉|口腔|牙|肿瘤|骨|儿童|妇|心|脑|胸|皮肤|整形|美容|精神|肾|肝|血管|老年|康复|急救|针灸|肛肠|生殖"
)


def _with_second(parsed: Name, places: Places) -> Name:
    """Note a hospital named behind the first: the other name of the same, a hospital under its wing, or a department."""
    match = _HOSPITAL.search(parsed.rest)
    if match is None or parsed.part == "signboard":
        return parsed
    words = parsed.rest[: match.end()].strip("-()")
    if "(" in words or ")" in words or "-" in words:
        return parsed
    if SPECIAL.search(words) and "附属" not in words and len(words) < 10:
        return replace(parsed, part="department")
    core, place = _core(words, "hospital", places)
    part, campus = _part_of(parsed.rest[match.end() :])
    plain = _is_plain(core, "hospital")
    if plain and not place:
        return replace(parsed, part=part, campus=campus)
    return replace(parsed, second=f"{place}|{core}" if plain else core, part=part, campus=campus)
