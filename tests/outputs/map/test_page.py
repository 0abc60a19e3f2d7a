"""The file: same proposal, same bytes; nothing from elsewhere; no script but its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

from gridplan.outputs.map.page import render_map, write_map
from tests.outputs.map.sample_city import build_city

HERE = Path(__file__).parent


def test_twice_the_same_bytes(tmp_path, city):
    write_map(city, tmp_path / "one.html")
    write_map(city, tmp_path / "two.html")
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_another_process_writes_the_same_bytes(tmp_path):
    code = "import sys; from tests.outputs.map.sample_city import build_city; from gridplan.outputs.map.page import write_map; write_map(build_city(30, 3), sys.argv[1])"
    path = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "other.html")], check=True, env=environment)
    assert (tmp_path / "other.html").read_text(encoding="utf-8") == render_map(build_city(30, 3))


def test_nothing_is_loaded_from_elsewhere(city):
    page = render_map(city)
    assert not re.search(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", page)
    assert "url(" not in re.sub(
        r"url\(#default#VML\)", "", "".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    )
    assert "connect-src 'none'" in page


def test_only_named_scripts_may_run(city):
    page = render_map(city)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    scripts = re.search(r"script-src ([^;]+);", policy[1])
    assert scripts is not None
    assert "unsafe" not in scripts[1]
    assert scripts[1].count("sha256-") == len(re.findall(r"<script>", page))


def test_no_path_of_this_machine(city):
    page = render_map(city)
    assert str(Path.home()) not in page
    assert str(HERE) not in page
    assert "site-packages" not in page
