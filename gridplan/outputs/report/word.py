"""A `Document` -> a Word file: python-docx holds the package together, paragraphs and tables are written as its XML.

Every run names its faces for Han and Latin, children stand in the order of the schema, and the same document gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from gridplan.outputs.report.blocks import (
    Annex,
    Closing,
    Document,
    GroupRow,
    Heading,
    Part,
    Row,
    Table,
    Title,
    TotalRow,
)
from gridplan.outputs.report.cells import CENTRED, NUMBERS, cell_text
from gridplan.outputs.report.form import Face, Form, TextStyle, form_in
from gridplan.outputs.report.gaps import MARK
from gridplan.words.signs import shown_line
from gridplan.words.text import Language
from gridplan.words.writing import replaced_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_STAMP = (2000, 1, 1, 0, 0, 0)
_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001  a fixed stamp, so that equal documents are equal bytes
_GREY = "E6E6E6"
_HEAD = "F2F2F2"
_RULE = "7F7F7F"
_PLATE_MARGIN = 12.0
_A3, _A4 = (420.0, 297.0), (210.0, 297.0)


def write_document(document: Document, path: Path, language: Language, *, plates: Sequence[Path] = ()) -> None:
    """Write a document to a Word file.

    Parameters
    ----------
    document : what it says.
    path : file to write.
    language : which of its wordings; it settles the form too.
    plates : pictures of annex 3: the first on an A3 page, the others on A4 pages; none: the annex says where they are.
    """
    manuscript = _Manuscript(form_in(language))
    for block in document.parts:
        manuscript.add(block)
    for annex in document.annexes:
        manuscript.annex(annex, plates if annex.number == PLATES else ())
    with replaced_file(path) as beside:
        beside.write_bytes(manuscript.finished(document.name.in_language(language)))


PLATES = 3
"""Number of the annex that holds the plates."""


class _Manuscript:
    """Collects the body of a document; a section is closed by what follows it."""

    def __init__(self, form: Form) -> None:
        import docx

        self.form = form
        self.package = docx.Document()
        self.body = self.package.element.body
        self.end = self.body.sectPr
        self._prepare()
        self._open = _page(_A4, form)
        self._filled = False

    def _prepare(self) -> None:
        """Take away what the template brings, and set styles, settings and page numbers."""
        from docx.opc.constants import RELATIONSHIP_TYPE

        for paragraph in list(self.body):
            if paragraph is not self.end:
                self.body.remove(paragraph)
        package = self.package.part.package
        for name, relation in list(package.rels.items()):
            if relation.reltype.endswith("/thumbnail"):
                del package.rels[name]
        for name, relation in list(self.package.part.rels.items()):
            if relation.reltype in (
                RELATIONSHIP_TYPE.THEME,
                RELATIONSHIP_TYPE.NUMBERING,
                RELATIONSHIP_TYPE.WEB_SETTINGS,
            ) or relation.reltype.endswith(("/customXml", "/stylesWithEffects")):
                del self.package.part.rels[name]
            elif relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
                relation.target_part._blob = _font_table(self.form).encode("utf-8")
        _refill(self.package.styles.element, _styles(self.form))
        _refill(self.package.settings.element, _settings(self.form))
        section = self.package.sections[0]
        for footer, right in ((section.footer, True), (section.even_page_footer, False)):
            footer.is_linked_to_previous = False
            _refill(footer._element, self._number(right=right))
        references = [child for child in self.end if child.tag.endswith("footerReference")]
        self.footers = "".join(
            f'<w:footerReference w:type="{child.get(_name("type"))}" r:id="{child.get(_rel("id"))}"/>'
            for child in references
        )

    def _number(self, *, right: bool) -> str:
        side = "right" if right or not self.form.dashes else "left"
        style = self.form.styles["page_number"]
        ends = ("— ", " —") if self.form.dashes else ("", "")
        indent = f'<w:ind w:{side}Chars="100" w:{side}="{_twips(style.size)}"/>' if self.form.dashes else ""
        field = "".join(
            _run_xml(inner, style.face, style.size)
            for inner in (
                f'<w:t xml:space="preserve">{ends[0]}</w:t>',
                '<w:fldChar w:fldCharType="begin"/>',
                '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
                '<w:fldChar w:fldCharType="separate"/>',
                "<w:t>1</w:t>",
                '<w:fldChar w:fldCharType="end"/>',
                f'<w:t xml:space="preserve">{ends[1]}</w:t>',
            )
        )
        return f'<w:p><w:pPr><w:pStyle w:val="page_number"/>{indent}<w:jc w:val="{side}"/></w:pPr>{field}</w:p>'

    def add(self, block: Part) -> None:
        """Add a part of the text."""
        language = self.form.language
        if isinstance(block, Title):
            for name, texts in (("above", (block.above,)), ("title", block.lines), ("below", (block.below,))):
                for text in texts:
                    self._say(name, text.in_language(language))
        elif isinstance(block, Heading):
            self._say("heading", block.text.in_language(language))
        elif isinstance(block, Table):
            self._table(block, turned=False)
        elif isinstance(block, Closing):
            self._say("body", " ")
            for line in block.lines:
                self._say("closing", line.in_language(language))
        else:
            lead = block.lead.in_language(language)
            self._say(
                "body", block.text.in_language(language), lead=lead if language == "zh" else f"{lead} " if lead else ""
            )

    def annex(self, annex: Annex, plates: Sequence[Path]) -> None:
        """Add an annex on pages of its own."""
        language = self.form.language
        self._section(_page(_A4, self.form, turned=annex.turned, lines=False))
        self._say("annex", annex.label.in_language(language))
        self._say("annex_title", annex.title.in_language(language))
        if not annex.tables:
            self._say("absent", annex.absent.in_language(language))
        for table in annex.tables:
            self._table(table, turned=annex.turned)
        for number, plate in enumerate(plates):
            size = _A3 if number == 0 else _A4
            if number < 2:
                self._section(_page(size, self.form, turned=number == 0, lines=False, margin=_PLATE_MARGIN))
            self._picture(plate, (size[0] - 2 * _PLATE_MARGIN - 1, size[1] - 2 * _PLATE_MARGIN - 8), first=number < 2)

    def _say(self, name: str, text: str, *, lead: str = "", section: str = "") -> None:
        if text or section:
            self.body_append(_paragraph(self.form, name, text, lead=lead, section=section))

    def body_append(self, xml: str) -> None:
        """Put XML at the end of the body."""
        from docx.oxml import parse_xml

        self.end.addprevious(parse_xml(_declared(xml)))
        self._filled = True

    def _section(self, page: str) -> None:
        """Close the section at hand and begin one on another page."""
        if self._filled:
            self.body_append(_paragraph(self.form, "note", "", section=self._sect(self._open)))
        self._open = page

    def _sect(self, page: str) -> str:
        return f'<w:sectPr>{self.footers}<w:type w:val="nextPage"/>{page}</w:sectPr>'

    def _table(self, table: Table, *, turned: bool) -> None:
        language = self.form.language
        width = self.form.turned_width if turned else self.form.type_width
        self._say("table_name", table.name.in_language(language))
        self._say("unit", "　".join(filter(None, (table.unit.in_language(language), table.gap.in_language(language)))))
        if table.note.zh and len(table.rows) > _ROWS_OF_A_PAGE:
            self._say("note", table.note.in_language(language))
        self.body_append(_table_xml(self.form, table, width))
        if table.note.zh and len(table.rows) <= _ROWS_OF_A_PAGE:
            self._say("note", table.note.in_language(language))

    def _picture(self, plate: Path, most: tuple[float, float], *, first: bool) -> None:
        from docx.shared import Emu, Mm

        paragraph = self.package.add_paragraph()
        run = paragraph.add_run()
        picture = run.add_picture(str(plate), width=Mm(most[0]))
        if picture.height > Mm(most[1]):
            picture.width, picture.height = Emu(picture.width * Mm(most[1]) // picture.height), Mm(most[1])
        properties = _paragraph_properties("picture", "" if first else "<w:pageBreakBefore/>")
        from docx.oxml import parse_xml

        paragraph._p.insert(0, parse_xml(_declared(properties)))
        self._filled = True

    def finished(self, title: str) -> bytes:
        """Return the bytes of the file."""
        from docx.oxml import parse_xml

        closing = parse_xml(_declared(self._sect(self._open)))
        self.body.replace(self.end, closing)
        properties = self.package.core_properties
        properties.author = properties.last_modified_by = "gridplan"
        properties.title, properties.comments, properties.revision = shown_line(title)[:255], "", 1
        properties.created = properties.modified = _CREATED
        held = io.BytesIO()
        self.package.save(held)
        return _same_bytes(held.getvalue())


_ROWS_OF_A_PAGE = 12
"""A note stands above a longer table, so that it is never left alone on a last page."""


def _same_bytes(content: bytes) -> bytes:
    """Return a package without clocks, its parts in order of their names."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as fixed:
        names = sorted(given.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            fixed.writestr(info, given.read(name))
    return result.getvalue()


def _name(local: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{local}"


def _rel(local: str) -> str:
    return f"{{http://schemas.openxmlformats.org/officeDocument/2006/relationships}}{local}"


def _declared(xml: str) -> str:
    """Return an element with its namespaces declared."""
    head, rest = xml.split(">", 1) if not xml.split(">", 1)[0].endswith("/") else (xml[:-2], "")
    return f"{head} {_W} {_R}>{rest}" if rest else f"{head} {_W} {_R}/>"


def _refill(element: Any, inner: str) -> None:
    """Replace what an element holds."""
    from docx.oxml import parse_xml

    for child in list(element):
        element.remove(child)
    for child in parse_xml(f"<w:holder {_W} {_R}>{inner}</w:holder>"):
        element.append(child)


def _twips(points: float) -> int:
    return round(points * 20)


def _mm(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


def _page(
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


def _run_xml(inner: str, face: Face, size: float, *, bold: bool = False, spacing: int = 0, shaded: bool = False) -> str:
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
        _run_xml(
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


def _paragraph_properties(style: str, more: str = "", section: str = "") -> str:
    return f'<w:pPr><w:pStyle w:val="{style}"/>{more}{section}</w:pPr>'


def _paragraph(form: Form, name: str, text: str, *, lead: str = "", section: str = "") -> str:
    style = form.styles[name]
    spacing = form.spacing if style.on_grid else 0
    runs = _runs(lead, form.lead, style.size, bold=form.language == "en", spacing=spacing) if lead else ""
    runs += _runs(text, style.face, style.size, bold=style.bold, spacing=spacing)
    return f"<w:p>{_paragraph_properties(name, section=section)}{runs}</w:p>"


def _table_xml(form: Form, table: Table, width: float) -> str:
    widths = [column.width for column in table.columns]
    scale = width / sum(widths)
    columns = [_mm(own * scale) for own in widths]
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
        for side, own in (("top", 0.8), ("left", 1.2), ("bottom", 0.8), ("right", 1.2))
    )
    head = _row_xml(
        form,
        [column.label.in_language(form.language) for column in table.columns],
        columns,
        ["center"] * len(columns),
        head=True,
    )
    sides = [_side(column.kind) for column in table.columns]
    rows = "".join(_data_row(form, table, row, columns, sides) for row in table.rows)
    grid = "".join(f'<w:gridCol w:w="{own}"/>' for own in columns)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"
    )


def _side(kind: str) -> str:
    return "right" if kind in NUMBERS else "center" if kind in CENTRED else "left"


def _data_row(form: Form, table: Table, row: Row, widths: list[int], sides: list[str]) -> str:
    language = form.language
    if isinstance(row, GroupRow):
        text = row.label.in_language(language)
        cell = _cell_xml(form, text, sum(widths), "left", head=True, span=len(widths), keep=True)
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cell}</w:tr>"
    values: Iterable[Any] = row.values if isinstance(row, TotalRow) else row
    texts = [
        cell_text(value, column.kind).in_language(language) for value, column in zip(values, table.columns, strict=True)
    ]
    return _row_xml(form, texts, widths, sides, bold=isinstance(row, TotalRow))


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


def _styles(form: Form) -> str:
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
    own = "".join(_style(name, style) for name, style in form.styles.items())
    cell = _style("cell", TextStyle(form.cell, form.cell_size, form.cell_line, align="left"))
    return defaults + normal + own + cell


def _style(name: str, style: TextStyle) -> str:
    shown = {"heading": "heading 1", "annex": "heading 1 annex"}.get(name, name)
    paragraph = "<w:keepNext/>" if style.keep_next else ""
    paragraph += '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
    paragraph += "" if style.on_grid else '<w:snapToGrid w:val="0"/>'
    exact = f' w:line="{_twips(style.line)}" w:lineRule="exact"' if style.line else ' w:line="240" w:lineRule="auto"'
    paragraph += f'<w:spacing w:before="{_twips(style.before)}" w:after="{_twips(style.after)}"{exact}/>'
    if style.first_line:
        paragraph += f'<w:ind w:firstLineChars="{round(style.first_line * 100)}" w:firstLine="{_twips(style.first_line * style.size)}"/>'
    paragraph += f'<w:jc w:val="{style.align}"/>'
    paragraph += f'<w:outlineLvl w:val="{style.level}"/>' if style.level is not None else ""
    run = _fonts(style.face) + ("<w:b/>" if style.bold else "")
    run += f'<w:sz w:val="{round(style.size * 2)}"/><w:szCs w:val="{round(style.size * 2)}"/>'
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="{shown}"/><w:basedOn w:val="Normal"/>'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _settings(form: Form) -> str:
    even = "<w:evenAndOddHeaders/>" if form.dashes else ""
    return (
        f'<w:zoom w:percent="100"/>{even}<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
    )


def _font_table(form: Form) -> str:
    faces = {style.face.han: style.face for style in form.styles.values()} | {form.lead.han: form.lead}
    fonts = "".join(
        f'<w:font w:name="{escape(name)}">'
        + (f'<w:altName w:val="{escape(face.instead)}"/>' if face.instead else "")
        + '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for name, face in sorted(faces.items())
    )
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {_W} {_R}>{fonts}</w:fonts>'
