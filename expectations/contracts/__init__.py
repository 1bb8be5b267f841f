"""One contract per table of the page layer, in the module of that name. A new expectation is one line there.

A table without a module keeps the base rules of its declaration.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from expectations.rules import Contract, balance, contract, layout
from warehouse import schema


@cache
def contracts() -> dict[str, Contract]:
    """Return the contract over the rows of each page table, in order of declaration."""
    return {table.name: contract_of(table.name) for table in schema.of_layer("page")}


def contract_of(table: str) -> Contract:
    """Return the contract of a table: the written one, else the base rules of its declaration."""
    written = f"{__name__}.{table}"
    return import_module(written).CONTRACT if find_spec(written) else contract(table)


@cache
def layouts() -> dict[str, Contract]:
    """Return the contract over the columns of each page table."""
    return {contract.name: contract for contract in map(layout, schema.of_layer("page"))}


@cache
def balances() -> dict[str, Contract]:
    """Return the contract over the books of each page table: what came in is good or quarantined."""
    return {contract.name: contract for contract in map(balance, schema.of_layer("page"))}
