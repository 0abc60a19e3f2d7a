"""Planning units built from populated cells: connected clusters of a stated population inside stated boundaries.

Atoms are the Voronoi cells of the places with people, clipped to one part of a district (barriers split districts into
parts). scikit-learn's agglomerative clustering with a connectivity graph makes a first grouping; then clusters are
split along random spanning trees and merged until the sizes hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree

from gridplan.case.sections import UnitRules
from gridplan.ground.borders import shared_borders

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Ints = NDArray[np.intp]
    Floats = NDArray[np.float64]

_TREES = 40
_PASSES = 60


@dataclass(frozen=True, eq=False)
class Atoms:
    """Pieces of one part of a district: polygons, the people in them, who touches whom, and which piece holds which cell."""

    polygons: NDArray[np.object_]
    population: Floats
    links: csr_array
    atom_of_cell: Ints


def split_parts(shape: shapely.Geometry, barriers: NDArray[np.object_]) -> list[shapely.Polygon]:
    """Split a district along barriers into its connected parts, in a stable order."""
    crossing = [line for line in barriers if shapely.intersects(line, shape)]
    if crossing:
        lines = shapely.union_all([shapely.boundary(shape), *(shapely.intersection(line, shape) for line in crossing)])
        faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.node(lines))))
        parts = [face for face in faces if shapely.contains_properly(shape, face.representative_point())]
    else:
        parts = list(shapely.get_parts(shape))
    polygons = [part for part in parts if shapely.get_type_id(part) == 3 and part.area > 0]
    return sorted(polygons, key=lambda part: (-part.area, part.bounds))


def make_atoms(part: shapely.Polygon, xy: Floats, population: Floats) -> Atoms:
    """Cut a part into the Voronoi cells of its places (n, 2); pieces cut off by its outline become atoms of their own."""
    places, place_of_cell = np.unique(xy, axis=0, return_inverse=True)
    place_of_cell = place_of_cell.ravel()
    if len(places) == 1:
        return Atoms(
            np.array([part], dtype=object), np.array([population.sum()]), csr_array((1, 1)), np.zeros(len(xy), np.intp)
        )
    diagram = shapely.voronoi_polygons(shapely.multipoints(places), extend_to=part, ordered=True)
    clipped = shapely.intersection(shapely.get_parts(diagram), part)
    pieces, place = shapely.get_parts(clipped, return_index=True)
    polygonal = shapely.get_type_id(pieces) == 3
    pieces, place = pieces[polygonal], place[polygonal]
    holds = shapely.dwithin(pieces, shapely.points(places)[place], 1e-6)
    holder = np.full(len(places), -1, np.intp)
    for piece in np.flatnonzero(holds)[::-1]:
        holder[place[piece]] = piece
    missing = np.flatnonzero(holder < 0)
    holder[missing] = (
        shapely.STRtree(pieces).nearest(shapely.points(places[missing])) if len(missing) else holder[missing]
    )
    atom_of_cell = holder[place_of_cell]
    people = np.bincount(atom_of_cell, weights=population, minlength=len(pieces)).astype(np.float64)
    first, second, _ = shared_borders(pieces)
    return Atoms(pieces, people, _connected(pieces, first, second), atom_of_cell)


def _connected(pieces: NDArray[np.object_], first: Ints, second: Ints) -> csr_array:
    """Return the symmetric contact graph; pieces that touch by less than the minimum are joined to the nearest one."""
    n = len(pieces)
    while True:
        rows, columns = np.concatenate([first, second]), np.concatenate([second, first])
        links = csr_array(coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n)))
        count, component = connected_components(links, directed=False)
        if count == 1:
            return links
        sizes = np.bincount(component)
        lonely = np.flatnonzero(component == int(np.argmin(sizes)))
        others = np.flatnonzero(component != int(np.argmin(sizes)))
        distance = shapely.distance(pieces[lonely][:, None], pieces[others][None, :])
        a, b = np.unravel_index(int(np.argmin(distance)), distance.shape)
        first, second = np.append(first, lonely[a]), np.append(second, others[b])


def cluster_atoms(atoms: Atoms, rules: UnitRules, rng: np.random.Generator) -> Ints:
    """Return the cluster (0..) of each atom: connected, and within the stated sizes where the part allows."""
    total, n = float(atoms.population.sum()), len(atoms.polygons)
    wanted = min(max(1, round(total / rules.target_population)), n)
    if wanted == 1 and total <= rules.max_population:
        return np.zeros(n, np.intp)
    labels = _first_grouping(atoms, wanted)
    return _hold_sizes(labels, atoms, rules, rng)


def _first_grouping(atoms: Atoms, wanted: int) -> Ints:
    from sklearn.cluster import AgglomerativeClustering

    if wanted == 1:
        return np.zeros(len(atoms.polygons), np.intp)
    centres = shapely.get_coordinates(shapely.centroid(atoms.polygons))
    model = AgglomerativeClustering(n_clusters=wanted, connectivity=atoms.links, linkage="ward")
    return np.asarray(model.fit_predict(centres), dtype=np.intp)


def _hold_sizes(labels: Ints, atoms: Atoms, rules: UnitRules, rng: np.random.Generator) -> Ints:
    labels, given_up = labels.copy(), set[tuple[int, ...]]()
    for _ in range(_PASSES):
        changed = False
        for label in np.unique(labels):
            members = np.flatnonzero(labels == label)
            if atoms.population[members].sum() > rules.max_population and tuple(members) not in given_up:
                changed |= _split(labels, members, atoms, rules, rng, given_up)
        for label in np.unique(labels):
            members = np.flatnonzero(labels == label)
            if (
                len(members)
                and atoms.population[members].sum() < rules.min_population
                and tuple(members) not in given_up
            ):
                changed |= _merge(labels, members, atoms, rules, rng, given_up)
        if not changed:
            break
    return np.unique(labels, return_inverse=True)[1].ravel()


def _split(
    labels: Ints,
    members: Ints,
    atoms: Atoms,
    rules: UnitRules,
    rng: np.random.Generator,
    given_up: set[tuple[int, ...]],
) -> bool:
    side = _tree_cut(members, atoms, rules, rng)
    if side is None:
        given_up.add(tuple(members))
        return False
    labels[members[side]] = labels.max() + 1
    return True


def _merge(
    labels: Ints,
    members: Ints,
    atoms: Atoms,
    rules: UnitRules,
    rng: np.random.Generator,
    given_up: set[tuple[int, ...]],
) -> bool:
    """Join a small cluster to its smallest neighbour; too large together, they are divided anew if that helps."""
    own = labels[members[0]]
    around = np.unique(labels[atoms.links[members].indices])
    people = {int(label): float(atoms.population[labels == label].sum()) for label in around if label != own}
    for label in sorted(people, key=lambda key: (people[key], key)):
        both = np.flatnonzero((labels == own) | (labels == label))
        if atoms.population[both].sum() <= rules.max_population:
            labels[members] = label
            return True
        side = _tree_cut(both, atoms, rules, rng)
        small = atoms.population[members].sum()
        if side is not None and min(atoms.population[both[side]].sum(), atoms.population[both[~side]].sum()) > small:
            labels[both[side]], labels[both[~side]] = own, label
            return True
    given_up.add(tuple(members))
    return False


def _tree_cut(members: Ints, atoms: Atoms, rules: UnitRules, rng: np.random.Generator) -> NDArray[np.bool_] | None:
    """Return a mask over `members` of one side of the best cut found in random spanning trees; None if there is none.

    Both sides are connected. A cut is the better the nearer its smaller misfit to the allowed sizes is to none, then
    the more compact its sides are.
    """
    links = atoms.links[members][:, members]
    people, total = atoms.population[members], float(atoms.population[members].sum())
    wanted = total / 2 if total <= 2 * rules.max_population else rules.target_population
    centres = shapely.get_coordinates(shapely.centroid(atoms.polygons[members]))
    best: tuple[float, float] | None = None
    best_side: NDArray[np.bool_] | None = None
    for _ in range(_TREES):
        side, misfit = _cut_one_tree(links, people, wanted, rng)
        if side is None:
            continue
        spread = sum(float(np.ptp(centres[mask], axis=0).sum()) for mask in (side, ~side))
        score = (max(0.0, misfit - 0.2 * wanted), spread)
        if best is None or score < best:
            best, best_side = score, side
    return best_side


def _cut_one_tree(
    links: csr_array, people: Floats, wanted: float, rng: np.random.Generator
) -> tuple[NDArray[np.bool_] | None, float]:
    weighted = csr_array((rng.random(links.nnz) + 0.01, links.indices, links.indptr), shape=links.shape)
    order, parent = breadth_first_order(minimum_spanning_tree(weighted), 0, directed=False)
    below = people.astype(float).copy()
    for node in order[:0:-1]:
        below[parent[node]] += below[node]
    cut = order[1:]
    cut = cut[(below[cut] > 0) & (below[cut] < people.sum())]
    if not len(cut):
        return None, np.inf
    misfit = np.minimum(np.abs(below[cut] - wanted), np.abs(people.sum() - below[cut] - wanted))
    root = cut[int(np.argmin(misfit))]
    side = np.zeros(len(people), bool)
    side[root] = True
    for node in order[1:]:
        side[node] |= node != root and parent[node] >= 0 and side[parent[node]]
    return side, float(misfit.min())


def build_polygons(
    cells: gpd.GeoDataFrame,
    boundaries: gpd.GeoDataFrame,
    area: shapely.Geometry,
    barriers: NDArray[np.object_],
    rules: UnitRules,
    seed: int,
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Build planning units inside boundaries.

    Parameters
    ----------
    cells : points with population, in metres.
    boundaries : index district_id; district, geometry.
    area : the planning area; barriers : lines no unit crosses.
    rules : stated sizes; seed : of the random trees.

    Returns
    -------
    units : index unit_id; name, street_id, street, district_id, district, geometry. A part of a district too small for
        a whole unit stays a unit of its own; parts without people are attached to a neighbour, never dropped.
    unit_of_cell : unit_id on the index of `cells`.
    """
    import geopandas as gpd

    rng = np.random.default_rng(seed)
    tree = shapely.STRtree(cells.geometry.array)
    xy, people = shapely.get_coordinates(cells.geometry.array), cells["population"].to_numpy(float)
    unit_of_cell = pd.Series("", index=cells.index, dtype=object)
    rows, empty = [], []
    for district_id, district in boundaries.sort_index().iterrows():
        number = 0
        for part in split_parts(shapely.intersection(district.geometry, area), barriers):
            inside = np.sort(tree.query(part, predicate="intersects"))
            inside = inside[(unit_of_cell.iloc[inside] == "").to_numpy(bool)]
            if not len(inside) or people[inside].sum() <= 0:
                empty.append((str(district_id), part))
                continue
            atoms = make_atoms(part, xy[inside], people[inside])
            labels = cluster_atoms(atoms, rules, rng)
            for label in _from_north(atoms.polygons, labels):
                number += 1
                unit_id = f"{district_id}-{number:03d}"
                chosen = labels == label
                unit_of_cell.iloc[inside[chosen[atoms.atom_of_cell]]] = unit_id
                rows.append(
                    (
                        unit_id,
                        f"{district['district']}{number:03d}",
                        str(district_id),
                        str(district["district"]),
                        shapely.union_all(atoms.polygons[chosen]),
                    )
                )
    columns = ["unit_id", "name", "district_id", "district", "geometry"]
    units = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry="geometry", crs=cells.crs).set_index(
        "unit_id"
    )
    units.insert(1, "street", "")
    units.insert(1, "street_id", "")
    return _attach_empty(units, empty, barriers), unit_of_cell


def _from_north(polygons: NDArray[np.object_], labels: Ints) -> Ints:
    centres = shapely.get_coordinates(shapely.centroid(polygons))
    frame = pd.DataFrame({"label": labels, "x": centres[:, 0], "y": centres[:, 1]}).groupby("label").mean()
    return np.asarray(frame.sort_values(["y", "x"], ascending=[False, True]).index, dtype=np.intp)


def _attach_empty(
    units: gpd.GeoDataFrame, empty: list[tuple[str, shapely.Polygon]], barriers: NDArray[np.object_]
) -> gpd.GeoDataFrame:
    """Give every part without people to the neighbour with the longest border, of its own district if it has one."""
    shapes = np.array(units.geometry.array, dtype=object)
    for district_id, part in sorted(empty, key=lambda pair: (-pair[1].area, pair[1].bounds)):
        near = np.sort(shapely.STRtree(shapes).query(part, predicate="dwithin", distance=1.0))
        first, second, length_m = shared_borders(np.array([part, *shapes[near]], dtype=object), barriers=barriers)
        touching, length_m = near[second[first == 0] - 1], length_m[first == 0]
        own = units["district_id"].to_numpy()[touching] == district_id
        if len(touching):
            chosen = touching[np.lexsort((-length_m, ~own))[0]]
        else:
            chosen = int(np.argmin(shapely.distance(shapes, part)))
        shapes[chosen] = shapely.union_all([shapes[chosen], part])
    return units.set_geometry(shapes, crs=units.crs)
