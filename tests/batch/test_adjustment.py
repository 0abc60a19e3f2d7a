"""The curve of the chessboard city: its numbers, its files, its plans."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from gridplan.batch.adjustment import Adjustment, adjust
from gridplan.batch.curve_files import CURVE_FILES, draw_curve, fill_curve_folder, print_curve, told_gap
from gridplan.case.case import read_case
from gridplan.proposal.files import read_proposal
from gridplan.words.folders import replaced_folder
from tests import board


@pytest.fixture(scope="module")
def case_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city with H1 and H3 leading in force: H1 the west (columns 0-2), H3 (in u13) the east."""
    folder = tmp_path_factory.mktemp("adjust")
    text = board.CASE + '[layers.baseline]\npath = "now.csv"\n[change]\npoints = 3\n'
    path = board.write_board(folder, case=text)
    rows = [f"{unit},{'H1' if int(unit[2]) < 3 else 'H3'}" for unit in board.unit_ids()]
    (folder / "now.csv").write_text("unit_id,lead_id\n" + "\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def adjustment(case_path: Path) -> Adjustment:
    """Both lines of the curve."""
    stages: list[str] = []
    made = adjust(read_case(case_path), progress=lambda stage: stages.append(stage.en))
    assert [stage for stage in stages if "Curve" in stage] == [
        "Curve of change: leads may change",
        "Curve of change: leads stay",
    ]
    return made


@pytest.fixture(scope="module")
def folder(adjustment: Adjustment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the curve."""
    out = tmp_path_factory.mktemp("curve") / "out"
    with replaced_folder(out, CURVE_FILES) as new:
        fill_curve_folder(adjustment, new)
    return out


def test_each_line_starts_at_the_fewest_changes_and_its_objective_falls(adjustment: Adjustment) -> None:
    """Streets S1 and S4 lie across columns 2 and 3 and stay whole: half of each, 2,000 residents, changes lead in any case."""
    for _, rows in adjustment.curve.groupby("line"):
        assert rows["residents_moved"].is_monotonic_increasing
        assert rows["objective"].is_monotonic_decreasing
        assert (rows["gap"] >= 0).all()
    free, stay = (adjustment.curve[adjustment.curve["line"] == line] for line in ("free", "stay"))
    assert free["residents_moved"].iloc[0] == stay["residents_moved"].iloc[0] == 4000
    assert (stay["residents_withdrawn"] == 0).all()


def test_what_a_step_says_of_change_is_what_its_plan_and_the_grouping_in_force_say(
    adjustment: Adjustment, folder: Path
) -> None:
    row = adjustment.curve.iloc[-1]
    proposal = read_proposal(folder / str(row["folder"]))
    units = proposal.units
    moved = units["baseline_lead_id"] != units["lead_id"]
    assert units["population"][moved].sum() == row["residents_moved"]
    listed = adjustment.units[adjustment.units["step"] == row["step"]]
    assert sorted(listed["unit_id"]) == sorted(units.index[moved])
    assert (row["residents_moved"] / 24_000) == pytest.approx(row["share_moved"])
    assert proposal.scores["plan"]["mean_minutes"] == pytest.approx(row["mean_minutes"])


def test_the_case_of_a_step_asks_a_plan_for_that_step(adjustment: Adjustment, folder: Path) -> None:
    for row in adjustment.curve.to_dict("records"):
        change = read_proposal(folder / str(row["folder"])).case.change
        assert (change.price_min, change.leads_stay) == (
            None if pd.isna(row["price_min"]) else row["price_min"],
            row["line"] == "stay",
        )


def test_the_folder_holds_the_table_in_stated_columns_the_figure_and_the_plans(folder: Path) -> None:
    table = pd.read_csv(folder / "curve.csv", encoding="utf-8-sig")
    assert table.columns[:9].tolist() == [
        "step", "price_min", "residents_moved", "share_moved", "mean_minutes", "objective", "bound", "gap", "folder",
    ]  # fmt: skip
    assert all((folder / name / "map.html").is_file() for name in table["folder"])
    assert (folder / "curve.svg").read_text(encoding="utf-8").startswith("<svg")


def test_a_new_curve_replaces_the_steps_of_an_earlier_one_and_leaves_files_of_others(folder: Path) -> None:
    (folder / "step-01" / "mine.txt").write_text("kept", encoding="utf-8")
    with replaced_folder(folder, CURVE_FILES) as new:
        (new / "curve.csv").write_text("step,folder\n", encoding="utf-8")
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["curve.csv", "mine.txt"]


def test_the_terminal_shows_a_row_a_step(adjustment: Adjustment, capsys: pytest.CaptureFixture[str]) -> None:
    print_curve(adjustment, Path("maps/board-adjust"))
    shown = capsys.readouterr().out
    assert shown.count("step-0") == len(adjustment.curve)
    assert "牵头医院不变" in shown


def test_a_proven_gap_is_rounded_up() -> None:
    assert [told_gap(gap) for gap in (None, 0.0, 1e-9, 0.0001, 0.0231)] == ["–", "0", "0", "0.1%", "2.4%"]


def test_the_figure_marks_elbows_and_draws_leads_that_stay_dashed(adjustment: Adjustment) -> None:
    picture = draw_curve(adjustment.curve.assign(elbow=[1] + [0] * (len(adjustment.curve) - 1)), "en")
    still = draw_curve(adjustment.curve.assign(residents_moved=0.0), "zh")
    assert "（人）" in still
    assert not re.search(r">[^<]*e-\d", still), "people are whole where nobody moves"
    assert picture.count("<circle") == len(adjustment.curve)
    assert picture.count("elbow") == 1
    assert picture.count('stroke-dasharray="6 4"') == 2
