"""What the terminal says at the end of a report: the files, and every gap with who usually knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridplan.words.numbers import counted
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.outputs.report.report import Report


def tell_report(written: Report) -> list[str]:
    """Return the lines: where the report is, what each file leaves open, and each gap once.

    Parameters
    ----------
    written : what `report_into` returned.
    """
    language = written.language
    lines = [str(path) for path in written.files if path.suffix != ".png"]
    if not written.gaps:
        return lines
    counts: dict[str, int] = {}
    for gap in written.gaps:
        counts[gap.file] = counts.get(gap.file, 0) + 1
    told = ("，" if language == "zh" else ", ").join(f"{file} {n}" for file, n in counts.items())
    lines.append(
        Text(
            zh=f"待填 {len(written.gaps)} 处：{told}", en=f"{counted(len(written.gaps), 'gap').en} to fill in: {told}"
        ).in_language(language)
    )
    lines += [
        Text(zh=f"  {what}（{who}）", en=f"  {what} ({who})").in_language(language)
        for what, who in dict.fromkeys((gap.what, gap.who) for gap in written.gaps)
    ]
    if any(gap.file.endswith(".html") for gap in written.gaps):
        said = Text(
            zh="公示页还有待填的内容，填好以前不要公开。",
            en="The page for residents has gaps: do not put it up before they are filled.",
        )
        lines.append(said.in_language(language))
    return lines
