"""A plan in PostGIS: a schema with a table a layer, keys, indexes and comments, written or replaced in one transaction."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urldefrag

import pandas as pd
import shapely

from gridplan.outputs.exports.exchange import CGCS2000, LAYERS, exchanged, stable_id
from gridplan.proposal.frames import FRAMES
from gridplan.proposal.proposal import Proposal
from gridplan.words.errors import InputProblem, OutputError
from gridplan.words.signs import shown_line
from gridplan.words.text import Text

_MARK = "gridplan"
"""Begins the comment of a schema of ours; another one is never touched."""
_TYPES = {"text": "text", "keys": "text", "whole": "integer"}
_NAME_BYTES = 63
"""The database cuts longer names: two of them might be one."""
_SHAPES = {"units": "MultiPolygon", "grids": "MultiPolygon", "facilities": "Point"}
_REFERENCES = (
    ("units", "grid_id", "grids", "grid_id"),
    ("grids", "lead_id", "facilities", "facility_id"),
    ("facilities", "grid_id", "grids", "grid_id"),
    ("facilities", "unit_id", "units", "unit_id"),
)
"""(table, column) that names a row of (table, column)."""


def write_postgis(proposal: Proposal, target: str) -> list[str]:
    """Write the layers as tables of a schema; one of ours by that name is replaced, all in one transaction.

    Parameters
    ----------
    proposal : what to write.
    target : postgresql://user@host/database#schema; without #schema it is named after the place.

    Returns
    -------
    list of str
        The tables, with their schema.

    Raises
    ------
    OutputError
        If psycopg is not installed, the database cannot be reached or lacks PostGIS, the schema is somebody else's or its name too long, or
        something depends on the tables that would be replaced. The database is as it was.
    """
    try:
        import psycopg
    except ImportError:
        raise OutputError(_problem(_DRIVER, Text(zh="没有安装", en="that it is not installed"), _INSTALL)) from None
    url, stated = urldefrag(target)
    schema = stated or _schema_name(proposal)
    if len(schema.encode()) > _NAME_BYTES:
        raise OutputError(_problem(_SHORT_NAME, Text(zh=shown_line(schema), en=shown_line(schema)), _SHORTEN))
    try:
        with psycopg.connect(url, connect_timeout=20) as connection, connection.cursor() as cursor:
            _start_schema(cursor, proposal, schema)
            for layer in LAYERS:
                _write_table(cursor, proposal, schema, layer)
            _add_keys(cursor, schema)
    except psycopg.Error as error:
        said = shown_line(str(error).strip())[:300] or type(error).__name__
        raise OutputError(_problem(_DATABASE, Text(zh=said, en=said), _CHECK)) from None
    return [f"{schema}.{layer}" for layer in LAYERS]


def _schema_name(proposal: Proposal) -> str:
    """Return the name of the place in plain letters, where it has one, else a stable number."""
    plain = re.sub(r"[^a-z0-9]+", "_", proposal.case.place.name_en.lower()).strip("_")[:40]
    return f"gridplan_{plain or stable_id(proposal, 'schema', '').hex[:12]}"


def _start_schema(cursor: Any, proposal: Proposal, schema: str) -> None:
    """Make the schema, or take our tables out of one that is ours."""
    from psycopg.sql import SQL, Identifier, Literal

    cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (schema,))
    cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'")
    if not cursor.fetchone()[0]:
        raise OutputError(_problem(_DATABASE, Text(zh="没有 PostGIS 扩展", en="no extension postgis"), _EXTEND))
    cursor.execute("SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", (schema,))
    standing = cursor.fetchone()
    if standing is None:
        cursor.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
    elif not (standing[0] or "").startswith(_MARK):
        found = Text(zh=f"别人的模式 {shown_line(schema)}", en=f"a schema {shown_line(schema)} of somebody else")
        raise OutputError(_problem(_DATABASE, found, _RENAME))
    tables = SQL(", ").join(Identifier(schema, layer) for layer in LAYERS)
    cursor.execute(SQL("DROP TABLE IF EXISTS {}").format(tables))
    told = f"{_MARK} {proposal.case.place.name}"
    cursor.execute(SQL("COMMENT ON SCHEMA {} IS {}").format(Identifier(schema), Literal(told)))


def _write_table(cursor: Any, proposal: Proposal, schema: str, layer: str) -> None:
    from psycopg.sql import SQL, Identifier, Literal

    srid = proposal.units.crs.to_epsg()
    frame = exchanged(proposal, layer, None if srid else CGCS2000)
    srid = srid or int(CGCS2000.partition(":")[2])
    declared, table = FRAMES[layer], Identifier(schema, layer)
    columns = [SQL("{} {}").format(Identifier(c.name), SQL(_TYPES.get(c.kind, "float8"))) for c in declared.columns]
    shape = SQL("geometry geometry({}, {})").format(SQL(_SHAPES[layer]), Literal(srid))
    cursor.execute(SQL("CREATE TABLE {} ({})").format(table, SQL(", ").join([*columns, shape])))
    language = proposal.case.language
    cursor.execute(SQL("COMMENT ON TABLE {} IS {}").format(table, Literal(declared.about.in_language(language))))
    for column in declared.columns:
        about = Literal(column.about.in_language(language))
        cursor.execute(SQL("COMMENT ON COLUMN {} IS {}").format(Identifier(schema, layer, column.name), about))
    with cursor.copy(SQL("COPY {} FROM STDIN").format(table)) as copy:
        for values in zip(*(frame[name] for name in declared.names), _binary(frame, layer, srid), strict=True):
            copy.write_row([None if pd.isna(value) or value == "" else value for value in values])


def _binary(frame: Any, layer: str, srid: int) -> Any:
    shapes = frame.geometry.to_numpy()
    if _SHAPES[layer] == "MultiPolygon":
        shapes = [shapely.multipolygons(shapely.get_parts(shape)) for shape in shapes]
    return shapely.to_wkb(shapely.set_srid(shapes, srid), hex=True, include_srid=True)


def _add_keys(cursor: Any, schema: str) -> None:
    """Add keys, references and indexes once the tables are full."""
    from psycopg.sql import SQL, Identifier

    for layer in LAYERS:
        table = Identifier(schema, layer)
        keys = SQL(", ").join(map(Identifier, FRAMES[layer].key))
        cursor.execute(SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(table, keys))
        cursor.execute(SQL("CREATE INDEX ON {} USING gist (geometry)").format(table))
    for layer, column, other, key in _REFERENCES:
        names = (Identifier(schema, layer), Identifier(column), Identifier(schema, other), Identifier(key))
        cursor.execute(SQL("ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {} ({})").format(*names))
        cursor.execute(SQL("CREATE INDEX ON {} ({})").format(*names[:2]))


_DRIVER = Text(zh="连接 PostgreSQL 的 psycopg", en="psycopg, which talks to PostgreSQL")
_INSTALL = Text(zh="安装：pip install 'gridplan[postgis]'。", en="Install it: pip install 'gridplan[postgis]'.")
_DATABASE = Text(zh="可以写入的 PostGIS 数据库", en="a PostGIS database that can be written")
_CHECK = Text(
    zh="检查地址、权限和网络；数据库里没有任何改动。",
    en="Check address, rights and connection; nothing was changed in the database.",
)
_EXTEND = Text(zh="请管理员执行 CREATE EXTENSION postgis。", en="Ask its administrator for CREATE EXTENSION postgis.")
_SHORT_NAME = Text(
    zh=f"不超过 {_NAME_BYTES} 字节（汉字每个 3 字节）的模式名",
    en=f"the name of a schema of at most {_NAME_BYTES} bytes (3 for each Chinese character)",
)
_SHORTEN = Text(zh="换一个短的名称。", en="Name a shorter one.")
_RENAME = Text(
    zh="在地址后写出另一个模式，如 postgresql://…/库#gridplan_new。",
    en="Name another schema after the address, such as postgresql://…/database#gridplan_new.",
)


def _problem(needed: Text, found: Text, remedy: Text) -> InputProblem:
    return InputProblem("error", needed, found, remedy, field="--target")
