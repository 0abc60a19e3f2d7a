"""LibreOffice opens what a report hands out; a page of the document has 22 lines of 28 characters."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from gridplan.outputs.report.blocks import Document, Paragraph
from gridplan.outputs.report.word import write_document
from gridplan.words.text import Text

SOFFICE = shutil.which("soffice")
PDFTOTEXT = shutil.which("pdftotext")
FACES = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>{}</fontconfig>"""
ALIAS = "<match><test name='family'><string>{a}</string></test><edit name='family' mode='assign' binding='strong'><string>{b}</string></edit></match>"
STAND_INS = {
    "仿宋": "Noto Serif CJK SC",
    "楷体": "Noto Serif CJK SC",
    "宋体": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC",
    "方正小标宋简体": "Noto Serif CJK SC",
}


@pytest.fixture(scope="module")
def opened(handed_out, tmp_path_factory) -> Path:
    """The document and the workbook as LibreOffice prints them."""
    if SOFFICE is None or PDFTOTEXT is None:
        pytest.skip("needs LibreOffice and poppler-utils")
    folder = tmp_path_factory.mktemp("office")
    (folder / "fonts.conf").write_text(
        FACES.format("".join(ALIAS.format(a=a, b=b) for a, b in STAND_INS.items())), "utf-8"
    )
    text = Text(zh="网格" * 308, en="")
    write_document(Document(text, (Paragraph(text),)), folder / "字.docx", "zh", fewest=10)
    files = [str(folder / "字.docx"), *(str(handed_out / "内部稿" / name) for name in ("方案.docx", "附件.xlsx"))]
    command = [
        SOFFICE,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
    ]
    run = subprocess.run([*command, *files], capture_output=True, timeout=300, check=False, env=_with_faces(folder))
    assert run.returncode == 0, run.stderr
    return folder


def _with_faces(folder: Path) -> dict[str, str]:
    import os

    return {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf"), "HOME": str(folder)}


def pages(path: Path) -> list[str]:
    run = subprocess.run([str(PDFTOTEXT), "-layout", str(path), "-"], capture_output=True, check=True)
    return run.stdout.decode("utf-8").split("\f")


def test_a_full_page_has_22_lines_of_28_characters(opened):
    """A paragraph of 28 x 22 characters, its first line two in: 22 lines on the first page, two characters on the second."""
    first, second, *_ = (
        [line.strip() for line in page.splitlines() if line.strip()] for page in pages(opened / "字.pdf")
    )
    assert [len(line) for line in first[:-1]] == [26, *[28] * 21]
    assert second[0] == "网格"
    assert [page[-1].replace(" ", "") for page in (first, second)] == ["—1—", "—2—"]


def test_annexes_begin_on_pages_of_their_own_and_numbers_run_on(opened):
    told = [page for page in pages(opened / "方案.pdf") if page.strip()]
    starts = [number for number, page in enumerate(told) if page.strip().startswith("附件")]
    assert len(starts) == 11
    assert all(
        f"—{number + 1}—" in page.replace(" ", "")
        for number, page in enumerate(told)
        if number not in range(starts[2] + 1, starts[3])
    )


def test_the_workbook_opens(opened):
    told = "".join(pages(opened / "附件.pdf"))
    assert all(head in told for head in ("集团名称", "机构代码", "计算结果"))
