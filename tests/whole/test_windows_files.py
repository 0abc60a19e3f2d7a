"""The files with which a Windows computer installs and opens the program: what cmd.exe trips over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FILES = Path(__file__).parents[2] / ".ci" / "windows"
BLOCK = 512
"""Bytes that cmd.exe reads at a time: under code page 65001 it loses its place where a character lies across two of them."""


@pytest.mark.parametrize("name", ["install.cmd", "workbench.cmd"])
def test_no_character_lies_across_two_blocks_and_every_label_is_there(name):
    text = (FILES / name).read_text("utf-8").replace("\n", "\r\n")
    data = text.encode()
    assert not data.startswith(b"\xef\xbb\xbf"), "cmd.exe takes a BOM for a command"
    cut = [at for at in range(BLOCK, len(data), BLOCK) if data[at] & 0xC0 == 0x80]
    assert cut == [], f"a character lies across byte {cut}: change the length of a line before it"
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    wanted = set(re.findall(r"goto (\w+)", text))
    assert wanted == labels


@pytest.mark.parametrize("name", ["install.cmd", "workbench.cmd"])
def test_no_bracket_of_a_sentence_ends_a_block(name):
    """Inside ( … ) the first bare bracket ends the block, quoted or not by the sentence that it stands in."""
    inside = False
    for line in (FILES / name).read_text("utf-8").splitlines():
        if inside and line.strip() == ")":
            inside = False
        elif inside:
            assert not set(line) & set("()"), line
        elif line.endswith("("):
            inside = True
    assert not inside
