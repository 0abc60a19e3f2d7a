"""Work that cases share, done once before they begin: an OpenStreetMap file that several of them read is cut for all in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from gridplan.batch.case_list import Job
from gridplan.case.case import Case
from gridplan.layers.area.boundaries import read_boundaries, read_units
from gridplan.layers.files.osm_places import is_osm
from gridplan.layers.roads.road_extracts import Box, cut_roads
from gridplan.words.errors import GridplanError
from gridplan.words.numbers import counted
from gridplan.words.problems import Problems

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
def shared_roads(jobs: Sequence[Job], place: Path) -> Iterator[SharedRoads]:
    """Cut each OpenStreetMap file that several cases read roads of; the extracts stand below `place` while the block runs.

    A case whose polygons cannot be read beforehand reads the file itself, and tells what is wrong when it is planned.
    """
    wanted: dict[Path, dict[str, Box]] = {}
    for job in jobs:
        found = _wanted(job)
        if found is not None:
            wanted.setdefault(found[0], {})[job.name] = found[1]
    shared = {source: boxes for source, boxes in wanted.items() if len(boxes) > 1}
    if not shared:
        yield SharedRoads()
        return
    with TemporaryDirectory(prefix=".gridplan-roads-", dir=place) as folder:
        yield _cut_all(shared, Path(folder))


def _cut_all(shared: dict[Path, dict[str, Box]], folder: Path) -> SharedRoads:
    import psutil

    extracts: list[tuple[str, Path, Path]] = []
    told = []
    for source, boxes in sorted(shared.items()):
        different = list(dict.fromkeys(boxes.values()))
        try:
            cut = cut_roads(source, different, folder)
        except (OSError, RuntimeError):
            continue
        extracts += [(case, source, cut.paths[different.index(box)]) for case, box in boxes.items()]
        held = psutil.Process().memory_info().rss / 1e6
        areas = counted(len(different), "area").en
        told.append(
            f"{source.name}: {cut.n_ways:,} roads cut for {areas} ({sum(cut.n_kept):,} kept), {held:.0f} MB held"
        )
    return SharedRoads(folder, tuple(extracts), tuple(told))


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
