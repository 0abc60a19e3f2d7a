"""Plans that exist already, in every form they come in, on the chessboard city."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridplan.case.case import read_case
from gridplan.grids.given import GivenPlan, read_given
from gridplan.pipeline import assess
from gridplan.words.errors import AssignmentError
from tests import board
from tests.checks.laid_out import the_board


def given(tmp_path: Path, table: pd.DataFrame, name: str = "plan.csv") -> GivenPlan:
    path = tmp_path / name
    table.to_excel(path, index=False) if name.endswith("xlsx") else table.to_csv(
        path, index=False, encoding="utf-8-sig"
    )
    place = the_board().surveyed
    return read_given(place.case, path, place.layers)


def by_unit(leads: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"单元代码": list(leads), "牵头医院": list(leads.values())})


def as_claims(plan: GivenPlan) -> list[tuple[str, str, str]]:
    return list(plan.claims[["kind", "subject_id", "lead_id"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("name", ["plan.csv", "plan.xlsx"])
def test_by_unit(tmp_path: Path, name: str) -> None:
    plan = given(tmp_path, by_unit(board.WEST_EAST), name)
    assert (plan.given_as, plan.lead_of_unit.to_dict()) == ("units", board.WEST_EAST)
    assert plan.claims.empty


def test_leads_by_name(tmp_path: Path) -> None:
    names = {"H1": "市第一医院", "H2": "市第二医院"}
    plan = given(tmp_path, by_unit({unit: names[lead] for unit, lead in board.WEST_EAST.items()}))
    assert plan.lead_of_unit.to_dict() == board.WEST_EAST


def test_a_unit_twice_is_a_claim_and_a_unit_missing_a_gap(tmp_path: Path) -> None:
    table = by_unit({unit: lead for unit, lead in board.WEST_EAST.items() if unit != "u35"})
    again = pd.DataFrame({"单元代码": ["u00", "u01"], "牵头医院": ["H2", "H1"]})
    plan = given(tmp_path, pd.concat([table, again]))
    assert as_claims(plan) == [("unit", "u00", "H2")]
    assert plan.lead_of_unit["u00"] == "H1"
    assert "u35" not in plan.lead_of_unit


def test_a_second_lead_of_a_group(tmp_path: Path) -> None:
    table = by_unit(board.WEST_EAST).assign(医疗集团=lambda t: t["牵头医院"].map({"H1": "西部", "H2": "东部"}))
    table.loc[table["单元代码"] == "u30", "牵头医院"] = "M1"
    plan = given(tmp_path, table)
    assert as_claims(plan) == [("lead", "M1", "H1")]
    assert plan.lead_of_unit.to_dict() == board.WEST_EAST
    assert dict(plan.assignment().grid_of_lead) == {"H1": "西部", "H2": "东部"}


def test_by_district_and_by_street(tmp_path: Path) -> None:
    districts = given(tmp_path, pd.DataFrame({"区": ["西区", "E"], "牵头医院": ["H1", "市第二医院"]}))
    assert (districts.given_as, districts.lead_of_unit.to_dict()) == ("areas", board.WEST_EAST)
    streets = pd.DataFrame({"街道": ["S0", "S1街道", "S3", "S2", "S4", "S5"], "牵头医院": ["H1"] * 3 + ["H2"] * 3})
    assert given(tmp_path, streets).lead_of_unit.to_dict() == board.BY_STREET


def test_a_district_claimed_twice_claims_all_its_units(tmp_path: Path) -> None:
    table = pd.DataFrame({"街道": ["S0", "S1", "S1"], "牵头医院": ["H1", "H1", "H2"]})
    plan = given(tmp_path, table)
    assert as_claims(plan) == [("unit", unit, "H2") for unit in ("u02", "u03", "u12", "u13")]
    assert len(plan.lead_of_unit) == 8


def test_by_membership_streets_follow_their_health_centres(tmp_path: Path) -> None:
    """The centres of S0, S1 and S3 with H1, those of S2 and S4 with H2; C5 of S5 is in neither: u24 holds H2 itself."""
    table = pd.DataFrame(
        {
            "机构名称": ["C0", "C1", "S3街道社区卫生服务中心", "C2", "C4", "H3", "H3"],
            "牵头医院": ["H1", "H1", "H1", "H2", "H2", "H2", "H1"],
            "紧密程度": ["紧密", "松散", "", "托管", "", "", ""],
        }
    )
    plan = given(tmp_path, table)
    streets = {u: lead for u, lead in board.BY_STREET.items() if board.street_of(u) != "S5"} | {"u24": "H2"}
    assert (plan.given_as, plan.lead_of_unit.to_dict()) == ("members", streets)
    assert as_claims(plan) == [("facility", "H3", "H1")]
    assert plan.members is not None
    assert plan.members.loc[["C0", "C1", "C2"], "tie"].tolist() == ["tight", "loose", "trusteeship"]


def polygons(tmp_path: Path, seam_m: float, overlap_m: float) -> GivenPlan:
    x, y = board.ORIGIN
    west = shapely.box(x, y, x + seam_m + overlap_m, y + 4000)
    east = shapely.box(x + seam_m, y, x + 6000, y + 4000)
    frame = gpd.GeoDataFrame({"牵头医院": ["H1", "H2"]}, geometry=[west, east], crs=board.CRS)
    frame.to_file(tmp_path / "plan.gpkg", engine="pyogrio")
    place = the_board().surveyed
    return read_given(place.case, tmp_path / "plan.gpkg", place.layers)


def test_by_polygons(tmp_path: Path) -> None:
    """A seam 100 m east of the middle still leaves every square mostly on its side."""
    plan = polygons(tmp_path, 3100, 0)
    assert (plan.given_as, plan.lead_of_unit.to_dict()) == ("polygons", board.WEST_EAST)
    assert plan.claims.empty


@pytest.mark.parametrize(("share", "taken"), [(0.3, False), (0.49, False), (0.5, True), (0.51, True)])
def test_a_unit_is_taken_by_the_polygon_that_holds_half_of_it(tmp_path: Path, share: float, taken: bool) -> None:
    """H1's polygon reaches `share` of the way into column 1, and H2's begins at column 2."""
    x, y = board.ORIGIN
    shapes = [shapely.box(x, y, x + 1000 * (1 + share), y + 4000), shapely.box(x + 2000, y, x + 6000, y + 4000)]
    frame = gpd.GeoDataFrame({"牵头医院": ["H1", "H2"]}, geometry=shapes, crs=board.CRS)
    frame.to_file(tmp_path / "plan.gpkg", engine="pyogrio")
    place = the_board().surveyed
    plan = read_given(place.case, tmp_path / "plan.gpkg", place.layers)
    columns = {unit: int(unit[2]) for unit in board.unit_ids()}
    west = {unit: "H1" for unit, column in columns.items() if column == 0 or (taken and column == 1)}
    assert plan.lead_of_unit.to_dict() == west | {unit: "H2" for unit, column in columns.items() if column >= 2}


def test_two_polygons_share_a_unit_and_the_larger_part_counts(tmp_path: Path) -> None:
    """A seam at 2,600 m: column 2 is six tenths in the west."""
    assert set(polygons(tmp_path, 2600, 0).lead_of_unit.loc[["u02", "u12"]]) == {"H1"}
    assert set(polygons(tmp_path, 2400, 0).lead_of_unit.loc[["u02", "u12"]]) == {"H2"}


def test_overlaps_of_a_hand_s_tremble_are_no_claims(tmp_path: Path) -> None:
    """Two metres by 4 km are 0.008 km2, three are 0.012."""
    assert polygons(tmp_path, 3000, 2).claims.empty
    assert len(polygons(tmp_path, 3000, 3).claims) == 1


def test_polygons_that_overlap(tmp_path: Path) -> None:
    plan = polygons(tmp_path, 3000, 200)
    assert as_claims(plan) == [("area", "H2", "H1")]
    assert plan.claims["km2"].tolist() == pytest.approx([0.8])
    claims = plan.claims_by_grid(plan.assignment())
    assert claims[["subject_id", "grid_id"]].to_numpy().tolist() == [["G2", "G1"]]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"单元代码": ["u00", "u99"], "牵头医院": ["H1", "H1"]}, "u99"),
        ({"单元代码": ["u00"], "牵头医院": ["市第一医阮"]}, "市第一医院"),
        ({"区": ["西区", "中区"], "牵头医院": ["H1", "H2"]}, "中区"),
        ({"单元代码": ["u00", "3.10001E+11"], "牵头医院": ["H1", "H1"]}, "3.10001E+11"),
        ({"单元代码": ["u00"]}, "牵头医院"),
        ({"牵头医院": ["H1"]}, "单元"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_row(tmp_path: Path, table: dict[str, list[str]], said: str) -> None:
    with pytest.raises(AssignmentError) as caught:
        given(tmp_path, pd.DataFrame(table))
    assert said in caught.value.render("zh")
    assert "plan.csv" in caught.value.render("zh")


def test_all_problems_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(AssignmentError) as caught:
        given(tmp_path, pd.DataFrame({"单元代码": ["u98", "u00"], "牵头医院": ["H1", "无此医院"]}))
    assert len([p for p in caught.value.problems if p.severity == "error"]) == 2


def test_assess_reads_the_file_and_keeps_its_claims(board_case: Path, tmp_path: Path) -> None:
    table = pd.concat([by_unit(board.WEST_EAST), pd.DataFrame({"单元代码": ["u00"], "牵头医院": ["H2"]})])
    table.to_csv(tmp_path / "plan.csv", index=False)
    proposal = assess(read_case(board_case), tmp_path / "plan.csv")
    (found,) = [f for f in proposal.findings if f.rule == "R-02" and f.status == "violated"]
    assert found.places == ("u00",)


def test_the_table_of_a_proposal_is_read_back_with_its_grids(tmp_path: Path) -> None:
    """assignment.csv as outputs write it: ids, names, and the grid ids of the proposal."""
    table = pd.DataFrame({"unit_id": list(board.WEST_EAST), "lead_id": list(board.WEST_EAST.values())})
    table["grid_id"] = table["lead_id"].map({"H1": "G2", "H2": "G1"})
    plan = given(tmp_path, table)
    assert plan.lead_of_unit.to_dict() == board.WEST_EAST
    assert plan.assignment().lead_of_grid.to_dict() == {"G2": "H1", "G1": "H2"}


def test_chinese_headers_in_gb18030(tmp_path: Path) -> None:
    text = "单元编号,牵头医院编号,备注\nu00,H1,无\nu05,H2,\n"
    (tmp_path / "plan.csv").write_bytes(text.encode("gb18030"))
    place = the_board().surveyed
    plan = read_given(place.case, tmp_path / "plan.csv", place.layers)
    assert plan.lead_of_unit.to_dict() == {"u00": "H1", "u05": "H2"}


def test_errors_name_rows_and_the_nearest_names(tmp_path: Path) -> None:
    table = pd.DataFrame({"unit_id": ["u00", "u0l", "", "u02"], "lead_id": ["H1", "H1", "H1", "市第一医完"]})
    with pytest.raises(AssignmentError) as caught:
        given(tmp_path, table)
    rows = [(problem.field, problem.rows) for problem in caught.value.problems]
    assert rows == [("lead_id", (5,)), ("unit_id", (4,)), ("unit_id", (3,))]
    assert "Did you mean 市第一医院?" in caught.value.render("en")


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "unit_id\nu00\n"])
def test_files_that_are_no_plan_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "plan.csv").write_text(content, encoding="utf-8")
    place = the_board().surveyed
    with pytest.raises(AssignmentError):
        read_given(place.case, tmp_path / "plan.csv", place.layers)


@pytest.mark.parametrize("name", ["none.csv", "plan.doc"])
def test_absent_files_and_other_endings_are_refused(tmp_path: Path, name: str) -> None:
    place = the_board().surveyed
    with pytest.raises(AssignmentError, match=name):
        read_given(place.case, tmp_path / name, place.layers)
