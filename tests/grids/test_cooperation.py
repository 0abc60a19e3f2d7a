"""Networks over grids: who is in one, which specialties a grid reaches how, who is remote, and which hub might take it."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gridplan.grids.cooperation import (
    find_remote,
    key_of_specialty,
    list_networks,
    propose_hub,
    specialty_reach,
    telemedicine_edges,
)
from gridplan.ground.access.between import Between

COLUMNS = ["network_id", "kind", "name", "member_id", "hub_id", "partner", "specialty"]
MEMBERS = pd.DataFrame(
    {
        "grid_id": ["G1", "G1", "G2", "G2", "G2", "G1"],
        "role": ["lead", "member", "lead", "member", "member", "none"],
    },
    index=["H1", "C1", "H2", "C2", "C3", "X"],
)
"""C1 belongs to H1 in G1, C2 and C3 to H2 in G2; X stands in G1 and belongs to nobody."""


def table(*rows: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def facilities(services: dict[str, tuple[str, ...]] | None = None, **columns: object) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(index=MEMBERS.index).assign(unit_id=["a", "b", "c", "d", "e", "b"], kind="general")
    given = services or {}
    frame["services"] = [given.get(name, ()) for name in frame.index]
    return gpd.GeoDataFrame(frame.assign(**columns))


def between(minutes: dict[str, dict[str, float]], ferry: dict[str, dict[str, bool]] | None = None) -> Between:
    """Minutes from facilities (inner keys) to leads and hospitals (outer keys)."""
    return Between(pd.DataFrame(minutes), pd.DataFrame(ferry or {}))


# networks


def test_a_network_has_its_hubs_among_its_facilities_and_the_grids_of_all() -> None:
    [network] = list_networks(
        table(
            ("N1", "telemedicine", "远程一", "C2", "H1", "", ""),
            ("N1", "other", "另名", "C1", "H1", "省医院", ""),
            ("N1", "telemedicine", "远程一", "X", "", "省医院", ""),
        ),
        MEMBERS,
    )
    assert (network.kind, network.name) == ("telemedicine", "远程一")
    assert network.hubs == ("H1",)
    assert network.members == ("C1", "C2", "H1", "X")
    assert network.grids == ("G1", "G2"), "X belongs to no grid"
    assert network.partners == ("省医院",)


def test_networks_come_by_their_ids() -> None:
    rows = table(("N2", "k", "b", "C1", "", "", ""), ("N1", "k", "a", "C1", "", "", ""))
    assert [network.network_id for network in list_networks(rows, MEMBERS)] == ["N1", "N2"]


@pytest.mark.parametrize(
    ("members", "partner", "crosses"),
    [
        (["C1"], "", False),
        (["C2", "C3"], "", False),
        (["C1", "C2"], "", True),
        (["C1"], "省医院", True),
        (["X"], "省医院", False),
    ],
)
def test_a_network_crosses_over_two_grids_or_out_of_the_city(members: list[str], partner: str, crosses: bool) -> None:
    [network] = list_networks(table(*(("N", "k", "n", name, "", partner, "") for name in members)), MEMBERS)
    assert network.crosses is crosses


def test_rows_of_telemedicine_alone() -> None:
    rows = table(("N1", "telemedicine", "", "C1", "", "", ""), ("N2", "assistance", "", "C2", "", "", ""))
    assert telemedicine_edges(rows)["network_id"].tolist() == ["N1"]
    assert telemedicine_edges(None).columns.tolist() == COLUMNS
    assert telemedicine_edges(None).empty


# specialties


@pytest.mark.parametrize(
    ("told", "key"),
    [("卒中", "stroke"), ("卒中中心", "stroke"), (" 康复科 ", "rehab"), ("眼科", "眼科"), ("stroke", "stroke")],
)
def test_a_specialty_is_known_by_its_names(told: str, key: str) -> None:
    assert key_of_specialty(told) == key


def reach(networks: pd.DataFrame, services: dict[str, tuple[str, ...]]) -> dict[tuple[str, str], str]:
    found = specialty_reach(networks, facilities(services), MEMBERS)
    return {(row.grid_id, row.specialty): row.reach for row in found.itertuples()}


def test_a_grid_has_a_specialty_itself_through_an_alliance_or_not_at_all() -> None:
    """G1 has stroke by a service of H1; C2 joins the alliance for trauma whose hub is C1, and one for eyes outside the city."""
    networks = table(
        ("N1", "specialty_alliance", "", "C2", "C1", "", "创伤"),
        ("N2", "specialty_alliance", "", "C3", "", "省医院", "眼科"),
        ("N3", "specialty_alliance", "", "C3", "", "", ""),
        ("N4", "telemedicine", "", "C1", "H2", "", "肿瘤"),
    )
    assert reach(networks, {"H1": ("stroke", "ed")}) == {
        ("G1", "stroke"): "in_grid",
        ("G2", "stroke"): "gap",
        ("G1", "trauma"): "in_grid",
        ("G2", "trauma"): "alliance",
        ("G1", "眼科"): "gap",
        ("G2", "眼科"): "alliance",
    }


def test_what_a_grid_has_itself_counts_before_an_alliance() -> None:
    networks = table(("N1", "specialty_alliance", "", "C2", "H1", "", "卒中"))
    assert reach(networks, {"H2": ("stroke",)}) == {("G1", "stroke"): "in_grid", ("G2", "stroke"): "in_grid"}


def test_a_facility_of_no_grid_gives_none_a_specialty() -> None:
    networks = table(("N1", "specialty_alliance", "", "X", "", "", "卒中"))
    assert reach(networks, {"X": ("trauma",)}) == {
        (grid, key): "gap" for grid in ("G1", "G2") for key in ("stroke", "trauma")
    }


# remote members

LEADS = pd.Series({"G1": "H1", "G2": "H2"})
UNIT_MINUTES = pd.DataFrame({"H1": [0.0, 40.0, 9, 9, 9], "H2": [9.0, 9, 0, 40.1, np.inf]}, index=list("abcde"))


def remote(ferry: dict[str, dict[str, bool]] | None = None, **columns: object) -> dict[str, tuple[object, ...]]:
    found = find_remote(
        facilities(**columns), MEMBERS, LEADS, unit_minutes=UNIT_MINUTES, between=between({}, ferry), limit_min=40
    )
    return {name: tuple(row) for name, row in zip(found.index, found.itertuples(index=False), strict=True)}


def test_a_member_is_remote_beyond_the_limit_and_not_at_it() -> None:
    """C1 needs 40 minutes of 40, C2 needs 40.1, C3 cannot get there; leads and X, no member, are not asked."""
    assert remote() == {"C2": ("G2", "H2", 40.1, "far"), "C3": ("G2", "H2", np.inf, "unreached")}


def test_a_member_behind_a_ferry_is_remote_however_near() -> None:
    by_ferry = {"H1": dict.fromkeys(MEMBERS.index, False) | {"C1": True}}
    assert remote(by_ferry)["C1"] == ("G1", "H1", 40, "ferry")
    assert remote(by_ferry)["C2"][-1] == "far", "whether a ferry is needed to H2 is not told"


def test_a_member_outside_the_area_is_not_asked() -> None:
    assert "C3" not in remote(unit_id=["a", "b", "c", "d", "", "b"])


def test_a_grid_whose_lead_has_no_minutes_is_left_out() -> None:
    found = find_remote(
        facilities(), MEMBERS, LEADS, unit_minutes=UNIT_MINUTES[["H1"]], between=between({}), limit_min=40
    )
    assert found.empty
    assert found.columns.tolist() == ["grid_id", "lead_id", "minutes", "reason"]


# hubs

TO = {"H1": {"C1": 30.0, "C2": np.inf}, "H2": {"C1": 10.0, "C2": np.inf}, "X": {"C1": 5.0, "C2": np.inf}}


@pytest.mark.parametrize(
    ("able", "facility", "hub"),
    [
        (["H2", "X"], "C1", "X"),
        (["H2"], "C1", "H2"),
        (["H1", "X"], "C1", "H1"),
        ([], "C1", "H1"),
        (["H2", "X"], "C2", "H1"),
        (["H2", "X"], "C3", "H1"),
    ],
)
def test_the_hub_is_the_lead_if_it_can_else_the_nearest_that_can_and_is_reached(
    able: list[str], facility: str, hub: str
) -> None:
    """The last two: C2 reaches nobody; of C3 no minutes are known."""
    told = facilities(dict.fromkeys(able, ("telemedicine",)))
    assert propose_hub(facility, "H1", told, between(TO)) == hub


def test_a_hub_is_a_hospital() -> None:
    told = facilities({"X": ("telemedicine",), "H2": ("telemedicine",)}).assign(kind=["general"] * 5 + ["chc"])
    assert propose_hub("C1", "H1", told, between(TO)) == "H2"
