"""Whether a place can be planned: residents, hospitals that may lead, and a way from one to the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from gridplan.case.case import Case
from gridplan.case.sources import Source
from gridplan.ground.city_and_counties import Scope, scopes_of
from gridplan.ground.formulation import too_few_leads, wanted_k
from gridplan.ground.joined import candidates_in
from gridplan.ground.leads import choose_candidates
from gridplan.layers.layers import Layers
from gridplan.solver.problem import Problem
from gridplan.words.numbers import counted, listed, people
from gridplan.words.problems import Problems
from gridplan.words.text import Text


def tell_unready(layers: Layers, leads: pd.DataFrame, case: Case) -> Problems:
    """Return what keeps a place from being planned, before any minute is measured.

    Parameters
    ----------
    layers : with units complete; leads : graded by scope, see `leads.grade_by_scope`; case : of the whole plan.
    """
    problems = Problems()
    for scope in scopes_of(layers.units, case):
        _tell_nobody(scope, layers, case, problems)
        candidates = candidates_in(scope, leads, layers)
        few = too_few_leads(candidates, scope.case)
        if few is not None:
            problems.append(few)
            continue
        _tell_k_beyond(scope, leads, layers, candidates, problems)
        _tell_more_required(scope, candidates, problems)
    return problems


def tell_unreached(posed: Sequence[tuple[Scope, Problem]], case: Case) -> Problems:
    """Return the residents of each scope who reach none of its hospitals that may lead: an error where that is all of them."""
    source = case.layers.travel_table if case.travel.source == "table" else case.layers.roads
    problems = Problems(source.path if source is not None else "")
    for scope, problem in posed:
        _tell_never_reached(scope, problem, source, problems)
        lost = ~np.isfinite(problem.minutes).any(axis=1) & (problem.population > 0)
        if not lost.any():
            continue
        lives, every = float(problem.population[lost].sum()), bool(lost[problem.population > 0].all())
        names = listed([problem.unit_names[i] for i in np.flatnonzero(lost)], most=5)
        place = _place(scope)
        problems.tell(
            Text(
                zh="{p}的居民能到达至少一家可牵头的医院", en="residents of {p} who reach some hospital that may lead"
            ).format(p=place),
            Text(
                zh="{n} 个单元的 {w}一家也到不了（{names}）",
                en="{w} of {n} who reach none ({names})",
            ).format(n=counted(int(lost.sum()), "unit"), w=people(lives), names=names),
            _NO_WAY if every else _SOME_WAY,
            severity="error" if every else "warning",
            field="minutes",
            values=[problem.unit_ids[i] for i in np.flatnonzero(lost)],
        )
    return problems


_NO_WAY = Text(
    zh="核对道路是否连通、是否对车辆开放，或出行时间表是否含这些医院。",
    en="See whether the roads are joined and open to cars, or the travel table names these hospitals.",
)
_SOME_WAY = Text(
    zh="核对道路、轮渡是否完整；若确实没有通路，方案会写明。",
    en="See whether roads and ferries are complete; where there is no way, the plan says so.",
)


def _tell_never_reached(scope: Scope, problem: Problem, source: Source | None, problems: Problems) -> None:
    """Tell hospitals that may lead and that nobody reaches: the others lead without a word."""
    finite = np.isfinite(problem.minutes)
    lost = ~finite.any(axis=0)
    if not lost.any() or lost.all():
        return
    names = [f"{lead} {name}".strip() for lead, name in zip(problem.lead_ids, problem.lead_names, strict=True)]
    told = [names[i] for i in np.flatnonzero(lost)]
    problems.tell(
        Text(zh="{p}可牵头的医院都有人能到达", en="hospitals of {p} that may lead and that someone reaches").format(
            p=_place(scope)
        ),
        Text(zh="{n}没有人能到达（{s}）", en="{n} that nobody reaches ({s})").format(
            n=counted(len(told), "hospital site", measure="家（院区）"), s=listed(told, most=5)
        ),
        Text(
            zh="它们不会牵头：核对编号、位置、道路和出行时间表；确实如此的话不必理会。",
            en="They will not lead: check their ids, their places, the roads and the travel table.",
        ),
        severity="warning",
        field="minutes",
        values=told,
        file=source.path if source is not None else "",
    )


def _place(scope: Scope) -> Text:
    place = scope.case.place
    return Text(zh=place.name, en=place.name_en or place.name)


def _tell_nobody(scope: Scope, layers: Layers, case: Case, problems: Problems) -> None:
    if round(float(layers.units.loc[scope.units, "population"].sum())) > 0:
        return
    source = case.layers.census or case.layers.population
    problems.tell(
        Text(zh="{p}的居民", en="residents in {p}").format(p=_place(scope)),
        Text(zh="{n} 个单元都是 0 人", en="0 people in all its units ({n})").format(n=len(scope.units)),
        Text(zh="核对人口列和人口图层。", en="Check the population column and the population layer."),
        file=source.path,
        layer=source.layer or "",
        field="population",
    )


def _tell_k_beyond(
    scope: Scope, leads: pd.DataFrame, layers: Layers, candidates: pd.DataFrame, problems: Problems
) -> None:
    """Tell a range of grids, stated by the planner, whose upper end no choice of leads can reach."""
    most, here = wanted_k(scope.case)[1], candidates["hospital_id"].nunique()
    default = (
        scope.case.place.mode == "county" and scope.case.grids.k == type(scope.case.county).model_fields["k"].default
    )
    if scope.case.grids.k is None or default or most <= here:
        return
    stands = layers.facilities["unit_id"].reindex(leads.index)
    able = choose_candidates(leads[stands.isin(scope.units)], scope.case.grids, most)["hospital_id"].nunique()
    needed = Text(zh="{p}至多 {n} 个网格", en="at most {n:grid|grids} in {p}")
    place = _place(scope)
    if able < most:
        remedy = Text(
            zh=f"把 k 的上限写成 {able} 或更小；或核对机构的等级、类别，或用 required_leads 指定更多医院。",
            en=f"Write at most {able} as the upper end of k, check level and kind of the facilities, or name more required_leads.",
        )
        found = Text(
            zh=f"k 到 {most}，可牵头的医院只有 {able} 家",
            en=f"k up to {most}, and {counted(able, 'hospital').en} that may lead",
        )
        problems.tell(needed.format(n=able, p=place), found, remedy, file="case.toml", field="grids.k")
        return
    problems.tell(
        needed.format(n=here, p=place),
        Text(
            zh=f"k 到 {most}；首选档（R-20）的医院有 {here} 家，已够 k 的下限，不再用其他档的医院",
            en=f"k up to {most}; those of the first tiers of R-20 ({counted(here, 'hospital').en}) meet the lower end, so that no others are tried",
        ),
        Text(
            zh="要试更多网格，提高 k 的下限，或用 required_leads 指定医院。",
            en="To try more grids raise the lower end of k, or name required_leads.",
        ),
        severity="warning",
        file="case.toml",
        field="grids.k",
    )


def _tell_more_required(scope: Scope, candidates: pd.DataFrame, problems: Problems) -> None:
    """Tell more hospitals required as leads than there are grids."""
    most = wanted_k(scope.case)[1]
    required = candidates.loc[candidates.index.isin(scope.case.grids.required_leads), "hospital_id"]
    if required.nunique() > most:
        problems.tell(
            Text(
                zh=f"至多 {most} 家必须牵头的医院（k 的上限）",
                en=f"at most {counted(most, 'required lead').en}, the upper end of k",
            ),
            Text(zh="{n} 家（{names}）", en="{n} ({names})").format(
                n=required.nunique(), names=listed(list(map(str, required.index)), most=5)
            ),
            Text(zh="提高 k，或少指定几家。", en="Raise k, or require fewer."),
            file="case.toml",
            field="grids.required_leads",
            values=required.index,
        )
