"""edits.json: what a reviewer changed on the map. It comes by mail from strangers, so nothing in it is trusted.

The format is told in docs/en/formats/edits.md.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.proposal.proposal import Comment, Proposal, Revision, accepted_digests, proposal_digest
from gridplan.solver.assignment import Assignment
from gridplan.words.errors import EditsError, InputProblem
from gridplan.words.kinds import need_kind, need_path
from gridplan.words.nearest import did_you_mean
from gridplan.words.problems import Problems
from gridplan.words.signs import has_hidden
from gridplan.words.small_files import NotJsonError, parse_json, read_whole, told_reason
from gridplan.words.text import Text
from gridplan.words.writing import replaced_file

FORMAT = "gridplan-edits/1"
MAX_BYTES = 8_000_000
MAX_ID = 200
MAX_AUTHOR = 80
MAX_TEXT = 2_000
MAX_COMMENTS = 2_000
MAX_TOLD = 40
"""Problems told at most."""
SUBJECTS = ("plan", "grid", "unit", "facility")
_KEYS = ("format", "proposal", "moves", "leads", "locks", "comments")
_REQUIRED = ("format", "proposal")
_COMMENT_KEYS = ("subject_kind", "subject_id", "author", "text", "decision", "decision_reason")
DECISIONS = ("", "adopted", "partly", "rejected")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_LINES = frozenset("\n\t")
_CORRECT = Text(zh="改正，或在地图中重新保存修改。", en="Correct it, or save the edits from the map again.")


@dataclass(frozen=True)
class Edits:
    """A reviewer's wishes, all ids known to the proposal.

    Parameters
    ----------
    proposal
        `proposal_digest` of the proposal they were made on.
    moves
        Unit id -> grid id.
    leads
        Grid id -> lead id (a candidate site).
    locks
        Ids of units that stay where they are.
    comments
        Plain text, pinned to a subject.

    Examples
    --------
    >>> gp.Edits(gp.proposal_digest(proposal), locks=("u1",)).locks
    ('u1',)
    """

    proposal: str
    moves: Mapping[str, str] = field(default_factory=dict)
    leads: Mapping[str, str] = field(default_factory=dict)
    locks: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()

    def without_authors(self) -> Edits:
        """Return the same wishes with comments that name nobody, for a plan that is handed out.

        Returns
        -------
        Edits
            A revision made with them holds the words of the comments, and not who wrote them.

        Examples
        --------
        >>> edits = gp.Edits(gp.proposal_digest(proposal))
        >>> edits.without_authors() == edits
        True
        """
        return replace(self, comments=tuple(replace(comment, author="") for comment in self.comments))


def read_edits(path: str | Path, proposal: Proposal) -> Edits:
    """Read a file of edits made on `proposal`.

    Parameters
    ----------
    path
        The edits.json that a reviewer saved from the map.
    proposal
        The proposal the map was made of.

    Returns
    -------
    Edits
        What `revise` applies; every id in it is one of the proposal.

    Raises
    ------
    ArgumentError
        If `path` is no path, or `proposal` is no proposal.
    EditsError
        If the file cannot be read, is not of the format, was made on another proposal, or names ids that this one does
        not have. All problems are told together; ids are looked up only if the edits belong to the proposal.

    Examples
    --------
    >>> unit, grid = proposal.units.index[0], proposal.grids.index[-1]
    >>> edits = {"format": "gridplan-edits/1", "proposal": gp.proposal_digest(proposal), "moves": {unit: grid}}
    >>> _ = Path("edits.json").write_text(json.dumps(edits), encoding="utf-8")
    >>> gp.read_edits("edits.json", proposal).moves == {unit: grid}
    True
    """
    need_path(path, "path")
    need_kind(proposal, Proposal, "proposal")
    path = Path(path)
    try:
        content = read_whole(path, MAX_BYTES)
    except OSError as error:
        needed = Text(zh="可以读取的修改文件", en="a file of edits that can be read")
        raise EditsError(InputProblem("error", needed, told_reason(error), _CORRECT, file=path.name)) from None
    return parse_edits(content, proposal, file=path.name)


def parse_edits(content: bytes, proposal: Proposal, *, file: str = "edits.json") -> Edits:
    """Return checked edits from the bytes of a file; see `read_edits`.

    Raises
    ------
    EditsError
        If anything in it cannot be used; all problems are told together.
    """
    reader = _EditsReader(file)
    edits = reader.read(content, proposal)
    if edits is None or reader.problems:
        raise EditsError(reader.problems[:MAX_TOLD])
    return edits


def apply_edits(proposal: Proposal, edits: Edits) -> Assignment:
    """Return the assignment after the edits; grids keep their ids and their order.

    New leads first, then moves. A grid without units left is gone. Units that were in no grid stay out unless moved.
    """
    lead_of_grid = {str(grid): str(lead) for grid, lead in proposal.grids["lead_id"].items()} | dict(edits.leads)
    grid_of_unit = proposal.units["grid_id"].fillna("").astype(object).copy()
    grid_of_unit.loc[list(edits.moves)] = list(edits.moves.values())
    inside = grid_of_unit[grid_of_unit != ""]
    lead_of_unit = pd.Series(inside.map(lead_of_grid), dtype=object).rename_axis("unit_id").rename("lead_id")
    left = set(inside)
    return Assignment(lead_of_unit, {lead: grid for grid, lead in lead_of_grid.items() if grid in left})


def record_revision(parent: Proposal, judged: Proposal, edits: Edits, *, repaired: bool) -> Proposal:
    """Return the edited plan, as judged, as the successor of its parent: same ground, with what moved on record."""
    before = parent.units["grid_id"].fillna("")
    moved = judged.units["grid_id"] != before
    lead_before = parent.grids["lead_id"].reindex(judged.grids.index)
    changed = (judged.grids["lead_id"] != lead_before) & lead_before.notna()
    revision = Revision(
        parent=proposal_digest(parent),
        repaired=repaired,
        moved={str(unit): str(grid) for unit, grid in before[moved].items()},
        leads={str(grid): str(lead) for grid, lead in lead_before[changed].items()},
        locks=edits.locks,
        comments=edits.comments,
    )
    return replace(
        judged,
        units=judged.units.set_geometry(parent.units.geometry),
        facilities=judged.facilities.set_geometry(parent.facilities.geometry),
        roads=parent.roads,
        barriers=parent.barriers,
        adjacency=parent.adjacency,
        minutes=parent.minutes,
        cells=parent.cells,
        provenance=replace(judged.provenance, revision=revision),
    )


def undone_moves(edits: Edits, repaired: Proposal) -> tuple[str, ...]:
    """Return the units that a reviewer moved and that a repair put elsewhere."""
    grid = repaired.units["grid_id"]
    return tuple(unit for unit, wanted in edits.moves.items() if grid[unit] != wanted)


def edits_text(edits: Edits) -> str:
    """Return what a file of edits says, as the review map saves it."""
    told = {
        "format": FORMAT,
        "proposal": edits.proposal,
        "moves": dict(edits.moves),
        "leads": dict(edits.leads),
        "locks": list(edits.locks),
        "comments": [_without_empty(asdict(comment)) for comment in edits.comments],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def write_edits(edits: Edits, path: str | Path) -> None:
    """Write a file of edits."""
    with replaced_file(path) as beside:
        beside.write_text(edits_text(edits), encoding="utf-8", newline="\n")


def _without_empty(comment: dict[str, str]) -> dict[str, str]:
    """Return a comment as the map writes it; what became of it only where that is known."""
    return {key: value for key, value in comment.items() if value or not key.startswith("decision")}


class _EditsReader:
    """Reads a file of edits, gathering every problem instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.problems = Problems(file)

    def read(self, content: bytes, proposal: Proposal) -> Edits | None:
        tree = self._tree(content)
        if tree is None:
            return None
        given = tree.get("format")
        if given != FORMAT:
            self.problems.tell((FORMAT, FORMAT), _one(given), _CORRECT, field="format")
            return None
        self._keys(tree, _KEYS, _REQUIRED, "")
        moves, leads = self._mapping(tree, "moves"), self._mapping(tree, "leads")
        locks, comments = self._locks(tree), self._comments(tree)
        if self._belongs(tree, proposal):
            self._look_up(proposal, moves, leads, locks, comments)
        return Edits(str(tree.get("proposal")), moves, leads, locks, comments)

    def _tree(self, content: bytes) -> dict[str, Any] | None:
        if len(content) > MAX_BYTES:
            most = f"{MAX_BYTES / 1e6:g} MB"
            self.problems.tell(
                (f"不超过 {most} 的文件", f"a file of at most {most}"),
                ("更大的文件", "a larger one"),
                _CORRECT,
                field="",
            )
            return None
        repeated: list[str] = []

        def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            tree = dict(pairs)
            if len(tree) < len(pairs):
                repeated.extend(_twice(name for name, _ in pairs))
            return tree

        try:
            tree = parse_json(content, object_pairs_hook=once, parse_constant=_no_constant)
        except NotJsonError as error:
            found = error.told.zh, error.told.en
            self.problems.tell(("UTF-8 编码的 JSON", "JSON in UTF-8"), found, _CORRECT, field="")
            return None
        if repeated:
            self.problems.tell_some(map(_shown, repeated), ("每个键只写一次", "each key once"), _CORRECT, field="")
        if not isinstance(tree, dict):
            self.problems.tell(("一个 JSON 对象", "a JSON object"), _one(tree), _CORRECT, field="")
            return None
        return tree

    def _keys(self, tree: dict[str, Any], known: tuple[str, ...], required: tuple[str, ...], at: str) -> None:
        for name in tree:
            if name not in known:
                remedy = did_you_mean([_shown(name)], known) or _CORRECT
                self.problems.tell(("已知的键", "a known key"), _one(name), remedy, field=f"{at}{_shown(name)}")
        for name in required:
            if name not in tree:
                self.problems.tell(
                    (f"键 {name}", f"the key {name}"), ("没有写", "nothing"), _CORRECT, field=f"{at}{name}"
                )

    def _mapping(self, tree: dict[str, Any], name: str) -> dict[str, str]:
        given = tree.get(name, {})
        if not isinstance(given, dict):
            self.problems.tell(("对象 {编号: 编号}", "an object {id: id}"), _one(given), _CORRECT, field=name)
            return {}
        good = {key: value for key, value in given.items() if _is_id(key) and _is_id(value)}
        bad = [f"{key}: {value}" for key, value in given.items() if key not in good]
        self.problems.tell_some(map(_shown, bad), _ID_NEEDED, _CORRECT, field=name)
        return good

    def _locks(self, tree: dict[str, Any]) -> tuple[str, ...]:
        given = tree.get("locks", [])
        if not isinstance(given, list):
            self.problems.tell(("单元编号的列表", "a list of unit ids"), _one(given), _CORRECT, field="locks")
            return ()
        self.problems.tell_some(
            map(_shown, [value for value in given if not _is_id(value)]), _ID_NEEDED, _CORRECT, field="locks"
        )
        return tuple(dict.fromkeys(value for value in given if _is_id(value)))

    def _comments(self, tree: dict[str, Any]) -> tuple[Comment, ...]:
        given = tree.get("comments", [])
        if not isinstance(given, list):
            self.problems.tell(("意见的列表", "a list of comments"), _one(given), _CORRECT, field="comments")
            return ()
        if len(given) > MAX_COMMENTS:
            needed = (f"不超过 {MAX_COMMENTS} 条意见", f"at most {MAX_COMMENTS} comments")
            self.problems.tell(needed, (f"{len(given)} 条", f"{len(given)}"), _CORRECT, field="comments")
            return ()
        read = [self._comment(comment, f"comments[{i}].") for i, comment in enumerate(given)]
        return tuple(comment for comment in read if comment is not None)

    def _comment(self, given: Any, at: str) -> Comment | None:
        if not isinstance(given, dict):
            self.problems.tell(("一个 JSON 对象", "a JSON object"), _one(given), _CORRECT, field=at[:-1])
            return None
        before = len(self.problems)
        self._keys(given, _COMMENT_KEYS, ("subject_kind", "text"), at)
        kind, subject = given.get("subject_kind"), given.get("subject_id", "")
        if "subject_kind" in given and kind not in SUBJECTS:
            listed = ", ".join(SUBJECTS)
            self.problems.tell(
                (f"其中之一：{listed}", f"one of {listed}"), _one(kind), _CORRECT, field=f"{at}subject_kind"
            )
        if not (_is_id(subject) or (kind == "plan" and subject == "")):
            self.problems.tell(_ID_NEEDED, _one(subject), _CORRECT, field=f"{at}subject_id")
        author = self._words(given.get("author", ""), f"{at}author", MAX_AUTHOR, lines=False)
        text = self._words(given.get("text", ""), f"{at}text", MAX_TEXT, lines=True)
        if "text" in given and text == "":
            self.problems.tell(("不为空的文字", "words"), ("空白", "none"), _CORRECT, field=f"{at}text")
        decision = given.get("decision", "")
        if decision not in DECISIONS:
            listed = ", ".join(filter(None, DECISIONS))
            self.problems.tell(
                (f"其中之一：{listed}", f"one of {listed}"), _one(decision), _CORRECT, field=f"{at}decision"
            )
        reason = self._words(given.get("decision_reason", ""), f"{at}decision_reason", MAX_TEXT, lines=True)
        if len(self.problems) > before:
            return None
        return Comment(str(kind), str(subject), author or "", text or "", str(decision), reason or "")

    def _words(self, given: Any, at: str, most: int, *, lines: bool) -> str | None:
        """Return plain words without control characters, or None with the problem told."""
        if not isinstance(given, str):
            self.problems.tell(("文字", "text"), _one(given), _CORRECT, field=at)
            return None
        words = _LINE_ENDS.sub("\n", given).strip()
        if len(words) > most:
            self.problems.tell(
                (f"不超过 {most} 字", f"at most {most} characters"),
                (f"{len(words)} 字", f"{len(words)}"),
                _CORRECT,
                field=at,
            )
            return None
        if has_hidden(words) or not (lines or _LINES.isdisjoint(words)):
            self.problems.tell(
                ("不含控制字符的文字", "text without control characters"), _one(words), _CORRECT, field=at
            )
            return None
        return words

    def _belongs(self, tree: dict[str, Any], proposal: Proposal) -> bool:
        own, given = proposal_digest(proposal), tree.get("proposal")
        if "proposal" not in tree:
            return False
        if isinstance(given, str) and given in accepted_digests(proposal):
            return True
        self.problems.tell(
            (f"在本方案（{own[:8]}…）上所做的修改", f"edits made on this proposal ({own[:8]}…)"),
            _one(given),
            Text(
                zh="这些修改是在另一个方案的地图上做的：用那个方案的文件夹，或在本方案的地图上重做。",
                en="They were made on the map of another proposal: name its folder, or make them again on this map.",
            ),
            field="proposal",
        )
        return False

    def _look_up(
        self,
        proposal: Proposal,
        moves: dict[str, str],
        leads: dict[str, str],
        locks: tuple[str, ...],
        comments: tuple[Comment, ...],
    ) -> None:
        units, grids = set(proposal.units.index), set(proposal.grids.index)
        sites = set(proposal.minutes["lead_id"])
        unit_ids = ("本方案的单元编号", "unit ids of this proposal")
        grid_ids = ("本方案的网格编号", "grid ids of this proposal")
        self._known("moves", moves, units, unit_ids)
        self._known("moves", moves.values(), grids, grid_ids)
        self._known("leads", leads, grids, grid_ids)
        self._known("leads", leads.values(), sites, ("候选牵头医院的编号", "ids of candidate lead hospitals"))
        self._known("locks", locks, units, unit_ids)
        subjects = {"unit": units, "grid": grids, "facility": set(proposal.facilities.index)}
        for kind, known in subjects.items():
            pinned = [comment.subject_id for comment in comments if comment.subject_kind == kind]
            self._known(
                "comments.subject_id", pinned, known, (f"本方案的编号（{kind}）", f"ids of this proposal ({kind})")
            )
        leading = {str(grid): str(lead) for grid, lead in proposal.grids["lead_id"].items()} | leads
        twice = _twice(lead for grid, lead in leading.items() if grid in grids)
        self.problems.tell_some(
            map(_shown, twice),
            ("每家医院至多牵头一个网格", "a hospital that leads one grid at most"),
            _CORRECT,
            field="leads",
        )

    def _known(self, name: str, given: Iterable[str], known: set[str], needed: tuple[str, str]) -> None:
        strange = [value for value in dict.fromkeys(given) if value not in known]
        remedy = did_you_mean(map(_shown, strange), sorted(known)) or _CORRECT
        self.problems.tell_some(map(_shown, strange), needed, remedy, field=name)


_ID_NEEDED = (f"1 至 {MAX_ID} 字的文本编号", f"ids that are text of 1 to {MAX_ID} characters")


def _is_id(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_ID and not has_hidden(value) and _LINES.isdisjoint(value)


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, n in Counter(names).items() if n > 1)


def _no_constant(name: str) -> Any:
    raise NotJsonError(Text(zh=f"JSON 中没有的数 {name}", en=f"{name}, which is no number of JSON"))


def _shown(value: object) -> str:
    """Return a short, harmless rendering of a value: at most 60 characters, control characters spelled out."""
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    text = text[:60] + ("…" if len(text) > 60 else "")
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def _one(value: object) -> tuple[str, str]:
    shown = _shown(value)
    return shown or "空白", shown or "nothing"
