"""Rows against rules: all rules of a contract in one DuckDB pass over its relation, and a second for those that are broken.

An examination holds the DuckDB connection and what was found. Great Expectations asks it by token (``expectations.suites``), so that
what is passed through a batch is a word and never a frame of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from expectations.raw_text import with_raw_text
from expectations.rules import Contract, Rule

MAX_EXAMPLES = 10
MEMORY = "400MB"
"""What DuckDB may hold in memory to audit a batch."""
_OPEN: dict[str, Examination] = {}


@dataclass(frozen=True)
class Outcome:
    """What a rule met: rows that it speaks of, rows that broke it, keys of the first of them."""

    n_evaluated: int
    n_unexpected: int
    examples: tuple[str, ...] = ()


@dataclass
class Examination:
    """Contracts over the relations of one connection; ``broken`` is which rows broke which critical rule."""

    con: duckdb.DuckDBPyConnection
    contracts: Mapping[str, Contract]
    broken: dict[str, dict[Rule, list[int]]] = field(default_factory=dict)

    def outcomes(self, name: str) -> dict[tuple[str, str], Outcome]:
        """Return what each rule of a contract met, by sentence and column. Raises duckdb.Error where it cannot be evaluated."""
        contract = self.contracts[name]
        counts = self._ask(contract, contract.rules, "count(c{0}), coalesce(count_if(NOT c{0}), 0)")  # null where there is no row
        met = {rule: counts[2 * n : 2 * n + 2] for n, rule in enumerate(contract.rules)}
        broken = [rule for rule, (_, n_unexpected) in met.items() if n_unexpected]
        found = self._ask(contract, broken, "list(row) FILTER (WHERE NOT c{0})")  # lists of all would take a fifth of the time
        rows = {rule: sorted(some) for rule, some in zip(broken, found, strict=True)}
        keys = self._keys(contract, {row for some in rows.values() for row in some[:MAX_EXAMPLES]})
        if contract.quarantines:
            self.broken[contract.table] = {rule: some for rule, some in rows.items() if rule.severity == "critical"}
        return {
            (rule.sentence, rule.column): Outcome(*counted, tuple(keys.get(row, "") for row in rows.get(rule, ())[:MAX_EXAMPLES]))
            for rule, counted in met.items()
        }

    def _ask(self, contract: Contract, rules: Sequence[Rule], wanted: str) -> tuple:
        """Return what SQL over the rows gives for each of the rules; c{0} in it is whether a row keeps the rule."""
        if not rules:
            return ()
        conditions = ", ".join(f"({rule.holds})::BOOLEAN AS c{number}" for number, rule in enumerate(rules))
        columns = ", ".join(wanted.format(number) for number in range(len(rules)))
        query = f"SELECT {columns} FROM (SELECT r.row, {conditions} FROM {contract.relation} AS r {contract.beside})"
        return self.con.execute(query).fetchall()[0]

    def _keys(self, contract: Contract, rows: Iterable[int]) -> dict[int, str]:
        """Return what the rows are called."""
        if not (wanted := sorted(rows)):
            return {}
        query = f"SELECT r.row, {contract.key} FROM {contract.relation} AS r WHERE r.row IN (SELECT unnest(?::BIGINT[]))"
        return {row: "" if key is None else str(key) for row, key in self.con.execute(query, [wanted]).fetchall()}


def examination(token: str) -> Examination:
    """Return the examination that is going on under a token. Raises KeyError where it has ended."""
    return _OPEN[token]


@contextmanager
def known(examined: Examination) -> Iterator[str]:
    """Let an examination be found by the token that is given while the block runs."""
    token = uuid4().hex
    _OPEN[token] = examined
    try:
        yield token
    finally:
        del _OPEN[token]


@contextmanager
def staged(
    tables: Mapping[str, Path], checked_at: datetime, rows: Mapping[str, pa.Table] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection where each staged Parquet file is a view with the number of each row, counted from 0, and the raw text under its spans.

    ``rows`` are what the files hold; they are read where they are not given, once, for every rule would decode them again. What DuckDB
    takes beside them beyond ``MEMORY`` is put on disk, beside the first of the files.
    """
    spill = next(iter(tables.values())).parent / ".spill.tmp"
    con = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": str(spill)})
    con.execute("SET enable_progress_bar = false")  # it goes to the standard output, among what a command says
    try:
        for name, some in with_raw_text(rows or {name: pq.read_table(path) for name, path in tables.items()}):
            con.register(f"staged_{name}", some.append_column("row", pa.array(np.arange(some.num_rows))))
            con.execute(f"CREATE VIEW {name} AS FROM staged_{name}")
        set_day(con, checked_at)
        yield con
    finally:
        con.close()


def set_day(con: duckdb.DuckDBPyConnection, checked_at: datetime) -> None:
    """Set the day that rules call today: the start of the run, never a clock."""
    today: date = checked_at.date()
    con.execute(f"SET VARIABLE checked_on = DATE '{today.isoformat()}'")


def by_suite(contracts: Iterable[Contract]) -> dict[str, Sequence[Contract]]:
    """Return contracts by the suite they belong to, in the order given."""
    found: dict[str, list[Contract]] = {}
    for contract in contracts:
        found.setdefault(contract.suite, []).append(contract)
    return found
