"""What was found for each number of grids as the caller sees it: plan, bound and gap, the table of alternatives."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gridplan.solver.assignment import Assignment
from gridplan.solver.attempt import PROVEN, Result
from gridplan.solver.explain.limits import explain
from gridplan.solver.problem import Problem
from gridplan.solver.solution import Explanation, Outcome, Solution, Status
from gridplan.solver.terms import Measures


def package(best: Result, results: list[Result], causes: tuple[Explanation, ...], *, all_tried: bool) -> Solution:
    """Turn results into what the caller sees; `causes` keep the rules from holding."""
    instance, problem = best.instance, best.instance.problem
    lead_ids = np.array(problem.lead_ids, dtype=object)
    plan = pd.Series(lead_ids[best.measures.lead], index=pd.Index(problem.unit_ids, dtype=object), dtype=object)
    bound = None
    if best.feasible and all_tried:
        # Of a number of grids of which nothing is known a plan may be better.
        bounds = [-np.inf if r.bound is None else r.bound for r in results if not r.excluded]
        bound = min(bounds) if min(bounds) > -np.inf else None
        if bound is not None and bound > best.measures.objective >= bound - PROVEN * abs(bound):
            bound = best.measures.objective  # such a difference is rounding
    gap, gap_travel = gaps(best.measures.terms, bound)
    said = (*instance.notes, *explain(instance, best.measures, best.need, best.least_moved))
    explanation = (*causes, *(remark for remark in said if remark.note))
    broken = not best.feasible or bool(causes)
    status: Status = "feasible"
    if broken:
        status = "infeasible" if all_tried and all(result.excluded for result in results) else "unknown"
    elif gap is not None and gap <= PROVEN:
        status = "optimal"
    return Solution(
        Assignment.from_leads(plan),
        Outcome(
            value=best.measures.objective,
            terms=best.measures.terms,
            bound=bound,
            gap=gap,
            gap_travel=gap_travel,
            bound_knows_contiguity=best.with_contiguity,
            status=status,
            explanation=explanation,
        ),
        table(problem, results),
        units_table(problem, results),
    )


def gaps(terms: Mapping[str, float], bound: float | None) -> tuple[float | None, float | None]:
    """(objective - bound) relative to the bound, and relative to the travel term of the plan."""
    if bound is None:
        return None, None
    distance = max(float(sum(terms.values())) - bound, 0.0)
    travel = terms["travel"]
    return (
        distance / abs(bound) if bound else (0.0 if distance == 0 else None),
        distance / travel if travel else (0.0 if distance == 0 else None),
    )


def table(problem: Problem, results: list[Result]) -> pd.DataFrame:
    """One row for each number of grids."""
    rows = []
    for result in sorted(results, key=lambda r: r.k):
        lead, m = result.measures.lead, result.measures
        gap, _ = gaps(m.terms, result.bound if result.feasible else None)
        share = np.nan
        if problem.share_within is not None:
            within = problem.share_within[np.arange(problem.n_units), lead]
            share = float((problem.population * within).sum() / problem.total_population)
        rows.append(
            {
                "k": result.k,
                "leads": ", ".join(problem.lead_ids[j] for j in m.open_leads),
                "objective": m.objective,
                "bound": np.nan if result.bound is None else result.bound,
                "gap": np.nan if gap is None else gap,
                "worst_deviation": float(m.deviation.max()),
                "share_within": share,
                "mean_minutes": m.terms["travel"] / problem.total_population,
                "status": result.status,
            }
            | _held(problem, m)
        )
    return pd.DataFrame(rows)


def _held(problem: Problem, measures: Measures) -> dict[str, float]:
    """The least and the most that a grid has of each activity."""
    held = zip(problem.activities, measures.held, strict=True)
    return {f"{end}_{some.name}": float(of(row)) for some, row in held for end, of in (("least", min), ("most", max))}


def units_table(problem: Problem, results: list[Result]) -> pd.DataFrame:
    """One row for each number of grids and unit: the lead it has there."""
    ids = np.array(problem.lead_ids, dtype=object)
    ordered = sorted(results, key=lambda r: r.k)
    return pd.DataFrame(
        {
            "k": np.repeat([result.k for result in ordered], problem.n_units).astype(np.int64),
            "unit_id": np.tile(np.array(problem.unit_ids, dtype=object), len(ordered)),
            "lead_id": np.concatenate([ids[result.measures.lead] for result in ordered]),
        }
    )
