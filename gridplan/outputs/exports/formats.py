"""Exports of a proposal for other systems: one module a family of targets, one table of formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from gridplan.outputs.audiences import AUDIENCES, Audience, handed_on
from gridplan.outputs.exports.dhis2 import write_dhis2
from gridplan.outputs.exports.drawings import write_dxf, write_kml
from gridplan.outputs.exports.fhir import write_fhir
from gridplan.outputs.exports.packages import write_package
from gridplan.outputs.exports.postgis import write_postgis
from gridplan.outputs.exports.qgis import write_qgis
from gridplan.outputs.exports.vector import (
    write_filegdb,
    write_flatgeobuf,
    write_geojson,
    write_geoparquet,
    write_pmtiles,
    write_shapefile,
    write_shapefile_gbk,
)
from gridplan.proposal.files import read_proposal
from gridplan.proposal.manifest import announce_files, sign_files
from gridplan.proposal.proposal import PROPOSAL_FILES, Proposal
from gridplan.words.errors import InputProblem, ProposalError
from gridplan.words.folders import WRITING_MARK, OwnFiles, added_files, place_of, replaced_folder
from gridplan.words.kinds import need_kind
from gridplan.words.nearest import did_you_mean
from gridplan.words.text import Text
from gridplan.words.writing import telling_failure

Written = TypeVar("Written", Path, str)


@dataclass(frozen=True)
class ExportFormat(Generic[Written]):
    """A format of files or of a database.

    - write: (proposal, folder or address) -> files or tables written
    - about: what is written, and for whom
    - keeps: what of the units, grids and facilities is read back as it was
    - loses: what of them the format cannot hold
    - checked: what reads the files back in the tests
    - says_audience: whether the files print who may use them; `write` is then told for whom they are
    """

    write: Callable[..., list[Written]]
    about: Text
    keeps: Text
    loses: Text
    checked: str
    says_audience: bool = False


_NOTHING = Text(zh="无", en="nothing")
_EVERYTHING = Text(zh="全部字段和图形", en="all fields and shapes")

FORMATS: Mapping[str, ExportFormat[Path]] = {
    "geojson": ExportFormat(
        write_geojson,
        Text(zh="每层一个文件，WGS 84 经纬度，六位小数", en="a file a layer, WGS 84 degrees, six decimals"),
        _EVERYTHING,
        Text(zh="约 0.1 米以下的坐标", en="coordinates below about 0.1 m"),
        "pyogrio, ogrinfo",
    ),
    "geoparquet": ExportFormat(
        write_geoparquet,
        Text(zh="每层一个文件，方案的坐标系", en="a file a layer, in the proposal's CRS"),
        _EVERYTHING,
        _NOTHING,
        "geopandas, pyarrow",
    ),
    "flatgeobuf": ExportFormat(
        write_flatgeobuf,
        Text(
            zh="每层一个文件，方案的坐标系，带空间索引",
            en="a file a layer, in the proposal's CRS, with a spatial index",
        ),
        _EVERYTHING,
        Text(zh="行的顺序", en="the order of rows"),
        "pyogrio, ogrinfo",
    ),
    "shapefile": ExportFormat(
        write_shapefile,
        Text(
            zh="每层一套文件，CGCS2000 经纬度（EPSG:4490），UTF-8；fields.csv 说明字段，codes.csv 说明代码",
            en="a set of files a layer, CGCS2000 degrees (EPSG:4490), UTF-8; fields.csv says what the fields mean, codes.csv what the codes mean",
        ),
        _EVERYTHING,
        Text(
            zh="字段名缩到 10 个字母；超过 254 字节的文字被截断，首尾的空格去掉（fields.csv 的 n_cut 计数，代码从不改动）；空文字与没有不分",
            en="field names are cut to 10 letters; text beyond 254 bytes is cut, and so are spaces at its ends (n_cut in fields.csv counts both; ids never are); empty and missing text are one",
        ),
        "pyogrio, ogrinfo",
    ),
    "shapefile-gbk": ExportFormat(
        write_shapefile_gbk,
        Text(
            zh="同 shapefile，方案的坐标系（投影坐标），GBK：给不认 UTF-8 的软件",
            en="as shapefile, in the proposal's CRS (projected) and GBK, for programs that take no UTF-8",
        ),
        _EVERYTHING,
        Text(
            zh="同 shapefile；GBK 里没有的字写作〓（n_cut 计数，代码有这样的字则不写）",
            en="as shapefile; a sign that GBK lacks becomes 〓 (n_cut counts it; with one in an id nothing is written)",
        ),
        "pyogrio, ogrinfo",
    ),
    "filegdb": ExportFormat(
        write_filegdb,
        Text(
            zh="gridplan.gdb.zip：三个要素类（有中文别名），CGCS2000 经纬度；表 gridplan_fields、gridplan_codes 说明字段和代码；ArcGIS 需先解压，QGIS 直接打开",
            en="gridplan.gdb.zip: three feature classes with aliases, CGCS2000 degrees; tables gridplan_fields and gridplan_codes say what fields and codes mean; ArcGIS wants it unzipped, QGIS opens it as it is",
        ),
        _EVERYTHING,
        Text(
            zh="约 0.1 毫米以下的坐标；代码表是表，不是属性域",
            en="coordinates below about 0.1 mm; codes are a table and no domains of the fields",
        ),
        "pyogrio, ogrinfo",
    ),
    "kml": ExportFormat(
        write_kml,
        Text(
            zh="gridplan.kml 和 gridplan.kmz：每层一个文件夹，WGS 84；字段在扩展数据中",
            en="gridplan.kml and gridplan.kmz: a folder a layer, WGS 84; fields as extended data",
        ),
        _EVERYTHING,
        Text(zh="空文字与没有不分", en="empty and missing text are one"),
        "pyogrio, ogrinfo",
    ),
    "dxf": ExportFormat(
        write_dxf,
        Text(
            zh="gridplan.dxf：每个网格一个图层（边界线、牵头医院的点、两者的名称），方案的坐标系；layers.csv 说明图层",
            en="gridplan.dxf: a layer a grid (its outline, the point of its lead, the names of both), in the proposal's CRS; layers.csv says what the layers are",
        ),
        Text(
            zh="网格的界线、编号、名称、人口，牵头医院的点和名称",
            en="outlines, ids, names and residents of grids, points and names of their leads",
        ),
        Text(
            zh="单元、其他机构和一切字段（layers.csv 有编号、名称、牵头医院和人口）；坐标系",
            en="units, other facilities and all fields (layers.csv has ids, names, leads and residents); the CRS",
        ),
        "pyogrio, ezdxf, ogrinfo",
    ),
    "pmtiles": ExportFormat(
        write_pmtiles,
        Text(zh="每层一个矢量瓦片文件，供网页地图", en="a file of vector tiles a layer, for maps on the web"),
        _EVERYTHING,
        Text(
            zh="约 0.5 米以下的坐标；图形按瓦片切开；空文字与没有不分；没有行的图层（没有文件）",
            en="coordinates below about 0.5 m; shapes are cut by tile; empty and missing text are one; a layer without rows (it has no file)",
        ),
        "pyogrio",
    ),
    "csv": ExportFormat(
        write_package,
        Text(
            zh="数据包（Frictionless）：units.csv、grids.csv、facilities.csv，datapackage.json、dictionary.csv 和 codes.csv",
            en="a Frictionless data package: units.csv, grids.csv, facilities.csv, datapackage.json, dictionary.csv and codes.csv",
        ),
        Text(zh="全部字段；机构的点", en="all fields; the points of facilities"),
        Text(
            zh="界线（只有界内一点的 CGCS2000 经纬度）；会被当作公式的名称前加 '，有这样的代码则不写",
            en="outlines (a point inside each, CGCS2000); a name that a spreadsheet would take for a formula has a ' before it (with such an id nothing is written)",
        ),
        "pandas, frictionless",
    ),
    "fhir": ExportFormat(
        write_fhir,
        Text(
            zh="bundle.json：FHIR R4B 事务包（Organization、Location、Group、OrganizationAffiliation），重复发送不变",
            en="bundle.json: a FHIR R4B transaction (Organization, Location, Group, OrganizationAffiliation); sent twice it changes nothing",
        ),
        Text(
            zh="编号、名称、归属、角色和紧密程度，网格的人口和界线，机构的点、电话和地址",
            en="ids, names, who belongs where with role and tie, residents and outlines of grids, points, telephones and addresses of facilities",
        ),
        Text(
            zh="单元的人口和界线（网格有）、分钟、床位等数字，不属于任何集团的机构所在的网格",
            en="residents and outlines of units (grids have them), minutes, beds and other numbers, the grid where an institution of no group stands",
        ),
        "fhir.resources (R4B)",
    ),
    "dhis2": ExportFormat(
        write_dhis2,
        Text(
            zh="metadata.json：组织机构（单元、机构）及图形，按网格和角色的组，人口作属性；UID 固定",
            en="metadata.json: organisation units (units, facilities) with geometry, groups by grid and by role, residents as an attribute; stable UIDs",
        ),
        Text(
            zh="编号、名称、归属、角色、人口，单元和机构的图形",
            en="ids, names, who belongs where, roles, residents, shapes of units and facilities",
        ),
        Text(
            zh="网格的界线（由其单元组成）、紧密程度、分钟、床位等数字；超过 230 字的名称；超过 50 字的代码（不写）；组的名称和代码前加地名，重名的编号",
            en="outlines of grids (they are those of their units), ties, minutes, beds and other numbers; names beyond 230 signs; codes beyond 50 (left out); the place stands before names and codes of groups, equal names are numbered",
        ),
        "json, a model of its import rules",
    ),
    "qgis": ExportFormat(
        write_qgis,
        Text(
            zh="gridplan.qgz 和 gridplan.gpkg：着色、标注好的工程，打印布局一个网格一页",
            en="gridplan.qgz and gridplan.gpkg: a project with colours and labels, and a print layout with a page a grid",
        ),
        Text(zh="全部字段和图形，另有道路和分隔线", en="all fields and shapes, and roads and barriers beside them"),
        Text(
            zh="相邻关系、分钟表、附表（proposal.gpkg 有）",
            en="neighbours, minutes and annexes (proposal.gpkg has them)",
        ),
        "pyogrio, ogrinfo, QGIS 3.22",
        says_audience=True,
    ),
}
"""Format name -> how it is written and what it holds, in the order in which `all` writes them."""
DATABASES: Mapping[str, ExportFormat[str]] = {
    "postgis": ExportFormat(
        write_postgis,
        Text(
            zh="一个模式，三张表，带主键、外键、索引和注释，方案的坐标系；需要 --target",
            en="a schema of three tables with keys, references, indexes and comments, in the proposal's CRS; needs --target",
        ),
        _EVERYTHING,
        Text(zh="空文字与没有不分；行的顺序", en="empty and missing text are one; the order of rows"),
        "psycopg, PostgreSQL 15 + PostGIS",
    )
}
"""Format name -> how it is written into a database and what it holds; `all` leaves these out."""
ALL = "all"


def _unobserved(stage: Text) -> None:
    pass


def export(
    proposal: Proposal, to: str, *, target: str | Path, audience: Audience = "internal", progress: Callable[[Text], None] = _unobserved
) -> list[Path] | list[str]:  # fmt: skip
    """Write a proposal in a format of other systems.

    Parameters
    ----------
    proposal
        What to write.
    to
        Name of the format, a key of `FORMATS`: "geojson", "geoparquet", "flatgeobuf", "shapefile", "shapefile-gbk", "filegdb", "kml", "dxf",
        "pmtiles", "csv", "fhir", "dhis2", "qgis"; "all", which writes each of these into a folder of its name; or "postgis".
    target
        The folder to write into; it is made if it is not there. For "postgis" the address of the database,
        "postgresql://user@host/database#schema". What a failed export would have replaced stays as it was.
    audience
        Who gets the files: "internal", "consultation" or "public". The columns are the same for all; what an audience must not
        see is not in its files.
    progress
        Called with the name of each format before it is written.

    Returns
    -------
    list of Path, or of str
        The files written, or the tables of a database.

    Raises
    ------
    ArgumentError
        If `proposal` is no proposal: a folder is read with `read_proposal` first.
    ProposalError
        If the format or the audience is not known.
    OutputError
        If the target cannot be written, or the format cannot hold the proposal.

    Examples
    --------
    >>> [path.name for path in gp.export(proposal, "geojson", target="export")]
    ['units.geojson', 'grids.geojson', 'facilities.geojson']
    """
    need_kind(proposal, Proposal, "proposal")
    name = to.lower()
    _need_known(name, audience)
    if name in DATABASES:
        return DATABASES[name].write(handed_on(proposal, audience), str(target))
    return _export_files(proposal, name, target, audience, progress)


_OWN = OwnFiles(never_beside=PROPOSAL_FILES)


def _export_files(
    proposal: Proposal,
    name: str,
    target: str | Path,
    audience: Audience,
    progress: Callable[[Text], None],
    *,
    announce: Callable[[Path], None] = lambda new: None,
) -> list[Path]:
    if "://" in str(target):
        raise ProposalError(_no_folder(name, str(target)))
    folder, shown = Path(target), handed_on(proposal, audience)
    with replaced_folder(target, _OWN) as new, telling_failure(folder):
        places = {each: new / each for each in FORMATS} if name == ALL else {name: new}
        written = list(_write_formats(shown, places, audience, progress))
        announce(new)
        return [folder / path.relative_to(new) for path in written]


def _write_formats(
    shown: Proposal, places: Mapping[str, Path], audience: Audience, progress: Callable[[Text], None]
) -> Iterable[Path]:
    for name, place in places.items():
        progress(Text(zh=f"写出 {name}", en=f"Writing {name}"))
        place.mkdir(exist_ok=True)
        told = {"audience": audience} if FORMATS[name].says_audience else {}
        yield from FORMATS[name].write(shown, place, **told)


def _need_known(name: str, audience: str) -> None:
    """Refuse a format or an audience that there is not.

    Raises
    ------
    ProposalError
        If one of them is not known.
    """
    formats = (*FORMATS, ALL, *DATABASES)
    if name not in formats:
        raise ProposalError(_unknown(name, formats, Text(zh="格式", en="formats"), "to"))
    if audience not in AUDIENCES:
        raise ProposalError(_unknown(audience, tuple(AUDIENCES), Text(zh="对象", en="audiences"), "audience"))


def _unknown(stated: str, known: tuple[str, ...], noun: Text, field: str) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh=f"下列{noun.zh}之一：{'、'.join(known)}", en=f"one of the {noun.en} {', '.join(known)}"),
        Text(zh=stated, en=stated),
        did_you_mean([stated], known) or Text(zh="写其中一种。", en="Name one of them."),
        field=field,
    )


def _no_folder(name: str, target: str) -> InputProblem:
    databases = "、".join(DATABASES)
    return InputProblem(
        "error",
        Text(zh=f"放 {name} 文件的文件夹", en=f"a folder for the files of {name}"),
        Text(zh=f"地址 {target.partition('://')[0]}://…", en=f"the address {target.partition('://')[0]}://..."),
        Text(
            zh=f"写出一个文件夹；地址用于 {databases}。", en=f"Name a folder; addresses are for {', '.join(DATABASES)}."
        ),
        field="target",
    )


def export_into(
    folder: Path,
    to: str,
    target: str | Path | None = None,
    *,
    audience: Audience = "internal",
    read: Callable[[Path], Proposal] = read_proposal,
    progress: Callable[[Text], None] = _unobserved,
) -> list[Path] | list[str]:
    """Export the proposal of a folder; what lands inside the folder itself is signed in its manifest, so that it goes with it.

    Parameters
    ----------
    folder
        The folder of the proposal.
    to
        Name of the format, or "all".
    target
        The folder to write into, `export` in the folder by default, with the audience behind it where it is not the commission;
        for a database its address, which has no default.
    audience
        Who gets the files; see `export`.
    read
        How the proposal is read.
    progress
        Called with the name of each format before it is written.

    Returns
    -------
    list of Path, or of str
        The files written, or the tables of a database.

    Raises
    ------
    ProposalError
        If the proposal cannot be read, the format or the audience is not known, or the target cannot be written.
    """
    _need_known(to.lower(), audience)
    if to.lower() in DATABASES:
        if target is None:
            raise ProposalError(_NO_ADDRESS)
        return export(read(folder), to, target=target, audience=audience, progress=progress)
    own = "export" if audience == "internal" else f"export-{audience}"
    place = folder / own if target is None else target
    if not (folder.is_dir() and folder.resolve() in place_of(place).parents):
        return export(read(folder), to, target=place, audience=audience, progress=progress)
    with added_files(folder) as held:

        def announce(new: Path) -> None:
            announce_files(held, new, place_of(place), frozenset({WRITING_MARK}))

        paths = _export_files(read(folder), to.lower(), place, audience, progress, announce=announce)
        with telling_failure(folder):
            sign_files(held, [path.resolve() for path in paths])
    return paths


_NO_ADDRESS = InputProblem(
    "error",
    Text(zh="数据库的地址", en="the address of a database"),
    Text(zh="没有写", en="none"),
    Text(zh="写出 --target postgresql://用户@主机/库。", en="Name it with --target postgresql://user@host/database."),
    field="--target",
)
