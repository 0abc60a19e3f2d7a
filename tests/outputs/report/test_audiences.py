"""Who may see what: a file of an audience does not hold, in any of its bytes, what the audience must not see."""

from __future__ import annotations

import pytest

from gridplan.outputs.report.audiences import AUDIENCES, CONTENTS, audience_rows, holds, seen_by
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
