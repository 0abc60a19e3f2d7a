"""Why a place cannot be reached: no road near, a closed road, an island, a one-way trap, or too far to count."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gridplan.travel.milliseconds import FAR
from gridplan.travel.network import RoadNetwork
from gridplan.travel.search.graph import weak_components
from gridplan.travel.snaps import WHY, Snaps
from gridplan.words.text import Text

CLOSED, NO_TARGET, APART, TRAPPED, TOO_LONG, THROUGH = 11, 12, 13, 14, 15, 16
REASONS: dict[int, Text] = {
    **WHY,
    CLOSED: Text(zh="所在道路已封闭", en="the road at this place is closed"),
    NO_TARGET: Text(zh="所有目的地都未接入路网", en="no target is on the network"),
    APART: Text(
        zh="所在路网片区（{n} 个节点）与目的地不连通：例如没有轮渡的岛屿",
        en="its part of the network ({n:node|nodes}) is connected to no target: an island without a ferry, for instance",
    ),
    TRAPPED: Text(zh="道路相连，但单行方向不允许到达", en="roads connect, but one-way traffic leaves no way there"),
    THROUGH: Text(
        zh="只有穿过仅供出入（access=destination）的道路才能到达",
        en="every way there passes through roads that are open only to those who go there (access=destination)",
    ),
    TOO_LONG: Text(zh="路程超过 24.8 天", en="the way takes more than 24.8 days"),
}


def explain_unreachable(network: RoadNetwork, origins: Snaps, targets: Snaps) -> tuple[Text | None, ...]:
    """Say for each origin why it reaches none of the targets; None where it reaches one.

    Parameters
    ----------
    network
        The network on which the points were snapped (or the same with closures).
    origins, targets
        Snapped points.

    Returns
    -------
    tuple
        One Text or None for each origin, in order.
    """
    minutes, _ = network.minutes_to(targets).nearest(at=origins)
    lost = np.flatnonzero(np.isinf(minutes[:, 0]))
    texts: list[Text | None] = [None] * len(origins)
    if len(lost) == 0:
        return tuple(texts)
    part = weak_components(network.topology, network.plain.weights)
    too_long = TOO_LONG if network.levels is None else THROUGH
    size = np.bincount(part, minlength=1)
    usable = targets.take(~targets.unreachable & _open(network, targets))
    goals = np.unique(part[np.concatenate([network.tail[usable.edge], network.head[usable.edge]])])
    strong, _ = network.plain.components
    strong_goals = np.unique(strong[np.concatenate([network.tail[usable.edge], network.head[usable.edge]])])
    is_open = _open(network, origins)
    for i in lost:
        code = int(origins.reason[i])
        edge = int(origins.edge[i])
        if code == 0:
            node = int(network.tail[edge])
            if not is_open[i]:
                code = CLOSED
            elif len(goals) == 0:
                code = NO_TARGET
            elif part[node] not in goals:
                code = APART
            else:
                code = (
                    too_long if strong[node] in strong_goals and strong[network.head[edge]] == strong[node] else TRAPPED
                )
        text = REASONS[code]
        texts[i] = text.format(n=int(size[part[network.tail[edge]]])) if code == APART else text
    return tuple(texts)


def _open(network: RoadNetwork, snaps: Snaps) -> npt.NDArray[np.bool_]:
    """Which points lie on an edge that is open one way at least."""
    if network.n_edges == 0:
        return np.zeros(len(snaps), dtype=bool)
    edge = np.maximum(snaps.edge, 0)
    along, against = network.streets.ms(edge)
    result: npt.NDArray[np.bool_] = (snaps.edge >= 0) & ((along < FAR) | (against < FAR))
    return result
