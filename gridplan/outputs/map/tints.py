"""Which grid gets which tint: neighbours as far apart as can be, also for colour-blind eyes and in grey print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

TINTS = (
    "#F5EAB8", "#DDE8CF", "#FFE1E3", "#B9E0CF", "#D2D7F4", "#FAD28E",
    "#A9C9F6", "#E0C1A8", "#AACDD1", "#DFA873", "#BFAFCB", "#82C1AD",
)  # fmt: skip
"""Twelve tints in four steps of lightness; ink text on each has a contrast of at least 8.4:1."""

CLEAR = 9.0
"""Distance from which on two neighbouring tints are told apart without doubt."""

_VISIONS = np.array(
    [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    ]
)
"""Normal sight, deuteranopia and protanopia at severity 1 (Machado, Oliveira and Fernandes 2009), on linear RGB."""

_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def choose_tints(
    n_grids: int, neighbours: Iterable[tuple[int, int]], area: Sequence[float], *, seed: int = 0
) -> list[int]:
    """Return the number of a tint for each grid.

    Pairs of neighbours that are too close come first, then other close pairs, then light tints for large grids. Beyond twelve grids tints repeat, on neighbours only where they run out.

    Parameters
    ----------
    n_grids : how many grids.
    neighbours : pairs of grid positions that share a border.
    area : area of each grid, in any unit.
    seed : of the swaps that are tried.
    """
    if n_grids == 0:
        return []
    pairs = np.array(sorted({(min(a, b), max(a, b)) for a, b in neighbours if a != b}), dtype=np.int64).reshape(-1, 2)
    penalties = _penalties(tint_distances())
    weight = np.asarray(area, dtype=float) / max(float(np.sum(area)), 1e-9)
    rng = np.random.default_rng(seed)
    starts = 24 if n_grids <= len(TINTS) else 2
    best: NDArray[np.int64] | None = None
    for _ in range(starts):
        tint = np.resize(rng.permutation(len(TINTS)), n_grids)
        tint = _improve(tint, pairs, penalties, weight)
        if best is None or _quality(tint, pairs, penalties, weight) > _quality(best, pairs, penalties, weight):
            best = tint
    return [int(number) for number in best] if best is not None else []


def tint_distances() -> NDArray[np.float64]:
    """Return how well each pair of tints is told apart: the worst of three visions and of grey print."""
    lab = _lab(_linear(TINTS))
    distance = np.min([_ciede2000(seen[:, None], seen[None]) for seen in lab], axis=0)
    lightness = np.abs(lab[0][:, None, 0] - lab[0][None, :, 0])
    return np.asarray(np.minimum(distance, 2.2 * lightness + 2))


_Penalties = tuple[NDArray[np.float64], NDArray[np.float64]]


def _penalties(distance: NDArray[np.float64]) -> _Penalties:
    """Return what two tints cost that are hard to tell apart: side by side, and anywhere on the map."""
    anywhere = np.maximum(CLEAR / 2 - distance, 0) ** 2
    np.fill_diagonal(anywhere, 0.0)
    return np.maximum(CLEAR - distance, 0) ** 2, anywhere


def _quality(
    tint: NDArray[np.int64], pairs: NDArray[np.int64], penalties: _Penalties, weight: NDArray[np.float64]
) -> tuple[float, float, float]:
    beside, anywhere = penalties
    near = float(beside[tint[pairs[:, 0]], tint[pairs[:, 1]]].sum())
    every = float(anywhere[tint[:, None], tint].sum()) if len(tint) <= len(TINTS) else 0.0
    return -round(near, 3), -round(every, 3), -round(float(weight @ tint), 6)


def _improve(
    tint: NDArray[np.int64], pairs: NDArray[np.int64], penalties: _Penalties, weight: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Swap two grids' tints or take another tint for one grid, as long as that helps."""
    best = _quality(tint, pairs, penalties, weight)
    improved = True
    while improved:
        improved = False
        for change in _changes(len(tint)):
            trial = change(tint)
            quality = _quality(trial, pairs, penalties, weight)
            if quality > best:
                tint, best, improved = trial, quality, True
    return tint


def _changes(n_grids: int) -> Iterator[Callable[[NDArray[np.int64]], NDArray[np.int64]]]:
    for grid in range(n_grids):
        for other in range(len(TINTS)):
            yield partial(_with_tint, grid, other)
        for other in range(grid + 1, n_grids):
            yield partial(_swapped, grid, other)


def _with_tint(grid: int, other: int, tint: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give a grid another tint; up to twelve grids every tint is used once, so that its holder takes the old one."""
    trial = tint.copy()
    if len(tint) <= len(TINTS):
        trial[trial == other] = tint[grid]
    trial[grid] = other
    return trial


def _swapped(grid: int, other: int, tint: NDArray[np.int64]) -> NDArray[np.int64]:
    trial = tint.copy()
    trial[[grid, other]] = trial[[other, grid]]
    return trial


def _linear(colours: Sequence[str]) -> NDArray[np.float64]:
    rgb = np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in colours])
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return L*a*b* (D65) of the colours as seen by each vision: shape (3, n, 3)."""
    seen = np.clip(np.einsum("vij,nj->vni", _VISIONS, linear), 0, 1)
    xyz = seen @ _XYZ.T / _XYZ.sum(axis=1)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def _ciede2000(one: NDArray[np.float64], two: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the CIEDE2000 colour difference (Sharma, Wu and Dalal 2005)."""
    c_mean = (np.hypot(one[..., 1], one[..., 2]) + np.hypot(two[..., 1], two[..., 2])) / 2
    g = 0.5 * (1 - np.sqrt(c_mean**7 / (c_mean**7 + 25.0**7)))
    a1, a2 = one[..., 1] * (1 + g), two[..., 1] * (1 + g)
    c1, c2 = np.hypot(a1, one[..., 2]), np.hypot(a2, two[..., 2])
    h1 = np.degrees(np.arctan2(one[..., 2], a1)) % 360
    h2 = np.degrees(np.arctan2(two[..., 2], a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = two[..., 0] - one[..., 0], c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    h, c, light = (h1 + turn / 2) % 360, (c1 + c2) / 2, (one[..., 0] + two[..., 0]) / 2
    t = (
        1 - 0.17 * np.cos(np.radians(h - 30)) + 0.24 * np.cos(np.radians(2 * h))
        + 0.32 * np.cos(np.radians(3 * h + 6)) - 0.20 * np.cos(np.radians(4 * h - 63))
    )  # fmt: skip
    sl = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    twist = -np.sin(2 * np.radians(30 * np.exp(-(((h - 275) / 25) ** 2)))) * 2 * np.sqrt(c**7 / (c**7 + 25.0**7))
    return np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + twist * (dc / sc) * (dh / sh))
