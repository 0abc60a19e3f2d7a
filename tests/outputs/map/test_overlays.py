"""What lies over the grids: changes of a revision, annexes, sub-areas, isochrones, and the live rule on misplaced units."""

import math
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from gridplan.outputs.map.content import page_content
from gridplan.outputs.map.page import write_map
from gridplan.proposal.proposal import Comment, Revision
from gridplan.words.annex_tables import ANNEXES, Annex, AnnexColumn, make_annex
from gridplan.words.text import Text
from gridplan.words.vocabulary import KINDS
from tests.outputs.map.conftest import watch
from tests.outputs.map.sample_city import CRS, build_city

browser = pytest.mark.browser
HOSTILE = "<img src=x onerror=window.ran=1>"
COLUMNS = (
    AnnexColumn("name", Text(zh="机构", en="Facility")),
    AnnexColumn("kind", Text(zh="类别", en="Kind"), words=KINDS),
    AnnexColumn("grid_id", Text(zh="网格", en="Grid")),
    AnnexColumn("people", Text(zh="居民", en="Residents"), "whole"),
)
STOPS = Annex(
    Text(zh="巡诊点", en="Stops"),
    Text(zh="巡诊车停在哪里", en="Where rounds stop"),
    COLUMNS,
    shape="point",
    label="name",
    tint="kind",
)
WAYS = Annex(Text(zh="转诊", en="Referrals"), Text(zh="谁转给谁", en="Who refers to whom"), COLUMNS, shape="line")
ZONES = Annex(
    Text(zh="断路后的单元", en="Units cut off"), Text(zh="情景", en="A scenario"), COLUMNS, shape="area", label="name"
)
PLAIN = Annex(Text(zh="培训", en="Training"), Text(zh="没有图形", en="Without shapes"), COLUMNS)


@pytest.fixture(scope="module")
def rich():
    """The city, revised: three units moved, one lead changed; one row of each kind of annex; isochrones of the first lead."""
    city = build_city()
    old = list(city.grids.index)
    moved = {unit: "G02" if grid != "G02" else "G03" for unit, grid in city.units["grid_id"].iloc[[3, 4, 5]].items()}
    moved[city.units.index[6]] = "G99"
    comments = (Comment("unit", city.units.index[3], "王", HOSTILE), Comment("grid", "nowhere", "", "x"))
    revision = Revision("0" * 64, moved=moved, leads={old[0]: "F0001"}, comments=comments)
    lead = city.facilities.geometry["H001"]
    row = {"name": "北站", "kind": "chc", "grid_id": "G01", "people": 1200.0}
    shapes = {
        "stops": shapely.Point(lead.x + 900, lead.y),
        "ways": shapely.LineString([lead, city.facilities.geometry["H002"]]),
        "zones": city.units.geometry.iloc[40],
    }
    isochrones = gpd.GeoDataFrame(
        {"lead_id": "H001", "lead_name": "", "minutes": [15.0, 30.0], "residents": 1.0},
        geometry=[lead.buffer(1500), lead.buffer(2500)],
        crs=CRS,
    )
    streets = city.units["street_id"].astype(str)
    with pytest.MonkeyPatch.context() as patch:
        for name, annex in (("stops", STOPS), ("ways", WAYS), ("zones", ZONES), ("training", PLAIN)):
            patch.setitem(ANNEXES, name, annex)
        annexes = {
            name: make_annex(
                name,
                [
                    {**row, "geometry": shape},
                    {**row, "name": HOSTILE, "kind": "", "people": math.nan, "geometry": None},
                ],
                crs=CRS,
            )
            for name, shape in shapes.items()
        }
        annexes["training"] = make_annex("training", [row])
        yield replace(
            city, units=city.units.assign(sub_area_id=city.units["grid_id"] + streets, sub_area=city.units["street"]),
            annexes={**annexes, "isochrones": isochrones}, provenance=replace(city.provenance, revision=revision),
        )  # fmt: skip


@pytest.fixture(scope="module")
def rich_page(screen, rich, tmp_path_factory):
    path = tmp_path_factory.mktemp("rich") / "map.html"
    write_map(rich, path)
    page = watch(screen, path)
    yield page
    assert page.complaints == []
    assert page.evaluate("window.ran") is None
    assert len(page.requests) == 1
    page.close()


def picture(page):
    return page.evaluate("document.querySelector('canvas.paper').toDataURL()")


def switch(page, layer):
    """Switch a layer and return the pictures before and after."""
    before = picture(page)
    page.evaluate(
        "(layer) => { document.getElementById('layers').open = true; document.querySelector(`[data-layer='${layer}']`).click(); }",
        layer,
    )
    return before, picture(page)


def test_a_revision_is_told_by_position(rich):
    told = page_content(rich)["revision"]
    names = [grid for _, grid in told["origins"]]
    assert {rich.units.index[unit]: names[origin] for unit, origin in told["moved"]} == rich.provenance.revision.moved
    assert dict(told["origins"])[-1] == "G99"
    assert [rich.facilities.index[place] for _, place, _ in told["leads"]] == ["F0001"]
    assert page_content(replace(rich, provenance=replace(rich.provenance, revision=None)))["revision"] is None


def test_a_revised_map_keeps_the_tints_of_the_one_before():
    """One unit of G01 goes to G02: the colours follow the grids as they were."""
    city = build_city()
    unit = city.units.index[city.units["grid_id"] == "G01"][0]
    units = city.units.copy()
    units.loc[unit, "grid_id"] = "G02"
    after = replace(
        city, units=units, provenance=replace(city.provenance, revision=Revision("0" * 64, moved={unit: "G01"}))
    )
    tints = [[grid["tint"] for grid in page_content(proposal)["grids"]] for proposal in (city, after)]
    assert tints[0] == tints[1]


def test_long_annexes_are_cut_and_say_so(rich, monkeypatch):
    monkeypatch.setattr("gridplan.outputs.map.overlays.MOST_ROWS", 1)
    told = {annex["name"]: annex for annex in page_content(rich)["annexes"]}
    assert (len(told["stops"]["rows"]), told["stops"]["left"]) == (1, 1)
    assert told["stops"]["rows"][0] == ["北站", "chc", "G01", 1200]
    assert "isochrones" not in told


def test_isochrones_are_drawn_inside_their_grid_alone(rich):
    """One that holds the whole grid has no line in it; lead 2 has none at all."""
    told = page_content(rich)["isochrones"]
    assert [len(grid) for grid in told] == [2] + [0] * (len(rich.grids) - 1)
    assert all(one["lines"] for one in told[0])
    huge = rich.annexes["isochrones"].assign(geometry=lambda frame: frame.geometry.buffer(90_000))
    assert not any(one["lines"] for one in page_content(replace(rich, annexes={"isochrones": huge}))["isochrones"][0])


@browser
def test_changes_are_listed_drawn_and_switched(rich_page):
    rail = rich_page.inner_text("#rail-body")
    assert "改划 4 个单元" in rail
    assert "原网格 G99" in rail
    assert "牵头医院由" in rail
    assert "改划的单元" in rich_page.inner_text("#legend")
    before, after = switch(rich_page, "changes")
    assert before != after
    assert "改划的单元" not in rich_page.inner_text("#legend")
    switch(rich_page, "changes")
    rich_page.click(".flows .link >> nth=1")
    assert rich_page.evaluate("gridplan.state.marked.length") >= 1
    rich_page.click("[data-tab=comments]")
    assert HOSTILE in rich_page.inner_text("#rail-body")
    rich_page.click("[data-tab=grids]")


@browser
@pytest.mark.parametrize("name", ["stops", "ways", "zones"])
def test_annexes_are_layers_with_legend_and_words(rich_page, rich, name):
    rich_page.click("#zoom button >> nth=2")
    before, after = switch(rich_page, f"annex {name}")
    assert before != after
    assert ANNEXES[name].title.zh in rich_page.inner_text("#legend")
    lead, other = rich.facilities.geometry[["H001", "H002"]]
    place = {
        "stops": (lead.x + 900, lead.y),
        "ways": ((lead.x + other.x) / 2, (lead.y + other.y) / 2),
        "zones": rich.units.geometry.iloc[40].representative_point().coords[0],
    }
    x, y = gpd.GeoSeries([shapely.Point(place[name])], crs=CRS).to_crs(4326).get_coordinates().to_numpy()[0]
    pixel = rich_page.evaluate(
        "([y, x]) => { const p = gridplan.map.latLngToContainerPoint([y, x]); const b = gridplan.map.getContainer().getBoundingClientRect(); return [p.x + b.left, p.y + b.top]; }",
        [y, x],
    )
    rich_page.mouse.move(*pixel)
    readout = rich_page.inner_text("#readout")
    assert ANNEXES[name].title.zh in readout
    assert "北站" in readout
    assert "1,200" in readout
    switch(rich_page, f"annex {name}")


@browser
def test_a_card_has_its_annexes_and_isochrones(rich_page):
    rich_page.click("tr[data-grid='0']")
    rich_page.click("summary:has-text('巡诊点')")
    assert "北站" in rich_page.inner_text(".annex")
    assert "到本牵头医院 15 / 30 分钟" in rich_page.inner_text("#legend")
    rich_page.keyboard.press("2")
    assert "到本牵头医院" not in rich_page.inner_text("#legend")
    rich_page.click("[data-tab=basis]")
    assert "培训" in rich_page.inner_text("#rail-body")
    rich_page.click("[data-tab=grids]")


@browser
def test_sub_areas_are_a_layer(rich_page):
    before, after = switch(rich_page, "subAreas")
    assert before != after
    assert "片区界线" in rich_page.inner_text("#legend")
    switch(rich_page, "subAreas")


@browser
def test_units_in_no_grid_or_in_two_are_a_live_check(open_page, city):
    """One unit is in no grid, another in two: placing the first and locking the second solves it."""
    units = city.units.copy()
    units.loc[units.index[0], ["grid_id", "lead_id"]] = ""
    cover = replace(
        next(f for f in city.findings if f.rule == "R-02"), status="violated", places=(units.index[0], units.index[1])
    )
    page = open_page(replace(city, units=units, findings=(*(f for f in city.findings if f.rule != "R-02"), cover)))
    page.click("[data-tab=edit]")

    def values():
        return [check["value"] for check in page.evaluate("gridplan.edit.checks()") if check["rule"] == "R-02"]

    assert values() == [2]
    page.evaluate("gridplan.edit.move([0], 1)")
    assert values() == [1]
    assert "未划入网格，或被划入两个网格" in page.inner_text("#rail-body")
    page.evaluate("gridplan.edit.state.locked.add(1)")
    assert values() == []
