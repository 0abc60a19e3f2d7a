"""Gaps: what only people can decide is marked where it is missing, counted, and listed at the end; never invented."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gridplan.words.text import Language, Text

MARK = re.compile(r"【待填：[^】]*】|\[TO FILL: [^\]]*\]")
"""A gap in a text of either language."""


@dataclass(frozen=True)
class Gap:
    """Something to fill in: what, and who usually knows it."""

    what: Text
    who: Text

    @property
    def mark(self) -> Text:
        """What stands in a text in its place."""
        return Text(zh=f"【待填：{self.what.zh}】", en=f"[TO FILL: {self.what.en}]")


@dataclass(frozen=True)
class FoundGap:
    """A gap as it stands in a file: the file, the part of it, what is missing and who usually knows."""

    file: str
    part: str
    what: str
    who: str


_COMMISSION = Text(zh="卫生健康行政部门", en="health commission")
_INSURANCE = Text(zh="医疗保障部门", en="insurance authority")
_LEADS = Text(zh="牵头医院", en="lead hospitals")
_MAPS = Text(zh="自然资源部门", en="mapping authority")
_GOVERNMENT = Text(zh="人民政府办公室", en="government office")


def _gap(zh: str, en: str, who: Text = _COMMISSION) -> Gap:
    return Gap(Text(zh=zh, en=en), who)


GAPS = {
    "basis": _gap("国家和省有关文件名称、文号", "national and provincial documents and their numbers"),
    "problems": _gap("现行分组运行中需要解决的问题", "what has to be solved in the grouping in force"),
    "guidance": _gap("指导思想", "guiding principles"),
    "cut": _gap("拆分街道（乡镇）的理由", "why these streets are cut"),
    "reason": _gap("调整理由", "reason of the change"),
    "accept": _gap("是否接受上述事项", "whether this is accepted"),
    "lead_duties": _gap("牵头医院职责", "duties of lead hospitals"),
    "member_duties": _gap("成员单位职责和利益分配办法", "duties of members, and how gains are shared"),
    "referral": _gap("双向转诊办法", "rules of referral"),
    "telemedicine": _gap("远程医疗收费和结算办法", "how telemedicine is paid for"),
    "reserves": _gap("号源和床位预留比例", "shares of slots and beds to be reserved"),
    "centres": _gap("共享中心设置和收费办法", "where shared centres are, and how they are paid for"),
    "insurance": _gap("医保支付方式和总额确定办法", "how the insurance fund pays and sets budgets", _INSURANCE),
    "monitoring": _gap("监测指标、频次和责任单位", "indicators, how often, and who answers for them"),
    "timetable": _gap("实施步骤和时间安排", "steps and timetable"),
    "organisation": _gap("组织领导机构和成员", "who directs the work", _GOVERNMENT),
    "funds": _gap("经费保障办法", "how the work is funded", Text(zh="财政部门", en="finance department")),
    "publicity": _gap("宣传和信息公开安排", "publicity and disclosure"),
    "issuer": _gap("印发单位", "issuing body", _GOVERNMENT),
    "date": _gap("成文日期", "date of issue", _GOVERNMENT),
    "agreements": _gap("协议状态（整列）", "state of agreements (whole column)", _LEADS),
    "ties": _gap("紧密程度（整列）", "ties (whole column)", _LEADS),
    "measures": _gap("建议措施（整列）", "measures (whole column)"),
    "responsible": _gap("责任单位、时限（整列）", "who is responsible, and by when (whole columns)"),
    "decisions": _gap("意见、采纳情况和理由", "comments, decisions and reasons"),
    "notes": _gap("编制单位认为应当说明的其他事项", "what else should be said"),
    "years": _gap("各项数据的年份和提供单位", "year and supplier of each input"),
    "notice": _gap("调整的理由和生效日期", "reason of the change and when it takes effect"),
    "approval": _gap("审图号", "map approval number", _MAPS),
    "telephone": _gap("咨询电话", "telephone for questions", _LEADS),
    "period": _gap("公示起止日期", "first and last day of publication"),
    "address": _gap("意见寄送的单位、地址、电话", "where to send comments: body, address, telephone"),
    "public_lead": _gap("可以公开的牵头医院名称", "the lead's name as it may be published"),
    "centre": _gap("负责本社区的社区卫生服务中心或卫生院", "the health centre in charge"),
}  # fmt: skip
"""Everything that a report may leave open."""


def mark(name: str) -> Text:
    """Return what stands in a text where something of `GAPS` is to be filled in."""
    return GAPS[name].mark


def gaps_in(file: str, parts: Iterable[tuple[str, str]], language: Language) -> list[FoundGap]:
    """Return the gaps of a file in order.

    Parameters
    ----------
    file : its name, as the list shows it.
    parts : name and text of each of its parts.
    language : of the texts.
    """
    known = {gap.mark.in_language(language): gap for gap in GAPS.values()}
    return [
        FoundGap(file, part, known[found].what.in_language(language), known[found].who.in_language(language))
        for part, text in parts
        for found in MARK.findall(text)
        if found in known
    ]
