"""What is on screen as a picture, a table and shapes: each says whether it is the proposal or edited, and is what the screen shows."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

pytestmark = pytest.mark.browser


def saved(page, ending, folder):
    page.click("#export summary")
    with page.expect_download() as download:
        page.click(f"[data-export={ending}]")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def test_the_table_tells_the_units_on_screen_and_whether_they_are_edited(page, city, tmp_path):
    """All units, then those of an open card, then all as edited with where the moved one was; the unreachable have no minutes."""
    rows = rows_of(saved(page, "csv", tmp_path))
    assert [row["unit_id"] for row in rows] == city.units.index.tolist()
    assert {row["version"] for row in rows} == {"原方案"}
    assert rows[-1]["minutes"] == ""
    page.keyboard.press("2")
    assert len(rows_of(saved(page, "csv", tmp_path))) == city.grids["n_units"].iloc[1]
    page.click("[data-tab=edit]")
    unit = city.units["grid_id"].tolist().index("G01")
    page.evaluate("(unit) => gridplan.edit.move([unit], 1)", unit)
    path = saved(page, "csv", tmp_path)
    assert path.name == "样例市-修改稿.csv"
    edited = rows_of(path)
    assert (edited[unit]["grid_id"], edited[unit]["grid_id_before"]) == ("G02", "G01")
    assert {row["version"] for row in edited} == {"修改稿，未复核：改划 1 个单元"}
    minutes = city.minutes.set_index(["unit_id", "lead_id"])["minutes"]
    assert float(edited[unit]["minutes"]) == pytest.approx(minutes[city.units.index[unit], "H002"], abs=0.006)


@pytest.fixture
def odd_page(open_page, city):
    """The first unit is an island in a hole of the second one, and their names look like formulas."""
    second = city.units.geometry.iloc[1]
    island = second.centroid.buffer(250)
    geometry = [island, second.difference(island), *city.units.geometry.iloc[2:]]
    names = ["=1+1", '@a"b,c', *city.units["name"].iloc[2:]]
    units = city.units.assign(name=names).set_geometry(gpd.GeoSeries(geometry, city.units.index, crs=city.units.crs))
    return open_page(replace(city, units=units)), units


def test_formulas_stay_text_and_shapes_keep_their_holes(odd_page, tmp_path):
    page, units = odd_page
    rows = rows_of(saved(page, "csv", tmp_path))
    assert [row["name"] for row in rows[:2]] == ["'=1+1", "'@a\"b,c"]
    path = saved(page, "geojson", tmp_path)
    assert json.loads(path.read_text(encoding="utf-8"))["gridplan"]["version"] == "原方案"
    told = gpd.read_file(path).set_index("unit_id")
    assert told.geometry.is_valid.all()
    assert len(shapely.get_rings(shapely.get_parts(told.geometry.iloc[1]))) == 2
    assert shapely.get_parts(told.geometry.iloc[2])[0].exterior.is_ccw
    assert np.abs(told.to_crs(units.crs).area / units.area - 1).max() < 0.1


def test_the_picture_is_the_map_at_twice_the_pixels_with_a_heading(page, tmp_path):
    """A strip of the heading holds ink, and the map below it the colours of the grids."""
    path = saved(page, "png", tmp_path)
    assert path.name == "样例市-原方案.png"
    head = path.read_bytes()[:26]
    width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    x, y = page.evaluate("[gridplan.map.getSize().x, gridplan.map.getSize().y]")
    assert (width, height) == (2 * x, 2 * (y + 54 + 26))
    assert page.complaints == []
    assert len(page.requests) == 1 + sum(url.startswith(("data:", "blob:")) for url in page.requests)
