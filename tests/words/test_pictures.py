"""A small picture of shapes: well-formed, bounded in size and time, its corners where the shapes are."""

from __future__ import annotations

import time
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely

from gridplan.words.pictures import MOST_POINTS, MOST_SHAPES, SIDE, Ink, draw_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_a_square_fills_the_picture_with_north_up():
    """A square of 10 m, and a dot in its north-west corner: at the top left."""
    svg = ET.fromstring(
        draw_svg([Ink([shapely.box(0, 0, 10, 10)], fill="#eee"), Ink([shapely.Point(0, 10)], fill="#000")])
    )
    square, dot = (path.attrib["d"] for path in svg.iter(f"{SVG}path"))
    numbers = np.array([pair.split(",") for pair in square.strip("MZ").split()], dtype=float)
    assert np.ptp(numbers, axis=0) == pytest.approx([SIDE, SIDE])
    west, top = numbers.min(axis=0)
    assert dot == f"M{west:g},{top:g}h0"


def test_holes_parts_lines_and_missing_shapes_are_drawn_or_left_out():
    ring = shapely.box(0, 0, 9, 9).difference(shapely.box(3, 3, 6, 6))
    shapes = [shapely.MultiPolygon([ring, shapely.box(20, 0, 30, 5)]), shapely.LineString([(0, 0), (30, 9)]), None]
    data = ET.fromstring(draw_svg([Ink(shapes)])).find(f".//{SVG}path").attrib["d"]
    assert data.count("M") == 4
    assert data.count("Z") == 3
    assert "nan" not in data


def test_nothing_to_draw_is_no_picture():
    assert draw_svg([]) == ""
    assert draw_svg([Ink([]), Ink([None, shapely.Point()])]) == ""


def test_one_place_is_drawn_though_it_has_no_extent():
    assert draw_svg([Ink([shapely.Point(5, 5)])]).count("h0") == 1


def test_the_title_is_escaped():
    svg = draw_svg([Ink([shapely.Point(5, 5)])], title="</title><script>alert(1)</script>")
    assert "<script" not in svg
    assert ET.fromstring(svg).find(f"{SVG}title").text == "</title><script>alert(1)</script>"


def test_many_shapes_stay_a_small_picture_drawn_at_once():
    """200,000 dots and a coast of a million points."""
    rng = np.random.default_rng(0)
    dots = shapely.points(rng.uniform(0, 1e5, (200_000, 2)))
    turn = np.linspace(0, 2 * np.pi, 1_000_000)
    coast = shapely.LineString(np.stack([np.cos(turn), np.sin(turn)], axis=1) * rng.uniform(4e4, 5e4, (1_000_000, 1)))
    began = time.process_time()
    svg = draw_svg([Ink([coast]), Ink(dots)])
    assert time.process_time() - began < 5
    assert svg.count("h0") == MOST_SHAPES
    assert len(svg) < 14 * (MOST_POINTS + MOST_SHAPES)
