"""A plan in a real PostGIS: what is there, what replaces what, and what a failure leaves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import shapely

from gridplan.outputs.exports.formats import export
from gridplan.proposal.proposal import Proposal
from gridplan.words.errors import OutputError

psycopg = pytest.importorskip("psycopg", reason="needs psycopg")
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
POSTGIS = any(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of our own, on a socket in a folder of its own, stopped when the tests are done; it refuses to run as root."""
    if not PROGRAMS or not POSTGIS:
        pytest.skip("needs PostgreSQL with PostGIS")
    home = Path("/tmp") / f"gridplan-pg-{os.getpid()}"
    home.mkdir()
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = {"user": "postgres"}
        shutil.chown(home, "postgres")
    run = lambda *command: subprocess.run(command, check=True, capture_output=True, cwd=home, **user)  # noqa: E731
    try:
        run(PROGRAMS[-1] / "initdb", "-D", home / "data", "-U", "planner", "--auth=trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
        run(PROGRAMS[-1] / "pg_ctl", "-D", home / "data", "-w", "-l", home / "log", "-o", options, "start")
        try:
            url = f"postgresql://planner@{quote(str(home), safe='')}/postgres"
            with psycopg.connect(url) as connection:
                connection.execute("CREATE EXTENSION postgis")
            yield url
        finally:
            run(PROGRAMS[-1] / "pg_ctl", "-D", home / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home)


def asked(database: str, query: str) -> list[Any]:
    with psycopg.connect(database) as connection:
        return connection.execute(query).fetchall()


def test_the_tables_hold_the_plan_with_keys_and_comments(database: str, board_proposal: Proposal):
    written = export(board_proposal, "postgis", target=f"{database}#kept")
    assert written == ["kept.units", "kept.grids", "kept.facilities"]
    rows = asked(database, "SELECT unit_id, name, grid_id, population, ST_AsBinary(geometry) FROM kept.units")
    units = board_proposal.units
    assert {row[0]: row[1:4] for row in rows} == {
        key: (row["name"], row["grid_id"], row["population"]) for key, row in units.to_dict("index").items()
    }
    for key, *_, shape in rows:
        assert shapely.from_wkb(bytes(shape)).equals(units.geometry[key])
    assert asked(database, "SELECT DISTINCT ST_SRID(geometry) FROM kept.grids") == [(4549,)]
    joined = "SELECT count(*) FROM kept.units u JOIN kept.grids g USING (grid_id) JOIN kept.facilities f ON f.facility_id = g.lead_id"
    assert asked(database, joined) == [(24,)]
    assert asked(database, "SELECT obj_description('kept.units'::regclass)") == [("规划单元",)]
    assert asked(database, "SELECT col_description('kept.units'::regclass, 1)") == [("单元代码",)]


def test_an_earlier_plan_is_replaced_and_another_schema_is_not_touched(database: str, board_proposal: Proposal):
    units = board_proposal.units.assign(name="'); DROP SCHEMA other CASCADE; --")
    export(board_proposal, "postgis", target=f"{database}#other")
    export(board_proposal, "postgis", target=f"{database}#replaced")
    export(replace(board_proposal, units=units), "postgis", target=f"{database}#replaced")
    assert asked(database, "SELECT DISTINCT name FROM replaced.units") == [("'); DROP SCHEMA other CASCADE; --",)]
    assert asked(database, "SELECT count(DISTINCT name) FROM other.units") == [(24,)]


def test_a_failure_leaves_the_earlier_plan(database: str, board_proposal: Proposal):
    """A grid whose lead is no facility breaks a reference at the very end; a view on a table holds it fast."""
    target = f"{database}#firm"
    export(board_proposal, "postgis", target=target)
    wrong = board_proposal.grids.assign(lead_id="nowhere")
    with pytest.raises(OutputError) as caught:
        export(replace(board_proposal, grids=wrong), "postgis", target=target)
    assert "nowhere" in caught.value.render("zh")
    with psycopg.connect(database) as connection:
        connection.execute("CREATE VIEW public.seen AS SELECT * FROM firm.units")
    with pytest.raises(OutputError) as caught:
        export(board_proposal, "postgis", target=target)
    assert "seen" in caught.value.render("en")
    assert asked(database, "SELECT count(*) FROM firm.units JOIN firm.grids USING (grid_id)") == [(24,)]


def test_a_schema_of_somebody_else_is_refused(database: str, board_proposal: Proposal):
    with psycopg.connect(database) as connection:
        connection.execute("CREATE SCHEMA theirs CREATE TABLE units (mine int)")
    with pytest.raises(OutputError) as caught:
        export(board_proposal, "postgis", target=f"{database}#theirs")
    assert "theirs" in caught.value.render("en")
    assert asked(database, "SELECT mine FROM theirs.units") == []


def test_a_database_that_is_not_there_is_told_without_its_password(board_proposal: Proposal):
    with pytest.raises(OutputError) as caught:
        export(board_proposal, "postgis", target="postgresql://planner:secret-word@127.0.0.1:1/none")
    assert "secret-word" not in caught.value.render("zh")


def test_a_schema_whose_name_the_database_would_cut_is_refused(board_proposal: Proposal):
    """Two plans whose names begin with the same 21 Chinese characters would be one schema."""
    with pytest.raises(OutputError) as caught:
        export(board_proposal, "postgis", target=f"postgresql://planner@127.0.0.1:1/none#{'方' * 22}")
    assert "63" in caught.value.render("en")


def test_without_psycopg_its_name_and_how_to_install_it_are_told(
    board_proposal: Proposal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(OutputError) as caught:
        export(board_proposal, "postgis", target="postgresql://planner@127.0.0.1:1/none")
    assert "gridplan[postgis]" in caught.value.render("en")
