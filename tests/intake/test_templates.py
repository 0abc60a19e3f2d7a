"""The blank workbooks of `gridplan init`: readers know their headers and every choice they offer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from gridplan.case.case import Case, parse_case
from gridplan.intake.templates import write_templates
from gridplan.layers.area.boundaries import read_baseline
from gridplan.layers.facilities.facilities import read_facilities
from gridplan.layers.people.population import read_census
from gridplan.layers.records.records import read_records
from gridplan.words.problems import Problems
from gridplan.words.text import Language
from tests.layers.conftest import TREE

ROWS: dict[str, dict[str, Any]] = {
    "zh": {"机构": {"类别": "综合医院", "等级": "三级甲等"}, "人口": {}, "现有分组": {}},
    "en": {"facilities": {"kind": "general hospital", "level": "3A"}, "population": {}, "baseline": {}},
}
VALUES = {"经度": 120.1, "lon": 120.1, "纬度": 35.1, "lat": 35.1, "常住人口": 50, "population": 50}
NUMBERS = {"beds", "开放床位", "doctors", "执业医师数", "population_65", "65岁及以上", "chronic", "慢病患者"}


def filled(folder: Path, language: Language) -> Case:
    """Write the templates, fill one row of each, and return a case that reads them."""
    paths = {path.stem: path for path in write_templates(folder, language)}
    for name, values in ROWS[language].items():
        book = load_workbook(paths[name])
        sheet = book.worksheets[0]
        for cell in sheet[1]:
            value = values.get(cell.value, VALUES.get(cell.value, 7 if cell.value in NUMBERS else None))
            blank = cell.value in ("上级机构代码", "parent_id", "服务", "services", "紧密程度", "tie")
            offered = cell.value in ("所有制", "ownership", "隶属关系", "admin_level")
            sheet.cell(2, cell.column).value = None if blank or offered else value if value is not None else "X1"
        book.save(paths[name])
    f, p, b = (str(paths[name].relative_to(folder)) for name in ROWS[language])
    layers = {
        **TREE["layers"],
        "facilities": [{"path": f, "datum": "wgs84"}],
        "census": {"path": p},
        "baseline": {"path": b},
    }
    return parse_case({**TREE, "layers": layers}, folder=folder)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_filled_template_is_read_without_a_word(tmp_path: Path, language: Language) -> None:
    case = filled(tmp_path, language)
    problems = Problems()
    facilities = read_facilities(case, problems)
    assert case.layers.census is not None
    assert case.layers.baseline is not None
    census = read_census(case, case.layers.census, problems)
    baseline = read_baseline(case, case.layers.baseline, problems)
    assert [p.render("en") for p in problems if "sheet" not in p.needed.en] == []
    assert facilities is not None
    assert facilities.loc["X1", ["kind", "level", "grade"]].tolist() == ["general", 3, "A"]
    assert census is not None
    assert census["population"].to_dict() == {"X1": 50.0}
    assert baseline is not None
    assert baseline["lead_id"].to_dict() == {"X1": "X1"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_lists_and_notes_are_there_and_ids_are_text(tmp_path: Path, language: Language) -> None:
    path = write_templates(tmp_path, language)[0]
    sheet = load_workbook(path).worksheets[0]
    assert len(sheet.data_validations.dataValidation) == 5
    assert all(cell.comment is not None for cell in sheet[1])
    assert sheet.column_dimensions["A"].number_format == "@"


def test_filled_tables_of_networks_and_centres_are_read_without_a_word(tmp_path: Path) -> None:
    paths = {path.stem: path for path in write_templates(tmp_path, "zh")}
    rows = {"网格间网络": ["N1", "专科联盟", "甲", "X1", "X2", None, "卒中"], "共享中心": ["病理诊断", "X2", "全市"]}
    for name, row in rows.items():
        book = load_workbook(paths[name])
        book.worksheets[0].append(row)
        book.save(paths[name])
    sources = {"networks": {"path": "模板/网格间网络.xlsx"}, "centres": {"path": "模板/共享中心.xlsx"}}
    case = parse_case({**TREE, "layers": {**TREE["layers"], "records": sources}}, folder=tmp_path)
    problems = Problems()
    read = read_records(case, problems, units=None, facilities=pd.Index(["X1", "X2"]))
    assert [p.render("en") for p in problems if "sheet" not in p.needed.en] == []
    assert read["networks"].to_numpy().tolist() == [["N1", "specialty_alliance", "甲", "X1", "X2", "", "卒中"]]
    assert read["centres"].to_numpy().tolist() == [["pathology", "X2", "city"]]


def test_templates_that_are_there_stay(tmp_path: Path) -> None:
    first = write_templates(tmp_path, "zh")
    assert len(first) == 8
    first[0].write_bytes(b"mine")
    assert write_templates(tmp_path, "zh") == []
    assert first[0].read_bytes() == b"mine"
