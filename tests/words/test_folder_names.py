"""Names that Windows takes for a device, another folder, or not at all."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from gridplan.words.folder_names import refused_name, windows_refuses


@pytest.mark.parametrize(
    "path",
    [
        r"C:\maps\CON", r"C:\maps\con.2026", r"C:\nul\plan", r"C:\maps\LPT1", r"C:\maps\COM¹", r"C:\maps\aux ",
        r"C:\maps\plan.", r"C:\maps\plan ", r"C:\maps.\plan", r"C:\maps\a:b", r"C:\maps\a?", r"C:\maps\a|b", "C:\\maps\\a\x07",
        "C:\\" + "方" * 245, "C:\\" + "\\".join(["0123456789"] * 23),
    ],
)  # fmt: skip
def test_windows_would_not_take_it(path: str):
    refused = windows_refuses(PureWindowsPath(path))
    assert refused is not None
    assert refused.zh != refused.en


@pytest.mark.parametrize(
    "path",
    [r"C:\maps\方案", r"\\server\share\plan", r"C:\maps\console", r"C:\maps\com", r"C:\.maps\a.b", "C:\\" + "方" * 230],
)
def test_windows_takes_it(path: str):
    assert windows_refuses(PureWindowsPath(path)) is None


def test_a_root_is_no_folder_of_results():
    assert refused_name(Path("/")) is not None
    assert refused_name(PureWindowsPath("Z:\\")) is not None
    assert refused_name(Path("/maps/CON")) is None


@pytest.mark.parametrize("name", ["\x1b[2J", "plan\u202e", "\x9b2J", "plan\u2067"])
def test_a_name_that_steers_a_terminal_is_no_folder_of_results(name: str):
    assert refused_name(Path("/maps") / name) is not None
    assert refused_name(Path("/maps") / name / "plan") is None
