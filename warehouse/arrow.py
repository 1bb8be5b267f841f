"""Arrow schemas and Parquet files, derived from the declaration of the tables."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse import schema

_TYPES = {
    schema.TEXT: pa.string(),
    schema.INTEGER: pa.int32(),
    schema.BIGINT: pa.int64(),
    schema.DOUBLE: pa.float64(),
    schema.BOOLEAN: pa.bool_(),
    schema.DATE: pa.date32(),
    schema.TIMESTAMP: pa.timestamp("us"),
    schema.TEXTS: pa.list_(pa.string()),
    schema.BIGINTS: pa.list_(pa.int64()),
    schema.SPANS: pa.list_(pa.struct([("char_start", pa.int32()), ("char_end", pa.int32())])),
}


@cache
def arrow_schema(table: schema.Table) -> pa.Schema:
    """Return the Arrow schema of a table, its documentation in the metadata.

    Nullability is left open: what must not be null is an expectation, so that a bad row can be looked at.
    """
    fields = [pa.field(c.name, _TYPES[c.type], metadata={"comment": c.doc, "comment_zh": c.zh}) for c in table.columns]
    metadata = {
        "dibao.table": table.name,
        "dibao.one_row_per": table.one_row_per,
        "dibao.schema_version": str(schema.SCHEMA_VERSION),
    }
    return pa.schema(fields, metadata=metadata)


def to_arrow(table: schema.Table, rows: Iterable[Mapping[str, object]]) -> pa.Table:
    """Return rows as an Arrow table; a column that a row does not have is null.

    Raises ValueError naming table and column where a row has a column that the schema does not know.
    """
    rows = list(rows)
    names = set(table.column_names)
    for row in rows[:1]:
        if unknown := sorted(set(row) - names):
            raise ValueError(f"{table.name} has no column {', '.join(unknown)}; declare it in warehouse/schema.py")
    wanted = arrow_schema(table)
    return pa.Table.from_arrays([pa.array(values(rows, field.name), type=field.type) for field in wanted], schema=wanted)


def values(rows: Sequence[Mapping[str, object]], column: str) -> list[object]:
    """Return what each row has in a column, None where it does not have it."""
    try:
        return list(map(itemgetter(column), rows))
    except KeyError:
        return [row.get(column) for row in rows]


def in_order(data: pa.Table, key: Sequence[str]) -> pa.Table:
    """Return rows in order of the key, nulls last, as the lake keeps them; the bytes of a file do not tell then how it was read.

    Rows that are in order from the start are not copied.
    """
    data = data.combine_chunks()
    order = pc.sort_indices(data, sort_keys=[(name, "ascending") for name in key])
    return data if np.array_equal(order.to_numpy(), np.arange(len(data), dtype=np.uint64)) else data.take(order)


SELDOM_TWICE = {table.key[0] for table in schema.of_layer("page") if len(table.key) == 1} - {"file_id", "article_id"}
"""Ids of parts of an article: a dictionary of them would be made, found too large, and thrown away."""


def write_parquet(data: pa.Table, path: Path) -> None:
    """Write a Parquet file (zstd) so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    pq.write_table(data, partial, compression="zstd", use_dictionary=[name for name in data.column_names if name not in SELDOM_TWICE])
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    os.replace(partial, path)


def put_in(path: Path, target: Path) -> None:
    """Let a file that is never written to again be found at another path too: as a second name, or as a copy where there can be none.

    Whatever is at that path stays there until the other is.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    partial.unlink(missing_ok=True)
    try:
        os.link(path, partial)
    except OSError:  # another file system, or one without second names
        shutil.copyfile(path, partial)
        with partial.open("rb") as copied:
            os.fsync(copied.fileno())
    os.replace(partial, target)
    partial.unlink(missing_ok=True)  # where both are names of one file already, the system leaves them as they are
