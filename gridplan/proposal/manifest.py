"""manifest.json: what was written into a proposal folder, so that a changed, torn or half-copied one is noticed when it is read.

What is read back has a digest of its content: a layer that was sorted or saved again by a GIS is the same, one edited cell is
not. Files that people open (map, workbook, documents) have a hash of their bytes: a change there is told, never refused.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.words.errors import InputProblem, ProposalError
from gridplan.words.small_files import read_json, told_reason
from gridplan.words.text import Text
from gridplan.words.writing import replaced_file

if TYPE_CHECKING:
    from collections.abc import Iterable

MANIFEST = "manifest.json"
MANIFEST_FORMAT = "gridplan-manifest/1"


def content_entry(frame: pd.DataFrame) -> dict[str, Any]:
    """Return what the manifest keeps of a frame: rows, columns in order, and the SHA-256 of its content.

    The digest goes over the columns by name and the rows as they stand: numbers as 64-bit floats (unreachable and not known
    are both empty), text as UTF-8 (missing is empty), shapes in normal form, so that a multi-polygon of one part is that part.
    """
    return {"rows": len(frame), "columns": [str(name) for name in frame.columns], "sha256": _frame_digest(frame)}


def _frame_digest(frame: pd.DataFrame) -> str:
    digest = hashlib.sha256()
    for name in sorted(map(str, frame.columns)):
        digest.update(f"{name}\n{len(frame)}\n".encode())
        digest.update(_content(frame[name], shape=name == "geometry"))
    return digest.hexdigest()


def _content(column: Any, *, shape: bool) -> bytes:
    if shape:
        return b"".join(map(_sized, _normal_form(column)))
    if column.dtype.kind in "iufb":
        numbers = column.to_numpy(np.float64) + 0.0
        return np.where(np.isfinite(numbers), numbers, np.nan).astype("<f8").tobytes()
    values = list(map(str, column.astype(object).where(column.notna(), "")))
    written = {value: _sized(value.encode()) for value in set(values)}
    return b"".join([written[value] for value in values])


def _sized(part: bytes) -> bytes:
    return len(part).to_bytes(8, "little") + part


def _normal_form(column: Any) -> Iterator[bytes]:
    import shapely

    shapes = np.asarray(column.array, dtype=object)
    parts, at = shapely.get_parts(shapes, return_index=True)
    n_parts = np.bincount(at, minlength=len(shapes))
    single = n_parts == 1
    shapes[single] = parts[single[at]]
    written = shapely.to_wkb(shapely.normalize(shapely.force_2d(shapes)), byte_order=1)
    return (b"" if shape is None else shape for shape in written)


def plain_values(value: Any) -> Any:
    """Return plain JSON values; NaN and inf become null."""
    if isinstance(value, dict):
        return {str(key): plain_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def tree_digest(tree: Any) -> str:
    """Return the SHA-256 of plain JSON values, whatever their layout and the order of their keys."""
    text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path, content: dict[str, Any], unsigned: frozenset[str]) -> None:
    """Write the manifest of a folder whose other files are all there.

    Parameters
    ----------
    content : entries of what is read back, by file and layer.
    unsigned : names of files that are neither read back nor compared, such as run.log.
    """
    others = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in {*content, *unsigned})
    tree = {
        "format": MANIFEST_FORMAT,
        "content": content,
        "bytes": {path.relative_to(folder).as_posix(): file_digest(path) for path in others},
    }
    _write_tree(tree, folder / MANIFEST)


def _write_tree(tree: dict[str, Any], path: Path) -> None:
    text = json.dumps({**tree, "sha256": _own_digest(tree)}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder.

    Raises
    ------
    ProposalError
        If it is missing or no manifest.
    """
    try:
        tree = read_json(folder / MANIFEST)
    except FileNotFoundError:
        raise ProposalError(changed(MANIFEST, "", Text(zh="没有这个文件", en="no such file"))) from None
    except (OSError, ValueError) as error:
        raise ProposalError(changed(MANIFEST, "", told_reason(error))) from None
    if not isinstance(tree, dict) or tree.get("format") != MANIFEST_FORMAT:
        raise ProposalError(changed(MANIFEST, "", Text(zh="另一种文件", en="some other file")))
    if tree.get("sha256") != _own_digest(tree):
        raise ProposalError(changed(MANIFEST, "", OTHER_CONTENT))
    return tree


def _own_digest(tree: dict[str, Any]) -> str:
    return tree_digest({name: value for name, value in tree.items() if name != "sha256"})


OTHER_CONTENT = Text(zh="后来改过的内容", en="content that was changed since")


def unchanged_files(folder: Path) -> list[str]:
    """Return the files, as relative paths, that the manifest has and nobody changed since; none where there is no manifest."""
    try:
        stated = _stated(read_manifest(folder))
        return [name for name, digests in sorted(stated.items()) if is_inside(name) and _holds(folder / name, digests)]
    except (ProposalError, OSError):
        return []


def edited_files(folder: Path) -> list[str]:
    """Return the files, as relative paths, that the manifest has and somebody changed since; none where there is no manifest."""
    try:
        stated = _stated(read_manifest(folder))
        standing = sorted(name for name in stated if is_inside(name) and (folder / name).is_file())
        return [name for name in standing if not _holds(folder / name, stated[name])]
    except (ProposalError, OSError):
        return []


def is_inside(name: str) -> bool:
    """Tell whether a path of a manifest stays in its folder."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _stated(tree: dict[str, Any]) -> dict[str, set[str]]:
    """Return the digests under which each file is ours: as it was signed, and as it was about to be moved in."""
    names = {*tree["bytes"], *tree.get("coming", ())}
    return {name: {tree[part][name] for part in ("bytes", "coming") if name in tree.get(part, ())} for name in names}


def _holds(path: Path, digests: set[str]) -> bool:
    return path.is_file() and not path.is_symlink() and file_digest(path) in digests


def announce_files(folder: Path, new: Path, place: Path, unsigned: frozenset[str]) -> None:
    """Note in the manifest of a folder what is about to be moved from `new` into `place`, so that a kill leaves nothing unknown.

    The caller holds the folder's lock, and signs the files once they stand there.
    """
    at = place.relative_to(folder)
    files = [path for path in new.rglob("*") if path.is_file() and path.name not in unsigned]
    _restate(folder, {"coming": {(at / path.relative_to(new)).as_posix(): file_digest(path) for path in files}})


def sign_files(folder: Path, paths: Iterable[Path]) -> None:
    """Add files to the manifest of a folder, or note that they are new; the caller holds the folder's lock."""
    _restate(folder, {"bytes": {path.relative_to(folder).as_posix(): file_digest(path) for path in paths}})


def _restate(folder: Path, parts: dict[str, dict[str, str]]) -> None:
    """Write the manifest of a folder anew with these digests added; a folder of format 1 has none and stays as it is."""
    if not (folder / MANIFEST).exists():
        return
    tree = {name: part for name, part in read_manifest(folder).items() if name != "coming"}
    tree |= {name: dict(sorted({**tree.get(name, {}), **added}.items())) for name, added in parts.items()}
    with replaced_file(folder / MANIFEST) as beside:
        _write_tree(tree, beside)


def changed_files(folder: Path) -> tuple[InputProblem, ...]:
    """Return warnings on files of a proposal that somebody changed or removed since they were written; none for an older format."""
    if not (folder / MANIFEST).exists():
        return ()
    tree = read_manifest(folder)
    stated = _stated(tree)
    return tuple(
        _told(name, missing=not (folder / name).is_file())
        for name in sorted(tree["bytes"])
        if not (folder / name).is_file() or file_digest(folder / name) not in stated[name]
    )


def _told(name: str, *, missing: bool) -> InputProblem:
    return InputProblem(
        "warning",
        Text(zh="写出方案时的文件", en="the file as the proposal was written"),
        Text(zh="已经没有这个文件", en="that it is gone")
        if missing
        else Text(zh="后来改过的内容", en="that it was changed since"),
        Text(
            zh="它不再是这个方案的内容；本命令只用 proposal.json、proposal.gpkg 和 cells.parquet。",
            en="It no longer tells this proposal; this command goes by proposal.json, proposal.gpkg and cells.parquet.",
        ),
        file=name,
    )


def changed(file: str, layer: str, found: Text) -> InputProblem:
    """Return the problem of a proposal whose content is not what was written."""
    return InputProblem(
        "error",
        Text(zh="与写出时相同的内容", en="the content as it was written"),
        found,
        Text(
            zh="从完整的副本恢复这个文件夹，或用 gridplan plan 重新生成；要改方案，请在地图上修改后用 gridplan revise。",
            en="Restore the folder from a whole copy, or make it again with gridplan plan; to change the plan, edit its map and use gridplan revise.",
        ),
        file=file,
        layer=layer,
    )
