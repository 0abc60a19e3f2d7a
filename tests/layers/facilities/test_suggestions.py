"""Rows of a map service that show one institution are suggested with evidence; by general words, in any city."""

from __future__ import annotations

from collections.abc import Iterable
from math import comb
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.layers.facilities.suggestions import CONFIDENCES, DECISIONS, ROLES, suggest_merges
from tests.layers import wuhan_hospitals

PLACE = ["云州市第九医院", "云州市儿童医院", "云州市第八医院", "江口区中医院", "江口区疗养院", "江口区第二医院"]
"""Names far away from all others that tell the place names of the city."""


def table(*rows: tuple[str, float, float], addresses: dict[str, str] | None = None, listed: int = 0) -> pd.DataFrame:
    """Rows (name, x, y) in metres; the index is R1, R2, ...; the first `listed` of them are an official list."""
    away = [(name, 50_000.0 + 9_000 * at, 90_000.0) for at, name in enumerate(PLACE)]
    frame = pd.DataFrame([*rows, *away], columns=["name", "x", "y"])
    frame.index = pd.Index([f"R{at}" for at in range(1, len(frame) + 1)])
    frame["address"] = [(addresses or {}).get(name, "") for name in frame["name"]]
    frame["phone"], frame["category"], frame["listed"] = "", "", [at < listed for at in range(len(frame))]
    return frame


def told(suggested: pd.DataFrame, row: str) -> tuple[str, str, str, str]:
    role, decision, target, confidence = suggested.loc[row, ["role", "decision", "target", "confidence"]]
    return str(role), str(decision), str(target), str(confidence)


def test_gates_buildings_departments_and_repeats_belong_to_the_hospital() -> None:
    suggested = suggest_merges(
        table(
            ("云州仁爱医院", 0, 0),
            ("仁爱医院", 30, 10),
            ("岭东大学医学院附属仁爱医院3号楼", 60, -20),
            ("仁爱医院-急诊", 90, 0),
            ("仁爱医院南门", 20, 70),
        )
    )
    assert told(suggested, "R1")[:3] == ("duplicate", "merge", "R2")
    assert told(suggested, "R2")[:2] == ("whole", "keep")
    assert told(suggested, "R3") == ("building", "merge", "R2", "high")
    assert told(suggested, "R4") == ("department", "merge", "R2", "high")
    assert told(suggested, "R5") == ("gate", "merge", "R2", "high")
    assert suggested.loc["R4", "distance_m"] == pytest.approx(np.hypot(60, 10))
    assert "仁爱医院" in suggested.loc["R4", "reason"].zh


def test_a_campus_keeps_its_row_and_names_its_parent() -> None:
    suggested = suggest_merges(
        table(
            ("仁爱医院", 0, 0),
            ("仁爱医院急诊", 50, 0),
            ("仁爱医院(湖滨院区)", 7_000, 0),
            ("仁爱医院湖滨院区住院部", 7_050, 0),
            ("仁爱医院梧桐路门诊部", 0, 6_000),
            ("仁爱医院", 0, -9_000),
        )
    )
    assert told(suggested, "R3") == ("campus", "campus", "R1", "high")
    assert told(suggested, "R4")[:3] == ("building", "merge", "R3")
    assert told(suggested, "R5") == ("outpost", "campus", "R1", "medium")
    assert told(suggested, "R6") == ("campus", "keep", "R1", "low"), "a single point is a hint, not a merge"


def test_two_names_on_one_ground_are_one_hospital_and_a_single_point_is_only_a_hint() -> None:
    ground = [("云州市第三医院", 0.0, 0.0), ("云州市第三医院住院部", 80.0, 0.0), ("云州市第三医院门诊楼", 160.0, 0.0)]
    two = suggest_merges(table(*ground, ("博济医院", 20, 0), ("博济医院体检中心", 90, 0)))
    assert told(two, "R4") == ("duplicate", "merge", "R1", "medium")
    assert "2/2" in two.loc["R4", "reason"].zh
    one = suggest_merges(table(*ground, ("博济医院", 20, 0)))
    assert told(one, "R4") == ("whole", "keep", "R1", "low")


def test_the_first_and_the_second_hospital_of_a_city_stay_two_on_one_ground() -> None:
    rows = [
        (f"云州市第{n}医院{part}", at, y) for n, y in (("一", 0), ("二", 20)) for at, part in ((0, ""), (50, "急诊"))
    ]
    suggested = suggest_merges(table(*rows))
    assert list(suggested["target"].head(4)) == ["", "R1", "R1", "R3"]
    assert list(suggested["decision"].head(4)) == ["keep", "merge", "keep", "merge"]


def test_signboards_and_wings_are_not_the_hospital() -> None:
    suggested = suggest_merges(
        table(
            ("仁爱医院", 0, 0),
            ("仁爱医院医联体医院", 5_000, 0),
            ("仁爱医院河口医院", 9_000, 0),
            ("云州市医保定点医院", 10, 10),
        )
    )
    assert told(suggested, "R2")[:3] == ("signboard", "leave_out", "")
    assert told(suggested, "R3")[:3] == ("whole", "keep", "")
    assert told(suggested, "R4")[:2] == ("signboard", "leave_out")


def test_an_unfinished_name_goes_to_the_nearest_that_completes_it() -> None:
    suggested = suggest_merges(
        table(
            ("云州市第三医院", 0, 0),
            ("江口区第三医院", 9_000, 0),
            ("第三医院急诊中心", 9_100, 0),
            ("三医院东楼", 90, 0),
        )
    )
    assert told(suggested, "R3") == ("department", "merge", "R2", "medium")
    assert told(suggested, "R4") == ("building", "merge", "R1", "medium")


def test_rows_without_an_institution_follow_their_address_unless_it_says_beside() -> None:
    addresses = {"胸痛中心": "滨河路8号云州仁爱医院内", "发热门诊": "滨河路云州仁爱医院对面"}
    suggested = suggest_merges(
        table(("云州仁爱医院", 0, 0), ("胸痛中心", 50, 0), ("发热门诊", 60, 0), addresses=addresses)
    )
    assert told(suggested, "R2") == ("department", "merge", "R1", "medium")
    assert told(suggested, "R3")[1] == "leave_out"


def test_health_centres_repeat_under_the_name_of_their_street() -> None:
    suggested = suggest_merges(
        table(
            ("云州市江口区望江街社区卫生服务中心", 0, 0),
            ("望江街道社区卫生服务中心-预防接种门诊", 20, 0),
            ("望江街第二社区卫生服务中心", 900, 0),
            ("望江街社区卫生服务中心梧桐社区卫生服务站", 400, 0),
            ("望江街社区卫生服务中心", 2_400, 0),
            ("望江街社区卫生服务中心", 40_000, 0),
        )
    )
    assert told(suggested, "R2") == ("department", "merge", "R1", "high")
    assert list(suggested["decision"].iloc[[2, 3]]) == ["keep", "keep"]
    assert told(suggested, "R5") == ("duplicate", "keep", "R1", "low")
    assert told(suggested, "R6")[2] == "", "another street of that name in another county"
    assert list(suggested["kind"].head(5)) == ["chc", "chc", "chc", "chs", "chc"]


def test_rows_go_to_the_sites_of_an_official_list_and_other_hospitals_are_left_out() -> None:
    suggested = suggest_merges(
        table(
            ("仁爱医院", 0, 0),
            ("仁爱医院湖滨院区", 7_000, 0),
            ("云州仁爱医院急诊", 30, 0),
            ("仁爱医院湖滨院区2号楼", 7_300, 0),
            ("仁爱医院西山院区", 20_000, 0),
            ("云州德康医院", 500, 0),
            ("柳村卫生室", 3_000, 0),
            ("德康医院", 30_000, 0),
            ("德馨医院", 520, 0),
            ("云州康宁康复医院", 9_000, 9_000),
            listed=2,
        )
    )
    assert told(suggested, "R3")[:3] == ("department", "merge", "R1")
    assert told(suggested, "R4")[:3] == ("building", "merge", "R2")
    assert told(suggested, "R5") == ("campus", "leave_out", "R1", "low"), (
        "a campus that the list does not have may lead"
    )
    assert told(suggested, "R6")[:2] == ("whole", "leave_out")
    assert told(suggested, "R7")[:2] == ("whole", "keep")
    assert told(suggested, "R8")[1:] == ("leave_out", "R6", "medium"), "another site of what is left out"
    assert told(suggested, "R9")[1:] == ("leave_out", "", "medium"), "no hint where neither is used"
    assert told(suggested, "R10")[:2] == ("whole", "keep"), "rehabilitation is on no list of hospitals"
    assert list(suggested["decision"].head(2)) == ["keep", "keep"]


def test_every_row_is_told_whatever_its_order() -> None:
    rows = [(f"{place}{part}", 900.0 * at, 40.0 * step)
            for at, place in enumerate(["仁爱医院", "云州博济医院", "河口镇卫生院", "望江街社区卫生服务中心"])
            for step, part in enumerate(["", "门诊部", "急诊", "3号楼", "-口腔科"])]  # fmt: skip
    frame = table(*rows)
    suggested = suggest_merges(frame)
    turned = suggest_merges(frame.iloc[np.random.default_rng(7).permutation(len(frame))]).loc[frame.index]
    for column, words in (("role", ROLES), ("decision", DECISIONS), ("confidence", CONFIDENCES)):
        assert set(suggested[column]) <= set(words)
    assert (suggested["target"] != "").equals(suggested["distance_m"].notna())
    assert suggested["target"].equals(turned["target"])
    assert suggested["decision"].equals(turned["decision"])


WORDS = [
    "云州市",
    "江口区",
    "仁爱",
    "第三",
    "人民",
    "医院",
    "社区卫生服务中心",
    "急诊",
    "东院区",
    "(",
    ")",
    "-",
    "附属",
    "大学",
    "3号楼",
    "医联体",
    "诊所",
    "",
    " ",
]


@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from(WORDS), max_size=6).map("".join), st.integers(0, 900), st.booleans()),
        max_size=12,
    )
)
@settings(max_examples=40, deadline=None)
def test_whatever_the_names_every_row_ends_in_an_institution(rows: list[tuple[str, int, bool]]) -> None:
    frame = pd.DataFrame(rows, columns=["name", "x", "listed"]).assign(y=0.0, address="", phone="", category="")
    frame = frame.astype({"x": float, "listed": bool})
    frame.index = pd.Index([f"R{at}" for at in range(len(frame))], dtype=object)
    suggested = suggest_merges(frame)
    assert list(suggested.index) == list(frame.index)
    assert (suggested.loc[frame["listed"], "decision"] == "keep").all()
    merged = suggested[suggested["decision"].isin(["merge", "campus"])]
    assert set(merged["target"]) <= set(suggested.index)
    ends = suggested.loc[merged["target"], "decision"]
    assert set(ends) <= {"keep", "campus", "leave_out"}, "nothing is merged into what is merged itself"


def test_a_table_of_one_row_and_an_empty_one() -> None:
    one = table(("仁爱医院", 0, 0)).head(1)
    assert list(suggest_merges(one)["decision"]) == ["keep"]
    assert suggest_merges(one.head(0)).empty


def _pairs(sizes: Iterable[int]) -> int:
    return sum(comb(int(size), 2) for size in sizes)


@pytest.fixture(scope="module")
def wuhan(shared_data: Path) -> pd.DataFrame:
    """The raw rows with what is suggested for them, and the hospital that the hand labels give ("?": cannot be told)."""
    raw = pd.read_csv(shared_data / "wuhan" / "hospital.csv", dtype=str, keep_default_na=False).set_index("ID")
    points = gpd.points_from_xy(raw["XWGS"].astype(float), raw["YWGS"].astype(float), crs=4326).to_crs(32650)
    frame = pd.DataFrame({"name": raw["NAME"], "address": raw["ADDRESS"], "category": raw["TYPE"], "phone": ""})
    frame = frame.assign(listed=False, x=points.x, y=points.y)
    suggested = suggest_merges(frame).assign(name=frame["name"], x=frame["x"], y=frame["y"])
    merged = suggested["decision"].isin(["merge", "campus"])
    into = suggested["target"].where(merged, suggested.index.to_series())
    for _ in range(3):
        into = into.map(into)
    out = suggested["decision"] == "leave_out"
    return suggested.assign(into=into.mask(out, "-" + suggested.index.to_series()), hospital=wuhan_hospitals.label(raw))


@pytest.mark.shared_data
def test_rows_of_real_hospitals_are_put_together(wuhan: pd.DataFrame, shared_data: Path) -> None:
    """A pair is two rows of one hospital; a wrong pair has at least one row of a labelled hospital."""
    names = set(pd.read_csv(shared_data / "wuhan" / "hospital_sites.csv", encoding="utf-8-sig")["hospital"])
    judged = wuhan[wuhan["hospital"] != "?"]
    labelled = judged[judged["hospital"] != ""]
    assert set(labelled["hospital"]) == names
    right = _pairs(labelled.groupby(["hospital", "into"]).size())
    others = judged[judged["hospital"] == ""].groupby("into").size()
    suggested = _pairs(judged.groupby("into").size()) - _pairs(others)
    assert right / suggested >= 0.99
    assert right / _pairs(labelled.groupby("hospital").size()) >= 0.97


@pytest.mark.shared_data
def test_rows_of_real_health_centres_are_put_together(wuhan: pd.DataFrame) -> None:
    """A pair is two rows named after one street, at most 800 m apart: farther, it cannot be told from the rows."""
    centres = wuhan[wuhan["name"].map(wuhan_hospitals.is_centre)]
    assert len(centres) > 290
    street, into = centres["name"].map(wuhan_hospitals.street).to_numpy(), centres["into"].to_numpy()
    a, b = np.triu_indices(len(centres), 1)
    away = np.hypot(
        centres["x"].to_numpy()[a] - centres["x"].to_numpy()[b], centres["y"].to_numpy()[a] - centres["y"].to_numpy()[b]
    )
    known = (street[a] != "") & (street[b] != "") & (away <= 800)
    alike, together = (street[a] == street[b])[known], (into[a] == into[b])[known]
    assert (alike & together).sum() / together.sum() >= 0.99
    assert (alike & together).sum() / alike.sum() >= 0.97
