"""gridplan beside Valhalla on Porto and Las Palmas: distances, minutes, isochrones against point truth, walking, speed of tables.

Called by travel.py where `pyvalhalla-weekly` is installed (a wheel with a pre-release's number: the extra `bench` names it). What each
row means stands in its note; seconds are processor time of both in this one process.
"""

from __future__ import annotations

import json
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

PLACES = {
    "porto": ("porto_roads/porto.osm.pbf", 32629),
    "las_palmas": ("las_palmas/las_palmas.osm.pbf", 32628),
}
SEED = 0
KMH = 60.0
WALK_KMH = 4.8
CARS = {"costing": "auto"}
_ALL_ROADS = {"shortest": True, "disable_hierarchy_pruning": True}
SHORTEST = {"costing": "auto", "costing_options": {"auto": _ALL_ROADS}}
ANY_TURN = {"costing": "auto", "costing_options": {"auto": {**_ALL_ROADS, "ignore_restrictions": True}}}
EQUAL = {"costing": "auto", "costing_options": {"auto": {"fixed_speed": KMH, "disable_hierarchy_pruning": True}}}
ON_FOOT = {"costing": "pedestrian", "costing_options": {"pedestrian": {"walking_speed": WALK_KMH, "shortest": True}}}


class Peer:
    """Valhalla over tiles of one extract, asked in this process."""

    def __init__(self, extract, folder):
        import valhalla

        tiles = Path(folder) / "tiles"
        tiles.mkdir()
        config = valhalla.get_config(tile_extract="", tile_dir=str(tiles))
        for costing in ("auto", "pedestrian"):
            config["service_limits"][costing]["max_matrix_location_pairs"] = 10_000_000
            config["service_limits"][costing]["max_matrix_distance"] = 1e7
        config["service_limits"]["max_distance_disable_hierarchy_culling"] = 1e7
        config["service_limits"]["isochrone"]["max_contours"] = 4
        path = Path(folder) / "valhalla.json"
        path.write_text(json.dumps(config), encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        program = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
        subprocess.run(
            [str(program), "-c", str(path), str(Path(extract).resolve())], check=True, capture_output=True, cwd=folder
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.build_cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.actor = valhalla.Actor(str(path))

    def table(self, sources, targets, how):
        """Kilometres and minutes (sources x targets); NaN where there is no way."""
        asked = {"sources": _spots(sources), "targets": _spots(targets), **how}
        rows = json.loads(self.actor.matrix(json.dumps(asked)))["sources_to_targets"]
        km, minutes = (
            np.array([[np.nan if one[key] is None else one[key] for one in row] for row in rows], float)
            for key in ("distance", "time")
        )
        return km, minutes / 60

    def routes(self, pairs, how):
        """Kilometres and minutes of each pair (start, end), by its own routes; NaN where there is no way.

        Its tables are no measure of its routes: their shortest ways are up to a fifth longer.
        """
        found = np.full((len(pairs), 2), np.nan)
        for row, (start, end) in enumerate(pairs):
            try:
                trip = json.loads(self.actor.route(json.dumps({"locations": _spots([start, end]), **how})))["trip"]
            except RuntimeError:
                continue
            found[row] = trip["summary"]["length"], trip["summary"]["time"] / 60
        return found.T

    def isochrone(self, place, minutes):
        import shapely

        asked = {"locations": _spots([place]), "contours": [{"time": m} for m in minutes], "polygons": True, **CARS}
        found = json.loads(self.actor.isochrone(json.dumps({**asked, "denoise": 0.0})))["features"]
        return {
            one["properties"]["contour"]: shapely.make_valid(shapely.geometry.shape(one["geometry"])) for one in found
        }


def _spots(lonlat):
    return [{"lon": float(lon), "lat": float(lat)} for lon, lat in lonlat]


def beside_valhalla(data, rows, add, seconds):
    """Measure everything on every place; `add` enters a row, `seconds` makes its time."""
    for name, (file, crs) in PLACES.items():
        with tempfile.TemporaryDirectory() as folder:
            _one_place(name, Path(data) / file, crs, Peer(Path(data) / file, folder), rows, add, seconds)


def _one_place(name, extract, crs, peer, rows, add, seconds):
    from pyproj import Transformer

    from gridplan.layers.roads.roads import read_roads
    from gridplan.travel.network import RoadNetwork
    from gridplan.travel.preparation import prepare

    def cpu(work):
        clock, processor = time.perf_counter(), time.process_time()
        result = work()
        return seconds(time.perf_counter() - clock, time.process_time() - processor), result

    def ready():
        roads = read_roads(extract, area=None, crs=f"EPSG:{crs}").roads
        with tempfile.TemporaryDirectory() as cache:
            return roads, prepare(RoadNetwork.from_roads(roads), cache_folder=cache)

    took, (roads, network) = cpu(ready)
    add(rows, name, "extract -> ready to ask", "gridplan", took, "roads read, ordered, weighted; no cache")
    add(rows, name, "extract -> ready to ask", "Valhalla tiles", seconds(np.nan, peer.build_cpu), "for all modes")
    lonlat = Transformer.from_crs(crs, 4326, always_xy=True)
    nodes = _plain_nodes(network)
    places = np.column_stack(lonlat.transform(*network.xy[nodes].T))

    pairs = np.random.default_rng(SEED).integers(0, len(nodes), (600, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]

    def by_pair(here, chosen):
        """Our minutes of each pair of nodes."""
        starts, row = np.unique(chosen[:, 0], return_inverse=True)
        return here.minutes_from(nodes[starts]).gather(nodes[chosen[:, 1]])[np.arange(len(chosen)), row]

    def compare(task, ours, theirs, said="{apart}"):
        ratio, apart = _apart(ours, theirs)
        add(rows, name, task, "beside Valhalla", None, said.format(ratio=ratio, apart=apart))

    equal = dict.fromkeys(roads["road_class"].unique(), KMH)
    level = by_pair(RoadNetwork.from_roads(roads, speeds=equal, posted_limits="ignore"), pairs)
    for task, how in (("shortest distances", SHORTEST), ("the same, its forbidden turns allowed", ANY_TURN)):
        compare(f"{task}, {len(pairs)} routes", level, peer.routes(places[pairs], how)[0] / KMH * 60)
    compare(
        f"minutes, all at {KMH:.0f} km/h",
        level,
        peer.routes(places[pairs], EQUAL)[1],
        "ours / Valhalla: median {ratio:.3f}, {apart}: its turns cost time, and lead it other ways",
    )
    usual, theirs = by_pair(network, pairs), peer.routes(places[pairs], CARS)[1]
    within = [f"{np.mean(each <= 30):.0%}" for each in (usual, theirs)]
    said = f"ours / Valhalla: median {{ratio:.2f}}; within 30 min {within[0]} of pairs, Valhalla {within[1]}"
    compare("minutes, each with its default speeds", usual, theirs, said)
    pace = dict.fromkeys(equal, WALK_KMH)
    near = _near_pairs(network.xy, nodes, 400)
    on_foot = by_pair(RoadNetwork.from_roads(roads, mode="walk", speeds=pace), near)
    compare("walking distances, 400 routes below 3 km", on_foot, peer.routes(places[near], ON_FOOT)[0] / WALK_KMH * 60)

    many = slice(0, 100)
    took, _ = cpu(lambda: peer.table(places[many], places[many], CARS))
    network.minutes_from(nodes[:2]).gather(nodes[:2])
    mine, _ = cpu(lambda: network.minutes_from(nodes[many]).gather(nodes[many]))
    add(rows, name, "100 x 100 places, warm", "gridplan", mine)
    add(rows, name, "100 x 100 places, warm", "Valhalla matrix", took, "its JSON included")
    _isochrones(name, peer, network, nodes, places, rows, add, cpu)


def _plain_nodes(network):
    """1,000 nodes at random where two-way streets meet that cars may use and that reach, and are reached from, most others."""
    from gridplan.travel.milliseconds import FAR

    both = (network.forward < FAR) & (network.backward < FAR)
    classes = network.priced.roads["road_class"].to_numpy(str)
    street = both & np.isin(classes, ["residential", "tertiary", "secondary", "unclassified"]) & network.priced.can_stop
    every = np.setdiff1d(np.unique(np.concatenate([network.tail[street], network.head[street]])), [])
    some = np.random.default_rng(SEED).permutation(every)[:1_500]
    hub = network.minutes_from(some[:20]).gather(some)
    good = np.isfinite(hub).mean(axis=1) > 0.5
    back = np.isfinite(network.minutes_to(some[:20]).gather(some)).mean(axis=1) > 0.5
    return some[good & back][:1_000]


def _near_pairs(xy, nodes, count):
    rng = np.random.default_rng(SEED)
    pairs = rng.integers(0, len(nodes), (100 * count, 2))
    metres = np.hypot(*(xy[nodes[pairs[:, 0]]] - xy[nodes[pairs[:, 1]]]).T)
    return pairs[(metres > 200) & (metres < 3_000)][:count]


def _apart(ours, theirs):
    """Median ratio, and in words how often both agree within 1 and 5 % (of pairs that both connect, not to themselves)."""
    known = np.isfinite(ours) & np.isfinite(theirs) & (theirs > 0.1)
    ratio = ours[known] / theirs[known]
    near = [float((np.abs(ratio - 1) <= limit).mean()) for limit in (0.01, 0.05)]
    only = int((np.isfinite(ours) != np.isfinite(theirs)).sum())
    told = (
        f"within 1 % for {near[0]:.1%}, within 5 % for {near[1]:.1%} of {known.sum():,}; {only} connected by one alone"
    )
    return float(np.median(ratio)), told


def _isochrones(name, peer, network, nodes, places, rows, add, cpu):
    """Areas round three places, each engine's own against its own minutes at 1,000 nodes of roads: there it is plain who is right."""
    import shapely

    from gridplan.travel.isochrones import Canvas, draw_isochrones
    from gridplan.travel.snapping import snap_points

    limits, xy = [15, 30], network.xy[nodes]
    canvas = Canvas(cell_m=50.0, area=shapely.buffer(shapely.convex_hull(shapely.multipoints(xy)), 2_000))
    hosts = snap_points(network, xy[:3])
    drawn_in, ours = cpu(lambda: draw_isochrones(network, hosts, limits, canvas=canvas))
    truth = network.table(snap_points(network, xy), hosts)
    spent, drawn = cpu(lambda: [peer.isochrone(place, limits) for place in places[:3]])
    its = np.array([peer.table([place], places, CARS)[1][0] for place in places[:3]]).T
    for limit in limits:
        shapes = ours[ours["minutes"] == limit].sort_values("place").geometry
        within = np.column_stack([shapely.contains_xy(shape, xy) for shape in shapes])
        add(
            rows,
            name,
            f"areas within {limit} min, at nodes of roads",
            "gridplan",
            drawn_in,
            _wrong(within, truth <= limit),
        )
        within = np.column_stack([shapely.contains_xy(shape[limit], *places.T) for shape in drawn])
        add(rows, name, f"areas within {limit} min, at nodes of roads", "Valhalla", spent, _wrong(within, its <= limit))


def _wrong(drawn, truth):
    over, missed = (drawn & ~truth).mean(axis=0).max(), (~drawn & truth).mean(axis=0).max()
    return f"at most {over:.1%} drawn though not within, {missed:.1%} missed, by its own minutes"
