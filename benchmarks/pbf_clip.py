"""One case's roads out of a large OpenStreetMap pbf, beside osmium's own filter pass over the same file in the same run.

    python benchmarks/pbf_clip.py SOURCE.osm.pbf [--copies 64] [--rounds 3]

The file is shifted copies of SOURCE (see `road_extracts.py`), the case's box that of the first copy; then SOURCE itself, whole. Each
reader runs in a process of its own, in turn; the least processor time of all rounds counts, and the most memory of the process.
What is compared with is what osmium does in C++ without Python: nodes into an index in memory, ways filtered by the keys `highway` and
`route`, those given their nodes' places. It clips nothing, reads no tag and keeps nothing. Also told: merely reading the file; the same
pass with each way handed to Python; GDAL's reader, clipped and as Arrow (other ways: areas left out, missing nodes forgotten); and
`osmium extract --strategy complete_ways` where the program is installed, which writes what it clips.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from road_extracts import write_copies

KEYS = ("highway", "route")
PEER = "osmium's filter pass"
EXTRACT = "osmium extract (program)"


def merely_read(path, _):
    import osmium

    with osmium.io.Reader(path, osmium.osm.NODE | osmium.osm.WAY) as reader:
        osmium.apply(reader, osmium.filter.EntityFilter(osmium.osm.NOTHING))


def filter_pass(path, _):
    import osmium

    places = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    places.ignore_errors()
    with osmium.io.Reader(path, osmium.osm.NODE | osmium.osm.WAY) as reader:
        osmium.apply(reader, osmium.filter.KeyFilter(*KEYS).enable_for(osmium.osm.WAY), places)


def to_python(path, _):
    import osmium

    ways = osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY).with_locations()
    ways = ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(osmium.filter.KeyFilter(*KEYS))
    return sum(1 for _ in ways)


def gdal(path, box):
    import pyogrio

    degrees = None if box is None else tuple(side / 1e7 for side in box)
    return pyogrio.read_arrow(path, layer="lines", where="highway IS NOT NULL", bbox=degrees)[1].num_rows


def gridplan(path, box):
    from gridplan.layers.roads.osm_ways import collect_ways

    return collect_ways(Path(path), box).n_ways


def extract(path, box):
    """What osmium-tool's `extract` does, which writes the clip to disk."""
    if box is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        sides = ",".join(str(side / 1e7) for side in box)
        command = ["osmium", "extract", "-s", "complete_ways", "-b", sides, "-o", f"{folder}/a.osm.pbf", str(path)]
        subprocess.run([*command, "--no-progress"], check=True)


READERS = {
    "gridplan": gridplan,
    PEER: filter_pass,
    "osmium, merely reading": merely_read,
    "osmium, each way handed to Python": to_python,
    "GDAL through pyogrio": gdal,
    EXTRACT: extract,
}


def in_this_process(reader, warm, path, box):
    """Print seconds, most memory and number of ways of one reader; loops and libraries are loaded on a small file before."""
    READERS[reader](warm, None)
    before, clock = processor_seconds(), time.perf_counter()
    n_ways = READERS[reader](path, None if box is None else tuple(box))
    spent = processor_seconds() - before, time.perf_counter() - clock
    print(json.dumps([*spent, most_memory(), n_ways]))


def processor_seconds():
    """Return what this program and those it ran have used."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + others.ru_utime + others.ru_stime


def most_memory():
    """Return the megabytes this program held at most, or one it ran; what its parent held before it became this program does not count."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return max(int(line.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1e3


def measured(reader, warm, path, box):
    """Return processor seconds, wall seconds, megabytes and number of ways (None where it is not counted)."""
    asked = json.dumps([reader, str(warm), str(path), box])
    done = subprocess.run([sys.executable, __file__, "--reader", asked], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def table(title, warm, path, box, rounds):
    best = {}
    readers = [name for name in READERS if name != EXTRACT or (box is not None and shutil.which("osmium"))]
    for _ in range(rounds):
        for reader in readers:
            one = measured(reader, warm, path, box)
            best[reader] = min(best.get(reader, one), one, key=lambda row: row[0])
    print(f"\n{title}\n\n| reader | CPU s | ratio | wall s | most memory | ways |\n|---|---|---|---|---|---|")
    for reader, (cpu, wall, memory, n_ways) in best.items():
        ways = "" if n_ways is None else f"{n_ways:,}"
        print(
            f"| {reader} | {cpu:.3g} | {cpu / best[PEER][0]:.2f} | {wall:.3g} | {memory:,.0f} MB | {ways} |", flush=True
        )


def main():
    if sys.argv[1:2] == ["--reader"]:
        in_this_process(*json.loads(sys.argv[2]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--copies", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "province.osm.pbf"
        n_nodes, box = write_copies(asked.source, target, asked.copies)
        size = f"{target.stat().st_size / 1e6:.0f} MB, {n_nodes:,} nodes"
        sides = [int(side * 1e7) for side in box]
        table(
            f"{asked.copies} copies of {asked.source.name}, {size}, clipped to one",
            asked.source,
            target,
            sides,
            asked.rounds,
        )
    table(f"{asked.source.name}, whole", asked.source, asked.source, None, asked.rounds)


if __name__ == "__main__":
    main()
