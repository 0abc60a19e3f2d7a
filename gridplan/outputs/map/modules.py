"""Our ES modules as one script.

A page opened from a disk can import nothing, so its modules are joined when it is written. That takes no build step: whoever installs gridplan has
no node. Modules keep to named imports and exports of one scope, so that joining is leaving those words out; eslint and tsc see that every name is given
and taken, and that no two modules declare the same one.
"""

from __future__ import annotations

import posixpath
import re

from gridplan.outputs.map.offline import own_file

_IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?function |class |const |let )", re.MULTILINE)


def join_modules(entry: str, package: str = "gridplan.outputs.map") -> str:
    """Return a module and all that it imports, each once and after those that it imports, as a browser would run them.

    Parameters
    ----------
    entry : file name of the module that starts the page.
    package : where it stands; paths in imports are relative to it.
    """
    joined: list[str] = []
    met: set[str] = set()

    def visit(place: str) -> None:
        met.add(place)
        room, _, name = place.rpartition("/")
        text = own_file(name, room.replace("/", "."))
        for other in _IMPORT.findall(text):
            wanted = posixpath.normpath(posixpath.join(room, other))
            if wanted not in met:
                visit(wanted)
        joined.append(_EXPORT.sub("", _IMPORT.sub("", text)))

    visit(f"{package.replace('.', '/')}/{entry}")
    return "\n".join(joined)
