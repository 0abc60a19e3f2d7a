"""The curve of least change in files and on the terminal: a folder of proposals, curve.csv, curve.svg, a table."""

from __future__ import annotations

import csv
import html
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridplan.outputs.proposal_folder import OWN_FILES, fill_folder
from gridplan.words.folders import OwnFiles
from gridplan.words.numbers import people, rounded_up, share
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import CURVES
from gridplan.words.writing import telling_failure

if TYPE_CHECKING:
    from gridplan.batch.adjustment import Adjustment

TABLE, FIGURE = "curve.csv", "curve.svg"
_FIRST = ["step", "price_min", "residents_moved", "share_moved", "mean_minutes", "objective", "bound", "gap", "folder"]


def files_of_plans(folder: Path, table: str) -> Iterable[str]:
    """Return the files of the proposals in a folder that a table of ours, in its column `folder`, records."""
    try:
        with (folder / table).open(encoding="utf-8-sig", newline="") as file:
            names = [row["folder"] for row in csv.DictReader(file)]
    except (OSError, KeyError, csv.Error, UnicodeDecodeError):
        return
    for name in names:
        if name and Path(name).name == name:
            yield from (f"{name}/{own}" for own in OWN_FILES.found_in(folder / name))


def _of_steps(folder: Path) -> Iterable[str]:
    """Return the files of the steps that an earlier curve recorded."""
    return files_of_plans(folder, TABLE)


CURVE_FILES = OwnFiles(frozenset({TABLE, FIGURE, "run.log"}), known_by=frozenset({TABLE}), listed=_of_steps)
"""What a folder of `gridplan adjust` holds of ours."""


def fill_curve_folder(adjustment: Adjustment, new: Path, *, log: str = "") -> None:
    """Write the curve into a fresh folder: its table, its figure, and a proposal folder a step."""
    language = adjustment.case.language
    with telling_failure(new):
        for folder, proposal in adjustment.proposals():
            (new / folder).mkdir()
            fill_folder(proposal, new / folder)
        _curve_table(adjustment.curve).to_csv(new / TABLE, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        (new / FIGURE).write_text(draw_curve(adjustment.curve, language), encoding="utf-8")
        if log:
            (new / "run.log").write_text(log, encoding="utf-8")


def _curve_table(curve: pd.DataFrame) -> pd.DataFrame:
    """Return the curve as files have it: stated columns first, numbers rounded as far as they mean anything."""
    digits = {"residents_moved": 3, "residents_withdrawn": 3, "ceiling": 3, "objective": 3, "bound": 3}
    digits |= {"price_min": 6, "share_moved": 6, "mean_minutes": 4, "gap": 6, "residents_per_minute": 0}
    table = curve.round(digits).astype({"step": int, "elbow": int})
    return table[[*_FIRST, *(name for name in table.columns if name not in _FIRST)]]


def told_gap(gap: float | None) -> str:
    """Return a proven gap rounded up; an en dash where nothing is proven."""
    if gap is None or not np.isfinite(gap):
        return "–"
    return "0" if gap < 1e-6 else f"{rounded_up(gap):.1%}"


def print_curve(adjustment: Adjustment, folder: Path) -> None:
    """Print the curve on stdout: a row a step, the elbow marked, and where each line's plans are."""
    from rich.console import Console
    from rich.table import Table

    language, curve = adjustment.case.language, adjustment.curve
    console = Console(highlight=False)
    for line in dict.fromkeys(curve["line"]):
        rows = curve[curve["line"] == line]
        console.print(f"[bold]{_title(adjustment, str(line)).in_language(language)}[/]")
        table = Table(box=None, pad_edge=False, header_style="dim")
        for i, title in enumerate(_HEADS):
            table.add_column(title.in_language(language), justify="left" if i in (0, len(_HEADS) - 1) else "right")
        for row in rows.to_dict("records"):
            table.add_row(*(cell.in_language(language) for cell in _cells(row)))
        console.print(table)
    console.print(Text(zh="曲线图：", en="Figure: ").in_language(language) + str(folder / FIGURE), soft_wrap=True)


_HEADS = (
    Text(zh="文件夹", en="Folder"),
    Text(zh="改换居民", en="Change lead"),
    Text(zh="占比", en="Share"),
    Text(zh="原牵头退出", en="Withdrawn"),
    Text(zh="平均分钟", en="Minutes"),
    Text(zh="每少 1 分钟", en="For 1 min less"),
    Text(zh="差距", en="Gap"),
    Text(zh="", en=""),
)


def _cells(row: dict[str, object]) -> list[Text]:
    rate = row["residents_per_minute"]
    note = Text(zh=str(row["note_zh"]), en=str(row["note_en"]))
    mark = Text(zh="← 拐点", en="<- elbow").then(note) if row["elbow"] else note
    gap = row["gap"]
    return [
        _plain(str(row["folder"])),
        people(float(row["residents_moved"])),  # type: ignore[arg-type]
        _plain(share(float(row["share_moved"]))),  # type: ignore[arg-type]
        people(float(row["residents_withdrawn"])),  # type: ignore[arg-type]
        _plain(f"{row['mean_minutes']:.2f}"),
        _plain("") if pd.isna(rate) else people(float(rate)),  # type: ignore[arg-type,call-overload]
        _plain(told_gap(None if pd.isna(gap) else float(gap))),  # type: ignore[arg-type,call-overload]
        mark,
    ]


def _plain(words: str) -> Text:
    return Text(zh=words, en=words)


def _title(adjustment: Adjustment, line: str) -> Text:
    """Return the name of a line; where leads stay, which required ones that leaves out."""
    label = CURVES[line].label
    leads = adjustment.posed.place.layers.baseline.unique()
    out = [lead for lead in adjustment.case.grids.required_leads if lead not in leads]
    if line == "free" or not out:
        return label
    names = adjustment.posed.place.layers.facilities["name"].reindex(out).fillna("").to_list()
    return Text(zh="{l}（不含指定牵头：{n}）", en="{l} (without the required {n})").format(
        l=label, n=Text(zh="、".join(names), en=", ".join(names))
    )


_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 720, 420, 64, 24, 44, 56
_INK, _GREY, _ACCENT = "#16191D", "#7C848D", "#1F5FA8"


def draw_curve(curve: pd.DataFrame, language: Language) -> str:
    """Return the curve as SVG: minutes over residents who change lead, a line for each kind, the elbows marked."""
    moved, minutes = curve["residents_moved"].to_numpy(float), curve["mean_minutes"].to_numpy(float)
    right, low, high = max(float(moved.max()), 1.0), float(minutes.min()), float(minutes.max())
    pad = max(0.08 * (high - low), 0.1)
    low, high = low - pad, high + pad

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * x / right, 1),
            round(_TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - y) / (high - low), 1),
        )

    parts = [*_axes(right, low, high, at, language)]
    for i, line in enumerate(dict.fromkeys(curve["line"])):
        rows = curve[curve["line"] == line]
        spots = [at(x, y) for x, y in rows[["residents_moved", "mean_minutes"]].to_numpy(float)]
        dash = "" if line == "free" else ' stroke-dasharray="6 4"'
        path = " ".join(f"{x},{y}" for x, y in spots)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{_INK}" stroke-width="1.8"{dash}/>')
        for (x, y), row in zip(spots, rows.to_dict("records"), strict=True):
            fill = _ACCENT if row["elbow"] else "#fff"
            parts.append(f'<circle cx="{x}" cy="{y}" r="4.5" fill="{fill}" stroke="{_INK}" stroke-width="1.6"/>')
            if row["elbow"]:
                word = Text(zh="拐点", en="elbow").in_language(language)
                by, down, anchor = (-8, 18, "end") if line == "free" else (8, -8, "start")
                parts.append(_words(x + by, y + down, word, colour=_ACCENT, weight=600, anchor=anchor))
        label = CURVES[str(line)].label.in_language(language)
        x = _LEFT + 8 + 190 * i
        parts.append(f'<path d="M{x} 22h34" stroke="{_INK}" stroke-width="1.8"{dash}/>')
        parts.append(_words(x + 42, 26, label))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'font-family="Noto Sans CJK SC, Microsoft YaHei, sans-serif" font-size="13">\n'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _axes(right, low, high, at, language: Language) -> Iterable[str]:  # type: ignore[no-untyped-def]
    """Draw the grid lines with their numbers, and what the axes are."""
    step = _round_step((high - low) / 5)
    for y in np.arange(np.ceil(low / step) * step, high, step):
        _, place = at(0.0, float(y))
        yield f'<path d="M{_LEFT} {place}H{_WIDTH - _RIGHT}" stroke="#DEE1E4"/>'
        yield _words(_LEFT - 8, place + 4, f"{y:g}", colour=_GREY, anchor="end")
    unit, people = (1e4, "万人") if right >= 1e4 else (1.0, "人")
    step = max(_round_step(right / 5), 1.0)
    for x in np.arange(0.0, right * 1.001, step):
        place, _ = at(float(x), low)
        told = f"{x / unit:g}" if language == "zh" else f"{x:,.0f}"
        yield _words(place, _HEIGHT - _BOTTOM + 20, told, colour=_GREY, anchor="middle")
    across = Text(zh=f"改换牵头医院的居民（{people}）", en="residents who change lead").in_language(language)
    up = Text(zh="全市平均分钟", en="mean minutes").in_language(language)
    yield _words((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 14, across, colour=_GREY, anchor="middle")
    yield _words(_WIDTH - _RIGHT, 26, up, colour=_GREY, anchor="end")


def _round_step(size: float) -> float:
    """Return the next of 1, 2, 5 x a power of ten."""
    power = 10.0 ** np.floor(np.log10(size))
    return float(next(n * power for n in (1.0, 2.0, 5.0, 10.0) if n * power >= size * (1 - 1e-9)))


def _words(x: float, y: float, words: str, *, colour: str = _INK, anchor: str = "start", weight: int = 400) -> str:
    return (
        f'<text x="{round(x, 1)}" y="{round(y, 1)}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{html.escape(words)}</text>"
    )
