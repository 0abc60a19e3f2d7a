"""Build the site: `python docs/build.py [FOLDER]` (default build/site) writes zh/, en/ and the page that leads to them.

Nothing is fetched. A warning of Sphinx ends the build.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TREES = ("zh", "en")
FRONT = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="refresh" content="0; url=zh/index.html">
<title>gridplan</title>
</head>
<body><p><a href="zh/index.html">中文</a> · <a href="en/index.html" lang="en">English</a></p></body>
</html>
"""


def build(folder: Path) -> int:
    """Build one tree after the other, since they share the results of notebooks; return the number that failed."""
    folder.mkdir(parents=True, exist_ok=True)
    failed = sum(
        subprocess.run(_command(tree, folder), env=_environment(), check=False).returncode != 0 for tree in TREES
    )
    (folder / "index.html").write_text(FRONT, encoding="utf-8", newline="\n")
    return failed


def _command(tree: str, folder: Path) -> list[str]:
    work = folder.with_name(f"{folder.name}-work")
    options = ["-W", "--keep-going", "-q", "-b", "html", "-c", str(HERE), "-t", tree, "-d", str(work / tree)]
    options += ["-D", f"nb_execution_cache_path={work / 'notebooks'}"]
    return [sys.executable, "-m", "sphinx", *options, str(HERE / tree), str(folder / tree)]


def _environment() -> dict[str, str]:
    """Notebooks import the gridplan of this checkout."""
    paths = [str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "build" / "site").resolve()
    if build(target):
        sys.exit("The site was not built: see the warnings above.")
    sys.stdout.write(f"{target / 'index.html'}\n")
