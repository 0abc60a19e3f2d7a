"""A small invented city for the page: jittered Voronoi units, a river with a bridge, four or five grids."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import parse_case
from gridplan.checks.finding import Finding
from gridplan.proposal.frames import in_format
from gridplan.proposal.proposal import Proposal, Provenance
from gridplan.solver.solution import Outcome
from gridplan.words.annex_tables import make_annex
from gridplan.words.errors import InputProblem
from gridplan.words.text import Text

CRS = "EPSG:32650"
ORIGIN = np.array([560_000.0, 3_920_000.0])
LEADS = (
    "样例市人民医院",
    "样例市中医医院",
    "港务局总医院",
    "样例市中心医院",
    "样例市第二人民医院",
    "东城区人民医院",
    "西城区人民医院",
    "高新区医院",
)


def build_city(n_units: int = 108, n_grids: int = 5, *, seed: int = 3, width_km: float = 36.0, **changes) -> Proposal:
    """Return a proposal of an invented city; `changes` replace fields of the Proposal."""
    rng = np.random.default_rng(seed)
    units, xy = _units(n_units, width_km, rng)
    lead_xy = _lead_places(n_grids, width_km, xy)
    minutes = np.linalg.norm(xy[:, None] - lead_xy[None], axis=2) / 1000 * 1.35 + 3
    minutes += 14 * (
        (xy[:, None, 1] > _river(xy[:, None, 0], width_km))
        != (lead_xy[None, :, 1] > _river(lead_xy[None, :, 0], width_km))
    )
    own = minutes.argmin(axis=1)
    grid_ids = [f"G{number + 1:02d}" for number in range(n_grids)]
    lead_ids = [f"H{number + 1:03d}" for number in range(n_grids)]
    units["grid_id"] = [grid_ids[number] for number in own]
    units["lead_id"] = [lead_ids[number] for number in own]
    units["minutes_to_lead"] = minutes[np.arange(len(units)), own]
    units.loc[units.index[-1], "minutes_to_lead"] = np.inf
    units["share_within"] = np.clip((40 - units["minutes_to_lead"]) / 20, 0, 1)
    units["minutes_primary"] = np.round(rng.gamma(3, 3, len(units)), 1)
    facilities = _facilities(units, xy, lead_xy, lead_ids, grid_ids, rng)
    grids = _grids(units, facilities, grid_ids, lead_ids)
    fields = {
        "case": _case(),
        "units": units,
        "grids": grids,
        "facilities": facilities,
        "roads": _roads(width_km, rng),
        "barriers": _barriers(width_km),
        "adjacency": _adjacency(units),
        "minutes": _minutes(units, lead_ids, minutes),
        "alternatives": _alternatives(),
        "findings": _findings(units, grids),
        "objective": Outcome(
            value=15_300_000.0, terms={"travel": 14_900_000.0, "opening": 300_000.0, "balance": 100_000.0}, bound=15_200_000.0,
            gap=0.0066, gap_travel=0.0068, bound_knows_contiguity=False, status="feasible",
        ),
        "scores": _scores(units, grids),
        "provenance": _provenance(),
        **changes,
    }  # fmt: skip
    return Proposal(**fields)


def reasons_of(city, unit, *, nearest):
    """Reasons in which every unit has its nearest lead but one, which a full grid keeps out."""
    told = city.units[["lead_id"]].assign(
        nearest_lead_id=city.units["lead_id"], reason="nearest", message_zh="就近。", message_en="Near."
    )
    told.loc[unit, ["nearest_lead_id", "reason", "message_zh", "message_en"]] = [
        nearest,
        "full",
        "对方已满。",
        "It is full.",
    ]
    return in_format(told.reset_index(), "reasons")


def _river(x, width_km):
    t = (x - ORIGIN[0]) / (width_km * 1000)
    return ORIGIN[1] + width_km * 1000 * (0.36 + 0.05 * np.sin(5.2 * t) + 0.06 * t)


def _units(n_units, width_km, rng):
    side = width_km * 1000
    angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    wobble = 1 + 0.08 * np.sin(3 * angle + 1) + 0.05 * np.sin(7 * angle)
    outline = shapely.Polygon(
        np.column_stack([0.5 + 0.46 * wobble * np.cos(angle), 0.5 + 0.46 * wobble * np.sin(angle)])
        * (side, 0.72 * side)
        + ORIGIN
    )
    xy = ORIGIN + _spread_places(min(20 * n_units, 3 * n_units + 4000), rng) * (side, 0.72 * side)
    xy = xy[shapely.contains_xy(outline, xy)]
    xy = xy[_spaced(xy, 0.55 * np.sqrt(outline.area / n_units), n_units)]
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(xy), extend_to=outline, ordered=True))
    shapes = shapely.intersection(cells, outline)
    middle = np.linalg.norm((xy - ORIGIN) / side - (0.45, 0.36), axis=1)
    population = np.round(
        np.clip(1_900_000 / n_units * np.exp(-1.2 * middle) * rng.uniform(0.6, 1.4, n_units), 80, None)
    )
    names = [f"{'东西南北新安和平文昌'[i % 10]}{'湖山港桥园林泉河'[i // 10 % 8]}{i + 1}社区" for i in range(n_units)]
    frame = gpd.GeoDataFrame(
        {
            "name": names,
            "street_id": [f"3799{1 + i % 4:02d}{i // 12:03d}" for i in range(n_units)],
            "street": [f"{'海曲望海石臼奎山'[2 * (i // 12 % 4) : 2 * (i // 12 % 4) + 2]}街道" for i in range(n_units)],
            "district_id": [f"3799{1 + i % 4:02d}" for i in range(n_units)],
            "district": ["东城区", "西城区", "港区", "高新区"] * (n_units // 4) + ["东城区"] * (n_units % 4),
            "population": population,
            "population_65": np.round(population * 0.15),
        },
        geometry=list(shapes),
        crs=CRS,
        index=pd.Index(
            [f"3799{i + 1:08d}" for i in range(n_units)], name="unit_id"
        ),  # streets run in rings from the centre
    )
    return frame, xy


def _spread_places(n, rng):
    """Places in a unit square, denser towards the middle."""
    places = rng.uniform(0, 1, (n, 2))
    crowded = np.exp(-3.2 * np.linalg.norm(places - (0.47, 0.5), axis=1))
    return places[np.argsort(-crowded * rng.uniform(0.3, 1, n), kind="stable")]


def _spaced(xy, gap, n):
    """Positions of the first n places that keep clear of each other, closer towards the first."""
    chosen: list[int] = []
    tried = gap
    while len(chosen) < n:
        chosen = []
        free = np.ones(len(xy), dtype=bool)
        tree = shapely.STRtree(shapely.points(xy))
        for number in range(len(xy)):
            if free[number] and len(chosen) < n:
                chosen.append(number)
                free[tree.query(shapely.Point(xy[number]).buffer(tried * (0.6 + number / len(xy))))] = False
        tried *= 0.85
    return np.array(chosen)


def _lead_places(n_grids, width_km, xy):
    places = np.array(
        [(0.40, 0.34), (0.55, 0.26), (0.70, 0.42), (0.30, 0.14), (0.25, 0.48), (0.62, 0.6), (0.86, 0.3), (0.12, 0.3)]
    )
    places = ORIGIN + places[:n_grids] * width_km * 1000
    more = n_grids - len(places)
    return np.vstack([places, xy[np.linspace(len(xy) // 3, len(xy) - 2, more).astype(int)]]) if more > 0 else places


def _facilities(units, xy, lead_xy, lead_ids, grid_ids, rng):
    kinds = ["general", "tcm", "chc", "chc", "chc", "thc", "chs", "chs", "rehab", "nursing", "clinic", "hospice", "ems"]
    rows = []
    for number, lead in enumerate(lead_ids):
        name = LEADS[number] if number < len(LEADS) else f"样例市第{number}医院"
        kind, owner = ("tcm" if number == 1 else "general"), ("state_enterprise" if number == 2 else "government")
        rows.append(
            (
                lead,
                "",
                name,
                kind,
                3,
                "A",
                owner,
                "city",
                1200 - 80 * number,
                ("ed", "icu"),
                grid_ids[number],
                "lead",
                "",
                *lead_xy[number],
            )
        )
    for number in range(min(20 + len(units), 700)):
        unit = int(rng.integers(len(units)))
        kind = kinds[number % len(kinds)]
        if kind in ("rehab", "hospice") and units["grid_id"].iloc[unit] in ("G01", "G04"):
            kind = "chs"
        where = xy[unit] + rng.normal(0, 250, 2)
        hospital = kind in ("general", "tcm")
        rows.append(
            (f"F{number + 1:04d}", "", f"{units['name'].iloc[unit].removesuffix('社区')}{'医院' if hospital else '卫生服务机构'}", kind,
             2 if hospital else 0, "", "private" if kind == "clinic" else "government", "district", 120 if hospital else None, (),
             units["grid_id"].iloc[unit], "none" if kind == "clinic" else "member", ("tight", "loose", "trust")[number % 3], *where)
        )  # fmt: skip
    names = (
        "facility_id", "parent_id", "name", "kind", "level", "grade", "ownership", "admin_level", "beds", "services",
        "grid_id", "role", "tie", "x", "y",
    )  # fmt: skip
    table = pd.DataFrame(rows, columns=names).set_index("facility_id")
    tree = shapely.STRtree(units.geometry.to_numpy())
    points = shapely.points(table.pop("x"), table.pop("y"))
    table["unit_id"] = units.index[tree.nearest(points)]
    table["lead_tier"] = ["a" if role == "lead" else "" for role in table["role"]]
    table["strength"] = [0.9 if role == "lead" else np.nan for role in table["role"]]
    return in_format(gpd.GeoDataFrame(table, geometry=points, crs=CRS), "facilities")


def _grids(units, facilities, grid_ids, lead_ids):
    rows = []
    mean = units["population"].sum() / len(grid_ids)
    for grid, lead in zip(grid_ids, lead_ids, strict=True):
        own = units[units["grid_id"] == grid]
        people, time = own["population"].to_numpy(), own["minutes_to_lead"].to_numpy()
        finite = np.isfinite(time)
        order = np.argsort(time)
        share = np.cumsum(people[order]) / people.sum()
        beds = facilities.loc[facilities["grid_id"] == grid, "beds"].sum()
        rows.append(
            {
                "name": f"{facilities.loc[lead, 'name']}网格", "lead_id": lead, "lead_name": facilities.loc[lead, "name"],
                "population": people.sum(), "population_65": own["population_65"].sum(), "n_units": len(own),
                "deviation": people.sum() / mean - 1, "mean_minutes": np.average(time[finite], weights=people[finite]),
                "p50_minutes": time[order][np.searchsorted(share, 0.5)], "p90_minutes": time[order][np.searchsorted(share, 0.9)],
                "share_within": np.average(own["share_within"], weights=people), "share_primary": 0.82, "beds": beds,
                "beds_per_1000": 1000 * beds / people.sum(), "area_km2": own.area.sum() / 1e6, "compactness": 0.4,
                "geometry": shapely.union_all(own.geometry.to_numpy()),
            }
        )  # fmt: skip
    return gpd.GeoDataFrame(rows, crs=CRS, index=pd.Index(grid_ids, name="grid_id"))


def _roads(width_km, rng):
    side = width_km * 1000
    rows = []
    for number, part in enumerate(np.linspace(0.08, 0.92, 12)):
        t = np.linspace(0.02, 0.98, 60)
        bend = 0.02 * np.sin(6 * t + number)
        kind = ("primary", "secondary", "tertiary", "residential")[number % 4] if number != 5 else "motorway"
        rows.append((kind, shapely.LineString(ORIGIN + np.column_stack([t * side, (part + bend) * 0.72 * side]))))
        rows.append((kind, shapely.LineString(ORIGIN + np.column_stack([(part + bend) * side, t * 0.72 * side]))))
    return gpd.GeoDataFrame({"road_class": [kind for kind, _ in rows]}, geometry=[line for _, line in rows], crs=CRS)


def _barriers(width_km):
    x = ORIGIN[0] + np.linspace(-0.05, 1.05, 80) * width_km * 1000
    river = shapely.LineString(np.column_stack([x, _river(x, width_km)]))
    rail = shapely.LineString(ORIGIN + np.array([(0.78, -0.02), (0.74, 0.4), (0.8, 0.75)]) * width_km * 1000)
    return gpd.GeoDataFrame({"name": ["滨江", "沿海铁路"]}, geometry=[river, rail], crs=CRS)


def _minutes(units, lead_ids, minutes):
    n = len(lead_ids)
    return pd.DataFrame(
        {
            "unit_id": np.repeat(units.index.to_numpy(), n),
            "lead_id": np.tile(lead_ids, len(units)),
            "minutes": minutes.ravel(),
            "share_within": np.clip((40 - minutes.ravel()) / 20, 0, 1),
        }
    )


def _adjacency(units):
    shapes = units.geometry.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    border = shapely.length(shapely.intersection(shapes[a], shapes[b]))
    a, b, border = a[border >= 1], b[border >= 1], border[border >= 1]
    names = units.index.to_numpy()
    return pd.DataFrame(
        {"unit_a": names[a], "unit_b": names[b], "border_m": border, "kind": "border", "minutes": 0.0, "name": ""}
    )


def _alternatives():
    return pd.DataFrame(
        {
            "k": [3, 4, 5, 6], "leads": ["H001;H002;H004", "H001;H002;H003;H004", "H001;H002;H003;H004;H005", ""],
            "objective": [1.9e7, 1.7e7, 1.53e7, np.nan], "bound": [1.88e7, 1.69e7, 1.52e7, np.nan], "gap": [0.011, 0.006, 0.0066, np.nan],
            "worst_deviation": [0.31, 0.22, 0.24, np.nan], "share_within": [0.91, 0.95, 0.972, np.nan],
            "mean_minutes": [14.2, 12.1, 10.4, np.inf], "status": ["feasible", "feasible", "feasible", "infeasible"],
        }
    )  # fmt: skip


def _findings(units, grids):
    ids = list(grids.index)
    names = list(grids["lead_name"])
    far = tuple(units.index[units["minutes_to_lead"] > 30])

    def finding(rule, severity, status, kind, subject, measured, limit, unit, zh, en, **more):
        return Finding(rule, severity, status, kind, subject, measured, limit, unit, "none", zh, en, **more)

    found = [
        finding("R-01", "must", "met", "plan", "", len(ids), 2, "grids", f"共 {len(ids)} 个网格。", f"{len(ids)} grids."),
        finding("R-02", "must", "met", "plan", "", 0, 0, "units", "所有规划单元都已划入。", "Every unit is placed."),
        finding("R-06", "must", "violated", "grid", ids[2], 2, 1, "pieces", f"{names[2]}网格分成 2 片。", f"The grid of {names[2]} is in 2 pieces.",
                places=tuple(units.index[units["grid_id"] == ids[2]][:3]), cause="plan", measure_zh="调整边界", measure_en="move lines"),
        finding("R-20", "must", "waived", "grid", ids[1], 2, 3, "level", f"{names[1]}不是三级医院。", f"{names[1]} is not tertiary.",
                reason="现有牵头单位，三年内升级", author="样例市卫生健康委", date="2026-05-01"),
        finding("R-60", "note", "violated", "plan", "", len(far), 0, "units", f"{len(far)} 个单元到牵头医院超过 30 分钟。",
                f"{len(far)} units are over 30 min from their lead.", places=far),
        finding("R-63", "note", "not_evaluated", "plan", "", None, None, "", "部分机构没有床位数。", "Some facilities have no bed numbers.", cause="data"),
        finding("R-61", "should", "violated", "plan", "", 0.872, 0.9, "share", "87.2% 的居民在 30 分钟内到达牵头医院。",
                "87.2% of residents reach their lead within 30 min."),
    ]  # fmt: skip
    found.extend(
        finding("R-34", "should", "violated", "grid", ids[number], 0, 1, "facilities", f"{names[number]}网格没有康复成员。",
                f"The grid of {names[number]} has no rehabilitation member.")
        for number in (0, 3) if number < len(ids)
    )  # fmt: skip
    for number, grid in enumerate(ids):
        if number != 2:
            found.append(
                finding(
                    "R-06",
                    "must",
                    "met",
                    "grid",
                    grid,
                    1,
                    1,
                    "pieces",
                    f"{names[number]}网格连成一片。" if number < len(names) else "",
                    "One piece.",
                )
            )
        found.append(
            finding("R-04", "must", "met", "grid", grid, 1, 1, "leads", "恰有一家牵头医院。", "Exactly one lead.")
        )
    return tuple(found)


def _scores(units, grids):
    breaks = [10.0, 15.0, 20.0, 30.0]
    time, people = units["minutes_to_lead"].to_numpy(), units["population"].to_numpy()
    classes = np.searchsorted(breaks, time)

    def count(rows):
        return [float(people[rows & (classes == number)].sum()) for number in range(5)]

    everyone = np.ones(len(units), dtype=bool)
    finite = np.isfinite(time)
    return {
        "mean_minutes": float(np.average(time[finite], weights=people[finite])),
        "share_within": float(np.average(units["share_within"], weights=people)),
        "time_classes": {
            "breaks_min": breaks,
            "plan": count(everyone),
            "grids": {grid: count((units["grid_id"] == grid).to_numpy()) for grid in grids.index},
        },
    }


def _provenance():
    note = InputProblem(
        "repair", Text(zh="不重复的编码", en="unique codes"), Text(zh="2 行重复", en="2 rows repeated"),
        Text(zh="已保留第一行。", en="The first was kept."), file="facilities.xlsx", layer="机构", field="编码",
    )  # fmt: skip
    return Provenance(
        seed=0, reproducible=True, versions={"gridplan": "0.1.0", "highspy": "1.8.1"},
        input_hashes={"units.gpkg": "3f9ac210" * 8, "roads.osm.pbf": "a1b2c3d4" * 8}, input_notes=(note,),
        modelled=(Text(zh="人口按区总数推算到社区", en="Population modelled from district totals"),),
    )  # fmt: skip


def _case():
    return parse_case(
        {
            "place": {"name": "样例市", "name_en": "Sample City", "synthetic": True, "date": "2026-11-22",
                      "sources_zh": "全部数据由脚本生成", "sources_en": "All data made by a script"},
            "layers": {"population": {"kind": "table", "path": "p.csv"}, "facilities": {"path": "f.csv"}},
        },
        folder=Path(),
    )  # fmt: skip


def firmness_of(city, *, stands, home):
    """The tables of firmness: each line between grids stands in a share of 100 plans; each unit but the first stays in another share."""
    units, grid = city.units, city.units["grid_id"]
    apart = [(a, b) for a, b in city.adjacency[["unit_a", "unit_b"]].itertuples(index=False) if grid[a] != grid[b]]
    shares = dict(zip(units.index, [1.0] + [home] * (len(units) - 1), strict=True))
    quantiles = {f"p{q:02d}": float(q) for q in (5, 25, 50, 75, 95)}
    return {
        "firm_ranges": make_annex("firm_ranges", [{"what": "speed_range", "range": 0.1, "numbers": 1}]),
        "firm_units": make_annex(
            "firm_units",
            [
                {"unit_id": unit, "lead_id": lead, "share": shares[unit], "share_seeds": 1.0, "in_plan": 1}
                for unit, lead in units["lead_id"].items()
            ],
        ),
        "firm_borders": make_annex(
            "firm_borders",
            [{"unit_a": a, "unit_b": b, "share": stands, "share_seeds": 1.0, "in_plan": 1} for a, b in apart],
        ),
        "firm_sites": make_annex(
            "firm_sites",
            [
                {
                    "lead_id": lead, "lead_name": name, "share": 0.9, "share_seeds": 1.0, "in_plan": 1,
                    "population_p05": 1.0, "population_p50": 2.0, "population_p95": 3.0,
                }
                for lead, name in city.grids[["lead_id", "lead_name"]].itertuples(index=False)
            ],
        ),
        "firm_scores": make_annex(
            "firm_scores", [{"score": "mean_minutes", "kind": "drawn", "plans": 100, "this_plan": 50.0, **quantiles}]
        ),
    }  # fmt: skip


def prices_of(city, *, each, dragged):
    """The tables of what borders cost: each line between grids costs as much a resident; the whole border of each grid is of one class."""
    units, grid = city.units, city.units["grid_id"]
    apart = [(a, b) for a, b in city.adjacency[["unit_a", "unit_b"]].itertuples(index=False) if grid[a] != grid[b]]
    lines = [
        {
            "unit_a": a, "unit_b": b, "grid_a": grid[a], "grid_b": grid[b], "border_m": 1000.0, "unit_id": a,
            "lead_id": units["lead_id"][b], "residents": 5000.0, "price_low": 0.0, "price_high": 5000 * each,
            "each_low": 0.0, "each_high": each, "dragged": dragged, "how": "drawn",
        }
        for a, b in apart
    ]  # fmt: skip
    lengths = dict.fromkeys(("contacts", "km", "km_10", "km_3", "km_1", "km_0", "km_unknown"), 1.0)
    grids = [
        {"grid_id": one, "residents_nearer": 2000.0, "minutes_more": 9000.0, "least": each, "least_with": "", "least_unit": "", **lengths}
        for one in city.grids.index
    ]  # fmt: skip
    return {"border_prices": make_annex("border_prices", lines), "grid_borders": make_annex("grid_borders", grids)}
