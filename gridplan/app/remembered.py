"""What the workbench itself remembers of a folder: doubts that were confirmed, names of authors, drafts of edits, an unfinished plan."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from gridplan.words.small_files import read_json
from gridplan.words.writing import replaced_file

FOLDER = ".gridplan"
_DIGEST = re.compile(r"[\w:.-]{1,100}")


class Notes:
    """Small files in a folder of their own: nothing in them changes a plan.

    Parameters
    ----------
    folder
        The folder of the place.
    """

    def __init__(self, folder: Path) -> None:
        self.place = folder / FOLDER
        self._lock = threading.RLock()

    def get(self, name: str, instead: Any = None) -> Any:
        """Return what is remembered under a name."""
        return self._tree().get(name, instead)

    def put(self, name: str, value: Any) -> None:
        """Remember something.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        self.change(name, lambda _: value)

    def change(self, name: str, made: Callable[[Any], Any]) -> None:
        """Remember something made of what was remembered under a name; nobody else writes in between."""
        with self._lock:
            tree = self._tree()
            self._write("notes.json", {**tree, name: made(tree.get(name))})

    def draft(self, digest: str) -> Any:
        """Return the draft of edits on a proposal; None where there is none."""
        try:
            return read_json(self._draft_of(digest))
        except (OSError, ValueError):
            return None

    def keep_draft(self, digest: str, edits: Any) -> None:
        """Keep the draft of edits on a proposal, or drop it where nothing is edited any more."""
        with self._lock:
            if edits is None:
                with suppress(OSError):
                    self._draft_of(digest).unlink()
            else:
                self._write(self._draft_of(digest).name, edits)

    def _draft_of(self, digest: str) -> Path:
        if _DIGEST.fullmatch(digest) is None:
            msg = "no digest of a proposal"
            raise ValueError(msg)
        return self.place / f"draft-{digest.replace(':', '-')}.json"

    def _tree(self) -> dict[str, Any]:
        try:
            tree = read_json(self.place / "notes.json")
        except (OSError, ValueError):
            return {}
        return tree if isinstance(tree, dict) else {}

    def _write(self, name: str, tree: Any) -> None:
        with replaced_file(self.place / name) as beside:
            beside.write_text(json.dumps(tree, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
