"""Least change: from the grouping in force to the free optimum, each step a plan of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from gridplan.case.case import Case
from gridplan.ground.city_and_counties import Scope, scopes_of
from gridplan.ground.in_force import leads_in_force
from gridplan.ground.joined import all_candidates, candidates_in, formulate_scopes, join_solutions
from gridplan.pipeline import Posed, Progress, Surveyed, judge_solution, pose_place, survey
from gridplan.proposal.proposal import Proposal
from gridplan.solver.problem import Problem
from gridplan.solver.solution import Solution
from gridplan.solver.tradeoff import Step, elbow_of, trade_off
from gridplan.words.annex_tables import make_annex
from gridplan.words.errors import InputProblem
from gridplan.words.text import Text
from gridplan.words.vocabulary import CURVES, TERMS

_Problems = Sequence[tuple[Scope, Problem]]


@dataclass(frozen=True, eq=False)
class Line:
    """One line of the curve: the case by which its plans are drawn, what the solver was asked, and the steps."""

    name: str
    case: Case
    problems: _Problems
    steps: list[Step]


@dataclass(frozen=True, eq=False)
class Adjustment:
    """The curve of a case: `curve` and `curve_units` as `annex_tables.ANNEXES` declares them, and the plan of each step."""

    case: Case
    curve: pd.DataFrame
    units: pd.DataFrame
    posed: Posed
    _parts: list[tuple[Case, _Problems, Solution]]

    @property
    def told(self) -> tuple[InputProblem, ...]:
        """What is doubtful about the grouping in force, and what of it cannot stay."""
        source = self.case.layers.baseline
        problems = self.posed.place.layers.problems
        return tuple(problem for problem in problems if source is not None and problem.file == source.path)

    def proposals(self) -> Iterator[tuple[str, Proposal]]:
        """Give the folder name and the checked proposal of each step, one at a time."""
        annexes = {"curve": self.curve, "curve_units": self.units}
        for folder, (case, problems, solution) in zip(self.curve["folder"], self._parts, strict=True):
            place = replace(self.posed.place, case=case)
            made = judge_solution(replace(self.posed, place=place, problems=list(problems)), solution)
            yield str(folder), replace(made, annexes={**made.annexes, **annexes})


def adjust(case: Case, *, progress: Progress) -> Adjustment:
    """Draw the curve of a case from its grouping in force: with leads that may change, and with those in force.

    The proposals of its steps do not find out why each unit is where it is; planning one of their cases does.

    Parameters
    ----------
    case
        Of `read_case`; with `layers.baseline`. Its own price and ceiling of change are those of a plan, not of the curve.
    progress
        Called with the name of each stage as it begins.

    Raises
    ------
    LayerError
        If the layers cannot be used, or there is no grouping in force.
    """
    asked = case.changed(change={"price_min": 0.0, "most_share": None}, solver={"reasons": False})
    place = survey(asked, progress=progress)
    stay = asked.changed(change={"leads_stay": True})
    posed = pose_place(place, progress=progress, also=all_candidates(place.layers, place.leads, stay))
    lines = []
    for name, own in [("stay", stay)] if case.change.leads_stay else [("free", asked), ("stay", stay)]:
        if name == "stay" and not _any_lead_stays(posed.place, own):
            continue
        progress(Text(zh="计算调整曲线：{l}", en="Curve of change: {l}").format(l=CURVES[name].label))
        lines.append(_line(name, own, posed))
    return _adjustment(case, posed, lines)


def _any_lead_stays(place: Surveyed, case: Case) -> bool:
    return all(len(candidates_in(s, place.leads, place.layers)) for s in scopes_of(place.layers.units, case))


def _line(name: str, case: Case, posed: Posed) -> Line:
    place = posed.place
    problems = formulate_scopes(place.layers, place.adjacency, posed.travel, place.leads, case)
    settings = case.solver
    steps = trade_off(
        [problem for _, problem in problems],
        points=case.change.points,
        seed=settings.seed,
        effort=settings.effort,
        time_limit_s=settings.time_limit_s,
    )
    return Line(name, case, problems, steps)


def _adjustment(case: Case, posed: Posed, lines: Sequence[Line]) -> Adjustment:
    layers = posed.place.layers
    held = leads_in_force(layers)
    people = layers.units["population"]
    residents = float(people.reindex(held.index).sum())
    rows: list[dict[str, object]] = []
    changed: list[dict[str, object]] = []
    parts: list[tuple[Case, _Problems, Solution]] = []
    for line in lines:
        elbow = elbow_of(line.steps)
        for i, step in enumerate(line.steps):
            number = len(rows) + 1
            solved = [(scope, part) for (scope, _), part in zip(line.problems, step.solutions, strict=True)]
            solution = join_solutions(solved, layers.units.index)
            lead_of_unit = solution.assignment.lead_of_unit
            rows.append(
                {
                    **_measured(step, line.steps[i - 1] if i else None, float(people.sum())),
                    "step": number,
                    "line": line.name,
                    "share_moved": step.moved / residents,
                    "residents_withdrawn": float(people.reindex(held.index[~held.isin(lead_of_unit)]).sum()),
                    "elbow": int(i == elbow),
                    "folder": f"step-{number:02d}",
                }
            )
            changed += _changed(number, lead_of_unit, held)
            parts.append((_case_of(line.case, step, residents), line.problems, solution))
    return Adjustment(case, make_annex("curve", rows), make_annex("curve_units", changed), posed, parts)


def _case_of(case: Case, step: Step, residents: float) -> Case:
    """Return the case by which `plan` draws a step."""
    share = None if step.ceiling is None else step.ceiling / residents
    return case.changed(change={"price_min": step.price, "most_share": share})


def _changed(number: int, lead_of_unit: pd.Series, held: pd.Series) -> list[dict[str, object]]:
    before = held.reindex(lead_of_unit.index).fillna("")
    units = lead_of_unit.index[lead_of_unit != before]
    return [
        {"step": number, "unit_id": unit, "lead_before": before[unit], "lead_id": lead_of_unit[unit]} for unit in units
    ]


def _measured(step: Step, before: Step | None, residents: float) -> dict[str, object]:
    """Return the numbers of a step, and what it costs against the one before."""
    minutes = step.terms["travel"] / residents
    saved = 0.0 if before is None else before.terms["travel"] / residents - minutes
    more = 0.0 if before is None else step.moved - before.moved
    note = Text(zh="", en="") if before is None or saved >= 0 else _paid(before.terms, step.terms)
    return {
        "price_min": step.price,
        "ceiling": step.ceiling,
        "residents_moved": step.moved,
        "mean_minutes": minutes,
        "objective": step.objective,
        "bound": step.bound,
        "gap": step.gap,
        "residents_per_minute": more / saved if saved > 0 else None,
        "note_zh": note.zh,
        "note_en": note.en,
    }


def _paid(before: Mapping[str, float], after: Mapping[str, float]) -> Text:
    """Say which term pays for longer drives."""
    fallen = {name: before[name] - after.get(name, 0.0) for name in before if name != "travel"}
    name = max(fallen, key=lambda term: fallen[term])
    words = TERMS.get(name, Text(zh=name, en=name))
    return Text(zh="平均车程变长，换来：{t}", en="longer drives, paid for by: {t}").format(t=words)
