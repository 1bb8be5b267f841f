"""The raw text under spans: what the audit compares a row with must be what stands there, and nothing where nothing does."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from expectations.raw_text import UNDER_SPANS, with_raw_text
from tests.rows import file_id_of, pages
from warehouse import schema
from warehouse.arrow import to_arrow

BLOCKS = [
    (file_id_of(file), start, text)
    for file in (1, 2)
    for start, text in ((0, "云渡日报"), (6, "渡口😀恢复通航，"), (14, None), (20, "居民往来"))
]


def under(spans: list[object], article_id: str | None = f"{file_id_of(2)}-a01", blocks=BLOCKS) -> list[tuple]:
    """Return what is laid beside a row with each of the spans."""
    blocks = [
        {"file_id": file, "char_start": start, "char_end": start + len(text or "渡渡"), "text": text}
        for file, start, text in reversed(blocks)
    ]
    rows = [
        {
            "article_id": article_id,
            "spans": [dict(zip(("char_start", "char_end"), span, strict=True)) if span else None for span in some]
            if some is not None
            else None,
        }
        for some in spans
    ]
    tables = dict(with_raw_text({name: to_arrow(schema.TABLES[name], some) for name, some in (("blocks", blocks), ("times", rows))}))
    assert tables["blocks"].column_names == list(schema.TABLES["blocks"].column_names)
    return list(zip(*(tables["times"][name].to_pylist() for name in UNDER_SPANS.names), strict=True))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(6, 9)], (3, True, "渡口😀")),
        ([(9, 11), (20, 22)], (4, True, "恢复居民")),
        ([(20, 22), (9, 11)], (4, True, "居民恢复")),
        ([(22, 30)], (8, False, "往来")),
        ([(4, 6)], (2, False, "")),
        ([(-3, 2)], (5, False, None)),
        ([(14, 16)], (2, True, None)),
        ([(None, 8)], (None, False, None)),
        ([(6, None), (6, 8)], (2, False, "渡口")),
        ([None], (None, False, None)),
        ([], (None, None, None)),
        (None, (None, None, None)),
    ],
)
def test_what_stands_under_spans(spans, expected) -> None:
    assert under([spans]) == under([spans], f"{file_id_of(1)}-a01") == [expected]
    assert under([[(6, 8)], spans, [(0, 1)]])[1] == expected


@pytest.mark.parametrize("article_id", [None, "", f"{file_id_of(3)}-a01"])
def test_an_article_of_no_file_has_no_text(article_id) -> None:
    assert under([[(6, 9)], []], article_id) == [(3, False, None), (None, None, None)]


def test_a_batch_without_blocks_has_no_text() -> None:
    assert under([[(6, 9)]], blocks=[]) == [(3, False, None)]


def test_many_files_are_told_apart() -> None:
    """The last block of one file and the first of the next lie side by side where a place is looked for."""
    chance = random.Random(4)
    texts = {file_id_of(number): "".join(chance.choices("渡口通航居民往来", k=40)) for number in range(50)}
    blocks = [(file, start, text[start : start + 8]) for file, text in texts.items() for start in range(0, 40, 8)]
    for file, text in texts.items():
        spans = [(start, start + 3) for start in range(40) if start % 8 < 6]
        assert [raw for _, _, raw in under([[span] for span in spans], f"{file}-a01", blocks)] == [text[start:end] for start, end in spans]


@pytest.mark.parametrize("table", ["blocks", "times"])
def test_what_is_not_as_declared_is_left_as_it_is(table) -> None:
    """The rule on the layout says what is wrong; those on spans cannot be evaluated."""
    tables = {name: to_arrow(schema.TABLES[name], pages(1)[name]) for name in ("blocks", "times")}
    column = {"blocks": "char_start", "times": "article_id"}[table]
    for spoilt in (
        tables[table].drop_columns([column]),
        tables[table].set_column(tables[table].column_names.index(column), column, pa.nulls(tables[table].num_rows, pa.date32())),
    ):
        assert dict(with_raw_text({**tables, table: spoilt}))["times"].column_names == ({**tables, table: spoilt})["times"].column_names
