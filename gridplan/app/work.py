"""What the worker of the workbench does: the same functions that the commands call, their results as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.words.hearing import tell
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.proposal.comparison import Comparison
    from gridplan.proposal.proposal import Proposal

Item = dict[str, Any]
_SAVING = Text(zh="写出方案和地图", en="Writing the proposal and its map")
CARD = (
    "grids", "units", "population", "mean_minutes", "share_within", "max_deviation", "must", "should", "status", "gap", "stopped",
)  # fmt: skip
"""What `card_of` returns."""
_MOST_FINDINGS = 400


def do(item: Item) -> Any:
    """Do one piece of work: `item["do"]` names it, the rest is what it is given."""
    return _WORK[item["do"]](item)


def warm_up(_item: Item) -> None:
    """Load what every other piece of work needs."""
    import gridplan.intake.input_check
    import gridplan.outputs.proposal_folder
    import gridplan.pipeline  # noqa: F401


def warm_up_to_judge(_item: Item) -> None:
    """Load what all rules together need beside that, before the first edit is judged."""
    for name in ("highspy", "networkx", "scipy.optimize", "scipy.spatial", "sklearn.cluster", "sklearn.metrics"):
        import_module(name)


def look(item: Item) -> dict[str, Any]:
    """Look at the files of a folder: what each is taken for; where there is no case yet, also the text of a first one."""
    from gridplan.app.looking import look_at_folder

    return look_at_folder(Path(item["folder"]), item["language"], redraft=item.get("redraft", False))


def section(item: Item) -> str:
    """Return the section of the case for a layer that is taken for something else."""
    from gridplan.app.looking import section_for

    return section_for(Path(item["folder"]), item["file"], item["layer"], item["role"], item["kind"], item["language"])


def sight(item: Item) -> dict[str, Any]:
    """Return a layer of the case on the ground."""
    from gridplan.app.sight import see_layer

    return see_layer(Path(item["case"]), item["section"], item["doubtful"])


def pair(item: Item) -> dict[str, Any]:
    """Return two rows of institutions that may be one, on the ground."""
    from gridplan.app.two_rows import see_pair

    return see_pair(Path(item["case"]), item["id"], item["target"])


def decided(item: Item) -> dict[str, Any]:
    """Return rows of institutions with what was decided of each."""
    from gridplan.app.rows import decided_rows

    return decided_rows(Path(item["case"]), item["section"], item["first"], item["wanted"])


def leads(item: Item) -> dict[str, Any]:
    """Return the hospitals that may lead, or might, as a table has them."""
    from gridplan.app.rows import lead_rows

    return lead_rows(Path(item["case"]), item["section"], item["sites"])


def check(item: Item) -> dict[str, Any]:
    """Check the inputs, as `gridplan check` does."""
    from gridplan.app.checking import check_folder

    return check_folder(Path(item["case"]), tell)


def check_book(item: Item) -> list[str]:
    """Write what was found as a workbook for whoever supplies the data, as `gridplan check -o` does."""
    from gridplan.intake.input_check import check_inputs, write_report

    return [path.name for path in write_report(Path(item["out"]), check_inputs(Path(item["case"]), progress=tell))]


def plan(item: Item) -> dict[str, Any]:
    """Plan a case, as it stood when it was asked for, into the folder of a version, as `gridplan plan` does."""
    from gridplan.app.studies import asked_case
    from gridplan.pipeline import plan as make_plan

    source, case = Path(item["case"]), asked_case(item)
    return _written(Path(item["out"]), source, lambda progress: make_plan(case, progress=progress), case.language)


def found(item: Item) -> dict[str, Any]:
    """Return what a plan at work has found, on the ground."""
    from gridplan.app.found import draw_found

    return draw_found(item)


def assess(item: Item) -> dict[str, Any]:
    """Judge the grouping in force into the folder of a version, as `gridplan assess` does."""
    from gridplan.case.case import read_case
    from gridplan.pipeline import assess as assess_plan

    source, given = Path(item["case"]), Path(item["given"])
    case = read_case(source)
    return _written(
        Path(item["out"]), source, lambda progress: assess_plan(case, given, progress=progress), case.language
    )


def adjust(item: Item) -> dict[str, Any]:
    """Draw the curve of least change, as `gridplan adjust` does."""
    from gridplan.app.studies import adjust as draw_curve

    return draw_curve(item)


def firmness(item: Item) -> dict[str, Any]:
    """Find out how firm the lines are, as `gridplan firmness` does; its plan becomes a version."""
    from gridplan.app.studies import firmness as measure

    return card_of(measure(item))


def keep_step(item: Item) -> dict[str, Any]:
    """Make a step of the curve of least change a version."""
    from gridplan.app.studies import keep_step as keep

    return card_of(keep(item))


def recheck(item: Item) -> dict[str, Any]:
    """Judge a version with edits by all rules, with or without repair; nothing is written."""
    parent, revised, comparison, _ = _revised(item)
    moved = revised.units["grid_id"][revised.units["grid_id"] != parent.units["grid_id"]]
    return _told_change(parent, revised, comparison) | {"moves": {str(unit): str(grid) for unit, grid in moved.items()}}


def save(item: Item) -> dict[str, Any]:
    """Save a version with edits as another one, as `gridplan revise` does."""
    from gridplan.outputs.proposal_folder import fill_folder, new_folder
    from gridplan.words.run_log import StageLog

    source, out = Path(item["version"]), Path(item["out"])
    with new_folder(out) as new:
        parent, revised, comparison, language = _revised(item)
        log = StageLog(language)
        log(_SAVING)
        tell(_SAVING)
        fill_folder(revised, new, log=log.text(source), comparison=comparison)
    return {**_told_change(parent, revised, comparison), **card_of(revised)}


def compare(item: Item) -> dict[str, Any]:
    """Compare two versions."""
    from gridplan.proposal.comparison import compare_proposals

    first, second = _read(item["first"]), _read(item["second"])
    return _told_change(first, second, compare_proposals(first, second))


def opinions(item: Item) -> dict[str, Any]:
    """Return what reviewers' files want of a version."""
    from gridplan.app.opinions import told_opinions

    return told_opinions(_read(item["version"]), [Path(name) for name in item["files"]])


def combine(item: Item) -> str:
    """Return the edits of all opinions that were adopted as a file of edits holds them."""
    from gridplan.app.opinions import combined_edits
    from gridplan.proposal.edits import edits_text

    files = [Path(name) for name in item["files"]]
    return edits_text(combined_edits(_read(item["version"]), files, item["decisions"]))


def draw(item: Item) -> str:
    """Return the review page of a version, made anew: a page in a folder that came by mail is not trusted."""
    from gridplan.outputs.map.offline import own_file
    from gridplan.outputs.map.page import render_map

    return render_map(_read(item["version"]), host=own_file("hosting.js", "gridplan.app.web"))


def report(item: Item) -> list[str]:
    """Write the documents of a version, as `gridplan report` does."""
    from gridplan.outputs.report.report import report_into

    folder = Path(item["version"])
    written = report_into(folder, progress=tell)
    return [path.relative_to(folder).as_posix() for path in written.files]


def export(item: Item) -> list[str]:
    """Export a version to another system, as `gridplan export` does."""
    from gridplan.outputs.exports.formats import export_into

    folder = Path(item["version"])
    target = folder / "export" / item["format"]
    written = export_into(folder, item["format"], target, audience=item.get("audience", "internal"), progress=tell)
    return [Path(path).relative_to(folder).as_posix() for path in written]


def card_of(proposal: Proposal) -> dict[str, Any]:
    """Return the few figures by which a version is known."""
    plan_scores = proposal.scores["plan"]
    from gridplan.app.plain_told import pair
    from gridplan.solver.explain.stopped import STOPPED

    standing = [finding for finding in proposal.findings if finding.status == "violated"]
    objective = proposal.objective
    return {
        "grids": len(proposal.grids),
        "units": len(proposal.units),
        "population": float(proposal.units["population"].sum()),
        "mean_minutes": _number(plan_scores.get("mean_minutes")),
        "share_within": _number(plan_scores.get("share_within")),
        "max_deviation": _number(plan_scores.get("max_deviation")),
        "must": sum(finding.severity == "must" for finding in standing),
        "should": sum(finding.severity == "should" for finding in standing),
        "status": objective.status,
        "gap": _number(objective.gap),
        "stopped": next((pair(said.message) for said in objective.explanation if said.limit_name == STOPPED), None),
    }


def _written(
    out: Path, source: Path, make: Callable[[Callable[[Text], None]], Proposal], language: Any
) -> dict[str, Any]:
    from gridplan.batch.compiled_once import compile_once
    from gridplan.outputs.proposal_folder import fill_folder, new_folder
    from gridplan.words.run_log import StageLog

    log = StageLog(language)

    def listen(stage: Text) -> None:
        log(stage)
        tell(stage)

    with new_folder(out) as new:
        compile_once()
        proposal = make(listen)
        listen(_SAVING)
        fill_folder(proposal, new, log=log.text(source))
    return card_of(proposal)


def _revised(item: Item) -> tuple[Proposal, Proposal, Comparison, Any]:
    from gridplan.pipeline import revise
    from gridplan.proposal.comparison import compare_proposals
    from gridplan.proposal.edits import parse_edits

    parent = _read(item["version"])
    edits = parse_edits(item["edits"].encode("utf-8"), parent)
    revised = revise(parent, edits, repair=item.get("repair", False), progress=tell)
    return parent, revised, compare_proposals(parent, revised), parent.case.language


def _read(folder: str) -> Proposal:
    """Return a proposal as it stands in a folder; the last ones stay in memory as long as their files are the same."""
    place = Path(folder)
    stamp = tuple(
        (path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(place.iterdir()) if path.is_file()
    )
    return _kept(folder, stamp)


@lru_cache(maxsize=3)
def _kept(folder: str, _stamp: tuple[Any, ...]) -> Proposal:
    from gridplan.proposal.files import read_proposal

    return read_proposal(folder)


def _told_change(first: Proposal, second: Proposal, comparison: Comparison) -> dict[str, Any]:
    plan_rows = comparison.plan[["before", "after"]].to_dict("index")
    findings = comparison.findings.head(_MOST_FINDINGS)
    return {
        "plan": {str(name): [_number(row["before"]), _number(row["after"])] for name, row in plan_rows.items()},
        "must": [card_of(first)["must"], card_of(second)["must"]],
        "should": [card_of(first)["should"], card_of(second)["should"]],
        "totals": {name: _number(value) for name, value in comparison.totals.items()},
        "findings": [
            {
                "rule": row["rule"],
                "severity": row["severity"],
                "change": row["change"],
                "grid": row["subject_after"] if row["subject_kind"] == "grid" else "",
                "units": [row["subject_after"]] if row["subject_kind"] == "unit" and row["subject_after"] else [],
                "message": [row["message_zh"], row["message_en"]],
            }
            for row in findings.to_dict("records")
        ],
        "unchanged": max(0, len(second.findings) - len(comparison.findings)),
        "streets": _moved_streets(comparison, second),
    }


def _moved_streets(comparison: Comparison, second: Proposal) -> list[dict[str, Any]]:
    """Return the moved residents by street and by the leads they come from and go to, most first."""
    units = comparison.units
    if units.empty:
        return []
    lead_names = dict(zip(second.grids["lead_id"], second.grids["lead_name"], strict=True)) | dict(
        zip(second.facilities.index, second.facilities["name"], strict=True)
    )
    frame = units.assign(street=second.units["street"].reindex(units.index).fillna(""))
    rows = []
    for (street, before, after), part in frame.groupby(["street", "lead_before", "lead_after"], sort=False):
        people = part["population_after"]
        rows.append(
            {
                "street": str(street) or "、".join(map(str, part["name"].head(3))),
                "units": len(part),
                "people": float(people.sum()),
                "before": lead_names.get(before, str(before)),
                "after": lead_names.get(after, str(after)),
                "minutes": [_mean(part["minutes_before"], people), _mean(part["minutes_after"], people)],
            }
        )
    return sorted(rows, key=lambda row: -row["people"])


def _mean(minutes: Any, people: Any) -> float | None:
    total = float(people.sum())
    return _number((minutes * people).sum() / total) if total else None


def _number(value: Any) -> float | None:
    import math

    return None if value is None or not math.isfinite(float(value)) else float(value)


_WORK: Mapping[str, Callable[[Item], Any]] = {
    "warm_up": warm_up,
    "warm_up_to_judge": warm_up_to_judge,
    "look": look,
    "section": section,
    "sight": sight,
    "pair": pair,
    "decided": decided,
    "leads": leads,
    "check": check,
    "check_book": check_book,
    "plan": plan,
    "found": found,
    "assess": assess,
    "adjust": adjust,
    "firmness": firmness,
    "keep_step": keep_step,
    "recheck": recheck,
    "save": save,
    "compare": compare,
    "opinions": opinions,
    "combine": combine,
    "draw": draw,
    "report": report,
    "export": export,
}
