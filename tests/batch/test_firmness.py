"""How firm the chessboard city's plan is: counted by hand, on processes and on a cluster, in files."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gridplan.batch.contract import Task
from gridplan.batch.firmness import Firmness, list_trials, measure_firmness
from gridplan.batch.firmness_counts import Counted
from gridplan.batch.firmness_files import FIRMNESS_FILES, fill_firmness_folder, print_firmness, told_firmness
from gridplan.batch.runner import Cluster, Processes, run_tasks
from gridplan.batch.trials import Trial, Tried, solve_trial
from gridplan.case.case import Case, read_case
from gridplan.ground.uncertain import uncertain_place
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import Proposal
from gridplan.words.folders import replaced_folder
from tests import board


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Wide ranges, so that three draws differ; every unit may go by itself."""
    text = board.CASE.replace("[grids]", '[grids]\nkeep_whole = "none"')
    path = board.write_board(tmp_path_factory.mktemp("firm"), case=text)
    return read_case(path).changed(
        firmness={"plans": 3, "unit_range": 1.0, "price_range": 4.0, "area_range": 1.0}, solver={"effort": 0.2}
    )


@pytest.fixture(scope="module")
def firmness(case: Case) -> Firmness:
    return measure_firmness(case, progress=lambda _: None, on=Processes(2))


@pytest.fixture(scope="module")
def proposal(firmness: Firmness) -> Proposal:
    return firmness.proposal(lambda _: None)


def test_shares_are_those_of_plans_counted_one_by_one(firmness: Firmness) -> None:
    """Three plans written down by hand: u00 has H1, H1, H2 where the plan has H1; its neighbour u01 has H1 in all."""
    (_, problem), own = firmness.posed.problems[0], firmness.solution.assignment.lead_of_unit
    at = [problem.lead_position[lead] for lead in own.reindex(list(problem.unit_ids))]
    other = list(at)
    moved = problem.unit_position["u00"]
    other[moved] = problem.lead_position["H2"]
    assert problem.lead_ids[at[moved]] == "H1"
    kinds = ["drawn", "drawn", "drawn", "seeds", "again"]
    trials = [Trial(kind, i, 0, None, None) for i, kind in enumerate(kinds)]
    scores = dict.fromkeys(("k", "mean_minutes", "share_within", "worst_deviation", "objective", "gap"), 1.0)
    tried = [Tried([np.array(lead)], scores, "feasible", reproducible=True) for lead in (at, at, other, at, other)]
    counted = Counted(firmness.posed, firmness.solution, trials, tried)
    units = pd.DataFrame(counted.units()).set_index(["unit_id", "lead_id"])
    assert units.loc[("u00", "H1"), ["share", "share_seeds", "in_plan"]].tolist() == pytest.approx([2 / 3, 1.0, 1])
    assert units.loc[("u00", "H2"), ["share", "share_seeds", "in_plan"]].tolist() == pytest.approx([1 / 3, 0.0, 0])
    assert units.loc[("u01", "H1"), "share"] == 1.0
    borders = pd.DataFrame(counted.borders()).set_index(["unit_a", "unit_b"])
    assert borders.loc[("u00", "u01"), ["share", "share_seeds", "in_plan"]].tolist() == pytest.approx([1 / 3, 0.0, 0])
    assert (borders.loc[borders["in_plan"] == 1, "share"] == 1.0).all()
    sites = pd.DataFrame(counted.sites()).set_index("lead_id")
    assert sites.loc[["H1", "H2", "H3"], "share"].tolist() == [1.0, 1.0, 0.0]
    assert sites.loc["H2", "population_p95"] - sites.loc["H2", "population_p05"] == pytest.approx(900)
    plans = counted.plans()
    assert plans["share_other"].tolist() == pytest.approx([0, 0, 1 / 24, 0, 1 / 24])
    noise = next(row for row in counted.scores() if row["kind"] == "again")
    assert (noise["plans"], noise["p50"]) == (1, pytest.approx(1 / 24))


def test_plans_that_stop_at_the_time_limit_are_told(firmness: Firmness) -> None:
    """A limit of a billionth of a second bites in each plan; without one nothing is told."""
    short = firmness.case.changed(solver={"time_limit_s": 1e-9})
    one = solve_trial((None, 0), problems=firmness.posed.problems, case=short)
    assert not one.reproducible
    assert (firmness.plans["reproducible"] == 1).all()
    assert not any("time limit" in said.en for said in told_firmness(firmness))
    cut = replace(firmness, plans=firmness.plans.assign(reproducible=[0, 0, *[1] * (len(firmness.plans) - 2)]))
    assert any("2 plans of them stopped at the time limit" in said.en for said in told_firmness(cut))


def test_every_unit_has_a_lead_in_every_plan_and_seeds_are_recorded(firmness: Firmness) -> None:
    units = firmness.tables["firm_units"]
    assert units.groupby("unit_id")[["share", "share_seeds", "in_plan"]].sum().to_numpy() == pytest.approx(1.0)
    plans = firmness.plans
    assert plans.groupby("kind", sort=False)["seed"].apply(list).to_dict() == {
        "drawn": [0, 0, 0],
        "seeds": [1, 2, 3],
        "again": [1],
    }
    assert plans.loc[plans["kind"] == "drawn", "speed"].nunique() == 3
    assert plans.loc[plans["kind"] == "seeds", "speed"].isna().all()


def test_two_workers_give_what_this_process_gives(case: Case, firmness: Firmness) -> None:
    posed = firmness.posed
    uncertain = uncertain_place(posed.place.layers, case, list(posed.travel.sites))
    trials = list_trials(case, uncertain, posed)
    tried = [solve_trial((one.numbers, one.seed), problems=posed.problems, case=case) for one in trials]
    pd.testing.assert_frame_equal(Counted(posed, firmness.solution, trials, tried).plans(), firmness.plans)


def test_a_cluster_makes_the_plans_that_are_made_here(firmness: Firmness, case: Case, scheduler: str) -> None:
    make = partial(solve_trial, problems=firmness.posed.problems, case=case)
    (ended,) = run_tasks(make, [Task((None, 1))], on=Cluster(scheduler))
    here = firmness.plans.query("kind == 'seeds' and seed == 1").iloc[0]
    assert ended.value.scores["objective"] == here["objective"]


def test_the_folder_holds_tables_in_stated_columns_and_the_plan_with_its_layer(
    firmness: Firmness, proposal: Proposal, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with replaced_folder(out, FIRMNESS_FILES) as new:
        fill_firmness_folder(firmness, proposal, new, log="log")
    table = pd.read_csv(out / "firmness.csv", encoding="utf-8-sig")
    assert table.columns[:3].tolist() == ["unit_id", "lead_id", "share"]
    assert pd.read_csv(out / "sites.csv", encoding="utf-8-sig").columns[:1].tolist() == ["lead_id"]
    assert len(pd.read_csv(out / "plans.csv", encoding="utf-8-sig")) == 7
    read = read_proposal(out / "plan")
    pd.testing.assert_frame_equal(
        read.annexes["firm_borders"], firmness.tables["firm_borders"], check_dtype=False, check_column_type=False
    )
    (out / "mine.txt").write_text("kept", encoding="utf-8")
    with replaced_folder(out, FIRMNESS_FILES) as new:
        (new / "firmness.csv").write_text("unit_id\n", encoding="utf-8")
    assert sorted(path.name for path in out.rglob("*")) == ["firmness.csv", "mine.txt"]


def test_the_terminal_sums_up(firmness: Firmness, capsys: pytest.CaptureFixture[str]) -> None:
    print_firmness(firmness, Path("maps/board-firmness"))
    shown = capsys.readouterr().out
    assert "3 个抽样方案" in shown
    assert "H1 市第一医院" in shown
    table = firmness.tables["firm_ranges"]
    unknown = table.assign(numbers=table["numbers"].where(table["what"] != "care_65", 0))
    ageless = replace(firmness, tables={**firmness.tables, "firm_ranges": unknown})
    assert told_firmness(ageless)[-1].en == "Not drawn, for it is not known here: care of residents aged 65 and over."
