"""The Word file: children in the order of the schema, faces for Han in every run, widths that fit, no clock, no theme, no template's leftovers."""

from __future__ import annotations

import zipfile

import pytest
from lxml import etree

from gridplan.outputs.report.blocks import (
    Annex,
    Closing,
    Column,
    Document,
    GroupRow,
    Heading,
    Paragraph,
    Table,
    Title,
    TotalRow,
)
from gridplan.outputs.report.form import OFFICIAL
from gridplan.outputs.report.word import write_document
from gridplan.words.text import Text
from tests.outputs.report.papers import W, body_of, paragraphs, tables

ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "trPr": "cnfStyle divId gridBefore gridAfter wBefore wAfter cantSplit trHeight tblHeader tblCellSpacing jc hidden",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr",
}  # fmt: skip
"""Children of an element in the order of the schema (ECMA-376, transitional)."""


def parts_of(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_children_stand_in_the_order_of_the_schema(handed_out):
    for path in sorted((handed_out / "内部稿").glob("*.docx")):
        for name, content in parts_of(path).items():
            if not name.startswith("word/") or not name.endswith(".xml"):
                continue
            for element in etree.fromstring(content).iter():
                order = ORDERS.get(etree.QName(element).localname, "").split()
                places = [order.index(etree.QName(child).localname) for child in element] if order else []
                assert places == sorted(places), (path.name, name, element.tag)


def test_every_run_names_a_face_for_han_and_none_is_a_theme_s(handed_out):
    content = parts_of(handed_out / "内部稿" / "方案.docx")
    for name in ("word/document.xml", "word/styles.xml"):
        tree = etree.fromstring(content[name])
        for fonts in tree.iter(f"{W}rFonts"):
            assert fonts.get(f"{W}eastAsia")
            assert not [key for key in fonts if "Theme" in key]
    runs = list(etree.fromstring(content["word/document.xml"]).iter(f"{W}r"))
    texts = [run for run in runs if run.find(f"{W}t") is not None]
    assert all(run.find(f"{W}rPr/{W}rFonts") is not None for run in texts)
    table = etree.fromstring(content["word/fontTable.xml"])
    assert {font.get(f"{W}name"): font.find(f"{W}altName").get(f"{W}val") for font in table}["方正小标宋简体"] == "宋体"


def test_the_package_has_no_theme_no_thumbnail_and_no_clock(handed_out):
    content = parts_of(handed_out / "内部稿" / "方案.docx")
    assert [name for name in content if "theme" in name or "thumbnail" in name or "customXml" in name] == []
    assert b"2000-01-01T00:00:00Z" in content["docProps/core.xml"]
    assert b"python-docx" not in b"".join(content.values())
    with zipfile.ZipFile(handed_out / "内部稿" / "方案.docx") as package:
        assert {info.date_time for info in package.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def test_tables_fit_the_type_area_and_repeat_their_header(handed_out):
    body = body_of(handed_out / "内部稿" / "方案.docx")
    found = list(body.iter(f"{W}tbl"))
    assert len(found) > 5
    for table in found:
        widths = [int(column.get(f"{W}w")) for column in table.find(f"{W}tblGrid")]
        section = next(
            after
            for after in table.itersiblings()
            if after.find(f".//{W}sectPr") is not None or after.tag == f"{W}sectPr"
        )
        page = section if section.tag == f"{W}sectPr" else section.find(f".//{W}sectPr")
        size, margins = page.find(f"{W}pgSz"), page.find(f"{W}pgMar")
        room = int(size.get(f"{W}w")) - int(margins.get(f"{W}left")) - int(margins.get(f"{W}right"))
        assert sum(widths) <= room + 1
        for row in table.iter(f"{W}tr"):
            assert sum(int(cell.find(f"{W}tcPr/{W}tcW").get(f"{W}w")) for cell in row.iter(f"{W}tc")) == sum(widths)
            assert row.find(f"{W}trPr/{W}cantSplit") is not None
        assert table.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None


def test_the_page_of_the_official_form_holds_22_lines_of_28_characters():
    top, right, bottom, left = OFFICIAL.margins
    body = OFFICIAL.styles["body"]
    assert (297 - top - bottom) * 72 / 25.4 // body.line == 22
    assert (210 - left - right) * 72 / 25.4 // (body.size + OFFICIAL.spacing / 20) == 28


def test_gaps_stand_on_grey_and_hidden_signs_are_shown(tmp_path):
    name = Text(zh="文\x1b件<w:t>", en="paper")
    document = Document(name, (Title((name,)), Heading(name), Paragraph(Text(zh="见【待填：事项】。", en="x"))))
    write_document(document, tmp_path / "a.docx", "zh", fewest=10)
    assert paragraphs(tmp_path / "a.docx")[0] == "文␛件<w:t>"
    shaded = [run for run in body_of(tmp_path / "a.docx").iter(f"{W}r") if run.find(f"{W}rPr/{W}shd") is not None]
    assert ["".join(run.itertext(f"{W}t")) for run in shaded] == ["【待填：事项】"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_table_shows_rounded_values_groups_and_totals(tmp_path, language):
    columns = (
        Column(Text(zh="名称", en="Name"), 50),
        Column(Text(zh="人口", en="People"), 50, "people"),
        Column(Text(zh="变化", en="Change"), 50, "change"),
    )
    rows = (
        GroupRow(Text(zh="组", en="group")),
        ("甲", 24_567.0, -1.26),
        ("乙", 7.0, 2.0),
        TotalRow(("合计", 24_574.0, None)),
    )
    annex = Annex(1, Text(zh="表", en="table"), (Table(columns, rows),), turned=True)
    write_document(Document(Text(zh="文", en="paper"), (), (annex,)), tmp_path / "a.docx", language, fewest=10)
    told = tables(tmp_path / "a.docx")[0]
    assert told[1] == [{"zh": "组", "en": "group"}[language]]
    assert (
        told[2:]
        == {
            "zh": [["甲", "2.46", "−1.3"], ["乙", "不足10人", "+2.0"], ["合计", "2.46", ""]],
            "en": [["甲", "24,567", "−1.3"], ["乙", "fewer than 10", "+2.0"], ["合计", "24,574", ""]],
        }[language]
    )


def test_no_word_is_broken_where_other_columns_have_room(tmp_path):
    """Two columns of 100 mm together; 22 letters of a code, or a long word of a header, take what the names can spare."""
    columns = (Column(Text(zh="机构名称", en="Name"), 80), Column(Text(zh="代码", en="Affiliations"), 20, "code"))
    annex = Annex(
        1, Text(zh="表", en="table"), (Table(columns, (("望海区望海社区卫生服务中心", "H42010600001234567890A"),)),)
    )
    for language, least in (("zh", 34.0), ("en", 34.0)):
        write_document(
            Document(Text(zh="文", en="paper"), (), (annex,)), tmp_path / f"{language}.docx", language, fewest=10
        )
        grid = next(body_of(tmp_path / f"{language}.docx").iter(f"{W}tblGrid"))
        name, code = (int(column.get(f"{W}w")) * 25.4 / 1440 for column in grid)
        assert code == pytest.approx(least, abs=0.1)
        assert name + code == pytest.approx(156, abs=0.3)


def test_issuer_and_date_take_the_last_paragraph_along_to_their_page(tmp_path):
    said = [Paragraph(Text(zh=zh, en=zh)) for zh in ("甲", "乙")]
    closing = Closing((Text(zh="滨海市人民政府", en="Issuer"), Text(zh="2026年", en="2026")))
    write_document(Document(Text(zh="文", en="paper"), (*said, closing)), tmp_path / "a.docx", "zh", fewest=10)
    kept = {
        "".join(paragraph.itertext(f"{W}t")): paragraph.find(f"{W}pPr/{W}keepNext") is not None
        for paragraph in body_of(tmp_path / "a.docx").iterchildren(f"{W}p")
    }
    assert (kept["甲"], kept["乙"]) == (False, True)
