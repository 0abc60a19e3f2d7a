"""A proposal's own files: proposal.json and proposal.gpkg, written so that reading gives back an equal proposal.

No clock, random id or absolute path goes into them: the same proposal makes the same bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.annexes import ANNEXES
from gridplan.case import Case, parse_case
from gridplan.checks.finding import Finding
from gridplan.errors import InputProblem, ProposalError
from gridplan.folders import recover_folder
from gridplan.proposal import (
    COMPARISON_FILES,
    FILES,
    FORMAT,
    Comment,
    Objective,
    Proposal,
    Provenance,
    Revision,
    proposal_digest,
)
from gridplan.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

_KEYS = {"units": "unit_id", "grids": "grid_id", "facilities": "facility_id"}
_SHAPES = (*_KEYS, "roads", "barriers")
_TABLES = ("adjacency", "minutes", "facility_minutes", "alternatives")
_RECORD = "record_"
_MS_PER_MIN = 60_000.0
_NO_CLOCK = "2000-01-01T00:00:00Z"


def write_proposal_files(proposal: Proposal, folder: Path) -> None:
    """Write proposal.json, proposal.gpkg and cells.parquet."""
    write_json(proposal, folder / "proposal.json")
    write_geopackage(proposal, folder / "proposal.gpkg")
    write_cells(proposal.cells, folder / "cells.parquet")


def write_json(proposal: Proposal, path: Path) -> None:
    """Write the part of a proposal that is not a frame, and the grids' numbers for readers without GIS."""
    grids = pd.DataFrame(proposal.grids.drop(columns="geometry"))
    tree = {
        "format": FORMAT,
        "digest": proposal_digest(proposal),
        "revision": None if proposal.provenance.revision is None else asdict(proposal.provenance.revision),
        "case": proposal.case.resolved(),
        "seed": proposal.provenance.seed,
        "reproducible": proposal.provenance.reproducible,
        "versions": proposal.provenance.versions,
        "input_hashes": proposal.provenance.input_hashes,
        "input_notes": [_problem_tree(note) for note in proposal.provenance.input_notes],
        "modelled": [asdict(text) for text in proposal.provenance.modelled],
        "objective": asdict(proposal.objective),
        "scores": proposal.scores,
        "counts": {name: len(getattr(proposal, name)) for name in (*_SHAPES, *_TABLES, "findings")},
        "annexes": {name: _annex_tree(name, frame) for name, frame in proposal.annexes.items()},
        "records": {name: len(frame) for name, frame in proposal.records.items()},
        "crs": proposal.units.crs.to_string(),
        "grids": grids.reset_index().to_dict(orient="records"),
        "findings": [asdict(finding) for finding in proposal.findings],
    }
    write_tree(tree, path)


def _annex_tree(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    rows = pd.DataFrame(frame.drop(columns="geometry", errors="ignore")).to_dict(orient="records")
    return {"title": asdict(ANNEXES[name].title), "rows": rows}


def write_tree(tree: dict[str, Any], path: Path) -> None:
    """Write plain values as json; NaN and inf become null."""
    text = json.dumps(_plain(tree), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _plain(value: Any) -> Any:
    """Return plain JSON values; NaN and inf become null."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _problem_tree(problem: InputProblem) -> dict[str, Any]:
    return asdict(problem)


def write_geopackage(proposal: Proposal, path: Path) -> None:
    """Write every frame as a layer or table of one GeoPackage that QGIS opens already coloured."""
    from gridplan.styles import layer_styles

    with _fixed_clock():
        append = False
        for name in _SHAPES:
            _write_layer(_for_file(getattr(proposal, name), name), path, name, append=append)
            append = True
        for name in _TABLES:
            _write_layer(_blank_unreachable(getattr(proposal, name)), path, name, append=True)
        _write_layer(findings_table(proposal.findings), path, "findings", append=True)
        for name, frame in proposal.annexes.items():
            _write_layer(frame, path, name, append=True)
        for name, frame in proposal.records.items():
            _write_layer(frame, path, f"{_RECORD}{name}", append=True)
        _write_layer(layer_styles(proposal), path, "layer_styles", append=True)


@contextmanager
def _fixed_clock() -> Iterator[None]:
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _NO_CLOCK})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


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
    }
    for name in map(str, cells.columns[2:]):
        told = cells[name].dtype.kind == "f"
        columns[name] = _packed(cells[name].to_numpy(float)) if told else pa.array(cells[name], pa.string())
    whole = {name: "DELTA_BINARY_PACKED" for name, column in columns.items() if pa.types.is_int32(column.type)}
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
    """Read what `write_cells` wrote."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    columns: dict[str, Any] = {"unit_id": table["unit_id"].to_pandas().astype(object)}
    for name in table.column_names[1:]:
        if str(table.schema.field(name).type) == "string":
            columns[name] = table[name].to_pandas().astype(object)
            continue
        values = table[name].to_pandas().to_numpy(float)
        kept = values / _MS_PER_MIN if str(table.schema.field(name).type) == "int32" else values
        columns[name] = np.where(np.isnan(kept), np.inf, kept)
    return pd.DataFrame(columns)


def _for_file(frame: gpd.GeoDataFrame, name: str) -> Any:
    keyed = frame.reset_index() if name in _KEYS else frame
    return _blank_unreachable(keyed)


def _blank_unreachable(frame: Any) -> Any:
    """Return the frame with inf as empty: unreachable is never a number in a file."""
    numbers = frame.select_dtypes("floating").columns
    return frame.assign(**{name: frame[name].replace(np.inf, np.nan) for name in numbers}) if len(numbers) else frame


def findings_table(findings: tuple[Finding, ...]) -> pd.DataFrame:
    """Return findings as a table; places joined with ";"."""
    columns = [field.name for field in fields(Finding)]
    table = pd.DataFrame([asdict(finding) for finding in findings], columns=columns)
    table["places"] = table["places"].map(";".join)
    return table.astype({"measured": float, "limit": float})


def read_folder(folder: Path) -> Proposal:
    """Read a proposal folder; see `proposal.read_proposal`."""
    recover_folder(folder, FILES | COMPARISON_FILES)
    try:
        tree = json.loads((folder / "proposal.json").read_text(encoding="utf-8"))
        if not isinstance(tree, dict) or tree.get("format") != FORMAT:
            raise ProposalError(_unreadable(folder, f"format {tree.get('format') if isinstance(tree, dict) else '?'}"))
        kept = [name for name in (*_SHAPES, *_TABLES) if name in tree["counts"]]
        frames = {name: _read_layer(folder / "proposal.gpkg", name) for name in kept}
        frames["cells"] = read_cells(folder / "cells.parquet")
        frames["annexes"] = {name: _read_annex(folder / "proposal.gpkg", name) for name in tree.get("annexes", ())}
        frames["records"] = {
            name: _read_layer(folder / "proposal.gpkg", f"{_RECORD}{name}") for name in tree.get("records", ())
        }
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise ProposalError(_unreadable(folder, str(error))) from None
    try:
        return _assemble(tree, frames)
    except (KeyError, TypeError) as error:
        raise ProposalError(_unreadable(folder, f"missing {error}")) from None


def _assemble(tree: dict[str, Any], frames: dict[str, Any]) -> Proposal:
    for name, key in _KEYS.items():
        frames[name] = frames[name].set_index(key)
    for name, columns in _INF_WHERE_EMPTY.items():
        if name not in frames:
            continue
        frames[name] = frames[name].assign(**{column: frames[name][column].fillna(np.inf) for column in columns})
    frames["grids"]["n_units"] = frames["grids"]["n_units"].astype("int64")
    objective = dict(tree["objective"], explanation=tuple(Text(**text) for text in tree["objective"]["explanation"]))
    return Proposal(
        case=_read_case(tree["case"]),
        **frames,
        findings=tuple(Finding(**{**finding, "places": tuple(finding["places"])}) for finding in tree["findings"]),
        objective=Objective(**objective),
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


_INF_WHERE_EMPTY = {
    "units": ("minutes_to_lead",),
    "grids": ("mean_minutes", "p50_minutes", "p90_minutes"),
    "minutes": ("minutes",),
    "facility_minutes": ("minutes",),
}


def _read_case(tree: dict[str, Any]) -> Case:
    return parse_case(tree, folder=Path())


def _read_revision(tree: dict[str, Any] | None) -> Revision | None:
    if tree is None:
        return None
    comments = tuple(Comment(**comment) for comment in tree["comments"])
    return Revision(**{**tree, "locks": tuple(tree["locks"]), "comments": comments})


def _read_problem(tree: dict[str, Any]) -> InputProblem:
    texts = {name: Text(**tree[name]) for name in ("needed", "found", "remedy")}
    return InputProblem(**{**tree, **texts, "rows": tuple(tree["rows"]), "values": tuple(tree["values"])})


def _read_annex(path: Path, name: str) -> Any:
    return _read_layer(path, name, shapes=ANNEXES[name].shape is not None)


def _read_layer(path: Path, layer: str, *, shapes: bool | None = None) -> Any:
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer=layer, read_geometry=layer in _SHAPES if shapes is None else shapes)
    text = [name for name in frame.columns if name != "geometry" and frame[name].dtype.kind not in "iufb"]
    return frame.assign(**{name: frame[name].fillna("").astype(object) for name in text})


def _unreadable(folder: Path, reason: str) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="完整的方案文件夹", en="a complete proposal folder"),
        Text(zh=reason[:200], en=reason[:200]),
        Text(zh="用 gridplan plan 重新生成。", en="Make it again with gridplan plan."),
        file=folder.name,
    )


def same_content(first: Proposal, second: Proposal) -> bool:
    """Tell whether two proposals hold the same; see `Proposal.equals`."""
    if any(not _same_frame(getattr(first, name), getattr(second, name)) for name in (*_SHAPES, *_TABLES, "cells")):
        return False
    if not _same_frames(first.annexes, second.annexes) or not _same_frames(first.records, second.records):
        return False
    plain = [
        json.dumps(
            _plain(
                [
                    p.case.resolved(),
                    [asdict(f) for f in p.findings],
                    asdict(p.objective),
                    p.scores,
                    asdict(p.provenance),
                ]
            ),
            sort_keys=True,
        )
        for p in (first, second)
    ]
    return plain[0] == plain[1]


def _same_frames(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> bool:
    return first.keys() == second.keys() and all(_same_frame(first[name], second[name]) for name in first)


def _same_frame(first: Any, second: Any) -> bool:
    try:
        a, b = (pd.DataFrame(frame.drop(columns="geometry", errors="ignore")) for frame in (first, second))
        pd.testing.assert_frame_equal(a, b, check_dtype=False, check_index_type=False, check_column_type=False)
    except AssertionError:
        return False
    if "geometry" not in first:
        return True
    return bool(
        first.crs == second.crs
        and np.array_equal(first.geometry.to_wkb().to_numpy(), second.geometry.to_wkb().to_numpy())
    )
