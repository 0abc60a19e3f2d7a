"""The bundled example cases: a synthetic city and a synthetic county, installed with the package."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

from gridplan.case.case import Case, read_case
from gridplan.words.errors import CaseError, InputProblem
from gridplan.words.text import Text

Example = Literal["binhai", "yunxiu"]


def example_path(name: Example) -> Path:
    """Return the case.toml of a bundled example: in the package where it is installed, beside it in a checkout."""
    package = Path(str(files("gridplan")))
    installed, checkout = (home / "data" / name / "case.toml" for home in (package, package.parent))
    return installed if installed.exists() else checkout


def example_case(name: Example = "binhai") -> Case:
    """Read a bundled example: a case to try everything on, with layers that stand for no real place.

    Parameters
    ----------
    name
        "binhai", a coastal city of 334 communities, or "yunxiu", a county of 20 townships that is planned in seconds.

    Returns
    -------
    Case
        The case, as `read_case` returns it.

    Raises
    ------
    CaseError
        If there is no example of that name.

    Examples
    --------
    >>> gp.example_case("yunxiu").place.name_en
    'Yunxiu County'
    """
    names = get_args(Example)
    if name not in names:
        raise CaseError(
            InputProblem(
                "error",
                Text(zh=f"自带示例之一：{'、'.join(names)}", en=f"one of the bundled examples {', '.join(names)}"),
                Text(zh=repr(name), en=repr(name)),
                Text(
                    zh="自己的方案用 gp.read_case(路径) 读取。", en="Read a case of your own with gp.read_case(path)."
                ),
            )
        )
    return read_case(example_path(name))
