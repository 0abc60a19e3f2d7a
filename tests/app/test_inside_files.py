"""What is inside the planner's files: where it lies, what was decided of its rows, cells corrected where they stand and taken back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from pyproj import Geod

from tests.app.conftest import county
from tests.app.served import Client, workbench

Opened = tuple[Client, Path]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The county with a number of residents in words, a village in the sea, and decisions on two of its institutions."""
    folder = county(tmp_path_factory.mktemp("inside") / "云岫")
    path = folder / "villages.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    lines[2] = lines[2].replace(",4808,", ",很多,")
    lines[3] = ",".join([*lines[3].split(",")[:3], "125.9", "35.9"])
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))
    case = (folder / "case.toml").read_text(encoding="utf-8")
    case = case.replace('path = "facilities.xlsx"', 'path = "facilities.xlsx"\nmerges = "归并.xlsx"')
    (folder / "case.toml").write_text(case, encoding="utf-8")
    book = openpyxl.Workbook()
    book.active.title = "归并"
    for row in (
        ["可信度", "名称", "决定", "并入编号", "机构编号"],
        ["低", "甲", "保留", "YX001", "YX002"],
        ["高", "乙", "保留", None, "YX003"],
    ):
        book.active.append(row)
    book.save(folder / "归并.xlsx")
    with workbench(folder) as client:
        client.until(lambda: client.get("files")["layers"])
        client.post("check")
        client.until(lambda: client.get("check")["checked"])
        yield client, folder


def layer_of(client: Client, file: str) -> Any:
    return next(layer for layer in client.get("files")["layers"] if layer["file"] == file and layer["section"])


def ask(client: Client, name: str, file: str, **more: Any) -> Any:
    section = json.dumps(layer_of(client, file)["section"])
    from urllib.parse import urlencode

    return client.get(f"{name}?{urlencode({'section': section, **more})}")


def found_problem(client: Client, file: str) -> Any:
    problems = client.get("check")["checked"]["problems"]
    return next((one for one in problems if one["file"] == file and one["values"] == ["很多"]), None)


def test_a_cell_is_corrected_in_its_file_which_is_checked_again_and_the_change_taken_back(opened: Opened):
    client, folder = opened
    path = folder / "villages.csv"
    before, problem = path.read_bytes(), found_problem(client, "villages.csv")
    sample = problem["sample"]
    assert (sample["writable"], sample["headers"][sample["field"]], problem["rows"]) == (True, "常住人口", [3])
    cell = {"file": "villages.csv", "layer": problem["layer"], "row": 3, "column": sample["first"] + sample["field"]}
    assert client.try_post("files/cell", **cell, before="别的", value="1")[0] == 409, "somebody has changed it since"
    assert path.read_bytes() == before
    client.post("files/cell", **cell, before="很多", value="4808")
    assert path.read_bytes() == before.replace("很多".encode("gb18030"), b"4808")
    assert [kept.read_bytes() for kept in (folder / ".gridplan" / "originals").glob("villages-*.csv")] == [before]
    client.until(lambda: not any(one["values"] == ["很多"] for one in client.get("check")["checked"]["problems"]))
    assert client.get("state")["undo"]
    assert client.post("undo")
    assert path.read_bytes() == before


def test_the_last_change_is_taken_back_first_whether_of_the_settings_or_of_a_file(opened: Opened):
    client, folder = opened
    path, case = folder / "villages.csv", folder / "case.toml"
    files, text = path.read_bytes(), case.read_bytes()
    cell = {"file": "villages.csv", "layer": "", "row": 2, "column": 1}
    client.post("files/cell", **cell, before="岫城镇居民区", value="一")
    client.post("wishes/set", key="grids.balance", value=0.2)
    client.post("files/cell", **cell, before="一", value="二")
    seen = []
    for _ in range(3):
        assert client.post("undo")
        seen.append((path.read_bytes() == files, case.read_bytes() == text))
    assert seen == [(False, False), (False, True), (True, True)]


def test_only_tables_of_the_case_in_its_folder_are_written(opened: Opened, tmp_path: Path):
    client, folder = opened
    cell = {"layer": "", "row": 2, "column": 0, "before": "", "value": "1"}
    for file in ("../x.csv", "case.toml", "versions/v1/assignment.csv", str(tmp_path / "x.csv")):
        assert client.try_post("files/cell", file=file, **cell)[0] == 400, file
    status, told = client.try_post("files/cell", file="townships.gpkg", **cell)
    assert status == 409
    assert "不能写的格式" in told["problems"][0]["found"][0]
    elsewhere = tmp_path / "elsewhere.csv"
    elsewhere.write_bytes((folder / "networks.csv").read_bytes())
    text = (folder / "case.toml").read_text(encoding="utf-8")
    (folder / "case.toml").write_text(text.replace("networks.csv", str(elsewhere)), encoding="utf-8")
    told = client.try_post("files/cell", file=str(elsewhere), layer="", row=2, column=0, before="DK1", value="DK2")
    (folder / "case.toml").write_text(text, encoding="utf-8")
    assert told[0] == 409
    assert elsewhere.read_bytes() == (folder / "networks.csv").read_bytes()


def test_a_file_is_seen_on_the_ground_with_its_doubtful_rows(opened: Opened):
    client, folder = opened
    client.until(lambda: found_problem(client, "villages.csv"))
    sight = ask(client, "files/sight", "villages.csv")
    villages = pd.read_csv(folder / "villages.csv", encoding="gb18030")
    towns = gpd.read_file(folder / "townships.gpkg")
    places = gpd.GeoSeries(gpd.points_from_xy(villages["经度"], villages["纬度"]), crs=4490).to_crs(towns.crs)
    inside = int(places.intersects(towns.union_all()).sum())
    assert sight["points"] == {"inside": inside, "outside": len(villages) - inside, "nowhere": 0}
    assert 0 < inside < len(villages), "one lies in the sea"
    assert 3 in {mark["row"] for mark in sight["marks"]}
    assert sight["svg"].startswith("<svg")
    roads = ask(client, "files/sight", "roads.gpkg")
    assert (roads["points"], roads["svg"] != "") == (None, True)


def test_two_rows_that_may_be_one_are_seen_on_the_ground_as_far_apart_as_they_are(opened: Opened):
    """Against the geodesic on the ellipsoid, from the table itself; the picture has the same distance by its own rule."""
    client, folder = opened
    table = pd.read_excel(folder / "facilities.xlsx", engine="openpyxl").set_index("机构代码")
    (x0, y0), (x1, y1) = table.loc[["YX001", "YX002"], ["经度", "纬度"]].to_numpy(float)
    apart = Geod(ellps="GRS80").inv(x0, y0, x1, y1)[2]
    told = ask(client, "files/pair", "facilities.xlsx", id="YX002", target="YX001")
    assert told["distance_m"] == pytest.approx(apart, rel=1e-3)
    assert [mark["name"] for mark in told["marks"]] == list(table.loc[["YX002", "YX001"], "机构名称"])
    first, second = told["marks"]
    drawn = math.hypot(second["x"] - first["x"], second["y"] - first["y"]) * told["rule"]["metres"]
    assert drawn / told["rule"]["pixels"] == pytest.approx(apart, rel=0.02)
    assert (second["y"] < first["y"]) == (y0 > y1), "north is up"
    alone = ask(client, "files/pair", "facilities.xlsx", id="YX002", target="")
    assert (len(alone["marks"]), alone["distance_m"], alone["svg"] != "") == (1, None, True)
    nothing = ask(client, "files/pair", "facilities.xlsx", id="?", target="??")
    assert (nothing["svg"], nothing["marks"]) == ("", [])


def test_decisions_on_rows_are_written_where_the_workbook_has_them(opened: Opened):
    client, folder = opened
    told = ask(client, "files/decided", "facilities.xlsx", wanted="low")
    assert [(row["name"], row["decision"], row["target"]) for row in told["rows"]] == [("甲", "keep", "YX001")]
    assert (told["counts"]["keep"], told["counts"]["all"]) == (2, 2)
    row = told["rows"][0]
    client.post(
        "files/cell", file=told["file"], layer=told["sheet"], row=row["row"], column=told["columns"]["decision"],
        before=row["written"], value=told["labels"]["merge"],
    )  # fmt: skip
    assert [cell.value for cell in openpyxl.load_workbook(folder / "归并.xlsx")["归并"]["C"]] == [
        "决定",
        "并入",
        "保留",
    ]
    again = ask(client, "files/decided", "facilities.xlsx", wanted="merge")
    assert [row["name"] for row in again["rows"]] == ["甲"]
    assert client.post("undo")


def test_possible_leads_are_shown_as_their_table_has_them(opened: Opened):
    client, _ = opened
    fixed = client.until(lambda: found_problem(client, "villages.csv"))["sample"]
    client.post(
        "files/cell",
        file="villages.csv",
        layer="",
        row=3,
        column=fixed["first"] + fixed["field"],
        before="很多",
        value="4808",
    )
    client.until(lambda: client.get("check")["checked"]["ready"])
    told = ask(client, "files/leads", "facilities.xlsx")
    assert [column["name"] for column in told["columns"]] == [
        "name",
        "kind",
        "level",
        "ownership",
        "admin_level",
        "beds",
    ]
    first = next(row for row in told["rows"] if row["id"] == "YX001")
    assert first["may"]
    assert first["cells"][:3] == ["云岫县人民医院", "综合医院", "二级甲等"]
    assert "三级甲等" in told["columns"][2]["offered"]
