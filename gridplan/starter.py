"""From a folder of files to a commented case.toml: what each file seems to be, and what is doubtful or missing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from gridplan.case import Source
from gridplan.errors import CaseError, InputProblem
from gridplan.guessing import CRAWL_ROWS, Proposal, propose_roles
from gridplan.inventory import Found, list_files, look_at
from gridplan.layers.datum_fit import FIT_POINTS, better_datum, road_distances
from gridplan.layers.reading import Problems, Reading
from gridplan.layers.roads import read_roads
from gridplan.layers.typed import parse_number
from gridplan.layers.vectors import COORDINATES, points_of_table
from gridplan.templates import write_templates
from gridplan.text import Language, Text

CASE_NAME = "case.toml"
_FIT_BYTES = 200_000_000
"""Road files above this size are not read to guess a datum."""
_ORDER = ("units", "boundaries", "population", "census", "facilities", "roads", "barriers", "links", "baseline")
_MEANINGS = {
    "units": Text(zh="规划单元", en="planning units"),
    "boundaries": Text(zh="区界，在其中生成规划单元", en="districts, inside which units are built"),
    "population": Text(zh="人口的位置", en="where people live"),
    "census": Text(zh="按单元的人口总数", en="population totals by unit"),
    "facilities": Text(zh="医疗卫生机构", en="health facilities"),
    "roads": Text(zh="道路", en="roads"),
    "barriers": Text(zh="分隔线：两岸不算相邻", en="barriers: neighbours across them do not touch"),
    "links": Text(zh="连接：轮渡、桥、隧道", en="links: ferries, bridges, tunnels"),
    "baseline": Text(zh="现有分组", en="the existing grouping"),
    "unused": Text(zh="未采用", en="not used"),
}


def start_case(folder: Path, language: Language) -> list[str]:
    """Look at the files of a folder, write a commented case.toml there, and return the lines to print.

    Parameters
    ----------
    folder : with the planner's files, which are only read.
    language : of the comments and of the lines.

    Raises
    ------
    CaseError
        If there is no such folder, it has no file that could be a layer, or a case.toml stands there already.
    """
    folder = Path(folder)
    _refuse(folder)
    found, problems = look_at(list_files(folder))
    if not found and not problems:
        raise CaseError(_no_files(folder))
    proposals = _with_datums(folder, propose_roles(found))
    doubts = [*_doubts(proposals), *_missing(proposals)]
    text = write_case(folder.resolve().name, proposals, doubts, language)
    (folder / CASE_NAME).write_text(text, encoding="utf-8")
    templates = write_templates(folder, language)
    return [*_report(folder, proposals, doubts, problems, language), *_told_templates(templates, language)]


def _refuse(folder: Path) -> None:
    if not folder.is_dir():
        raise CaseError(
            InputProblem(
                "error",
                Text(zh="放有图层文件的文件夹", en="a folder with layer files"),
                Text(zh="没有这个文件夹", en="no such folder"),
                Text(zh="检查路径。", en="Check the path."),
                file=folder.name,
            )
        )
    if (folder / CASE_NAME).exists():
        raise CaseError(
            InputProblem(
                "error",
                Text(zh="还没有 case.toml 的文件夹", en="a folder without case.toml"),
                Text(zh="已有 case.toml，未改动", en="one that has it; it was left as it is"),
                Text(zh="要重新生成，先把它改名或移走。", en="To have a new one written, rename or move it first."),
                file=CASE_NAME,
            )
        )


def _no_files(folder: Path) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="图层文件（xlsx、csv、gpkg、shp、geojson、tif、osm.pbf 等）", en="layer files (xlsx, csv, gpkg, ...)"),
        Text(zh="文件夹里没有", en="none in the folder"),
        Text(zh="把文件放进去再运行。", en="Put the files there and run this again."),
        file=folder.name,
    )


def _with_datums(folder: Path, proposals: list[Proposal]) -> list[Proposal]:
    """State the datum of tables with coordinates: by their headers, else by how near they lie to the roads."""
    roads = next((proposal for proposal in proposals if proposal.role == "roads"), None)
    return [_with_datum(folder, proposal, roads) if _needs_datum(proposal) else proposal for proposal in proposals]


def _needs_datum(proposal: Proposal) -> bool:
    return proposal.found.shape == "table" and proposal.role in ("facilities", "population")


def _with_datum(folder: Path, proposal: Proposal, roads: Proposal | None) -> Proposal:
    header = proposal.columns.get("lon", "").lower()
    for sign, datum in (("wgs", "wgs84"), ("gcj", "gcj02"), ("bd", "bd09")):
        if sign in header:
            said = Text(zh=f"按表头取 {datum}", en=f"{datum}, by the headers")
            return replace(proposal, datum=datum, doubts=(*proposal.doubts, said))
    if _metric(proposal):
        return proposal.doubting(
            Text(
                zh="坐标像是米制投影坐标：补写 crs（如 EPSG:4549），X 在测量中指北",
                en="coordinates in metres: state crs (such as EPSG:4549); survey tables call north X",
            )
        )
    medians = _fit(folder, proposal, roads) if roads is not None and proposal.role == "facilities" else {}
    best = better_datum(medians, "wgs84") if medians else None
    if best is not None:
        said = Text(
            zh=f"未写坐标基准；按 {best} 到道路的中位距离 {medians[best]:.0f} 米，按 wgs84 为 {medians['wgs84']:.0f} 米，取 {best}",
            en=f"no datum stated; the median distance to roads is {medians[best]:.0f} m as {best} and {medians['wgs84']:.0f} m as wgs84: {best} taken",
        )
        return replace(proposal, datum=best, doubts=(*proposal.doubts, said))
    said = Text(
        zh='未写坐标基准，暂取 wgs84；若来自高德、腾讯改为 "gcj02"，百度改为 "bd09"，自然资源部门改为 "cgcs2000"',
        en='no datum stated, wgs84 taken; if from Amap or Tencent "gcj02", from Baidu "bd09", from survey offices "cgcs2000"',
    )
    return replace(proposal, datum="wgs84", doubts=(*proposal.doubts, said))


def _metric(proposal: Proposal) -> bool:
    known = next((name for name in proposal.found.headers if name in COORDINATES[0].headers), "")
    header = proposal.columns.get("lon") or known
    if header not in proposal.found.frame:
        return False
    numbers = [parse_number(value).value for value in proposal.found.frame[header].head(200)]
    return sum(abs(number) > 400 for number in numbers) > len(numbers) / 2


def _fit(folder: Path, proposal: Proposal, roads: Proposal) -> dict[str, float]:
    """Return the distances to the roads by datum, or nothing where the roads cannot be read."""
    import shapely

    path = folder / roads.found.file
    if path.stat().st_size > _FIT_BYTES:
        return {}
    ignored: Problems = []
    source = Source(path=proposal.found.file, datum="wgs84", columns=proposal.columns)
    points = points_of_table(proposal.found.frame, Reading(source, path, ignored))
    if points is None:
        return {}
    frame = points.frame[~points.frame.geometry.isna()]
    if len(frame) < FIT_POINTS:
        return {}
    crs = frame.estimate_utm_crs()
    try:
        read = read_roads(path, area=shapely.box(*frame.to_crs(crs).total_bounds), crs=crs)
    except Exception:  # a road file that cannot be used is told by check, here it only cannot help
        return {}
    return road_distances(frame, read.roads)


def _doubts(proposals: list[Proposal]) -> list[Text]:
    doubts = []
    for proposal in proposals:
        said = list(proposal.doubts)
        if proposal.role != "unused" and proposal.columns:
            listed = "、".join(f"{ours} = {theirs}" for ours, theirs in proposal.columns.items())
            said.append(Text(zh=f"按内容猜的列：{listed}", en=f"columns guessed: {listed.replace('、', ', ')}"))
        if proposal.role == "facilities" and proposal.found.rows >= CRAWL_ROWS and not proposal.select:
            said.append(_CRAWL)
        doubts += [
            Text(zh=f"{proposal.found.label}：{text.zh}", en=f"{proposal.found.label}: {text.en}") for text in said
        ]
    return doubts


_CRAWL = Text(
    zh="行数很多，像是地图服务采集：同一家医院会重复出现，且没有等级和隶属；请另给正式名册，并用 select 只留基层机构",
    en="many rows, apparently from a map service: it repeats hospitals and knows no level or affiliation; add an official list and keep only primary care with select",
)


def _missing(proposals: list[Proposal]) -> list[Text]:
    roles = {proposal.role for proposal in proposals}
    missing = []
    if not roles & {"units", "boundaries"}:
        missing.append(Text(zh="缺少规划单元或区界的面图层", en="Missing: polygons of planning units or districts"))
    if not roles & {"population", "census"}:
        missing.append(Text(zh="缺少人口（栅格、点或按单元的表）", en="Missing: population (raster, points or table)"))
    if "facilities" not in roles:
        missing.append(Text(zh="缺少医疗卫生机构表", en="Missing: a table of health facilities"))
    if "roads" not in roles:
        missing.append(Text(zh="没有道路：按直线距离估算出行时间", en="No roads: travel times by straight line"))
    return missing


def write_case(name: str, proposals: list[Proposal], doubts: list[Text], language: Language) -> str:
    """Return the text of case.toml."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    lines = [
        say(
            "# 由 gridplan init 根据文件夹内容写出。每个键的写法和默认值见 docs/formats.md。",
            "# Written by gridplan init from what lies in the folder. docs/formats.md explains every key.",
        ),
        *([say("# 请核对：", "# Please check:")] if doubts else []),
        *(f"#   - {doubt.in_language(language)}" for doubt in doubts),
        'format = "gridplan-case/1"',
        f'language = "{language}"',
        "",
        "[place]",
        f"name = {_quoted(name)}" + say("    # 城市或县的名称", "    # name of the city or county"),
        say(
            '# crs = "EPSG:4549"    # 米制坐标系；不写则用 UTM', '# crs = "EPSG:4549"    # metric CRS; UTM if left out'
        ),
    ]
    ordered = sorted((p for p in proposals if p.role != "unused"), key=lambda p: _ORDER.index(p.role))
    roles = {proposal.role for proposal in ordered}
    for proposal in ordered:
        if proposal.role == "census" and "population" not in roles:
            proposal = replace(proposal, role="population", kind="table")
        lines += ["", *_section(proposal, language)]
    for role in ("population", "facilities"):
        if role not in roles and not (role == "population" and "census" in roles):
            lines += ["", f"# [layers.{role}]" + say("    # 缺少：补上后去掉 #", "    # missing: fill in and remove #")]
    if "roads" not in roles:
        lines += ["", "[travel]", 'source = "straight_line"' + say("    # 没有道路", "    # there are no roads")]
    lines += ["", *_rules(roles, language)]
    unused = [proposal for proposal in proposals if proposal.role == "unused"]
    if unused:
        lines += ["", say("# 未采用的文件：", "# Files not used:"), *(f"#   {p.found.label}" for p in unused)]
    return "\n".join(lines) + "\n"


def _section(proposal: Proposal, language: Language) -> list[str]:
    found = proposal.found
    table = f"[[layers.{proposal.role}]]" if proposal.role == "facilities" else f"[layers.{proposal.role}]"
    lines = [f"{table}    # {_MEANINGS[proposal.role].in_language(language)}"]
    if proposal.kind:
        lines.append(f"kind = {_quoted(proposal.kind)}")
    lines.append(f"path = {_quoted(found.file)}")
    if found.layer and not found.only_layer:
        lines.append(f"layer = {_quoted(found.layer)}")
    if proposal.datum:
        lines.append(f"datum = {_quoted(proposal.datum)}")
    elif found.shape in ("point", "line", "polygon", "raster") and not found.crs:
        word = "文件没有写坐标系：补上" if language == "zh" else "the file states no CRS: fill it in"
        lines.append(f'# crs = "EPSG:4490"    # {word}')
    if proposal.columns:
        pairs = ", ".join(f"{ours} = {_quoted(theirs)}" for ours, theirs in proposal.columns.items())
        lines.append(f"columns = {{ {pairs} }}")
    for header, pattern in proposal.select.items():
        lines.append(f"select = {{ {_quoted(header)} = {_quoted(pattern)} }}")
    for name, words in proposal.values.items():
        pairs = ", ".join(f'{_quoted(word)} = ""' for word in words)
        word = "不认识的值：填上含义后去掉 #" if language == "zh" else "unknown values: say what they mean, remove #"
        lines.append(f"# values.{name} = {{ {pairs} }}    # {word}")
    return lines


def _rules(roles: set[Any], language: Language) -> list[str]:
    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    whole = "street" if "units" in roles else "none"
    return [
        "[grids]",
        "# k = [4, 6]"
        + say("          # 网格数；不写则试 2 到 8 个", "          # number of grids; 2 to 8 if left out"),
        f'keep_whole = "{whole}"' + say('  # "street"、"district" 或 "none"', '  # "street", "district" or "none"'),
        "balance = 0.25" + say("        # 人口偏离均值的容许幅度", "        # tolerated deviation from the mean"),
        say("# required_leads = []   # 必须牵头的机构编号", "# required_leads = []   # ids that must lead"),
    ]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _report(
    folder: Path, proposals: list[Proposal], doubts: list[Text], problems: list[InputProblem], language: Language
) -> list[str]:
    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    lines = []
    for proposal in proposals:
        meaning = _MEANINGS[proposal.role].in_language(language)
        lines.append(f"{_described(proposal.found, language)}  →  {meaning}")
    if problems:
        lines += ["", say("不能读取：", "Cannot be read:"), *(f"  {p.render(language)}" for p in problems)]
    if doubts:
        lines += ["", say("请核对：", "Please check:"), *(f"  - {doubt.in_language(language)}" for doubt in doubts)]
    target = folder / CASE_NAME
    return [
        *lines,
        "",
        say(f"已写出 {target}", f"Written: {target}"),
        say("下一步：", "Next: ") + f"gridplan check {target}",
    ]


def _told_templates(paths: list[Path], language: Language) -> list[str]:
    if not paths:
        return []
    said = Text(zh="空白模板在 {f}：", en="Blank templates in {f}: ").format(f=paths[0].parent)
    return [said.in_language(language) + Text(zh="、", en=", ").in_language(language).join(path.name for path in paths)]


def _described(found: Found, language: Language) -> str:
    counted = {"table": ("行", "rows"), "raster": ("个像元", "raster cells")}.get(found.shape, ("个要素", "features"))
    if not found.rows:
        return found.label
    return (
        f"{found.label}（{found.rows:,} {counted[0]}）"
        if language == "zh"
        else f"{found.label} ({found.rows:,} {counted[1]})"
    )
