"""Travel times side by side with other engines, in one run, as a table and as JSON.

    python benchmarks/travel.py [--data FOLDER] [--networks wuhan porto florida] [--json FILE] [--table FILE] [--only-valhalla]

needs the real layers (GRIDPLAN_DATA, or ../shared/data beside the checkout) and, for the peers, `pip install
pyroutingkit networkit pandana pyvalhalla-weekly`; a peer that is not installed is left out. Every time is the best of a few runs, wall
clock and processor time; peers that would take minutes run on fewer facilities and are scaled up, which the table says. Ratios matter,
not seconds: run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections import deque
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import numpy as np

HERE = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("GRIDPLAN_DATA", HERE.parent / "shared" / "data"))
F = 500
SEED = 0
BANDWIDTH_GB_S = 40.0
FAR = 2**31 - 1


class Seconds(NamedTuple):
    """Wall clock, and processor time over all threads: the latter says more on a machine that others use as well."""

    wall: float
    cpu: float


def best_of(runs, work):
    """Return the least wall and processor times of `runs` runs (each its own least) and the last result."""
    wall = cpu = np.inf
    result = None
    for _ in range(runs):
        clock, processor = time.perf_counter(), time.process_time()
        result = work()
        wall = min(wall, time.perf_counter() - clock)
        cpu = min(cpu, time.process_time() - processor)
    return Seconds(wall, cpu), result


def load_network(name, rows):
    """Return (tail, head, minutes, n, latitude-like, longitude-like) of a network, every edge directed."""
    from gridplan.layers.roads.roads import read_roads
    from gridplan.travel.network import RoadNetwork

    if name == "florida":
        return florida()
    if name == "porto":
        path = DATA / "porto_roads" / "porto.osm.pbf"
        crs = 32629
    else:
        path = DATA / "wuhan" / "roads_osm_wuhan_fua8989.parquet"
        crs = 32650

    def ready():
        return RoadNetwork.from_roads(read_roads(path, area=None, crs=crs).roads)

    seconds, network = best_of(3, ready)
    add(rows, name, "file -> network ready", "gridplan", seconds)
    if name == "porto":
        reading, _ = best_of(3, lambda: merely_read(path))
        add(rows, name, "file -> network ready", "osmium handler, merely reading nodes and ways", reading)
    tail = np.concatenate([network.tail, network.head])
    head = np.concatenate([network.head, network.tail])
    ms = np.concatenate([network.forward, network.backward])
    kept = (ms < FAR) & (tail != head)
    tail, head, minutes = tail[kept], head[kept], ms[kept] / 60_000.0
    used, ends = np.unique(np.concatenate([tail, head]), return_inverse=True)
    xy = network.xy[used]
    return ends[: len(tail)], ends[len(tail) :], minutes, len(used), xy[:, 1] / 1e5, xy[:, 0] / 1e5


def florida():
    """Topology without weights or places: seeded weights of 0.1-60 s, a tenth one-way; steps stand for coordinates."""
    from gridplan.travel.search.graph import build_topology
    from gridplan.travel.search.order import far_distances

    with lzma.open(DATA / "florida_topology" / "FLA.gr.xz", "rt") as file:
        header = file.readline().split()
        while header[0] == "c":
            header = file.readline().split()
        pairs = np.loadtxt(file, dtype=np.int64, comments="c") - 1
    n, rng = int(header[2]), np.random.default_rng(SEED)
    u, v = pairs.T
    minutes = rng.integers(100, 60_000, len(u)) / 60_000.0
    both = rng.random(len(u)) >= 0.1
    topology = build_topology(u.astype(np.int32), v.astype(np.int32), np.ones(len(u), bool), n_nodes=n)
    steps = far_distances(topology.indptr, topology.heads)
    tail, head = np.concatenate([u, v[both]]), np.concatenate([v, u[both]])
    return tail, head, np.concatenate([minutes, minutes[both]]), n, steps[:, 0] / 100.0, steps[:, 1] / 100.0


def merely_read(path):
    import osmium

    class Count(osmium.SimpleHandler):
        def __init__(self):
            super().__init__()
            self.nodes = self.ways = 0

        def node(self, _):
            self.nodes += 1

        def way(self, _):
            self.ways += 1

    handler = Count()
    handler.apply_file(str(path))
    return handler.nodes, handler.ways


def add(rows, network, task, engine, seconds, note=""):
    wall, cpu = seconds if isinstance(seconds, tuple) else (seconds, None)
    wall = None if wall is None or np.isnan(wall) else wall
    rows.append({"network": network, "task": task, "engine": engine, "seconds": wall, "cpu_seconds": cpu, "note": note})
    told = "".join(f"{number:10.4f} s {kind}" for number, kind in ((wall, ""), (cpu, "CPU")) if number is not None)
    print(f"{network:10} {task:40} {engine:46} {told}  {note}", flush=True)


def scipy_graph(tail, head, minutes, n):
    """Parallel edges by the least, whole milliseconds, as a scipy matrix."""
    from scipy.sparse import csr_array

    ms = np.rint(minutes * 60_000.0)
    order = np.lexsort((ms, head, tail))
    tail, head, ms = tail[order], head[order], ms[order]
    first = np.concatenate([[True], (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])])
    return csr_array((ms[first], (tail[first], head[first])), shape=(n, n))


def many_to_all(name, edges, rows, peers, runs):
    """500 facilities x all nodes: gridplan warm and cold, scipy, and the peers."""
    from scipy.sparse.csgraph import dijkstra

    from gridplan.travel.network import RoadNetwork
    from gridplan.travel.preparation import prepare

    tail, head, minutes, n, *_ = edges
    places = np.random.default_rng(SEED).choice(n, F, replace=False)
    task = "500 facilities x all nodes"

    def cold():
        with tempfile.TemporaryDirectory() as folder:
            network = prepare(RoadNetwork.from_edges(tail, head, minutes, n_nodes=n), cache_folder=folder)
            sweeps(network, places)
        return network

    def from_order(folder):
        network = prepare(RoadNetwork.from_edges(tail, head, minutes, n_nodes=n), cache_folder=folder)
        sweeps(network, places)

    seconds, network = best_of(runs, cold)
    add(rows, name, task, "gridplan, building included, no cache", seconds)
    with tempfile.TemporaryDirectory() as folder:
        from_order(folder)
        seconds, _ = best_of(runs, lambda: from_order(folder))
    add(rows, name, task, "gridplan, building included, order on disk", seconds)
    seconds, _ = best_of(2 * runs + 1, lambda: sweeps(network, places))
    add(rows, name, task, "gridplan, warm", seconds, "all times made block by block")
    bound = 4.0 * n * F / 1e9 / BANDWIDTH_GB_S * 1.28
    add(rows, name, task, "memory-bandwidth bound", bound, "0.068 s at 1.07M nodes by the notes, scaled by nodes")
    regions = network.nearest(np.random.default_rng(1).choice(n, max(1, n // 350), replace=False))[1]
    people = np.random.default_rng(2).random(n)
    seconds, _ = best_of(runs, lambda: network.minutes_to(places).weighted_mean(regions, people))
    add(rows, name, task, "gridplan, warm, weighted means by unit out", seconds, f"{regions.max() + 1} units")
    graph = scipy_graph(tail, head, minutes, n).T.tocsr()

    def all_by_scipy():
        for first in range(0, F, 25):
            dijkstra(graph, indices=places[first : first + 25])

    seconds, _ = best_of(1, all_by_scipy)
    add(rows, name, task, "scipy dijkstra", seconds, "one run")
    if "pyroutingkit" in peers:
        routingkit(name, edges, rows, places, task)
    if name == "porto":
        if "networkit" in peers:
            networkit_peer(name, edges, rows, places, task)
        if "pandana" in peers:
            pandana_peer(name, edges, rows, places, task)
    return network, places


def sweeps(network, places):
    """Make all times between the places and all nodes, block by block, and drop them."""
    times = network.minutes_to(places)
    deque(network.graph.searcher(len(places), toward=True).run(times.seeds, lambda block: None), maxlen=0)


def routingkit(name, edges, rows, places, task):
    from pyroutingkit import CCH

    tail, head, minutes, n, lat, lon = edges
    weights = np.rint(minutes * 60_000.0).astype(np.uint32)

    def build():
        cch = CCH()
        cch.build_topology(tail.astype(np.uint32), head.astype(np.uint32), lat.astype(np.float32),
                           lon.astype(np.float32), n)  # fmt: skip
        cch.customize_weights(weights)
        return cch

    seconds, cch = best_of(1, build)
    add(rows, name, "hierarchy built", "pyroutingkit CCH", seconds, "one run")
    everyone = np.arange(n, dtype=np.uint32)

    def all_by_cch():
        for first in range(0, F, 100):
            cch.distances_many_to_many(places[first : first + 100].astype(np.uint32), everyone)

    seconds, _ = best_of(1, all_by_cch)
    add(rows, name, task, "pyroutingkit CCH, warm", seconds, "one run, from facilities")


def networkit_peer(name, edges, rows, places, task):
    import networkit

    tail, head, minutes, n, *_ = edges
    graph = networkit.Graph(n, weighted=True, directed=True)
    for u, v, m in zip(head.tolist(), tail.tolist(), minutes.tolist(), strict=True):
        graph.addEdge(u, v, m)
    networkit.setNumberOfThreads(os.cpu_count())
    search = networkit.distance.SPSP(graph, places[:100].tolist())
    seconds, _ = best_of(1, search.run)
    add(rows, name, task, "networkit SPSP", Seconds(5 * seconds.wall, 5 * seconds.cpu), "100 facilities, scaled")


def pandana_peer(name, edges, rows, places, task):
    import pandana
    import pandas as pd

    tail, head, minutes, n, lat, lon = edges
    network = pandana.Network(pd.Series(lon), pd.Series(lat), pd.Series(tail), pd.Series(head),
                              pd.DataFrame({"minutes": minutes}), twoway=False)  # fmt: skip
    everyone = np.arange(n)

    def three():
        for place in places[:3]:
            network.shortest_path_lengths(everyone, np.full(n, place))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seconds, _ = best_of(1, three)
    add(rows, name, task, "pandana", Seconds(F / 3 * seconds.wall, F / 3 * seconds.cpu), "3 facilities, scaled")


def what_if(name, network, rows, runs):
    """Closing 1% of the edges, against the first build."""
    from gridplan.travel.network import RoadNetwork
    from gridplan.travel.preparation import prepare

    edges = network.tail, network.head, network.forward / 60_000.0

    def build():
        with tempfile.TemporaryDirectory() as folder:
            return prepare(RoadNetwork.from_edges(*edges, n_nodes=network.n_nodes), cache_folder=folder)

    seconds, _ = best_of(runs, build)
    add(rows, name, "hierarchy built", "gridplan, no cache", seconds)
    closed = np.random.default_rng(3).choice(network.n_edges, network.n_edges // 100, replace=False)
    seconds, cut = best_of(2 * runs, lambda: prepare(network.without_edges(closed)))
    add(rows, name, "1% of edges closed, ready again", "gridplan", seconds)
    return cut


def nearest(name, edges, network, places, rows, runs):
    """Nearest of 500 for all nodes, against scipy's search from many sources."""
    from scipy.sparse.csgraph import dijkstra

    from gridplan.travel.preparation import prepare

    tail, head, minutes, n, *_ = edges
    graph = scipy_graph(tail, head, minutes, n).T.tocsr()
    task = "nearest of 500 for all nodes"
    seconds, theirs = best_of(runs, lambda: dijkstra(graph, indices=places, min_only=True))
    add(rows, name, task, "scipy dijkstra, min_only", seconds)
    seconds, ours = best_of(2 * runs, lambda: network.nearest(places))
    add(rows, name, task, "gridplan, hierarchy warm", seconds)
    assert np.array_equal(np.rint(ours[0] * 60_000.0), theirs)
    plain = prepare(network, method="plain")
    seconds, ours = best_of(runs, lambda: plain.nearest(places))
    add(rows, name, task, "gridplan, without a hierarchy", seconds)
    assert np.array_equal(np.rint(ours[0] * 60_000.0), theirs)


def exactness(name, edges, network, cut, places):
    """Both directions and after closures, 20 facilities x all nodes: the same milliseconds as scipy."""
    from scipy.sparse.csgraph import dijkstra

    tail, head, _, n, *_ = edges
    for which in (network, cut):
        now = np.where(which.forward >= FAR, np.inf, which.forward / 60_000.0)
        kept = np.isfinite(now)
        graph = scipy_graph(tail[kept], head[kept], now[kept], n)
        for matrix, times in ((graph.T.tocsr(), which.minutes_to), (graph, which.minutes_from)):
            theirs = dijkstra(matrix, indices=places[:20]).T
            assert np.array_equal(np.rint(times(places[:20]).gather() * 60_000.0), theirs), name
    print(f"{name:8} exact: both directions, before and after closures, 20 facilities x {n} nodes", flush=True)


NO_ROADS = ("random", "star", "complete")


def no_roads(name):
    """Return (tail, head, minutes, n) of a graph that is none of roads."""
    rng = np.random.default_rng(SEED)
    if name == "random":
        n, (tail, head) = 100_000, rng.integers(0, 100_000, (2, 300_000))
    elif name == "star":
        n, rim = 100_000, np.arange(1, 100_000)
        tail, head = np.concatenate([np.zeros_like(rim), rim]), np.concatenate([rim, np.zeros_like(rim)])
    else:
        n, (tail, head) = 1_500, np.nonzero(~np.eye(1_500, dtype=bool))
    return tail, head, rng.uniform(0.1, 5.0, len(tail)), n


def no_roads_job(name, engine):
    """Search 50 places x all nodes of a graph by an engine, in a process of its own; print seconds and memory beyond the graph."""
    from scipy.sparse.csgraph import dijkstra

    from gridplan.travel.network import RoadNetwork

    if engine == "gridplan":
        warm_up()
    tail, head, minutes, n = no_roads(name)
    places = np.random.default_rng(SEED).choice(n, 50, replace=False)

    def ours():
        network = RoadNetwork.from_edges(tail, head, minutes, n_nodes=n)
        network.minutes_to(places).weighted_mean(np.zeros(n, int), np.ones(n))

    def theirs():
        graph = scipy_graph(tail, head, minutes, n).T.tocsr()
        for first in range(0, len(places), 25):
            dijkstra(graph, indices=places[first : first + 25])

    before = high_water_gb()
    seconds, _ = best_of(1, ours if engine == "gridplan" else theirs)
    print(seconds.wall, seconds.cpu, high_water_gb() - before)


def beside_scipy_elsewhere(rows):
    """Graphs that are no roads: noticed before anything is ordered, so that they cost about what scipy costs."""
    for name in NO_ROADS:
        for engine in ("gridplan", "scipy dijkstra"):
            command = [sys.executable, str(Path(__file__)), "--no-roads", name, engine]
            run = subprocess.run(command, capture_output=True, text=True, check=True)
            wall, cpu, memory = map(float, run.stdout.split())
            add(rows, name, "50 places x all nodes", engine, Seconds(wall, cpu), f"{memory:.3f} GB beyond the graph")


def areas_against_points(rows):
    """Isochrones of three places on Las Palmas, and how many of 20,000 points, each measured by itself, they draw wrongly or miss."""
    import geopandas as gpd
    import shapely

    from gridplan.layers.roads.roads import read_roads
    from gridplan.travel.isochrones import Canvas, draw_isochrones
    from gridplan.travel.network import RoadNetwork
    from gridplan.travel.snapping import snap_points

    folder = DATA / "las_palmas"
    area = gpd.read_file(folder / "lp_boundary.geojson").to_crs(32628).union_all()
    network = RoadNetwork.from_roads(read_roads(folder / "las_palmas.osm.pbf", area=None, crs="EPSG:32628").roads)
    west, south, east, north = area.bounds
    points = np.random.default_rng(SEED).uniform((west, south), (east, north), (60_000, 2))
    points = points[shapely.contains_xy(area, points)][:20_000]
    places = snap_points(network, [(457_500, 3_110_500), (455_000, 3_113_000), (452_000, 3_105_000)], max_m=2_000)
    minutes = network.table(snap_points(network, points, max_m=2_000), places)
    canvas = Canvas(cell_m=35.0, area=area)
    seconds, drawn = best_of(2, lambda: draw_isochrones(network, places, [15, 30], canvas=canvas))
    for limit in (15, 30):
        found = drawn[drawn["minutes"] == limit].geometry
        inside = np.column_stack([shapely.contains_xy(shape, points) for shape in found])
        over, missed = (inside & (minutes > limit)).mean(axis=0), (~inside & (minutes <= limit)).mean(axis=0)
        note = f"at most {over.max():.2%} drawn though not within, {missed.max():.2%} missed"
        add(rows, "las_palmas", f"areas within {limit} min, 3 places", "gridplan", seconds, note)


def compile_seconds():
    """Seconds of the first answer with nothing compiled, and with everything compiled on disk, less a third run's own."""
    code = (
        "import time; import numpy as np; from gridplan.travel.network import RoadNetwork\n"
        "from gridplan.travel.preparation import prepare\n"
        "def job():\n"
        "    network = prepare(RoadNetwork.from_edges(np.arange(99), np.arange(1, 100), np.ones(99)))\n"
        "    for k in (1, 70):\n"
        "        times = network.minutes_to(np.arange(k)); times.gather(); times.nearest(); times.gather([1, 2])\n"
        "        times.weighted_mean(np.zeros(100, int), np.ones(100))\n"
        "    network.nearest([3])\n"
        "start = time.perf_counter(); job(); first = time.perf_counter() - start\n"
        "start = time.perf_counter(); job(); print(first - (time.perf_counter() - start))\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder, "GRIDPLAN_CACHE": folder, "PYTHONPATH": str(HERE)}
        runs = [subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
                for _ in range(2)]  # fmt: skip
    return [float(run.stdout) for run in runs]


def peak_memory():
    """Peak memory (GB) of a process that loads Florida, builds the hierarchy and puts out weighted means of 500."""
    command = [sys.executable, str(Path(__file__)), "--peak", "--data", str(DATA)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(run.stdout.split()[-1])


def peak_job():
    from gridplan.travel.network import RoadNetwork
    from gridplan.travel.preparation import prepare

    tail, head, minutes, n, *_ = florida()
    with tempfile.TemporaryDirectory() as folder:
        network = prepare(RoadNetwork.from_edges(tail, head, minutes, n_nodes=n), cache_folder=folder)
    rng = np.random.default_rng(SEED)
    regions = network.nearest(rng.choice(n, n // 350, replace=False))[1]
    network.minutes_to(rng.choice(n, F, replace=False)).weighted_mean(regions, rng.random(n))
    print(high_water_gb())


def high_water_gb():
    """Peak memory of this process alone; what `getrusage` tells starts at that of the process which started it."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def installed(names):
    return [name for name in names if any(d.metadata["Name"].lower() == name for d in metadata.distributions())]


def warm_up():
    """Compile (or load) every loop before anything is timed."""
    from gridplan.travel.network import RoadNetwork
    from gridplan.travel.preparation import prepare

    rng = np.random.default_rng(0)
    tail, head = rng.integers(0, 2_000, (2, 6_000))
    with tempfile.TemporaryDirectory() as folder:
        network = prepare(RoadNetwork.from_edges(tail, head, rng.random(6_000), n_nodes=2_000), cache_folder=folder)
    for count in (1, 70):
        places = np.arange(count)
        for engine in (network, prepare(network, method="plain")):
            for times in (engine.minutes_to(places), engine.minutes_from(places)):
                times.gather()
                times.weighted_mean(np.zeros(2_000, int), np.ones(2_000))
            engine.nearest(places)


OURS = ("gridplan", "gridplan, warm", "gridplan, no cache", "gridplan, hierarchy warm")


def render(rows, facts):
    """Return the table: seconds, and how many times as long as gridplan's own (warm) row of the task each takes."""
    lines = [f"- {key}: {value}" for key, value in facts.items()]
    lines += [
        "",
        "| network | task | engine | wall s | ratio | CPU s | ratio | note |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        same = (r for r in rows if (r["network"], r["task"]) == (row["network"], row["task"]) and r["engine"] in OURS)
        ours = next(same, None)
        cells = [row["network"], row["task"], row["engine"]]
        for kind in ("seconds", "cpu_seconds"):
            known = row[kind] is not None
            beside = known and ours and ours[kind]
            cells += [f"{row[kind]:.4f}" if known else "", f"{row[kind] / ours[kind]:,.1f}" if beside else ""]
        lines.append("| " + " | ".join([*cells, row["note"]]) + " |")
    return "\n".join(lines) + "\n"


def main():
    global DATA
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--networks", nargs="+", default=["wuhan", "porto", "florida"])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--table", type=Path)
    parser.add_argument("--no-roads", nargs=2, metavar=("GRAPH", "ENGINE"), help="only search such a graph")
    parser.add_argument("--only-valhalla", action="store_true", help="only beside Valhalla, on Porto and Las Palmas")
    parser.add_argument("--peak", action="store_true", help="only measure this process's own memory on Florida")
    options = parser.parse_args()
    DATA = options.data
    sys.path.insert(0, str(HERE))
    if options.no_roads:
        no_roads_job(*options.no_roads)
        return
    if options.peak:
        peak_job()
        return
    peers = installed(["pyroutingkit", "networkit", "pandana", "pyvalhalla-weekly"])
    versions = {name: metadata.version(name) for name in ["numpy", "scipy", "numba", "pymetis", "osmium", *peers]}
    compiled, loaded = compile_seconds()
    facts = {
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "compile, first run on a machine": f"{compiled:.1f} s; loading what was compiled: {loaded:.1f} s (in no row below)",
    }
    warm_up()
    rows = []
    if "pyvalhalla-weekly" in peers:
        from beside_valhalla import beside_valhalla

        beside_valhalla(DATA, rows, add, Seconds)
    for name in [] if options.only_valhalla else options.networks:
        edges = load_network(name, rows)
        print(f"{name:8} {edges[3]} nodes, {len(edges[0])} directed edges", flush=True)
        network, places = many_to_all(name, edges, rows, peers, options.runs)
        cut = what_if(name, network, rows, options.runs)
        nearest(name, edges, network, places, rows, options.runs)
        exactness(name, edges, network, cut, places)
        facts[f"{name}"] = f"{edges[3]:,} nodes, {len(edges[0]):,} directed edges"
    if not options.only_valhalla:
        beside_scipy_elsewhere(rows)
        areas_against_points(rows)
    if not options.only_valhalla and "florida" in options.networks:
        facts["peak memory, florida, 500 facilities, weighted means out"] = f"{peak_memory():.2f} GB"
    table = render(rows, facts)
    print(table)
    if options.table:
        options.table.write_text(table, encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps({"facts": facts, "rows": rows}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
