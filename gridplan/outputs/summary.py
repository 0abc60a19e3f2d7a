"""What the terminal shows at the end: the grids in a table, what stands against the plan, and where the map is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape as escaped
from rich.table import Table

from gridplan.checks.tasks import FIRST, Task, list_work
from gridplan.grids.yardsticks import tell_yardsticks
from gridplan.ground.city_and_counties import told_limits
from gridplan.proposal.optimality import describe_gap
from gridplan.proposal.share_range import tell_share_range
from gridplan.words.grid_titles import title_grids
from gridplan.words.numbers import counted, listed, people
from gridplan.words.signs import shown_line, shown_text
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import CAUSES, SEVERITIES

if TYPE_CHECKING:
    from gridplan.proposal.comparison import Comparison
    from gridplan.proposal.proposal import Proposal


def _escape(text: str) -> str:
    """Return text for the console: no markup in it, no sign that steers a terminal."""
    return escaped(shown_text(text))


def print_comparison(comparison: Comparison, language: Language) -> None:
    """Print on stdout what differs between two proposals: sentences, then the findings that changed."""
    from gridplan.outputs.comparison_files import CHANGES, summarise_comparison

    console = Console(highlight=False, soft_wrap=True)
    if comparison.is_empty:
        console.print(Text(zh="两个方案没有差别。", en="The two proposals do not differ.").in_language(language))
        return
    for said in summarise_comparison(comparison):
        console.print(_escape(said.in_language(language)))
    for row in comparison.findings.to_dict(orient="records"):
        change = CHANGES[row["change"]].in_language(language)
        console.print(f"  [bold]{change}[/] {row['rule']} {_escape(row[f'message_{language}'])}")


def print_repair(parent: Proposal, repaired: Proposal, undone: tuple[str, ...], suggested: Path | None) -> None:
    """Print on stdout which of the reviewer's moves a repair undid, and which rules are worse than in the plan before."""
    console = Console(highlight=False, soft_wrap=True)
    language = parent.case.language
    if suggested is not None:
        names = parent.units["name"].reindex(list(undone)).fillna("")
        said = Text(
            zh="修复时退回或另划了你改划的 {n} 个单元：{u}。要保留它们，用 {f}（已把它们锁定）再修复一次。",
            en="The repair put {n} that you moved elsewhere: {u}. To keep them, repair again with {f}, in which they are locked.",
        ).format(
            n=counted(len(undone), "unit"),
            u=listed([f"{name} {unit}".strip() for unit, name in zip(undone, names, strict=True)], most=8),
            f=str(suggested),
        )
        console.print(_escape(said.in_language(language)))
    worse = worse_rules(parent, repaired)
    if worse:
        said = Text(
            zh="修复没有管住的规则：{r}，比原方案差。", en="The repair does not mend {r}, which are worse than before."
        ).format(r=", ".join(worse))
        console.print(_escape(said.in_language(language)))


def worse_rules(parent: Proposal, repaired: Proposal) -> list[str]:
    """Return the rules that more findings break, or break more gravely, than in the plan before."""
    broken = [
        Counter(
            (finding.rule, severity)
            for finding in proposal.findings
            if finding.status == "violated"
            for severity in ("must", "should")
            if severity == finding.severity or finding.severity == "must"
        )
        for proposal in (parent, repaired)
    ]
    return sorted({rule for (rule, severity), n in broken[1].items() if n > broken[0][rule, severity]})


def print_summary(proposal: Proposal, folder: Path, language: Language) -> None:
    """Print the result of planning or assessing on stdout."""
    console = Console(highlight=False)

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    place = proposal.case.place
    name = place.name if language == "zh" else place.name_en or place.name
    synthetic = say("（合成数据，非真实城市）", " (synthetic data, no real city)") if place.synthetic else ""
    console.print(f"[bold]{_escape(name)}[/]{synthetic}")
    mixed = bool(proposal.case.county.districts)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in (
        "",
        *([say("范围", "Part")] if mixed else []),
        say("牵头医院", "Lead hospital"),
        say("人口", "Residents"),
        say("偏差", "Deviation"),
        say("平均分钟", "Minutes"),
        say(f"{told_limits(proposal.case)} 分钟内", f"≤{told_limits(proposal.case)} min"),
    ):
        left = title in ("", say("范围", "Part"), say("牵头医院", "Lead hospital"))
        table.add_column(title, justify="left" if left else "right")
    titles = title_grids(proposal.grids.index, set(proposal.grids["group_name"]))
    for grid_id, row in proposal.grids.iterrows():
        deviation = f"{row['deviation']:+.1%}".replace("-", "−")
        table.add_row(
            _escape(titles[str(grid_id)].in_language(language)),
            *([_escape(str(row["scope"] or say("城区", "City")))] if mixed else []),
            _escape(str(row["lead_name"])),
            f"{row['population']:,.0f}",
            deviation,
            f"{row['mean_minutes']:.1f}",
            f"{row['share_within']:.1%}",
        )
    scores = proposal.scores["plan"]
    table.add_row(
        "",
        *([""] if mixed else []),
        say("全部", "All"),
        f"{scores['population']:,.0f}",
        "",
        f"{scores['mean_minutes']:.1f}",
        f"{scores['share_within']:.1%}",
    )
    console.print(table)
    within = tell_share_range(proposal)
    if within is not None:
        head = Text(zh="{t} 分钟内居民占比：{r}", en="Residents within {t} min: {r}").format(
            t=told_limits(proposal.case), r=within
        )
        console.print(head.in_language(language))
    console.print(describe_gap(proposal.objective).in_language(language))
    for said in proposal.objective.explanation:
        console.print(f"  {_escape(said.message.in_language(language))}", soft_wrap=True)
    for label, numbers in tell_yardsticks(proposal.scores.get("yardsticks", {})):
        line = f"{label.in_language(language)}{say('：', ': ')}{numbers.in_language(language)}"
        console.print(f"[dim]{line}[/]", soft_wrap=True)
    _print_findings(console, proposal, language)
    for told in proposal.provenance.modelled:
        console.print(f"[dim]{_escape(told.in_language(language))}[/]", soft_wrap=True)
    console.print(say("地图：", "Map: ") + _escape(shown_line(str(folder / "map.html"))), soft_wrap=True)


def _print_findings(console: Console, proposal: Proposal, language: Language) -> None:
    counts = {
        key: sum(f.severity == key and f.status == "violated" for f in proposal.findings)
        for key in ("must", "should", "note")
    }
    waived = sum(finding.status == "waived" for finding in proposal.findings)
    labels = "，" if language == "zh" else ", "
    told = labels.join(f"{SEVERITIES.label(key).in_language(language)} {n}" for key, n in counts.items())
    line = Text(zh="检查不符合：{t}；已豁免 {w}。", en="Not met: {t}; waived {w}.").format(t=told, w=waived)
    console.print(line.in_language(language))
    for finding in proposal.findings:
        if finding.stands:
            console.print(f"  [bold red]{finding.rule}[/] {_escape(finding.message(language))}", soft_wrap=True)
    tasks = [task for task in list_work(proposal.findings, proposal.units) if task.status == "violated"]
    if tasks:
        first = Text(zh="先办这 {n} 件（共 {m} 件）：", en="First of all, {n} of {m}:")
        heading = first.format(n=min(FIRST, len(tasks)), m=len(tasks))
        console.print(heading.in_language(language))
    for number, task in enumerate(tasks[:FIRST], start=1):
        for said in _task_lines(number, task, language):
            console.print(said, soft_wrap=True)


def _task_lines(number: int, task: Task, language: Language) -> Iterator[str]:
    """Say one row of work: what is wrong and whom it touches; then a line for each cause."""
    touched = "" if task.people is None else f"[bold]{people(task.people).in_language(language)}[/]"
    severity = SEVERITIES.label(task.severity).in_language(language)
    yield f"  {number} {severity} {_escape(task.head.in_language(language))}  {touched}".rstrip()
    for part in task.parts:
        share = Text(zh="{n} 个单元，{p}：", en="{n}, {p}: ").format(
            n=counted(part.n_units, "unit"), p=people(part.people or 0.0)
        )
        shown = share.in_language(language) if len(task.parts) > 1 else ""
        body = Text(zh="（建议{b}）", en=" ({b}, suggested)").format(b=part.responsible)
        cause = CAUSES.label(part.cause).in_language(language) if part.cause else ""
        told = f"{shown}{part.measure.in_language(language)}{body.in_language(language)}"
        yield f"    [dim]{cause}[/] {_escape(told)}"
