"""A report as a whole: whole or not at all, the same bytes again, signed with its proposal, and figures that follow the data alone."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from gridplan.cli import app
from gridplan.outputs.exports.formats import export
from gridplan.outputs.report.report import REPORT, planned_files, report
from gridplan.proposal.files import read_proposal
from gridplan.proposal.manifest import changed_files, read_manifest
from gridplan.words.errors import ArgumentError, OutputError
from tests.outputs.exports.reading import KEYS, LOST, READERS
from tests.outputs.report.papers import cells, paragraphs, tables

FILES = {
    "内部稿": {"方案.docx", "附件.xlsx", "网格图.pdf", "起草说明.docx", "数据说明.docx", "调整通知.docx"},
    "征求意见稿": {"方案.docx", "附件.xlsx", "网格图.pdf", "起草说明.docx", "数据说明.docx", "调整通知.docx"},
    "公示稿": {"公示.html"},
}


def test_each_audience_has_its_files(handed_out):
    found = {folder: {path.name for path in (handed_out / folder).iterdir() if path.is_file()} for folder in FILES}
    assert found == FILES
    assert {path.name for path in handed_out.iterdir() if path.is_file()} == {"待填清单.xlsx", "manifest.json"}
    assert len(list((handed_out / "内部稿" / "网格图").glob("*.png"))) == 3


def test_the_files_are_those_that_were_planned(handed_out, told_board):
    found = [path.relative_to(handed_out).as_posix() for path in handed_out.rglob("*") if path.is_file()]
    assert sorted(found) == sorted([*planned_files(told_board), "manifest.json"])
    english = planned_files(replace(told_board, case=told_board.case.with_language("en")))
    assert {"internal/plan.docx", "consultation/annexes.xlsx", "public/page.html", "to-fill.xlsx"} <= set(english)


def test_what_was_filled_in_is_not_written_over(handed_out, told_board, tmp_path):
    folder = tmp_path / "report"
    shutil.copytree(handed_out, folder)
    filled = folder / "内部稿" / "方案.docx"
    filled.write_bytes(filled.read_bytes() + b"filled in")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(OutputError) as refused:
        report(told_board, folder)
    assert len(refused.value.problems) == 1
    assert "方案.docx" in refused.value.problems[0].render("zh")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_folder_is_no_proposal(tmp_path):
    with pytest.raises(ArgumentError):
        report("maps/binhai", tmp_path / "report")


@pytest.mark.long
def test_the_command_gives_the_same_bytes_from_the_folder_alone_signs_them_and_lists_the_gaps(
    handed_out, told_board, tmp_path
):
    folder = told_board.save(tmp_path / "plan")
    ran = CliRunner().invoke(app, ["report", str(folder)])
    assert ran.exit_code == 0, ran.output
    assert "待填" in ran.output
    assert "指导思想（卫生健康行政部门）" in ran.output
    for path in handed_out.rglob("*"):
        own = path.relative_to(handed_out)
        assert path.is_dir() or path.read_bytes() == (folder / REPORT / own).read_bytes(), own
    assert f"{REPORT}/内部稿/方案.docx" in read_manifest(folder)["bytes"]
    assert changed_files(folder) == ()
    assert read_proposal(folder).equals(told_board)


def test_no_proposal_no_report(tmp_path):
    ran = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert ran.exit_code == 2
    assert not (tmp_path / REPORT).exists()


@pytest.fixture(scope="module")
def grown(told_board, tmp_path_factory):
    """The report of the same lines with 500 more people in u05, a unit of street S2."""
    units, grids = told_board.units.copy(), told_board.grids.copy()
    units.loc["u05", "population"] += 500
    grid = units["grid_id"]["u05"]
    grids["population"] = units["population"].groupby(units["grid_id"]).sum().reindex(grids.index)
    grids["deviation"] = grids["population"] / (units["population"].sum() / len(grids)) - 1
    folder = tmp_path_factory.mktemp("grown") / "report"
    city = replace(told_board, units=units, grids=grids)
    report(city, folder)
    export(city, "all", target=folder.parent / "export")
    return folder, list(grids.index).index(grid)


def test_one_population_changes_the_figures_that_depend_on_it_and_no_other(grown, handed_out):
    """24,000 become 24,500; in annex 1 the row of the grid and the total change in one column, in annex 4 the rows of S2's move."""
    folder, row = grown
    before, after = (tables(place / "内部稿" / "方案.docx") for place in (handed_out, folder))
    changed = {
        (number, line, column)
        for number, (one, two) in enumerate(zip(before, after, strict=True))
        for line, (old, new) in enumerate(zip(one, two, strict=True))
        for column, (a, b) in enumerate(zip(old, new, strict=True))
        if a != b
    }
    annex_1 = {(line, column) for number, line, column in changed if number == 0}
    assert annex_1 == {(1 + row, 7), (3, 7)}
    assert (before[0][3][7], after[0][3][7]) == ("2.40", "2.45")
    said = [
        (old, new)
        for old, new in zip(
            paragraphs(handed_out / "内部稿" / "方案.docx"), paragraphs(folder / "内部稿" / "方案.docx"), strict=True
        )
        if old != new
    ]
    assert any("2.40万人" in old and "2.45万人" in new for old, new in said)
    assert all("人" in old for old, _ in said)


def test_one_population_changes_workbook_and_plates_and_leaves_the_public_page(grown, handed_out):
    folder, row = grown
    before, after = (cells(place / "内部稿" / "附件.xlsx") for place in (handed_out, folder))
    sheet = next(name for name, _ in before if name.startswith("1 "))
    changed = {cell for (name, cell), value in after.items() if name == sheet and value != before[name, cell]}
    assert changed == {f"H{2 + row}", "H4"}
    assert (before[sheet, "H4"], after[sheet, "H4"]) == (24_000, 24_500)
    assert (folder / "内部稿" / "网格图.pdf").read_bytes() != (handed_out / "内部稿" / "网格图.pdf").read_bytes()
    assert (folder / "公示稿" / "公示.html").read_bytes() == (handed_out / "公示稿" / "公示.html").read_bytes()


def test_one_population_changes_the_plates_where_it_is_told_and_no_other_page(grown, handed_out):
    """In the PDF the whole has 2.45 and its grid 1.25 (ten thousands); its page has the street, too; the other grid's page is the same."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("needs pdftotext (Debian: poppler-utils)")
    folder, row = grown
    said = []
    for place in (handed_out, folder):
        told = subprocess.run([reader, "-raw", place / "内部稿" / "网格图.pdf", "-"], capture_output=True, check=True)
        pages = told.stdout.decode("utf-8").split("\f")[:3]
        said.append([Counter(re.sub("方案 ?[0-9a-f]{8}", "", page).split()) for page in pages])
    new = [after - before for before, after in zip(*said, strict=True)]
    assert new[2 - row] == Counter()
    assert {"1.25", "2.45"} <= new[0].keys()
    assert {"1.25万", "0.45"} <= new[1 + row].keys()
    assert all(re.search(r"\d", word) for page in new for word in page)


def test_one_population_changes_what_depends_on_it_in_every_export_and_nothing_else(grown, told_board, tmp_path):
    """Read back from each format: residents of u05 and of its grid, and how far the grids are from their mean, which is another one."""
    folder, row = grown
    grid = told_board.grids.index[row]
    export(told_board, "all", target=tmp_path)
    allowed = {("units", "u05", "population"), ("grids", grid, "population")}
    allowed |= {("grids", own, "deviation") for own in told_board.grids.index}
    for name, read in READERS.items():
        before, after = read(tmp_path / name), read(folder.parent / "export" / name)
        changed = set()
        for layer, frame in before.items():
            old, new = (
                part.set_index(KEYS[layer]).drop(columns="geometry", errors="ignore").map(str)
                for part in (frame, after[layer])
            )
            for key, column in zip(*np.nonzero((old != new.loc[old.index]).to_numpy()), strict=True):
                changed.add((layer, old.index[key], old.columns[column]))
        assert changed <= allowed, name
        assert ("grids", grid, "population") in changed, name
        assert (
            ("units", "u05", "population") in changed or ("units", "population") in LOST.get(name, ()) or name == "dxf"
        )
