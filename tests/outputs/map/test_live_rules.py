"""The musts that the page shows while one edits are the musts that `revise` finds."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from gridplan.case.case import read_case
from gridplan.checks.rule_book import RULES
from gridplan.outputs.map.live_rules import LIVE_RULES
from gridplan.outputs.map.offline import own_file
from gridplan.outputs.map.page import write_map
from gridplan.pipeline import assess, revise
from gridplan.proposal.edits import Edits
from gridplan.proposal.proposal import proposal_digest
from tests import board
from tests.outputs.map.conftest import watch
from tests.outputs.map.test_city_parts import LEADS

browser = pytest.mark.browser
ALL_MUSTS = "[rules.severities]\n" + "".join(
    f'"{rule.id}" = "{"must" if rule.id in LIVE_RULES else "off"}"\n' for rule in RULES
)
"""Every live rule a must, so that all of them are compared; the others are left out, to be quick."""
SITES = """H3E,H3,区中医院东院,tcm,三级乙等,government,district,100,ed,u15
T1,,市胸科医院,specialist,三级甲等,government,city,100,,u33
C6,,S1街道第二社区卫生服务中心,chc,,government,district,,,u13
V1,,社区卫生服务站,chs,,government,district,,,u03
"""


def write_city(folder, *, text):
    return board.write_board(folder, case=text, facilities=board.board_facilities(SITES))


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """Two grids of 12 squares: H1 in the west, H2 in the east; a campus, a second health centre, a station; H1 and a
    maternity hospital must lead."""
    text = board.CASE.replace("k = 2", 'k = 2\nrequired_leads = ["H1", "M1"]').replace("min = 1000\n", "min = 9000\n")
    text += 'contiguity = "strict"\n' + ALL_MUSTS
    return assess(read_case(write_city(tmp_path_factory.mktemp("live"), text=text)), pd.Series(board.WEST_EAST))


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """The eastern half is a county with two communities; see `test_city_parts`."""
    text = board.CASE.replace("k = 2", "k = 1") + ALL_MUSTS
    text += '[county]\ndistricts = ["东区"]\nk = 2\nlimit_min = 3\n'
    return assess(read_case(write_city(tmp_path_factory.mktemp("county"), text=text)), pd.Series(LEADS))


@pytest.fixture
def open_editor(screen, tmp_path):
    pages = []

    def open_it(proposal, spoil=None):
        path = tmp_path / "map.html"
        write_map(proposal, path)
        if spoil:
            document = path.read_text(encoding="utf-8")
            assert spoil[0] in document
            document = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", document)
            path.write_text(document.replace(*spoil), encoding="utf-8")
        pages.append(watch(screen, path))
        pages[-1].click("[data-tab=edit]")
        return pages[-1]

    yield open_it
    for page in pages:
        page.close()


def random_edits(proposal, rng):
    """Some units on a border, a street, or any; sometimes another lead."""
    units, grids = proposal.units, list(proposal.grids.index)
    way = rng.integers(4)
    if way == 0:
        grid = units["grid_id"]
        pairs = proposal.adjacency[["unit_a", "unit_b"]].to_numpy()
        border = [pair for pair in pairs if grid[pair[0]] != grid[pair[1]]]
        one, other = rng.permutation(border[rng.integers(len(border))])
        moves = {one: grid[other]}
    elif way == 1:
        street = rng.choice(units["street_id"].unique())
        moves = dict.fromkeys(units.index[units["street_id"] == street], str(rng.choice(grids)))
    else:
        moves = {unit: str(rng.choice(grids)) for unit in rng.choice(units.index, rng.integers(1, 9), replace=False)}
    leads = {}
    if way == 3:
        sites = rng.permutation(sorted(set(proposal.minutes["lead_id"])))
        leads = dict(zip(grids, map(str, sites[: len(grids)]), strict=True))
    return {str(unit): str(grid) for unit, grid in moves.items()}, leads


def musts_of_revise(proposal, moves, leads):
    return musts_of(revise(proposal, Edits(proposal_digest(proposal), moves=moves, leads=leads)))


def musts_of(revised):
    broken = [finding for finding in revised.findings if (finding.severity, finding.status) == ("must", "violated")]
    return {(finding.rule, "" if finding.rule == "R-54" else finding.subject_id) for finding in broken}


def musts_of_page(page, proposal, moves, leads):
    told = {"format": "gridplan-edits/1", "proposal": proposal_digest(proposal), "moves": moves, "leads": leads}
    result = page.evaluate("(text) => gridplan.edit.read(text)", json.dumps(told))
    assert result["left"] == 0, result
    checks = [check for check in page.evaluate("gridplan.edit.checks()") if check["severity"] == "must"]
    unchecked = set(page.evaluate("gridplan.edit.unchecked()"))
    return {(check["rule"], "" if check["rule"] == "R-54" else check["subject"]) for check in checks}, unchecked


def try_edits(proposal, n, *, seed):
    """Return n random edits with the musts that `revise` finds."""
    rng = np.random.default_rng(seed)
    edits = [random_edits(proposal, rng) for _ in range(n)]
    return [(moves, leads, musts_of_revise(proposal, moves, leads)) for moves, leads in edits]


@pytest.fixture(scope="module")
def city_edits(city):
    return try_edits(city, 30, seed=1)


def assert_same_musts(page, proposal, edits):
    """Compare edit by edit; return the rules that were broken in any."""
    seen = set()
    for moves, leads, expected in edits:
        shown, unchecked = musts_of_page(page, proposal, moves, leads)
        assert shown == {must for must in expected if must[0] not in unchecked}, (moves, leads)
        seen |= {rule for rule, _ in shown}
    return seen


@browser
def test_musts_of_random_edits_are_those_of_revise(open_editor, city, city_edits):
    """30 edits: a unit over the border, a street, units anywhere, other leads."""
    seen = assert_same_musts(open_editor(city), city, city_edits)
    assert seen >= {"R-04", "R-06", "R-07", "R-08", "R-09", "R-20", "R-22", "R-60"}


@pytest.mark.long
@browser
def test_musts_of_random_edits_are_those_of_revise_in_a_county_too(open_editor, county):
    seen = assert_same_musts(open_editor(county), county, try_edits(county, 8, seed=2))
    assert seen >= {"R-50", "R-54"}


@browser
@pytest.mark.parametrize(
    "rule",
    [
        "R-06",
        "R-20",
        *(pytest.param(rule, marks=pytest.mark.long) for rule in ("R-04", "R-07", "R-08", "R-09", "R-22", "R-60")),
    ],
)
def test_a_rule_deleted_from_the_page_s_script_is_noticed(open_editor, city, city_edits, rule):
    line = next(line for line in own_file("live_rules.js").splitlines() if line.startswith(f'  "{rule}": '))
    page = open_editor(city, spoil=(line, ""))
    with pytest.raises(AssertionError):
        assert_same_musts(page, city, city_edits)


@browser
def test_a_must_that_the_page_cannot_check_is_named_and_not_counted_as_met(open_editor, city):
    """R-64 judged by a must: before an edit nothing is in doubt, after it the page says that it does not know."""
    judged = replace(city.findings[0], rule="R-64", severity="must", status="met", subject_id="")
    page = open_editor(replace(city, findings=(*city.findings, judged)))
    assert "未在本页检查" not in page.inner_text("#strip")
    page.evaluate("gridplan.edit.move([0], 1)")
    assert "未在本页检查" in page.inner_text("#strip")
    assert "R-64" in page.inner_text("#rail-body .unchecked")


@browser
def test_a_split_street_is_said_and_the_whole_street_offered(open_editor, city):
    """u04 of S2 goes west alone: the alarm says so, and the offer moves u05, u14 and u15 along."""
    page = open_editor(city)
    units, grid = list(city.units.index), list(city.grids["lead_id"]).index("H1")
    page.keyboard.press(str(grid + 1))
    page.evaluate("([unit, grid]) => gridplan.edit.move([unit], grid)", [units.index("u04"), grid])
    assert "S2街道" in page.inner_text("#rail-body .findings")
    page.click("#alert button:has-text('整街道')")
    assert sorted(page.evaluate("gridplan.edit.document().moves")) == ["u04", "u05", "u14", "u15"]


@browser
def test_a_required_lead_that_leads_no_more_is_told(open_editor, city):
    page = open_editor(city)
    musts_of_page(page, city, {}, {city.grids.index[list(city.grids["lead_id"]).index("H1")]: "H3"})
    told = page.evaluate("gridplan.edit.checks()")
    assert [check["subject"] for check in told if check["rule"] == "required_leads"] == ["H1", "M1"]


@browser
def test_a_grid_whose_land_falls_apart_is_broken_like_one_whose_units_do(open_editor, city):
    """u25 gets a piece of 4 ha in the far west: its unit hangs together with the east, its land does not."""
    units = city.units.copy()
    x, y = board.centre("u00")
    island = shapely.box(x - 3000, y - 100, x - 2800, y + 100)
    units.loc["u25", "geometry"] = shapely.MultiPolygon([units.loc["u25", "geometry"], island])
    page = open_editor(replace(city, units=units))
    land = [
        check for check in page.evaluate("gridplan.edit.checks()") if check["rule"] == "R-06" and check.get("isLand")
    ]
    assert [check["units"] for check in land] == [[list(units.index).index("u25")]]


@browser
@pytest.mark.parametrize(("subject", "n"), [("", 0), ("S4", 0), ("u22", 1)])
def test_waived_musts_are_left_out(open_editor, city, subject, n):
    """West and east split S4, and S1 that has two centres; a waiver is for all, for one street, or for all units concerned."""
    waiver = {"rule": "R-09", "subject": subject, "reason": "x", "author": "x", "date": "2026-01-01"}
    page = open_editor(replace(city, case=city.case.changed(rules={"waivers": [waiver]})))
    broken = [check for check in page.evaluate("gridplan.edit.checks()") if check["rule"] == "R-09"]
    assert len(broken) == n


@browser
def test_the_page_says_what_to_run_once_edits_broke_a_rule(open_editor, city):
    """Nothing is said before; then the command names the folder of this very page and the file that is saved."""
    page = open_editor(city)
    assert page.locator(".repair").count() == 0
    units, grid = list(city.units.index), list(city.grids["lead_id"]).index("H1")
    page.evaluate("([unit, grid]) => gridplan.edit.move([unit], grid)", [units.index("u04"), grid])
    folder = page.url.removeprefix("file://").rpartition("/")[0]
    assert f"gridplan revise {folder} --edits edits.json --repair" in page.inner_text(".repair code").replace("\n", " ")
    assert f"{folder.rpartition('/')[2]}-revised" in page.inner_text(".repair")
