"""`gridplan check`: everything wrong with the inputs in one go, in the planner's language, without a traceback."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from gridplan.case.case import read_case
from gridplan.cli import app
from gridplan.intake.problem_report import print_problems, problems_to_json, sort_problems
from gridplan.layers.layers import read_layers
from gridplan.words.errors import CaseError, InputProblem, LayerError
from gridplan.words.text import Text
from tests.mutator_city import break_city, copy_city


@dataclass(frozen=True)
class Broken:
    """The damaged city, and what reading it tells."""

    case: Path
    problems: tuple[InputProblem, ...]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Broken:
    case = break_city(tmp_path_factory.mktemp("broken"))
    with pytest.raises(LayerError) as caught:
        read_layers(read_case(case))
    return Broken(case, caught.value.problems)


def check(case: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["check", str(case), *options])


EXPECTED = [
    # damage, severity, file, field, rows, a word of the Chinese and of the English message
    ("swapped coordinates", "error", "facilities.xlsx", "经度, 纬度", (10, 11, 12), "写反", "swapped"),
    ("duplicate id", "error", "facilities.xlsx", "机构代码", (20, 21), "重复", "repeated"),
    ("unknown level", "error", "facilities.xlsx", "等级", (31,), "特级", "特级"),
    ("beds in words", "error", "facilities.xlsx", "开放床位", (32,), "很多", "很多"),
    ("beds as typed", "repair", "facilities.xlsx", "开放床位", (33,), "约1,200张 → 1200", "约1,200张 → 1200"),
    ("in the sea", "warning", "facilities.xlsx", "经度, 纬度", (30,), "范围之外", "outside"),
    ("negative population", "error", "census.xlsx", "常住人口", (7,), "-5", "-5"),
    ("no population", "error", "census.xlsx", "常住人口", (9,), "空白", "blanks"),
    ("unknown unit", "error", "census.xlsx", "社区代码", (15,), "379999999999", "379999999999"),
    ("wrong column", "error", "baseline.xlsx", "lead_id", (), "「牵头单位编码」", "牵头单位编码"),
    ("wrong encoding", "error", "links.csv", "encoding", (2,), "utf-8", "utf-8"),
    ("unreadable barriers", "error", "river.gpkg", "", (), "无法读取", "cannot be read"),
    ("torn raster", "error", "population.tif", "", (), "无法读取", "cannot be read"),
    ("no road file", "error", "roads.osm.pbf", "", (), "没有这个文件", "no such file"),
]


@pytest.mark.parametrize(
    ("severity", "file", "field", "rows", "zh", "en"),
    [expected[1:] for expected in EXPECTED],
    ids=[expected[0] for expected in EXPECTED],
)
def test_each_damage_is_told_with_file_field_and_rows(
    broken: Broken, severity: str, file: str, field: str, rows: tuple[int, ...], zh: str, en: str
) -> None:
    fitting = [p for p in broken.problems if (p.severity, p.file, p.field, p.rows) == (severity, file, field, rows)]
    assert any(zh in problem.render("zh") and en in problem.render("en") for problem in fitting), fitting


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_lists_all_of_them_at_once(broken: Broken, language: str) -> None:
    result = check(broken.case, "--lang", language)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert result.stdout == ""
    for _, _, file, _, _, zh, en in EXPECTED:
        assert file in result.stderr
        assert (zh if language == "zh" else en) in result.stderr


def test_nothing_is_blamed_that_is_in_order(broken: Broken) -> None:
    errors = {(p.file, p.field, p.rows) for p in broken.problems if p.severity == "error"}
    told = {(file, field, rows) for _, severity, file, field, rows, _, _ in EXPECTED if severity == "error"}
    assert errors - told == {("census.xlsx", "社区代码", ())}, "only the unit whose code was overwritten is left over"


def test_the_undamaged_city_has_nothing_to_tell(tmp_path: Path) -> None:
    result = check(copy_city(tmp_path))
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "334 个单元" in result.stdout


def test_json_keeps_everything(broken: Broken) -> None:
    tree = json.loads(json.dumps(problems_to_json(broken.problems), ensure_ascii=False))
    assert tree["counts"]["error"] == sum(problem.severity == "error" for problem in broken.problems)
    swapped = next(problem for problem in tree["problems"] if problem["rows"] == [10, 11, 12])
    assert swapped["file"] == "facilities.xlsx"
    assert swapped["layer"] == "医疗卫生机构"
    assert {"zh", "en"} == set(swapped["message"])


def test_problems_come_file_by_file_errors_first_and_once() -> None:
    said = Text(zh="一", en="one")
    problems = [
        InputProblem(severity, said, said, said, file=file)
        for severity, file in [("warning", "b"), ("error", "a"), ("error", "b"), ("error", "a")]  # type: ignore[misc]
    ]
    told = [(problem.file, problem.severity) for problem in sort_problems(problems)]
    assert told == [("b", "error"), ("b", "warning"), ("a", "error")]


def test_what_is_true_of_no_single_file_has_a_heading_too(capsys: pytest.CaptureFixture[str]) -> None:
    said = Text(zh="一", en="one")
    print_problems([InputProblem("warning", said, said, said, file=file) for file in ("a", "")], "en")
    assert [line for line in capsys.readouterr().err.splitlines() if line[:1].strip()][:2] == [
        "a",
        "all files together",
    ]


MISTAKES = {
    "unknown key": ("[grids]", "[grids]\nbalanse = 1", "grids.balanse", "是否为 balance"),
    "unknown section": ("[layers.census]", "[layers.cenzus]", "layers.cenzus", "是否为 census"),
    "not one of": ('kind = "raster"', 'kind = "grid"', "layers.population.kind", "下列值之一"),
    "too small": ("balance = 0.25", "balance = -1", "grids.balance", "大于 0"),
    "turned round": ("k = [4, 6]", "k = [6, 4]", "grids.k", "k_min <= k_max"),
    "three": ("k = [4, 6]", "k = [4, 5, 6]", "grids.k", "整数，或 [最少, 最多]"),
    "missing": ('date = "2026-03-01"', "", "rules.waivers.0.date", "没有写"),
    "words for a flag": ("synthetic = true", 'synthetic = "no idea"', "place.synthetic", "true 或 false"),
}


@pytest.mark.parametrize(("old", "new", "field", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_the_case_is_told_in_chinese(tmp_path: Path, old: str, new: str, field: str, said: str) -> None:
    case = copy_city(tmp_path)
    text = case.read_text(encoding="utf-8")
    assert old in text
    case.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        read_case(case)
    [problem] = caught.value.problems
    assert problem.field == field
    assert said in problem.render("zh")
    assert "Input should" not in problem.render("zh") + problem.render("en")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[grids]", "[grids]\n[grids]", "只能写一次"),
        ('name = "滨海市"', "name = “滨海市”", "第 7 行"),
        ('"river.gpkg"', '"C:\\data\\river.gpkg"', "路径用 /"),
    ],
)
def test_a_slip_in_the_syntax_names_the_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    case = copy_city(tmp_path)
    case.write_text(case.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    result = check(case)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_case_saved_as_gbk_says_so(tmp_path: Path) -> None:
    case = copy_city(tmp_path)
    case.write_bytes(case.read_text(encoding="utf-8").encode("gbk"))
    result = check(case)
    assert result.exit_code == 2
    assert "UTF-8" in result.stderr


def test_json_on_stdout_is_all_there_is(broken: Broken) -> None:
    result = check(broken.case, "--json")
    assert result.exit_code == 2
    assert result.stderr == ""
    assert json.loads(result.stdout)["counts"]["error"] == sum(p.severity == "error" for p in broken.problems)


def test_the_workbook_marks_the_offending_cells(broken: Broken, tmp_path: Path) -> None:
    result = check(broken.case, "-o", str(tmp_path))
    assert result.exit_code == 2
    book = load_workbook(tmp_path / "check.xlsx")
    assert book.sheetnames == ["问题", "census", "facilities"]
    assert book["问题"].max_row == 1 + len(sort_problems(broken.problems))
    sheet = book["facilities"]
    header = {cell.value: cell.column for cell in sheet[1]}
    swapped, sound = sheet.cell(11, header["经度"]), sheet.cell(13, header["经度"])
    assert swapped.comment is not None
    assert "对调" in swapped.comment.text
    assert swapped.fill.fgColor.rgb != sound.fill.fgColor.rgb
    assert sound.comment is None
    people = book["census"].cell(7, 5)
    assert people.value == "-5"
    assert people.comment is not None


@pytest.mark.parametrize(
    "stated", ["bd09", *(pytest.param(datum, marks=pytest.mark.long) for datum in ("wgs84", "cgcs2000"))]
)
def test_a_datum_that_does_not_fit_the_roads_is_doubted(tmp_path: Path, stated: str) -> None:
    case = copy_city(tmp_path)
    text = case.read_text(encoding="utf-8")
    case.write_text(text.replace('datum = "gcj02"', f'datum = "{stated}"'), encoding="utf-8")
    result = check(case)
    assert 'datum = "gcj02"' in result.stderr
    assert result.exit_code == 0, "a doubt is no error"


def test_a_case_that_cannot_be_read_still_makes_a_workbook(tmp_path: Path) -> None:
    case = tmp_path / "case.toml"
    case.write_text("[place]\nnam = 1\n", encoding="utf-8")
    assert check(case, "-o", str(tmp_path / "out")).exit_code == 2
    assert load_workbook(tmp_path / "out" / "check.xlsx").sheetnames == ["问题"]


@pytest.mark.parametrize(
    ("language", "title", "header"),
    [("zh", "机构接入道路处", "距道路（米）"), ("en", "Entries to the roads", "Metres to the road")],
)
def test_a_sheet_says_by_which_road_each_facility_is_entered(
    tmp_path: Path, language: str, title: str, header: str
) -> None:
    """Every facility of the county, the farthest from its road first, with the class in words."""
    done = check(Path("data/yunxiu/case.toml"), "--lang", language, "-o", str(tmp_path))
    assert done.exit_code == 0
    rows = list(load_workbook(tmp_path / "check.xlsx")[title].iter_rows(values_only=True))
    assert rows[0][2] == header
    metres = [row[2] for row in rows[1:]]
    assert len(metres) > 100
    assert metres == sorted(metres, reverse=True)
    assert {row[3] for row in rows[1:]} <= {
        "主干路",
        "次干路",
        "支路",
        "一般道路",
        "primary road",
        "secondary road",
        "tertiary road",
        "minor road",
    }
