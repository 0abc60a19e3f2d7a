"""A `Document` -> a Word file: python-docx holds the package together, paragraphs and tables are written as its XML.

Every run names its faces for Han and Latin, children stand in the order of the schema, and the same document gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.report.blocks import (
    Annex,
    Closing,
    Document,
    Heading,
    Part,
    Table,
    Title,
)
from gridplan.outputs.report.form import Form, form_in
from gridplan.outputs.report.word_xml import (
    declared,
    font_table_xml,
    page_xml,
    paragraph_properties,
    paragraph_xml,
    refill,
    relation_name,
    run_xml,
    settings_xml,
    styles_xml,
    table_xml,
    twips,
    word_name,
)
from gridplan.words.signs import shown_line
from gridplan.words.text import Language
from gridplan.words.writing import replaced_file

if TYPE_CHECKING:
    from collections.abc import Sequence

_STAMP = (2000, 1, 1, 0, 0, 0)
_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001  a fixed stamp, so that equal documents are equal bytes
_PLATE_MARGIN = 12.0
_A3, _A4 = (420.0, 297.0), (210.0, 297.0)


def write_document(
    document: Document, path: Path, language: Language, *, fewest: int, plates: Sequence[Path] = ()
) -> None:
    """Write a document to a Word file.

    Parameters
    ----------
    document : what it says.
    path : file to write.
    language : which of its wordings; it settles the form too.
    fewest : counts of persons below this are not shown in tables.
    plates : pictures of annex 3, broad ones on A3 pages and tall ones on A4 pages; none: the annex says where they are.
    """
    manuscript = _Manuscript(form_in(language), fewest)
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

    def __init__(self, form: Form, fewest: int) -> None:
        import docx

        self.form, self.fewest = form, fewest
        self.package = docx.Document()
        self.body = self.package.element.body
        self.end = self.body.sectPr
        self._prepare()
        self._open = page_xml(_A4, form)
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
                relation.target_part._blob = font_table_xml(self.form).encode("utf-8")
        refill(self.package.styles.element, styles_xml(self.form))
        refill(self.package.settings.element, settings_xml(self.form))
        section = self.package.sections[0]
        for footer, right in ((section.footer, True), (section.even_page_footer, False)):
            footer.is_linked_to_previous = False
            refill(footer._element, self._number(right=right))
        references = [child for child in self.end if child.tag.endswith("footerReference")]
        self.footers = "".join(
            f'<w:footerReference w:type="{child.get(word_name("type"))}" r:id="{child.get(relation_name("id"))}"/>'
            for child in references
        )

    def _number(self, *, right: bool) -> str:
        side = "right" if right or not self.form.dashes else "left"
        style = self.form.styles["page_number"]
        ends = ("— ", " —") if self.form.dashes else ("", "")
        indent = f'<w:ind w:{side}Chars="100" w:{side}="{twips(style.size)}"/>' if self.form.dashes else ""
        field = "".join(
            run_xml(inner, style.face, style.size)
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
            if not block.below.zh:
                self._say("below", " ")
        elif isinstance(block, Heading):
            self._say("heading", block.text.in_language(language))
        elif isinstance(block, Table):
            self._table(block, turned=False)
        elif isinstance(block, Closing):
            self._keep_last_with_next()
            self._say("closing", " ")
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
        self._section(page_xml(_A4, self.form, turned=annex.turned, lines=False))
        self._say("annex", annex.label.in_language(language))
        self._say("annex_title", annex.title.in_language(language))
        if not annex.tables:
            self._say("absent", annex.absent.in_language(language))
        for table in annex.tables:
            self._table(table, turned=annex.turned)
        size = None
        for plate in plates:
            own = _A3 if _is_broad(plate) else _A4
            if first := own != size:
                self._section(page_xml(own, self.form, turned=own == _A3, lines=False, margin=_PLATE_MARGIN))
            self._picture(plate, (own[0] - 2 * _PLATE_MARGIN - 1, own[1] - 2 * _PLATE_MARGIN - 8), first=first)
            size = own

    def _say(self, name: str, text: str, *, lead: str = "", section: str = "") -> None:
        if text or section:
            self.body_append(paragraph_xml(self.form, name, text, lead=lead, section=section))

    def body_append(self, xml: str) -> None:
        """Put XML at the end of the body."""
        from docx.oxml import parse_xml

        self.end.addprevious(parse_xml(declared(xml)))
        self._filled = True

    def _keep_last_with_next(self) -> None:
        """Keep the last paragraph on the page of what follows, so that issuer and date never stand alone."""
        from docx.oxml.text.paragraph import CT_P

        last = self.end.getprevious()
        if isinstance(last, CT_P):
            last.get_or_add_pPr().keepNext_val = True

    def _section(self, page: str) -> None:
        """Close the section at hand and begin one on another page."""
        if self._filled:
            self.body_append(paragraph_xml(self.form, "note", "", section=self._sect(self._open)))
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
        self.body_append(table_xml(self.form, table, width, self.fewest))
        if table.note.zh and len(table.rows) <= _ROWS_OF_A_PAGE:
            self._say("note", table.note.in_language(language))

    def _picture(self, plate: Path, most: tuple[float, float], *, first: bool) -> None:
        from docx.shared import Emu, Mm

        paragraph = self.package.add_paragraph()
        run = paragraph.add_run()
        picture = run.add_picture(str(plate), width=Mm(most[0]))
        if picture.height > Mm(most[1]):
            picture.width, picture.height = Emu(picture.width * Mm(most[1]) // picture.height), Mm(most[1])
        properties = paragraph_properties("picture", "" if first else "<w:pageBreakBefore/>")
        from docx.oxml import parse_xml

        paragraph._p.insert(0, parse_xml(declared(properties)))
        self._filled = True

    def finished(self, title: str) -> bytes:
        """Return the bytes of the file."""
        from docx.oxml import parse_xml

        closing = parse_xml(declared(self._sect(self._open)))
        self.body.replace(self.end, closing)
        properties = self.package.core_properties
        properties.author = properties.last_modified_by = "gridplan"
        properties.title, properties.comments, properties.revision = shown_line(title)[:255], "", 1
        properties.created = properties.modified = _CREATED
        held = io.BytesIO()
        self.package.save(held)
        return _same_bytes(held.getvalue())


def _is_broad(picture: Path) -> bool:
    from docx.image.image import Image

    held = Image.from_file(str(picture))
    return bool(held.px_width > held.px_height)


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
