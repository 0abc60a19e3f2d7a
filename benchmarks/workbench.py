"""What each station of the workbench takes: acts (clicks, keys that decide, fields, choices, files dropped) and waiting, along the ways of the flow tests.

    python -m benchmarks.workbench                 # the bundled county and city; raw Wuhan where its layers are (GRIDPLAN_DATA)
    python -m benchmarks.workbench --ways binhai

A script clicks at once and never reads, thinks or errs: the acts are those without a detour, the seconds by the clock are the waiting alone, and longer where other work shares the machine; those of a processor are of the
server and its workers. How many minutes a person needs at a station is not measured here. The compiled loops are there already (a first run on a machine compiles for about a minute more).
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.app import walks
from tests.app.conftest import county
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS, ROOT

_HEAD = "| {way} | acts | waiting by the clock | of a processor |\n|---|---|---|---|"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--ways", nargs="+", choices=("yunxiu", "binhai", "wuhan"), default=("yunxiu", "binhai", "wuhan")
    )
    ways = parser.parse_args().ways
    data = Path(os.environ.get("GRIDPLAN_DATA", ROOT.parent / "shared" / "data")) / "wuhan"
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as place:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for way in ways:
            if way == "wuhan" and not data.is_dir():
                continue
            folder = Path(place) / way
            folder.mkdir()
            with walks.walking(browser, folder, patience_s=900) as walk:
                if way == "yunxiu":
                    walks.yunxiu(walk, county(Path(place) / "source"), folder)
                elif way == "binhai":
                    walks.binhai(walk, folder)
                else:
                    walks.wuhan(walk, data, folder)
                print("\n".join([_HEAD.format(way=way), *walk.table(), ""]), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
