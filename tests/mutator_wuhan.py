"""Seeded damage to Wuhan's raw layers: map-service crawls, a list of hospitals, districts with population, barriers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np

from tests.mutator import (
    Kind,
    above,
    blank_rows,
    bow_tie,
    cell,
    features,
    full_width,
    gbk,
    header,
    insert,
    moved,
    put,
    raw,
    reshape,
    shuffled,
    swap,
    table,
    without,
)

CASE = Path(__file__).parent / "cases" / "wuhan" / "case.toml"
H, R, S, D, V = "hospital.csv", "residence.csv", "hospital_sites.csv", "districts_pop.gpkg", "river_barriers.gpkg"
KEPT = ("NAME", "社区卫生服务中心$|社区卫生服务站$|卫生院$|护理院$|康复医院$")
"""The rows of the crawl that the case keeps."""


def undamaged(data: Path, folder: Path) -> Path:
    """Copy Wuhan's layers without its roads: all districts are planned, by straight lines; return the case."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (H, R, S, D, V):
        shutil.copy(data / "wuhan" / name, folder / name)
        (folder / name).chmod(0o644)
    text = CASE.read_text(encoding="utf-8")
    text = re.sub(r"data_folder = .*\n", "", text)
    text = re.sub(r'from = "roads"', 'from = "boundaries"', text)
    text = re.sub(r"\[layers\.roads\]\npath = .*\n", '[travel]\nsource = "straight_line"\n', text)
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return folder / "case.toml"


KINDS = [
    cell("site blank", S, "site", ""),
    cell("site repeated", S, "site", above),
    cell("site like a formula", S, "site", "@SUM(A1)"),
    cell("site's level unknown", S, "level", "特甲"),
    cell("site's kind unknown", S, "kind", "航天中心"),
    cell("site's affiliation unknown", S, "admin_level", "月球属"),
    cell("site's ownership unknown", S, "ownership", "不知道"),
    cell("site's longitude blank", S, "lon", "", field="lon, lat"),
    cell("site's latitude in words", S, "lat", "北纬30度"),
    cell("site's longitude full width", S, "lon", full_width, "repair"),
    cell("site's parent unknown", S, "hospital", "没有的医院"),
    table("site's coordinates swapped", S, swap("lon", "lat"), "lon, lat"),
    table("site in the sea", S, moved(123.4, 34.2, "lon", "lat"), "lon, lat", "warning"),
    table("sites without latitude", S, without("lat"), "lat"),
    table("sites' level renamed", S, header("level", "甲乙丙"), "level"),
    table("sites with a title", S, insert(["武汉市牵头医院名单"], top=True), "", "repair"),
    table("sites with a total", S, insert(["合计", "32 处"]), "", "repair"),
    table("sites shuffled", S, shuffled, "", ""),
    table("sites with blank rows", S, blank_rows, "", ""),
    raw("sites in GBK", S, gbk, "encoding", "repair"),
    raw("sites empty", S, lambda data, rng: b""),
    cell("crawl id blank", H, "ID", "", among=KEPT),
    cell("crawl id as exponent", H, "ID", "1.02E+09", among=KEPT),
    cell("crawl longitude blank", H, "XGCJ", "", field="XGCJ, YGCJ", among=KEPT),
    cell("crawl latitude in words", H, "YGCJ", "不详吧", among=KEPT),
    cell("crawl longitude infinite", H, "XGCJ", "inf", among=KEPT),
    cell("crawl longitude times ten", H, "XGCJ", lambda old, *_: float(old) * 10, field="XGCJ, YGCJ", among=KEPT),
    table("crawl coordinates swapped", H, swap("XGCJ", "YGCJ", KEPT), "XGCJ, YGCJ"),
    table("crawl row at zero", H, moved(0.0, 0.0, "XGCJ", "YGCJ", KEPT), "XGCJ, YGCJ", "warning"),
    table("crawl without ids", H, without("ID"), "ID"),
    table("crawl without names", H, without("NAME"), "NAME"),
    table("crawl row too long", H, lambda rows, rng: [*rows[:-1], [*rows[-1], "多余"]], ""),
    table("crawl shuffled", H, shuffled, "", ""),
    raw("crawl in GBK", H, gbk, "encoding", "repair"),
    raw("crawl absent", H, lambda data, rng: None),
    cell("residence without longitude", R, "XGCJ", "", field="XGCJ, YGCJ"),
    cell("residence's latitude in words", R, "YGCJ", "很北"),
    table("residence in the sea", R, moved(123.4, 34.2, "XGCJ", "YGCJ"), "XGCJ, YGCJ", "warning"),
    table("residence's coordinates swapped", R, swap("XGCJ", "YGCJ"), "XGCJ, YGCJ"),
    table("residences without longitude", R, without("XGCJ"), "XGCJ"),
    table("residences shuffled", R, shuffled, "", ""),
    raw("residences in GBK", R, gbk, "encoding", "repair"),
    raw("residences are noise", R, lambda data, rng: rng.bytes(4096), "encoding"),
    features("district without shape", D, "district", reshape(lambda shape: None), "geometry"),
    features("district crosses itself", D, "district", reshape(bow_tie), "geometry", "repair"),
    features("district over its neighbours", D, "district", reshape(lambda shape: shape.buffer(0.02)), "geometry", "warning"),
    features("district code twice", D, "district", put("Code_County", lambda frame, at: frame.loc[(at + 1) % len(frame), "Code_County"]), "Code_County"),
    features("district without name", D, "district", put("Name_County", None), "Name_County"),
    features("district of negative people", D, "district", put("Pop_2017", -5), "Pop_2017"),
    features("district of unknown people", D, "district", put("Pop_2017", np.nan), "Pop_2017", "warning"),
    features("district deleted", D, "district", lambda frame, at: frame.drop(index=at), "XGCJ, YGCJ", "warning", file=R),
    features("districts without CRS", D, "district", lambda frame, at: frame.set_crs(None, allow_override=True), "crs"),
    features("districts without population", D, "district", lambda frame, at: frame.drop(columns="Pop_2017"), "Pop_2017"),
    raw("districts torn", D, lambda data, rng: data[: len(data) // 3]),
    raw("rivers are noise", V, lambda data, rng: rng.bytes(4096)),
    raw("rivers absent", V, lambda data, rng: None),
]  # fmt: skip
"""Kinds of damage, each at a seeded place."""

__all__ = ["KINDS", "Kind", "undamaged"]
