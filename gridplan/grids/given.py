"""A plan that exists already -> what it says: by unit, by street or district, by membership of facilities, or as polygons.

A file that contradicts itself is not an error: the first claim counts, further ones are kept as claims for the rule book.
Names that nobody knows and codes that a spreadsheet has ruined are errors, told together with the nearest known names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import LooseSource, Source
from gridplan.grids.members import reason_as_written
from gridplan.layers.area.polygons import mend_polygons
from gridplan.layers.area.validity import reproject
from gridplan.layers.files.columns import (
    Column,
    Picked,
    explain_strange,
    find_header,
    pick_columns,
    read_ids,
    read_text,
    spelled_headers,
)
from gridplan.layers.files.reading import no_file
from gridplan.layers.files.tables import read_table, sheet_names
from gridplan.layers.files.vectors import VECTOR_SUFFIXES, read_vector
from gridplan.layers.layers import Layers, hash_file
from gridplan.solver.assignment import Assignment
from gridplan.words.errors import AssignmentError, InputProblem
from gridplan.words.nearest import did_you_mean
from gridplan.words.problems import Problems
from gridplan.words.signs import shown_line
from gridplan.words.text import Text
from gridplan.words.vocabulary import CENTRE_KINDS, MEMBER_STATES, NETWORKS, TIES, Vocabulary, normalise

if TYPE_CHECKING:
    import geopandas as gpd

LEAD = Column("lead", Text(zh="牵头医院（编号或名称）", en="lead hospital (id or name)"), (
    "lead_id", "牵头医院代码", "牵头医院编号", "牵头单位编号", "牵头医院", "牵头单位", "牵头医院名称", "lead_name", "lead hospital",
))  # fmt: skip
GROUP = Column(
    "group",
    Text(zh="网格（集团）", en="grid (group)"),
    ("grid_id", "网格编号", "网格", "网格名称", "grid"),
)
GROUP_NAME = Column(
    "group_name", Text(zh="集团名称", en="name of the group"), ("集团名称", "医疗集团", "集团", "医联体", "医共体")
)
UNIT = Column("unit_id", Text(zh="单元代码", en="unit code"), (
    "代码", "社区代码", "单元代码", "单元编号", "村居代码", "规划单元编号",
))  # fmt: skip
STREET = Column("street", Text(zh="街道", en="street"), ("街道代码", "street_id", "街道", "乡镇", "街道名称", "镇街"))
DISTRICT = Column(
    "district",
    Text(zh="区", en="district"),
    ("区代码", "district_id", "区", "区县", "区名称", "县（市、区）", "功能区"),
)
FACILITY = Column("facility", Text(zh="机构（编号或名称）", en="facility (id or name)"), (
    "facility_id", "机构代码", "机构编号", "机构", "机构名称", "成员单位", "成员单位名称", "成员",
))  # fmt: skip
SUB_AREA = Column("sub_area", Text(zh="片区", en="sub-area"), ("片区", "片区名称", "sub_area_id"))
TIE = Column("tie", Text(zh="紧密程度", en="tie"), ("紧密程度", "联系紧密程度"))
REASON = Column("tie_reason", Text(zh="松散原因", en="reason of a loose tie"), ("松散原因", "原因", "why loose"))
STATE = Column("role", Text(zh="角色", en="member, cooperating or none"), ("角色", "状态"))
AGREEMENT = Column("agreement", Text(zh="协议状态", en="state of the agreement"), ("协议状态", "协议"))
_AREAS = {"street": ("street_id", "street"), "district": ("district_id", "district")}
_MOST_OF_A_UNIT = 0.5
_OVERLAP_KM2 = 0.01
"""Polygons that overlap by less are neighbours drawn by hand, not rivals (D)."""


def _no_claims() -> pd.DataFrame:
    return pd.DataFrame({"kind": [], "subject_id": [], "lead_id": [], "km2": []})


def _no_partners() -> pd.DataFrame:
    return pd.DataFrame({"lead_id": [], "partner": []}, dtype=object)


@dataclass(frozen=True, eq=False)
class GivenPlan:
    """A plan as somebody else stated it.

    - given_as: "units", "areas", "members" or "polygons"
    - lead_of_unit: lead on index unit_id; units that nobody claims are missing
    - grid_of_lead: grid ids of the file, where it has any
    - claims: contradicting claims: kind ("unit", "facility", "lead", "area"), subject_id, lead_id of the claiming group, km2
    - members: lead_id, role, tie, tie_reason, agreement on index facility_id; None unless given by membership
    - partners: lead_id, partner: cooperating institutions that no facility table has; group_names: name of the group of each lead
    - sub_areas: sub_area_id, sub_area on index unit_id; None where not given
    - problems: what was mended or is doubtful
    """

    given_as: str
    lead_of_unit: pd.Series
    grid_of_lead: Mapping[str, str] = field(default_factory=dict)
    claims: pd.DataFrame = field(default_factory=_no_claims)
    members: pd.DataFrame | None = None
    sub_areas: pd.DataFrame | None = None
    partners: pd.DataFrame = field(default_factory=_no_partners)
    group_names: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[InputProblem, ...] = ()

    def assignment(self) -> Assignment:
        """Return the lead of each unit, with the grid ids of the file."""
        return Assignment.from_leads(self.lead_of_unit, self.grid_of_lead)

    def claims_by_grid(self, assignment: Assignment) -> pd.DataFrame:
        """Return the claims as the rule book reads them: kind, subject_id, grid_id, km2."""
        grid = dict(assignment.grid_of_lead)
        table = self.claims.assign(grid_id=self.claims["lead_id"].map(grid).fillna(""))
        area = table["kind"] == "area"
        table.loc[area, "subject_id"] = table.loc[area, "subject_id"].map(grid).fillna("")
        return table[["kind", "subject_id", "grid_id", "km2"]]

    def told_in(self, layers: Layers, stated: pd.Series | str | Path) -> Layers:
        """Return the layers with what is doubtful in this plan and, if it was read from a file, the file's hash."""
        named = (
            {}
            if isinstance(stated, pd.Series)
            else {f"assignment: {shown_line(Path(stated).name)}": hash_file(Path(stated))}
        )
        problems, hashes = (*layers.problems, *self.problems), {**layers.hashes, **named}
        return replace(layers, problems=problems, hashes=hashes, records=self._with_partners(layers.records))

    def _with_partners(self, records: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
        """Return the records with the cooperating institutions outside the tables among the networks."""
        if self.partners.empty:
            return records
        lead = self.partners["lead_id"]
        edges = pd.DataFrame(
            {
                "network_id": "cooperation-" + lead, "kind": "cooperation", "name": NETWORKS.label("cooperation").zh,
                "member_id": lead, "hub_id": "", "partner": self.partners["partner"], "specialty": "",
            }
        )  # fmt: skip
        known = [records["networks"]] if "networks" in records else []
        return {**records, "networks": pd.concat([*known, edges], ignore_index=True)}

    def members_by_grid(self, assignment: Assignment) -> pd.DataFrame | None:
        """Return the stated memberships as `members.place_members` reads them; None if there are none."""
        if self.members is None:
            return None
        return self.members.assign(grid_id=self.members["lead_id"].map(dict(assignment.grid_of_lead)).fillna(""))


def check_known(lead_of_unit: pd.Series, layers: Layers) -> None:
    """Refuse a plan of units or leads that do not exist.

    Parameters
    ----------
    lead_of_unit : lead on index unit_id; layers : with units and facilities placed.

    Raises
    ------
    AssignmentError
        If a unit is none of the layer, or a lead none of the facilities inside the area.
    """
    inside = layers.facilities.index[layers.facilities["unit_id"] != ""]
    unit_ids = Text(zh="单元图层中的单元代码", en="unit codes of the unit layer")
    lead_ids = Text(zh="规划范围内机构的编号", en="ids of facilities inside the area")
    problems = Problems()
    for name, given, known, needed in (
        ("unit_id", lead_of_unit.index, layers.units.index, unit_ids),
        ("lead_id", lead_of_unit.unique(), inside, lead_ids),
    ):
        strange = [str(one) for one in given if one not in known]
        remedy = did_you_mean(strange, known) or Text(zh="改正编号。", en="Correct the ids.")
        problems.tell_some(strange, needed, remedy, field=name)
    problems.refuse(AssignmentError)


def read_given(case: Case, path: str | Path, layers: Layers) -> GivenPlan:
    """Read a given plan; its columns tell how it is stated.

    - unit_id (单元代码) and lead: by unit; also 片区 (sub-area)
    - street or district (code or name) and lead: by area
    - facility (id or name) and lead, with tie and reason: by membership; a street goes with its health centre (R-09)
    - polygons with a lead column: a unit goes with the polygon that holds most of it

    A column of the grid or group (网格, 集团, 医联体) may stand beside the lead; without it every lead has one grid.

    Parameters
    ----------
    case : its baseline's columns are used if the file is the baseline; path : csv, xlsx or a vector layer.
    layers : with units, cells and facilities placed.

    Raises
    ------
    AssignmentError
        If the file cannot be used, or names units, areas, facilities or leads that do not exist; every problem is told.
    """
    path = Path(path).resolve()
    if path.exists() and not path.is_file() and not path.is_dir():
        raise AssignmentError(no_file(path.name))
    problems = Problems()
    known = case.layers.baseline
    same = known is not None and case.locate(known).resolve() == path
    source = known.model_copy(update={"path": str(path)}) if known is not None and same else LooseSource(path=str(path))
    if path.suffix.lower() in VECTOR_SUFFIXES:
        given = _read_polygons(case, source, layers, problems)
    else:
        given = _read_table(case, source, layers, problems)
    named = tuple(replace(problem, file=path.name) for problem in problems)
    if given is None or problems.errors:
        raise AssignmentError(named)
    return replace(given, problems=named)


def from_leads(lead_of_unit: pd.Series) -> GivenPlan:
    """Return the plan that a series of lead ids on unit ids states."""
    return GivenPlan("units", lead_of_unit)


def _read_table(case: Case, source: Source, layers: Layers, problems: Problems) -> GivenPlan | None:
    opened = read_table(case, _on_its_sheet(case, source), problems)
    if opened is None:
        return None
    wanted = (LEAD, GROUP, GROUP_NAME, UNIT, STREET, DISTRICT, FACILITY, SUB_AREA, TIE, REASON, STATE, AGREEMENT)
    mapped = {"lead_id": "lead"}
    columns = {mapped.get(name, name): header for name, header in source.columns.items()}
    reading = replace(opened.reading, source=source.model_copy(update={"columns": columns}))
    picked = pick_columns(opened.frame, reading, [replace(column, required=column is LEAD) for column in wanted])
    if "lead" not in picked:
        return None
    rows = pd.DataFrame({"lead": _leads(picked, layers)})
    group_name = read_text(picked, "group_name")
    rows["group"] = read_text(picked, "group") if "group" in picked else group_name
    rows["group"] = rows["group"].where(rows["group"] != "", rows["lead"])
    given = _by_subject(picked, rows, layers)
    if given is None:
        _tell_no_subject(picked)
        return None
    return replace(given, group_names=_group_names(_grouped(rows)[0], group_name))


def _group_names(lead: pd.Series, name: pd.Series) -> dict[str, str]:
    """Return the first name that is written for the group of each lead."""
    told = pd.DataFrame({"lead": lead, "name": name})
    return dict(told[(told["name"] != "") & (told["lead"] != "")].drop_duplicates("lead").to_numpy().tolist())


def _by_subject(picked: Picked, rows: pd.DataFrame, layers: Layers) -> GivenPlan | None:
    if "unit_id" in picked:
        return _by_unit(picked, rows, layers)
    if "facility" in picked:
        return _by_member(picked, rows, layers)
    area = next((name for name in ("street", "district") if name in picked), None)
    return None if area is None else _by_area(picked, rows, layers, area)


def _on_its_sheet(case: Case, source: Source) -> Source:
    """Return the source with the sheet that has leads and what they lead, where a workbook has several (tables.xlsx)."""
    path = Path(source.path)
    try:
        sheets = sheet_names(path) if source.layer is None and path.is_file() else []
    except Exception:  # reading the table says why
        return source
    for sheet in sheets if len(sheets) > 1 else ():
        stated = source.model_copy(update={"layer": sheet})
        opened = read_table(case, stated, Problems())
        theirs = spelled_headers(opened.frame) if opened is not None else {}
        has = [
            find_header(theirs, column, source.columns) is not None
            for column in (LEAD, UNIT, STREET, DISTRICT, FACILITY)
        ]
        if has[0] and any(has[1:]):
            return stated
    return source


def _leads(picked: Picked, layers: Layers) -> pd.Series:
    """Return the facility id of each row's lead, given by id or name; unknown ones are told."""
    inside = layers.facilities[layers.facilities["unit_id"] != ""]
    return _resolve(picked, "lead", _names(inside), LEAD.label)


def _names(facilities: gpd.GeoDataFrame) -> dict[str, str]:
    """Return ids by name and by id; a name that several share stands for none."""
    unique = ~facilities["name"].map(normalise).duplicated(keep=False)
    ids = facilities.index.astype(str)
    return {**dict(zip(facilities["name"][unique], ids[unique.to_numpy()], strict=True)), **{i: i for i in ids}}


def _resolve(
    picked: Picked, name: str, ids: Mapping[str, str], label: Text, *, may_be_strange: pd.Series | None = None
) -> pd.Series:
    """Return the id (of `ids`: name or id -> id) that each value of a column means, "" where none.

    Unknown values are told with the nearest known one, but in the rows that `may_be_strange`.
    """
    told = read_ids(picked, name, unique=False)
    known = {normalise(spelling): spelling for spelling in ids}
    found = told.map(lambda value: ids.get(known.get(normalise(value), ""), "")).astype(object)
    strange = (found == "") & (told != "")
    if may_be_strange is not None:
        strange &= ~may_be_strange
    if strange.any():
        picked.reading.tell_rows(
            told.index[strange],
            Text(zh=f"范围内已有的{label.zh}", en=f"a known {label.en} inside the area"),
            Text(zh="不认识的名称或编号", en="names or ids that are not known"),
            explain_strange(told[strange], ids, Text(zh="改正名称或编号。", en="Correct the names or ids.")),
            field=picked.header(name),
            values=told[strange],
        )
    return found


def _tell_no_subject(picked: Picked) -> None:
    picked.reading.tell(
        Text(zh="单元、街道、区或机构的一列", en="a column of units, streets, districts or facilities"),
        Text(zh="没有这样的列", en="no such column"),
        Text(
            zh="把表头改为 单元代码、街道、区 或 机构名称 之一。",
            en="Name a column unit_id, street, district or facility.",
        ),
    )


def _grouped(rows: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame, dict[str, str]]:
    """Return each row's lead (that of its group), the claims of second leads, and the grid id of each lead."""
    first = rows.drop_duplicates("group").set_index("group")["lead"]
    lead = rows["group"].map(first)
    second = rows[rows["lead"] != lead].drop_duplicates(["group", "lead"])
    claims = _claims("lead", second["lead"], second["group"].map(first))
    named = {str(lead): str(group) for group, lead in first.items() if group != lead}
    return lead, claims, named if len(set(first)) == len(first) else {}


def _claims(kind: str, subjects: pd.Series, leads: pd.Series, km2: float = 0.0) -> pd.DataFrame:
    return pd.DataFrame({"kind": kind, "subject_id": subjects.to_numpy(), "lead_id": leads.to_numpy(), "km2": km2})


def _first_claims(subject: pd.Series, lead: pd.Series, kind: str) -> tuple[pd.Series, pd.DataFrame]:
    """Return the first lead of each subject, and the further leads that claim it."""
    table = pd.DataFrame({"subject": subject, "lead": lead})
    table = table[(table["subject"] != "") & (table["lead"] != "")].drop_duplicates()
    again = table["subject"].duplicated()
    return table[~again].set_index("subject")["lead"], _claims(kind, table["subject"][again], table["lead"][again])


def _by_unit(picked: Picked, rows: pd.DataFrame, layers: Layers) -> GivenPlan:
    units = _resolve(picked, "unit_id", {str(unit): str(unit) for unit in layers.units.index}, UNIT.label)
    lead, second, grids = _grouped(rows)
    lead_of_unit, twice = _first_claims(units, lead, "unit")
    sub_areas = None
    if "sub_area" in picked:
        names = read_text(picked, "sub_area")
        told = (names != "") & (units != "") & ~units.duplicated()
        sub_areas = pd.DataFrame(
            {"sub_area_id": names[told].to_numpy(), "sub_area": names[told].to_numpy()}, index=pd.Index(units[told])
        )
    claims = pd.concat([twice, second], ignore_index=True)
    return GivenPlan("units", _named(lead_of_unit), grids, claims, sub_areas=sub_areas)


def _named(lead_of_unit: pd.Series) -> pd.Series:
    return lead_of_unit.rename("lead_id").rename_axis("unit_id")


def _by_area(picked: Picked, rows: pd.DataFrame, layers: Layers, name: str) -> GivenPlan:
    """Give every unit of a street or district to the lead of its row; areas are known by code or name."""
    units = layers.units
    code, title = (units[column] for column in _AREAS[name])
    ids = {str(value): str(own) for value, own in zip(title, code, strict=True) if value}
    ids |= {str(own): str(own) for own in code if own}
    label = STREET.label if name == "street" else DISTRICT.label
    areas = _resolve(picked, name, ids, label)
    lead, second, grids = _grouped(rows)
    lead_of_area, twice = _first_claims(areas, lead, "unit")
    lead_of_unit = code.map(lead_of_area).dropna()
    of_area = [units.index[code == area] for area in twice["subject_id"]]
    spread = [
        _claims("unit", pd.Series(inside), pd.Series([claimant] * len(inside)))
        for inside, claimant in zip(of_area, twice["lead_id"], strict=True)
    ]
    return GivenPlan("areas", _named(lead_of_unit), grids, pd.concat([*spread, second], ignore_index=True))


def _by_member(picked: Picked, rows: pd.DataFrame, layers: Layers) -> GivenPlan:
    """Place facilities as stated; units follow the health centres of their street."""
    state = _words(picked, "role", MEMBER_STATES)
    cooperating = state == "cooperating"
    facilities = _resolve(picked, "facility", _names(layers.facilities), FACILITY.label, may_be_strange=cooperating)
    lead, second, grids = _grouped(rows)
    outside = cooperating & (facilities == "")
    partners = pd.DataFrame({"lead_id": lead[outside], "partner": read_text(picked, "facility")[outside]})
    lead_of_facility, twice = _first_claims(facilities.where(state != "none", ""), lead, "facility")
    for own in dict.fromkeys(lead[lead != ""]):
        lead_of_facility[own] = own
    first = ~facilities.duplicated() & (facilities != "")
    told = pd.DataFrame(
        {
            "lead_id": lead,
            "role": state,
            "tie": _words(picked, "tie", TIES),
            "tie_reason": read_text(picked, "tie_reason").map(reason_as_written),
            "agreement": read_text(picked, "agreement"),
        }
    )
    members = told[first].set_index(facilities[first])
    leads = pd.DataFrame({"lead_id": lead_of_facility}).loc[lambda rows: ~rows.index.isin(members.index)]
    members = pd.concat([members, leads]).fillna("")
    joined = lead_of_facility[members["role"].reindex(lead_of_facility.index) != "cooperating"]
    claims = pd.concat([twice, second], ignore_index=True)
    return GivenPlan("members", _follow_centres(layers, joined), grids, claims, members, partners=partners)


def _words(picked: Picked, name: str, vocabulary: Vocabulary) -> pd.Series:
    return read_text(picked, name).map(lambda word: vocabulary.find(word) or "").astype(object)


def _follow_centres(layers: Layers, lead_of_facility: pd.Series) -> pd.Series:
    """Return the lead of each unit: that of the nearest stated health centre of its street (anywhere if no unit has a street).

    Units that hold a lead belong to it; other units whose street has no stated centre are missing.
    """
    units, facilities = layers.units, layers.facilities
    stated = facilities[facilities.index.isin(lead_of_facility.index) & (facilities["unit_id"] != "")]
    centres = stated[stated["kind"].isin(CENTRE_KINDS)]
    found: dict[str, str] = {}
    if len(centres):
        points = np.asarray(units.geometry.representative_point().array, dtype=object)
        distance = shapely.distance(points[:, None], np.asarray(centres.geometry.array, dtype=object)[None, :])
        if (units["street_id"] != "").any():
            own = centres["unit_id"].map(units["street_id"]).to_numpy(object)
            distance = np.where(units["street_id"].to_numpy(object)[:, None] == own[None, :], distance, np.inf)
        nearest = centres.index.to_numpy(object)[distance.argmin(axis=1)]
        reached = np.isfinite(distance.min(axis=1))
        found = {
            str(unit): str(lead_of_facility[near])
            for unit, near in zip(units.index[reached], nearest[reached], strict=True)
        }
    for lead in dict.fromkeys(lead_of_facility):
        home = str(facilities["unit_id"].get(lead, ""))
        if home:
            found[home] = str(lead)
    return _named(pd.Series(found, dtype=object).reindex([unit for unit in units.index if unit in found]))


def _read_polygons(case: Case, source: Source, layers: Layers, problems: Problems) -> GivenPlan | None:
    opened = read_vector(case, source, problems)
    if opened is None:
        return None
    picked = pick_columns(opened.frame, opened.reading, [replace(LEAD, required=True), GROUP, GROUP_NAME])
    if "lead" not in picked:
        return None
    rows = pd.DataFrame({"lead": _leads(picked, layers)})
    group_name = read_text(picked, "group_name")
    rows["group"] = read_text(picked, "group") if "group" in picked else group_name
    rows["group"] = rows["group"].where(rows["group"] != "", rows["lead"])
    lead, second, grids = _grouped(rows)
    usable = (lead != "") & ~opened.frame.geometry.isna()
    frame = reproject(mend_polygons(opened.frame[usable], opened.reading), layers.crs)
    shapes = frame.assign(lead=lead.reindex(frame.index)).dissolve("lead").geometry
    claims = [second, *_contested(shapes)]
    given = GivenPlan("polygons", _mostly_inside(layers, shapes), grids, pd.concat(claims, ignore_index=True))
    return replace(given, group_names=_group_names(lead, group_name))


def _contested(shapes: gpd.GeoSeries) -> list[pd.DataFrame]:
    """Return a claim for every pair of polygons that overlap by more than a hand's tremble."""
    found = []
    for i, first in enumerate(shapes.index):
        for second in shapes.index[i + 1 :]:
            km2 = shapes[first].intersection(shapes[second]).area / 1e6
            if km2 > _OVERLAP_KM2:
                found.append(_claims("area", pd.Series([second]), pd.Series([first]), km2))
    return found


def _mostly_inside(layers: Layers, shapes: gpd.GeoSeries) -> pd.Series:
    """Return the lead of the polygon that holds the most of each unit, if that is half of it at least."""
    units = np.asarray(layers.units.geometry.array, dtype=object)
    share = np.stack([shapely.area(shapely.intersection(units, shape)) for shape in shapes], axis=1)
    share = share / shapely.area(units)[:, None]
    inside = share.max(axis=1) >= _MOST_OF_A_UNIT
    leads = shapes.index.to_numpy(object)[share.argmax(axis=1)]
    return _named(pd.Series(leads[inside], index=layers.units.index[inside], dtype=object))
