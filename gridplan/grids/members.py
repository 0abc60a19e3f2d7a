"""What a grid consists of beside its units: every facility with its grid, its role and the source of it, its tie and agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridplan.case.sections import MemberRules
from gridplan.layers.layers import Layers
from gridplan.solver.assignment import Assignment
from gridplan.words.text import Text
from gridplan.words.vocabulary import CENTRE_KINDS, STATION_KINDS, Term, Vocabulary, normalise

if TYPE_CHECKING:
    import geopandas as gpd

EXEMPT_LEVELS = ("national", "province")
"""National and provincial hospitals may join several groups, so none of them is placed by the map alone (R-22, S3)."""
BY_CONSENT = ("private", "military")
"""Owners whose institutions join by consent alone (R-26, S0, S3)."""
IN_GROUP = ("lead", "member")
"""Roles of those who belong to a group; a cooperating institution stays outside it."""
STATED = ("grid_id", "role", "tie", "tie_reason", "agreement")
"""What a list may tell of an institution."""

TIE_REASONS = Vocabulary(
    Term("admin_level", Text(zh="行政隶属不同", en="different affiliation")),
    Term("private_capital", Text(zh="社会资本", en="private capital")),
    Term("finance", Text(zh="财政渠道不同", en="different budgets")),
    Term("other", Text(zh="其他", en="other")),
)
"""Why a tie is loose (R-32; S1 names affiliation and private capital). What a planner wrote otherwise stays as written."""


def reason_as_written(text: str) -> str:
    """Return the reason of a loose tie as a planner wrote it; its key where it is one of our own words.

    >>> reason_as_written("行政隶属不同"), reason_as_written("市、区两级财政，人员编制不通")
    ('admin_level', '市、区两级财政，人员编制不通')
    """
    own = {normalise(word): key for key, term in TIE_REASONS.items() for word in (key, term.label.zh, term.label.en)}
    return own.get(normalise(text), text.strip())


def place_members(
    layers: Layers,
    assignment: Assignment,
    *,
    stated: pd.DataFrame | None = None,
    rules: MemberRules | None = None,
) -> pd.DataFrame:
    """Return grid_id, role, role_source, tie, tie_reason and agreement of every facility, on the index of `layers.facilities`.

    The site that leads is "lead" ("plan"). Of the others the case decides first ("case"), then a list of members ("list"): that of a
    given plan, the record table `members`, a tie told in the facility table, or a cooperation on record. A list is complete for every
    group of which it names a member: nobody else joins that group. Where neither tells, the place decides: public facilities are
    members of the grid they stand in ("location"), a village clinic or a station with its health centre ("centre", R-50), a campus of
    the lead in the lead's own grid with the lead ("plan"). Private and military institutions ("consent"), national and
    provincial ones ("level") and ambulance stations ("emergency") join nothing unless somebody tells: their role is "none".

    `grid_id` of those that join nothing is the grid they stand in. Ties are those told; a campus of the lead in its own grid is
    tight. The reason of a loose tie is as written, else what facility and lead tell: private capital, a different affiliation, other.

    Parameters
    ----------
    layers : with facilities placed in units; assignment : lead of each unit.
    stated : memberships of a given plan, index facility_id; grid_id, and optionally role ("" is member), tie, tie_reason and agreement
        ("" where not told), and complete (False: the list says nothing of those that it does not name).
    rules : section `members` of the case.
    """
    rules = MemberRules() if rules is None else rules
    facilities: gpd.GeoDataFrame = layers.facilities
    follows = has_centre(facilities)
    stands = facilities["unit_id"].map(assignment.grid_of_unit).fillna("").astype(object)
    named = _named_by_lists(layers, assignment, stands, stated)
    grid = named["grid_id"].where(named["told"], stands)
    role, source = _by_place(facilities, assignment, grid)
    if rules.list_complete:
        unnamed = grid.isin(_closed(named, assignment)) & ~named["told"] & (source != "plan")
        role[unnamed], source[unnamed] = "none", "list"
    role, source = role.where(~named["told"], named["role"]), source.where(~named["told"], "list")
    _cooperating_on_record(layers, assignment, role, source, grid)
    _decided_in_case(facilities, assignment, rules, role, source, grid)
    own = follows & ~named["told"] & (source != "case")
    for column, fallback in ((role, "none"), (grid, "")):
        column[own] = facilities["parent_id"][own].map(column).fillna(fallback)
    source[own] = facilities["parent_id"][own].map(source).fillna("").where(role[own] == "none", "centre")
    role[role.eq("member") & grid.eq("")] = "none"
    source[grid.eq("") & role.eq("none")] = ""
    leads = facilities.index.isin(assignment.lead_of_grid)
    role[leads], source[leads] = "lead", "plan"
    return pd.DataFrame(
        {"grid_id": grid, "role": role, "role_source": source, **_ties(facilities, assignment, grid, role, named)}
    )


def _by_place(facilities: gpd.GeoDataFrame, assignment: Assignment, grid: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return role and source as the register and the map alone tell them."""
    role = pd.Series("member", index=facilities.index, dtype=object)
    source = pd.Series("location", index=facilities.index, dtype=object)
    for reason, withheld in (
        ("emergency", facilities["kind"] == "ems"),
        ("consent", facilities["ownership"].isin(BY_CONSENT)),
        ("level", facilities["admin_level"].isin(EXEMPT_LEVELS)),
    ):
        role[withheld], source[withheld] = "none", reason
    campus = _campus_of_lead(facilities, assignment, grid)
    role[campus], source[campus] = "member", "plan"
    return role, source


def _campus_of_lead(facilities: gpd.GeoDataFrame, assignment: Assignment, grid: pd.Series) -> pd.Series:
    hospital = hospital_of_site(facilities)
    lead = grid.map(assignment.lead_of_grid)
    return hospital.eq(pd.Series(hospital.reindex(lead).to_numpy(), index=hospital.index)) & lead.notna()


def _named_by_lists(
    layers: Layers, assignment: Assignment, stands: pd.Series, stated: pd.DataFrame | None
) -> pd.DataFrame:
    """Return what lists tell of each facility (`STATED`, "" where nothing), whether they name it, and whether that closes a group.

    A given plan is heard first, then the record table, then a tie in the facility table, which names a member but closes nothing.
    """
    facilities = layers.facilities
    ties = facilities["tie"].astype(object)
    register = pd.DataFrame({"grid_id": stands, "tie": ties})[(ties != "") & (stands != "")].assign(complete=False)
    lists = [stated, listed_members(layers, assignment), register]
    rows = pd.concat(
        [_as_stated(table) for table in lists if table is not None and len(table)] or [_as_stated(register)]
    )
    rows = rows[~rows.index.duplicated()].reindex(facilities.index)
    told = rows["grid_id"].notna()
    named = rows.fillna(dict.fromkeys(STATED, "")).assign(
        told=told, tie=rows["tie"].where(rows["tie"].fillna("") != "", ties)
    )
    return named.assign(
        role=named["role"].where(~named["role"].isin(("", "lead")), "member"), complete=rows["complete"].eq(True)
    )


def _as_stated(table: pd.DataFrame) -> pd.DataFrame:
    lacking = {name: "" for name in STATED if name not in table}
    complete = table.get("complete", True)
    return table.assign(**lacking, complete=complete)[[*STATED, "complete"]].astype(object)


def listed_members(layers: Layers, assignment: Assignment) -> pd.DataFrame | None:
    """Return the record table `members` by the grids of this plan, index facility_id; None without the table.

    A row counts where a site of its lead's hospital leads a grid; of several rows on one facility the first counts.
    """
    table = layers.records.get("members")
    if table is None:
        return None
    rows = table.assign(grid_id=table["lead_id"].map(_grid_of_hospital(layers.facilities, assignment)))
    return rows[rows["grid_id"].notna()].drop_duplicates("facility_id").set_index("facility_id")


def _grid_of_hospital(facilities: gpd.GeoDataFrame, assignment: Assignment) -> dict[str, str]:
    """Return the grid that a hospital leads, by the id of any of its sites; the first of several."""
    hospital = hospital_of_site(facilities)
    led: dict[str, str] = {}
    for lead, grid in assignment.grid_of_lead.items():
        led.setdefault(str(hospital.get(lead, lead)), str(grid))
    by_site = {str(site): led[own] for site, own in hospital.items() if own in led}
    return led | by_site | {str(lead): str(grid) for lead, grid in assignment.grid_of_lead.items()}


def _closed(named: pd.DataFrame, assignment: Assignment) -> set[str]:
    """Return the grids of which a complete list names a member beside the lead."""
    beside = named["complete"] & (named["role"] == "member") & ~named.index.isin(assignment.lead_of_grid)
    return set(named["grid_id"][beside])


def _cooperating_on_record(
    layers: Layers, assignment: Assignment, role: pd.Series, source: pd.Series, grid: pd.Series
) -> None:
    """Let those that join nothing cooperate with the lead that a network of cooperating units names."""
    networks = layers.records.get("networks")
    if networks is None:
        return
    led = _grid_of_hospital(layers.facilities, assignment)
    edges = networks[networks["kind"] == "cooperation"]
    for member, hub in zip(map(str, edges["member_id"]), map(str, edges["hub_id"]), strict=True):
        for facility, other in ((member, hub), (hub, member)):
            if other in led and facility not in led and role.get(facility) == "none":
                role[facility], source[facility], grid[facility] = "cooperating", "list", led[other]


def _decided_in_case(
    facilities: gpd.GeoDataFrame,
    assignment: Assignment,
    rules: MemberRules,
    role: pd.Series,
    source: pd.Series,
    grid: pd.Series,
) -> None:
    led, hospital = _grid_of_hospital(facilities, assignment), hospital_of_site(facilities)
    choices: list[tuple[str, str]] = [
        (site, "member" if way == "enclave" else way) for site, way in rules.campuses.items()
    ]
    for site, way in rules.campuses.items():
        if way == "enclave" and site in facilities.index:
            grid[site] = led.get(site) or grid.get(hospital[site], grid[site])
    for name in ("join", "cooperating", "outside"):
        decided = {"join": "member", "outside": "none"}.get(name, name)
        choices += [(facility, decided) for facility in getattr(rules, name)]
    for facility, decided in choices:
        if facility in facilities.index:
            role[facility], source[facility] = decided, "case"


def _ties(
    facilities: gpd.GeoDataFrame, assignment: Assignment, grid: pd.Series, role: pd.Series, named: pd.DataFrame
) -> dict[str, pd.Series]:
    member = role == "member"
    campus = _campus_of_lead(facilities, assignment, grid) & member
    tie = named["tie"].where(~(campus & (named["tie"] == "")), "tight").where(member, "")
    told = named["tie_reason"]
    reason = told.where(told != "", _reasons(facilities, grid.map(assignment.lead_of_grid))).where(tie == "loose", "")
    return {"tie": tie, "tie_reason": reason, "agreement": named["agreement"]}


def has_centre(facilities: gpd.GeoDataFrame) -> pd.Series:
    """Return which facilities are village clinics or stations that name the health centre above them, on their index."""
    kind_of_parent = facilities["parent_id"].map(facilities["kind"])
    return facilities["kind"].isin(STATION_KINDS) & kind_of_parent.isin(CENTRE_KINDS)


def hospital_of_site(facilities: gpd.GeoDataFrame) -> pd.Series:
    """Return the hospital of each site: its parent, or itself; on the index of the facilities."""
    return facilities["parent_id"].where(facilities["parent_id"] != "", facilities.index.to_series())


def _reasons(facilities: gpd.GeoDataFrame, lead: pd.Series) -> pd.Series:
    of_lead = facilities["admin_level"].reindex(lead.fillna("")).fillna("").to_numpy()
    own = facilities["admin_level"]
    reason = pd.Series("other", index=facilities.index, dtype=object)
    reason[(own != of_lead) & (own != "") & (of_lead != "")] = "admin_level"
    reason[facilities["ownership"] == "private"] = "private_capital"
    return reason


def grid_of_facility(members: pd.DataFrame) -> pd.Series:
    """Return the grid in which each facility leads or is a member; "" for none."""
    return members["grid_id"].where(in_group(members), "")


def in_group(members: pd.DataFrame) -> pd.Series:
    """Return which facilities lead or are members."""
    return members["role"].isin(IN_GROUP)
