"""One source while it is read: where its file is, and where everything wrong with it is gathered."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gridplan.case.case import Case
from gridplan.case.sources import LooseSource, Source
from gridplan.layers.files.json_files import explain_json
from gridplan.words.errors import InputProblem, Severity
from gridplan.words.ledger import HELD, NOT_SELECTED, Subject
from gridplan.words.problems import Problems, first_few, in_rows
from gridplan.words.text import Text


@dataclass(frozen=True)
class Reading:
    """A source, its file, the sheet or layer in use, and the problems found so far (shared).

    `unit` is the unit of measure that a title row of the table states (单位：万人).
    """

    source: Source
    path: Path
    problems: Problems = field(default_factory=Problems)
    layer: str = ""
    unit: str = ""

    def of_layer(self, layer: str) -> Reading:
        """Return the same reading with the sheet or layer that is really used."""
        return replace(self, layer=layer)

    def remedy(self, plain: Text, keyed: Text) -> Text:
        """Return the advice that names a key of the case, or the plain one where the case has no keys for this source."""
        return plain if isinstance(self.source, LooseSource) else keyed

    def tell(
        self,
        needed: Text,
        found: Text,
        remedy: Text,
        *,
        severity: Severity = "error",
        field: str = "",
        rows: Iterable[Any] = (),
        values: Iterable[Any] = (),
    ) -> None:
        """Add one problem of this source."""
        self.problems.tell(
            needed,
            found,
            remedy,
            severity=severity,
            file=self.source.path,
            layer=self.layer,
            field=field,
            rows=rows,
            values=values,
        )

    def tell_rows(
        self,
        rows: Iterable[Any],
        needed: Text,
        found: Text,
        remedy: Text,
        *,
        severity: Severity = "error",
        field: str = "",
        values: Iterable[Any] = (),
    ) -> None:
        """Add one problem that names the rows, if there are any; `values` shows the first few offending ones."""
        numbers = tuple(dict.fromkeys(int(row) for row in rows))
        if not numbers:
            return
        shown = first_few(values)
        self.tell(
            needed, in_rows(found, numbers, shown), remedy, severity=severity, field=field, rows=numbers, values=shown
        )

    def tell_unused_keys(self, names: Iterable[str]) -> None:
        """Warn of keys of the case that are stated for this source and that it has no use for."""
        stated = [name for name in names if getattr(self.source, name) not in (None, {}, "")]
        if stated:
            self.tell(
                Text(zh="对这个图层有用的键", en="keys that count for this layer"),
                Text(zh="{k} 不起作用", en="{k}, which have no effect").format(k=", ".join(stated)),
                Text(zh="从方案中删去。", en="Remove them from the case."),
                severity="warning",
                field=stated[0],
                values=stated,
            )

    def enter(self, subject: Subject, amount: float, fate: Text) -> None:
        """Enter what became of an amount of this source in the ledger."""
        self.problems.ledger.enter(self.source.path, self.layer, subject, amount, fate)

    def enter_held(self, subject: Subject, selected: float, not_selected: float) -> None:
        """Enter what the source holds: what `select` takes, and what it leaves out."""
        self.enter(subject, selected + not_selected, HELD)
        self.enter(subject, not_selected, NOT_SELECTED)


def open_source(case: Case, source: Source, problems: Problems) -> Reading:
    """Return the reading of a source of the case, before anything has been read."""
    return Reading(source, case.locate(source), problems, source.layer or "")


def tell_no_rows(rows: Sized, reading: Reading) -> None:
    """Say that a layer holds nothing (or that `select` left nothing), where something has to be there."""
    if not len(rows):
        reading.tell(
            Text(zh="至少一行数据（一个要素）", en="at least one row or feature"),
            Text(zh="没有数据", en="none"),
            Text(zh="核对文件、图层（layer）和筛选（select）。", en="Check the file, the layer, and select."),
        )


def no_file(name: str) -> InputProblem:
    """Return the problem of a name that belongs to a pipe or a device."""
    return InputProblem(
        "error",
        Text(zh="可以读取的文件", en="a file that can be read"),
        Text(zh="管道或设备", en="a pipe or a device"),
        Text(zh="写出文件本身的名称。", en="Name the file itself."),
        file=name,
    )


def empty_file(reading: Reading) -> InputProblem:
    """Return the problem of a file without content."""
    return InputProblem(
        "error",
        Text(zh="可以读取的文件", en="a file that can be read"),
        Text(zh="空文件（0 字节）", en="an empty file (0 bytes)"),
        Text(zh="重新导出或复制这个文件。", en="Export or copy the file again."),
        file=reading.source.path,
        layer=reading.layer,
    )


def tell_unreadable(reading: Reading, error: Exception) -> None:
    """Say that the file is absent, or cannot be read and why."""
    if not reading.path.exists():
        found = Text(zh="没有这个文件", en="no such file")
        remedy = Text(
            zh="检查文件名；路径以方案文件所在文件夹（或 data_folder）为起点。",
            en="Check the name; paths start at the case file's folder (or data_folder).",
        )
    elif reading.path.is_file() and reading.path.stat().st_size == 0:
        reading.problems.append(empty_file(reading))
        return
    elif (other := explain_json(reading.path)) is not None:
        found, remedy = other
    else:
        found = Text(zh="无法读取的内容（{r}）", en="content that cannot be read ({r})").format(
            r=_reason(reading.path, error)
        )
        remedy = Text(
            zh="文件可能已损坏，或扩展名与内容不符：重新导出后再试。",
            en="The file may be damaged, or its extension wrong: export it again.",
        )
    reading.tell(Text(zh="可以读取的文件", en="a file that can be read"), found, remedy)


_REASONS = (
    (
        ".shx",
        Text(zh="缺少同名的 .shx 文件，要与 .shp 一起复制", en="the .shx file beside it is missing: copy it as well"),
    ),
    ("no layer in the zip", Text(zh="压缩包里没有图层", en="the zip holds no layer")),
    ("not recognized as being in a supported", Text(zh="内容不是这种格式", en="its content is of another format")),
    ("field larger", Text(zh="有一个单元格太长，可能缺了引号", en="one cell is too long; a quote may be missing")),
    (
        "xml entities",
        Text(zh="含有 ENTITY 声明，为安全起见未读取", en="it declares entities, and is not read for safety"),
    ),
    (
        "history of all versions",
        Text(
            zh="文件含每个对象的所有历史版本，先用 osmium time-filter 取出一个时点",
            en="it holds every version of each object; take one moment of it with osmium time-filter",
        ),
    ),
    ("pbf error", Text(zh="内容不是 OSM 数据，或没有复制完整", en="it is no OSM data, or copied in part")),
    ("codec can't decode", Text(zh="文件内部已损坏", en="it is damaged inside")),
    ("not well-formed", Text(zh="文件内部已损坏", en="it is damaged inside")),
    ("no element found", Text(zh="文件不完整", en="it is not complete")),
    ("malformed", Text(zh="文件内部已损坏", en="it is damaged inside")),
    ("read failed", Text(zh="读到一半出错，可能没有复制完整", en="reading broke off; it may be copied in part")),
    ("not a zip", Text(zh="内容不是这种格式", en="its content is of another format")),
    ("password", Text(zh="文件设有密码", en="it is protected by a password")),
    (
        "permission",
        Text(zh="没有读取权限，或文件正被别的程序打开", en="no permission, or it is open in another program"),
    ),
    ("is a directory", Text(zh="这是一个文件夹", en="it is a folder")),
    ("layer", Text(zh="没有所写的图层", en="there is no such layer")),
)


_OTHER_FORM = Text(zh="内容的结构不是这种文件该有的", en="its content is not built as such a file is")
"""What a reader's own failure means: the file has another structure than it expects."""


def _reason(path: Path, error: Exception) -> Text:
    """Return a library's words in ours where they are known ones."""
    if isinstance(error, LookupError | AttributeError | TypeError):
        return _OTHER_FORM
    line = (str(error).splitlines() or [type(error).__name__])[0]
    known = next((said for part, said in _REASONS if part in line.lower()), None)
    if known is not None:
        return known
    line = line.replace(str(path), path.name).replace(str(path.parent), "")[:120].rstrip(". ")
    return Text(zh=line, en=line)


def tell_format(reading: Reading, known: Iterable[str], *, remedy: Text | None = None) -> None:
    """Say that the file's extension is none of the known ones."""
    listed = " ".join(sorted(known))
    suffix = reading.path.suffix
    reading.tell(
        Text(zh=f"以下格式之一：{listed}", en=f"one of the formats {listed}"),
        Text(zh=suffix or "没有扩展名的文件", en=suffix or "a file without an extension"),
        remedy or Text(zh="另存为其中一种格式。", en="Save it in one of them."),
    )
