"""How far a plan can be from the best possible, in words; a bound is always rounded up."""

from __future__ import annotations

from gridplan.solver.solution import Outcome
from gridplan.words.numbers import rounded_up
from gridplan.words.text import Text


def describe_gap(objective: Outcome) -> Text:
    """Say in words how far from the best possible the plan can be."""
    if objective.status == "given":
        return Text(
            zh="这是给定的方案，未与最优比较。", en="This plan was given; it is not compared with the best possible."
        )
    if objective.status == "infeasible":
        return Text(
            zh="所定的限制不能同时满足，这是找到的最好的连片方案。",
            en="The limits cannot all hold; this is the best connected plan found.",
        )
    if objective.status == "unknown":
        return Text(
            zh="没有找到满足全部限制的方案，也没有证明不存在；这是找到的最好的方案。",
            en="No plan was found that holds all limits, nor is it proven that none exists; this is the best one found.",
        )
    if objective.gap is None:
        return Text(zh="没有证明距最优多远。", en="How far from the best possible is not proven.")
    share = f"{rounded_up(objective.gap, 2):.2%}"
    told = (
        Text(zh="已证明：同样规则下没有更好的方案。{l}。", en="Proven: no plan under these rules is better. {l}.")
        if objective.status == "optimal"
        else Text(zh="距理论最优不超过 {g}。{l}。", en="No plan under these rules can be more than {g} better. {l}.")
    )
    return told.format(g=share, l=left_out(objective))


def left_out(objective: Outcome) -> Text:
    """Say what no bound speaks of, because it is not in the objective: change where it has no price, members, supply."""
    if "moved" in objective.terms:
        return Text(zh="目标不含：成员构成、服务供给", en="Not in the objective: members, supply")
    return Text(zh="目标不含：与现有分组的变动、成员构成、服务供给", en="Not in the objective: change, members, supply")
