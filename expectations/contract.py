"""What a contract is made of: the expectations of a table, each with a sentence that people read (``description``).

Great Expectations' own are used where it has them, ``ExpectRowsToSatisfy`` and its kin where it has not. What the declaration of a table in
``warehouse.schema`` says of each row derives from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from expectations.gx import Expectation, gxe
from expectations.gx.row_expectations import (
    ExpectReferencesToExist,
    ExpectRowsToSatisfy,
    ExpectSpansToGiveText,
)
from warehouse import schema

TOLERANCE = 0.05
"""Share of rows that may break a critical expectation: they are quarantined and the others go on."""
CRITICAL = {"severity": "critical", "mostly": 1 - TOLERANCE}
"""Rows that break it are quarantined; beyond the tolerance nothing is published."""
WARNING = {"severity": "warning"}
"""Rows that break it are published, and the run says so."""
INFO = {"severity": "info"}
"""Rows that break it are counted."""
HAS_TEXT = "[^\\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""Matches a text that is more than white space, of any script; RE2, which pandas asks, takes only ASCII for ``\\s``."""


@dataclass(frozen=True)
class Contract:
    """The expectations of one table.

    ``beside`` is SQL that joins other relations to the row ``r``. ``relation`` is SQL with a column ``row``, and ``key`` is SQL for what
    a row is called; without them, they are those of the table.
    """

    table: str
    expectations: tuple[Expectation, ...]
    beside: str = ""
    relation: str = ""
    key: str = ""


def contract(table: str, *expectations: Expectation, beside: str = "") -> Contract:
    """Return the contract of a table: what its declaration says, then what is written."""
    declared = schema.TABLES[table]
    spans = any(column.type == schema.SPANS for column in declared.columns)
    return Contract(
        table,
        (*declared_expectations(declared), *(span_expectations(declared) if spans else ()), *expectations),
        beside,
        table,
        key_of(declared),
    )


def columns_of(expectation: Expectation) -> tuple[str, ...]:
    """Return the columns that an expectation is about."""
    names = (getattr(expectation, name, None) for name in ("column", "column_A", "column_B"))
    return (*filter(None, names), *getattr(expectation, "column_list", ()))


def tolerance_of(expectation: Expectation) -> float:
    """Return the share of rows that may break an expectation.

    >>> tolerance_of(gxe.ExpectColumnValuesToNotBeNull(column="text", mostly=0.95))
    0.05
    """
    return round(1 - getattr(expectation, "mostly", 1), 9)


def key_of(table: schema.Table, row: str = "r") -> str:
    """Return SQL for the key of a row as one text; the parts of a compound key stand side by side."""
    if len(table.key) == 1:
        return f'{row}."{table.key[0]}"'
    return "concat_ws(' | ', " + ", ".join(f"coalesce({row}.\"{name}\", '')" for name in table.key) + ")"


# --- what derives from the schema ---------------------------------------------------------------------------------------


def declared_expectations(table: schema.Table) -> Iterator[Expectation]:
    """Yield what the declaration of a table says of each row."""
    for column in table.columns:
        yield from column_expectations(column)
    sentence = f"{', '.join(table.key)} is unique"
    if len(table.key) == 1:
        yield gxe.ExpectColumnValuesToBeUnique(column=table.key[0], description=sentence, **CRITICAL)
    else:
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key), ignore_row_if="never", description=sentence, **CRITICAL)


def column_expectations(column: schema.Column) -> Iterator[Expectation]:
    """Yield what the declaration of a column says of each of its values."""
    name = column.name
    if column.required:
        yield gxe.ExpectColumnValuesToNotBeNull(column=name, description=f"{name} is given", **CRITICAL)
    if column.values and column.type == schema.TEXTS:
        yield ExpectRowsToSatisfy(column=name, condition=allowed_values(column), description=values_sentence(column), **CRITICAL)
    elif column.values:
        yield gxe.ExpectColumnValuesToBeInSet(column=name, value_set=list(column.values), description=values_sentence(column), **CRITICAL)
    if column.low is not None or column.high is not None:
        yield gxe.ExpectColumnValuesToBeBetween(
            column=name, min_value=column.low, max_value=column.high, description=range_sentence(column), **CRITICAL
        )
    if column.references and schema.TABLES[column.references.split(".")[0]].layer == "page":
        yield reference(column)


def values_sentence(column: schema.Column) -> str:
    """Return which values a column may have, as a sentence."""
    return f"{column.name} is one of {', '.join(column.values)}"


def allowed_values(column: schema.Column) -> str:
    """Return SQL that a row has only allowed values in a column, one or a list of them."""
    allowed = ", ".join(f"'{value}'" for value in column.values)
    name = f'r."{column.name}"'
    return f"list_has_all([{allowed}], {name})" if column.type == schema.TEXTS else f"{name} IN ({allowed})"


def range_sentence(column: schema.Column) -> str:
    """Return between what the values of a column lie, as a sentence.

    >>> range_sentence(schema.CONFIDENCE), range_sentence(schema.SEQ)
    ('confidence is between 0 and 1', 'seq is at least 1')
    """
    if column.high is None:
        return f"{column.name} is at least {column.low:g}"
    if column.low is None:
        return f"{column.name} is at most {column.high:g}"
    return f"{column.name} is between {column.low:g} and {column.high:g}"


def reference(column: schema.Column, where: str = "", among: str = "", **severity: object) -> ExpectReferencesToExist:
    """Return that the row which a value refers to exists; ``where`` says where it is looked for, if not in the batch."""
    table = column.references.partition(".")[0]
    sentence = in_place(f"{column.name} refers to a row of {table}", where)
    return ExpectReferencesToExist(
        column=column.name, references=column.references, among=among, description=sentence, **(severity or CRITICAL)
    )


def in_place(sentence: str, where: str) -> str:
    """Return a sentence that says where it holds, if not in the batch alone."""
    return f"{sentence} in {where}" if where else sentence


def span_expectations(table: schema.Table) -> Iterator[Expectation]:
    """Yield what must hold of the spans of a row: they lead back to the raw text, to the letter."""
    text = "title" if table.name == "person_titles" else "text"
    yield ExpectRowsToSatisfy(
        column="spans",
        description="spans are not empty and do not run backwards",
        **CRITICAL,
        condition="len(r.spans) > 0 AND coalesce(list_bool_and(list_transform(r.spans, "
        "lambda s: coalesce(s.char_start >= 0 AND s.char_start < s.char_end, false))), false)",
    )
    yield ExpectRowsToSatisfy(
        column="spans",
        description="spans do not overlap",
        **CRITICAL,
        condition="len(r.spans) < 2 OR coalesce(list_bool_and(list_transform(range(1, len(r.spans)), "
        "lambda i: list_sort(r.spans)[i].char_end <= list_sort(r.spans)[i + 1].char_start)), true)",
    )
    yield ExpectRowsToSatisfy(
        column="spans",
        condition=f"r.raw_n_chars = length(replace(r.{text}, chr(10), ''))",
        description="spans are as long as the text",
        **CRITICAL,
    )
    yield ExpectRowsToSatisfy(column="spans", condition="r.raw_in_blocks", description="spans stand in blocks of the file", **CRITICAL)
    yield ExpectSpansToGiveText(column="spans", text_column=text, description="spans lead back to the same text", **CRITICAL)


# --- contracts over a batch as a whole ----------------------------------------------------------------------------------


def layout(tables: Iterable[schema.Table]) -> Contract:
    """Return the contract that tables have the columns and types of the schema: one row per declared column, one expectation per table."""
    tables = tuple(tables)
    declared = ", ".join(f"('{table.name}', '{column.name}', '{column.type}')" for table in tables for column in table.columns)
    columns_sql = "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = current_database()"
    return Contract(
        "layout",
        tuple(
            of_table(table, "every column of the schema is there, with its type", "d.data_type = r.type", "d.data_type IS NOT NULL")
            for table in tables
        ),
        beside=f"LEFT JOIN ({columns_sql}) AS d ON (d.table_name, d.column_name, d.data_type) = (r.record_table, r.name, r.type)",
        relation=f"(SELECT row_number() OVER () AS row, * FROM (VALUES {declared}) AS t(record_table, name, type))",
        key="r.name",
    )


def balance(tables: Iterable[schema.Table]) -> Contract:
    """Return the contract that every row that came in is good or quarantined: one row and one expectation per table."""
    return Contract(
        "balance",
        tuple(of_table(table, "good + quarantined = input", "r.n_good + r.n_quarantined = r.n_input") for table in tables),
        relation="(SELECT row_number() OVER () AS row, * FROM balance)",
        key="format('{} good + {} quarantined, {} input', r.n_good, r.n_quarantined, r.n_input)",
    )


def of_table(table: schema.Table, sentence: str, *conditions: str) -> ExpectRowsToSatisfy:
    """Return an expectation of the rows about one table; none may break it."""
    holds = " AND ".join(f"coalesce({condition}, false)" for condition in conditions)
    return ExpectRowsToSatisfy(
        condition=f"CASE WHEN r.record_table = '{table.name}' THEN {holds} END",
        description=sentence,
        severity="critical",
        meta={"record_table": table.name},
    )
