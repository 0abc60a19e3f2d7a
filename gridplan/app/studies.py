"""Long studies of a case as the commands make them: the curve of least change, and how firm the lines are; plans of theirs become versions."""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gridplan.case.case import Case, parse_case
from gridplan.words.hearing import tell
from gridplan.words.text import Text

CURVE, FIRM = "adjust", "firmness"
"""The folders in which the studies stand, beside the versions."""
TABLE = "curve.csv"
_SAVING = Text(zh="写出方案和地图", en="Writing the proposal and its map")
_ROW = (
    "line", "residents_moved", "share_moved", "residents_withdrawn", "mean_minutes", "residents_per_minute", "gap", "elbow", "folder",
)  # fmt: skip


def asked_case(item: dict[str, Any]) -> Case:
    """Return the case as it stood when the study was asked for."""
    source = Path(item["case"])
    return parse_case(tomllib.loads(item["text"]), folder=source.parent, file=source.name)


def adjust(item: dict[str, Any]) -> dict[str, Any]:
    """Draw the curve of least change into its folder, as `gridplan adjust` does; `start` is the grouping to change as little as possible."""
    from gridplan.batch.adjustment import adjust as adjust_case
    from gridplan.batch.compiled_once import compile_once
    from gridplan.batch.curve_files import CURVE_FILES, fill_curve_folder
    from gridplan.words.folders import replaced_folder

    case = asked_case(item)
    if item["start"]:
        case = case.changed(layers={"baseline": {"path": item["start"]}, "unit_codes": None})
    listen, written = _listening(case)
    with replaced_folder(Path(item["out"]), CURVE_FILES) as new:
        compile_once()
        adjustment = adjust_case(case, progress=listen)
        listen(Text(zh="写出各步方案", en="Writing the plan of each step"))
        fill_curve_folder(adjustment, new, log=written(Path(item["case"])))
    return {"steps": len(adjustment.curve)}


def firmness(item: dict[str, Any]) -> Any:
    """Find out how firm the lines are, as `gridplan firmness` does, and make its plan a version."""
    from gridplan.batch.compiled_once import compile_once
    from gridplan.batch.firmness import measure_firmness
    from gridplan.batch.firmness_files import FIRMNESS_FILES, PLAN, fill_firmness_folder
    from gridplan.outputs.proposal_folder import new_folder
    from gridplan.words.folders import replaced_folder

    case = asked_case(item)
    listen, written = _listening(case)
    with new_folder(Path(item["out"])) as version, replaced_folder(Path(item["study"]), FIRMNESS_FILES) as new:
        compile_once()
        measured = measure_firmness(case, progress=listen, listener=_tell_trial)
        proposal = measured.proposal(listen)
        listen(_SAVING)
        fill_firmness_folder(measured, proposal, new, log=written(Path(item["case"])))
        shutil.copytree(new / PLAN, version, dirs_exist_ok=True)
    return proposal


def keep_step(item: dict[str, Any]) -> Any:
    """Make a step of the curve a version."""
    from gridplan.outputs.proposal_folder import new_folder
    from gridplan.proposal.files import read_proposal

    step = Path(item["step"])
    with new_folder(Path(item["out"])) as version:
        proposal = read_proposal(step)
        shutil.copytree(step, version, dirs_exist_ok=True)
    return proposal


def read_curve(folder: Path) -> list[dict[str, Any]]:
    """Return the steps of the curve that stands in a folder; none where there is none, or it cannot be read."""
    import pandas as pd

    try:
        table = pd.read_csv(folder / TABLE, encoding="utf-8-sig")
        rows: Any = table[[*_ROW, "note_zh", "note_en"]].astype(object)
    except (OSError, ValueError, KeyError):
        return []
    rows = rows.where(rows.notna(), None)
    return [row for row in rows.to_dict("records") if (folder / str(row["folder"]) / "proposal.json").is_file()]


def digest_curve(folder: Path) -> str:
    """Return what a curve is known by; "" where there is none: the command line may have drawn it anew since it was noted from where it starts."""
    try:
        return hashlib.sha256((folder / TABLE).read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


def _tell_trial(news: Any) -> None:
    """Tell after each plan how many of them are made."""
    if hasattr(news, "n_ended"):
        tell({"trial": news.n_ended, "of": news.n_tasks, "left_s": round(news.remaining_s)})


def _listening(case: Case) -> tuple[Callable[[Text], None], Callable[[Path], str]]:
    """Return what hears of stages, and what gives the log of them."""
    from gridplan.words.run_log import StageLog

    log = StageLog(case.language)

    def listen(stage: Text) -> None:
        log(stage)
        tell(stage)

    return listen, log.text
