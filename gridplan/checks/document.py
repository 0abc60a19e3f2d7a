"""The pages zh/rules.md and en/rules.md of docs/, written from the rule book itself: `python -m gridplan.checks.document docs`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from gridplan.case.case import Case, documented_fields
from gridplan.checks.inputs import INPUTS
from gridplan.checks.rule import FAMILIES, Rule
from gridplan.checks.rule_book import RULES
from gridplan.grids.indicators import shown_value
from gridplan.layers.records.indicator_list import DIRECTIONS, Indicator, bundled_indicators
from gridplan.layers.records.records import RECORDS
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import SEVERITIES

WRITTEN_BY = "python -m gridplan.checks.document docs"
TITLE = Text(zh="规则书", en="Rule book")
INTRODUCTION = Text(
    zh="""每条规则只看方案本身，不管方案怎样得来；规划的方案和已有的方案（`gridplan assess`）用同一套规则。
每项结果写明级别、对象、实测值、限值和依据。结果有四种：符合、不符合、已豁免、未评价。**缺少所需数据的规则记为“未评价：需要……”，不记为符合。**
级别和限值在方案文件的 `[rules]` 等节中改写，例如 `severities = { "R-34" = "must" }`，`"off"` 停用；豁免写在 `[[rules.waivers]]`，写明理由、批准人和日期，结果仍然列出。“可改的键”后面的括号里是默认值和依据。

依据：S0–S4 为来源文本，V 为公开网页，M 为尚未核对的国家文件（默认值，请核对），L 为文献，D 为本项目推导，none 为没有官方标准的规划假设。""",
    en="""A rule sees the plan alone and not how it was made; proposals and plans that exist already (`gridplan assess`) are judged alike.
A finding names severity, subject, measured value, limit and provenance. It is met, violated, waived or not evaluated. **A rule
whose data are missing is "not evaluated: needs ...", never met.** Severities and limits are set in the case, for example
`severities = { "R-34" = "must" }`, `"off"` to leave a rule out; a waiver in `[[rules.waivers]]` says why, who and when, and the finding stays visible. The brackets
after a key hold its default and provenance.

Provenance: S0 to S4 are the source texts, V public pages, M national documents that nobody has checked yet (a default: verify), L literature,
D derived by this project, none a planning assumption without an official standard.""",
)
RECORDS_NOTE = Text(
    zh="部分规则需要的记录表（在方案文件中写 `[layers.records.名称]`，列见[列与取值](formats/columns.md)）：",
    en="Records that some rules need (`[layers.records.NAME]` in the case; [columns and values](formats/columns.md) tells their columns):",
)
INDICATORS_NOTE = Text(
    zh="监测指标来自记录表 `observations`（地区、时期、指标、分子、分母），列在附表“监测指标”：数值、与上期相比、是否达到目标。记录表 `indicators` 可以改写或增加指标和目标（例如省里的指标体系）。来源数值是来源文本中某地的数字，不是标准：",
    en='Indicators come from the record table `observations` (area, period, indicator, numerator, denominator) and stand in the annex "Indicators": value, change since the period before, target reached or not. The record table `indicators` replaces or adds indicators and targets (a province\'s own list, say). A figure of a source is what some place reported, no standard:',
)
NOT_COMPUTED = (
    (
        Text(zh="移动 CT 的巡诊路线", en="Rounds of a mobile CT"),
        Text(
            zh="每站停留多久、一天检查多少人、几辆车，都没有数据；只登记由谁承担（`mobile_ct`），不排路线",
            en="how long it stays, how many people it sees a day and how many vehicles there are is not known; who runs it can be put on record (`mobile_ct`), rounds are not planned",
        ),
    ),
    (
        Text(zh="全国、全省的合计数（医联体个数、试点数、达标数）", en="Totals of provinces and the country"),
        Text(
            zh="不属于一个城市的方案；比例可作为指标录入（如 M-17）",
            en="belong to no city's plan; a share can be entered as an indicator (M-17)",
        ),
    ),
    (
        Text(zh="湖州的九大管理中心", en="Huzhou's nine management centres"),
        Text(
            zh="是内部机构设置，不在机构表中，也不决定网格；只能核对有无",
            en="internal offices that stand in no facility table and decide no grid; only their existence can be ticked",
        ),
    ),
    (
        Text(
            zh="收治的具体病例（如主动脉夹层转往外市）", en="Single cases (an aortic dissection sent to another city)"
        ),
        Text(
            zh="登记的是合作单位和专科（networks）、转出人次（referrals），不登记病人",
            en="on record are the cooperating unit and its specialty (networks) and referrals, never patients",
        ),
    ),
    (
        Text(zh="章程、权责清单、理事会", en="Charters, lists of powers, boards"),
        Text(
            zh="是文件和程序，没有可测量的量；只能核对有无",
            en="documents and procedures with nothing to measure; only their existence can be ticked",
        ),
    ),
    (
        Text(zh="薪酬、价格、编制改革", en="Reform of pay, prices and staff quotas"),
        Text(
            zh="结果取决于各部门的决定，不取决于网格怎样划",
            en="decided by several authorities, not by how grids are drawn",
        ),
    ),
    (
        Text(zh="统一标识、着装", en="Common logo and uniform"),
        Text(zh="与布局无关", en="has nothing to do with the layout"),
    ),
    (
        Text(zh="医疗质量同质化", en="Equal quality of care"),
        Text(
            zh="需要病案和质控数据；由布局推断会造成假象",
            en="needs case records and quality control; inferring it from a layout would be make-believe",
        ),
    ),
    (
        Text(zh="药品目录统一、电子病历互通", en="One drug list, interoperable records"),
        Text(zh="是制度和信息系统的状态，需人工核对", en="a state of rules and systems, to be checked by people"),
    ),
)
_WORDS = {
    "severity": Text(zh="级别", en="Severity"),
    "provenance": Text(zh="依据", en="Provenance"),
    "needs": Text(zh="需要", en="Needs"),
    "limits": Text(zh="可改的键", en="Keys of the case"),
    "indicators": Text(zh="监测指标", en="Monitoring indicators"),
    "figure": Text(zh="来源数值", en="figure of the source"),
    "target": Text(zh="目标", en="target"),
    "records": Text(zh="记录表", en="Records"),
    "not_computed": Text(zh="工具不能计算的内容", en="What no tool can compute"),
}


def document_rules(language: Language) -> str:
    """Return rules.md of one language: every rule of the registry, the records they need, indicators, what is left out."""

    def said(key: str) -> str:
        return _WORDS[key].in_language(language)

    lines = [
        f"# {TITLE.in_language(language)}",
        "",
        f"<!-- {WRITTEN_BY} -->",
        "",
        INTRODUCTION.in_language(language),
        "",
    ]
    for family, title in FAMILIES.items():
        lines += [f"## {title.in_language(language)}", ""]
        for rule in RULES:
            if rule.family == family:
                lines += _rule(rule, language)
    lines += [f"## {said('records')}", "", RECORDS_NOTE.in_language(language), ""]
    lines += [f"- `{name}`: {table.title.in_language(language)}" for name, table in RECORDS.items()]
    lines += ["", f"## {said('indicators')}", "", INDICATORS_NOTE.in_language(language), ""]
    lines += [_indicator(indicator, language) for indicator in bundled_indicators().values()]
    lines += ["", f"## {said('not_computed')}", ""]
    lines += [f"- **{what.in_language(language)}** — {why.in_language(language)}" for what, why in NOT_COMPUTED]
    return "\n".join(lines) + "\n"


def _rule(rule: Rule, language: Language) -> list[str]:
    facts = {"severity": SEVERITIES.label(rule.severity).in_language(language), "provenance": rule.provenance}
    if rule.needs:
        names = [INPUTS[key].label.in_language(language) for key in rule.needs]
        facts["needs"] = ("、" if language == "zh" else ", ").join(names)
    if rule.limits:
        fields = dict(documented_fields(Case))
        told = [f"`{key}` {_default(fields[key])}" for key in rule.limits]
        facts["limits"] = ("；" if language == "zh" else "; ").join(told)
    asks = rule.asks.in_language(language) + ("。" if language == "zh" else ".")
    lines = [f"({rule.id.lower()})=", "", f"### {rule.id} {rule.title.in_language(language)}", "", asks, ""]
    return [*lines, *(f":{_WORDS[key].in_language(language)}: {fact}" for key, fact in facts.items()), ""]


def _indicator(indicator: Indicator, language: Language) -> str:
    top, bottom = indicator.numerator.in_language(language), indicator.denominator.in_language(language)
    formula = f"{top} ÷ {bottom} − 1" if indicator.measure == "growth" else f"{top} ÷ {bottom}" if bottom else top
    facts = [f"**{indicator.id} {indicator.name.in_language(language)}** — {formula}"]
    facts.append(DIRECTIONS.label(indicator.better).in_language(language))
    if indicator.figure is not None:
        said = f"{shown_value(indicator, indicator.figure)} ({indicator.figure_of.in_language(language)})"
        facts.append(f"{_WORDS['figure'].in_language(language)} {said}")
    if indicator.target is not None:
        facts.append(f"{_WORDS['target'].in_language(language)} {shown_value(indicator, indicator.target)}")
    facts.append(f"{_WORDS['provenance'].in_language(language)} {indicator.provenance}")
    return "- " + " · ".join(facts)


def _default(field: Any) -> str:
    value = field.default
    told = "–" if value in ("", None) else f"{value:,.10g}" if isinstance(value, float) else _plain(value)
    tag = (field.json_schema_extra or {}).get("provenance", "")
    return f"({told}, {tag})" if tag else f"({told})"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    languages: tuple[Language, Language] = ("zh", "en")
    for spoken in languages:
        (folder / spoken / "rules.md").write_text(document_rules(spoken), encoding="utf-8", newline="\n")
