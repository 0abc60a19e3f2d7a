"""Time and memory of one pass over a large OpenStreetMap file: copies of one extract, shifted in ids and coordinates.

    python benchmarks/road_extracts.py SOURCE.osm.pbf --copies 40 [--areas 20] [--keep FOLDER]

Copies stand side by side on a chessboard of two degrees; each area is one copy's own box. Printed: size of the file, nodes, roads,
seconds of the pass, and the most memory this process held, of it what is not a file of the disk (anonymous memory).
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path

import osmium
import psutil

from gridplan.layers.roads.road_extracts import cut_roads

STEP = 2.0
PER_ROW = 40


def write_copies(source: Path, target: Path, copies: int) -> tuple[int, tuple[float, float, float, float]]:
    """Write shifted copies, all nodes first, and return the number of nodes and the box of the first copy."""
    nodes, ways = [], []
    for item in osmium.FileProcessor(str(source), osmium.osm.NODE | osmium.osm.WAY):
        if item.is_node():
            nodes.append((item.id, item.location.lon, item.location.lat))
        else:
            ways.append((item.id, dict(item.tags), [node.ref for node in item.nodes]))
    lons, lats = [lon for _, lon, _ in nodes], [lat for *_, lat in nodes]
    west, south = min(lons), min(lats)
    span = max(node for node, *_ in nodes) + 1
    with osmium.SimpleWriter(str(target)) as writer:
        for copy in range(copies):
            x, y = _corner(copy)
            for number, lon, lat in nodes:
                place = (lon - west + x, lat - south + y)
                writer.add_node(osmium.osm.mutable.Node(id=number + copy * span, location=place))
        for copy in range(copies):
            for number, tags, refs in ways:
                moved = [ref + copy * span for ref in refs]
                writer.add_way(osmium.osm.mutable.Way(id=number + copy * span, nodes=moved, tags=tags))
    x, y = _corner(0)
    return len(nodes) * copies, (x, y, x + max(lons) - west, y + max(lats) - south)


def _corner(copy: int) -> tuple[float, float]:
    return 75.0 + STEP * (copy % PER_ROW), 15.0 + STEP * (copy // PER_ROW)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--copies", type=int, default=40)
    parser.add_argument("--areas", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "country.osm.pbf"
        n_nodes, (west, south, east, north) = write_copies(asked.source, target, asked.copies)
        boxes = []
        for copy in range(min(asked.areas, asked.copies)):
            x, y = (here - first for here, first in zip(_corner(copy), _corner(0), strict=True))
            boxes.append(tuple(int(side * 1e7) for side in (west + x, south + y, east + x, north + y)))
        print(f"{target.stat().st_size / 1e6:.0f} MB, {n_nodes:,} nodes, {len(boxes)} areas", flush=True)
        _measured(lambda: cut_roads(target, boxes, Path(folder) / "extracts"))


def _measured(work: object) -> None:
    done, most = threading.Event(), [0, 0]

    def watch() -> None:
        process = psutil.Process()
        while not done.wait(0.2):
            held = process.memory_info()
            most[:] = max(most[0], held.rss), max(most[1], held.rss - held.shared)

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun, used = time.perf_counter(), time.process_time()
    cut = work()
    done.set()
    watcher.join()
    print(f"{cut.n_ways:,} roads, {sum(cut.n_kept):,} kept; {time.perf_counter() - begun:.1f} s, {time.process_time() - used:.1f} s of a processor")
    print(f"most memory {most[0] / 1e6:.0f} MB, {most[1] / 1e6:.0f} MB of it anonymous")


if __name__ == "__main__":
    main()
