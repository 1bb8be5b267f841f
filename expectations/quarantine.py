"""Rows of ``quarantine``: what was rejected, why, and where it stands in the raw text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq

from expectations.rejection import FILE_HAS_REJECTED_BLOCK, REFERS_TO_REJECTED, Reason, Rejected
from warehouse import schema
from warehouse.schema import Row

EXCERPT_CHARS = 80  # characters
EXCERPTED = ("text", "title", "headline", "term", "evidence")
"""Columns that an excerpt is taken from, the first that a table has."""


def quarantine_rows(tables: Mapping[str, Path], rejected: Rejected, files: Mapping[str, str], run_id: str) -> Iterator[Row]:
    """Yield one row of ``quarantine`` for each rejected row and each of its reasons."""
    met: Counter[tuple] = Counter()
    for name, reasons in rejected.items():
        order = sorted(reasons)
        rows = pq.read_table(tables[name]).take(order).to_pylist() if order else ()
        for number, row in zip(order, rows, strict=True):
            for reason in reasons[number]:
                yield quarantine_row(schema.TABLES[name], row, reason, files, run_id, met)


def quarantine_row(table: schema.Table, row: Row, reason: Reason, files: Mapping[str, str], run_id: str, met: Counter[tuple]) -> Row:
    """Return the row of ``quarantine`` for a row of a table; ``met`` tells rows of the same key apart."""
    record_id = " | ".join("" if row[name] is None else str(row[name]) for name in table.key)
    file_id = file_of(row, record_id, files)
    start, end = char_range(row)
    identity = (file_id, table.name, record_id, reason.sentence, reason.column)
    met[identity] += 1
    return {
        "quarantine_id": hash_of(*identity, *((met[identity],) if met[identity] > 1 else ())),
        "file_id": file_id,
        "path": files.get(file_id or "") or str(row.get("path") or ""),
        "stage": "audit",
        "record_table": table.name,
        "record_id": record_id,
        "reason": reason.sentence,
        "detail": detail_of(row, reason),
        "excerpt": excerpt_of(row),
        "char_start": start,
        "char_end": end,
        "run_id": run_id,
    }


def hash_of(*parts: object) -> str:
    """Return the first 16 hex digits of a hash of the parts."""
    return sha256("\x1f".join(map(str, parts)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def file_of(row: Row, record_id: str, files: Mapping[str, str]) -> str | None:
    """Return the raw file of a row, None where neither its columns nor its key name one of the batch."""
    candidates = [row.get("file_id"), *(str(some).partition("-")[0] for some in (row.get("article_id"), record_id) if some)]
    return next((str(file_id) for file_id in candidates if file_id in files), row.get("file_id"))


def char_range(row: Row) -> tuple[int | None, int | None]:
    """Return the range of the raw text that a row stands in, from its own bounds or from its spans."""
    spans = [span for span in row.get("spans") or () if span and None not in span.values()]
    if spans:
        return min(span["char_start"] for span in spans), max(span["char_end"] for span in spans)
    return row.get("char_start"), row.get("char_end")


def excerpt_of(row: Row) -> str | None:
    """Return the text in question, cut short."""
    text = next((row[name] for name in EXCERPTED if row.get(name)), None)
    return text and truncate(str(text))


def truncate(text: str) -> str:
    """Return text of at most 80 characters; where it is longer, the end is an ellipsis.

    >>> len(truncate("云" * 200)), truncate("云渡区")
    (80, '云渡区')
    """
    return text if len(text) <= EXCERPT_CHARS else text[: EXCERPT_CHARS - 1] + "…"


def detail_of(row: Row, reason: Reason) -> str:
    """Return what was found and what was expected.

    >>> detail_of({"role": "banner"}, Reason("role is one of headline, body", "role"))
    "found role 'banner'; expected: role is one of headline, body"
    """
    values = ", ".join(f"{name} {truncate(repr(row[name]))}" for name in reason.column.split(", ") if name in row)
    if reason.sentence == REFERS_TO_REJECTED:
        return f"{values} is quarantined"
    if reason.sentence == FILE_HAS_REJECTED_BLOCK:
        return "the characters of the file cannot be accounted for without it"
    return f"found {values}; expected: {reason.sentence}" if values else f"expected: {reason.sentence}"
