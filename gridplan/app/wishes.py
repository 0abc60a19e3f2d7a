"""What a planner may wish for: seven questions that are always asked, and every other key of the case in its group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from gridplan.app.plain_told import pair
from gridplan.words.text import Text
from gridplan.words.vocabulary import KINDS, SERVICES, Vocabulary


@dataclass(frozen=True)
class Wish:
    """One question: the key that answers it, how it is asked and what it does.

    `control` says how it is answered: k (one number or from, to), percent, minutes, price, choice, levels. `also` is a second key
    that stands in the same row.
    """

    key: str
    control: str
    question: Text
    does: Text
    choices: tuple[tuple[Any, Text], ...] = ()


_WHOLE = (
    ("street", Text(zh="街道、乡镇", en="streets, townships")),
    ("district", Text(zh="区县", en="districts")),
    ("none", Text(zh="都可拆开", en="none")),
)
_MODES = (
    ("city", Text(zh="城市网格", en="city grids")),
    ("county", Text(zh="县域医共体", en="county communities")),
)
_LEVELS = (
    (3, Text(zh="三级以上", en="tertiary")),
    (2, Text(zh="二级以上", en="secondary and above")),
)
WISHES = (
    Wish(
        "place.mode",
        "choice",
        Text(zh="规划什么", en="What is planned"),
        Text(
            zh="县域的默认值不同：一到两个、60 分钟、二级医院可牵头",
            en="Counties have other defaults: one or two, 60 minutes, secondary hospitals may lead",
        ),
        _MODES,
    ),
    Wish(
        "grids.k",
        "k",
        Text(zh="分成几个网格", en="How many grids"),
        Text(
            zh="写一个数，或从几到几都试一遍、选最好的",
            en="One number, or from and to: all are tried, the best is taken",
        ),
    ),
    Wish(
        "grids.balance",
        "percent",
        Text(zh="网格人口可以偏离平均多少", en="How far a grid's residents may be from the mean"),
        Text(
            zh="没有官方数；超过的每人折算成分钟计入代价，不绝对禁止",
            en="No official number; each resident beyond costs minutes, it is not forbidden",
        ),
    ),
    Wish(
        "grids.keep_whole",
        "choice",
        Text(zh="哪一级不拆开", en="What is kept whole"),
        Text(zh="整个划到一个网格", en="All of it goes to one grid"),
        _WHOLE,
    ),
    Wish(
        "travel.limit_min",
        "minutes",
        Text(zh="到牵头医院多少分钟以内（驾车）", en="Within how many minutes of the lead, by car"),
        Text(
            zh="没有官方数；只用来评分和检查，不限制划分",
            en="No official number; it scores and checks the plan and limits nothing",
        ),
    ),
    Wish(
        "grids.lead_min_level",
        "choice",
        Text(zh="哪些医院可以牵头：等级", en="Who may lead: level"),
        Text(
            zh="另按隶属关系；在右边地图上点选必须或不得牵头的",
            en="and by affiliation; on the map pick those that must or must not",
        ),
        _LEVELS,
    ),
    Wish(
        "change.price_min",
        "price",
        Text(zh="少改动现有分组：每改划一人折几分钟", en="Least change: minutes for each resident who changes lead"),
        Text(zh="不写则不计；要有现有分组的文件", en="Empty: not counted; needs the grouping in force among the files"),
    ),
)
_OPEN = {wish.key for wish in WISHES} | {"grids.required_leads", "grids.forbidden_leads", "rules.waivers"}
_HIDDEN = ("format", "data_folder", "layers", "solver", "basemap", "outputs", "language")
_GROUPS = {
    "place": Text(zh="名称与来源", en="Name and sources"),
    "area": Text(zh="范围", en="Area"),
    "units": Text(zh="规划单元", en="Planning units"),
    "travel": Text(zh="行车与步行", en="Driving and walking"),
    "grids": Text(zh="网格", en="Grids"),
    "change": Text(zh="少改动", en="Least change"),
    "forecast": Text(zh="今后各年", en="Coming years"),
    "firmness": Text(zh="稳固性试算", en="Firmness"),
    "explore": Text(zh="备选方案", en="Other plans"),
    "members": Text(zh="成员单位", en="Members"),
    "county": Text(zh="县域", en="Counties"),
    "rules": Text(zh="检查限值", en="Limits of the checks"),
    "budget": Text(zh="医保总额", en="Budgets"),
    "scenarios": Text(zh="情景", en="Scenarios"),
}
TAGS = {
    "S": Text(zh="政策文件", en="policy text"),
    "V": Text(zh="公开文件", en="public page"),
    "M": Text(zh="默认，待核", en="default, verify"),
    "L": Text(zh="文献", en="literature"),
    "D": Text(zh="默认", en="default"),
    "none": Text(zh="规划假定", en="planning assumption"),
    "": Text(zh="默认", en="default"),
    "own": Text(zh="本市设定", en="set here"),
}
"""What a provenance tag of DOMAIN.md is called; `own`: the planner has set the value."""


def asked(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return the wishes with what the case says, what holds where it says nothing, and where that comes from."""
    fields = dict(_fields())
    shown = [_row(wish.key, fields[wish.key], tree) | _asked_as(wish) for wish in WISHES]
    groups: dict[str, list[dict[str, Any]]] = {}
    for key, field in fields.items():
        group = key.partition(".")[0]
        if key not in _OPEN and group in _GROUPS:
            groups.setdefault(group, []).append(_row(key, field, tree))
    grids, rules = tree.get("grids", {}), tree.get("rules", {})
    return {
        "wishes": shown,
        "groups": [{"key": key, "name": pair(_GROUPS[key]), "rows": rows} for key, rows in groups.items()],
        "required": [str(name) for name in grids.get("required_leads", [])],
        "forbidden": [str(name) for name in grids.get("forbidden_leads", [])],
        "waivers": [dict(waiver) for waiver in rules.get("waivers", [])],
        "scenarios": [_scenario(scenario) for scenario in tree.get("scenarios", []) if isinstance(scenario, Mapping)],
        "changed": count_changed(tree),
    }


def _scenario(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a scenario says: what is out of use, or which facilities are changed."""
    closed = scenario.get("closed")
    changes = scenario.get("changes", [])
    return {
        "name": str(scenario.get("name", "")),
        "links": [str(name) for name in scenario.get("links", [])],
        "lost": [str(name) for name in scenario.get("facilities_lost", [])],
        "closed": str(closed.get("path", "")) if isinstance(closed, Mapping) else "",
        "changes": [_conversion(change) for change in changes if isinstance(change, Mapping)],
    }


def _conversion(change: Mapping[str, Any]) -> dict[str, Any]:
    """Return the other kind ("": as it is) and the other services (None: as they are) of a facility, as keys where they are known."""
    services = change.get("services")
    return {
        "facility": str(change.get("facility", "")),
        "kind": _key(KINDS, change.get("kind", "")),
        "services": None if services is None else [_key(SERVICES, name) for name in services],
    }


def _key(words: Vocabulary, written: Any) -> str:
    return words.find(written) or str(written)


def conversion_words() -> dict[str, list[list[Any]]]:
    """Return the kinds and services that a facility may be given, each with its name."""
    return {
        name: [[key, pair(words.label(key))] for key in words]
        for name, words in (("kinds", KINDS), ("services", SERVICES))
    }


def count_changed(tree: Mapping[str, Any]) -> int:
    """Return how many wishes the case states otherwise than they are by default."""
    rows = [_row(key, field, tree) for key, field in _fields() if key.partition(".")[0] in _GROUPS]
    return sum(row["own"] for row in rows)


def _fields() -> Iterator[tuple[str, Any]]:
    """Yield (key, field) of what can be stated as one value: sections and the parts of lists apart."""
    from gridplan.case.case import documented_fields

    fields = list(documented_fields())
    for key, field in fields:
        inner = any(other.startswith(f"{key}.") for other, _ in fields)
        listed = any(key.startswith(f"{other}.") and _is_list(outer.annotation) for other, outer in fields)
        if (
            not listed
            and key.partition(".")[0] not in _HIDDEN
            and "." in key
            and (not inner or _is_list(field.annotation))
        ):
            yield key, field


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) in (tuple, list, dict) or any(map(_is_list, get_args(annotation)))


def _asked_as(wish: Wish) -> dict[str, Any]:
    return {
        "question": pair(wish.question),
        "does": pair(wish.does),
        "control": wish.control,
        "choices": [[value, pair(name)] for value, name in wish.choices],
    }


_OF_COUNTY = {
    "travel.limit_min": "limit_min",
    "grids.k": "k",
    "grids.lead_min_level": "lead_min_level",
    "grids.lead_admin_levels": "lead_admin_levels",
}
"""Keys for which [county] stands in a county case."""


def _row(key: str, field: Any, tree: Mapping[str, Any]) -> dict[str, Any]:
    from gridplan.case.key_meanings import MEANINGS

    section, _, name = key.partition(".")
    stated = tree.get(section, {})
    value = stated.get(name) if isinstance(stated, Mapping) else None
    fallback = _county_fallbacks(tree).get(key, _plain(field.get_default(call_default_factory=True)))
    own = value is not None and value != fallback and key != "place.name"
    extra = field.json_schema_extra or {}
    tag = str(extra.get("provenance", "")).split(",")[0].strip() if isinstance(extra, Mapping) else ""
    tag = "S" if tag.startswith("S") else tag
    return {
        "key": key,
        "meaning": [MEANINGS.get(key, key), field.description or key],
        "value": value,
        "default": fallback,
        "own": own,
        "tag": "own" if own else tag,
        "tag_name": pair(TAGS["own" if own else tag]),
        "editable": not isinstance(fallback, dict) and not _of_tables(fallback),
    }


def _county_fallbacks(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return what holds in a county case where a key is not stated: what [county] says, or its own defaults; nothing in a city's case."""
    from gridplan.case.sections import County

    place = tree.get("place", {})
    if not (isinstance(place, Mapping) and place.get("mode") == "county"):
        return {}
    stated = tree.get("county", {})
    stated = stated if isinstance(stated, Mapping) else {}
    return {key: _plain(stated.get(name, County.model_fields[name].default)) for key, name in _OF_COUNTY.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, bool | int | float | str | dict) or value is None:
        return value
    return None


def _of_tables(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(part, dict) for part in value)
