"""Good plans of the chessboard city beside the case's own: what is asked, what is kept, files, page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gridplan.batch.contract import Task
from gridplan.batch.exploration import Exploration, explore, numbers_of_grids
from gridplan.batch.explore_files import EXPLORE_FILES, fill_explore_folder, print_exploration
from gridplan.batch.explore_page import AXES, render_page
from gridplan.batch.front import different_plans, on_front
from gridplan.batch.runner import Cluster, Processes, run_tasks
from gridplan.case.case import Case, read_case
from gridplan.ground.joined import solve_scopes
from gridplan.pipeline import pose
from gridplan.proposal.files import read_proposal
from gridplan.words.folders import replaced_folder
from tests import board


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Two grids led by two of H1, H2, H3; in force H1 the west, H3 the east."""
    folder = tmp_path_factory.mktemp("explore")
    path = board.write_board(folder, case=board.CASE + '[layers.baseline]\npath = "now.csv"\n')
    rows = [f"{unit},{'H1' if int(unit[2]) < 3 else 'H3'}" for unit in board.unit_ids()]
    (folder / "now.csv").write_text("unit_id,lead_id\n" + "\n".join(rows), encoding="utf-8")
    return read_case(path).changed(
        solver={"effort": 0.2}, explore={"price_factors": [4.0], "change_prices_min": [1000.0]}
    )


@pytest.fixture(scope="module")
def exploration(case: Case) -> Exploration:
    return explore(case, progress=lambda _: None, on=Processes(1))


def test_a_plan_is_on_the_front_if_none_is_as_good_everywhere_and_better_somewhere() -> None:
    """(1, 9), (5, 5), (9, 1) and the equal of one of them stand; (6, 5) is bettered by (5, 5)."""
    costs = np.array([[1.0, 9.0], [5.0, 5.0], [9.0, 1.0], [5.0, 5.0], [6.0, 5.0]])
    assert on_front(costs).tolist() == [True, True, True, True, False]


def test_plans_are_different_from_the_first_and_from_each_other() -> None:
    """The second draws the lines of the first under other names; the fourth those of the third."""
    halves, named, across, again = "aabb", "ccbb", "abab", "xyxy"
    assert different_plans([list(leads) for leads in (halves, named, across, again)], [1, 2, 3], 0.9) == [2]


@pytest.mark.parametrize(
    ("grids", "own", "tried"),
    [
        ({"k": 3}, None, [2, 3, 4]),
        ({"k": 1}, None, [1, 2]),
        ({"k": [2, 4]}, None, [2, 3, 4]),
        ({"k": 3}, [3, 5], [3, 4, 5]),
    ],
)
def test_numbers_of_grids_are_those_stated_or_one_more_and_one_fewer(
    case: Case, grids: dict[str, object], own: object, tried: list[int]
) -> None:
    assert numbers_of_grids(case.changed(grids=grids, explore={"k": own})) == tried


def test_the_first_plan_is_that_of_the_case_and_each_row_is_measured_from_its_plan(exploration: Exploration) -> None:
    front = exploration.front
    assert front["varied"].iloc[0] == "case"
    assert front["plan"].tolist() == list(range(1, len(front) + 1))
    before = pd.Series({unit: "H1" if int(unit[2]) < 3 else "H3" for unit in board.unit_ids()})
    for row, proposal in zip(front.to_dict("records"), exploration.proposals, strict=True):
        units = proposal.units
        assert row["k"] == units["lead_id"].nunique() == len(row["leads"].split(", "))
        moved = units["population"][units["lead_id"] != before[units.index]].sum() / 24_000
        assert row["share_moved"] == pytest.approx(moved)
        minutes = np.average(units["minutes_to_lead"], weights=units["population"])
        assert row["mean_minutes"] == pytest.approx(minutes)
        assert row["worst_deviation"] == pytest.approx(proposal.grids["deviation"].abs().max())
        unmet = [finding for finding in proposal.findings if finding.status == "violated"]
        assert row["must"] == sum(finding.severity == "must" for finding in unmet)
        causes = sum(row[f"cause_{cause}"] for cause in ("plan", "supply", "data", "operation"))
        assert causes <= row["must"] + row["should"]
        assert row["gap"] >= 0


def test_numbers_of_grids_leads_and_prices_are_each_tried_by_themselves(exploration: Exploration) -> None:
    """At 1,000 minutes a resident only those move who have to: streets S1 and S4 lie across the halves, 4,000 residents."""
    front = exploration.front
    assert set(front["k"]) == {1, 2, 3}
    assert front["share_moved"].min() == pytest.approx(4 / 24)
    assert {"k", "change_price"} <= set(front["varied"])
    without = front[front["varied"] == "without"]
    assert all(row["value"] not in row["leads"].split(", ") for row in without.to_dict("records"))


def test_planning_the_case_of_a_plan_gives_the_plan_again_on_a_cluster_too(
    exploration: Exploration, scheduler: str
) -> None:
    row = exploration.front[exploration.front["varied"] == "change_price"].iloc[0]
    found = exploration.proposals[int(row["plan"]) - 1]
    assert (found.case.change.price_min, found.case.grids.k) == (float(row["value"]), 2)
    posed = pose(found.case)
    make = partial(solve_scopes, case=found.case, units=posed.place.layers.units.index)
    (there,) = run_tasks(make, [Task(posed.problems)], on=Cluster(scheduler))
    for again in (make(posed.problems), there.value):
        assert again.assignment.lead_of_unit.tolist() == found.units["lead_id"].tolist()
        assert again.objective == found.objective.value


def test_the_folder_holds_the_table_in_stated_columns_the_page_and_the_plans(
    exploration: Exploration, tmp_path: Path
) -> None:
    few = replace(exploration, front=exploration.front.head(1), proposals=exploration.proposals[:1])
    out = tmp_path / "out"
    with replaced_folder(out, EXPLORE_FILES) as new:
        fill_explore_folder(few, new, log="log")
    table = pd.read_csv(out / "front.csv", encoding="utf-8-sig")
    assert table.columns[:10].tolist() == [
        "plan", "k", "leads", "mean_minutes", "worst_deviation", "share_moved", "must", "should", "gap", "folder",
    ]  # fmt: skip
    assert read_proposal(out / table["folder"][0]).annexes["front"]["k"].tolist() == few.front["k"].tolist()
    page = (out / "explore.html").read_text(encoding="utf-8")
    assert all(
        f'href="{folder}/map.html"' in page and (out / folder / "map.html").is_file() for folder in table["folder"]
    )
    (out / "mine.txt").write_text("kept", encoding="utf-8")
    with replaced_folder(out, EXPLORE_FILES) as new:
        (new / "front.csv").write_text("plan,folder\n", encoding="utf-8")
    assert sorted(path.name for path in out.rglob("*") if path.is_file()) == ["front.csv", "mine.txt"]


def test_the_page_tells_the_gap_of_every_plan_and_draws_a_line_and_a_map_for_each(exploration: Exploration) -> None:
    page, plans = render_page(exploration), len(exploration.front)
    assert page.count("<polyline") == page.count("<article") == plans
    gap = next(axis.label.zh for axis in AXES if axis.name == "gap")
    assert page.count(f"<dt>{gap}</dt>") == plans
    assert "http" not in page.replace("http-equiv", "")
    assert "合成数据" in page


def test_the_terminal_shows_a_row_a_plan(exploration: Exploration, capsys: pytest.CaptureFixture[str]) -> None:
    print_exploration(exploration, Path("maps/board-explore"))
    shown = capsys.readouterr().out
    assert shown.count("plan-0") == len(exploration.front)
