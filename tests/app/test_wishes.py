"""What the wishes say where the case says nothing: in a county case, what [county] says or its own defaults."""

from __future__ import annotations

import tomlkit

from gridplan.app.wishes import asked
from gridplan.case.case import Case

ASKED = ("grids.k", "travel.limit_min", "grids.lead_min_level", "grids.lead_admin_levels")


def shown(text: str) -> dict[str, dict]:
    """Rows of all keys of a case."""
    told = asked(tomlkit.parse(text))
    rows = [*told["wishes"], *(row for group in told["groups"] for row in group["rows"])]
    return {row["key"]: row for row in rows}


def test_what_stands_where_nothing_is_stated_is_what_a_plan_takes():
    for text in (
        '[place]\nname = "甲"\n',
        '[place]\nname = "甲"\nmode = "county"\n',
        '[place]\nname = "甲"\nmode = "county"\n[county]\nlimit_min = 45\nk = [1, 3]\n',
    ):
        layers = {
            "population": {"kind": "table", "path": "p"},
            "units": {"path": "u"},
            "roads": {"path": "r"},
            "facilities": [{"path": "f"}],
        }
        case = Case.model_validate({"format": "gridplan-case/1", "layers": layers} | tomlkit.parse(text).unwrap())
        rows = shown(text)
        for key in ASKED:
            section, name = key.split(".")
            held = getattr(getattr(case, section), name)
            assert rows[key]["default"] == (list(held) if isinstance(held, tuple) else held), key
            assert not rows[key]["own"]


def test_what_a_city_has_by_default_is_a_setting_of_its_own_in_a_county():
    county = '[place]\nname = "甲"\nmode = "county"\n[travel]\nlimit_min = 30\n'
    row = shown(county)["travel.limit_min"]
    assert (row["value"], row["default"], row["own"]) == (30, 60.0, True)
    assert not shown(county.replace("county", "city"))["travel.limit_min"]["own"]
