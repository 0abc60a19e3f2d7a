"""How firm a plan is, in files and on the terminal: the plan with its layer of firmness, and tables a spreadsheet reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from gridplan.outputs.firm_words import tell_firmness
from gridplan.outputs.proposal_folder import OWN_FILES, fill_folder
from gridplan.outputs.workbook import guard_name
from gridplan.words.annex_tables import ANNEXES
from gridplan.words.folders import OwnFiles
from gridplan.words.numbers import share
from gridplan.words.text import Language, Text
from gridplan.words.writing import telling_failure

if TYPE_CHECKING:
    from gridplan.batch.firmness import Firmness
    from gridplan.proposal.proposal import Proposal

PLAN = "plan"
"""The folder of the plan whose firmness is told."""
TABLES = {
    "firmness.csv": "firm_units",
    "sites.csv": "firm_sites",
    "borders.csv": "firm_borders",
    "scores.csv": "firm_scores",
    "ranges.csv": "firm_ranges",
}
PLANS = "plans.csv"


def _of_plan(folder: Path) -> Iterable[str]:
    """Return the files of the plan that stands there."""
    yield from (f"{PLAN}/{own}" for own in OWN_FILES.found_in(folder / PLAN))


FIRMNESS_FILES = OwnFiles(frozenset({*TABLES, PLANS, "run.log"}), known_by=frozenset({"firmness.csv"}), listed=_of_plan)
"""What a folder of `gridplan firmness` holds of ours."""


def fill_firmness_folder(firmness: Firmness, proposal: Proposal, new: Path, *, log: str = "") -> None:
    """Write the firmness into a fresh folder: tables, and the proposal with its map."""
    with telling_failure(new):
        (new / PLAN).mkdir()
        fill_folder(proposal, new / PLAN)
        for file, name in TABLES.items():
            _write(_rounded(firmness.tables[name], name), new / file)
        _write(firmness.plans.round(6), new / PLANS)
        if log:
            (new / "run.log").write_text(log, encoding="utf-8")


def _write(table: pd.DataFrame, path: Path) -> None:
    if "lead_name" in table:
        table = table.assign(lead_name=table["lead_name"].map(guard_name))
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _rounded(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a table with whole numbers whole and others as far as they mean anything."""
    whole = [column.name for column in ANNEXES[name].columns if column.kind == "whole"]
    digits = {**dict.fromkeys(table.columns, 6), **dict.fromkeys(whole, 0)}
    return table.round(digits).astype(dict.fromkeys(whole, "Int64"))


def print_firmness(firmness: Firmness, folder: Path) -> None:
    """Print on stdout what was drawn, how firm borders, units and leads are, and where the map is."""
    from rich.console import Console

    console, language = Console(highlight=False), firmness.case.language
    for line in told_firmness(firmness):
        console.print(line.in_language(language), soft_wrap=True)
    console.print(_sites_table(firmness, language))
    console.print(Text(zh="地图：", en="Map: ").in_language(language) + str(folder / PLAN / "map.html"), soft_wrap=True)


def told_firmness(firmness: Firmness) -> list[Text]:
    """Return the sentences that sum up how firm a plan is."""
    said = tell_firmness(firmness.tables, firmness.posed.place.layers.units["population"])
    broken = int(firmness.plans["status"].isin(["infeasible", "unknown"]).sum())
    if broken:
        said.append(
            Text(
                zh="{b} 个方案有限制不能满足，照样计入。",
                en="{b:plan|plans} of them break a limit and count all the same.",
            ).format(b=broken)
        )
    cut = int((firmness.plans["reproducible"] == 0).sum())
    if cut:
        said.append(
            Text(
                zh="{c} 个方案到了时间上限（solver.time_limit_s）就停，再算一次可能不同。",
                en="{c:plan|plans} of them stopped at the time limit (solver.time_limit_s): another run may differ.",
            ).format(c=cut)
        )
    return said


def _sites_table(firmness: Firmness, language: Language):  # type: ignore[no-untyped-def]
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    heads = (Text(zh="牵头医院", en="Lead"), Text(zh="抽样", en="Drawn"), Text(zh="换种子", en="Seeds"), Text("", ""))
    for i, head in enumerate(heads):
        table.add_column(head.in_language(language), justify="left" if i in (0, 3) else "right")
    sites = firmness.tables["firm_sites"]
    for row in sites[(sites["share"] > 0) | (sites["share_seeds"] > 0) | (sites["in_plan"] == 1)].to_dict("records"):
        mark = Text(zh="← 本方案", en="<- this plan") if row["in_plan"] else Text("", "")
        name = f"{row['lead_id']} {row['lead_name']}" if row["lead_name"] != row["lead_id"] else str(row["lead_id"])
        table.add_row(name, share(row["share"], 0), share(row["share_seeds"], 0), mark.in_language(language))
    return table
