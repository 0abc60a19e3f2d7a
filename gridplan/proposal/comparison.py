"""Two proposals side by side: who and what moved, what got better or worse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.proposal.proposal import Proposal, accepted_digests, proposal_digest
from gridplan.words.errors import InputProblem, ProposalError
from gridplan.words.kinds import need_kind
from gridplan.words.text import Text
from gridplan.words.vocabulary import HOSPITAL_KINDS

if TYPE_CHECKING:
    from gridplan.checks.finding import Finding
    from gridplan.proposal.proposal import Comment

GRID_INDICATORS = (
    "population", "n_units", "deviation", "mean_minutes", "p50_minutes", "p90_minutes", "share_within", "share_primary", "beds",
    "beds_per_1000", "area_km2", "compactness",
)  # fmt: skip
PLAN_INDICATORS = (
    "n_grids", "population", "max_deviation", "mean_minutes", "p50_minutes", "p90_minutes", "share_within", "share_primary",
)  # fmt: skip
_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs between two proposals, `first` (before) and `second` (after).

    Ids of units and facilities mean the same in both. Grids are matched first, so that a grid that merely has another id
    counts as unmoved: by their ids where one proposal is a revision of the other or both are of the same parent, else by
    the residents they share (see `match_grids`).

    - first, second: `proposal_digest` of each; matched_by: "ids" or "residents"
    - grid_pairs: first, second: matched grid ids ("" where a grid has no counterpart)
    - only_first, only_second: units that one of them lacks; everything about units below is over the units of both
    - units: units whose lead is another site than before ("moved"), index unit_id; name, population_before, population_after, grid_before, grid_after,
      lead_before, lead_after, minutes_before, minutes_after (inf where unreachable)
    - regrouped: units that change group, groups matched as `grid_pairs`, with the same columns: beside `units`, never instead
    - flows: grid_before, grid_after, n_units, residents (of the second proposal) of the moved units
    - facilities: facilities whose lead, group or role changed, index facility_id; name, kind, beds, grid_before, grid_after,
      lead_before, lead_after (of the grid they are in), role_before, role_after, moved (another lead), regrouped (another group)
    - leads: grid_before, grid_after, lead_before, name_before, lead_after, name_after of each grid whose lead changed, or
      that is new or gone
    - grids: grid_before, grid_after, and each of GRID_INDICATORS as <name>_before and <name>_after
    - plan: index PLAN_INDICATORS; before, after
    - findings: rule, severity, subject_kind, subject_before, subject_after, change, status_before, status_after,
      measured_before, measured_after, limit, unit, message_zh, message_en. `change` is "gained" (violated now, not before),
      "lost", "worse" or "better" (violated in both, farther from or nearer to the limit), or "changed" (any other change of
      status)
    - totals: units_moved, residents_moved, facilities_moved, beds_moved (another lead), units_regrouped, residents_regrouped,
      facilities_regrouped, beds_regrouped (another group), residents_nearer, residents_farther (by the minutes of their units),
      leads_changed
    - adjusted_rand: agreement of the two partitions of the common units, 1 for the same, about 0 for chance
    - comments: what reviewers wrote on the way to the second

    Examples
    --------
    >>> gp.compare_proposals(proposal, proposal).totals["residents_moved"]
    0.0
    """

    first: str
    second: str
    matched_by: str
    grid_pairs: pd.DataFrame
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    units: pd.DataFrame
    regrouped: pd.DataFrame
    flows: pd.DataFrame
    facilities: pd.DataFrame
    leads: pd.DataFrame
    grids: pd.DataFrame
    plan: pd.DataFrame
    findings: pd.DataFrame
    totals: dict[str, float]
    adjusted_rand: float
    comments: tuple[Comment, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True if nothing differs."""
        frames = (self.units, self.regrouped, self.facilities, self.leads, self.findings)
        same = all(_same(self.plan["before"], self.plan["after"])) and all(
            all(_same(self.grids[f"{name}_before"], self.grids[f"{name}_after"])) for name in GRID_INDICATORS
        )
        return same and all(frame.empty for frame in frames) and not self.only_first and not self.only_second


def compare_proposals(first: Proposal, second: Proposal) -> Comparison:
    """Compare two proposals of the same place.

    Parameters
    ----------
    first, second
        Before and after.

    Returns
    -------
    Comparison
        Which units, facilities and leads moved, and which findings came and went.

    Raises
    ------
    ArgumentError
        If one of them is no proposal: a folder is read with `read_proposal` first.
    ProposalError
        If they have no unit in common.

    Examples
    --------
    >>> gp.compare_proposals(proposal, proposal).is_empty
    True
    """
    need_kind(first, Proposal, "first")
    need_kind(second, Proposal, "second")
    common = first.units.index.intersection(second.units.index, sort=False)
    if common.empty:
        raise ProposalError(_nothing_in_common())
    matched_by = "ids" if _related(first, second) else "residents"
    pairs = match_grids(first, second, by_ids=matched_by == "ids")
    after_of = {a: b for a, b in zip(pairs["first"], pairs["second"], strict=True) if a and b}
    table = _unit_table(first, second, common)
    moved = table[(table["lead_before"] != table["lead_after"]).to_numpy(bool)]
    regrouped = table[_changes_group(table, after_of)]
    facilities = _compare_facilities(first, second, after_of)
    leads = _compare_leads(first, second, pairs)
    return Comparison(
        first=proposal_digest(first),
        second=proposal_digest(second),
        matched_by=matched_by,
        grid_pairs=pairs,
        only_first=tuple(map(str, first.units.index.difference(common, sort=False))),
        only_second=tuple(map(str, second.units.index.difference(common, sort=False))),
        units=moved,
        regrouped=regrouped,
        flows=_flows(moved),
        facilities=facilities,
        leads=leads,
        grids=_compare_grids(first, second, pairs),
        plan=_compare_plans(first, second),
        findings=_compare_findings(first, second, after_of),
        totals=_totals(table, moved, regrouped, facilities, leads),
        adjusted_rand=_adjusted_rand(table),
        comments=() if second.provenance.revision is None else second.provenance.revision.comments,
    )


def match_grids(first: Proposal, second: Proposal, *, by_ids: bool) -> pd.DataFrame:
    """Return pairs of grids as a frame first, second: matched ones in the order of `first`, then those gone, then new ones.

    By residents: the two grids that share most residents go together, then those that share most among the rest, and so
    on; at equal numbers, grids of the same lead or id go first. The answer does not depend on which proposal is first.
    """
    before, after = list(map(str, first.grids.index)), list(map(str, second.grids.index))
    matched = {grid: grid for grid in before if grid in after} if by_ids else _most_shared(first, second)
    rows = [(grid, matched.get(grid, "")) for grid in before]
    rows += [("", grid) for grid in after if grid not in set(matched.values())]
    return pd.DataFrame(rows, columns=["first", "second"], dtype=object)


def _most_shared(first: Proposal, second: Proposal) -> dict[str, str]:
    grid = second.units["grid_id"].reindex(first.units.index)
    people = first.units["population"].clip(lower=1e-6)
    shared = people.groupby([first.units["grid_id"].to_numpy(object), grid.to_numpy(object)]).sum()
    lead_before, lead_after = first.grids["lead_id"], second.grids["lead_id"]
    candidates = [
        (-round(float(count), 3), lead_before[a] != lead_after[b], a != b, min(a, b), max(a, b), a, b)
        for (a, b), count in shared.items()
        if a in first.grids.index and b in second.grids.index
    ]
    matched: dict[str, str] = {}
    taken: set[str] = set()
    for *_, a, b in sorted(candidates):
        if a not in matched and b not in taken:
            matched[str(a)] = str(b)
            taken.add(str(b))
    return matched


def _related(first: Proposal, second: Proposal) -> bool:
    """Tell whether grid ids mean the same in both."""
    names = []
    for proposal in (first, second):
        revision = proposal.provenance.revision
        names.append({*accepted_digests(proposal), *(() if revision is None else (revision.parent,))})
    return bool(names[0] & names[1])


def _unit_table(first: Proposal, second: Proposal, common: pd.Index) -> pd.DataFrame:
    columns: dict[str, Any] = {"name": second.units["name"].loc[common]}
    for name, source in (
        ("population", "population"),
        ("grid", "grid_id"),
        ("lead", "lead_id"),
        ("minutes", "minutes_to_lead"),
    ):
        for side, proposal in (("before", first), ("after", second)):
            values = proposal.units[source].loc[common]
            columns[f"{name}_{side}"] = values.fillna("") if name in ("grid", "lead") else values
    return pd.DataFrame(columns, index=common)


def _flows(moved: pd.DataFrame) -> pd.DataFrame:
    groups = moved.groupby(["grid_before", "grid_after"], sort=True)["population_after"]
    return groups.agg(n_units="size", residents="sum").reset_index()


def _compare_facilities(first: Proposal, second: Proposal, after_of: dict[str, str]) -> pd.DataFrame:
    common = first.facilities.index.intersection(second.facilities.index, sort=False)
    table = pd.DataFrame({name: second.facilities[name].loc[common] for name in ("name", "kind", "beds")})
    for name, source in (("grid", "grid_id"), ("role", "role")):
        for side, proposal in (("before", first), ("after", second)):
            table[f"{name}_{side}"] = proposal.facilities[source].loc[common].fillna("")
    for side, proposal in (("before", first), ("after", second)):
        table[f"lead_{side}"] = table[f"grid_{side}"].map(proposal.grids["lead_id"]).fillna("")
    table["moved"] = (table["lead_before"] != table["lead_after"]).to_numpy(bool)
    table["regrouped"] = _changes_group(table, after_of)
    return table[table["moved"] | table["regrouped"] | (table["role_before"] != table["role_after"])]


def _changes_group(table: pd.DataFrame, after_of: dict[str, str]) -> np.ndarray:
    """Return where the grid after is not the counterpart of the grid before."""
    expected = table["grid_before"].map(lambda grid: after_of.get(grid, "" if grid == "" else None))
    return (expected != table["grid_after"]).to_numpy(bool)


def _compare_leads(first: Proposal, second: Proposal, pairs: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for before, after in pairs.itertuples(index=False):
        told = [
            str(proposal.grids[name].get(grid, ""))
            for name, proposal, grid in (
                ("lead_id", first, before),
                ("lead_name", first, before),
                ("lead_id", second, after),
                ("lead_name", second, after),
            )
        ]
        if told[0] != told[2]:
            rows.append((before, after, *told))
    columns = ["grid_before", "grid_after", "lead_before", "name_before", "lead_after", "name_after"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _compare_grids(first: Proposal, second: Proposal, pairs: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, Any] = {"grid_before": pairs["first"], "grid_after": pairs["second"]}
    for name in GRID_INDICATORS:
        columns[f"{name}_before"] = first.grids[name].reindex(pairs["first"]).to_numpy(float)
        columns[f"{name}_after"] = second.grids[name].reindex(pairs["second"]).to_numpy(float)
    return pd.DataFrame(columns)


def _compare_plans(first: Proposal, second: Proposal) -> pd.DataFrame:
    sides = {
        side: [_number(proposal.scores["plan"].get(name)) for name in PLAN_INDICATORS]
        for side, proposal in (("before", first), ("after", second))
    }
    return pd.DataFrame(sides, index=pd.Index(PLAN_INDICATORS, name="indicator"), dtype=float)


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)


def _totals(
    table: pd.DataFrame, moved: pd.DataFrame, regrouped: pd.DataFrame, facilities: pd.DataFrame, leads: pd.DataFrame
) -> dict[str, float]:
    before, after = table["minutes_before"].to_numpy(float), table["minutes_after"].to_numpy(float)
    people = table["population_after"].to_numpy(float)
    told: dict[str, float] = {}
    for name, units in (("moved", moved), ("regrouped", regrouped)):
        carried = facilities[facilities[name]]
        told |= {
            f"units_{name}": len(units),
            f"residents_{name}": float(units["population_after"].sum()),
            f"facilities_{name}": len(carried),
            f"beds_{name}": float(carried["beds"].where(carried["kind"].isin(HOSPITAL_KINDS)).sum()),
        }
    return {
        **told,
        "residents_nearer": float(people[after < before - _SAME].sum()),
        "residents_farther": float(people[after > before + _SAME].sum()),
        "leads_changed": len(leads),
    }


def _adjusted_rand(table: pd.DataFrame) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(table["grid_before"].astype(str), table["grid_after"].astype(str)))


_FINDING_COLUMNS = [
    "rule", "severity", "subject_kind", "subject_before", "subject_after", "change", "status_before", "status_after",
    "measured_before", "measured_after", "limit", "unit", "message_zh", "message_en",
]  # fmt: skip


def _compare_findings(first: Proposal, second: Proposal, after_of: dict[str, str]) -> pd.DataFrame:
    """Pair findings by rule, subject and place in their order, and return those that changed."""
    before = _numbered(first.findings, lambda grid: after_of.get(grid, f"gone {grid}"))
    after = _numbered(second.findings, str)
    rows = []
    everywhere = _places_of(first.findings), _places_of(second.findings)
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        change = _change(old, new)
        if change is None or (change in ("better", "worse") and _only_elsewhere(old, new, *everywhere)):
            continue
        told = new if new is not None and change != "lost" else old or new
        assert told is not None
        rows.append(
            (
                told.rule, told.severity, told.subject_kind, "" if old is None else old.subject_id, "" if new is None else new.subject_id,
                change, "" if old is None else old.status, "" if new is None else new.status,
                None if old is None else old.measured, None if new is None else new.measured, told.limit, told.unit,
                told.message_zh, told.message_en,
            )
        )  # fmt: skip
    frame = pd.DataFrame(rows, columns=_FINDING_COLUMNS)
    numbers = ["measured_before", "measured_after", "limit"]
    return frame.astype(dict.fromkeys(numbers, float)) if len(frame) else frame


def _numbered(findings: tuple[Finding, ...], rename: Any) -> dict[tuple[str, str, str, int], Finding]:
    found: dict[tuple[str, str, str, int], Finding] = {}
    for finding in findings:
        subject = rename(finding.subject_id) if finding.subject_kind == "grid" else finding.subject_id
        number = 0
        while (key := (finding.rule, finding.subject_kind, subject, number)) in found:
            number += 1
        found[key] = finding
    return found


def _places_of(findings: tuple[Finding, ...]) -> dict[str, set[str]]:
    """Return the units that the violated findings of each rule name, whichever grid they are in."""
    places: dict[str, set[str]] = {}
    for finding in findings:
        if finding.status == "violated":
            places.setdefault(finding.rule, set()).update(finding.places)
    return places


def _only_elsewhere(
    old: Finding | None, new: Finding | None, before: dict[str, set[str]], after: dict[str, set[str]]
) -> bool:
    """Tell whether a finding that counts places only has other ones as they went to another grid, where the same is wrong with them."""
    if old is None or new is None or old.measured != len(old.places) or new.measured != len(new.places):
        return False
    gone, come = set(old.places) - set(new.places), set(new.places) - set(old.places)
    return gone <= after.get(old.rule, set()) and come <= before.get(new.rule, set())


def _change(old: Finding | None, new: Finding | None) -> str | None:
    """Say what became of a finding; None if nothing that matters."""
    was, is_now = old is not None and old.status == "violated", new is not None and new.status == "violated"
    if was != is_now:
        return "gained" if is_now else "lost"
    if old is None or new is None:
        return None
    if old.status != new.status:
        return "changed"
    if not was or _excess(old) == _excess(new):
        return None
    return "worse" if _excess(new) > _excess(old) else "better"


def _excess(finding: Finding) -> float:
    """Return how far a violated rule's measure lies beyond its limit, rounded so that noise does not count."""
    if finding.measured is None:
        return float(len(finding.places))
    beyond = abs(finding.measured) - (finding.limit or 0.0)
    return round(abs(beyond), 9)


def _same(before: pd.Series, after: pd.Series) -> np.ndarray:
    return np.isclose(before.to_numpy(float), after.to_numpy(float), rtol=_SAME, atol=_SAME, equal_nan=True)


def _nothing_in_common() -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="两个有共同规划单元的方案", en="two proposals that have planning units in common"),
        Text(zh="没有一个单元编号相同", en="no unit id that is in both"),
        Text(zh="比较同一地区、同一单元图层的方案。", en="Compare proposals of one place with the same unit layer."),
        field="unit_id",
    )
