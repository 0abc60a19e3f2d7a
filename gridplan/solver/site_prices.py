"""What it would cost the whole plan if a chosen lead did not lead, and if another site did: the whole plan solved again each time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from gridplan.solver.choose.local_search import any_set
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.flow import run
from gridplan.solver.improving import lead_positions
from gridplan.solver.instance import build_instance
from gridplan.solver.problem import IntArray, Problem
from gridplan.solver.solution import BREAKS_A_RULE
from gridplan.solver.terms import measure
from gridplan.words.side_by_side import side_by_side

SITE_EFFORT = 0.05
"""Effort of each plan without a lead, or with another."""
SITE_WORK = 20_000_000
"""Atoms times sites times grids, summed over the plans that are solved again."""
NO_SITE_PRICE = ("required", "none", "not_found", "not_tried")
"""Why a site has no price: it must lead; no plan exists; none was found; the work budget or the deadline did not reach it."""


def price_leads(problem: Problem, lead: IntArray, *, seed: int = 0, deadline: Deadline = NEVER) -> pd.DataFrame:
    """Say of every candidate what the plan would lose if it led no more, or led though it was not chosen, with as many grids.

    Parameters
    ----------
    problem
        The rules of the plan, which chooses its leads.
    lead
        (n,) lead position of each unit.
    seed
        As that of `solve`.
    deadline
        When to stop; what was not tried by then has no price.

    Returns
    -------
    pandas.DataFrame
        One row a site, chosen ones first, on index lead_id; empty where every site leads anyway.

        - in_plan: whether it leads
        - price_low, price_high: resident-minutes that the whole plan loses at least and at most; NaN where there is none
        - changed: residents who would have another lead; NaN without a plan
        - instead: sites that lead in place of it, or give way to it, joined by ", "
        - no_price: one of `NO_SITE_PRICE`, "" where there is a price
    """
    opened = np.unique(lead)
    others = np.setdiff1d(np.arange(problem.n_leads), [*opened, *problem.forbidden])
    if not problem.choosing:
        opened, others = opened[:0], others[:0]
    measures, k = measure(problem, lead), len(np.unique(lead))
    fixed = replace(problem, k_min=k, k_max=k)
    left = SITE_WORK // max(problem.n_units * problem.n_leads * k, 1) if measures.holds else 0

    def priced(site: int) -> dict[str, object]:
        chosen = site in opened
        forced = _without(fixed, site) if chosen else _with(fixed, site)
        if deadline.over():
            return {}
        if any_set(build_instance(forced, deadline=deadline), k) is None:
            return {"no_price": "none"}
        found = run(forced, seed=seed, effort=SITE_EFFORT, deadline=deadline, exact=False)
        if found.outcome.status in BREAKS_A_RULE:
            return {"no_price": "none" if found.excluded else "not_tried" if deadline.over() else "not_found"}
        after = lead_positions(problem, found.assignment)
        low = 0.0 if found.bound is None else max(found.bound - measures.objective, 0.0)
        swapped = np.setdiff1d(after, opened) if chosen else np.setdiff1d(opened, after)
        return {
            "price_low": low,
            "price_high": max(found.objective - measures.objective, low),
            "changed": float(problem.population[after != lead].sum()),
            "instead": ", ".join(problem.lead_ids[j] for j in swapped),
            "no_price": "",
        }

    sites = [*opened.tolist(), *others.tolist()]
    free = [site for site in sites if site not in opened or site not in problem.required]
    tried = free[: max(left, 0)]
    found = dict(zip(tried, side_by_side(priced, tried), strict=True))
    rows = [
        {
            "lead_id": problem.lead_ids[site],
            "in_plan": site in opened,
            "price_low": np.nan,
            "price_high": np.nan,
            "changed": np.nan,
            "instead": "",
            "no_price": "not_tried" if site in free else "required",
            **found.get(site, {}),
        }
        for site in sites
    ]
    columns = ["lead_id", "in_plan", "price_low", "price_high", "changed", "instead", "no_price"]
    return pd.DataFrame(rows, columns=columns).set_index("lead_id")


def _without(problem: Problem, site: int) -> Problem:
    """Return the problem in which a site may not lead; units locked to it are free."""
    locked = np.where(problem.locked == site, -1, problem.locked)
    return replace(problem, forbidden=(*problem.forbidden, site), locked=locked)


def _with(problem: Problem, site: int) -> Problem:
    """Return the problem in which a site must lead."""
    return replace(problem, required=tuple(sorted({*problem.required, site})))
