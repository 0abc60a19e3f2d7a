"""Who may see what: a file of an audience does not hold, in any of its bytes, what the audience must not see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gridplan.outputs.audiences import AUDIENCES, CONTENTS, audience_rows, handed_on, holds, seen_by
from gridplan.outputs.exports.formats import FORMATS, export
from gridplan.proposal.frames import FRAMES
from tests.outputs.exports.reading import READERS, one_file_a_layer
from tests.outputs.report.papers import every_byte

INSIDE = ("豁免的缘由", "批准人甲", "审阅人乙", "意见内容丙", "采纳理由丁", "协议草签", "可考虑转型")
"""Words that the commission's own files hold and no other."""


def test_the_commission_s_files_hold_everything(handed_out):
    held = every_byte(handed_out / "内部稿").decode("utf-8", "ignore")
    assert [word for word in INSIDE if word not in held] == []
    assert "的车程延长" in held


@pytest.mark.parametrize("folder", ["征求意见稿", "公示稿"])
def test_no_byte_of_the_others_tells_what_is_the_commission_s_alone(handed_out, folder):
    held = every_byte(handed_out / folder).decode("utf-8", "ignore")
    assert [word for word in (*INSIDE, "的车程延长", "转型情景戊", "转型以后的说明") if word in held] == []


def test_the_public_page_holds_no_military_institution_no_residents_and_no_finding(handed_out, told_board):
    held = every_byte(handed_out / "公示稿").decode("utf-8", "ignore")
    assert "驻军医院" not in held
    assert "P1" not in held
    assert "网格不限制居民自主选择就医" in held
    assert "界线不作为行政区划界线的依据" in held
    assert "【待填：审图号】" in held
    shown = seen_by(told_board, "public")
    assert shown.units["population"].isna().all()
    assert shown.grids["population"].isna().all()
    assert len(shown.cells) == len(shown.findings) == 0


def test_a_military_lead_has_no_name_in_public(told_board):
    lead = told_board.grids["lead_id"].iloc[0]
    facilities = told_board.facilities.copy()
    facilities.loc[lead, "ownership"] = "military"
    from dataclasses import replace

    from gridplan.outputs.report.residents_page import render_residents_page

    page = render_residents_page(seen_by(replace(told_board, facilities=facilities), "public"))
    assert facilities["name"][lead] not in page
    assert "可以公开的牵头医院名称" in page


def test_the_table_in_force_is_the_table_that_people_read():
    rows = audience_rows()
    assert len(rows) == len(CONTENTS)
    for (about, held), content in zip(rows, CONTENTS.values(), strict=True):
        assert about == content.about
        assert held == {name: holds(name, key) for name in AUDIENCES for key in CONTENTS if CONTENTS[key] is content}


RESIDENTS = 98_765
"""A count that stands in one unit alone, so that its digits can be sought."""


@pytest.fixture(scope="module")
def exported(told_board, tmp_path_factory):
    """Every format for every audience; an id and a count are so long that they can be sought."""
    units, facilities = told_board.units.copy(), told_board.facilities.copy()
    units.loc["u00", ["population", "population_65"]] = [RESIDENTS, 7]
    facilities = facilities.rename(index={"P1": "MILITARY-1"})
    facilities.loc["C1", "parent_id"] = "MILITARY-1"
    folder = tmp_path_factory.mktemp("for")
    for audience in AUDIENCES:
        export(
            replace(told_board, units=units, facilities=facilities), "all", target=folder / audience, audience=audience
        )
    return folder


PACKED = {
    "geoparquet": READERS["geoparquet"],
    "pmtiles": one_file_a_layer(".pmtiles"),
    "flatgeobuf": READERS["flatgeobuf"],
    "filegdb": READERS["filegdb"],
    "shapefile": READERS["shapefile"],
    "shapefile-gbk": READERS["shapefile-gbk"],
    "qgis": READERS["qgis"],
}
"""Formats that hold numbers or text in another form than their digits and letters."""


def held_by(folder, name, audience) -> str:
    """Every byte of a format, and what is read from it where its bytes hide it."""
    read = PACKED[name](folder / audience / name).values() if name in PACKED else ()
    return every_byte(folder / audience / name).decode("utf-8", "ignore") + "".join(
        frame.drop(columns="geometry").to_csv() for frame in read
    )


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_the_commission_s_alone_is_in_no_export_for_others(exported, name):
    """A military hospital has not joined, and C1 says that it is above it; an agreement stands on C0."""
    told = {audience: held_by(exported, name, audience) for audience in AUDIENCES}
    for audience in ("consultation", "public"):
        assert [word for word in ("协议草签", "驻军医院", "MILITARY-1") if word in told[audience]] == []
    assert str(RESIDENTS) not in told["public"]
    if name != "dxf":
        assert "驻军医院" in told["internal"]
        assert str(RESIDENTS) in told["consultation"] or name == "fhir"


def test_the_columns_of_all_audiences_are_the_same_and_a_system_reads_each(exported):
    for name in ("geoparquet", "csv", "shapefile"):
        own = [READERS[name](exported / audience / name) for audience in AUDIENCES]
        for layer in own[0]:
            assert len({tuple(read[layer].columns) for read in own}) == 1


def test_few_persons_are_told_to_the_commission_alone(told_board):
    units = told_board.units.copy()
    units.loc["u00", "population_65"] = 7
    units.loc["u01", "population_65"] = 10
    crowd = replace(told_board, units=units)
    assert handed_on(crowd, "internal").units["population_65"]["u00"] == 7
    shown = handed_on(crowd, "consultation").units["population_65"]
    assert np.isnan(shown["u00"])
    assert shown["u01"] == 10
    stricter = replace(crowd, case=crowd.case.changed(rules={"fewest_shown": 11}))
    assert np.isnan(handed_on(stricter, "consultation").units["population_65"]["u01"])


def test_a_column_that_is_new_is_not_public_by_itself(told_board):
    """What the public reads is listed; all else is empty, whatever a proposal comes to hold."""
    shown = handed_on(told_board, "public")
    filled = {
        (layer, column)
        for layer in ("units", "grids", "facilities")
        for column in FRAMES[layer].names[1:]
        for value in getattr(shown, layer)[column]
        if value not in ("", ()) and value == value
    }
    assert {column for _, column in filled} <= {
        "name", "street_id", "street", "district_id", "district", "grid_id", "lead_id", "minutes_to_lead", "sub_area_id", "sub_area",
        "centre_id", "lead_name", "group_name", "group_source", "scope_id", "scope", "mode", "n_units", "mean_minutes", "area_km2",
        "parent_id", "kind", "level", "grade", "unit_id", "role", "address", "telephone",
    }  # fmt: skip


def test_a_military_lead_is_named_in_no_public_export(told_board, tmp_path):
    lead = told_board.grids["lead_id"].iloc[0]
    facilities = told_board.facilities.copy()
    facilities.loc[lead, ["ownership", "name"]] = ["military", "驻军总医院"]
    grids = told_board.grids.assign(lead_name=["驻军总医院", *told_board.grids["lead_name"][1:]])
    export(replace(told_board, facilities=facilities, grids=grids), "csv", target=tmp_path, audience="public")
    assert "驻军总医院" not in every_byte(tmp_path).decode("utf-8")
    assert READERS["csv"](tmp_path)["grids"]["lead_id"].isna().tolist() == [True, False]
