"""Workbooks for spreadsheets: made in memory, so that a full disk finds no half file, and written at once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gridplan.words.writing import replaced_file


@contextmanager
def written_workbook(path: str | Path, **options: Any) -> Iterator[Any]:
    """Give a workbook of xlsxwriter to fill; when the block ends without an error it stands at `path`.

    Text is never taken for a formula or a link.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    import xlsxwriter

    content = io.BytesIO()
    guarded = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, {**guarded, **options}) as book:
        yield book
    with replaced_file(path) as beside:
        beside.write_bytes(content.getvalue())
