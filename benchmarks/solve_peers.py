"""The solver beside GerryChain and spopt on one and the same board: 900 cells, 6 leads, residents within +-10%.

    python -m benchmarks.solve_peers write FOLDER        the instance as numbers, and our own plan with its time
    python -m benchmarks.solve_peers gerrychain FOLDER   needs gerrychain (its own environment will do)
    python -m benchmarks.solve_peers spopt FOLDER        needs spopt and geopandas

The peers know no leads: their districts are matched to the six leads at least cost, which flatters them, since nothing
asks them to put each lead into its own district.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment


def matched(people: np.ndarray, minutes: np.ndarray, label: np.ndarray) -> tuple[float, float]:
    """Cost of a labelling when districts are matched to leads at least cost, and its worst deviation."""
    k = minutes.shape[1]
    table = np.array([(people[label == d, None] * minutes[label == d]).sum(axis=0) for d in range(k)])
    rows, columns = linear_sum_assignment(table)
    load = np.bincount(label, weights=people, minlength=k)
    return float(table[rows, columns].sum()), float(np.abs(load / load.mean() - 1).max())


def write(folder: Path) -> None:
    from benchmarks.instances.boards import chessboard
    from gridplan.solve import solve

    solve(chessboard(6, 3, 1), effort=0.1)
    problem = chessboard(30, 6, 11, tolerance=0.10)
    np.savez(folder / "board.npz", people=problem.population, minutes=problem.minutes, edges=problem.edges)
    for effort in (0.1, 1.0):
        start = time.perf_counter()
        found = solve(problem, effort=effort)
        seconds = time.perf_counter() - start
        print(f"gridplan effort {effort}: {found.objective:.0f}, gap {100 * found.gap:.4f}%, {seconds:.2f} s")


def gerrychain(folder: Path) -> None:
    import random
    from functools import partial

    import networkx as nx
    from gerrychain import Graph, MarkovChain, Partition, accept, constraints, updaters
    from gerrychain.proposals import recom
    from gerrychain.tree import recursive_tree_part

    data = np.load(folder / "board.npz")
    people, minutes = data["people"], data["minutes"]
    graph = nx.Graph(data["edges"].tolist())
    for u in graph:
        graph.nodes[u]["people"] = float(people[u])
    random.seed(1)
    ideal, k = people.sum() / minutes.shape[1], minutes.shape[1]
    start = time.perf_counter()
    first = recursive_tree_part(Graph.from_networkx(graph), range(k), ideal, "people", 0.10)
    cost, worst = matched(people, minutes, np.array([first[u] for u in range(len(people))]))
    print(f"GerryChain tree: {cost:.0f}, deviation {worst:.3f}, {time.perf_counter() - start:.2f} s")
    partition = Partition(Graph.from_networkx(graph), first, {"people": updaters.Tally("people")})
    chain = MarkovChain(
        proposal=partial(recom, pop_col="people", pop_target=ideal, epsilon=0.10, node_repeats=1),
        constraints=[constraints.within_percent_of_ideal_population(partition, 0.10, "people")],
        accept=accept.always_accept,
        initial_state=partition,
        total_steps=10**6,
    )
    best = np.inf
    for state in chain:
        label = np.array([state.assignment[u] for u in range(len(people))])
        best = min(best, matched(people, minutes, label)[0])
        if time.perf_counter() - start > 25:
            break
    print(f"GerryChain ReCom, best of 25 s: {best:.0f}")


def spopt(folder: Path) -> None:
    import geopandas
    from libpysal.weights import W
    from shapely.geometry import Point
    from spopt.region import RegionKMeansHeuristic, WardSpatial

    data = np.load(folder / "board.npz")
    people, minutes = data["people"], data["minutes"]
    k, n = minutes.shape[1], len(people)
    near: dict[int, list[int]] = {i: [] for i in range(n)}
    for u, v in data["edges"].tolist():
        near[u].append(v)
        near[v].append(u)
    weights = W(near, silence_warnings=True)
    side = int(np.sqrt(n))
    at = np.column_stack(np.divmod(np.arange(n), side)).astype(float)
    frame = geopandas.GeoDataFrame({"x": at[:, 0], "y": at[:, 1]}, geometry=[Point(*p) for p in at])
    start = time.perf_counter()
    ward = WardSpatial(frame, weights, ["x", "y"], n_clusters=k)
    ward.solve()
    cost, worst = matched(people, minutes, np.asarray(ward.labels_))
    print(f"spopt Ward: {cost:.0f}, deviation {worst:.3f}, {time.perf_counter() - start:.2f} s")
    start = time.perf_counter()
    np.random.seed(1)  # noqa: NPY002 - the peer takes its randomness from the global state
    means = RegionKMeansHeuristic(at, k, weights)
    means.solve()
    cost, worst = matched(people, minutes, np.asarray(means.labels_))
    print(f"spopt RegionKMeans: {cost:.0f}, deviation {worst:.3f}, {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    {"write": write, "gerrychain": gerrychain, "spopt": spopt}[sys.argv[1]](Path(sys.argv[2]))
