"""City and county in one plan, on the chessboard: the two western columns are the city, the four eastern ones a county."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest

from gridplan.case.case import Case, parse_case, read_case
from gridplan.ground.city_and_counties import scope_of_grid, scope_of_unit, scopes_of, told_limits
from gridplan.outputs.map.content import page_content
from gridplan.pipeline import plan, revise
from gridplan.proposal.comparison import compare_proposals
from gridplan.proposal.edits import Edits
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import Proposal, proposal_digest
from gridplan.words.errors import CaseError, LayerError
from tests import board
from tests.checks.laid_out import facilities

COUNTY = board.CASE.replace("k = 2", "k = 1") + '[county]\ndistricts = ["东县"]\nk = 2\nlimit_min = 6\n'


def units() -> gpd.GeoDataFrame:
    """Streets S0 and S3 are the city; H2 (u24) and H3 (u13) stand in the county."""
    board_units = board.board_units()
    west = board_units["street_id"].isin(["S0", "S3"])
    return board_units.assign(
        district_id=west.map({True: "W", False: "E"}), district=west.map({True: "市区", False: "东县"})
    )


def case_of(folder: Path, text: str, where: gpd.GeoDataFrame | None = None, *changes: tuple[str, str, str]) -> Case:
    table = facilities(("H2", "admin_level", "district"), *changes)
    return read_case(board.write_board(folder, units=units() if where is None else where, facilities=table, case=text))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Proposal:
    return plan(case_of(tmp_path_factory.mktemp("both"), COUNTY))


def test_each_part_has_its_own_leads_and_grids_the_city_first(both: Proposal) -> None:
    assert both.grids[["lead_id", "scope", "mode", "n_units"]].to_numpy().tolist() == [
        ["H1", "", "city", 8],
        ["H2", "东县", "county", 8],
        ["H3", "东县", "county", 8],
    ]
    assert both.grids.index.tolist() == ["G1", "G2", "G3"]
    assert both.grids["deviation"].tolist() == [0.0, 0.0, 0.0]
    assert told_limits(both.case) == "4/6"


def test_values_and_bounds_are_the_sums_of_the_parts_planned_alone(both: Proposal, tmp_path: Path) -> None:
    """The county is planned once with the city, once as a county case of its own four columns."""
    everything = units()
    west = everything["district_id"] == "W"
    city = plan(case_of(tmp_path / "city", board.CASE.replace("k = 2", "k = 1"), everything[west]))
    text = board.CASE.replace("synthetic", 'mode = "county"\nsynthetic')
    county = plan(case_of(tmp_path / "county", text, everything[~west]))
    assert both.objective.value == pytest.approx(city.objective.value + county.objective.value)
    assert both.objective.bound == pytest.approx(city.objective.bound + county.objective.bound)
    assert both.objective.status == "optimal"
    alone = {**city.units["lead_id"], **county.units["lead_id"]}
    assert both.units["lead_id"].to_dict() == alone
    assert both.alternatives[["scope_id", "k"]].to_numpy().tolist() == [["", 1], ["E", 2]]


def test_shares_within_count_the_limit_where_people_live(both: Proposal) -> None:
    """A city resident more than 4 minutes from the lead is beyond, one of the county only from 6 on."""
    limit = both.units["district_id"].map({"W": 4.0, "E": 6.0})
    assert both.units["share_within"].tolist() == (both.units["minutes_to_lead"] <= limit).astype(float).tolist()


def test_the_plan_comes_back_from_its_folder_with_its_parts(both: Proposal, tmp_path: Path) -> None:
    read = read_proposal(both.save(tmp_path / "both"))
    assert read.equals(both)
    assert compare_proposals(both, read).is_empty
    book = openpyxl.load_workbook(tmp_path / "both" / "tables.xlsx")
    assert [row[0].value for row in book["概览"].iter_rows(min_row=2)][1:4] == ["网格数", "城市医疗集团", "县域医共体"]
    assert "网格类型" in [cell.value for cell in book["网格"][1]]
    assert book["备选方案"]["A1"].value == "县代码"


def test_the_page_knows_the_parts(both: Proposal) -> None:
    parts = page_content(both)["parts"]
    assert [(part["name"][0], part["mode"], part["limit"]) for part in parts["scopes"]] == [
        ("城区", "city", 4.0),
        ("东县", "county", 6.0),
    ]
    assert parts["ofGrid"] == [0, 1, 1]
    assert parts["ofUnit"][:6] == [0, 0, 1, 1, 1, 1]


def test_a_unit_moved_across_is_told_and_repair_brings_it_back(both: Proposal) -> None:
    digest = proposal_digest(both)
    moved = revise(both, Edits(digest, moves={"u10": "G3"}))
    assert [(f.status, f.places) for f in moved.findings if f.rule == "R-54" and f.severity == "must"] == [
        ("violated", ("u10",))
    ]
    mended = revise(both, Edits(digest, moves={"u10": "G3", "u12": "G1"}), repair=True)
    assert mended.units["grid_id"][["u10", "u12"]].tolist() == ["G1", both.units["grid_id"]["u12"]]
    assert {f.status for f in mended.findings if f.rule == "R-54"} == {"met"}
    locked = revise(both, Edits(digest, moves={"u10": "G3"}, locks=("u10",)), repair=True)
    assert locked.units["grid_id"]["u10"] == "G3"


def test_a_county_that_is_no_district_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as error:
        plan(case_of(tmp_path, COUNTY.replace("东县", "东线")))
    assert error.value.problems[0].field == "county.districts"
    assert error.value.problems[0].remedy.zh == "是否为 东县？"


def test_a_county_without_hospitals_that_may_lead_is_named(tmp_path: Path) -> None:
    case = case_of(tmp_path, COUNTY, None, ("H3", "ownership", "private"))
    with pytest.raises(LayerError) as error:
        plan(case)
    assert error.value.problems[0].needed.zh == "东县范围内至少 2 家可牵头的医院"


def test_a_grid_belongs_where_most_of_its_units_lie(both: Proposal) -> None:
    scope = scope_of_unit(both.units, both.case)
    grid = both.units["grid_id"].copy()
    grid[["u00", "u01", "u10", "u11", "u20"]] = "G2"
    assert scope_of_grid(grid, scope).to_dict() == {"G1": "", "G2": "E", "G3": "E"}


def parsed(**sections: object) -> Case:
    layers = {"population": {"path": "p.csv", "kind": "table"}, "facilities": {"path": "f.csv"}}
    return parse_case({"place": {"name": "甲县", "mode": "county"}, "layers": layers} | sections, folder=Path())


def test_a_county_case_has_a_countys_defaults_where_nothing_is_said() -> None:
    usual, stated = parsed(), parsed(travel={"limit_min": 45}, grids={"k": 1}, county={"lead_min_level": 3})
    assert (usual.travel.limit_min, usual.grids.k, usual.grids.lead_min_level) == (60, (1, 2), 2)
    assert (stated.travel.limit_min, stated.grids.k, stated.grids.lead_min_level) == (45, 1, 3)
    assert parse_case(stated.resolved(), folder=Path()) == stated


def test_a_wrong_number_of_communities_is_told_once_in_words() -> None:
    for county in ({"k": "两个"}, {"k_of": {"东县": "两个"}}):
        with pytest.raises(CaseError) as error:
            parsed(county=county)
        assert [problem.needed.zh for problem in error.value.problems] == ["整数，或 [最少, 最多]"]
    with pytest.raises(CaseError):
        parsed(county={"k_of": {"东县": [3, 2]}})


def test_a_county_named_in_k_of_has_its_own_number_of_communities_the_others_the_common_one() -> None:
    case = parsed(
        place={"name": "甲市", "mode": "city"}, county={"districts": ["W", "东县"], "k": 2, "k_of": {"东县": 3}}
    )
    city_is_nowhere = {scope.id: scope.case.grids.k for scope in scopes_of(units().set_index("unit_id"), case)}
    assert city_is_nowhere == {"W": 2, "E": 3}
