"""Plans ended early, the curve of least change and firmness, as the worker makes them: files that say what they are, plans that become versions."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gridplan.app import work
from gridplan.app.actions.studies_actions import WRITES
from gridplan.app.bench import Bench
from gridplan.app.refusal import RefusedError
from gridplan.app.studies import CURVE, read_curve
from gridplan.proposal.files import read_proposal
from gridplan.words.hearing import heard_by
from tests import board


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chessboard city with few steps on the curve, two trials of firmness, and one to three grids tried."""
    folder = tmp_path_factory.mktemp("studies")
    text = board.CASE + "[change]\npoints = 2\n[firmness]\nplans = 2\n"
    return board.write_board(folder, case=text.replace("k = 2", "k = [1, 2]"))


def item(city: Path, **more: Any) -> dict[str, Any]:
    return {"case": str(city), "text": city.read_text(encoding="utf-8"), **more}


@pytest.fixture(scope="module")
def stopped(city: Path) -> tuple[Path, dict[str, Any], list[Any]]:
    """A plan that was ended once its first number of grids was found, on one processor: with two the second number may be found before the end is heard of."""
    out, heard = city.parent / "versions" / "v1", []
    with (
        pytest.MonkeyPatch.context() as patch,
        heard_by(heard.append, enough=lambda: any(isinstance(one, dict) and "residents" in one for one in heard)),
    ):
        patch.setenv("OMP_NUM_THREADS", "1")
        card = work.do(item(city, do="plan", out=str(out)))
    return out, card, heard


def test_a_plan_that_was_ended_early_says_so_in_its_files(stopped: tuple[Path, dict[str, Any], list[Any]]):
    out, card, _ = stopped
    tree = json.loads((out / "proposal.json").read_text(encoding="utf-8"))
    said = [part["message"]["zh"] for part in tree["objective"]["explanation"] if part["limit_name"] == "time"]
    assert tree["reproducible"] is False
    assert tree["objective"]["bound"] is None
    assert said == [card["stopped"][0]]
    assert said[0].startswith("按要求提前停下：试了 1 个网格，没有试 2 个")
    assert said[0] in (out / "map.html").read_text(encoding="utf-8")
    proposal = read_proposal(out)
    assert proposal.alternatives["k"].tolist() == [1]
    assert len(proposal.grids) == 1
    assert not (proposal.reasons["reason"] == "untried").any(), "only the search is ended, the reasons are found out"


def test_what_is_found_while_machine_code_is_made_is_no_news_of_the_plan(
    stopped: tuple[Path, dict[str, Any], list[Any]],
):
    _, _, heard = stopped
    assert {one["k"] for one in heard if isinstance(one, dict)} == {1}
    first = next(at for at, one in enumerate(heard) if isinstance(one, dict))
    assert first >= 3, "stages come first"


@pytest.mark.long
def test_the_curve_from_a_version_begins_with_it_and_a_step_becomes_a_version(
    city: Path, stopped: tuple[Path, dict[str, Any], list[Any]]
):
    start = stopped[0] / "assignment.csv"
    out = city.parent / "adjust"
    told = work.do(item(city, do="adjust", start=str(start), out=str(out)))
    rows = read_curve(out)
    assert len(rows) == told["steps"] > 1
    before = pd.read_csv(start, dtype=str).set_index("unit_id")["lead_id"]
    least = min(rows, key=lambda row: row["residents_moved"])
    after = read_proposal(out / str(least["folder"])).units["lead_id"]
    assert least["residents_moved"] == 0
    assert after.reindex(before.index).tolist() == before.tolist()
    kept = city.parent / "versions" / "v2"
    card = work.do({"do": "keep_step", "step": str(out / str(rows[-1]["folder"])), "out": str(kept)})
    assert card["mean_minutes"] == pytest.approx(rows[-1]["mean_minutes"], abs=1e-3)
    assert (kept / "proposal.json").read_bytes() == (out / str(rows[-1]["folder"]) / "proposal.json").read_bytes()


@pytest.mark.long
def test_firmness_leaves_its_tables_and_its_plan_is_a_version(city: Path):
    heard: list[Any] = []
    with heard_by(heard.append):
        card = work.do(
            item(city, do="firmness", study=str(city.parent / "firmness"), out=str(city.parent / "versions" / "v3"))
        )
    proposal = read_proposal(city.parent / "versions" / "v3")
    assert "firm_units" in proposal.annexes
    assert card["grids"] == len(proposal.grids)
    trials = [one["trial"] for one in heard if isinstance(one, dict) and "trial" in one]
    assert trials == sorted(trials)
    assert trials[-1] == next(one["of"] for one in heard if isinstance(one, dict) and "of" in one)
    assert (city.parent / "firmness" / "plans.csv").is_file()


def test_a_folder_without_a_curve_has_none(tmp_path: Path):
    assert read_curve(tmp_path) == []
    (tmp_path / "curve.csv").write_text("folder\nstep-01\n", encoding="utf-8")
    assert read_curve(tmp_path) == []


def test_a_curve_that_the_command_line_drew_anew_has_not_the_title_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The title says from which version a curve starts: it is shown of the curve it was noted of, and of no other."""
    bench = Bench(tmp_path)
    (tmp_path / CURVE).mkdir()
    table = tmp_path / CURVE / "curve.csv"
    table.write_text("folder\nstep-01\n", encoding="utf-8")
    assert bench.noted_curve() == {}
    try:
        job = bench.adjust(None)
        job.done.wait(60)
        assert job.then is not None
        job.then({"steps": 1})
        assert bench.noted_curve()["title"][0].startswith("少改动：从现有分组")
        again = Bench(tmp_path)
        assert again.noted_curve()["title"], "it is known after a restart"
        again.close()
        before = table.read_bytes()
        table.write_text("folder\nstep-02\n", encoding="utf-8")
        assert bench.noted_curve() == {}
        monkeypatch.setattr("gridplan.app.actions.studies_actions.read_curve", lambda _: [{"folder": "step-02"}])
        with pytest.raises(RefusedError):
            WRITES["curve/keep"](
                bench, {"step": "step-02", "name": "x", "digest": hashlib.sha256(before).hexdigest()[:16]}
            )
        table.write_bytes(before)
        assert bench.noted_curve()["title"]
    finally:
        bench.close()
