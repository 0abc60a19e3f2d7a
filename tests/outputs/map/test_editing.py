"""Trying a change in the page: every gesture, and live numbers that equal those computed here from the frames."""

import json
from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.outputs.map.content import page_content
from gridplan.outputs.map.editing import editing_content
from gridplan.proposal.edits import read_edits
from gridplan.proposal.proposal import proposal_digest
from tests.outputs.map.conftest import wait_until, watch
from tests.outputs.map.sample_city import build_city

browser = pytest.mark.browser


def positions(index):
    return {str(name): row for row, name in enumerate(index)}


# ---- what the page is told -------------------------------------------------------------------------------------------


def test_editing_needs_minutes_to_every_lead(city):
    told = editing_content(
        city, positions(city.grids.index), positions(city.units.index), positions(city.facilities.index)
    )
    assert [city.facilities.index[i] for i in told["leads"]] == list(city.grids["lead_id"])
    assert told["minutes"][0][3] == round(100 * city.minutes["minutes"].iloc[3 * len(city.grids)])
    bare = replace(city, minutes=city.minutes[city.minutes["lead_id"] != "H001"])
    assert page_content(bare)["editing"] is None


def test_minutes_keep_to_their_unit_when_rows_are_shuffled(city):
    shuffled = replace(city, minutes=city.minutes.sample(frac=1, random_state=2))
    assert page_content(shuffled)["editing"]["minutes"] == page_content(city)["editing"]["minutes"]


def test_minutes_and_neighbours_follow_the_order_of_the_units(city):
    facilities = positions(city.facilities.index)
    told = editing_content(city, positions(city.grids.index), positions(city.units.index), facilities)
    back = editing_content(city, positions(city.grids.index), positions(city.units.index[::-1]), facilities)
    assert back["minutes"] == [column[::-1] for column in told["minutes"]]
    assert back["share"] == [column[::-1] for column in told["share"]]
    last = len(city.units) - 1
    pairs = [
        {tuple(sorted(pair)) for pair in zip(edges[::2], edges[1::2], strict=True)}
        for edges in (told["edges"], back["edges"])
    ]
    assert pairs[1] == {(last - b, last - a) for a, b in pairs[0]}


def test_the_hash_tells_proposals_apart(city):
    units = city.units.copy()
    units.loc[units.index[0], "grid_id"] = "G02"
    assert proposal_digest(city) == proposal_digest(build_city())
    assert proposal_digest(replace(city, units=units)) != proposal_digest(city)


def test_severities_follow_the_case(city):
    strict = replace(city, case=city.case.changed(rules={"contiguity": "strict", "severities": {"R-08": "off"}}))
    told = page_content(strict)["editing"]["severity"]
    assert (told["R-06"], told["R-08"]) == ("must", "off")


# ---- live numbers ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def editor(screen, city_map):
    page = watch(screen, city_map)
    page.click("[data-tab=edit]")
    yield page
    page.close()


def expected(city, grid_of_unit):
    """Indicators of each grid from the frames: population, deviation, mean minutes, share within, pieces."""
    minutes = city.minutes.pivot_table(index="unit_id", columns="lead_id", values="minutes").reindex(city.units.index)
    share = city.minutes.pivot_table(index="unit_id", columns="lead_id", values="share_within").reindex(
        city.units.index
    )
    graph = nx.from_pandas_edgelist(city.adjacency, "unit_a", "unit_b")
    graph.add_nodes_from(city.units.index)
    people = city.units["population"]
    for number, (grid, lead) in enumerate(city.grids["lead_id"].items()):
        own = city.units.index[np.asarray(grid_of_unit) == number]
        weight = people[own].sum()
        yield {
            "grid": grid,
            "population": weight,
            "deviation": weight / (people.sum() / len(city.grids)) - 1,
            "mean": (people[own] * minutes.loc[own, lead]).sum() / weight if weight else None,
            "share": (people[own] * share.loc[own, lead]).sum() / weight if weight else None,
            "pieces": nx.number_connected_components(graph.subgraph(own)),
            "leadInside": city.facilities.loc[lead, "unit_id"] in own,
        }


@browser
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.lists(st.integers(0, 107), min_size=1, max_size=9), st.integers(0, 4)), min_size=1, max_size=4
    )
)
def test_live_numbers_equal_those_of_python(editor, city, moves):
    assignment = editor.evaluate("gridplan.edit.assignment")
    for units, grid in moves:
        editor.evaluate("([units, grid]) => gridplan.edit.move(units, grid)", [units, grid])
        for unit in units:
            assignment[unit] = grid
    told = editor.evaluate("gridplan.edit.measure()")
    for own, right in zip(told["grids"], expected(city, assignment), strict=True):
        assert own["population"] == pytest.approx(right["population"])
        assert own["deviation"] == pytest.approx(right["deviation"], abs=1e-9)
        assert own["pieces"] == right["pieces"]
        assert own["leadInside"] == right["leadInside"]
        if right["mean"] is not None:
            assert own["mean"] == pytest.approx(right["mean"], abs=0.006)
            assert own["share"] == pytest.approx(right["share"], abs=0.0006)


# ---- gestures --------------------------------------------------------------------------------------------------------


@pytest.fixture
def editing(page):
    page.click("[data-tab=edit]")
    return page


def place_of(page, unit):
    return page.evaluate(
        """(unit) => {
            const box = gridplan.map.getContainer().getBoundingClientRect();
            for (let y = 20; y < box.height - 10; y += 3) for (let x = 20; x < box.width - 60; x += 3)
                if (gridplan.unitUnder(x, y) === unit && document.elementFromPoint(box.left + x, box.top + y).closest('.folium-map'))
                    return [box.left + x, box.top + y];
            return null;
        }""",
        unit,
    )


def moved(page):
    return list(page.evaluate("gridplan.edit.document().moves"))


def other_grid(city, unit):
    own = list(city.grids.index).index(city.units["grid_id"].iloc[unit])
    return (own + 1) % len(city.grids)


@browser
def test_click_moves_a_unit_and_undo_redo_reset_go_back_and_forth(editing, city):
    unit, target = 5, other_grid(city, 5)
    editing.keyboard.press(str(target + 1))
    editing.mouse.click(*place_of(editing, unit))
    assert moved(editing) == [city.units.index[unit]]
    assert "改划 1 个单元" in editing.inner_text("#strip")
    editing.keyboard.press("Control+z")
    assert moved(editing) == []
    editing.keyboard.press("Control+y")
    assert moved(editing) == [city.units.index[unit]]
    editing.click("#toolbar button:has-text('还原')")
    assert moved(editing) == []
    editing.keyboard.press("Control+z")
    assert moved(editing) == [city.units.index[unit]]
    assert editing.complaints == []


@browser
def test_arrows_go_from_unit_to_unit_and_enter_moves_it(editing, city):
    editing.focus(".folium-map")
    editing.keyboard.press("ArrowRight")
    first = editing.evaluate("gridplan.state.hover")
    editing.keyboard.press("ArrowRight")
    second = editing.evaluate("gridplan.state.hover")
    neighbours = nx.from_pandas_edgelist(city.adjacency, "unit_a", "unit_b")[city.units.index[first]]
    assert city.units.index[second] in neighbours
    assert city.units["name"].iloc[second] in editing.inner_text("#readout")
    editing.keyboard.press(str(other_grid(city, second) + 1))
    editing.keyboard.press("Enter")
    assert moved(editing) == [city.units.index[second]]


@browser
def test_street_moves_the_units_of_a_street_in_the_same_grid(editing, city):
    unit, target = 5, other_grid(city, 5)
    row = city.units.iloc[unit]
    same = city.units[(city.units["street_id"] == row["street_id"]) & (city.units["grid_id"] == row["grid_id"])]
    editing.keyboard.press(str(target + 1))
    editing.keyboard.press("s")
    editing.mouse.click(*place_of(editing, unit))
    assert sorted(moved(editing)) == sorted(same.index)
    editing.keyboard.press("Control+z")
    assert moved(editing) == []


@browser
@pytest.mark.parametrize("way", ["tool", "shift"])
def test_box_moves_units_in_one_step_and_does_not_drag_the_map(editing, city, way):
    corner = editing.evaluate("gridplan.map.containerPointToLatLng([0, 0])")
    x, y = place_of(editing, 5)
    editing.keyboard.press(str(other_grid(city, 5) + 1))
    if way == "tool":
        editing.keyboard.press("b")
    else:
        editing.keyboard.down("Shift")
    editing.mouse.move(x - 70, y - 60)
    editing.mouse.down()
    editing.mouse.move(x + 70, y + 60, steps=3)
    editing.mouse.up()
    editing.keyboard.up("Shift")
    assert len(moved(editing)) > 1
    assert editing.evaluate("gridplan.edit.state.past.length") == 1
    assert editing.evaluate("gridplan.map.containerPointToLatLng([0, 0])") == pytest.approx(corner)


@browser
def test_locked_units_stay(editing, city):
    x, y = place_of(editing, 5)
    editing.mouse.move(x, y)
    editing.keyboard.press("l")
    editing.keyboard.press(str(other_grid(city, 5) + 1))
    editing.mouse.click(x, y)
    assert moved(editing) == []
    assert "已锁定" in editing.inner_text("#readout")
    assert editing.evaluate("gridplan.edit.document().locks") == [city.units.index[5]]


@browser
def test_a_lead_left_outside_its_grid_is_said_at_once(editing, city):
    grid = 0
    home = list(city.units.index).index(city.facilities.loc[city.grids["lead_id"].iloc[grid], "unit_id"])
    editing.evaluate("(unit) => gridplan.edit.move([unit], 1)", home)
    assert "牵头医院不在本网格" in editing.inner_text("#alert")
    assert "R-04" in editing.inner_text("#rail-body")
    editing.click("#alert button:has-text('撤销这一步')")
    assert editing.is_hidden("#alert")


@browser
def test_a_split_grid_names_its_piece_and_people(editing, city):
    graph = nx.from_pandas_edgelist(city.adjacency, "unit_a", "unit_b")
    grids = city.units["grid_id"]
    far = next(
        unit for unit in city.units.index
        if all(grids[other] == grids[unit] == "G02" for other in graph[unit]) and city.facilities.loc["H001", "unit_id"] != unit
    )  # fmt: skip
    editing.evaluate("(unit) => gridplan.edit.move([unit], 0)", list(city.units.index).index(far))
    alert = editing.inner_text("#alert")
    assert "分成 2 片" in alert
    assert city.units.loc[far, "name"] in alert


@browser
def test_edits_are_saved_and_read_again(editing, open_page, city, tmp_path):
    editing.evaluate("gridplan.edit.move([3, 4], 2)")
    editing.click("[data-tab=comments]")
    editing.fill("#comment", "请考虑整体划入 <b>3</b> 号网格")
    editing.fill("#author", "王某")
    editing.click(".comment-form .button")
    with editing.expect_download() as download:
        editing.click("#rail-body .button.primary")
    saved = tmp_path / "edits.json"
    download.value.save_as(saved)
    told = json.loads(saved.read_text(encoding="utf-8"))
    assert told["format"] == "gridplan-edits/1"
    assert told["proposal"] == proposal_digest(city)
    assert set(told["moves"]) <= set(city.units.index[[3, 4]])
    read = read_edits(saved, city)
    assert (dict(read.moves), [comment.author for comment in read.comments]) == (told["moves"], ["王某"])
    assert told["comments"] == [
        {"subject_kind": "plan", "subject_id": "", "author": "王某", "text": "请考虑整体划入 <b>3</b> 号网格"}
    ]

    again = open_page(city)
    again.click("[data-tab=edit]")
    again.set_input_files("#load", saved)
    wait_until(again, "gridplan.edit.document().comments.length === 1")
    assert again.evaluate("gridplan.edit.document()") == told


@browser
def test_edits_of_another_proposal_and_hostile_files_are_refused(editing, city, tmp_path):
    def load(content):
        path = tmp_path / "edits.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        editing.evaluate("document.getElementById('readout').textContent = ''")
        editing.set_input_files("#load", path)
        wait_until(editing, "document.getElementById('readout').textContent !== ''")
        return editing.inner_text("#readout")

    good = {"format": "gridplan-edits/1", "proposal": proposal_digest(city)}
    assert "另一个方案" in load({**good, "proposal": "0" * 64})
    assert "不是 JSON" in load("<img src=x onerror=window.ran=1>")
    assert "不是本页" in load([1, 2, 3])
    wild = {
        "moves": {"__proto__": "G01", city.units.index[0]: "constructor", city.units.index[1]: None, "": 7, "x": ["G01"]},
        "leads": {"G01": "F0001", "<b>": None},
        "locks": [{"a": 1}, None, "nowhere"],
        "comments": [{"subject_kind": "unit", "subject_id": "<img src=x onerror=window.ran=1>", "text": "x"}, {"text": 5},
                     {"subject_kind": "grid", "subject_id": "G01", "author": "<b>", "text": "<img src=x onerror=window.ran=1>"}],
    }  # fmt: skip
    assert "略去" in load({**good, **wild})
    editing.click("[data-tab=comments]")
    assert "<img src=x" in editing.inner_text(".comments")
    assert editing.evaluate("window.ran") is None
    assert moved(editing) == []
    assert editing.complaints == []


@browser
@pytest.mark.parametrize("sign", ["\x1b", "\x9b", "\u202e", "\u2066", "\u200f", "\x00", "\x7f"])
def test_what_revise_refuses_cannot_be_typed(page, city, tmp_path, sign):
    page.click("[data-tab=comments]")
    page.fill("#comment", f"坏{sign}字\n第二行")
    assert page.input_value("#comment") == "坏字\n第二行"
    assert "控制字符" in page.inner_text(".comment-form")
    page.fill("#author", f"王{sign}某")
    assert page.input_value("#author") == "王某"
    page.evaluate("([sign]) => { document.querySelector('#comment').value = `长${sign}`.repeat(1500) + '👩'; }", [sign])
    page.click(".comment-form .button")
    told = tmp_path / "edits.json"
    told.write_text(json.dumps(page.evaluate("gridplan.edit.document()")), encoding="utf-8")
    assert [comment.text for comment in read_edits(told, city).comments] == ["长" * 1500 + "👩"]


def test_a_comment_cut_in_the_middle_of_a_sign_is_still_one_that_revise_reads(page, city, tmp_path):
    page.click("[data-tab=comments]")
    page.evaluate("() => { document.querySelector('#comment').value = '长'.repeat(1999) + '👩'; }")
    page.click(".comment-form .button")
    told = tmp_path / "edits.json"
    told.write_text(json.dumps(page.evaluate("gridplan.edit.document()")), encoding="utf-8")
    assert [comment.text for comment in read_edits(told, city).comments] == ["长" * 1999]


def test_a_comment_is_pinned_to_the_unit_that_was_clicked(page, city):
    page.click("[data-tab=comments]")
    page.mouse.click(*place_of(page, 5))
    assert city.units["name"].iloc[5] in page.inner_text(".comment-form")
    page.fill("#comment", "意见")
    page.click(".comment-form .button")
    assert page.evaluate("gridplan.edit.document().comments[0].subject_id") == city.units.index[5]
    page.click(".comments .link:has-text('删除')")
    assert page.evaluate("gridplan.edit.document().comments.length") == 0


@browser
def test_another_lead_inside_the_grid_can_be_chosen(open_page, city):
    extra = city.facilities.loc[["H001"]].rename(index={"H001": "H900"})
    extra["name"], extra["role"] = "样例市新院区", "member"
    facilities = pd.concat([city.facilities, extra])
    more = city.minutes[city.minutes["lead_id"] == "H001"].assign(
        lead_id="H900", minutes=lambda frame: frame["minutes"] + 5
    )
    page = open_page(replace(city, facilities=facilities, minutes=pd.concat([city.minutes, more])))
    page.click("[data-tab=edit]")
    before = page.evaluate("gridplan.edit.measure().grids[0].mean")
    page.select_option("#lead", label="样例市新院区")
    assert page.evaluate("gridplan.edit.measure().grids[0].mean") == pytest.approx(before + 5, abs=0.01)
    assert page.evaluate("gridplan.edit.document().leads") == {"G01": "H900"}


@browser
def test_the_reading_tabs_go_on_showing_the_proposal(editing):
    editing.evaluate("gridplan.edit.move([3, 4, 5], 2)")
    before = editing.evaluate("document.querySelector('canvas.paper').toDataURL().length")
    editing.click("[data-tab=grids]")
    assert editing.inner_text("[data-tab=edit]").strip().startswith("编辑")
    assert editing.is_hidden("#strip")
    assert editing.evaluate("document.querySelector('canvas.paper').toDataURL().length") != before


@browser
def test_a_live_mean_is_over_those_who_get_there(open_page, city):
    """A unit that reaches no lead counts in the share within the limit, and not in the mean."""
    lost = city.units.index[7]
    minutes = city.minutes.assign(minutes=city.minutes["minutes"].where(city.minutes["unit_id"] != lost, np.inf))
    page = open_page(replace(city, minutes=minutes))
    page.click("[data-tab=edit]")
    own = city.units[city.units["grid_id"] == city.units["grid_id"][lost]].drop(index=lost)
    told = page.evaluate("gridplan.edit.measure()")["grids"][list(city.grids.index).index(city.units["grid_id"][lost])]
    table = minutes.set_index(["unit_id", "lead_id"])["minutes"]
    reached = {unit: table[unit, lead] for unit, lead in own["lead_id"].items() if np.isfinite(table[unit, lead])}
    people = own["population"].reindex(list(reached))
    assert told["mean"] == pytest.approx(np.average(list(reached.values()), weights=people), abs=0.006)


# ---- what must not be lost -------------------------------------------------------------------------------------------


def edits_file(path, city, **parts):
    path.write_text(
        json.dumps({"format": "gridplan-edits/1", "proposal": proposal_digest(city), **parts}), encoding="utf-8"
    )
    return path


@browser
def test_a_reload_offers_the_edits_back(open_page, city, tmp_path):
    page = open_page(city)
    page.evaluate("gridplan.edit.move([3], 2)")
    before = page.evaluate("gridplan.edit.document()")
    page.reload()
    wait_until(page, "Boolean(window.gridplan)")
    assert page.evaluate("gridplan.edit.document()")["moves"] == {}
    page.click("[data-tab=edit]")
    page.click(".draft .button:has-text('取回')")
    assert page.evaluate("gridplan.edit.document()") == before
    page.reload()
    wait_until(page, "Boolean(window.gridplan)")
    page.click("[data-tab=edit]")
    page.click(".draft .button:has-text('丢弃')")
    page.reload()
    wait_until(page, "Boolean(window.gridplan)")
    page.click("[data-tab=edit]")
    assert page.locator(".draft").count() == 0


@browser
def test_a_second_file_is_merged_with_its_conflicts_told(editing, city, tmp_path):
    """Units 3 and 4 are mine, into grid 3; the file wants 4 in grid 2 and 5 in grid 2: 5 comes, 4 is a conflict that one may give in to."""
    editing.click("#toolbar button:has-text('还原')") if moved(editing) else None
    ids = list(city.units.index)
    editing.evaluate("gridplan.edit.move([3, 4], 2)")
    other = edits_file(
        tmp_path / "edits.json", city, moves={ids[4]: "G02", ids[5]: "G02"},
        comments=[{"subject_kind": "plan", "subject_id": "", "author": "李", "text": "同意"}],
    )  # fmt: skip
    mine = editing.evaluate("gridplan.edit.document().moves")
    editing.set_input_files("#load", other)
    wait_until(
        editing,
        "!document.getElementById('alert').hidden && document.getElementById('alert').textContent.includes('合并')",
    )
    assert editing.evaluate("gridplan.edit.document().moves") == mine
    editing.click("#alert button:has-text('合并')")
    told = editing.evaluate("gridplan.edit.document()")
    assert told["moves"] == {**mine, ids[5]: "G02"}
    assert [comment["author"] for comment in told["comments"]] == ["李"]
    assert city.units["name"].iloc[4] in editing.inner_text(".flows")
    editing.click(".flows .link:has-text('按文件')")
    assert editing.evaluate("gridplan.edit.document().moves")[ids[4]] == "G02"
    for _ in range(2):
        editing.keyboard.press("Control+z")
    assert editing.evaluate("gridplan.edit.document().moves") == mine
    assert editing.evaluate("gridplan.edit.document().comments") == []


@browser
def test_a_comment_taken_away_comes_back(page):
    page.click("[data-tab=comments]")
    page.fill("#comment", "意见")
    page.click(".comment-form .button")
    page.click(".comments .link:has-text('删除')")
    page.click("#rail-body .link:has-text('撤销')")
    assert page.evaluate("gridplan.edit.document().comments.length") == 1


@browser
@pytest.mark.parametrize("text", ["坏\u202e字", "长" * 2001])
def test_a_comment_that_revise_refuses_is_not_read(page, city, text):
    comment = {"subject_kind": "plan", "subject_id": "", "author": "", "text": text}
    told = {"format": "gridplan-edits/1", "proposal": proposal_digest(city), "comments": [comment]}
    assert page.evaluate("(text) => gridplan.edit.read(text)", json.dumps(told)) == {
        "taken": 0,
        "left": 1,
        "conflicts": 0,
    }


# ---- keys and fingers ------------------------------------------------------------------------------------------------


@browser
@pytest.mark.parametrize("tab", ["grids", "edit"])
def test_digits_do_not_zoom_the_map(page, tab):
    """Leaflet takes 6 for a minus."""
    page.click(f"[data-tab={tab}]")
    page.focus(".folium-map")
    zoom = page.evaluate("gridplan.map.getZoom()")
    for key in "123456789":
        page.keyboard.press(key)
        page.focus(".folium-map")
    assert page.evaluate("gridplan.map.getZoom()") == zoom


@browser
def test_a_finger_opens_the_grid_and_draws_a_box(open_page, city):
    phone = open_page(city, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    for unit in (5, 20, 40):
        phone.locator("#map-area").scroll_into_view_if_needed()
        place = phone.evaluate("(unit) => gridplan.placeOf(unit)", unit)
        phone.touchscreen.tap(*place)
        phone.tap("#readout button >> nth=0")
        assert phone.locator(".card-title").count() == 1
        phone.tap(".nav .link >> nth=0")
    tablet = open_page(city, viewport={"width": 1180, "height": 820}, has_touch=True)
    tablet.click("[data-tab=edit]")
    tablet.keyboard.press(str(other_grid(city, 5) + 1))
    tablet.keyboard.press("b")
    x, y = tablet.evaluate("gridplan.placeOf(5)")
    session = tablet.context.new_cdp_session(tablet)
    for kind, points in (("Start", [(x - 60, y - 50)]), ("Move", [(x, y)]), ("Move", [(x + 60, y + 50)]), ("End", [])):
        session.send(
            "Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": [{"x": a, "y": b} for a, b in points]}
        )
    assert len(moved(tablet)) > 1


@browser
def test_the_street_tool_says_why_it_cannot_be_used(open_page, city):
    page = open_page(replace(city, units=city.units.assign(street_id="", street="")))
    page.click("[data-tab=edit]")
    assert page.is_disabled("[data-tool=street]")
    assert "没有街道" in page.get_attribute("[data-tool=street]", "title")


@browser
def test_colours_by_minutes_follow_the_edits(editing, city):
    editing.click("[data-mode=minutes]")
    before = editing.evaluate("document.querySelector('canvas.paper').toDataURL()")
    assert "驾车到牵头医院" in editing.inner_text("#legend")
    editing.evaluate("gridplan.edit.move([3, 4, 5, 6, 7, 8, 9], 4)")
    assert editing.evaluate("document.querySelector('canvas.paper').toDataURL()") != before
    editing.click("[data-mode=grids]")


@browser
def test_a_brush_paints_in_one_step_and_counts_before_it_ends(editing, city):
    """A stroke over two neighbours of unit 5: the strip counts them while the button is down, Esc drops them, letting go moves them at once."""
    editing.keyboard.press(str(other_grid(city, 5) + 1))
    editing.keyboard.press("p")
    x, y = editing.evaluate("gridplan.placeOf(5)")

    def stroke_over():
        editing.mouse.move(x - 50, y)
        editing.mouse.down()
        editing.mouse.move(x + 50, y, steps=4)
        wait_until(editing, "document.querySelector('#strip').classList.contains('pending')")

    stroke_over()
    assert "松开即改划" in editing.inner_text("#strip")
    editing.keyboard.press("Escape")
    editing.mouse.up()
    assert moved(editing) == []
    stroke_over()
    editing.mouse.up()
    assert len(moved(editing)) > 1
    assert editing.evaluate("gridplan.edit.state.past.length") == 1
    assert editing.evaluate("gridplan.state.tab") == "edit"


@browser
def test_fills_painted_edit_by_edit_are_those_of_a_fresh_drawing(editing):
    """The middle of every unit has the colour of its grid after moves and an undo, as the bitmap was painted over unit by unit."""
    for units, grid in (([3, 4, 5], 2), ([5, 6], 1), ([20, 21], 3)):
        editing.evaluate("([units, grid]) => gridplan.edit.move(units, grid)", [units, grid])
    editing.keyboard.press("Control+z")
    wrong = editing.evaluate(
        """() => {
            const canvas = document.querySelector('canvas.paper');
            const [frame, own] = [canvas.getBoundingClientRect(), canvas.getContext('2d')];
            return gridplan.edit.assignment.flatMap((grid, unit) => {
                const [x, y] = gridplan.placeOf(unit);
                if (grid < 0 || gridplan.data.units.grid[unit] !== grid || x < 360 || y < 150 || y > 700) return [];
                const [r, g, b] = own.getImageData(x - frame.left, y - frame.top, 1, 1).data;
                const hex = `#${[r, g, b].map((n) => n.toString(16).padStart(2, '0')).join('')}`.toUpperCase();
                const tint = gridplan.data.tints[gridplan.data.grids[grid].tint];
                return gridplan.data.tints.includes(hex) && hex !== tint ? [unit] : [];
            });
        }"""
    )
    assert wrong == []


@browser
def test_rows_that_say_the_same_as_before_show_what_they_say_now(page, city):
    """A unit deep in another grid puts the third in two pieces, then another unit does: the row reads the same and marks the second; a street counts its grids anew."""
    page.click("[data-tab=edit]")
    graph = nx.from_pandas_edgelist(city.adjacency, "unit_a", "unit_b")
    grid = city.units["grid_id"]
    deep = [row for row, unit in enumerate(city.units.index) if "G03" not in {grid[unit], *grid[list(graph[unit])]}][:2]
    for unit in deep:
        page.evaluate("gridplan.edit.read(JSON.stringify({ ...gridplan.edit.document(), moves: {} }))")
        page.evaluate("(unit) => gridplan.edit.move([unit], 2)", unit)
        page.click("#rail-body .finding:has-text('分成 2 片')")
        assert page.evaluate("gridplan.state.marked") == [unit]
    street = city.units["street_id"].iloc[deep[1]]
    counts = []
    of_street = np.flatnonzero(city.units["street_id"] == street)
    for unit, target in zip(of_street.tolist(), (2, 3, 4), strict=False):
        page.evaluate("([unit, grid]) => gridplan.edit.move([unit], grid)", [unit, target])
        own = np.array(page.evaluate("gridplan.edit.assignment"))[of_street]
        told = page.evaluate(
            "(street) => gridplan.edit.checks().filter((check) => check.rule === 'R-09' && check.subject === street)",
            street,
        )
        counts.append((len(set(own)), [check["value"] for check in told]))
    assert len(set(dict(counts))) > 1, "the street is in ever more grids"
    assert all(told == ([n] if n > 1 else []) for n, told in counts), counts
    assert page.complaints == []


@browser
def test_the_whole_area_stays_in_view_when_the_editor_takes_its_room(page, city):
    """On a screen at 200 % its bars take half the map."""
    page.set_viewport_size({"width": 960, "height": 540})
    page.evaluate("location.hash = ''")
    page.click("[data-tab=checks]")
    page.wait_for_timeout(100)
    page.keyboard.press("Escape")
    page.click("#zoom button >> nth=2")
    page.click("[data-tab=edit]")
    frame = page.locator("#map-area").bounding_box()
    for unit in range(len(city.units)):
        x, y = page.evaluate("(unit) => gridplan.placeOf(unit)", unit)
        assert frame["x"] < x < frame["x"] + frame["width"]
        assert frame["y"] < y < frame["y"] + frame["height"]


@browser
def test_a_step_that_draws_only_what_it_changed_leaves_the_map_as_a_whole_drawing_would(page, city):
    """Units into grids near and far, cut off and joined again, colours of both kinds, back and forth; where lines meet a few pixels may differ."""
    page.click("[data-tab=edit]")
    rng = np.random.default_rng(5)
    in_parts = 0
    for step in range(9):
        if step == 5:
            page.click("[data-mode=minutes]")
        if step % 4 == 3:
            page.keyboard.press("Control+z")
        else:
            unit, grid = int(rng.integers(len(city.units))), int(rng.integers(len(city.grids)))
            page.evaluate("([unit, grid]) => gridplan.edit.move([unit], grid)", [unit, grid])
        is_part, wrong = page.evaluate(_AGAINST_WHOLE, [])
        in_parts += is_part
        assert wrong < 20, f"step {step}: {wrong} pixels"
    assert in_parts > 6, "most steps draw only a part"
    page.evaluate("gridplan.state.layers.labels = false")  # which find other places when the editor opens
    page.evaluate(_AGAINST_WHOLE, [])
    assert page.evaluate(_AGAINST_WHOLE, ["grids", "edit"])[1] < 20, "nothing that was kept is out of date"
    assert page.complaints == []


_AGAINST_WHOLE = """(tabs) => {
    const shown = document.querySelector("canvas.paper");
    const copy = Object.assign(document.createElement("canvas"), { width: shown.width, height: shown.height });
    const context = copy.getContext("2d", { willReadFrequently: true });
    const pixels = () => {
        context.drawImage(shown, 0, 0);
        return context.getImageData(0, 0, copy.width, copy.height).data;
    };
    const [isPart, before] = [gridplan.drawnWithin, pixels()];
    for (const tab of tabs) document.querySelector(`[data-tab=${tab}]`).click();
    gridplan.map.fire("moveend");
    const after = pixels();
    let wrong = 0;
    for (let i = 0; i < after.length; i += 4) if (Math.abs(after[i] - before[i]) > 24) wrong += 1;
    return [isPart, wrong];
}"""
