"""The ids and names that a case states: each stands for something, or is told with the nearest that does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pandas as pd

from gridplan.case.case import Case
from gridplan.ground.activities import countable, is_countable
from gridplan.ground.city_and_counties import scopes_of
from gridplan.ground.formulation import wanted_k
from gridplan.layers.layers import Layers
from gridplan.travel.speeds import default_speeds
from gridplan.words.nearest import did_you_mean
from gridplan.words.numbers import counted, listed
from gridplan.words.problems import Problems
from gridplan.words.text import Text
from gridplan.words.vocabulary import HOSPITAL_KINDS, KINDS

_PART = re.compile(r"[a-z_]+")
"""What rules call their own parts (teams, secondary, overlap): subjects of findings about the whole plan."""


def tell_unknown_rules(case: Case, rules: Sequence[str]) -> Problems:
    """Return the severities and waivers of a case that name none of `rules` (ids)."""
    problems = Problems("case.toml")
    for field, named in (
        ("rules.severities", case.rules.severities),
        ("rules.waivers", [waiver.rule for waiver in case.rules.waivers]),
    ):
        _tell(
            named,
            rules,
            problems,
            field=field,
            needed=Text(zh="规则书中的规则编号", en="ids of rules of the rule book"),
        )
    return problems


def tell_unknown_names(layers: Layers, case: Case) -> Problems:
    """Return the names of a case that stand for nothing in its layers, and required leads that cannot lead, with the reason.

    Parameters
    ----------
    layers : with units complete and facilities placed.
    """
    problems = tell_unknown_ids(layers.facilities, layers.units, case)
    _tell_unable(layers, case, problems)
    _tell_unable_in_force(layers, case, problems)
    _tell(
        [limit.count for limit in case.grids.activities if not is_countable(layers, limit.count)],
        countable(layers),
        problems,
        field="grids.activities.count",
        needed=Text(
            zh="记录 layers.records.activities 中的名称，或 insured、beds、doctors、secondary、机构类别、服务项目",
            en="a name of the record layers.records.activities, or insured, beds, doctors, secondary, a kind of facility or a service",
        ),
    )
    classes = [*default_speeds("drive"), "ferry", *layers.roads["road_class"].astype(str).unique()]
    for field in ("drive_kmh", "peak_kmh", "ambulance_kmh", "bike_kmh", "ebike_kmh"):
        needed = Text(zh="道路等级", en="classes of roads")
        _tell(getattr(case.travel, field), classes, problems, field=f"travel.{field}", needed=needed)
    boats = layers.roads["name"][layers.roads["road_class"] == "ferry"].astype(str).unique()
    needed = Text(zh="道路图层中轮渡的名称", en="names of ferries in the road layer")
    _tell(case.travel.ferry_waits, boats, problems, field="travel.ferry_waits", needed=needed)
    return problems


def tell_unknown_ids(facilities: pd.DataFrame | None, units: pd.DataFrame | None, case: Case) -> Problems:
    """Return the ids of facilities, units and streets in a case that stand for nothing; those of layers that are None are not asked about."""
    problems = Problems("case.toml")
    if facilities is not None:
        known, needed = facilities.index, Text(zh="机构表中的机构编号", en="ids of the facility tables")
        ids = {str(name): str(own) for own, name in facilities["name"].items()}
        for field in ("required_leads", "forbidden_leads"):
            _tell(getattr(case.grids, field), known, problems, field=f"grids.{field}", needed=needed, ids=ids)
        _tell(case.change.locked_facilities, known, problems, field="change.locked_facilities", needed=needed)
        for field in ("join", "cooperating", "outside", "campuses", "group_names"):
            _tell(getattr(case.members, field), known, problems, field=f"members.{field}", needed=needed, ids=ids)
    if units is not None:
        streets = pd.Index(units[["street_id", "street"]].to_numpy().ravel())
        for field, own, needed in (
            ("locked_units", units.index, Text(zh="单元代码", en="unit ids")),
            ("locked_streets", streets, Text(zh="街道代码或名称", en="codes or names of streets")),
        ):
            _tell(getattr(case.change, field), own, problems, field=f"change.{field}", needed=needed)
    return problems


def tell_unknown_subjects(layers: Layers, case: Case) -> Problems:
    """Return the subjects of waivers that are no grid, unit, street, district, facility, scenario or name of a record.

    What a rule calls its own parts (`teams`, `secondary`) is let pass.
    """
    known = pd.Index(list(_subjects(layers, case)), dtype=object).unique()
    named = [waiver.subject for waiver in case.rules.waivers if waiver.subject]
    most = sum(wanted_k(scope.case)[1] for scope in scopes_of(layers.units, case))
    grids = [f"G{number}" for number in range(1, most + 1)]
    problems = Problems("case.toml")
    _tell(
        [name for name in named if not _PART.fullmatch(name)],
        known.append(pd.Index(grids, dtype=object)),
        problems,
        field="rules.waivers.subject",
        needed=Text(zh="网格、单元或机构的编号", en="ids of grids, units or facilities"),
    )
    return problems


def _subjects(layers: Layers, case: Case) -> Iterator[str]:
    units = layers.units
    yield from map(str, units.index)
    yield from map(str, layers.facilities.index)
    for column in ("street_id", "street", "district_id", "district"):
        yield from filter(None, map(str, units[column].unique()))
    yield from (name for scenario in case.scenarios for name in (scenario.name, scenario.name_en) if name)
    for record in layers.records.values():
        for header in record.select_dtypes(exclude="number"):
            yield from filter(None, map(str, record[header].unique()))


def _tell_unable_in_force(layers: Layers, case: Case, problems: Problems) -> None:
    """Tell leads of the grouping in force that are facilities and no hospitals, or stand outside the area."""
    source = case.layers.baseline
    known = layers.facilities.reindex(pd.Index(layers.baseline.unique()).intersection(layers.facilities.index))
    odd = known[~known["kind"].isin(HOSPITAL_KINDS) | (known["unit_id"] == "")]
    if source is None or odd.empty:
        return
    names = [f"{lead} {row['name']}" for lead, row in odd.iterrows()]
    problems.tell(
        Text(zh="规划范围内的医院", en="hospitals inside the planning area"),
        Text(zh="{n} 个现任牵头机构不是（{s}）", en="{n} of the grouping in force that are not ({s})").format(
            n=counted(len(names), "lead"), s=listed(names, most=5)
        ),
        Text(
            zh="核对编号；若确实如此，与现状的比较照算。",
            en="Check the ids; if that is so, the plan is compared with them all the same.",
        ),
        severity="warning",
        file=source.path,
        layer=source.layer or "",
        field="lead_id",
        values=names,
    )


def _tell_unable(layers: Layers, case: Case, problems: Problems) -> None:
    """Tell required leads that cannot lead, each with the reason."""
    rules, facilities = case.grids, layers.facilities
    for name in dict.fromkeys(rules.required_leads):
        if name not in facilities.index:
            continue
        row = facilities.loc[name]
        reason = None
        if name in rules.forbidden_leads or (row["parent_id"] and row["parent_id"] in rules.forbidden_leads):
            reason = Text(zh="它又在 forbidden_leads 中", en="it stands in forbidden_leads too")
        elif row["kind"] not in HOSPITAL_KINDS:
            reason = Text(zh="类别是{k}", en="its kind is {k}").format(k=KINDS.label(row["kind"]))
        elif row["unit_id"] == "":
            reason = Text(zh="它在规划范围之外", en="it stands outside the planning area")
        if reason is not None:
            problems.tell(
                Text(zh="规划范围内可牵头的医院", en="hospitals inside the area that can lead"),
                Text(zh="{i}（{n}）：{r}", en="{i} ({n}): {r}").format(i=name, n=row["name"], r=reason),
                Text(
                    zh="改正机构表，或从 required_leads 中删去。",
                    en="Correct its row, or remove it from required_leads.",
                ),
                field="grids.required_leads",
                values=[name],
            )


def _tell(
    named: Iterable[str],
    known: Iterable[str],
    problems: Problems,
    *,
    field: str,
    needed: Text,
    ids: Mapping[str, str] | None = None,
) -> None:
    """Tell names that are not known, each with the nearest of the known ones; `ids` by the name of what has one."""
    spelled = list(map(str, known))
    strange = [name for name in dict.fromkeys(named) if name not in set(spelled)]
    for name in strange:
        problems.tell(
            needed,
            Text(zh=name, en=name),
            did_you_mean([(ids or {}).get(name, name)], spelled)
            or Text(zh="改正它，或删去。", en="Correct it, or remove it."),
            field=field,
            values=[name],
        )
