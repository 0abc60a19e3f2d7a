"""The online map: only on request, only from its own host, its key in no file but the map."""

from dataclasses import replace

import pytest

from gridplan.case.case import parse_case, read_case
from gridplan.outputs.map.basemap import basemap_content
from gridplan.outputs.map.page import render_map, write_map
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import Proposal
from gridplan.words.errors import CaseError
from tests.outputs.map.conftest import SCREEN, wait_until, watch

KEY = "0123456789abcdef0123456789abcdef"
TILES = "http://tiles.example:8080/{z}/{x}/{y}.png"


def on(city: Proposal, **basemap: str) -> Proposal:
    return replace(city, case=city.case.changed(basemap=basemap))


def test_none_by_default(city):
    assert basemap_content(city.case.basemap) is None
    assert "img-src data: blob:;" in render_map(city)


def test_the_policy_opens_one_host_only(city):
    assert "img-src data: blob: https://t0.tianditu.gov.cn;" in render_map(on(city, kind="tianditu", key=KEY))
    page = render_map(on(city, kind="xyz", url=TILES))
    assert "img-src data: blob: http://tiles.example:8080;" in page
    assert "connect-src 'none'" in page


def test_the_key_is_in_the_map_alone(board_proposal: Proposal, tmp_path):
    folder = on(board_proposal, kind="tianditu", key=KEY).save(tmp_path / "out")
    having = [path.name for path in folder.iterdir() if KEY.encode() in path.read_bytes()]
    assert having == ["map.html"]
    assert basemap_content(read_proposal(folder).case.basemap) is None


def test_a_key_by_the_name_of_a_variable_is_kept_by_its_name(city, tmp_path, monkeypatch):
    kept = on(city, kind="tianditu", key="${TIANDITU_KEY}").case.resolved()
    assert kept["basemap"]["key"] == "${TIANDITU_KEY}"
    read = parse_case(kept, folder=tmp_path)
    assert basemap_content(read.basemap) is None
    monkeypatch.setenv("TIANDITU_KEY", KEY)
    told = basemap_content(read.basemap)
    assert told is not None
    assert KEY in told["tiles"][0]


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ('kind = "tianditu"', "basemap.key"),
        ('kind = "xyz"', "basemap.url"),
        ('kind = "xyz"\nurl = "https://tiles.example/{z}/{x}.png"', "basemap.url"),
        ('kind = "xyz"\nurl = "javascript:alert(1)//{z}/{x}/{y}"', "basemap.url"),
        ("kind = 'xyz'\nurl = 'https://a.example; script-src *//{z}/{x}/{y}'", "basemap.url"),
    ],
)
def test_what_is_missing_or_hostile_is_told(board_case, tmp_path, lines, field):
    path = tmp_path / "case.toml"
    path.write_text(f"{board_case.read_text(encoding='utf-8')}\n[basemap]\n{lines}\n", encoding="utf-8")
    with pytest.raises(CaseError) as told:
        read_case(path)
    assert [problem.field for problem in told.value.problems] == [field]


@pytest.mark.browser
def test_tiles_come_from_that_host_and_stop_when_switched_off(chromium, city, tmp_path):
    context = chromium.new_context(**SCREEN)
    context.route("**/*", lambda route: route.fallback() if route.request.url.startswith("file:") else route.abort())
    path = tmp_path / "map.html"
    write_map(on(city, kind="xyz", url=TILES, credit="<b>市测绘院</b>", datum="gcj02"), path)
    page = watch(context, path)
    wait_until(page, "document.querySelectorAll('.leaflet-tile').length > 0")
    assert {url.split("/")[2] for url in page.requests[1:]} == {"tiles.example:8080"}
    credit = page.inner_text("#credit")
    assert "联网" in credit
    assert "<b>市测绘院</b>" in credit
    assert "GCJ-02" in credit
    page.click("#layers summary")
    page.uncheck("[data-layer=basemap]")
    assert page.is_hidden("#credit")
    n_requests = len(page.requests)
    page.click("#zoom button >> nth=0")
    page.wait_for_timeout(100)
    assert len(page.requests) == n_requests
    context.close()
