"""What the leads of a plan are worth, in words: what it would cost if one of them did not lead, and if another hospital did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from gridplan.grids.plan import Plan
from gridplan.grids.unit_reasons import told_seconds
from gridplan.ground.city_and_counties import Scope
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.problem import Problem
from gridplan.words.annex_tables import make_annex
from gridplan.words.numbers import listed, people
from gridplan.words.text import Text

_PRICED = {
    True: Text(
        zh="若它不牵头，最好由{x}牵头：总指标变差，折合每位居民 {range}的车程，{p}改换牵头医院。",
        en="Without it {x} would lead at best: {range} a resident on average worse, and {p} would change lead.",
    ),
    False: Text(
        zh="若由它牵头，{x}最好不再牵头：总指标变差，折合每位居民 {range}的车程，{p}改换牵头医院。",
        en="With it {x} would lead no more at best: {range} a resident on average worse, and {p} would change lead.",
    ),
}
_NO_PRICE = {
    "required": Text(zh="按方案文件必须牵头。", en="It has to lead, says the case."),
    "none": Text(zh="网格数不变时，没有这样的合规方案。", en="With as many grids no such plan is within the rules."),
    "not_found": Text(zh="没有找到这样的合规方案。", en="No such plan within the rules was found."),
    "not_tried": Text(zh="没有计算。", en="Not computed."),
}


def explain_sites(
    plan: Plan, problems: Sequence[tuple[Scope, Problem]], *, deadline: Deadline = NEVER
) -> dict[str, pd.DataFrame]:
    """Say of every candidate what the plan would lose if it led no more, or if it led.

    Parameters
    ----------
    plan
        Drawn by the solver.
    problems
        What the solver was asked, scope by scope.
    deadline
        When to stop; what was not tried by then is said.

    Returns
    -------
    dict
        The annex `site_prices`; nothing where no lead was chosen.
    """
    if not problems:
        return {}
    from gridplan.solver.site_prices import price_leads  # brings numba and HiGHS

    names = plan.layers.facilities["name"]
    rows: list[dict[str, Any]] = []
    for _, problem in problems:
        lead = plan.assignment.lead_of_unit.reindex(list(problem.unit_ids)).map(problem.lead_position)
        if lead.isna().any():
            continue
        told = price_leads(problem, lead.to_numpy().astype("int64"), seed=plan.case.solver.seed, deadline=deadline)
        for site, row in told.iterrows():
            said = _said(row, names, problem.total_population)
            rows.append(
                {
                    **{str(key): value for key, value in row.items()},
                    "lead_id": site,
                    "lead_name": names.get(site, site),
                    "in_plan": int(row["in_plan"]),
                    "message_zh": said.zh,
                    "message_en": said.en,
                }
            )
    return {"site_prices": make_annex("site_prices", rows)} if rows else {}


def _said(row: pd.Series, names: pd.Series, residents: float) -> Text:
    if row["no_price"]:
        return _NO_PRICE[row["no_price"]]
    swapped = [str(names.get(site, site)) for site in str(row["instead"]).split(", ")]
    seconds = told_seconds(row["price_low"] / residents, row["price_high"] / residents)
    return _PRICED[bool(row["in_plan"])].format(x=listed(swapped), range=seconds, p=people(row["changed"]))
