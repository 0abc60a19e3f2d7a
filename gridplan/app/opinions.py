"""What reviewers want of a version, opinion by opinion: moves of one street to one grid, a lead, a comment; where they contradict each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.app.contradictions import contradicted, wishes_of
from gridplan.app.plain_told import key_of, pair, plain_problem
from gridplan.proposal.edits import Edits, read_edits
from gridplan.proposal.proposal import Comment, proposal_digest
from gridplan.words.errors import EditsError
from gridplan.words.numbers import counted, people
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal

Opinion = dict[str, Any]
Decisions = Mapping[str, Mapping[str, str]]
"""What was decided on each opinion, by its key: `decision` (adopted, partly, rejected) and `reason`."""


def told_opinions(proposal: Proposal, files: Sequence[Path]) -> dict[str, Any]:
    """Return the opinions of all files made on a proposal, those that contradict others first; files that cannot be used with why."""
    opinions: list[Opinion] = []
    refused = []
    for file in files:
        try:
            edits = read_edits(file, proposal)
        except EditsError as error:
            refused.append({"file": file.name, "problems": [plain_problem(problem) for problem in error.problems]})
        else:
            opinions += _opinions_of(proposal, file.name, edits)
    against = contradicted(opinions)
    for opinion in opinions:
        opinion["conflict"] = any(subject in against for subject, _ in wishes_of(opinion))
    return {"opinions": sorted(opinions, key=lambda one: not one["conflict"]), "refused": refused}


def combined_edits(proposal: Proposal, files: Sequence[Path], decisions: Decisions) -> Edits:
    """Return the edits of all that was adopted, with every opinion as a comment that says what became of it and why.

    Of moves that contradict each other and were both adopted, the later file's holds.
    """
    language = proposal.case.language
    moves: dict[str, str] = {}
    leads: dict[str, str] = {}
    comments = []
    for opinion in sorted(told_opinions(proposal, files)["opinions"], key=lambda one: one["file"]):
        decided = decisions.get(opinion["key"], {})
        if decided.get("decision") == "adopted":
            moves |= dict.fromkeys(opinion["units"], opinion["grid"])
            leads |= {opinion["grid"]: opinion["lead"]} if opinion["lead"] else {}
        said = Text(*opinion["text"]).in_language(language)
        comment = Comment(opinion["subject_kind"], opinion["subject_id"], opinion["author"], said)
        comments.append(
            replace(comment, decision=decided.get("decision", ""), decision_reason=decided.get("reason", ""))
        )
    stay = {unit: str(grid) for unit, grid in proposal.units["grid_id"].items()}
    moved = {unit: grid for unit, grid in moves.items() if stay[unit] != grid}
    return Edits(proposal_digest(proposal), moved, leads, (), tuple(comments))


def _opinions_of(proposal: Proposal, file: str, edits: Edits) -> Iterator[Opinion]:
    author = next((comment.author for comment in edits.comments if comment.author), "") or Path(file).stem
    units = proposal.units
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for unit, grid in edits.moves.items():
        groups[str(units["street_id"].get(unit) or unit), grid].append(unit)
    for (_, grid), moved in groups.items():
        yield _opinion(
            proposal, file, author, "unit", moved[0], _told_move(proposal, moved, grid), units=moved, grid=grid
        )
    for grid, lead in edits.leads.items():
        name = str(proposal.facilities["name"].get(lead, lead))
        said = Text(zh="{g}改由{h}牵头", en="{g} led by {h}").format(g=_grid(proposal, grid), h=name)
        yield _opinion(proposal, file, author, "grid", grid, said, grid=grid, lead=lead)
    for comment in edits.comments:
        said = Text(comment.text, comment.text)
        yield _opinion(proposal, file, comment.author or author, comment.subject_kind, comment.subject_id, said)


def _opinion(
    proposal: Proposal,
    file: str,
    author: str,
    subject_kind: str,
    subject_id: str,
    said: Text,
    *,
    units: Sequence[str] = (),
    grid: str = "",
    lead: str = "",
) -> Opinion:
    return {
        "key": key_of(file, subject_kind, subject_id, said.zh, grid, lead),
        "file": file,
        "author": author,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "text": pair(said),
        "units": list(units),
        "grid": grid,
        "lead": lead,
        "people": float(proposal.units["population"].reindex(list(units)).sum()),
    }


def _told_move(proposal: Proposal, moved: Sequence[str], grid: str) -> Text:
    units = proposal.units
    street = str(units["street"].get(moved[0]) or "")
    whole = street and (units["street"] == street).sum() == len(moved)
    name = street if whole else "、".join(str(units["name"].get(unit, unit)) for unit in moved[:3])
    residents = people(float(units["population"].reindex(list(moved)).sum()))
    if whole:
        return Text(zh="{n}（{p}）划入{g}", en="{n} ({p}) to {g}").format(n=name, p=residents, g=_grid(proposal, grid))
    count = counted(len(moved), "unit", measure="个单元")
    said = Text(zh="{n}等 {c}（{p}）划入{g}", en="{n} and others, {c} ({p}), to {g}")
    return said.format(n=name, c=count, p=residents, g=_grid(proposal, grid))


def _grid(proposal: Proposal, grid: str) -> Text:
    row = proposal.grids.loc[grid]
    return Text(zh="{n}（{h}）", en="{n} ({h})").format(n=str(row["name"]), h=str(row["lead_name"]))
