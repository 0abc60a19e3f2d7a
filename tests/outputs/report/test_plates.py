"""The map book: names where there is room and never over another one, round scales, a page a grid, the same bytes again."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import shapely

from gridplan.outputs.report.figures import figures_of
from gridplan.outputs.report.grid_plate import unit_name
from gridplan.outputs.report.plate_labels import Labels, text_width, wrapped
from gridplan.outputs.report.plate_land import land_of
from gridplan.outputs.report.plate_map import Rect, foot_words, round_scale
from gridplan.outputs.report.plate_sheet import Sheet, write_pages

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
    assert foot_words(figures, "internal")[1].startswith("内部用图")
    assert foot_words(figures, "consultation")[1].startswith("审图号：【待填：审图号】")
    assert "界线不作为行政区划界线的依据" in foot_words(figures, "internal")[0]


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
