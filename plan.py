"""Shim of the command line: `python plan.py` plans the bundled city, `python plan.py ARGS` is `gridplan ARGS`."""

import sys

from gridplan.cli import main

if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.argv.append("demo")
    main()
