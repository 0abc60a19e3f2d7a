"""The table of docs/*/reliability.md: `python -m tests.reliability [FAMILY ...] [--slice N] [--number N]`."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.reliability import cases, disks, kills, names, places, rows, tampered, terminals
from tests.reliability.attempts import ENDINGS, Attempt, Count, count, import_what_it_needs, load_program

FAMILIES: dict[str, Callable[[Path], Iterator[Attempt]]] = {
    "kills": kills.attempts,
    "tampered": tampered.attempts,
    "places": places.attempts,
    "disks": disks.attempts,
    "names": names.attempts,
    "cases": cases.attempts,
    "terminals": terminals.attempts,
    "rows": rows.attempts,
}


def main() -> int:
    """Run the families and print the table; 1 if anything was silent, a traceback or a hang."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("families", nargs="*", default=list(FAMILIES), help=", ".join(FAMILIES))
    parser.add_argument("--slice", type=int, default=1, help="only every n-th attempt")
    parser.add_argument("--number", type=int, default=100, help="moments of killing")
    wanted = parser.parse_args()
    load_program()
    counts: list[Count] = []
    with tempfile.TemporaryDirectory(prefix="gridplan-reliability-") as folder:
        home = Path(folder).resolve()
        tampered.places(home)
        for words in tampered.usual_commands(home):
            import_what_it_needs(*words, cwd=home)
        for family in wanted.families:
            made = kills.attempts(home, wanted.number) if family == "kills" else FAMILIES[family](home)
            begun = time.monotonic()
            counts.append(count(family, list(made)[:: wanted.slice], lambda line: print(line, flush=True)))
            print(f"{counts[-1].row()}  {time.monotonic() - begun:.0f} s", flush=True)
    print(f"\n| family | tried | {' | '.join(ENDINGS)} |\n|---|{'---:|' * 5}")
    for counted in counts:
        print(counted.row())
    return int(any(counted.told for counted in counts))


if __name__ == "__main__":
    raise SystemExit(main())
