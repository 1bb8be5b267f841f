"""The raw text under the spans of rows, taken from the blocks of the same batch: what the expectations of spans compare a row with.

DuckDB would join the blocks to every table again, and count characters from the beginning of a block for each span in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse import schema
from warehouse.arrow import arrow_schema

UNDER_SPANS = pa.schema([("raw_n_chars", pa.int64()), ("raw_in_blocks", pa.bool_()), ("raw_text", pa.string())])
"""What is laid beside a row: characters under its spans, whether they all lie in blocks of its file, and the text itself."""
OFFSETS_PER_FILE = 2**33
"""More than lies between any two offsets: the key of a place is its file's number times this, and its offset."""


def with_raw_text(tables: Mapping[str, pa.Table]) -> Iterator[tuple[str, pa.Table]]:
    """Yield name and rows of the tables, those with spans with the columns of ``UNDER_SPANS``, null where a row has no spans.

    Where the spans of a table cannot be followed, for it or the blocks are not as declared, it stays as it is: its expectations cannot be evaluated.
    """
    placed = "blocks" in tables and is_declared("blocks", tables["blocks"], ("file_id", "char_start", "char_end", "text"))
    blocks = Blocks(tables["blocks"]) if placed else None
    for name, rows in tables.items():
        if blocks and is_declared(name, rows, ("article_id", "spans")):
            rows = pa.table([*rows.columns, *blocks.under(rows)], [*rows.column_names, *UNDER_SPANS.names])
        yield name, rows


def is_declared(name: str, rows: pa.Table, columns: Sequence[str]) -> bool:
    """Return whether the schema declares these columns of a table, and the rows have them with their types."""
    if name not in schema.TABLES:
        return False
    found, declared = rows.schema, arrow_schema(schema.TABLES[name])
    return all(
        column in declared.names and column in found.names and found.field(column).type == declared.field(column).type for column in columns
    )


def filled(numbers: pa.ChunkedArray | pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers with 0 for null, and which of them are not null."""
    return pc.fill_null(numbers, 0).to_numpy().astype(np.int64), pc.is_valid(numbers).to_numpy(zero_copy_only=False)


class Blocks:
    """The blocks of a batch in order of file and place."""

    def __init__(self, blocks: pa.Table) -> None:
        self.file_ids = pc.unique(blocks["file_id"]).drop_null()
        files, (starts, has_start) = self.numbers_of(blocks["file_id"]), filled(blocks["char_start"])
        order = np.flatnonzero((files >= 0) & has_start)
        order = order[np.argsort(files[order] * OFFSETS_PER_FILE + starts[order], kind="stable")]
        ends, _ = filled(blocks["char_end"])  # nothing lies within an end that is not known
        self.files, self.starts, self.ends = files[order], starts[order], ends[order]
        self.places = self.files * OFFSETS_PER_FILE + self.starts
        self.texts = [*blocks["text"].take(pa.array(order)).to_pylist(), None]  # the last is that of no block

    def numbers_of(self, file_ids: pa.ChunkedArray) -> np.ndarray:
        """Return the number of each file among those that have blocks, -1 where it has none."""
        return pc.fill_null(pc.index_in(file_ids, value_set=self.file_ids), -1).to_numpy().astype(np.int64)

    def under(self, rows: pa.Table) -> list[pa.Array]:
        """Return the columns of ``UNDER_SPANS`` for the rows of a table. A span stands in the last block that starts before it or with it."""
        spans = rows["spans"].combine_chunks()
        n = pc.fill_null(pc.list_value_length(spans), 0).to_numpy()
        (starts, has_start), (ends, has_end) = (filled(bounds) for bounds in spans.flatten().flatten())
        row = np.repeat(np.arange(len(n)), n)
        files = self.numbers_of(pc.utf8_slice_codeunits(rows["article_id"], 0, 16))[row]
        block = np.searchsorted(self.places, files * OFFSETS_PER_FILE + starts, side="right") - 1
        stands = has_start & (files >= 0) & (block >= 0)
        stands[stands] = self.files[block[stands]] == files[stands]
        block[~stands] = -1
        inside = stands & has_end
        inside[inside] = ends[inside] <= self.ends[block[inside]]
        known = has_start & has_end
        n_known = np.bincount(row, known, len(n))
        n_chars = np.bincount(row, np.where(known, ends - starts, 0), len(n))
        n_outside = np.bincount(row, ~inside, len(n))
        return [
            pa.array(n_chars.astype(np.int64), mask=n_known == 0),
            pa.array(n_outside == 0, mask=n == 0),
            pa.array(joined(self.pieces(block, starts, ends, stands & has_end), n), pa.string()),
        ]

    def pieces(self, block: np.ndarray, starts: np.ndarray, ends: np.ndarray, known: np.ndarray) -> list[str | None]:
        """Return the text of each span, as far as its block goes; None where it is not known."""
        first = np.where(known, self.starts[block], 0) if len(self.starts) else starts
        cut = zip(np.where(known, block, -1).tolist(), (starts - first).tolist(), (ends - first).tolist(), strict=True)
        return [text if (text := self.texts[number]) is None else text[start:end] for number, start, end in cut]


def joined(pieces: Sequence[str | None], n: np.ndarray) -> np.ndarray:
    """Return the pieces of each row, so many for each, as one text; None where no piece is known."""
    texts = np.full(len(n), None, object)
    first = np.cumsum(n) - n
    texts[n == 1] = np.array(pieces, object)[first[n == 1]]
    for row in np.flatnonzero(n > 1).tolist():
        some = [piece for piece in pieces[first[row] : first[row] + n[row]] if piece is not None]
        texts[row] = "".join(some) if some else None
    return texts
