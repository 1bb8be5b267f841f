"""What a contract is made of: rules over the rows of a table, in SQL, each with a sentence that people read.

A rule holds for a row (true), does not (false), or says nothing about it (null): ``r`` is the row, other names are relations
that the contract lays beside it. Base rules derive from the declaration of the tables in ``warehouse.schema``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from warehouse import schema

TOLERANCE = 0.05
"""Share of rows that may break a critical rule: they are quarantined and the others go on."""


@dataclass(frozen=True)
class Rule:
    """What must hold of every row, how bad it is where it does not, and which share of the rows may break it."""

    sentence: str
    holds: str
    column: str = ""
    severity: str = "critical"
    tolerance: float = TOLERANCE


@dataclass(frozen=True)
class Contract:
    """The rules over one relation.

    ``relation`` is SQL with a column ``row``; ``key`` is SQL for what a row is called. Rows that break a critical rule of a
    contract that ``quarantines`` are taken out of ``table``. ``suite`` is the suite of expectations it belongs to.
    """

    table: str
    rules: tuple[Rule, ...]
    beside: str = ""
    name: str = ""
    relation: str = ""
    key: str = ""
    quarantines: bool = True
    suite: str = ""


def critical(sentence: str, holds: str, column: str = "", tolerance: float = TOLERANCE) -> Rule:
    """Rows that break it are quarantined; beyond the tolerance nothing is published."""
    return Rule(sentence, holds, column, "critical", tolerance)


def warning(sentence: str, holds: str, column: str = "") -> Rule:
    """Rows that break it are published, and the run says so."""
    return Rule(sentence, holds, column, "warning", 1.0)


def info(sentence: str, holds: str, column: str = "") -> Rule:
    """Rows that break it are counted."""
    return Rule(sentence, holds, column, "info", 1.0)


def has_text(column: str) -> str:
    """Return SQL that a text of the row is more than white space, of any script; null stays null."""
    return f"regexp_matches(r.{column}, '[^\\s\\p{{Z}}]')"


def contract(table: str, *rules: Rule, beside: str = "") -> Contract:
    """Return the contract of a table: the base rules of its declaration, then the written ones.

    ``beside`` is SQL that joins other relations to the row ``r``.
    """
    declared = schema.TABLES[table]
    spans = any(column.type == schema.SPANS for column in declared.columns)
    return Contract(
        table=table,
        rules=(*base_rules(declared), *(span_rules(declared) if spans else ()), *rules),
        beside=beside,
        name=table,
        suite=table,
        relation=table,
        key=key_of(declared),
    )


# --- rules that derive from the schema ----------------------------------------------------------------------------------


def key_of(table: schema.Table, row: str = "r") -> str:
    """Return SQL for the key of a row as one text; the parts of a compound key stand side by side."""
    if len(table.key) == 1:
        return f'{row}."{table.key[0]}"'
    return "concat_ws(' | ', " + ", ".join(f"coalesce({row}.\"{name}\", '')" for name in table.key) + ")"


def base_rules(table: schema.Table) -> Iterator[Rule]:
    """Yield what the declaration of a table says of each row."""
    for column in table.columns:
        yield from column_rules(column)
    yield key_rule(table)


def key_rule(table: schema.Table, tolerance: float = TOLERANCE, where: str = "") -> Rule:
    """Return the rule that no two rows have the same key."""
    key = ", ".join(table.key)
    again = f"SELECT {key_of(table, 'k')} FROM {table.name} AS k GROUP BY ALL HAVING count(*) > 1"
    holds = f"{key_of(table)} NOT IN (FROM ({again}) AS t(key) WHERE key IS NOT NULL)"
    return critical(in_place(f"{key} is unique", where), holds, key, tolerance)


def in_place(sentence: str, where: str) -> str:
    """Return a sentence that says where it holds, if not in the batch alone."""
    return f"{sentence} in {where}" if where else sentence


def column_rules(column: schema.Column) -> Iterator[Rule]:
    """Yield what the declaration of a column says of each of its values."""
    name = f'r."{column.name}"'
    if column.required:
        yield critical(f"{column.name} is given", f"{name} IS NOT NULL", column.name)
    if column.values:
        allowed = ", ".join(f"'{value}'" for value in column.values)
        holds = f"list_has_all([{allowed}], {name})" if column.type == schema.TEXTS else f"{name} IN ({allowed})"
        yield critical(f"{column.name} is one of {', '.join(column.values)}", holds, column.name)
    if column.low is not None:
        yield critical(f"{column.name} is at least {column.low:g}", f"{name} >= {column.low}", column.name)
    if column.high is not None:
        yield critical(f"{column.name} is at most {column.high:g}", f"{name} <= {column.high}", column.name)
    if column.references and schema.TABLES[column.references.split(".")[0]].layer == "page":
        yield reference_rule(column)


def reference_rule(column: schema.Column, tolerance: float = TOLERANCE, where: str = "", among: str = "") -> Rule:
    """Return the rule that the row which a value refers to exists. No value refers to nothing: null IN an empty set is false.

    ``among`` is SQL that the row fits, where it can be no other.
    """
    table, key = column.references.split(".")
    name = f'r."{column.name}"'
    some = f" AND {among}" if among else ""
    holds = f"CASE WHEN {name} IS NOT NULL THEN {name} IN (SELECT {key} FROM {table} WHERE {key} IS NOT NULL{some}) END"
    return critical(in_place(f"{column.name} refers to a row of {table}", where), holds, column.name, tolerance)


def span_rules(table: schema.Table) -> Iterator[Rule]:
    """Yield what must hold of the spans of a row: they lead back to the raw text, to the letter."""
    text = f"replace(r.{'title' if table.name == 'person_titles' else 'text'}, chr(10), '')"
    yield critical(
        "spans are not empty and do not run backwards",
        "len(r.spans) > 0 AND coalesce(list_bool_and(list_transform(r.spans, "
        "lambda s: coalesce(s.char_start >= 0 AND s.char_start < s.char_end, false))), false)",
        "spans",
    )
    yield critical(
        "spans do not overlap",
        "len(r.spans) < 2 OR coalesce(list_bool_and(list_transform(range(1, len(r.spans)), "
        "lambda i: list_sort(r.spans)[i].char_end <= list_sort(r.spans)[i + 1].char_start)), true)",
        "spans",
    )
    yield critical("spans are as long as the text", f"r.raw_n_chars = length({text})", "spans")
    yield critical("spans stand in blocks of the file", "r.raw_in_blocks", "spans")
    yield critical("spans lead back to the same text", f"r.raw_text = {text}", "spans")


# --- rules over a table as a whole --------------------------------------------------------------------------------------


def layout(table: schema.Table) -> Contract:
    """Return the contract that a table has the columns and types of the schema."""
    wanted = ", ".join(f"('{column.name}', '{column.type}')" for column in table.columns)
    holds = (
        "r.key IN (SELECT column_name FROM duckdb_columns() WHERE database_name = current_database() "
        f"AND table_name = '{table.name}' AND data_type = r.type)"
    )
    return Contract(
        table=table.name,
        rules=(critical("every column of the schema is there, with its type", holds, tolerance=0),),
        name=f"{table.name} layout",
        suite=table.name,
        relation=f"(SELECT row_number() OVER () AS row, * FROM (VALUES {wanted}) AS t(key, type))",
        key="r.key",
        quarantines=False,
    )


def balance(table: schema.Table) -> Contract:
    """Return the contract that every row that came in is either good or quarantined."""
    holds = "r.n_good + r.n_quarantined = r.n_input"
    return Contract(
        table=table.name,
        rules=(critical("good + quarantined = input", holds, tolerance=0),),
        name=f"{table.name} balance",
        suite="balance",
        relation=f"(SELECT 0 AS row, * FROM balance WHERE record_table = '{table.name}')",
        key="format('{} good + {} quarantined, {} input', r.n_good, r.n_quarantined, r.n_input)",
        quarantines=False,
    )
