"""What is sound is not doubted: the whole check of the bundled city, county and of Wuhan, and of the same layers as other programs write them.

`python -m tests.silence [PLACE ...]` prints for each what `check` said beyond what is known to be true of it; 1 if there is anything.
Wuhan needs the real layers (folder in GRIDPLAN_DATA).
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from gridplan.intake.input_check import check_inputs
from tests import mutator_yunxiu
from tests.mutator_city import copy_city
from tests.mutator_yunxiu import as_csv, as_vector

DATA = Path(os.environ.get("GRIDPLAN_DATA", Path(__file__).parents[1] / ".." / "shared" / "data")).resolve()
WUHAN = Path(__file__).parent / "cases" / "wuhan" / "case.toml"
Doubts = Counter[tuple[str, str, str]]

KNOWN: dict[str, Doubts] = {
    "binhai": Counter(),
    "yunxiu": Counter({("warning", "", "population"): 1}),
    "wuhan": Counter(
        {
            ("repair", "hospital.csv", "NAME"): 1,
            ("warning", "hospital.csv", "XGCJ, YGCJ"): 1,
            ("warning", "hospital.csv", ""): 1,
            ("warning", "", "units"): 1,
        }
    ),
}
"""What is true of each place: severity, file and field. One village of the county stands outside it; of Wuhan's crawl the case takes
some rows, some of which lie beyond the roads and some show one institution, and two of its units are small."""
BINHAI: dict[str, Callable[[Path], None]] = {
    "facilities as csv in GBK": as_csv("facilities.xlsx", "gb18030"),
    "facilities in UTF-16": as_csv("facilities.xlsx", "utf-16"),
    "census with semicolons": as_csv("census.xlsx", "utf-8-sig", ";"),
    "baseline as csv": as_csv("baseline.xlsx", "utf-8"),
    "communities as GeoJSON": as_vector("boundaries.gpkg", ".geojson", 4326, layer="社区"),
    "communities in metres": as_vector("boundaries.gpkg", ".fgb", 4549, layer="社区"),
    "river as shapefile": as_vector("river.gpkg", ".shp"),
}


def doubts(case: Path) -> Doubts:
    """Return what a check doubts: repairs, warnings and errors, but for encodings, which are always said."""
    checked = check_inputs(case)
    return Counter((p.severity, p.file, p.field) for p in checked.problems if p.field != "encoding")


def places(name: str, home: Path) -> Iterator[tuple[str, Path]]:
    """Yield a place and its variants, each with the case of a folder of its own."""
    if name == "wuhan":
        (home / "wuhan").mkdir()
        for path in (DATA / "wuhan").iterdir():
            shutil.copy(path, home / "wuhan" / path.name)
        text = WUHAN.read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("data_folder")]
        (home / "wuhan" / "case.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        yield name, home / "wuhan" / "case.toml"
        return
    copy, variants = (copy_city, BINHAI) if name == "binhai" else (mutator_yunxiu.undamaged, mutator_yunxiu.VARIANTS)
    yield name, copy(home / name)
    for number, (variant, change) in enumerate(variants.items()):
        case = copy(home / f"{name}{number}")
        change(case.parent)
        yield f"{name}, {variant}", case


def main() -> int:
    """Check the places; 1 if anything was doubted that is not known."""
    parser = argparse.ArgumentParser(prog="python -m tests.silence", description=__doc__)
    parser.add_argument("places", nargs="*", default=list(KNOWN), help=", ".join(KNOWN))
    loud = 0
    with tempfile.TemporaryDirectory(prefix="gridplan-silence-") as scratch:
        for name in parser.parse_args().places:
            usual = Counter((severity, field) for severity, _, field in KNOWN[name].elements())
            for place, case in places(name, Path(scratch)):
                begun = time.monotonic()
                found = doubts(case)
                said = found - KNOWN[name] if place == name else Counter((s, f) for s, _, f in found.elements()) - usual
                loud += bool(said)
                told = "silent" if not said else "; ".join(map(str, said.elements()))
                print(f"{place}: {told}  ({time.monotonic() - begun:.0f} s)", flush=True)
    return int(bool(loud))


if __name__ == "__main__":
    raise SystemExit(main())
