"""Cells of the planner's tables: corrected where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gridplan.app.actions.asked import Asked, words_in
from gridplan.app.bench import Bench
from gridplan.app.refusal import RefusedError
from gridplan.words.errors import LayerError

_MOST_ROWS = 10_000_000


def cell(bench: Bench, content: Asked) -> Any:
    """Let a cell of a table say something else; the file is written back with nothing else changed."""
    file, sheet = words_in(content["file"]), words_in(content.get("layer", ""), empty=True)
    row, column = _number(content["row"]), _number(content["column"])
    before, value = (words_in(content[key], empty=True) for key in ("before", "value"))
    write_cells(bench, file, sheet, {(row, column): value}, {(row, column): before})
    return True


def write_cells(
    bench: Bench, file: str, sheet: str, cells: dict[tuple[int, int], str], was: dict[tuple[int, int], str]
) -> None:
    """Write cells of a table that the settings name.

    Raises
    ------
    RefusedError
        If it is none of theirs, or cannot be written.
    """
    from gridplan.layers.files.cell_writing import with_cells

    sources = [source for source in _sources(bench.settings.get(("layers",), {})) if source.get("path") == file]
    if not sources:
        raise ValueError(file)
    path = bench.locate(file)
    with bench.corrections.lock:
        seen = bench.corrections.read(path)
        try:
            made = with_cells(path, sheet, cells, was=was, encoding=sources[0].get("encoding"), content=seen)
        except LayerError as error:
            raise RefusedError(error.problems) from None
        bench.corrections.write(path, made, seen=seen)


def _sources(section: Any) -> Iterator[dict[str, Any]]:
    """Yield every table that names a file, however deep; a workbook of merges may be named by its path alone."""
    for part in section.values() if isinstance(section, dict) else section if isinstance(section, list) else ():
        yield from _sources(part)
    if isinstance(section, dict) and isinstance(section.get("path"), str):
        yield section
        if isinstance(section.get("merges"), str):
            yield {"path": section["merges"]}


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST_ROWS:
        raise TypeError(value)
    return value


READS: dict[str, Callable[[Bench, Asked], Any]] = {}
WRITES: dict[str, Callable[[Bench, Asked], Any]] = {"files/cell": cell}
