"""Why limits cannot hold: which one, by how much, who forces it, and the smallest relaxation that is proven necessary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gridplan.solve.instance import Instance
from gridplan.solve.solution import Explanation
from gridplan.solve.terms import Measures
from gridplan.text import Text


def explain(instance: Instance, measures: Measures, results: Sequence[Any]) -> tuple[Explanation, ...]:
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
