"""A report: for each audience its files, made of the proposal without what the audience must not see, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.audiences import AUDIENCES, Audience, holds, seen_by
from gridplan.outputs.report.annex_workbook import write_annexes, write_gaps
from gridplan.outputs.report.annexes import annexes_of
from gridplan.outputs.report.blocks import Document
from gridplan.outputs.report.figures import figures_of
from gridplan.outputs.report.gaps import FoundGap, gaps_in
from gridplan.outputs.report.notes import change_notice, data_notes, drafting_notes
from gridplan.outputs.report.official_document import document_parts
from gridplan.outputs.report.plate_map import foot_words
from gridplan.outputs.report.plates import draw_plates, plate_names
from gridplan.outputs.report.residents_page import page_gaps, write_residents_page
from gridplan.outputs.report.sentences import document_name
from gridplan.outputs.report.word import write_document
from gridplan.proposal.files import read_proposal
from gridplan.proposal.manifest import MANIFEST, announce_files, sign_files, unchanged_files, write_manifest
from gridplan.proposal.proposal import PROPOSAL_FILES, Proposal
from gridplan.words.errors import InputProblem, OutputError
from gridplan.words.folders import WRITING_MARK, OwnFiles, added_files, replaced_folder
from gridplan.words.kinds import need_kind
from gridplan.words.text import Language, Text
from gridplan.words.writing import telling_failure, told_name, unwritable

if TYPE_CHECKING:
    from gridplan.outputs.report.figures import Figures

REPORT = "report"
"""Folder of a proposal folder into which a report is written."""
NAMES = {
    "document": Text(zh="方案.docx", en="plan.docx"),
    "annexes": Text(zh="附件.xlsx", en="annexes.xlsx"),
    "plates": Text(zh="网格图.pdf", en="plates.pdf"),
    "pictures": Text(zh="网格图", en="plates"),
    "notes": Text(zh="起草说明.docx", en="notes.docx"),
    "data": Text(zh="数据说明.docx", en="data.docx"),
    "notice": Text(zh="调整通知.docx", en="notice.docx"),
    "page": Text(zh="公示.html", en="page.html"),
    "gaps": Text(zh="待填清单.xlsx", en="to-fill.xlsx"),
}
"""What the files are called; `pictures` is a folder."""
_UNSIGNED = frozenset({WRITING_MARK})
_OWN = OwnFiles(names=frozenset({MANIFEST}), listed=unchanged_files, never_beside=PROPOSAL_FILES)
Progress = Callable[[Text], None]


def _silent(_stage: Text) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class Report:
    """What was written, what is left to fill in, and in which language."""

    files: tuple[Path, ...]
    gaps: tuple[FoundGap, ...]
    language: Language


def report(proposal: Proposal, folder: str | Path, *, progress: Progress = _silent) -> Report:
    """Write what is handed out: for each audience the document with its annexes, notes and map book, or the page for residents.

    `folder` gets a folder an audience (内部稿, 征求意见稿, 公示稿) and the list of all gaps. What an audience must not see is
    not in its files. The same proposal gives the same bytes.

    Parameters
    ----------
    proposal
        The plan.
    folder
        Where to write; it is made if it is not there. An earlier report in it is replaced as a whole.
    progress
        Called with the name of each stage.

    Returns
    -------
    Report
        The files, and the gaps that only people can fill.

    Raises
    ------
    ArgumentError
        If `proposal` is no proposal: a folder is read with `read_proposal` first.
    OutputError
        If it cannot be written, or a file of an earlier report was edited since and would be lost.

    Examples
    --------
    >>> written = gp.report(proposal, "report")
    >>> [path.name for path in written.files if path.suffix == ".html"]
    ['公示.html']
    >>> written.gaps[0].what
    '国家和省有关文件名称、文号'
    """
    need_kind(proposal, Proposal, "proposal")
    return _written(proposal, folder, progress)


def _written(
    proposal: Proposal, folder: str | Path, progress: Progress, *, announce: Callable[[Path], None] = lambda new: None
) -> Report:
    target = Path(folder)
    with replaced_folder(folder, _OWN) as new, telling_failure(target):
        _refuse_edited(target, planned_files(proposal))
        gaps = _fill(proposal, new, progress)
        names = sorted(
            path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file() and path.name != WRITING_MARK
        )
        write_manifest(new, {}, _UNSIGNED)
        announce(new)
    return Report(tuple(target / name for name in names), gaps, proposal.case.language)


def report_into(
    folder: Path, *, read: Callable[[Path], Proposal] = read_proposal, progress: Progress = _silent
) -> Report:
    """Write the report of a proposal folder into its folder `report`, signed in its manifest, so that it goes with it.

    Parameters
    ----------
    folder
        The folder of the proposal.
    read
        How the proposal is read.
    progress
        Called with the name of each stage.

    Returns
    -------
    Report
        The files, and the gaps that only people can fill.

    Raises
    ------
    ProposalError
        If the proposal cannot be read.
    OutputError
        If the report cannot be written.
    """
    if not folder.is_dir():
        read(folder)  # tells what stands there instead
    with added_files(folder) as place:

        def announce(new: Path) -> None:
            announce_files(place, new, place / REPORT, _UNSIGNED)

        written = _written(read(folder), place / REPORT, progress, announce=announce)
        with telling_failure(folder):
            sign_files(place, [*written.files, place / REPORT / MANIFEST])
    return Report(tuple(folder / path.relative_to(place) for path in written.files), written.gaps, written.language)


def planned_files(proposal: Proposal) -> list[str]:
    """Return the files of a report as relative paths, before anything is drawn or written."""
    language = proposal.case.language
    told = {key: name.in_language(language) for key, name in NAMES.items()}
    papers = [told[key] for key in ("document", "annexes", "plates", "notes", "data")]
    papers += [told["notice"]] if proposal.provenance.revision is not None else []
    papers += [f"{told['pictures']}/{name}.png" for name in plate_names(figures_of(proposal, proposal))]
    names = [told["gaps"]]
    for audience, title in AUDIENCES.items():
        held = [*(papers if holds(audience, "papers") else []), *([told["page"]] if holds(audience, "page") else [])]
        names += [f"{title.in_language(language)}/{name}" for name in held]
    return sorted(names)


def _refuse_edited(target: Path, names: list[str]) -> None:
    """Refuse to write over a file that somebody filled in, or that is somebody else's."""
    ours = set(unchanged_files(target))
    edited = [name for name in names if name not in ours and os.path.lexists(target / name)]
    if edited:
        raise OutputError(tuple(_edited(target / name) for name in edited))


def _edited(path: Path) -> InputProblem:
    found = Text(
        zh=f"后来改过的文件 {told_name(path.parent)}/{told_name(path)}",
        en=f"{told_name(path.parent)}/{told_name(path)}, edited since",
    )
    remedy = Text(
        zh="改过的内容不会被覆盖：把它移到别处或改名后重试。",
        en="Edits are not written over: move it elsewhere or rename it, and try again.",
    )
    return unwritable(path, found, remedy)


def _fill(proposal: Proposal, new: Path, progress: Progress) -> tuple[FoundGap, ...]:
    language = proposal.case.language
    gaps: list[FoundGap] = []
    for audience, title in AUDIENCES.items():
        shown = seen_by(proposal, audience)
        place = new / title.in_language(language)
        place.mkdir()
        if holds(audience, "papers"):
            progress(Text(zh=f"编写{title.zh}", en=f"Writing the {title.en} draft"))
            gaps += _papers(figures_of(shown, proposal), audience, place, language)
        if holds(audience, "page"):
            progress(Text(zh="制作公示页", en="Making the page for residents"))
            path = place / NAMES["page"].in_language(language)
            write_residents_page(shown, path)
            gaps += page_gaps(shown, f"{place.name}/{path.name}")
    write_gaps(tuple(gaps), new / NAMES["gaps"].in_language(language), language)
    return tuple(gaps)


def _papers(figures: Figures, audience: Audience, place: Path, language: Language) -> list[FoundGap]:
    """Write the papers of an audience; return their gaps."""
    pictures = place / NAMES["pictures"].in_language(language)
    pictures.mkdir()
    plates = draw_plates(figures, audience, place / NAMES["plates"].in_language(language), pictures)
    name = document_name(figures)
    documents: dict[str, Document | None] = {
        "document": Document(name, document_parts(figures, audience), annexes_of(figures, audience)),
        "notes": drafting_notes(figures, audience),
        "data": data_notes(figures),
        "notice": change_notice(figures),
    }
    gaps: list[FoundGap] = []
    if audience != "internal":
        words = "\n".join(foot_words(figures, audience))
        book = f"{place.name}/{NAMES['plates'].in_language(language)}"
        gaps += gaps_in(
            book, [(Text(zh="每幅图的图下", en="foot of each plate").in_language(language), words)], language
        )
    for key, document in documents.items():
        if document is not None:
            path = place / NAMES[key].in_language(language)
            write_document(document, path, language, fewest=figures.fewest, plates=plates if key == "document" else ())
            gaps += gaps_in(f"{place.name}/{path.name}", document.told(language), language)
    annexes = annexes_of(figures, audience, in_full=True)
    write_annexes(annexes, place / NAMES["annexes"].in_language(language), language, fewest=figures.fewest)
    return gaps
