"""One case of a batch as a task: planned into its own folder, or found there already as this version would plan it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from gridplan import __version__
from gridplan.batch.case_list import Job
from gridplan.batch.compiled_once import compile_once
from gridplan.case.case import Case
from gridplan.layers.layers import hash_inputs, input_files
from gridplan.layers.roads.road_extracts import used_extracts
from gridplan.proposal.manifest import changed_files, plain_values, read_manifest, tree_digest
from gridplan.words.errors import GridplanError
from gridplan.words.folders import is_half_moved
from gridplan.words.hearing import tell
from gridplan.words.run_log import StageLog
from gridplan.words.signs import shown_line
from gridplan.words.small_files import read_json
from gridplan.words.text import Language, Text

RowStatus = Literal["done", "failed", "cancelled"]
_MEGABYTE = 1_000_000
_BASE_BYTES = 660 * _MEGABYTE
"""What a worker holds at most with hardly any input: the libraries, the compiled code, the plan of a small city and its page."""
_BYTES_OF_A_BYTE = {".pbf": 60.0, ".parquet": 60.0, ".zip": 40.0, ".gz": 40.0, ".xlsx": 40.0, ".tif": 0.0, ".tiff": 0.0}
_BYTES_OF_ANOTHER = 16.0
"""How much memory a byte of an input takes at most, by its kind; rasters are read by window.

Measured on plans of 500 to 710 MB, the figures in docs/en/scale.md; the kinds named above are larger by what they are packed.
"""


@dataclass(frozen=True)
class Row:
    """One row of batch.csv: how a case ended, why it failed, and what its plan is worth."""

    case: str
    folder: str
    status: RowStatus
    message: str = ""
    must: int | None = None
    should: int | None = None
    gap: float | None = None
    mean_minutes: float | None = None


COLUMNS = tuple(field.name for field in fields(Row))


def run_case(job: Job, *, out: Path, language: Language | None, extracts: Path | None = None) -> dict[str, Any]:
    """Plan one case into its folder in `out`, and return its row with whether it stood there already.

    Roads that were cut for the case beforehand are looked for in `extracts`.

    Raises
    ------
    GridplanError
        If the case cannot be planned, or its folder cannot be written.
    """
    case = job.read()
    if language is not None:
        case = case.with_language(language)
    folder = out / job.name
    kept = stands(folder, case)
    if not kept:
        from gridplan.outputs.proposal_folder import fill_folder, new_folder
        from gridplan.pipeline import plan

        compile_once()
        with used_extracts(extracts), new_folder(folder) as new:
            log = StageLog(case.language)

            def listen(stage: Text) -> None:
                tell(log(stage))

            proposal = plan(case, progress=listen)
            listen(Text(zh="写出方案和地图", en="Writing the proposal and its map"))
            fill_folder(proposal, new, log=log.text(job.path))
    return {"row": asdict(row_of(job.name, folder)), "kept": kept}


def stands(folder: Path, case: Case) -> bool:
    """Tell whether a folder holds this very case, planned by this version from the inputs as they are."""
    try:
        tree = read_json(folder / "proposal.json")
        content = read_manifest(folder)["content"]
        return (
            not is_half_moved(folder)
            and content["proposal.json"] == tree_digest(tree)
            and all((folder / name).is_file() for name in content)
            and not changed_files(folder)
            and _planned_alike(tree, case)
            and tree["input_hashes"] == hash_inputs(case)
        )
    except (OSError, ValueError, KeyError, TypeError, GridplanError):
        return False


def may_stand(folder: Path, job: Job, *, language: Language | None, hash_of: Callable[[Path], str]) -> bool:
    """Tell whether a folder may hold a job's case already: of its inputs only the roads are looked at, whose hash is asked for."""
    try:
        case = job.read() if language is None else job.read().with_language(language)
        tree = read_json(folder / "proposal.json")
        roads = case.layers.roads
        return _planned_alike(tree, case) and (
            roads is None or tree["input_hashes"].get(shown_line(roads.path)) == hash_of(case.locate(roads).resolve())
        )
    except (OSError, ValueError, KeyError, TypeError, GridplanError):
        return False


def _planned_alike(tree: dict[str, Any], case: Case) -> bool:
    return (
        tree["revision"] is None
        and tree["versions"].get("gridplan") == __version__
        and bool(tree["case"] == plain_values(case.resolved()))
    )


def row_of(name: str, folder: Path) -> Row:
    """Return the row of a proposal folder."""
    tree = read_json(folder / "proposal.json")
    violated = [finding["severity"] for finding in tree["findings"] if finding["status"] == "violated"]
    return Row(
        case=name,
        folder=folder.name,
        status="done",
        must=violated.count("must"),
        should=violated.count("should"),
        gap=tree["objective"]["gap"],
        mean_minutes=tree["scores"]["plan"]["mean_minutes"],
    )


def memory_need(job: Job, instead: Mapping[Path, Path]) -> int:
    """Return how many bytes a case takes at most, by the size of its inputs or of what it reads instead of them.

    Of one that cannot be read, what a worker holds anyway.
    """
    try:
        files = input_files(job.read()).values()
        return int(_BASE_BYTES + sum(_bytes_of(instead.get(path.resolve(), path)) for path in files))
    except (GridplanError, OSError):
        return _BASE_BYTES


def _bytes_of(path: Path) -> float:
    if not path.exists():
        return 0.0
    size = sum(part.stat().st_size for part in path.iterdir()) if path.is_dir() else path.stat().st_size
    return size * _BYTES_OF_A_BYTE.get(path.suffix.lower(), _BYTES_OF_ANOTHER)
