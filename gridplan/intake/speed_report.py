"""Measured speeds in files and on the terminal: text for the case, every trip before and after, a table of classes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.intake.measured_speeds import PeriodSpeeds, proposed_keys
from gridplan.words.folders import OwnFiles
from gridplan.words.numbers import counted, share
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import PERIODS, ROAD_CLASSES
from gridplan.words.writing import telling_failure

if TYPE_CHECKING:
    from gridplan.intake.measured_speeds import MeasuredSpeeds

KEYS, TRIPS = "speeds.toml", "trips.csv"
SPEED_FILES = OwnFiles(frozenset({KEYS, TRIPS, "run.log"}), known_by=frozenset({KEYS, TRIPS}))
"""What a folder of `gridplan calibrate` holds of ours."""


def fill_speed_folder(measured: MeasuredSpeeds, new: Path, *, log: str = "") -> None:
    """Write the proposal for the case and every trip into a fresh folder; nothing of the case itself is changed."""
    with telling_failure(new):
        (new / KEYS).write_text(case_text(measured), encoding="utf-8")
        table = measured.trips.rename_axis("row").round(2)
        table.to_csv(new / TRIPS, encoding="utf-8-sig", lineterminator="\r\n")
        if log:
            (new / "run.log").write_text(log, encoding="utf-8")


def case_text(measured: MeasuredSpeeds) -> str:
    """Return what the case would have to say to use the speeds, with what they are worth as comments."""
    language = measured.case.language
    told = [f"# {line.in_language(language)}" for period in measured.periods for line in _verdict(period)]
    keys = proposed_keys(measured)
    if not keys:
        return "\n".join([*told, f"# {_NOTHING.in_language(language)}", ""])
    return "\n".join(
        [*told, f"# {_PUT.in_language(language)}", "[travel]", *(f"{key} = {value}" for key, value in keys.items()), ""]
    )


def print_speeds(measured: MeasuredSpeeds, folder: Path) -> None:
    """Print on stdout what the trips say, class by class, and what it is worth."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    language = measured.case.language
    console = Console(highlight=False, soft_wrap=True)
    for period in measured.periods:
        console.print(f"[bold]{PERIODS.label(period.period).in_language(language)}[/]")
        table = Table(box=None, pad_edge=False, header_style="dim")
        for i, head in enumerate(_HEADS):
            table.add_column(head.in_language(language), justify="left" if i == 0 else "right")
        for row in _rows(period, language):
            table.add_row(*row)
        console.print(table)
        for line in _verdict(period):
            console.print(line.in_language(language))
    left_out = measured.trips["part"].isin(["short", "no_way", "few"]).sum()
    if left_out:
        line = Text(zh="{n}未采用，原因见 {f}。", en="{n} left out; {f} says why.")
        told = line.format(n=counted(int(left_out), "trip", measure="次行程"), f=TRIPS)
        console.print(told.in_language(language))
    console.print((_PUT if measured.gains else _NOTHING).in_language(language), markup=False)
    console.print(Text(zh="文本：", en="Text: ").in_language(language) + escape(str(folder / KEYS)))


def _rows(period: PeriodSpeeds, language: Language) -> list[tuple[str, ...]]:
    """Return one row a class: name, km/h now, km/h as measured, their error, minutes of all trips on it."""
    found = period.found
    rows = []
    for factor in found.factors:
        known = f"{period.now[factor.road_class]:.1f}", f"{found.speeds.get(factor.road_class, 0.0):.1f}"
        if factor.road_class in found.speeds:
            name = ROAD_CLASSES.label(factor.road_class).in_language(language)
            rows.append((name, *known, f"±{share(factor.error, 0)}", f"{factor.minutes:,.0f}"))
    delay = "–" if found.delay_error_s is None else f"±{found.delay_error_s:.1f}"
    name = Text(zh="每个路口（秒）", en="each junction (s)").in_language(language)
    return [*rows, (name, f"{period.delay_now_s:.1f}", f"{found.delay_s:.1f}", delay, "")]


def _verdict(period: PeriodSpeeds) -> list[Text]:
    """Say what the speeds are worth on the trips that were held out."""
    found = period.found
    numbers = {
        "p": PERIODS.label(period.period),
        "n": counted(int(found.usable.sum()), "trip", measure="次行程"),
        "h": f"{int((found.usable & found.held_out).sum())}",
        "b": share(found.error_before),
        "a": share(found.error_after),
        "o": share(found.error_blind),
    }
    said = [
        Text(
            zh="{p}：{n}，其中 {h} 次不参加拟合。它们的误差中位数：现在的车速 {b}，实测车速 {a}（不看路线、一律取中位分钟数为 {o}）。",
            en="{p}: {n}, {h} of them held out. Their median error: {b} at the speeds now, {a} at those measured ({o} with one number of minutes for all).",
        ).format(**numbers)
    ]
    if not found.explains:
        said.append(_NO_SIGNAL)
    elif not found.gains:
        said.append(_NO_GAIN)
    return said


_HEADS = (
    Text(zh="道路等级", en="Class"),
    Text(zh="现在 km/h", en="Now km/h"),
    Text(zh="实测 km/h", en="Measured"),
    Text(zh="标准误", en="Error"),
    Text(zh="行程分钟", en="Minutes"),
)
_NO_SIGNAL = Text(
    zh="行程的分钟数与路线无关：车速不采用。请核对各列、坐标系和时间单位。",
    en="The minutes do not follow the way: no speeds are proposed. Check columns, datum and unit of time.",
)
_NO_GAIN = Text(zh="并不更准：现在的车速可以保留。", en="No gain: the speeds now may stay.")
_NOTHING = Text(zh="没有要改的车速。", en="No speeds to change.")
_PUT = Text(
    zh="核对后把这几行写进 case.toml 的 [travel]（替换同名的键）；方案文件没有改动。",
    en="Look them over, then put these lines into [travel] of case.toml in place of keys of the same name; the case itself is as it was.",
)
