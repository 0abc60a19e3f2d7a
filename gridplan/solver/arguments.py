"""The arguments of `Problem.from_arrays`, read and checked: everything that is wrong is told at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridplan.solver.activity import Activity
from gridplan.solver.change import Change
from gridplan.words.errors import ProblemError
from gridplan.words.problems import Problems

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

# Sizes of numbers: smaller ones count as 0, larger ones are refused. Sums of products of them stay numbers.
SMALLEST, LARGEST = 1e-30, 1e30


def read_arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a Problem from the arguments of `Problem.from_arrays`, arrays read-only.

    Raises
    ------
    ProblemError
        If any argument is missing, malformed or contradicts another; all of it at once.
    """
    reader = _ArgumentReader(given)
    fields = reader.run()
    if fields is None or reader.problems:
        raise ProblemError(reader.problems)
    for value in fields.values():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return fields


_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of signs, which no file and no column of text holds."""


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


class _ArgumentReader:
    """Reads the arguments of `Problem.from_arrays`, gathering every problem instead of stopping at the first."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given
        self.problems = Problems()

    def ids(self, name: str) -> tuple[str, ...]:
        values = list(self.given[name])
        self.problems.tell_some(
            [v for v in values if not isinstance(v, str) or not v.strip() or _HALVES.search(v)],
            ("非空文本编号", "ids that are text and not empty"),
            ("请把编号转成文本。", "Turn the ids into text."),
            field=name,
        )
        repeated = [v for v, n in Counter(map(str, values)).items() if n > 1]
        self.problems.tell_some(
            repeated,
            ("不重复的编号", "ids that are all different"),
            ("请删去或改名重复的行。", "Drop or rename the repeated rows."),
            field=name,
        )
        if not values:
            self.problems.tell(
                ("至少一个编号", "at least one id"),
                ("空列表", "an empty list"),
                ("请检查输入图层。", "Check the input layer."),
                field=name,
            )
        return tuple(map(str, values))

    def names(self, field: str, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Names to tell ids by: the id itself where there is none, and beside a name that is not the only one of its kind."""
        given = self.given[field]
        if given is None:
            return ids
        values = [str(value or "").strip() for value in given]
        if len(values) != len(ids):
            self.problems.tell(
                (f"{len(ids)} 个名称", f"{len(ids)} names"),
                (f"{len(values)} 个", f"{len(values)}"),
                ("请按编号的顺序逐一给出。", "Give one for each id, in the order of the ids."),
                field=field,
            )
            return ids
        count = Counter(values)
        named = (v if v and count[v] == 1 else f"{v} {i}".strip() for v, i in zip(values, ids, strict=True))
        return tuple(named)

    def numbers(
        self, name: str, shape: tuple[int, ...], *, low: float = -np.inf, infinite: bool = False
    ) -> FloatArray | None:
        """Read an array of numbers of `shape` (a scalar is spread), at least `low`, without NaN."""
        try:
            given = self.given[name]
            values = np.empty(0) if np.iscomplexobj(given) else np.array(given, dtype=np.float64)
            values = np.broadcast_to(values, shape).copy() if values.ndim == 0 else values
        except (TypeError, ValueError, OverflowError):
            values = np.empty(0)
        if values.shape != shape:
            got = f"{np.shape(self.given[name])}" if values.size else "?"
            self.problems.tell(
                (f"形状为 {shape} 的数字", f"numbers of shape {shape}"),
                (f"形状 {got}", f"shape {got}"),
                ("请按编号的顺序逐一给出。", "Give one for each id, in the order of the ids."),
                field=name,
            )
            return None
        values[np.abs(values) < SMALLEST] = 0.0
        wrong = np.isnan(values) | (values < low) | (False if infinite else np.isinf(values)) | np.isneginf(values)
        wrong |= np.isfinite(values) & (np.abs(values) > LARGEST)
        where = [", ".join(map(str, at)) for at in np.argwhere(wrong).tolist()]
        limit = "" if low == -np.inf else f" >= {low:g}"
        self.problems.tell_some(
            [f"[{at}]" if shape else str(self.given[name]) for at in where],
            (
                f"数字{limit}，绝对值不超过 {LARGEST:g}，不可为空",
                f"numbers{limit}, none missing and none of a size above {LARGEST:g}",
            ),
            ("请改正这些位置的值。", "Mend the values at these positions."),
            field=name,
        )
        return None if where else values

    def scalar(self, name: str, *, low: float = 0.0) -> float | None:
        """Read one optional number, at least `low`."""
        value = self.given[name]
        if value is None:
            return None
        read = self.numbers(name, (), low=low)
        return None if read is None else float(read)

    def positions(self, name: str, values: ArrayLike, shape: tuple[int | None, ...], limit: int) -> IntArray | None:
        """Read positions 0..limit-1."""
        try:
            array = np.asarray(values)
        except (ValueError, OverflowError):
            array = np.empty((), dtype=object)  # rows of unlike lengths
        if array.size == 0 and None in shape:
            return np.zeros(tuple(s or 0 for s in shape), dtype=np.int64)
        good = array.ndim == len(shape) and all(w is None or w == g for w, g in zip(shape, array.shape, strict=True))
        if not good or array.dtype.kind not in "iuf" or (array.dtype.kind == "f" and np.any(array != np.floor(array))):
            want = str(shape).replace("None", "e")
            self.problems.tell(
                (f"形状为 {want} 的整数位置", f"whole positions of shape {want}"),
                (f"形状 {array.shape}，类型 {array.dtype}", f"shape {array.shape}, type {array.dtype}"),
                ("请给出 unit_ids 中的位置（从 0 起）。", "Give positions in unit_ids, from 0."),
                field=name,
            )
            return None
        bad = array[(array < 0) | (array >= limit)].tolist()
        self.problems.tell_some(
            bad,
            (f"0 到 {limit - 1} 之间的位置", f"positions from 0 to {limit - 1}"),
            ("请检查设施是否落在某个单元内。", "Check that each site or edge lies in a unit of the list."),
            field=name,
        )
        return None if bad else array.astype(np.int64)

    def known(self, name: str, values: Iterable[object], ids: Mapping[str, int]) -> list[int]:
        """Positions of ids; the unknown ones are told."""
        listed = list(values)
        self.problems.tell_some(
            sorted({str(v) for v in listed if v not in ids}),
            ("已知的编号", "ids that exist"),
            ("请改成 unit_ids 或 lead_ids 中的编号。", "Use ids of unit_ids or lead_ids."),
            field=name,
        )
        return [ids[v] for v in listed if isinstance(v, str) and v in ids]

    def labels(self, name: str, size: int) -> tuple[IntArray, tuple[str, ...]] | None:
        """Read labels into codes (-1: no label) and their names."""
        values = list(self.given[name])
        if len(values) != size:
            self.problems.tell(
                (f"{size} 个标签", f"{size} labels"),
                (f"{len(values)} 个", f"{len(values)}"),
                ("请按编号的顺序逐一给出。", "Give one for each id, in the order of the ids."),
                field=name,
            )
            return None
        texts = ["" if v is None or (isinstance(v, float) and np.isnan(v)) else str(v) for v in values]
        names = sorted(set(texts) - {""})
        codes = {text: i for i, text in enumerate(names)} | {"": -1}
        return np.array([codes[text] for text in texts], dtype=np.int64), tuple(names)

    def count(self, m: int) -> tuple[int, int]:
        """Read `choose` as (k_min, k_max)."""
        choose = self.given["choose"]
        if choose is None:
            return m, m
        pair = (choose, choose) if _is_whole(choose) else choose
        if not (isinstance(pair, Sequence) and len(pair) == 2 and all(map(_is_whole, pair))):
            self.problems.tell(
                ("k 或 (k_min, k_max)", "k or (k_min, k_max)"),
                (repr(choose), repr(choose)),
                ("请给出整数。", "Give whole numbers."),
                field="choose",
            )
            return 1, max(m, 1)
        low, high = int(pair[0]), int(pair[1])
        if not 1 <= low <= high <= m:
            self.problems.tell(
                (f"1 <= k_min <= k_max <= {m}", f"1 <= k_min <= k_max <= {m}"),
                (repr(choose), repr(choose)),
                ("请减少网格数或增加候选医院。", "Ask for fewer grids or name more candidate sites."),
                field="choose",
            )
            return 1, max(m, 1)
        return low, high

    def run(self) -> dict[str, Any] | None:
        """Return the fields of a Problem, or None when even the sizes are unusable."""
        unit_ids, lead_ids = self.ids("unit_ids"), self.ids("lead_ids")
        n, m = len(unit_ids), len(lead_ids)
        if n == 0 or m == 0:
            return None
        units, leads = {u: i for i, u in enumerate(unit_ids)}, {x: j for j, x in enumerate(lead_ids)}
        fields: dict[str, Any] = {"unit_ids": unit_ids, "lead_ids": lead_ids}
        fields["unit_names"], fields["lead_names"] = (
            self.names("unit_names", unit_ids),
            self.names("lead_names", lead_ids),
        )
        fields |= self._tables(n, m)
        fields["k_min"], fields["k_max"] = self.count(m)
        fields["choosing"] = self.given["choose"] is not None
        for name in (
            "balance",
            "balance_price",
            "max_minutes",
            "max_minutes_price",
            "compactness_price",
            "habit_price",
        ):
            fields[name] = self.scalar(name)
        fields |= self._labels(n, m)
        for name in ("required", "forbidden"):
            given = self.given[name]
            fields[name] = tuple(sorted(set(self.known(name, [given] if isinstance(given, str) else given, leads))))
        fields |= self._choices(n, m, units, leads)
        fields["activities"] = self._activities(n, m)
        fields["change"] = self._change(n, m, units, leads)
        if not self.problems:
            self.contradictions(fields)
        return fields

    def _tables(self, n: int, m: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        fields["population"] = population = self.numbers("population", (n,), low=0.0)
        if population is not None and population.sum() <= 0:
            self.problems.tell(
                ("至少一名居民", "at least one resident"),
                ("总数为 0", "a total of 0"),
                ("请检查人口图层。", "Check the population layer."),
                field="population",
            )
        fields["lead_unit"] = self.positions("lead_unit", self.given["lead_unit"], (m,), n)
        fields["minutes"] = self.numbers("minutes", (n, m), low=0.0, infinite=True)
        edges = self.positions("edges", self.given["edges"], (None, 2), n)
        if edges is not None and len(edges):
            edges = np.unique(np.sort(edges[edges[:, 0] != edges[:, 1]], axis=1), axis=0)
        fields["edges"] = edges
        prices = self.given["lead_price"]
        fields["lead_price"] = np.zeros(m) if prices is None else self.numbers("lead_price", (m,))
        for name, default in (("population_min", 0.0), ("population_max", np.inf)):
            absent = self.given[name] is None
            fields[name] = (
                np.full(m, default) if absent else self.numbers(name, (m,), low=0.0, infinite=name.endswith("max"))
            )
        for name in ("share_within", "habit"):
            fields[name] = None if self.given[name] is None else self.numbers(name, (n, m), low=0.0)
        return fields

    def _activities(self, n: int, m: int) -> tuple[Activity, ...]:
        """Activities with their numbers as arrays, each problem told of the activity that has it."""
        given = list(self.given.get("activities") or ())
        strange = [repr(some) for some in given if not isinstance(some, Activity)]
        names = [some.name for some in given if isinstance(some, Activity)]
        needed = ("不重名的 Activity", "Activity objects, each with a name of its own")
        remedy = ("请用 gridplan.Activity 逐一给出。", "Give each as a gridplan.Activity.")
        repeated = [name for name, n in Counter(names).items() if n > 1 or not str(name).strip()]
        self.problems.tell_some([*strange, *repeated], needed, remedy, field="activities")
        return () if strange else tuple(self._activity(some, n, m) for some in given)

    def _activity(self, activity: Activity, n: int, m: int) -> Activity:
        inner = _ArgumentReader(
            {
                f"activities[{activity.name}].{name}": getattr(activity, name)
                for name in ("amount", "minimum", "maximum", "balance", "price")
            }
        )
        at = f"activities[{activity.name}]."
        amount = inner.numbers(f"{at}amount", (n,), low=0.0)
        least = inner.numbers(f"{at}minimum", (m,), low=0.0)
        most = inner.numbers(f"{at}maximum", (m,), low=0.0, infinite=True)
        read = {name: inner.scalar(f"{at}{name}") for name in ("balance", "price")}
        if least is not None and most is not None:
            inner.problems.tell_some(
                [self.given["lead_ids"][j] for j in np.flatnonzero(least > most)],
                ("下限不高于上限", "a minimum at most the maximum"),
                ("请改正上下限。", "Mend the limits."),
                field=f"{at}minimum",
            )
        self.problems.extend(inner.problems)
        none = np.zeros(0)
        for array in (amount, least, most):
            if array is not None:
                array.setflags(write=False)
        return Activity(
            str(activity.name),
            none if amount is None else amount,
            none if least is None else least,
            none if most is None else most,
            **read,
        )

    def _labels(self, n: int, m: int) -> dict[str, Any]:
        alone = (np.full(n, -1, dtype=np.int64), ())
        whole = alone if self.given["whole"] is None else self.labels("whole", n)
        hospital: tuple[IntArray, tuple[str, ...]] | None
        hospital = (np.full(m, -1, dtype=np.int64), ())
        if self.given["lead_hospital"] is not None:
            hospital = self.labels("lead_hospital", m)
        if whole is None or hospital is None:
            return {}
        codes, names = hospital
        fresh = np.arange(len(names), len(names) + m)
        codes = np.where(codes < 0, fresh, codes)
        return {"whole": whole[0], "whole_names": whole[1], "hospital": codes, "hospital_names": names}

    def _choices(self, n: int, m: int, units: Mapping[str, int], leads: Mapping[str, int]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        locks = dict(self.given["locked"] or {})
        locked = np.full(n, -1, dtype=np.int64)
        self.known("locked", locks, units)
        self.known("locked", locks.values(), leads)
        for unit, lead in locks.items():
            if unit in units and lead in leads:
                locked[units[unit]] = leads[lead]
        fields["locked"] = locked
        barred = np.zeros((n, m), dtype=np.bool_)
        pairs = {u: [x] if isinstance(x, str) else list(x) for u, x in (self.given["barred"] or {}).items()}
        self.known("barred", pairs, units)
        for unit, names in pairs.items():
            where = self.known("barred", names, leads)
            if unit in units:
                barred[units[unit], where] = True
        fields["barred"] = barred
        return fields

    def _change(self, n: int, m: int, units: Mapping[str, int], leads: Mapping[str, int]) -> Change:
        held = dict(self.given["incumbent"] or {})
        self.known("incumbent", held, units)
        incumbent = np.full(n, -1, dtype=np.int64)
        for unit, lead in held.items():
            if unit in units:
                incumbent[units[unit]] = leads.get(lead, m)
        incumbent.setflags(write=False)
        return Change(incumbent, self.scalar("move_price"), self.scalar("most_moved"))

    def contradictions(self, f: Mapping[str, Any]) -> None:
        """Tell which well-formed arguments cannot hold together whatever the plan."""
        lead_ids, unit_ids = f["lead_ids"], f["unit_ids"]
        both = [lead_ids[j] for j in f["required"] if j in f["forbidden"]]
        self.problems.tell_some(
            both,
            ("不同时被禁止的必选医院", "required leads that are not forbidden too"),
            ("请从其中一个列表中删去。", "Take them out of one of the lists."),
            field="required",
        )
        locked = f["locked"]
        self.problems.tell_some(
            [unit_ids[i] for i in np.flatnonzero(locked >= 0) if locked[i] in f["forbidden"]],
            ("锁定到可用医院的单元", "units locked to leads that are not forbidden"),
            ("请改锁定或解除禁止。", "Change the lock or allow the lead."),
            field="locked",
        )
        at = np.flatnonzero(locked >= 0)
        self.problems.tell_some(
            [unit_ids[i] for i in at if f["barred"][i, locked[i]]],
            ("不与锁定相反的禁配", "bars that do not contradict a lock"),
            ("请删去其中之一。", "Drop one of the two."),
            field="barred",
        )
        if f["habit_price"] is not None and (f["habit"] is None or f["habit"].max() > 1.0):
            self.problems.tell(
                ("0 到 1 的占比 habit", "habit, shares of 0 to 1"),
                ("没有，或大于 1", "none, or some above 1"),
                ("请给出占比，或去掉 habit_price。", "Give the shares, or drop habit_price."),
                field="habit",
            )
        over = np.flatnonzero(f["population_min"] > f["population_max"])
        self.problems.tell_some(
            [lead_ids[j] for j in over],
            ("下限不高于上限", "a minimum at most the maximum"),
            ("请改正人口上下限。", "Mend the population limits."),
            field="population_min",
        )
        must = set(f["required"]) if f["choosing"] else set(range(len(lead_ids)))
        must |= set(locked[at].tolist())
        if f["choosing"] and len(must) > f["k_max"]:
            self.problems.tell(
                (f"至多 {f['k_max']} 个必选（含被锁定）的医院", f"at most {f['k_max']} leads required (or locked to)"),
                (str(len(must)), str(len(must))),
                ("请增大 k 或减少必选。", "Raise k or require fewer."),
                field="required",
            )
        if not f["choosing"] and f["forbidden"]:
            self.problems.tell(
                ("choose 给定时才可禁止", "forbidden leads only together with choose"),
                ("choose 为空", "choose is None"),
                ("请给出 choose 或删去这些医院。", "Give choose, or leave these sites out."),
                field="forbidden",
            )
        self._clashes(f, sorted(must))

    def _clashes(self, f: Mapping[str, Any], must: list[int]) -> None:
        """Tell leads that must open and cannot: two of a hospital, two in a unit, or a home given to another."""
        lead_ids, homes, locked = f["lead_ids"], f["lead_unit"], f["locked"]
        for field, key, zh, en in (
            ("lead_hospital", f["hospital"], "每家医院至多一个必开院区", "at most one site a hospital that must lead"),
            ("lead_unit", homes, "每个单元至多一个必开院区", "at most one site a unit that must lead"),
        ):
            count = Counter(int(key[j]) for j in must)
            twice = [lead_ids[j] for j in must if count[int(key[j])] > 1]
            self.problems.tell_some(
                twice,
                (zh, en),
                ("请用 choose 选择，或减少必选。", "Use choose, or require fewer of them."),
                field=field,
            )
        lost = [lead_ids[j] for j in must if locked[homes[j]] not in (-1, j) or f["barred"][homes[j], j]]
        self.problems.tell_some(
            lost,
            ("院区所在单元归该院区", "the home unit of a lead that must open in its own grid"),
            ("请改正所在单元的锁定或禁配。", "Mend the lock or bar of the home unit."),
            field="locked",
        )
        if not f["choosing"]:
            return
        usable = [
            j
            for j in range(len(lead_ids))
            if j not in f["forbidden"] and locked[homes[j]] in (-1, j) and not f["barred"][homes[j], j]
        ]
        most = _most_together(usable, must, f["hospital"], homes)
        if most < f["k_min"]:
            self.problems.tell(
                (
                    f"k_min 至多为 {most}（可用医院、所在单元各计一次）",
                    f"k_min at most {most}: usable hospitals and home units count once",
                ),
                (str(f["k_min"]), str(f["k_min"])),
                ("请减少网格数或增加候选医院。", "Ask for fewer grids or name more candidate sites."),
                field="choose",
            )


def _most_together(usable: list[int], must: list[int], hospital: IntArray, home: IntArray) -> int:
    """Most sites that can lead together: one a hospital and one a unit, those that must lead among them."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import maximum_bipartite_matching

    taken = {int(hospital[j]) for j in must}, {int(home[j]) for j in must}
    free = [j for j in usable if int(hospital[j]) not in taken[0] and int(home[j]) not in taken[1]]
    if not free:
        return len(must)
    _, row = np.unique(hospital[free], return_inverse=True)
    _, column = np.unique(home[free], return_inverse=True)
    pairs = maximum_bipartite_matching(coo_matrix((np.ones(len(free)), (row, column))).tocsr())
    return len(must) + int((pairs >= 0).sum())
