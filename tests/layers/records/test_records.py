"""Record tables: read by their declaration, told when wrong, kept by the proposal."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.case.case import read_case
from gridplan.layers.layers import read_layers
from gridplan.layers.records.records import read_records
from gridplan.pipeline import plan, revise
from gridplan.proposal.edits import Edits
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import proposal_digest
from gridplan.words.errors import CaseError, LayerError
from gridplan.words.problems import Problems
from tests import board

VISITS = "机构编号,年份,诊疗人次\nC0,2023,900\nC0,2024,1000\nH1,2023,2000\nH1,2024,1500\n"


def write_with(folder: Path, name: str, table: str) -> Path:
    case = board.write_board(folder)
    (folder / "table.csv").write_text(table, encoding="utf-8")
    text = case.read_text(encoding="utf-8") + f'\n[layers.records.{name}]\npath = "table.csv"\n'
    case.write_text(text, encoding="utf-8")
    return case


def test_a_table_is_read_by_its_headers(tmp_path: Path) -> None:
    layers = read_layers(read_case(write_with(tmp_path, "visits", VISITS)))
    visits = layers.records["visits"]
    assert list(visits.columns) == ["facility_id", "year", "visits", "bed_days"]
    assert visits["visits"].tolist() == [900, 1000, 2000, 1500]
    assert "table.csv" in layers.hashes


def test_all_that_is_wrong_is_told(tmp_path: Path) -> None:
    table = "机构编号,年份,诊疗人次\nC9,2023,900\nC0,2024,-3\nH1,,viele\n"
    with pytest.raises(LayerError) as error:
        read_layers(read_case(write_with(tmp_path, "visits", table)))
    told = {(problem.field, problem.rows) for problem in error.value.problems if problem.file == "table.csv"}
    assert told == {("机构编号", (2,)), ("诊疗人次", (3,)), ("诊疗人次", (4,)), ("年份", (4,))}


def test_words_of_a_vocabulary_are_known_by_any_spelling(tmp_path: Path) -> None:
    table = "类别,机构编号,服务对象\n检验,H1,全市\nCT,H2,H2\n"
    with pytest.raises(LayerError) as error:
        read_layers(read_case(write_with(tmp_path, "centres", table)))
    assert [(p.field, p.rows) for p in error.value.problems if p.severity == "error"] == [("类别", (3,))]
    good = read_layers(read_case(write_with(tmp_path / "good", "centres", table.replace("CT", "移动CT"))))
    assert good.records["centres"].to_numpy().tolist() == [["lab", "H1", "city"], ["mobile_ct", "H2", "H2"]]


def test_an_edge_has_a_hub_or_a_partner_outside(tmp_path: Path) -> None:
    head = "网络编号,类别,名称,成员机构编号,牵头机构编号,市外合作单位\n"
    rows = "F1,全市医联体,甲,H2,H1,\nF1,全市医联体,甲,H1,,省医院\nF1,全市医联体,甲,H3,,\n"
    with pytest.raises(LayerError) as error:
        read_layers(read_case(write_with(tmp_path, "networks", head + rows)))
    (problem,) = [p for p in error.value.problems if p.severity == "error"]
    assert problem.rows == (4,)
    assert "牵头机构编号或市外合作单位" in problem.needed.zh


def test_an_unknown_table_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(LayerError) as error:
        read_layers(read_case(write_with(tmp_path, "visit", VISITS)))
    (problem,) = error.value.problems
    assert problem.field == "layers.records.visit"
    assert "visits" in problem.remedy.en


def test_rules_see_records_also_after_saving_and_revising(tmp_path: Path) -> None:
    proposal = plan(read_case(write_with(tmp_path, "visits", VISITS)))
    before = [finding for finding in proposal.findings if finding.rule == "R-44"]
    assert {finding.status for finding in before} - {"not_evaluated"}
    read = read_proposal(proposal.save(tmp_path / "out"))
    assert read.equals(proposal)
    unit = str(read.units.index[0])
    edits = Edits(proposal=proposal_digest(read), locks=(unit,))
    after = [finding for finding in revise(read, edits).findings if finding.rule == "R-44"]
    assert after == before


def told_of(folder: Path, name: str, table: str) -> set[tuple[str, tuple[int, ...]]]:
    with pytest.raises(LayerError) as error:
        read_layers(read_case(write_with(folder, name, table)))
    return {(problem.field, problem.rows) for problem in error.value.problems if problem.file == "table.csv"}


def test_counts_are_whole_parts_no_more_than_the_whole_rows_differ(tmp_path: Path) -> None:
    head = "机构编号,门诊号源,下沉号源,开放床位,下沉床位\n"
    told = told_of(tmp_path, "capacity", head + "H1,900,300.5,800,200\nH2,900,901,,\nH1,10,1,,\n")
    assert told == {("下沉号源", (2,)), ("下沉号源", (3,)), ("机构编号", (4,))}


def test_an_indicator_nobody_defined_is_told(tmp_path: Path) -> None:
    told = told_of(tmp_path, "observations", "地区,时期,指标,分子,分母\n全市,2024,M-01,1,2\n全市,2024,M-99,1,2\n")
    assert told == {("指标", (3,))}


def test_a_case_may_define_indicators_of_its_own(tmp_path: Path) -> None:
    case = write_with(tmp_path, "observations", "地区,时期,指标,分子,分母\n全市,2024,Z-1,4,\n")
    (tmp_path / "own.csv").write_text(
        "指标编号,指标名称,算法,方向,目标值\nZ-1,投诉件数,数量,越低越好,3\n", encoding="utf-8"
    )
    text = case.read_text(encoding="utf-8") + '\n[layers.records.indicators]\npath = "own.csv"\n'
    case.write_text(text, encoding="utf-8")
    proposal = plan(read_case(case))
    row = proposal.annexes["indicators"].iloc[0]
    assert (row["name"], row["shown"], row["target"], row["status"]) == ("投诉件数", "4", "3", "violated")


def test_an_unknown_key_of_a_table_is_refused_with_the_nearest(tmp_path: Path) -> None:
    case = write_with(tmp_path, "visits", VISITS)
    case.write_text(case.read_text(encoding="utf-8") + 'zzz = "1"\nlayr = "x"\n', encoding="utf-8")
    with pytest.raises(CaseError) as error:
        read_case(case)
    told = {problem.field: problem.remedy.en for problem in error.value.problems}
    assert told["layers.records.visits.layr"] == "Did you mean layer?"
    assert "path" in told["layers.records.visits.zzz"]


def test_names_of_facilities_stand_for_their_ids_and_this_is_told(tmp_path: Path) -> None:
    """市第一医院 is H1; a name of two facilities, and one that nobody has, stay as they are: inside an error, outside a name."""
    rows = ["from_id,to_id,count", "S0街道社区卫生服务中心,市第一医院,12", "C1,省立医院,15", "同名中心,H1,11"]
    path = board.write_board(tmp_path, case=board.CASE + '[layers.records.referrals]\npath = "r.csv"\n')
    (tmp_path / "r.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    names = board.board_facilities().set_index("facility_id")["name"]
    names[["C2", "C3"]] = "同名中心"
    problems = Problems()
    table = read_records(read_case(path), problems, units=None, facilities=names.index, names=names)["referrals"]
    assert table["from_id"].tolist() == ["C0", "C1", "同名中心"]
    assert table["to_id"].tolist() == ["H1", "省立医院", "H1"]
    assert [(problem.severity, problem.field, problem.rows) for problem in problems] == [
        ("repair", "from_id", (2,)),
        ("error", "from_id", (4,)),
        ("repair", "to_id", (2,)),
    ]
