"""From a folder of files to a commented case.toml: what each file seems to be, and what is doubtful or missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gridplan.case.sources import DATUM_NAMES, Source
from gridplan.intake.case_text import meaning, samples, why, write_case
from gridplan.intake.guessed_columns import known_headers
from gridplan.intake.guessing import CRAWL_ROWS, Guess, guess_roles
from gridplan.intake.inventory import Found, list_files, look_at
from gridplan.intake.suggested_merges import with_merges
from gridplan.intake.templates import FOLDER, write_templates
from gridplan.layers.area.datum_fit import FIT_POINTS, better_datum, road_distances
from gridplan.layers.facilities.facilities import COLUMNS as FACILITY_COLUMNS
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.typed import parse_number
from gridplan.layers.files.vectors import COORDINATES, points_of_table
from gridplan.layers.roads.roads import read_roads
from gridplan.words.errors import CaseError, InputProblem
from gridplan.words.numbers import counted
from gridplan.words.problems import Problems
from gridplan.words.text import Language, Text
from gridplan.words.writing import replaced_file

CASE_NAME = "case.toml"
_FIT_BYTES = 200_000_000
"""Road files above this size are not read to guess a datum."""


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
    OutputError
        If nothing can be written there; case.toml is written last, so that it can be tried again.
    """
    folder = Path(folder)
    _refuse(folder)
    draft = draft_case(folder, language)
    templates = write_templates(folder, language)
    with replaced_file(folder / CASE_NAME) as beside:
        beside.write_text(draft.text, encoding="utf-8")
    return [
        *_report(folder, draft.guesses, draft.doubts, draft.problems, language),
        *_told_templates(templates, language),
    ]


@dataclass(frozen=True, eq=False)
class Draft:
    """A first case: its text, what each file is taken for, what is doubtful, and what cannot be read."""

    text: str
    guesses: list[Guess]
    doubts: list[Text]
    problems: list[InputProblem]


def draft_case(folder: Path, language: Language) -> Draft:
    """Look at the files of a folder; workbooks of suggested merges are written there, the case is not.

    Raises
    ------
    CaseError
        If no file there could be a layer.
    """
    found, problems = look_at(list_files(folder))
    if not found and not problems:
        raise CaseError(_no_files(folder))
    guesses = with_merges(folder, with_datums(folder, guess_roles(found)), language)
    by_roads = _roads_cover_a_part(guesses)
    doubts = [*_doubts(guesses), *([_BY_ROADS] if by_roads else []), *_missing(guesses)]
    text = write_case(folder.resolve().name, guesses, doubts, language, by_roads=by_roads)
    return Draft(text, guesses, doubts, problems)


_MUCH = 0.8
"""Roads whose box holds less than this share of the districts are taken for those of a part, such as the built-up area."""
_BY_ROADS = Text(
    zh='道路只覆盖区界的一部分：暂按 [area] from = "roads" 只规划这一部分，人口按比例计；要规划全部，删去这一节并补全道路',
    en='the roads cover only a part of the districts: [area] from = "roads" plans that part, with its share of the people; for all of it remove the section and complete the roads',
)


def _roads_cover_a_part(guesses: list[Guess]) -> bool:
    """Tell whether the roads reach only a part of the districts in which units are to be built."""
    import shapely

    frames: dict[str, Any] = {guess.role: guess.found.frame for guess in guesses if guess.found.crs}
    districts, roads = frames.get("boundaries"), frames.get("roads")
    if districts is None or roads is None or "units" in {guess.role for guess in guesses} or roads.empty:
        return False
    box = shapely.box(*roads.to_crs(districts.crs).total_bounds)
    ground = shapely.make_valid(districts.geometry.to_numpy())
    inside = shapely.area(shapely.intersection(ground, box)).sum()
    return bool(inside < _MUCH * shapely.area(ground).sum())


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


def with_datums(folder: Path, guesses: list[Guess]) -> list[Guess]:
    """State the datum of tables with coordinates: by their headers, else by how near they lie to the roads."""
    roads = next((guess for guess in guesses if guess.role == "roads"), None)
    return [
        _with_datum(folder, guess, roads) if _needs_datum(guess) else _with_datum_of_polygons(guess)
        for guess in guesses
    ]


_DATAV = {"adcode", "acroutes", "childrenNum", "subFeatureIndex"}
"""Properties of the polygons that DataV hands out."""
_FROM_DATAV = Text(
    zh="列与 DataV 的区划文件一致，按 gcj02 读取；若已转换过，删去 datum",
    en="its columns are those of DataV polygons: read as gcj02; remove datum if they have been converted",
)
_POLYGON_DATUM = Text(
    zh='没有写明坐标基准，按 WGS 84 读取；若来自高德、DataV 等地图服务，写 datum = "gcj02"',
    en='no datum stated, read as WGS 84; if from a map service such as Amap or DataV write datum = "gcj02"',
)


def _with_datum_of_polygons(guess: Guess) -> Guess:
    """Say on which datum polygons in degrees are read: those of map services are shifted by hundreds of metres in China."""
    found = guess.found
    if found.shape != "polygon" or guess.role not in ("units", "boundaries") or found.crs not in _DEGREES:
        return guess
    if Path(found.file).suffix.lower() not in _WITHOUT_DATUM or not _in_china(found.frame):
        return guess
    if len(_DATAV & set(found.headers)) > 1:
        return replace(guess, datum="gcj02").doubting(_FROM_DATAV)
    return guess.doubting(_POLYGON_DATUM)


_DEGREES = ("EPSG:4326", "OGC:CRS84", "")
_WITHOUT_DATUM = (".json", ".geojson", ".kml", ".kmz", ".shp", ".zip")
"""Formats in which map services hand out polygons, always called WGS 84."""


def _in_china(frame: Any) -> bool:
    west, south, east, north = frame.total_bounds
    return bool(73 < west < east < 136 and 3 < south < north < 54)


def _needs_datum(guess: Guess) -> bool:
    return guess.found.shape == "table" and guess.role in ("facilities", "population")


_AMAP = {"typecode", "pname", "cityname", "adname", "location", "entr_location", "business_area", "biz_type"}
"""Columns of the points that Amap hands out."""
_FROM_AMAP = Text(
    zh="列与高德的兴趣点一致，按 gcj02 读取；若已转换过，改正 datum",
    en="its columns are those of Amap's points: read as gcj02; correct datum if they have been converted",
)


def _with_datum(folder: Path, guess: Guess, roads: Guess | None) -> Guess:
    header = guess.columns.get("lon", "").lower()
    for sign, datum in (("wgs", "wgs84"), ("gcj", "gcj02"), ("bd", "bd09")):
        if sign in header:
            said = Text(zh=f"按表头取 {DATUM_NAMES[datum]}", en=f"{DATUM_NAMES[datum]}, by the headers")
            return replace(guess, datum=datum, doubts=(*guess.doubts, said))
    if len(_AMAP & {name.lower() for name in guess.found.headers}) > 1:
        return replace(guess, datum="gcj02").doubting(_FROM_AMAP)
    if _metric(guess):
        return guess.doubting(
            Text(
                zh="坐标像是米制投影坐标：补写 crs（如 EPSG:4549），X 在测量中指北",
                en="coordinates in metres: state crs (such as EPSG:4549); survey tables call north X",
            )
        )
    medians = _fit(folder, guess, roads) if roads is not None and guess.role == "facilities" else {}
    best = better_datum(medians, "wgs84") if medians else None
    if best is not None:
        name = DATUM_NAMES[best]
        said = Text(
            zh=f"未写坐标基准；按 {name} 到道路的中位距离 {medians[best]:.0f} 米，按 WGS 84 为 {medians['wgs84']:.0f} 米，取 {name}",
            en=f"no datum stated; the median distance to roads is {medians[best]:.0f} m as {name} and {medians['wgs84']:.0f} m as WGS 84: {name} taken",
        )
        return replace(guess, datum=best, doubts=(*guess.doubts, said))
    said = Text(
        zh="未写坐标基准，暂取 WGS 84；若来自高德、腾讯改为 GCJ-02，百度改为 BD-09，自然资源部门改为 CGCS2000",
        en="no datum stated, WGS 84 taken; from Amap or Tencent it is GCJ-02, from Baidu BD-09, from survey offices CGCS2000",
    )
    return replace(guess, datum="wgs84", doubts=(*guess.doubts, said))


def _metric(guess: Guess) -> bool:
    known = next((name for name in guess.found.headers if name in COORDINATES[0].headers), "")
    header = guess.columns.get("lon") or known
    if header not in guess.found.frame:
        return False
    numbers = [parse_number(value).value for value in guess.found.frame[header].head(200)]
    return sum(abs(number) > 400 for number in numbers) > len(numbers) / 2


def _fit(folder: Path, guess: Guess, roads: Guess) -> dict[str, float]:
    """Return the distances to the roads by datum, or nothing where the roads cannot be read."""
    import shapely

    path = folder / roads.found.file
    if path.stat().st_size > _FIT_BYTES:
        return {}
    ignored = Problems()
    source = Source(path=guess.found.file, datum="wgs84", columns=guess.columns)
    points = points_of_table(guess.found.frame, Reading(source, path, ignored))
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


def _doubts(guesses: list[Guess]) -> list[Text]:
    doubts = []
    for guess in guesses:
        said = list(guess.doubts)
        if guess.role != "unused" and any(guess.columns.values()):
            listed = "、".join(f"{ours} = {theirs}" for ours, theirs in guess.columns.items() if theirs)
            said.append(Text(zh=f"按内容猜的列：{listed}", en=f"columns guessed: {listed.replace('、', ', ')}"))
        if guess.role == "facilities" and guess.found.rows >= CRAWL_ROWS and not _lists_levels(guesses):
            said.append(_CRAWL)
        doubts += [Text(zh=f"{guess.found.label}：{text.zh}", en=f"{guess.found.label}: {text.en}") for text in said]
    return doubts


def _lists_levels(guesses: list[Guess]) -> bool:
    """Tell whether a facility table states levels, as an official list does."""
    return any(p.role == "facilities" and "level" in known_headers(p.found, FACILITY_COLUMNS) for p in guesses)


_CRAWL = Text(
    zh="行数很多，像是地图服务采集：没有等级和隶属，没有医院能牵头；请另给医院的正式名册（模板见 {folder}）",
    en="many rows, apparently from a map service, without levels and affiliations: no hospital may lead; add an official list of hospitals (a template is in {folder})",
).format(folder=FOLDER)


def _missing(guesses: list[Guess]) -> list[Text]:
    roles = {guess.role for guess in guesses}
    missing = []
    if not roles & {"units", "boundaries"}:
        missing.append(Text(zh="缺少规划单元或区界的面图层", en="Missing: polygons of planning units or districts"))
    if not roles & {"population", "census"}:
        missing.append(Text(zh="缺少人口（栅格、点或按单元的表）", en="Missing: population (raster, points or table)"))
    if "facilities" not in roles:
        missing.append(Text(zh="缺少医疗卫生机构表", en="Missing: a table of health facilities"))
    if not roles & {"roads", "travel_table"}:
        missing.append(Text(zh="没有道路：按直线距离估算出行时间", en="No roads: travel times by straight line"))
    return missing


def _report(
    folder: Path, guesses: list[Guess], doubts: list[Text], problems: list[InputProblem], language: Language
) -> list[str]:
    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    lines = [line for guess in guesses for line in _told_guess(guess, language)]
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


def _told_guess(guess: Guess, language: Language) -> list[str]:
    """Say what a file is taken for and, below it, which column says what, with three values of each; of others, why not."""
    said = why(guess).in_language(language)
    head = f"{_described(guess.found, language)}  →  {meaning(guess).in_language(language)}"
    if guess.role == "unused":
        return [head + (f"（{said}）" if language == "zh" else f" ({said})") if said else head]
    comma = "、" if language == "zh" else ", "
    columns = [
        f"{', '.join(ours)} = {theirs} ({comma.join(samples(guess, theirs))})"
        for theirs, ours in guess.taken.items()
        if theirs in guess.found.frame
    ]
    return [head, *(f"    {column}" for column in columns)]


def _told_templates(paths: list[Path], language: Language) -> list[str]:
    if not paths:
        return []
    said = Text(zh="空白模板在 {f}：", en="Blank templates in {f}: ").format(f=paths[0].parent)
    return [said.in_language(language) + Text(zh="、", en=", ").in_language(language).join(path.name for path in paths)]


def _described(found: Found, language: Language) -> str:
    if not found.rows:
        return found.label
    noun, measure = {"table": ("row", "行"), "raster": ("raster cell", "个像元")}.get(
        found.shape, ("feature", "个要素")
    )
    said = Text(zh="{f}（{n}）", en="{f} ({n})").format(f=found.label, n=counted(found.rows, noun, measure=measure))
    return said.in_language(language)
