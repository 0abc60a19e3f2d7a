"""Why limits cannot hold: which one, by how much, who forces it, and the smallest relaxation proven necessary."""

from __future__ import annotations

import numpy as np

from gridplan.solve.instance import Instance
from gridplan.solve.solution import Explanation
from gridplan.solve.terms import Measures
from gridplan.text import Text


def explain(instance: Instance, measures: Measures) -> tuple[Explanation, ...]:
    """Explanations of one plan."""
    problem = instance.problem
    out: list[Explanation] = []
    if measures.beyond.max(initial=0.0) > 1e-6 * problem.total_population:
        worst = float(measures.deviation.max())
        text = Text(
            zh="人口上下限不能全部满足：最大偏差 {worst:.0%}",
            en="the limits of residents cannot all hold: worst deviation {worst:.0%}",
        ).format(worst=worst)
        out.append(Explanation("balance", text, worst, problem.balance))
    if measures.apart:
        units = tuple(problem.unit_ids[i] for lost in measures.apart.values() for i in lost)
        text = Text(zh="{n} 个单元与其牵头医院不相连", en="{n} units are not connected to their lead").format(
            n=len(units)
        )
        out.append(
            Explanation("edges", text, len(units), 0, None, units, tuple(problem.lead_ids[j] for j in measures.apart))
        )
    if len(measures.blocked_units):
        units = tuple(problem.unit_ids[i] for i in measures.blocked_units)
        text = Text(zh="{n} 个单元只能违反禁配规则", en="{n} units are with a lead that a rule forbids").format(
            n=len(units)
        )
        out.append(Explanation("max_minutes", text, len(units), 0, None, units))
    return tuple(out)


def least_tolerance(instance: Instance, k: int) -> float:
    """Smallest balance tolerance that separate parts of the map and the largest atom leave possible with k grids."""
    problem = instance.problem
    target = problem.total_population / k
    least = float(instance.population.max()) / target - 1.0
    n_parts = int(instance.component.max()) + 1
    people = np.bincount(instance.component, weights=instance.population, minlength=n_parts)
    sites = np.flatnonzero(instance.usable)
    most = [
        len({int(problem.hospital[j]) for j in sites if instance.component[instance.home[j]] == c})
        for c in range(n_parts)
    ]
    parts = [c for c in range(n_parts) if most[c]]
    # spread[q]: least possible worst deviation of the parts looked at so far when they hold q grids.
    spread = {0: 0.0}
    for c in parts:
        after: dict[int, float] = {}
        for used, worst in spread.items():
            for q in range(1, min(most[c], k - used) + 1):
                value = max(worst, abs(float(people[c]) / (q * target) - 1.0))
                after[used + q] = min(value, after.get(used + q, np.inf))
        spread = after
    return max(least, spread.get(k, 0.0))
