"""One contract per table of the page layer, in the module of that name. A new expectation is one line there.

A table without a module keeps what its declaration says.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from expectations.contract import Contract, columns_of, contract, tolerance_of
from warehouse import schema


@cache
def contracts() -> dict[str, Contract]:
    """Return the contract over the rows of each page table, in order of declaration."""
    return {table.name: contract_of(table.name) for table in schema.of_layer("page")}


def contract_of(table: str) -> Contract:
    """Return the contract of a table: the written one, else what its declaration says."""
    written = f"{__name__}.{table}"
    return import_module(written).CONTRACT if find_spec(written) else contract(table)


@cache
def tolerances() -> dict[tuple[str, str, str], float]:
    """Return which share of rows may break each expectation, by table, sentence and columns. What no contract here says tolerates none."""
    return {
        (contract.table, one.description, ", ".join(columns_of(one))): tolerance_of(one)
        for contract in contracts().values()
        for one in contract.expectations
    }
