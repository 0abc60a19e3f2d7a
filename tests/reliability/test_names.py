"""A slice of the family of hostile names ends clear; the whole is `python -m tests.reliability names`."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
import xlsxwriter

from tests.reliability import names
from tests.reliability.attempts import attempt_named


@pytest.mark.parametrize(
    "beginning",
    [
        "an escape code · facility name",
        "text turned round · unit name",
        "the escape code of one sign · place",
        "line breaks · street",
        "script · place",
        "an escape code · file",
    ],
)
def test_an_attempt_ends_clear(home: Path, tmp_path: Path, beginning: str):
    assert attempt_named(beginning, names.attempts(home)).run(tmp_path) == ("clear", "")


def test_what_is_planted_in_a_document_or_a_workbook_is_seen(tmp_path: Path):
    """The readers of what is handed out find text that turns round, formulas and scripts, and nothing in plain names."""

    def seen(path: Path) -> bool:
        return any(names.is_wrong(path.name, text) for text in names.READERS[path.suffix](path))

    for at, text in enumerate(("第一医院", "第一\u202e医院")):
        document = docx.Document()
        document.add_paragraph(text)
        document.save(str(tmp_path / f"{at}.docx"))
        page = tmp_path / f"{at}.html"
        page.write_text(f"<p>{text}</p>" + "<script>alert(1)</script>" * at, encoding="utf-8")
        with xlsxwriter.Workbook(tmp_path / f"{at}.xlsx") as book:
            sheet = book.add_worksheet()
            sheet.write_formula("A1", "=1+1") if at else sheet.write_string("A1", text)
    assert [path.stem for path in sorted(tmp_path.iterdir()) if seen(path)] == ["1", "1", "1"]
