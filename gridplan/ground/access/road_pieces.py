"""Whether the roads hang together: the pieces they fall into, and who stands apart from the largest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gridplan.ground.access.entries import TOLD_SHARE
from gridplan.ground.access.rulers import RoadRuler
from gridplan.travel.pieces import Pieces, count_pieces, find_pieces
from gridplan.words.numbers import counted, listed, share
from gridplan.words.numbers import people as in_people
from gridplan.words.problems import Problems
from gridplan.words.text import Text


def examine_pieces(ruler: RoadRuler, homes: pd.DataFrame) -> tuple[Pieces, Problems]:
    """Return what stands on the largest piece of the roads that cars use, and, as a warning, what stands on another one.

    Parameters
    ----------
    ruler : with cells and facilities snapped; homes : its cells, with population and unit_id.
    """
    network, problems = ruler.networks["drive"], Problems()
    people = homes["population"].to_numpy(float)
    home, home_apart = find_pieces(network, ruler.cells["drive"])
    site, site_apart = find_pieces(network, ruler.places["drive"])
    pieces = Pieces(count_pieces(network), float(people.sum()), float(people[home].sum()), len(site), int(site.sum()))
    lost = float(people[home_apart].sum())
    if lost > TOLD_SHARE * pieces.people or site_apart.any():
        units = homes.loc[home_apart & (people > 0), "unit_id"].unique().astype(str).tolist()
        sites = ruler.facilities["name"][np.asarray(site_apart)].astype(str).tolist()
        problems.tell(
            Text(zh="连成一片、车辆可行的道路", en="roads open to cars that hang together"),
            Text(
                zh="{n} 片；最大一片之外有{p}（{s}）、{f} 家机构{w}",
                en="{n}; {p} ({s}) and {f} are on others than the largest{w}",
            ).format(
                n=counted(pieces.count, "piece"),
                p=in_people(lost),
                s=share(lost / pieces.people if pieces.people else 0.0),
                f=counted(len(sites), "facility", "facilities"),
                w=Text(zh="（{x}）", en=" ({x})").format(x=listed([*units, *sites], most=5)),
            ),
            Text(
                zh="核对那里的道路是否差一点没接上、相交处没有节点，或缺桥梁、轮渡。",
                en="See whether roads there end a little short of others, cross without a node, or lack a bridge or ferry.",
            ),
            severity="warning",
            field="roads",
            values=[*units, *sites],
        )
    return pieces, problems
