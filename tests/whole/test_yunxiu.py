"""The bundled county: what its layers promise, what its plan shows, and that its script makes the same files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import Proposal
from tests.whole.test_binhai_layers import MADE_WITH, made_with

DATA = Path(__file__).parents[2] / "data" / "yunxiu"
LAYERS = ("townships.gpkg", "roads.gpkg", "villages.csv", "census.xlsx", "facilities.xlsx", "networks.csv")


@pytest.fixture(scope="module")
def facilities() -> pd.DataFrame:
    return pd.read_excel(DATA / "facilities.xlsx", engine="calamine", dtype=str).set_index("机构代码")


@pytest.fixture(scope="module")
def proposal(county_proposal: Proposal) -> Proposal:
    return county_proposal


def test_every_village_clinic_is_under_the_centre_of_its_township(facilities: pd.DataFrame) -> None:
    clinics = facilities[facilities["类别"] == "村卫生室"]
    centre = facilities.loc[clinics["上级机构代码"], "机构名称"].str.replace("(中心)?卫生院", "", regex=True)
    assert all(name.startswith(town) for name, town in zip(clinics["机构名称"], centre, strict=True))
    assert 60 <= len(clinics) <= 120
    assert (facilities["类别"] == "乡镇卫生院").sum() == len(gpd.read_file(DATA / "townships.gpkg")) == 20


def test_the_plan_has_two_proven_communities_and_no_must_stands(proposal: Proposal) -> None:
    assert proposal.objective.status == "optimal"
    assert proposal.grids["mode"].tolist() == ["county", "county"]
    assert not proposal.must_stands
    status = {
        rule: {f.status for f in proposal.findings if f.rule == rule} for rule in ("R-50", "R-51", "R-52", "R-53")
    }
    assert status == {"R-50": {"met"}, "R-51": {"met"}, "R-52": {"met"}, "R-53": {"met", "violated"}}
    assert [f.message_zh[-11:] for f in proposal.findings if f.rule == "R-51"] == ["（1+2+20+88）"]


def test_far_mountain_townships_are_told_and_named(proposal: Proposal) -> None:
    """The limit is a county's 60 minutes, although the case states no travel limit."""
    assert proposal.case.travel.limit_min == 60
    far = {unit for f in proposal.findings if f.rule == "R-60" and f.subject_kind == "grid" for unit in f.places}
    assert far == set(proposal.units.index[proposal.units["minutes_to_lead"] > 60])
    assert "深坑乡" in set(proposal.units["name"][list(far)])


def test_one_community_would_be_farther_for_everybody(proposal: Proposal) -> None:
    one, two = proposal.alternatives.sort_values("k").to_dict("records")
    assert (one["k"], two["k"]) == (1, 2)
    assert one["mean_minutes"] > two["mean_minutes"]


def test_the_county_comes_back_from_its_folder(proposal: Proposal, tmp_path: Path) -> None:
    read = read_proposal(proposal.save(tmp_path / "yunxiu"))
    assert read.equals(proposal)
    assert len(read.annexes["county_tree"]) == 1 + 2 + 20 + 88
    assert len(read.annexes["county_lines"]) == 20 + 88


def test_the_script_makes_the_same_files(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, str(DATA / "make_yunxiu.py"), str(tmp_path)], check=True, env=environment)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(LAYERS)
    differing = [name for name in LAYERS if (tmp_path / name).read_bytes() != (DATA / name).read_bytes()]
    # Other versions of these libraries may round borders differently.
    assert differing == [] or made_with() != MADE_WITH
