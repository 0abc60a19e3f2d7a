"""The table of annex 5 on who reaches the own lead without a car."""

from __future__ import annotations

from gridplan.outputs.report.annex_parts import column
from gridplan.outputs.report.blocks import Row, Table, TotalRow
from gridplan.outputs.report.figures import Figures
from gridplan.words.text import Text

_COUNTED = ("residents", "on_foot", "by_bus", "share_without_car", "car_only", "bus_not_car", "neither")


def without_car_tables(figures: Figures) -> tuple[Table, ...]:
    """Return the table by grid, the last row all of them; none where no buses were given."""
    told = figures.proposal.annexes.get("bus_reach")
    if told is None or told.empty:
        return ()
    columns = (
        column("医共体" if figures.county else "网格", "Grid", 24, "code"), column("常住人口", "Residents", 24, "people"),
        column("步行可到", "On foot", 24, "people"), column("步行到不了、公交可到", "By bus, not on foot", 34, "people"),
        column("不开车可到占比", "Share without a car", 28, "share"), column("只有驾车可到", "By car alone", 28, "people"),
        column("驾车到不了、公交或步行可到", "By bus or on foot, not by car", 40, "people"), column("都到不了", "By none in time", 24, "people"),
    )  # fmt: skip
    rows: list[Row] = []
    for row in told.to_dict("records"):
        counted = tuple(float(row[name]) for name in _COUNTED)
        if row["grid_id"]:
            rows.append((figures.labels.get(row["grid_id"], row["grid_id"]), *counted))
        else:
            rows.append(TotalRow((Text(zh="合计", en="Total"), *counted)))
    note = Text(
        zh="注：步行、公交、驾车都按 {m:g} 分钟内到本网格牵头医院，候车按发车间隔的一半；步行可到、公交可到、只有驾车可到和都到不了合计为常住人口。",
        en="All within {m:g} minutes to the lead of the grid, waits being half a headway; on foot, by bus, by car alone and by none add up to the residents.",
    ).format(m=float(told["minutes"].iloc[0]))
    name, unit = Text(zh="不开车到牵头医院", en="To the lead without a car"), Text(zh="单位：万人", en="Persons")
    return (Table(columns, tuple(rows), name=name, unit=unit, note=note),)
