"""Work that cases share, done once before they begin: an OpenStreetMap file that several of them read is cut for all in one pass."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from gridplan.batch.case_list import Job
from gridplan.batch.contract import Task, told_end
from gridplan.batch.runner import Cluster, Processes, run_tasks
from gridplan.case.case import Case
from gridplan.layers.area.boundaries import read_boundaries, read_units
from gridplan.layers.files.osm_places import is_osm
from gridplan.layers.roads.osm_tags import Box
from gridplan.layers.roads.road_extracts import Cut, cut_roads
from gridplan.words.errors import GridplanError
from gridplan.words.numbers import counted
from gridplan.words.problems import Problems

_FOLDER = ".gridplan-roads-"
_MARGIN_DEGREES = 0.06
"""Beyond the polygons of a case: the two kilometres in which roads are kept, and the shift of a Chinese datum, up to 60 degrees north."""


@dataclass(frozen=True)
class SharedRoads:
    """Where the extracts are (None: no file is shared), which file each case has one of, and a line on each pass for the log."""

    folder: Path | None = None
    extracts: tuple[tuple[str, Path, Path], ...] = ()
    told: tuple[str, ...] = ()

    def instead_of(self, name: str) -> dict[Path, Path]:
        """Return the extract that a case reads instead of a file."""
        return {source: extract for case, source, extract in self.extracts if case == name}


@contextmanager
def shared_roads(
    jobs: Sequence[Job], place: Path, *, on: Processes | Cluster, cancel: threading.Event
) -> Iterator[SharedRoads]:
    """Cut each OpenStreetMap file that several cases read roads of; the extracts stand below `place` while the block runs.

    Each file is a task of the workers. A case whose polygons cannot be read beforehand reads the file itself, and tells what is wrong
    when it is planned. The caller holds the lock of `place`: extracts that stand there are of a run that was killed, and go.
    """
    for left in place.glob(f"{_FOLDER}*"):
        shutil.rmtree(left, ignore_errors=True)
    wanted: dict[Path, dict[str, Box]] = {}
    for job in jobs:
        found = _wanted(job)
        if found is not None:
            wanted.setdefault(found[0], {})[job.name] = found[1]
    shared = {source: boxes for source, boxes in wanted.items() if len(boxes) > 1}
    if not shared:
        yield SharedRoads()
        return
    with TemporaryDirectory(prefix=_FOLDER, dir=place) as folder:
        yield _cut_all(shared, Path(folder), on, cancel)


def _cut_all(
    shared: dict[Path, dict[str, Box]], folder: Path, on: Processes | Cluster, cancel: threading.Event
) -> SharedRoads:
    different = {source: tuple(dict.fromkeys(boxes.values())) for source, boxes in sorted(shared.items())}
    tasks = [Task((source, boxes), source.name) for source, boxes in different.items()]
    extracts: list[tuple[str, Path, Path]] = []
    told = []
    for ended in run_tasks(functools.partial(_cut, folder=folder), tasks, on=on, cancel=cancel):
        source, boxes = ended.task.item
        if ended.how != "done":
            told.append(
                f"{source.name}: not cut, read by each case  {told_end(ended.how, ended.losses).en} {ended.error or ''}"
            )
            continue
        extracts += [(case, source, ended.value.paths[boxes.index(box)]) for case, box in shared[source].items()]
        told.append(
            f"{source.name}: {ended.value.n_ways:,} roads cut for {counted(len(boxes), 'area').en} ({sum(ended.value.n_kept):,} kept), "
            f"{ended.seconds:.1f} s, {ended.peak_bytes / 1e6:.0f} MB"
        )
    return SharedRoads(folder, tuple(extracts), tuple(told))


def _cut(item: tuple[Path, tuple[Box, ...]], *, folder: Path) -> Cut:
    source, boxes = item
    return cut_roads(source, boxes, folder)


def _wanted(job: Job) -> tuple[Path, Box] | None:
    """Return the OpenStreetMap file that a case reads roads of, and a box around its polygons; None where either is not known."""
    try:
        case = job.read()
        roads = case.layers.roads
        if roads is None or not is_osm(Path(roads.path)) or not case.locate(roads).is_file():
            return None
        box = _box(case)
        return None if box is None else (case.locate(roads).resolve(), box)
    except (GridplanError, OSError):  # told where the case itself is planned
        return None


def _box(case: Case) -> Box | None:
    problems, sources = Problems(), case.layers
    frames = [
        read(case, source, problems)
        for read, source in ((read_units, sources.units), (read_boundaries, sources.boundaries))
        if source is not None
    ]
    bounds = [frame.to_crs(4326).total_bounds for frame in frames if frame is not None and len(frame)]
    if not bounds:
        return None
    west, south = (min(box[side] for box in bounds) - _MARGIN_DEGREES for side in (0, 1))
    east, north = (max(box[side] for box in bounds) + _MARGIN_DEGREES for side in (2, 3))
    return int(west * 1e7), int(south * 1e7), int(east * 1e7), int(north * 1e7)
