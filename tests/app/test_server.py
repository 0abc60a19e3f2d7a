"""The workbench by its addresses: what is done there is what the commands do, to the byte; what is asked wrongly is refused."""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gridplan.app.actions.all_actions import READS, WRITES
from gridplan.case.case import read_case
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import proposal_digest
from tests.app.conftest import county
from tests.app.served import Client, killed, started, workbench

Planned = tuple[Client, Path]


def gridplan(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "gridplan", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr


def bytes_in(folder: Path) -> dict[str, str]:
    """What a proposal folder holds, but for the log and what was handed out of it."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file() and path.name not in ("run.log", "manifest.json")
    }


def edits_of(folder: Path) -> dict[str, Any]:
    """A unit of the first grid that goes to the second one."""
    proposal = read_proposal(folder)
    first, second = proposal.grids.index[:2]
    unit = next(unit for unit, grid in proposal.units["grid_id"].items() if grid == first)
    return {
        "format": "gridplan-edits/1",
        "proposal": proposal_digest(proposal),
        "moves": {str(unit): str(second)},
        "comments": [],
    }


def test_a_plan_is_that_of_the_command(planned: Planned, tmp_path: Path):
    _, folder = planned
    gridplan("plan", str(folder / "case.toml"), "-o", str(tmp_path / "out"))
    assert bytes_in(folder / "versions" / "v1") == bytes_in(tmp_path / "out")


@pytest.mark.long
def test_edits_are_judged_and_saved_as_the_command_does(planned: Planned, tmp_path: Path):
    client, folder = planned
    edits = edits_of(folder / "versions" / "v1")
    judged = client.post("review/recheck", version="v1", edits=json.dumps(edits))
    assert judged["totals"]["units_moved"] == 1
    assert {one["change"] for one in judged["findings"]} <= {"gained", "lost", "worse", "better", "changed"}
    saved = client.post(
        "review/save", version="v1", edits=json.dumps(edits), name="修改稿", note="一个村", author="医政科"
    )
    assert saved["status"] == "done"
    version = client.get("versions")["versions"][-1]
    assert (version["name"], version["author"], version["parent"], version["origin"]) == (
        "修改稿",
        "医政科",
        "v1",
        "revision",
    )
    (tmp_path / "edits.json").write_text(json.dumps(edits), encoding="utf-8")
    gridplan(
        "revise", str(folder / "versions" / "v1"), "--edits", str(tmp_path / "edits.json"), "-o", str(tmp_path / "out")
    )
    assert bytes_in(folder / "versions" / version["id"]) == bytes_in(tmp_path / "out")
    told = client.post("versions/compare", first="v1", second=version["id"])
    assert told["totals"]["units_moved"] == 1
    assert sum(row["people"] for row in told["streets"]) == pytest.approx(told["totals"]["residents_moved"])
    assert [finding["rule"] for finding in told["findings"]] == [finding["rule"] for finding in judged["findings"]]


def test_edits_that_revise_refuses_are_refused_in_words(planned: Planned):
    client, folder = planned
    edits = edits_of(folder / "versions" / "v1") | {"moves": {"no such unit": "1"}}
    for name in ("review/recheck", "review/save"):
        status, told = client.try_post(name, version="v1", edits=json.dumps(edits))
        assert status in (400, 409)
        assert any("no such unit" in problem["found"][0] + "".join(problem["values"]) for problem in told["problems"])


def test_opinions_are_decided_one_by_one_and_go_with_the_version(planned: Planned):
    client, folder = planned
    edits = edits_of(folder / "versions" / "v1")
    edits["comments"] = [{"subject_kind": "plan", "author": "乡镇", "text": "请保留"}]
    content = json.dumps(edits, ensure_ascii=False).encode()
    status, _, _ = client.ask(
        "POST", "/api/opinions/upload?name=a.json", content, content_type="application/octet-stream"
    )
    assert status == 200
    told = client.get("opinions?version=v1")
    assert [(one["author"], bool(one["units"])) for one in told["opinions"]] == [("乡镇", True), ("乡镇", False)]
    final = {"version": "v1", "name": "定稿", "note": "", "author": "医政科"}
    status, refused = client.try_post("opinions/conclude", **final)
    assert (status, refused["problems"][0]["found"][1]) == (409, "2 without")
    for one, decision in zip(told["opinions"], ("adopted", "rejected"), strict=True):
        client.post("opinions/decide", key=one["key"], decision=decision, reason=f"{decision}的理由")
    assert client.post("opinions/judge", version="v1")["totals"]["units_moved"] == 1
    saved = client.post("opinions/conclude", **final)
    tree = json.loads((folder / "versions" / saved["out"] / "proposal.json").read_text(encoding="utf-8"))
    assert [(one["author"], one["decision"], one["decision_reason"]) for one in tree["revision"]["comments"]] == [
        ("乡镇", "adopted", "adopted的理由"),
        ("乡镇", "rejected", "rejected的理由"),
    ]
    client.post("opinions/drop", file="a.json")
    assert client.get("opinions?version=v1")["files"] == []
    assert client.try_post("opinions/drop", file="../case.toml")[0] == 400


def test_drafts_are_kept_by_the_digest_of_the_proposal(planned: Planned):
    client, folder = planned
    edits = edits_of(folder / "versions" / "v1")
    client.post("review/draft", digest=edits["proposal"], edits=edits)
    assert client.get(f"review/draft?digest={edits['proposal']}") == edits
    client.post("review/draft", digest=edits["proposal"], edits=None)
    assert client.get(f"review/draft?digest={edits['proposal']}") is None
    assert client.try_post("review/draft", digest="../../etc/passwd", edits={})[0] == 400


def test_the_review_page_is_drawn_anew_and_not_taken_from_the_folder(planned: Planned):
    client, folder = planned
    page = folder / "versions" / "v1" / "map.html"
    own = page.read_bytes()
    page.write_text("<script>steal()</script>", encoding="utf-8")
    status, headers, content = client.ask("GET", "/review/v1")
    page.write_bytes(own)
    assert status == 200
    assert b"steal()" not in content
    assert b"gridplan-data" in content
    assert headers["content-security-policy"] == "frame-ancestors 'self'"


def test_the_documents_of_a_version_are_made_and_read(planned: Planned):
    client, _ = planned
    client.post("handout/make", version="v1", what=["geojson"])
    rows = client.until(
        lambda: [
            row
            for group in client.get("handout?version=v1")["papers"]
            for row in group["rows"]
            if row["what"] == "geojson" and row["files"]
        ]
    )
    name = rows[0]["files"][0]
    status, headers, content = client.ask("GET", f"/paper?version=v1&name={name}")
    assert (status, headers["content-security-policy"].split(";")[0]) == (200, "default-src 'none'")
    assert json.loads(content)
    assert client.try_post("handout/make", version="v1", what=["postgis"])[0] == 400


@pytest.mark.parametrize(
    "address",
    [
        "/paper?version=v1&name=../../case.toml",
        "/paper?version=v1&name=/etc/passwd",
        "/paper?version=v1&name=..%2f..%2fcase.toml",
        "/paper?version=v1&name=",
        "/paper?version=../..&name=case.toml",
        "/paper?version=v99&name=map.html",
        "/paper",
        "/review/v99",
        "/review/..%2f..%2fcase",
        "/review/",
        "/app/web/workbench.html",
        "/app/web/__init__.py",
        "/app/web/..%2fguard.py",
        "/app/web/",
        "/outputs/map/page.py",
        "/outputs/map/base.js",
        "/api/",
        "/api/nothing",
        "/case.toml",
        "/..%2fcase.toml",
        "//etc/passwd",
    ],
)
def test_nothing_else_is_handed_out(planned: Planned, address: str):
    status, _, content = planned[0].ask("GET", address)
    assert status in (400, 404)
    assert b"gridplan-case" not in content
    assert b"root:" not in content


@pytest.mark.parametrize(
    "name",
    [
        "../evil.csv",
        "/etc/evil",
        "..",
        ".hidden",
        "~lock",
        "a\\b.csv",
        "C:evil",
        "",
        " ",
        "x" * 300,
        "a\u202eb.csv",
        "versions",
        "con:.csv",
        "end.",
    ],
)
def test_a_file_lands_in_the_folder_itself_or_nowhere(planned: Planned, name: str):
    client, folder = planned
    from urllib.parse import quote

    before = sorted(path.name for path in folder.iterdir())
    assert client.upload(quote(name, safe=""), b"a,b\n1,2\n") == 400
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"a":' * 5000, b"1" * 5000, b'{"key": 5}', b"{}"]
)
@pytest.mark.parametrize("name", ["wishes/set", "files/use", "versions/compare"])
def test_a_body_that_is_no_request_is_refused(planned: Planned, name: str, body: bytes):
    client, _ = planned
    status, _, content = client.ask("POST", f"/api/{name}", body)
    assert status == 400
    assert json.loads(content)["problems"][0]["remedy"][0]
    assert client.get("state")["folder"]


def test_every_action_refuses_what_no_page_sends(planned: Planned):
    """Nothing that a page may ask for ends in an error of the program, whatever stands in it."""
    client, folder = planned
    text = (folder / "case.toml").read_bytes()
    strange: list[Any] = [None, 5, "x", [], {}, "../..", "v1" * 3000]
    keys = (
        "name",
        "version",
        "key",
        "value",
        "file",
        "layer",
        "role",
        "section",
        "header",
        "ours",
        "number",
        "first",
        "second",
        "what",
        "keys",
        "row",
        "column",
        "before",
        "step",
        "scenario",
        "facility",
        "kind",
        "services",
    )
    skipped = (
        "undo",
        "place",
        "check",
        "plan",
        "check/book",
        "files/templates",
        "open",
        "interrupted/forget",
        "plan/in_force",
        "jobs/cancel",
        "jobs/finish",
        "firmness",
    )
    for name in sorted(WRITES.keys() - set(skipped)):
        for one in strange:
            status, _ = client.try_post(name, **dict.fromkeys(keys, one))
            assert status in (400, 409) or (name, one) == ("files/confirm", []), (name, one)
    assert (folder / "case.toml").read_bytes() == text
    assert set(READS) == {
        "state",
        "files",
        "check",
        "wishes",
        "plan",
        "versions",
        "review/draft",
        "handout",
        "opinions",
        "curve",
        "files/decided",
        "files/leads",
        "files/pair",
        "files/sight",
        "plan/found",
        "versions/log",
    }


def test_what_is_no_http_does_not_end_the_workbench(planned: Planned):
    client, _ = planned
    for noise in (
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET " + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"POST /api/undo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n",
    ):
        with socket.create_connection((client.host, client.port), timeout=10) as connection:
            connection.sendall(noise)
            connection.shutdown(socket.SHUT_WR)
            assert b"200 OK" not in connection.recv(4096)
    assert client.get("state")["folder"]


def test_wishes_are_keys_of_the_case(planned: Planned):
    client, folder = planned
    client.post("wishes/set", key="grids.balance", value=0.3)
    assert "balance = 0.3" in (folder / "case.toml").read_text(encoding="utf-8")
    row = next(row for row in client.get("wishes")["wishes"] if row["key"] == "grids.balance")
    assert (row["value"], row["own"], row["tag"]) == (0.3, True, "own")
    status, told = client.try_post("wishes/set", key="grids.balance", value=-3)
    assert status == 400
    assert told["problems"][0]["field"] == "grids.balance"
    assert client.try_post("wishes/set", key="layers.units", value={"path": "/etc/passwd"})[0] == 400
    assert client.try_post("wishes/set", key="data_folder", value="/")[0] == 400
    hospital = client.get("wishes")["ground"]["sites"][0]["id"]
    client.post("wishes/lead", id=hospital, choice="required")
    assert client.get("wishes")["required"] == [hospital]
    for _ in range(2):
        assert client.post("undo")
    assert client.get("wishes")["required"] == []


@pytest.mark.long
def test_the_folder_is_watched_and_repaired_problems_are_told(tmp_path: Path):
    folder = county(tmp_path / "county")
    whole = (folder / "villages.csv").read_text(encoding="utf-8-sig")
    lines = whole.splitlines()
    column = (
        lines[0].split(",").index(next(name for name in lines[0].split(",") if "人口" in name or "population" in name))
    )
    broken = lines[3].split(",")
    broken[column] = "5,2O8".replace(",", "")
    (folder / "villages.csv").write_text("\n".join([*lines[:3], ",".join(broken), *lines[4:]]), encoding="utf-8-sig")
    with workbench(folder) as client:
        client.post("check")
        told = client.until(lambda: client.get("check")["checked"])
        wrong = next(problem for problem in told["problems"] if problem["severity"] == "error")
        assert (wrong["file"], wrong["rows"]) == ("villages.csv", [4])
        bad = next(row for row in wrong["sample"]["rows"] if row["bad"])
        assert (bad["row"], bad["cells"][wrong["sample"]["field"]]) == (4, "52O8")
        assert client.station("check")["glyph"] == "blocked"
        assert client.try_post("plan")[0] == 409
        (folder / "villages.csv").write_text(whole, encoding="utf-8-sig")
        client.until(lambda: client.station("check")["glyph"] == "done")
        assert [problem["key"] for problem in client.get("check")["repaired"]] == [wrong["key"]]


@pytest.mark.long
def test_an_unknown_word_is_said_to_mean_one_of_ours_and_the_check_follows(tmp_path: Path):
    folder = county(tmp_path / "county")
    book = openpyxl.load_workbook(folder / "facilities.xlsx")
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[1] if cell.value == "类别")
    rows = [row for row in range(2, sheet.max_row + 1) if sheet.cell(row, column).value == "村卫生室"]
    for row in rows:
        sheet.cell(row, column).value = "健康小屋"
    book.save(folder / "facilities.xlsx")
    with workbench(folder) as client:
        client.until(lambda: client.get("files")["layers"])
        client.post("check")
        told = client.until(lambda: client.get("check")["checked"])
        mapped = next(problem["mapped"] for problem in told["problems"] if problem["mapped"])
        assert (mapped["column"], mapped["values"]) == ("kind", ["健康小屋"])
        assert ["village_clinic", ["村卫生室", "village clinic"]] in mapped["choices"]
        meaning = {"section": mapped["section"], "column": "kind", "theirs": "健康小屋", "ours": "village_clinic"}
        client.post("check/value", **meaning)
        client.until(lambda: all(problem["mapped"] is None for problem in client.get("check")["checked"]["problems"]))
        assert client.station("check")["glyph"] in ("done", "running")


@pytest.mark.long
def test_files_that_are_put_there_are_taken_for_what_they_are(tmp_path: Path):
    source = county(tmp_path / "source")
    folder = tmp_path / "empty"
    folder.mkdir()
    with workbench(folder) as client:
        client.until(lambda: client.station("files")["line"][1] == "no files yet")

        def put(name: str) -> None:
            assert client.upload(name, (source / name).read_bytes()) == 200
            client.until(lambda: name in {layer["file"] for layer in client.get("files")["layers"] if layer["section"]})

        names = sorted(
            path.name for path in source.iterdir() if path.name not in ("case.toml", "networks.csv", "roads.gpkg")
        )
        put(names[0])
        for name in names[1:]:
            assert client.upload(name, (source / name).read_bytes()) == 200
        client.until(
            lambda: {layer["role"] for layer in client.get("files")["layers"]} >= {"facilities", "units", "census"}
        )
        assert client.station("files")["glyph"] == "doubt", "the name of the folder is not that of a county"
        client.post("place", name="云岫县")
        put("roads.gpkg")
        put("networks.csv")
        assert 'name = "云岫县"' in (folder / "case.toml").read_text(encoding="utf-8")
        layers = client.get("files")["layers"]
        table = next(layer for layer in layers if layer["role"] == "facilities")
        client.post("files/use", file=table["file"], layer=table["layer"], role="unused", kind="")
        client.until(lambda: all(layer["role"] != "facilities" for layer in client.get("files")["layers"]))
        client.post("files/use", file=table["file"], layer=table["layer"], role="facilities", kind="")
        again = client.until(
            lambda: [layer for layer in client.get("files")["layers"] if layer["role"] == "facilities"]
        )
        assert again[0]["columns"] == table["columns"]


def test_a_file_that_a_case_leaves_out_stays_out(tmp_path: Path):
    """Opening a folder changes nothing in it: what its case does not name may be meant so."""
    folder = county(tmp_path / "county")
    text = (folder / "case.toml").read_text(encoding="utf-8")
    section = text[text.index("[layers.records.networks]") :].partition("\n\n")[0]
    (folder / "case.toml").write_text(text.replace(section, ""), encoding="utf-8")
    before = (folder / "case.toml").read_bytes()
    with workbench(folder) as client:
        layers = client.until(lambda: client.get("files")["layers"])
        left_out = next(layer for layer in layers if layer["file"] == "networks.csv")
        assert (left_out["section"], left_out["why"][1]) == ([], "it looks like networks across grids")
        (folder / "note.txt").write_text("hello", encoding="utf-8")
        client.until(lambda: client.get("files")["sizes"].get("note.txt"))
    assert (folder / "case.toml").read_bytes() == before


def test_a_second_opening_finds_the_first_and_a_killed_one_is_replaced(tmp_path: Path):
    folder = county(tmp_path / "county")
    first, address = started(folder)
    client = Client(address)
    client.post("place", name="改了名")
    second, found = started(folder)
    second.communicate(timeout=30)
    assert second.returncode == 0
    assert found == address
    killed(first)
    with workbench(folder) as again:
        assert again.address != address
        assert again.get("state")["place"] == "改了名"
    assert not (folder / ".gridplan" / "open.json").exists()


@pytest.mark.long
def test_a_plan_that_was_killed_is_told_and_leaves_no_version(tmp_path: Path):
    folder = county(tmp_path / "county")
    process, address = started(folder)
    client = Client(address)
    client.post("check")
    client.until(lambda: client.get("check")["checked"])
    client.post("plan")
    client.until(lambda: [job for job in client.get("plan")["jobs"] if job["stages"]])
    killed(process)
    with workbench(folder) as again:
        assert again.get("versions")["versions"] == []
        assert again.get("state")["interrupted"]["title"]
        again.post("interrupted/forget")
        assert again.get("state")["interrupted"] is None


def test_a_folder_that_is_not_there_is_refused_in_words(tmp_path: Path):
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    for arguments in ([str(tmp_path / "nowhere")], [str(tmp_path), "--port", str(taken.getsockname()[1])]):
        done = subprocess.run(
            [sys.executable, "-m", "gridplan", "open", *arguments, "--no-browser"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 2
        assert "需要" in done.stderr
        assert "Traceback" not in done.stderr
    taken.close()


def test_scenarios_are_written_changed_and_removed_and_comments_stay(tmp_path: Path):
    folder = county(tmp_path / "county")
    case = folder / "case.toml"
    case.write_text(
        case.read_text(encoding="utf-8") + '\n[[scenarios]]  # 去年\nname = "暴雪"\nlinks = ["大桥"]\n',
        encoding="utf-8",
    )
    with workbench(folder) as client:
        client.until(lambda: client.get("files")["layers"])
        new = {"number": None, "name": "台风", "links": "", "lost": "YX001、YX002", "closed": ""}
        client.post("wishes/scenario", **new)
        client.post("wishes/scenario", number=0, name="暴雪", links="大桥，二桥", lost="", closed="")
        told = client.get("wishes")["scenarios"]
        assert [(one["name"], one["links"], one["lost"]) for one in told] == [
            ("暴雪", ["大桥", "二桥"], []),
            ("台风", [], ["YX001", "YX002"]),
        ]
        assert "# 去年" in case.read_text(encoding="utf-8")
        before = case.read_bytes()
        assert client.try_post("wishes/scenario", **{**new, "lost": ""})[0] == 400, "nothing is out of use"
        assert case.read_bytes() == before
        client.post("wishes/unscenario", number=0)
        assert [one["name"] for one in client.get("wishes")["scenarios"]] == ["台风"]
        assert client.try_post("wishes/unscenario", number=5)[0] == 400


def test_conversions_are_written_changed_and_taken_out_by_the_words_of_the_case_and_undone(tmp_path: Path):
    folder = county(tmp_path / "county")
    case = folder / "case.toml"
    own = (
        '\n[[scenarios]]\nname = "转型"\n[[scenarios.changes]]   # 卫健委意见\nfacility = "YX001"\nkind = "康复医院"\n'
    )
    case.write_text(case.read_text(encoding="utf-8") + own, encoding="utf-8")
    with workbench(folder) as client:
        client.until(lambda: client.get("files")["layers"])

        def conversions() -> list[Any]:
            return client.get("wishes")["scenarios"][-1]["changes"]

        assert conversions() == [{"facility": "YX001", "kind": "rehab", "services": None}]
        start = case.read_bytes()
        new = {"facility": "YX002", "kind": "", "services": ["rehab", "nursing"]}
        client.post("wishes/conversion", scenario=0, number=None, **new)
        client.post("wishes/conversion", scenario=0, number=0, facility="YX001", kind="nursing", services=[])
        assert conversions() == [
            {"facility": "YX001", "kind": "nursing", "services": []},
            {"facility": "YX002", "kind": "", "services": ["rehab", "nursing"]},
        ]
        text = case.read_text(encoding="utf-8")
        assert "# 卫健委意见" in text
        assert 'services = ["康复", "护理"]' in text
        read = read_case(case).scenarios[-1].changes
        assert [(one.facility, one.kind, one.services) for one in read] == [
            ("YX001", "nursing", ()),
            ("YX002", "", ("rehab", "nursing")),
        ]
        client.post("wishes/conversion", scenario=None, number=None, name="另一个", **new)
        assert [one["name"] for one in client.get("wishes")["scenarios"]] == ["转型", "另一个"]
        before = case.read_bytes()
        nothing = {"facility": "YX001", "kind": "", "services": None}
        assert client.try_post("wishes/conversion", scenario=0, number=0, **nothing)[0] == 400, "nothing is changed"
        assert client.try_post("wishes/conversion", scenario=2, number=None, **new)[0] == 400
        assert client.try_post("wishes/conversion", scenario=0, number=2, **new)[0] == 400
        assert client.try_post("wishes/unconvert", scenario=0, number=2)[0] == 400
        assert case.read_bytes() == before
        client.post("wishes/unconvert", scenario=1, number=0)
        assert [one["name"] for one in client.get("wishes")["scenarios"]] == ["转型"], (
            "with the last one the scenario goes"
        )
        for _ in range(4):
            assert client.post("undo")
        assert case.read_bytes() == start
