"""The map book: names where there is room and never over another one, round scales, a page a grid, the same bytes again."""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import to_hex

from gridplan.checks.finding import Finding
from gridplan.outputs.report.annexes import annexes_of
from gridplan.outputs.report.figures import figures_of
from gridplan.outputs.report.grid_plate import unit_name
from gridplan.outputs.report.plate_labels import Labels, text_width, wrapped
from gridplan.outputs.report.plate_land import land_of
from gridplan.outputs.report.plate_map import PlateMap, Rect, centre_bounds, draw_foot, foot_words, round_scale
from gridplan.outputs.report.plate_sheet import ROAD, Sheet, write_pages
from gridplan.outputs.report.plates import city_plate, draw_plates, plate_names
from gridplan.proposal.palette import FERRY

FRAME = (0.0, 0.0, 100.0, 100.0)


def test_a_name_goes_inside_its_unit_or_nowhere():
    labels = Labels(FRAME)
    assert labels.within(shapely.box(10, 10, 40, 20), 12, 3) is not None
    assert labels.within(shapely.box(60, 60, 64, 64), 12, 3) is None
    assert len(labels.taken) == 1


def test_no_two_names_overlap():
    labels = Labels(FRAME)
    land = shapely.box(0, 0, 100, 100)
    for number in range(8):
        labels.beside(50 + number % 3, 50, 10, 3, land=land, gap=1)
    boxes = [shapely.box(*box) for box in labels.taken]
    overlaps = [one.intersection(two).area for place, one in enumerate(boxes) for two in boxes[:place]]
    assert max(overlaps) < 0.1


def test_lines_break_between_han_characters_and_at_blanks_and_never_before_a_stop():
    assert wrapped("望海街道、中山街道。", 10, text_width("望海街道", 10)) == ["望海街", "道、中山", "街道。"]
    assert wrapped("two words here", 10, text_width("two words", 10)) == ["two words", "here"]
    assert wrapped("", 10, 50) == []
    assert wrapped("望海（注）", 10, text_width("望海（", 10)) == ["望海", "（注）"]


@pytest.mark.parametrize(("width_m", "scale"), [(40_000, 200_000), (41_000, 250_000), (1_000, 5_000)])
def test_the_scale_is_the_largest_round_one_that_fits(width_m, scale):
    assert round_scale((0, 0, width_m, 10), Rect(0, 0, 220, 220), 1.0, margin=10) == scale


def test_metres_on_the_map_are_metres_on_the_ground(told_board):
    """The board is 6 km wide; at its latitude a metre of Mercator is less on the ground."""
    land = land_of(told_board)
    west, _, east, _ = shapely.total_bounds(land.shapes)
    assert (east - west) * land.metres == pytest.approx(6000, rel=0.01)
    assert len(land.grids) == 2
    assert len(set(land.tints)) == 2


def test_a_unit_s_name_on_a_plate_is_without_its_street_and_without_community(told_board):
    units = told_board.units.copy()
    units["name"] = ["望海街道临港社区", "望海街道", "鸥石村", *units["name"][3:]]
    units["street"] = ["望海街道", "望海街道", "", *units["street"][3:]]
    figures = figures_of(*2 * (replace(told_board, units=units),))
    assert [unit_name(figures, place) for place in range(3)] == ["临港", "望海街道", "鸥石村"]


def test_every_plate_says_who_may_use_it(told_board):
    figures = figures_of(told_board, told_board)
    assert foot_words(figures, "internal")[2].startswith("内部用图")
    assert foot_words(figures, "consultation")[2].startswith("审图号：【待填：审图号】")
    assert "界线不作为行政区划界线的依据" in foot_words(figures, "internal")[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_long_sources_are_cut_at_the_foot_of_a_plate_and_the_caveat_never_is(told_board, language):
    place = {"sources_zh": "某某局提供的资料，" * 40, "sources_en": "data of some office, " * 40}
    case = told_board.case.changed(place=place).with_language(language)
    figures, sheet = figures_of(*2 * (replace(told_board, case=case),)), Sheet(210, 297)
    draw_foot(sheet, figures, "internal", margin=18, y=9.5, size=6.5)
    sources, caveat, use = (text.get_text() for text in sheet.axes.texts)
    assert (caveat, use) == foot_words(figures, "internal")[1:]
    assert sources.endswith("…")
    assert text_width(sources, 6.5) < 174
    assert text_width(caveat, 6.5) + text_width(use, 6.5) < 174


def test_a_book_has_a_page_of_the_whole_and_one_a_grid(handed_out):
    book = (handed_out / "内部稿" / "网格图.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", book)) == 3
    assert b"CreationDate" not in book
    sizes = {
        tuple(np.round(np.array(box.split(), float) * 25.4 / 72))
        for box in re.findall(rb"/MediaBox \[([^\]]+)\]", book)
    }
    assert sizes == {(0, 0, 420, 297), (0, 0, 210, 297)}


def test_names_of_strange_signs_are_drawn_and_nothing_of_them_is_read_as_markup(tmp_path):
    sheet = Sheet(60, 40)
    sheet.text(5, 20, r"$x_1$ \alpha 㐀𠮷 <b>", 8, halo="white")
    write_pages([sheet], tmp_path / "a.pdf")
    assert sheet.picture()[:4] == b"\x89PNG"
    assert (tmp_path / "a.pdf").stat().st_size > 1000


def test_a_ferry_is_a_dashed_line_of_its_own_and_no_road(told_board):
    """The board has no ferry: of two roads across it one becomes a boat's way."""
    lines = [shapely.LineString([(500_000 + x, 3_950_000), (500_000 + x, 3_956_000)]) for x in (0, 3000)]
    roads = gpd.GeoDataFrame({"road_class": ["primary", "ferry"]}, geometry=lines, crs=told_board.units.crs)
    land = land_of(told_board)
    plate = PlateMap(Rect(0, 0, 100, 100), roads.to_crs(3857).total_bounds, 100_000, land.metres)
    sheet = Sheet(100, 100)
    moved = replace(land, shapes=np.array([shapely.box(*roads.to_crs(3857).total_bounds)], dtype=object))
    plate.draw_roads(sheet, roads, 0.5, moved)
    drawn = {to_hex(own.get_color()[0]).upper(): own.get_linestyle()[0][1] for own in sheet.axes.collections}
    assert drawn.keys() == {ROAD, FERRY}
    assert [len(own.get_segments()) for own in sheet.axes.collections] == [1, 1]
    assert drawn[ROAD] is None
    assert drawn[FERRY] is not None


def told_city(told_board, *sides_km):
    """The chessboard's proposal with grids that are squares in a row, of these sides; 60 km fill the sheet at 1:300,000."""
    west, squares = 500_000.0, []
    for side in sides_km:
        squares.append(shapely.box(west, 3_950_000, west + side * 1000, 3_950_000 + side * 1000))
        west += side * 1000
    frame = gpd.GeoDataFrame(
        {name: told_board.grids[name].iloc[0] for name in told_board.grids if name != "geometry"},
        index=[f"G{n}" for n in range(1, len(squares) + 1)], geometry=squares, crs=told_board.grids.crs,
    )  # fmt: skip
    return figures_of(*2 * (replace(told_board, grids=frame),))


def test_grids_that_are_narrow_on_the_plate_of_the_whole_have_a_plate_of_their_own(told_board):
    """Two of 5 km beside one of 50 are 17 mm wide; in a city of equal grids there is nothing to show larger."""
    figures = told_city(told_board, 50, 5, 5)
    west, _, east, _ = centre_bounds(figures)
    sides = figures.proposal.grids.geometry.to_crs(3857).bounds
    assert (west, east) == (sides["minx"].iloc[1], sides["maxx"].iloc[2])
    assert plate_names(figures) == ["全域", "中心", "第一网格", "第二网格", "第三网格"]
    assert centre_bounds(told_city(told_board, 20, 20, 20)) is None
    assert centre_bounds(told_city(told_board, 50)) is None


@pytest.mark.long
def test_a_city_with_a_dense_centre_has_one_sheet_more_and_annex_3_says_so(told_board, tmp_path):
    """The board's own two grids of 3 x 4 km, with a third one far away that holds nobody."""
    far = told_board.grids.iloc[[0]].rename(index={"G1": "G3"})
    far["geometry"] = far.translate(40_000, 40_000).buffer(9_000)
    grids = pd.concat([told_board.grids, far])
    units = told_board.units.copy()
    lone = units.iloc[[0]].rename(index={"u00": "far"}).assign(grid_id="G3", name="远处")
    lone["geometry"] = far.geometry.iloc[0]
    city = replace(told_board, grids=grids, units=pd.concat([units, lone]))
    figures = figures_of(city, city)
    (tmp_path / "plates").mkdir()
    written = draw_plates(figures, "internal", tmp_path / "book.pdf", tmp_path / "plates")
    assert [path.stem for path in written][:2] == ["全域", "中心"]
    assert len(re.findall(rb"/Type /Page\b", (tmp_path / "book.pdf").read_bytes())) == 5
    assert "中心放大图一幅" in annexes_of(figures, "internal")[2].absent.zh


def test_what_must_be_comes_before_what_should_and_then_whom_it_touches_most(told_board):
    """On the plate a must-rule of ten people stands above a should-rule of thousands; a long matter is cut, and shows it."""
    grid = str(told_board.grids.index[0])
    make = lambda rule, severity, people, text: Finding(  # noqa: E731
        rule, severity, "violated", "grid", grid, 1, 0, "n", "S0", text, text, cause="plan", people=people
    )
    findings = (make("R-10", "should", 9_000.0, "多数人" * 60), make("R-03", "must", 11.0, "少数人"))
    figures = figures_of(*2 * (replace(told_board, findings=findings),))
    sheet = city_plate(figures, land_of(told_board), "internal", None)
    said = [text.get_text() for text in sheet.axes.texts]
    few, many = (next(n for n, text in enumerate(said) if word in text) for word in ("少数人", "多数人"))
    assert few < many
    assert any("…" in text for text in said[many : many + 4])


def test_the_north_and_the_scale_are_covered_by_no_name_and_no_inset(told_board):
    land = land_of(told_board)
    rect = Rect(0, 0, 200, 150)
    bounds = shapely.total_bounds(land.shapes)
    plate, labels, sheet = PlateMap(rect, bounds, 60_000, land.metres), Labels(rect.bounds), Sheet(200, 150)
    plate.frame(sheet, "zh", labels, clear=plate.on_page(np.array(land.grids, dtype=object)))
    assert len(labels.taken) == 2
    arrow = next(text for text in sheet.axes.texts if text.get_text() == "北")
    assert labels.overlap((*(np.array(arrow.get_position()) - 1), *(np.array(arrow.get_position()) + 1))) > 0.9
