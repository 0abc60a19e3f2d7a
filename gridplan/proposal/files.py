"""A proposal's own files: proposal.json, proposal.gpkg and cells.parquet, written so that reading gives back an equal proposal.

No clock, random id or absolute path goes into them: the same proposal makes the same bytes. What is read is compared with the
manifest; a folder of format 1 has none and is migrated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.case.case import Case, parse_case
from gridplan.checks.finding import Finding
from gridplan.proposal.frames import (
    FIRST_FORMAT,
    FORMAT,
    FRAMES,
    SEQ,
    from_file,
    in_format,
    in_order,
    newer_format,
    sorted_by_seq,
    to_file,
    with_order,
)
from gridplan.proposal.manifest import (
    MANIFEST,
    OTHER_CONTENT,
    changed,
    content_entry,
    plain_values,
    read_manifest,
    tree_digest,
)
from gridplan.proposal.proposal import (
    Comment,
    Proposal,
    Provenance,
    Revision,
    proposal_digest,
)
from gridplan.solver.solution import Explanation, Outcome
from gridplan.words.annex_tables import ANNEXES
from gridplan.words.errors import GridplanError, InputProblem, ProposalError
from gridplan.words.folders import is_half_moved, told_standing
from gridplan.words.kinds import need_path
from gridplan.words.numbers import counted
from gridplan.words.plain_strings import plain_strings
from gridplan.words.signs import shown_line
from gridplan.words.small_files import read_json, told_reason
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

_RECORD = "record_"
_JSON, _GPKG, _CELLS = "proposal.json", "proposal.gpkg", "cells.parquet"
_MS_PER_MIN = 60_000.0
_NO_CLOCK = "2000-01-01T00:00:00Z"


def write_proposal_files(proposal: Proposal, folder: Path) -> dict[str, Any]:
    """Write proposal.json, proposal.gpkg and cells.parquet; return what the manifest keeps of their content."""
    tree = plain_values(proposal_tree(proposal))
    write_tree(tree, folder / _JSON)
    layers = dict(_layers_of(proposal))
    write_geopackage(proposal, layers, folder / _GPKG)
    cells = with_order(proposal.cells)
    write_cells(cells, folder / _CELLS)
    return {
        _JSON: tree_digest(tree),
        _GPKG: {name: content_entry(frame) for name, frame in layers.items()},
        _CELLS: content_entry(cells),
    }


def proposal_tree(proposal: Proposal) -> dict[str, Any]:
    """Return the part of a proposal that is not a frame, and the grids' numbers for readers without GIS."""
    grids = pd.DataFrame(proposal.grids.drop(columns="geometry"))
    return {
        "format": FORMAT,
        "digest": proposal_digest(proposal),
        "revision": None if proposal.provenance.revision is None else asdict(proposal.provenance.revision),
        "case": proposal.case.resolved(),
        "seed": proposal.provenance.seed,
        "reproducible": proposal.provenance.reproducible,
        "versions": proposal.provenance.versions,
        "input_hashes": proposal.provenance.input_hashes,
        "input_notes": [asdict(note) for note in proposal.provenance.input_notes],
        "modelled": [asdict(text) for text in proposal.provenance.modelled],
        "objective": asdict(proposal.objective),
        "scores": proposal.scores,
        "counts": {name: len(getattr(proposal, name)) for name in (*FRAMES, "findings")},
        "annexes": {name: _annex_tree(name, frame) for name, frame in proposal.annexes.items()},
        "records": {name: len(frame) for name, frame in proposal.records.items()},
        "crs": proposal.units.crs.to_string(),
        "grids": grids.reset_index().to_dict(orient="records"),
        "findings": [asdict(finding) for finding in proposal.findings],
    }


def _annex_tree(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    rows = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).to_dict(orient="records")
    return {"title": asdict(ANNEXES[name].title), "rows": rows}


def write_tree(tree: dict[str, Any], path: Path) -> None:
    """Write plain values as json; NaN and inf become null."""
    text = json.dumps(plain_values(tree), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _layers_of(proposal: Proposal) -> Iterator[tuple[str, Any]]:
    """Give every layer and table of the GeoPackage as it is written: ids as columns, unreachable empty, rows numbered."""
    for name in FRAMES:
        yield name, with_order(to_file(getattr(proposal, name), name))
    yield "findings", with_order(findings_table(proposal.findings))
    for name, frame in proposal.annexes.items():
        yield name, with_order(frame)
    for name, frame in proposal.records.items():
        yield f"{_RECORD}{name}", with_order(frame)


def write_geopackage(proposal: Proposal, layers: dict[str, Any], path: Path) -> None:
    """Write every frame as a layer or table of one GeoPackage that QGIS opens already coloured.

    SQLite does not wait for the disk after each of some forty layers, a tenth of a second each: whoever puts the whole folder in its
    place has every file written for good before.
    """
    from gridplan.proposal.qgis_styles import layer_styles

    with fixed_clock(OGR_SQLITE_SYNCHRONOUS="OFF"):
        for name, frame in layers.items():
            _write_layer(frame, path, name, append=path.exists())
        _write_layer(layer_styles(proposal), path, "layer_styles", append=True)


@contextmanager
def fixed_clock(**options: str) -> Iterator[None]:
    """Have GDAL write the same time into every file, with further options of it, so that the same content is the same bytes."""
    import pyogrio

    stated = {"OGR_CURRENT_DATE": _NO_CLOCK, **options}
    pyogrio.set_gdal_config_options(stated)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(stated))


def _write_layer(frame: Any, path: Path, layer: str, *, append: bool) -> None:
    import pyogrio

    options = {} if append else {"dataset_options": {"VERSION": "1.2"}}
    geometry = {"geometry_type": _geometry_type(frame)} if "geometry" in frame else {}
    pyogrio.write_dataframe(
        frame, path, layer=layer, driver="GPKG", append=append, promote_to_multi=False, **geometry, **options
    )


def _geometry_type(frame: gpd.GeoDataFrame) -> str:
    kinds = set(frame.geom_type.dropna())
    return str(next(iter(kinds))) if len(kinds) == 1 else "Unknown"


def write_cells(cells: pd.DataFrame, path: Path) -> None:
    """Write the cells as Parquet: minutes as whole milliseconds (int32) where that loses nothing, empty where unreachable."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "unit_id": pa.array(cells["unit_id"], pa.string()),
        "population": pa.array(cells["population"], pa.float64()),
        SEQ: pa.array(cells[SEQ], pa.int64()),
    }
    for name in (str(name) for name in cells.columns if name not in columns):
        told = cells[name].dtype.kind == "f"
        columns[name] = _packed(cells[name].to_numpy(float)) if told else pa.array(cells[name], pa.string())
    whole = {name: "DELTA_BINARY_PACKED" for name, column in columns.items() if pa.types.is_integer(column.type)}
    split = {name: "BYTE_STREAM_SPLIT" for name, column in columns.items() if pa.types.is_float64(column.type)}
    words = [name for name, column in columns.items() if pa.types.is_string(column.type)]
    encodings = {"use_dictionary": words, "column_encoding": whole | split}
    pq.write_table(pa.table(columns), path, compression="zstd", **encodings)


def _packed(minutes: Any) -> Any:
    import pyarrow as pa

    unreachable = np.isinf(minutes)
    finite = np.where(unreachable, 0.0, minutes)
    whole = np.rint(finite * _MS_PER_MIN)
    exact = bool((whole / _MS_PER_MIN == finite).all() and (np.abs(whole) < 2**31).all())
    return pa.array(whole.astype(np.int32) if exact else finite, mask=unreachable)


def read_cells(path: Path) -> pd.DataFrame:
    """Read what `write_cells` wrote, rows as they stand."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    columns: dict[str, Any] = {}
    for name in table.column_names:
        kind, column = str(table.schema.field(name).type), table[name]
        if kind.endswith("string"):
            columns[name] = column.to_pandas().astype(object)
        elif kind == "int64":
            columns[name] = column.to_numpy()
        else:
            values = column.to_pandas().to_numpy(float)
            kept = values / _MS_PER_MIN if kind == "int32" else values
            columns[name] = np.where(np.isnan(kept), np.inf, kept)
    return pd.DataFrame(columns)


def findings_table(findings: tuple[Finding, ...]) -> pd.DataFrame:
    """Return findings as a table; places joined with ";"."""
    columns = [field.name for field in fields(Finding)]
    table = pd.DataFrame([asdict(finding) for finding in findings], columns=columns)
    table["places"] = table["places"].map(";".join)
    return table.astype({"measured": float, "limit": float, "people": float})


@plain_strings
def read_proposal(folder: str | Path) -> Proposal:
    """Read a proposal from its folder.

    Parameters
    ----------
    folder
        Where `Proposal.save` or the command line wrote it. Nothing else is needed, not even the input layers.

    Returns
    -------
    Proposal
        What was saved, equal to it.

    Raises
    ------
    ArgumentError
        If `folder` is no path.
    ProposalError
        If the folder holds no proposal, one of a newer format, or one that was changed or damaged since it was written.

    Examples
    --------
    >>> gp.read_proposal("maps/nowhere")
    Traceback (most recent call last):
    gridplan.words.errors.ProposalError: nowhere: needs ...
    """
    need_path(folder, "folder")
    folder = _folder_of(folder)
    try:
        return _read(folder)
    except ProposalError as error:
        standing = told_standing(folder)
        if standing and is_half_moved(folder):
            raise ProposalError([replace(problem, severity="error") for problem in standing]) from None
        raise ProposalError((*error.problems, *standing)) from None


def _read(folder: Path) -> Proposal:
    try:
        tree = read_json(folder / _JSON)
    except (OSError, ValueError) as error:
        raise ProposalError(_unreadable(folder, told_reason(error))) from None
    stated = tree.get("format") if isinstance(tree, dict) else None
    if newer_format(stated):
        raise ProposalError(_too_new(folder, str(stated), tree))
    if stated == FIRST_FORMAT and (folder / MANIFEST).exists():
        raise ProposalError(changed(_JSON, "", Text(zh=f"格式 {stated}", en=f"format {stated}")))
    if stated not in (FORMAT, FIRST_FORMAT):
        raise ProposalError(
            _unreadable(folder, Text(zh="格式 {f}", en="format {f}").format(f=shown_line(str(stated or "?"))[:200]))
        )
    try:
        read = _read_first if stated == FIRST_FORMAT else _read_current
        return _assemble(tree, read(folder, tree))
    except GridplanError as error:
        raise ProposalError(error.problems) from None
    except (KeyError, TypeError) as error:
        raise ProposalError(
            _unreadable(folder, Text(zh="缺少 {w}", en="missing {w}").format(w=told_reason(error)))
        ) from None
    except _errors_of_damage() as error:
        raise ProposalError(_unreadable(folder, told_reason(error))) from None


def _errors_of_damage() -> tuple[type[Exception], ...]:
    """Return what readers raise for a damaged file; any other error is one of ours and is not hidden.

    GDAL, PROJ and values nested too deeply: RuntimeError; Arrow: its own, ValueError, OSError, or MemoryError for lengths of
    terabytes; broken geometry: ShapelyError; json and pandas: ValueError, IndexError, or OverflowError for numbers beyond all
    dates and integers; a value of another kind than it was (a list for a table): AttributeError.
    """
    from pyarrow import ArrowException
    from shapely.errors import ShapelyError

    plain = (ArithmeticError, AttributeError, IndexError, MemoryError, OSError, RuntimeError, ValueError)
    return (*plain, ArrowException, ShapelyError)


def _folder_of(path: str | Path) -> Path:
    """Return the path of a proposal folder, refusing a file inside one."""
    folder = Path(path)
    if not folder.is_file():
        return folder
    needed, found = Text(zh="方案文件夹", en="the folder of a proposal"), Text(zh="一个文件", en="a file")
    case = Text(zh="方案文件用 gp.read_case(路径) 读取。", en="Read a case with gp.read_case(path).")
    inside = Text(zh="写出它所在的文件夹。", en="Name the folder it lies in.")
    raise ProposalError(
        InputProblem("error", needed, found, case if folder.suffix == ".toml" else inside, file=folder.name)
    )


def _read_current(folder: Path, tree: dict[str, Any]) -> dict[str, Any]:
    """Return the frames of a folder of today's format, each as the manifest has it.

    Raises
    ------
    ProposalError
        If anything that is read back was changed since it was written; every changed layer is told.
    """
    stated = read_manifest(folder)["content"]
    problems = [] if stated[_JSON] == tree_digest(tree) else [changed(_JSON, "", OTHER_CONTENT)]
    lost = [changed(name, "", _NO_FILE) for name in (_GPKG, _CELLS) if not (folder / name).is_file()]
    if lost:
        raise ProposalError([*problems, *lost])
    layers = {}
    for name, entry in stated[_GPKG].items():
        shaped = "geometry" in entry["columns"]
        layers[name] = _read_layer(folder / _GPKG, name, shaped=shaped)
        problems += _compared(layers[name], entry, _GPKG, name)
        if shaped and not _is_in_place(layers[name], str(tree["crs"])):
            problems.append(changed(_GPKG, name, _MOVED))
    cells = read_cells(folder / _CELLS)
    problems += _compared(cells, stated[_CELLS], _CELLS, "")
    if problems:
        raise ProposalError(problems)
    frames = {name: in_order(frame[stated[_GPKG][name]["columns"]]) for name, frame in layers.items()}
    return {
        **{name: frames[name] for name in FRAMES},
        "cells": in_order(cells[stated[_CELLS]["columns"]]),
        "annexes": {name: frames[name] for name in tree["annexes"]},
        "records": {name: frames[f"{_RECORD}{name}"] for name in tree["records"]},
    }


_NO_FILE = Text(zh="没有这个文件", en="no such file")


_MOVED = Text(zh="另一个坐标系", en="another coordinate reference system")


def _is_in_place(frame: Any, crs: str) -> bool:
    """Tell whether a layer lies where the proposal does; a GIS may describe the same reference system in other words."""
    import pyproj

    if frame.crs is None:
        return False
    if frame.crs.to_string() == crs or frame.empty or frame.geometry.isna().all():
        return True
    west, south, east, north = frame.total_bounds
    move = pyproj.Transformer.from_crs(frame.crs, pyproj.CRS.from_user_input(crs), always_xy=True).transform
    return bool(np.allclose([move(west, south), move(east, north)], [(west, south), (east, north)], rtol=0, atol=0.01))


def _compared(frame: pd.DataFrame, entry: dict[str, Any], file: str, layer: str) -> list[InputProblem]:
    """Return the problem of a layer that does not hold what the manifest says; columns that a GIS added do not count."""
    lost = [name for name in entry["columns"] if name not in frame]
    if lost:
        return [changed(file, layer, Text(zh=f"少了列 {'、'.join(lost)}", en=f"no column {', '.join(lost)}"))]
    if len(frame) != entry["rows"]:
        found = Text(
            zh=f"{len(frame)} 行，原有 {entry['rows']} 行",
            en=f"{counted(len(frame), 'row').en} instead of {entry['rows']}",
        )
        return [changed(file, layer, found)]
    try:
        same = content_entry(sorted_by_seq(frame[entry["columns"]])) == entry
    except ValueError:
        same = False
    return [] if same else [changed(file, layer, OTHER_CONTENT)]


def _read_first(folder: Path, tree: dict[str, Any]) -> dict[str, Any]:
    """Return the frames of a folder of format 1 in today's columns: what it cannot know is empty, and told."""
    frames: dict[str, Any] = {}
    for name, declared in FRAMES.items():
        kept = name in tree["counts"]
        frame = _read_layer(folder / _GPKG, name, shaped=declared.shaped) if kept else declared.empty()
        keyed = in_format(frame.set_index(declared.index) if declared.index else frame, name)
        frames[name] = keyed.reset_index() if declared.index else keyed
    frames["cells"] = read_cells(folder / _CELLS)
    frames["annexes"] = {
        name: _read_layer(folder / _GPKG, name, shaped=ANNEXES[name].shape is not None)
        for name in tree.get("annexes", ())
    }
    frames["records"] = {
        name: _read_layer(folder / _GPKG, f"{_RECORD}{name}", shaped=False) for name in tree.get("records", ())
    }
    said = [asdict(Explanation("", Text(**text))) for text in tree["objective"]["explanation"]]
    tree["objective"] = {**tree["objective"], "explanation": said}
    tree["input_notes"] = [*tree["input_notes"], asdict(_MIGRATED)]
    return frames


_MIGRATED = InputProblem(
    "warning",
    Text(zh=f"{FORMAT} 格式的方案", en=f"a proposal of format {FORMAT}"),
    Text(
        zh=f"{FIRST_FORMAT}：划分理由、问题成因与受影响人数、集团名称、角色来源、备选方案的划分都没有记录",
        en=f"{FIRST_FORMAT}, which does not tell reasons, causes and people of findings, names of groups, sources of roles or the units of alternatives",
    ),
    Text(
        zh="这些内容为空；需要时用 gridplan plan 重新生成。",
        en="They are empty; make the proposal again with gridplan plan if you need them.",
    ),
    file="proposal.json",
)
"""What a proposal of format 1 cannot know."""


def _assemble(tree: dict[str, Any], frames: dict[str, Any]) -> Proposal:
    frames = {name: from_file(frame, name) if name in FRAMES else frame for name, frame in frames.items()}
    return Proposal(
        case=_read_case(tree["case"]),
        **frames,
        findings=tuple(Finding(**{**finding, "places": tuple(finding["places"])}) for finding in tree["findings"]),
        objective=_read_outcome(tree["objective"]),
        scores=tree["scores"],
        provenance=Provenance(
            seed=tree["seed"],
            reproducible=tree["reproducible"],
            versions=tree["versions"],
            input_hashes=tree["input_hashes"],
            input_notes=tuple(_read_problem(note) for note in tree["input_notes"]),
            modelled=tuple(Text(**text) for text in tree["modelled"]),
            revision=_read_revision(tree["revision"]),
        ),
    )


def _read_outcome(tree: dict[str, Any]) -> Outcome:
    said = tuple(
        Explanation(
            **{
                **part,
                "message": Text(**part["message"]),
                "unit_ids": tuple(part["unit_ids"]),
                "lead_ids": tuple(part["lead_ids"]),
            }
        )
        for part in tree["explanation"]
    )
    return Outcome(**{**tree, "explanation": said})


def _read_case(tree: dict[str, Any]) -> Case:
    return parse_case(tree, folder=Path(), stored=True)


def _read_revision(tree: dict[str, Any] | None) -> Revision | None:
    if tree is None:
        return None
    comments = tuple(Comment(**comment) for comment in tree["comments"])
    return Revision(**{**tree, "locks": tuple(tree["locks"]), "comments": comments})


def _read_problem(tree: dict[str, Any]) -> InputProblem:
    texts = {name: Text(**tree[name]) for name in ("needed", "found", "remedy")}
    return InputProblem(**{**tree, **texts, "rows": tuple(tree["rows"]), "values": tuple(tree["values"])})


def _read_layer(path: Path, layer: str, *, shaped: bool) -> Any:
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer=layer, read_geometry=shaped)
    text = [name for name in frame.columns if name != "geometry" and frame[name].dtype.kind not in "iufb"]
    return frame.assign(**{name: frame[name].fillna("").astype(object) for name in text})


def _too_new(folder: Path, stated: str, tree: dict[str, Any]) -> InputProblem:
    versions = tree.get("versions")
    wrote = str(versions.get("gridplan", "?")) if isinstance(versions, dict) else "?"
    return InputProblem(
        "error",
        Text(zh=f"{FORMAT} 或更早格式的方案", en=f"a proposal of format {FORMAT} or older"),
        Text(zh=f"{stated}，由 gridplan {wrote} 写出", en=f"{stated}, written by gridplan {wrote}"),
        Text(
            zh=f"用 gridplan {wrote} 或更新的版本打开：pip install --upgrade gridplan。",
            en=f"Open it with gridplan {wrote} or newer: pip install --upgrade gridplan.",
        ),
        file=folder.name,
        field="format",
    )


def _unreadable(folder: Path, found: Text) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="完整的方案文件夹", en="a complete proposal folder"),
        found,
        Text(zh="用 gridplan plan 重新生成。", en="Make it again with gridplan plan."),
        file=folder.name,
    )
