"""Where residents and facilities enter the roads, and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridplan.ground.access.between import joined_parts
from gridplan.travel.milliseconds import Floats
from gridplan.travel.network import RoadNetwork
from gridplan.travel.snaps import Snaps
from gridplan.travel.speeds import Mode, is_fast
from gridplan.travel.stopping import edge_lines
from gridplan.words.numbers import listed
from gridplan.words.numbers import people as people_words
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

TOLD_SHARE = 0.001
"""More of the residents than this far from every road is told: a few huts are no gap in the road layer."""
_TOLD_ON_FAST = 0.02
"""More of the residents than this on fast roads is told: along country roads some do live on a trunk road."""


def find_entries(network: RoadNetwork, facilities: gpd.GeoDataFrame, places: Snaps) -> gpd.GeoDataFrame:
    """Return where facilities snapped to a network (row by row) enter it, on their index.

    Columns road_class, road (its name), metres (straight), geometry (from the facility to its entry); "", "", NaN and no line for
    those that enter nowhere.
    """
    import geopandas as gpd

    entered = ~places.unreachable
    classes, names = np.full(len(places), "", dtype=object), np.full(len(places), "", dtype=object)
    lines = np.full(len(places), shapely.LineString(), dtype=object)
    if entered.any():
        edge = places.edge[entered]
        roads = network.priced.roads if network.priced is not None else None
        for values, column in ((classes, "road_class"), (names, "name")):
            if roads is not None and column in roads.columns:
                values[entered] = roads[column].to_numpy(object)[edge]
        at = shapely.line_interpolate_point(edge_lines(network)[edge], places.share[entered], normalized=True)
        here = np.asarray(facilities.geometry.array, dtype=object)[entered]
        lines[entered] = shapely.linestrings(
            np.stack([shapely.get_coordinates(here), shapely.get_coordinates(at)], axis=1)
        )
    columns = {"road_class": classes, "road": names, "metres": np.where(entered, places.distance_m, np.nan)}
    return gpd.GeoDataFrame(columns, geometry=lines, index=facilities.index, crs=facilities.crs)


def tell_far(
    cell_m: Floats,
    people: Floats,
    facilities: gpd.GeoDataFrame,
    place_m: Floats,
    limit_m: float,
    notes: Problems,
) -> None:
    """Tell residents and facilities that are farther than `limit_m` from every road; where nobody can enter one, that alone."""
    if len(cell_m) and np.isinf(cell_m).all():
        notes.tell(
            Text(zh="车辆可以进入的道路", en="roads that cars may enter"),
            Text(zh="一条也没有", en="none at all"),
            Text(
                zh="核对道路的等级和通行列（access、motor_vehicle、motorroad）。",
                en="Check the classes of the roads and their columns of access (access, motor_vehicle, motorroad).",
            ),
            field="roads",
            severity="warning",
        )
        return
    far = cell_m > limit_m
    if people[far].sum() > TOLD_SHARE * people.sum():
        notes.tell(
            Text(zh=f"离道路不超过 {limit_m:,.0f} 米的居民点", en=f"residents within {limit_m:,.0f} m of a road"),
            Text(
                zh=f"{people[far].sum():,.0f} 人更远{_up_to(cell_m[far]).zh}",
                en=f"{people_words(people[far].sum()).en} farther away{_up_to(cell_m[far]).en}",
            ),
            Text(zh="核对道路图层是否完整。", en="See whether the road layer is complete."),
            field="roads",
            severity="warning",
        )
    far = place_m > limit_m
    if far.any():
        names = tuple(facilities["name"][far].head(5))
        notes.tell(
            Text(zh=f"离道路不超过 {limit_m:,.0f} 米的机构", en=f"facilities within {limit_m:,.0f} m of a road"),
            Text(
                zh=f"{int(far.sum())} 家更远（{'、'.join(names)}）",
                en=f"{int(far.sum())} farther away ({', '.join(names)})",
            ),
            Text(zh="核对它们的坐标。", en="Check their coordinates."),
            field="facilities",
            values=names,
            severity="warning",
        )


def _up_to(metres: Floats) -> Text:
    """Say how far the farthest is, where that is a distance."""
    known = metres[np.isfinite(metres)]
    if not len(known):
        return Text(zh="", en="")
    return Text(zh=f"（最远 {known.max():,.0f} 米）", en=f" (up to {known.max():,.0f} m)")


def tell_on_fast(network: RoadNetwork, cells: Snaps, people: Floats, notes: Problems) -> None:
    """Tell how many residents enter the roads on trunk roads and ramps that no tag says are streets."""
    if network.priced is None or not network.n_edges:
        return
    classes = network.priced.roads["road_class"].to_numpy(object)
    fast = network.priced.is_through & np.isin(classes, [name for name in set(classes) if is_fast(str(name))])
    hang = fast[np.maximum(cells.edge, 0)] & ~cells.unreachable
    if people[hang].sum() <= _TOLD_ON_FAST * people.sum():
        return
    used = sorted({str(name) for name in classes[cells.edge[hang]]})
    notes.tell(
        Text(zh="从一般街道进入路网的居民", en="residents who enter the roads by a street"),
        Text(zh="{w}（{s}）只能从快速路或匝道进入：{c}", en="{w} ({s}) by trunk roads or ramps alone: {c}").format(
            w=people_words(float(people[hang].sum())), s=f"{people[hang].sum() / people.sum():.1%}", c=listed(used)
        ),
        _TAG_THEM,
        field="roads",
        severity="warning",
    )


def tell_foot_boats(networks: Mapping[Mode, RoadNetwork], cells: Snaps, people: Floats, notes: Problems) -> None:
    """Tell the residents (snapped on foot) of islands to which boats go that carry no cars, and no road or other ferry does."""
    drive, walk = networks["drive"].priced, networks["walk"].priced
    if drive is None or walk is None or not len(cells):
        return
    ferry = (drive.roads["road_class"] == "ferry").to_numpy(bool)
    boats = ferry & walk.usable & ~drive.usable
    if not boats.any():
        return
    land = joined_parts(networks["drive"], np.where(ferry, drive.usable, drive.usable | walk.usable))
    lives = land[walk.tail[np.maximum(cells.edge, 0)]]
    main = int(np.bincount(lives, weights=people).argmax())
    served = np.isin(lives, land[np.concatenate([walk.tail[boats], walk.head[boats]])])
    lost = (lives != main) & served & ~cells.unreachable
    if not people[lost].sum():
        return
    touches = np.isin(land[walk.tail], lives[lost]) | np.isin(land[walk.head], lives[lost])
    names = sorted(set(drive.roads["name"][boats & touches].astype(str)) - {""}) if "name" in drive.roads else []
    notes.tell(
        Text(zh="有路或载车轮渡可到的居民", en="residents whom a road or a ferry for cars reaches"),
        Text(zh="{w}所在的岛只通客船{b}", en="{w} on islands that only boats for passengers serve{b}").format(
            w=people_words(float(people[lost].sum())), b=_in_brackets(names)
        ),
        _BOATS,
        field="roads",
        values=tuple(names[:5]),
        severity="warning",
    )


def _in_brackets(names: list[str]) -> Text:
    if not names:
        return Text(zh="", en="")
    return Text(zh="（{n}）", en=" ({n})").format(n=listed(names, most=5))


_TAG_THEM = Text(
    zh="核对道路图层是否缺少街道；有人行道的主路请在 sidewalk 列写 yes，封闭的快速路请在 motorroad 列写 yes。",
    en="See whether streets are missing; write yes in the column sidewalk where houses open on the road, in motorroad where none may.",
)
_BOATS = Text(
    zh="行车到不了；若船载车，请在轮渡上写明 motor_vehicle=yes。",
    en="No car gets there; where the boat carries cars, say motor_vehicle=yes of it.",
)
