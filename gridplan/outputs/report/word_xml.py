"""WordprocessingML of what documents are made of: pages, paragraphs, runs, tables, styles; children in the order of the schema."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from gridplan.outputs.report.blocks import GroupRow, Row, Table, TotalRow
from gridplan.outputs.report.form import Face, Form, TextStyle
from gridplan.outputs.report.gaps import MARK
from gridplan.outputs.report.table_cells import CENTRED, NUMBERS, cell_text
from gridplan.words.signs import shown_line

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_GREY = "E6E6E6"
_HEAD = "F2F2F2"
_RULE = "7F7F7F"
_CELL_SIDE = 1.2
"""What is left free at the sides of a cell, in mm."""


def word_name(local: str) -> str:
    """Return a name of WordprocessingML."""
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{local}"


def relation_name(local: str) -> str:
    """Return a name of a relationship attribute."""
    return f"{{http://schemas.openxmlformats.org/officeDocument/2006/relationships}}{local}"


def declared(xml: str) -> str:
    """Return an element with its namespaces declared."""
    head, rest = xml.split(">", 1) if not xml.split(">", 1)[0].endswith("/") else (xml[:-2], "")
    return f"{head} {_W} {_R}>{rest}" if rest else f"{head} {_W} {_R}/>"


def refill(element: Any, inner: str) -> None:
    """Replace what an element holds."""
    from docx.oxml import parse_xml

    for child in list(element):
        element.remove(child)
    for child in parse_xml(f"<w:holder {_W} {_R}>{inner}</w:holder>"):
        element.append(child)


def twips(points: float) -> int:
    """Return points in twentieths."""
    return round(points * 20)


def _mm(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


def page_xml(
    size: tuple[float, float], form: Form, *, turned: bool = False, lines: bool = True, margin: float | None = None
) -> str:
    """Return size, margins and grid of a page; a turned page is an upright one turned to the left."""
    top, right, bottom, left = form.margins
    if margin is not None:
        top = right = bottom = left = margin
        width, height = size
    elif turned:
        width, height = size[1], size[0]
        top, right, bottom, left = left, bottom, right, top
    else:
        width, height = size
    footer = min(form.footer, max(bottom - 8, 4.0))
    orient = ' w:orient="landscape"' if width > height else ""
    grid = (
        f'<w:docGrid w:type="lines" w:linePitch="{form.line_pitch}"/>' if lines and form.line_pitch is not None else ""
    )
    return (
        f'<w:pgSz w:w="{_mm(width)}" w:h="{_mm(height)}"{orient}/>'
        f'<w:pgMar w:top="{_mm(top)}" w:right="{_mm(right)}" w:bottom="{_mm(bottom)}" w:left="{_mm(left)}" '
        f'w:header="{_mm(8)}" w:footer="{_mm(footer)}" w:gutter="0"/>{grid}'
    )


def _fonts(face: Face) -> str:
    return f'<w:rFonts w:ascii="{face.latin}" w:hAnsi="{face.latin}" w:eastAsia="{face.han}" w:cs="{face.latin}" w:hint="eastAsia"/>'


def run_xml(inner: str, face: Face, size: float, *, bold: bool = False, spacing: int = 0, shaded: bool = False) -> str:
    """Return a run with its faces and size."""
    properties = _fonts(face)
    properties += "<w:b/>" if bold else ""
    properties += f'<w:spacing w:val="{spacing}"/>' if spacing else ""
    properties += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{_GREY}"/>' if shaded else ""
    return f"<w:r><w:rPr>{properties}</w:rPr>{inner}</w:r>"


def _runs(text: str, face: Face, size: float, *, bold: bool = False, spacing: int = 0) -> str:
    """Return text as runs; gaps stand on a grey ground that survives a photocopy."""
    pieces, at = [], 0
    for found in MARK.finditer(text):
        pieces += [(text[at : found.start()], False), (found.group(), True)]
        at = found.end()
    pieces.append((text[at:], False))
    return "".join(
        run_xml(
            f'<w:t xml:space="preserve">{escape(shown_line(piece))}</w:t>',
            face,
            size,
            bold=bold,
            spacing=spacing,
            shaded=shaded,
        )
        for piece, shaded in pieces
        if piece
    )


def paragraph_properties(style: str, more: str = "", section: str = "") -> str:
    """Return the properties of a paragraph of a style."""
    return f'<w:pPr><w:pStyle w:val="{style}"/>{more}{section}</w:pPr>'


def paragraph_xml(form: Form, name: str, text: str, *, lead: str = "", section: str = "") -> str:
    """Return a paragraph of one of the form's styles, its gaps on grey."""
    style = form.styles[name]
    spacing = form.spacing if style.on_grid else 0
    runs = _runs(lead, form.lead, style.size, bold=form.language == "en", spacing=spacing) if lead else ""
    runs += _runs(text, style.face, style.size, bold=style.bold, spacing=spacing)
    return f"<w:p>{paragraph_properties(name, section=section)}{runs}</w:p>"


def table_xml(form: Form, table: Table, width: float, fewest: int) -> str:
    """Return a table of a width in mm, its header repeated, its rows never split; no count of persons below `fewest`."""
    heads = [column.label.in_language(form.language) for column in table.columns]
    columns = [_mm(own) for own in _widths(form, table, heads, width, fewest)]
    columns[-1] -= max(0, sum(columns) - _mm(width))
    edge = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
    borders = "".join(
        edge.format(
            side=side,
            size=4 if side.startswith("inside") else 8,
            colour=_RULE if side.startswith("inside") else "000000",
        )
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{_mm(own)}" w:type="dxa"/>'
        for side, own in (("top", 0.8), ("left", _CELL_SIDE), ("bottom", 0.8), ("right", _CELL_SIDE))
    )
    head = _row_xml(form, heads, columns, ["center"] * len(columns), head=True)
    sides = [_side(column.kind) for column in table.columns]
    rows = "".join(_data_row(form, table, row, columns, sides, fewest) for row in table.rows)
    grid = "".join(f'<w:gridCol w:w="{own}"/>' for own in columns)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
    )


def _side(kind: str) -> str:
    return "right" if kind in NUMBERS else "center" if kind in CENTRED else "left"


_MOST_OF_A_WORD = 34.0
"""Above this a word is broken, in mm: no column can give way to everything."""
_WORD = re.compile(r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef-]+-?")
"""What a line is not broken in: anything but blanks and Chinese characters, up to a hyphen."""


def _widths(form: Form, table: Table, heads: list[str], width: float, fewest: int) -> list[float]:
    """Return the widths of the columns in mm: as stated, but that no word is broken where the others have room to give."""
    scale = width / sum(column.width for column in table.columns)
    stated = [column.width * scale for column in table.columns]
    rows = [row for row in table.rows if not isinstance(row, GroupRow)]
    bold = [form.language == "en", *(isinstance(row, TotalRow) for row in rows)]
    words = [
        max(_longest_word(form, text, bold=own) for text, own in zip(cells, bold, strict=True))
        for cells in zip(heads, *(_row_texts(form, table, row, fewest) for row in rows), strict=True)
    ]
    least = [min(_MOST_OF_A_WORD, word + 2 * _CELL_SIDE) for word in words]
    wanted = sum(max(0.0, need - own) for need, own in zip(least, stated, strict=True))
    spare = sum(max(0.0, own - need) for need, own in zip(least, stated, strict=True))
    given, taken = (min(1.0, spare / wanted) if wanted else 0.0), (min(1.0, wanted / spare) if spare else 0.0)
    return [own + (need - own) * (given if need > own else taken) for need, own in zip(least, stated, strict=True)]


def _longest_word(form: Form, text: str, *, bold: bool) -> float:
    """Return the width of the longest word of a text in mm, as far as its number of letters tells."""
    letters = max(map(len, _WORD.findall(text)), default=0)
    return letters * form.cell_size * form.cell_letter * (1.12 if bold else 1.0) * 25.4 / 72


def _row_texts(form: Form, table: Table, row: Row, fewest: int) -> list[str]:
    values: Iterable[Any] = row.values if isinstance(row, TotalRow) else row  # type: ignore[assignment]
    return [
        cell_text(value, column.kind, fewest).in_language(form.language)
        for value, column in zip(values, table.columns, strict=True)
    ]


def _data_row(form: Form, table: Table, row: Row, widths: list[int], sides: list[str], fewest: int) -> str:
    if isinstance(row, GroupRow):
        text = row.label.in_language(form.language)
        cell = _cell_xml(form, text, sum(widths), "left", head=True, span=len(widths), keep=True)
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cell}</w:tr>"
    return _row_xml(form, _row_texts(form, table, row, fewest), widths, sides, bold=isinstance(row, TotalRow))


def _row_xml(
    form: Form, texts: list[str], widths: list[int], sides: list[str], *, head: bool = False, bold: bool = False
) -> str:
    cells = "".join(
        _cell_xml(form, text, width, side, head=head, bold=bold)
        for text, width, side in zip(texts, widths, sides, strict=True)
    )
    repeated = "<w:tblHeader/>" if head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _cell_xml(
    form: Form,
    text: str,
    width: int,
    side: str,
    *,
    head: bool = False,
    bold: bool = False,
    span: int = 1,
    keep: bool = False,
) -> str:
    face = form.cell_head if head else form.cell
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    properties += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{_HEAD}"/>' if head else ""
    properties += '<w:vAlign w:val="center"/>'
    style = '<w:pStyle w:val="cell"/>' + ("<w:keepNext/>" if keep or head else "")
    runs = _runs(text, face, form.cell_size, bold=bold or (head and form.language == "en"))
    return f'<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:pPr>{style}<w:jc w:val="{side}"/></w:pPr>{runs}</w:p></w:tc>'


def styles_xml(form: Form) -> str:
    """Return the styles of a form."""
    body = form.styles["body"].face
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(body)}<w:sz w:val="21"/><w:szCs w:val="21"/>'
        f'<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    )
    normal = (
        f'<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"<w:rPr>{_fonts(body)}</w:rPr></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
    )
    own = "".join(_style(name, style, form.spacing if style.on_grid else 0) for name, style in form.styles.items())
    cell = _style("cell", TextStyle(form.cell, form.cell_size, form.cell_line, align="left"))
    return defaults + normal + own + cell


def _style(name: str, style: TextStyle, spacing: int = 0) -> str:
    """Return a style; lines of a full page are full, whatever becomes of a paragraph's last line."""
    shown, custom = ("heading 1", "") if name == "heading" else (name, ' w:customStyle="1"')
    paragraph = "<w:keepNext/>" if style.keep_next else ""
    paragraph += '<w:widowControl w:val="0"/>' if style.on_grid else ""
    paragraph += '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
    paragraph += "" if style.on_grid else '<w:snapToGrid w:val="0"/>'
    exact = f' w:line="{twips(style.line)}" w:lineRule="exact"' if style.line else ' w:line="240" w:lineRule="auto"'
    paragraph += f'<w:spacing w:before="{twips(style.before)}" w:after="{twips(style.after)}"{exact}/>'
    if style.first_line:
        paragraph += f'<w:ind w:firstLineChars="{round(style.first_line * 100)}" w:firstLine="{twips(style.first_line * style.size) + round(style.first_line * spacing)}"/>'
    paragraph += f'<w:jc w:val="{style.align}"/>'
    paragraph += f'<w:outlineLvl w:val="{style.level}"/>' if style.level is not None else ""
    run = _fonts(style.face) + ("<w:b/>" if style.bold else "")
    run += f'<w:sz w:val="{round(style.size * 2)}"/><w:szCs w:val="{round(style.size * 2)}"/>'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{name}"><w:name w:val="{shown}"/><w:basedOn w:val="Normal"/>'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def settings_xml(form: Form) -> str:
    """Return the settings of a document."""
    even = "<w:evenAndOddHeaders/>" if form.dashes else ""
    return (
        f'<w:zoom w:percent="100"/>{even}<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
    )


def font_table_xml(form: Form) -> str:
    """Return the font table: what stands in where a face is missing."""
    faces = {style.face.han: style.face for style in form.styles.values()} | {form.lead.han: form.lead}
    fonts = "".join(
        f'<w:font w:name="{escape(name)}">'
        + (f'<w:altName w:val="{escape(face.instead)}"/>' if face.instead else "")
        + '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, face in sorted(faces.items())
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {_W} {_R}>{fonts}</w:fonts>'
