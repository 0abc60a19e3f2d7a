"""The good plans of a case in files and on the terminal: a folder of proposals, front.csv, one page of small maps."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from gridplan.batch.curve_files import files_of_plans, told_gap
from gridplan.batch.explore_page import render_page, told_numbers, told_question
from gridplan.outputs.proposal_folder import fill_folder
from gridplan.words.folders import OwnFiles
from gridplan.words.numbers import share
from gridplan.words.text import Text
from gridplan.words.writing import telling_failure

if TYPE_CHECKING:
    from gridplan.batch.exploration import Exploration

TABLE, PAGE = "front.csv", "explore.html"


def _of_plans(folder: Path) -> Iterable[str]:
    """Return the files of the plans that an earlier exploration recorded."""
    return files_of_plans(folder, TABLE)


EXPLORE_FILES = OwnFiles(frozenset({TABLE, PAGE, "run.log"}), known_by=frozenset({TABLE}), listed=_of_plans)
"""What a folder of `gridplan explore` holds of ours."""


def fill_explore_folder(exploration: Exploration, new: Path, *, log: str = "") -> None:
    """Write the good plans into a fresh folder: their table, their page, and a proposal folder a plan."""
    with telling_failure(new):
        for folder, proposal in exploration.by_folder():
            (new / folder).mkdir()
            fill_folder(proposal, new / folder)
        _front_table(exploration.front).to_csv(new / TABLE, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        (new / PAGE).write_text(render_page(exploration), encoding="utf-8", newline="\n")
        if log:
            (new / "run.log").write_text(log, encoding="utf-8")


def _front_table(front: pd.DataFrame) -> pd.DataFrame:
    """Return the table as files have it: numbers rounded as far as they mean anything."""
    whole = [name for name in front.columns if name.startswith("cause_")]
    whole += ["plan", "k", "must", "should", "front", "different"]
    digits = {"mean_minutes": 4, "worst_deviation": 6, "share_moved": 6, "gap": 6, "worse": 6, "rand": 4}
    return front.round({**digits, "share_within": 6}).astype(dict.fromkeys(whole, int))


def print_exploration(exploration: Exploration, folder: Path) -> None:
    """Print the plans on stdout, a row each, how many were tried, and where the page is."""
    from rich.console import Console
    from rich.table import Table

    language, console = exploration.case.language, Console(highlight=False)
    console.print(told_numbers(exploration).in_language(language), soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for i, head in enumerate(_HEADS):
        table.add_column(
            head.in_language(language), justify="left" if i in (0, len(_HEADS) - 1) else "right", overflow="fold"
        )
    for row in exploration.front.to_dict("records"):
        moved, gap = row["share_moved"], row["gap"]
        cells = [
            str(row["folder"]),
            f"{row['k']:.0f}",
            f"{row['mean_minutes']:.2f}",
            share(row["worst_deviation"]),
            "–" if pd.isna(moved) else share(moved),
            f"{row['must']:.0f}",
            f"{row['should']:.0f}",
            told_gap(None if pd.isna(gap) else gap),
            ("*" if row["front"] else "") + ("≠" if row["different"] else ""),
            told_question(row, exploration.proposals[0]).in_language(language),
        ]
        table.add_row(*cells)
    console.print(table)
    console.print(_MARKS.in_language(language), soft_wrap=True)
    console.print(Text(zh="总览：", en="All on one page: ").in_language(language) + str(folder / PAGE), soft_wrap=True)


_HEADS = (
    Text(zh="文件夹", en="Folder"),
    Text(zh="网格", en="Grids"),
    Text(zh="平均分钟", en="Minutes"),
    Text(zh="最大偏差", en="Deviation"),
    Text(zh="改换居民", en="Change lead"),
    Text(zh="必须", en="Must"),
    Text(zh="应当", en="Should"),
    Text(zh="差距", en="Gap"),
    Text(zh="", en=""),
    Text(zh="改动", en="Asked otherwise in"),
)
_MARKS = Text(
    zh="* 没有别的方案处处不差于它；≠ 差不多好而划法不同。必须、应当：未达到的规则数。差距：按各自的代价证明。",
    en="* no other plan is as good in everything; ≠ near-equal but drawn differently. Must, Should: rules not met. Gaps are proven at each plan's own prices.",
)
