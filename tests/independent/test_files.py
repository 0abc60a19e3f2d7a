"""The files agree with each other, hold text where ids are, and nothing of the machine that made them."""

import datetime as dt
import re
import sqlite3
import zipfile

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

IDS = {
    "units": ("unit_id", "street_id", "district_id", "grid_id", "lead_id"),
    "grids": ("grid_id", "lead_id"),
    "facilities": ("facility_id", "parent_id", "unit_id", "grid_id"),
    "adjacency": ("unit_a", "unit_b"),
    "minutes": ("unit_id", "lead_id"),
    "findings": ("subject_id",),
}
SHEETS = {"网格": "grids", "单元": "units", "机构": "facilities", "备选方案": "alternatives"}
MAY_BE_UNKNOWN = {
    "units": ("baseline_minutes",),
    "grids": ("group_name", "group_source", "doctors", "rehabilitation_beds", "nursing_beds", "hospice_beds"),
    "facilities": (
        "rehabilitation_beds",
        "nursing_beds",
        "hospice_beds",
        "role_source",
        "agreement",
        "address",
        "telephone",
    ),
    "alternatives": ("residents_moved", "n_must", "n_should"),
}
"""Columns that the workbook leaves out where nobody knows them."""
OF_COUNTIES = ("scope_id", "scope", "mode")
"""Columns that the sheets leave out in a plan of one city."""
LAYERS = ("units", "grids", "facilities", "roads", "findings", "adjacency", "minutes", "alternatives")
STAMP = re.compile(rb"20\d\d-\d\d-\d\d[T ]\d\d:\d\d")
FIXED_STAMP = b"2000-01-01"


def columns_of(connection, table):
    return {row[1]: row[2] for row in connection.execute(f'pragma table_info("{table}")')}


@pytest.fixture
def gpkg(output):
    connection = sqlite3.connect(output.folder / "proposal.gpkg")
    yield connection
    connection.close()


def same_numbers(left, right):
    """Equal as numbers, empty where the other is empty."""
    left, right = (pd.to_numeric(pd.Series(list(side)), errors="coerce") for side in (left, right))
    return np.allclose(left, right, rtol=1e-9, atol=1e-9, equal_nan=True)


def same_rounded(cells, values):
    """Equal to the decimals that a workbook shows: two for numbers, none for whole ones, four for shares."""
    cells, values = (pd.to_numeric(pd.Series(list(side)), errors="coerce") for side in (cells, values))
    return bool((cells.isna() == values.isna()).all()) and any(
        np.allclose(cells, values, rtol=0, atol=0.5 * 10.0**-digits + 1e-9, equal_nan=True)
        and np.allclose(cells, cells.round(digits), rtol=0, atol=1e-12, equal_nan=True)
        for digits in (0, 2, 4)
    )


def test_json_repeats_the_geopackage(output):
    """Grids, findings and counts are those of the layers."""
    tree = output.tree
    assert tree["format"] == "gridplan-proposal/2"
    listed = pd.DataFrame(tree["grids"]).set_index("grid_id")
    assert list(listed.index) == list(output.grids.index)
    for column in listed.columns:
        told = output.grids[column]
        same = same_numbers(listed[column], told) if told.dtype.kind in "if" else list(listed[column]) == list(told)
        assert same, column
    for name, number in tree["counts"].items():
        assert len(output.layer(name)) == number, name
    findings = output.layer("findings")
    for column in (
        "rule",
        "severity",
        "status",
        "subject_kind",
        "subject_id",
        "unit",
        "message_zh",
        "message_en",
        "reason",
    ):
        assert list(findings[column]) == list(output.findings[column]), column
    for column in ("measured", "limit"):
        assert same_numbers(findings[column], output.findings[column]), column
    assert list(findings["places"]) == [";".join(places) for places in output.findings["places"]]
    assert tree["seed"] == tree["case"]["solver"]["seed"]
    assert tree["reproducible"] is True


def test_input_hashes_are_those_of_the_raw_files(city, output):
    """sha256 of every input, so that a reader can tell whether they changed."""
    import hashlib

    hashes = output.tree["input_hashes"]
    assert len(hashes) >= 5
    for name, told in hashes.items():
        assert hashlib.sha256((city.raw_folder / name).read_bytes()).hexdigest() == told, name


def test_workbook_repeats_the_geopackage(output):
    """Every sheet has the rows of its layer, in order, with the same numbers and ids as text."""
    book = CalamineWorkbook.from_path(str(output.folder / "tables.xlsx"))
    assert set(SHEETS) <= set(book.sheet_names)
    for sheet, name in SHEETS.items():
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        layer = output.layer(name).drop(columns=["geometry", *OF_COUNTIES], errors="ignore")
        may_be = MAY_BE_UNKNOWN.get(name, ())
        unknown = [column for column in may_be if layer[column].replace("", None).isna().all()]
        layer = layer.drop(columns=unknown)
        assert len(rows) == len(layer) + 1, sheet
        for position, column in enumerate(layer.columns[: len(rows[0])]):
            cells = [row[position] for row in rows[1:]]
            if layer[column].dtype.kind == "f":
                empty = layer[column].isna()
                assert all(cell == "" for cell, none in zip(cells, empty, strict=True) if none), column
                assert same_rounded(cells, layer[column]), column
            elif column in IDS.get(name, ()):
                assert cells == list(layer[column]), column
                assert all(isinstance(cell, str) for cell in cells), column


def test_csv_repeats_the_geopackage(output):
    """assignment.csv: the columns of the contract, a byte-order mark for Excel, names and populations of the layers."""
    data = (output.folder / "assignment.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    table = output.assignment
    assert list(table.columns[:8]) == [
        "unit_id", "unit_name", "grid_id", "grid_name", "lead_id", "lead_name", "population", "minutes_to_lead",
    ]  # fmt: skip
    table = table.set_index("unit_id").loc[output.units.index]
    assert list(table["unit_name"]) == list(output.units["name"])
    assert list(table["lead_name"]) == list(output.grids["lead_name"].loc[output.units["grid_id"]])
    assert np.abs(pd.to_numeric(table["population"]) - output.units["population"]).max() < 1e-3


def test_ids_are_text_everywhere(output, gpkg):
    """Column types of the GeoPackage, and leading zeros and long codes unharmed."""
    for layer, names in IDS.items():
        types = columns_of(gpkg, layer)
        for name in names:
            assert types[name].startswith("TEXT"), f"{layer}.{name} is {types[name]}"
    assert not output.units.index.str.contains(r"[eE]\+|\.0$").any()


def test_unreachable_is_empty(output, gpkg):
    """No minutes are infinite, negative or a made-up large number in any layer."""
    for layer in LAYERS:
        for name, kind in columns_of(gpkg, layer).items():
            if kind == "REAL":
                low, high = gpkg.execute(f'select min("{name}"), max("{name}") from "{layer}"').fetchone()
                assert high is None or high < 1e12, f"{layer}.{name}"
                if "minutes" in name:
                    assert low is None or (low >= 0 and high < 24 * 60), f"{layer}.{name}"


def test_shares_are_shares(output):
    """All shares lie in 0..1."""
    for frame in (output.units, output.grids, output.layer("minutes")):
        for column in (name for name in frame.columns if name.startswith("share")):
            assert frame[column].dropna().between(0, 1).all(), column


def test_geopackage_opens_in_qgis(output, gpkg):
    """GeoPackage 1.2 by application id and user version, every layer listed, styles that name layers there are."""
    (application,), (version,) = (
        gpkg.execute(f"pragma {name}").fetchone() for name in ("application_id", "user_version")
    )
    assert application == int.from_bytes(b"GPKG", "big")
    assert version == 10_200
    contents = dict(gpkg.execute("select table_name, data_type from gpkg_contents"))
    assert set(LAYERS) <= set(contents)
    shapes = dict(gpkg.execute("select table_name, column_name from gpkg_geometry_columns"))
    assert {"units", "grids", "facilities", "roads"} <= set(shapes)
    assert contents["layer_styles"] == "attributes"
    styles = gpkg.execute("select f_table_name, f_geometry_column, styleQML, useAsDefault from layer_styles").fetchall()
    assert {"units", "grids"} <= {name for name, *_ in styles}
    for name, column, qml, default in styles:
        assert shapes[name] == column
        assert "<qgis" in qml
        assert default
    assert gpkg.execute("pragma integrity_check").fetchone() == ("ok",)
    assert gpkg.execute("pragma foreign_key_check").fetchall() == []
    codes = {code for (code,) in gpkg.execute("select distinct srs_id from gpkg_geometry_columns")}
    assert codes == {int(output.tree["crs"].split(":")[1])}


def test_layers_have_the_columns_of_the_contract(gpkg):
    """The columns that other systems rely on."""
    contract = {
        "units": "unit_id name street_id district_id population grid_id lead_id minutes_to_lead",
        "grids": "grid_id name lead_id lead_name population n_units deviation mean_minutes share_within",
        "facilities": "facility_id parent_id name kind level ownership unit_id grid_id role tie",
        "findings": "rule severity status subject_kind subject_id measured limit unit provenance message_zh message_en reason author date",
        "adjacency": "unit_a unit_b border_m kind minutes",
        "minutes": "unit_id lead_id minutes share_within",
        "alternatives": "k leads objective bound gap worst_deviation share_within",
    }
    for layer, names in contract.items():
        assert set(names.split()) <= set(columns_of(gpkg, layer)), layer


def test_no_path_and_no_clock_in_any_output_but_the_log(city, output):
    """Neither the folders of this machine nor the time of the run; a spreadsheet is looked at unpacked."""
    places = [
        str(folder).encode() for folder in (output.folder, output.folder.parent, city.case.parent, city.raw_folder)
    ]
    places += [str(city.case.parents[2]).encode()]
    today = dt.datetime.now(dt.UTC).date()
    days = [(today - dt.timedelta(days=back)).isoformat().encode() for back in (0, 1)]
    for path in sorted(output.folder.iterdir()):
        if path.name == "run.log":
            continue
        parts = {"": path.read_bytes()}
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                parts = {name: packed.read(name) for name in packed.namelist()}
                assert {entry.date_time[0] for entry in packed.infolist()} <= {1980, 2000}, path.name
        for name, data in parts.items():
            for place in places:
                assert place not in data, f"{path.name} {name} tells {place.decode()}"
            for day in days:
                assert day not in data, f"{path.name} {name} tells the day"
            assert all(stamp.startswith(FIXED_STAMP) for stamp in STAMP.findall(data)), f"{path.name} {name}"


def test_nothing_but_the_files_of_the_contract(output):
    """What a proposal folder holds."""
    names = {path.name for path in output.folder.iterdir()}
    needed = {
        "proposal.json", "proposal.gpkg", "cells.parquet", "manifest.json", "map.html", "tables.xlsx", "assignment.csv",
    }  # fmt: skip
    assert needed <= names
    assert names <= needed | {"report.docx", "run.log"}
