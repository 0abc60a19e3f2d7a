"""Rows of every layer and table in another order x cities: the same bytes, but for the hash of each input, which is of its own bytes.

python -m tests.reliability.rows CASE.toml FOLDER     one plan, saved without those hashes
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from tests import board
from tests.reliability.attempts import Attempt, Ending

ROOT = Path(__file__).parents[2]
SEEDS = (1, 2, 3)
LONGEST_S = 3_600.0
_LAYERS = """
[layers.barriers]
path = "water.gpkg"
[layers.links]
path = "links.csv"
[layers.census]
path = "census.csv"
[layers.baseline]
path = "baseline.csv"
[layers.records]
teams = { path = "teams.csv" }
networks = { path = "networks.csv" }
"""


def write_full_city(folder: Path) -> Path:
    """Write the chessboard city with all kinds of layers and return its case.

    Two squares lap over their neighbours; two rivers have bridges; there are a census, a grouping in force and records.
    """
    case = board.write_board(folder, case=board.CASE.replace("[travel]", f"{_LAYERS}[travel]"))
    x, y = board.ORIGIN
    half = [(x + 3000, y), (x + 3000, y + 4000)], [(x, y + 2000), (x + 6000, y + 2000)]
    names = {"name": ["澜河", "青溪"]}
    gpd.GeoDataFrame(names, geometry=[shapely.LineString(line) for line in half], crs=board.CRS).to_file(
        folder / "water.gpkg"
    )
    bridges = [("u02", "u03"), ("u22", "u23"), ("u10", "u20"), ("u14", "u24")]
    pd.DataFrame(
        [(a, b, "bridge", 1, f"{a}桥") for a, b in bridges], columns=["unit_a", "unit_b", "kind", "minutes", "name"]
    ).to_csv(folder / "links.csv", index=False)
    units = board.board_units()
    units.loc[units["unit_id"].isin(["u12", "u21"]), "geometry"] = units.buffer(4, join_style="mitre")
    units.to_file(folder / "units.gpkg")
    ids = pd.Series(units["unit_id"])
    people = pd.DataFrame({"unit_id": ids, "population": [1000 + 7 * i for i in range(24)], "population_65": 150})
    people.to_csv(folder / "census.csv", index=False)
    west = units["district_id"].eq("W")
    pd.DataFrame({"unit_id": ids, "lead_id": west.map({True: "H1", False: "H2"})}).to_csv(
        folder / "baseline.csv", index=False
    )
    pd.DataFrame({"unit_id": ids, "team": [f"T{i % 3}" for i in range(24)]}).to_csv(folder / "teams.csv", index=False)
    ties = [("N1", "specialty alliance", "卒中专科联盟", who, "H1", "", "卒中") for who in ("H2", "H3", "P1")]
    ties += [("N2", "paired assistance", "城市支援", who, "H2", "", "") for who in ("M1", "H3")]
    columns = ["network_id", "kind", "name", "member_id", "hub_id", "partner", "specialty"]
    pd.DataFrame(ties, columns=columns).to_csv(folder / "networks.csv", index=False)
    return case


def write_built_city(folder: Path) -> Path:
    """Write the chessboard city as districts and points with residents, of which units are built; return its case."""
    text = board.CASE.replace('[layers.units]\npath = "units.gpkg"', '[layers.boundaries]\npath = "districts.gpkg"')
    text = text.replace(
        'kind = "table"\npath = "people.csv"', 'kind = "points"\npath = "points.csv"\ncrs = "EPSG:4549"'
    )
    case = board.write_board(
        folder, case=f"{text}[units]\ntarget_population = 3000\nmin_population = 1500\nmax_population = 6000\n"
    )
    units = board.board_units()
    names = ["district_id", "district", "geometry"]
    units.dissolve("district_id").reset_index()[names].to_file(folder / "districts.gpkg")
    places = [board.centre(unit) for unit in units["unit_id"]]
    points = [(x + dx, y + dy, 200) for x, y in places for dx, dy in ((0, 0), (300, 0), (0, 300), (-300, 0), (0, -300))]
    pd.DataFrame(points, columns=["lon", "lat", "population"]).to_csv(folder / "points.csv", index=False)
    return case


def shuffled(source: Path, target: Path, seed: int) -> Path:
    """Copy a city with the rows of every layer and sheet that the case names in another order; return its case."""
    shutil.copytree(source, target)
    draw = random.Random(seed)
    for path in sorted(_named_files(target)):
        _SHUFFLES.get(path.suffix, lambda path, draw: None)(path, draw)
    return target / "case.toml"


def _named_files(folder: Path) -> set[Path]:
    waiting: list[Any] = [tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))["layers"]]
    found = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            with suppress(OSError, ValueError):
                found |= {folder / value} if (folder / value).is_file() else set()
    return found


def _csv(path: Path, draw: random.Random) -> None:
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    table.sample(frac=1, random_state=draw.randrange(1 << 30)).to_csv(path, index=False, encoding="utf-8-sig")


def _gpkg(path: Path, draw: random.Random) -> None:
    frames = {str(name): pyogrio.read_dataframe(path, layer=name) for name, _ in pyogrio.list_layers(path)}
    path.unlink()
    for name, frame in frames.items():
        turned = frame.sample(frac=1, random_state=draw.randrange(1 << 30))
        pyogrio.write_dataframe(turned, path, layer=name, append=path.exists())


def _xlsx(path: Path, draw: random.Random) -> None:
    import xlsxwriter
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as written:
        for name, (head, *rows) in sheets.items():
            draw.shuffle(rows)
            sheet = written.add_worksheet(name)
            for at, row in enumerate([head, *rows]):
                sheet.write_row(at, 0, row)


_SHUFFLES = {".csv": _csv, ".gpkg": _gpkg, ".xlsx": _xlsx}


def save_without_hashes(case: Path, folder: Path) -> dict[str, bytes]:
    """Plan and save; the hashes of the inputs, which tell files with other bytes apart, are left out. Returns the files."""
    from gridplan.case.case import read_case
    from gridplan.pipeline import plan

    proposal = plan(read_case(case))
    proposal = replace(proposal, provenance=replace(proposal.provenance, input_hashes={}))
    return {path.name: path.read_bytes() for path in proposal.save(folder).iterdir() if path.name != "run.log"}


def _planned(case: Path, folder: Path) -> dict[str, bytes]:
    """Plan in a process of its own."""
    words = [sys.executable, "-m", "tests.reliability.rows", str(case), str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "run.log"}


WRITTEN = {"chessboard": write_full_city, "districts and points": write_built_city}


def _attempt(city: str, seed: int) -> Attempt:
    def run(folder: Path) -> tuple[Ending, str]:
        source = WRITTEN[city](folder / "city").parent if city in WRITTEN else ROOT / "data" / city
        try:
            one = _planned(source / "case.toml", folder / "one")
            two = _planned(shuffled(source, folder / "shuffled", seed), folder / "two")
        except subprocess.TimeoutExpired:
            return "hang", ""
        except RuntimeError as error:
            return "traceback", str(error)
        other = [name for name in sorted(one | two) if one.get(name) != two.get(name)]
        return ("silent", f"other bytes: {other}") if other else ("clear", "")

    return Attempt(f"{city} · seed {seed}", run)


def attempts(home: Path) -> Iterator[Attempt]:
    """Return two chessboards, the bundled county and the bundled city x seeds."""
    for city in (*WRITTEN, "yunxiu", "binhai"):
        for seed in SEEDS:
            yield _attempt(city, seed)


if __name__ == "__main__":
    save_without_hashes(Path(sys.argv[1]), Path(sys.argv[2]))
