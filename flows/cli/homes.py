"""The home that a command names, its published warehouse and its declared sources, or in words why they cannot be used."""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows.cli.errors import UserError
from flows.shared.error_hints import hint_for_outdated
from flows.shared.sources import DeclarationError, Source, declared_sources
from warehouse.home import Home
from warehouse.store import connect, holds_schema


def home_at(folder: Path) -> Home:
    """Return the home in a folder. Raises UserError where the folder's name is one that DuckDB or SQLite cannot open."""
    path = folder.absolute()
    if any("\udc80" <= char <= "\udcff" for char in str(path)):  # how Python writes bytes that are no UTF-8
        raise UserError(f"{path}: DuckDB opens only paths in UTF-8; give a --home that is")
    if "?" in str(path):
        raise UserError(f"{path}: DuckDB and SQLite read what follows a ? as options; give a --home without one")
    return Home(path)


def opened(folder: Path, any_version: bool = False) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to the warehouse published in a folder.

    Raises UserError where there is none, or, unless ``any_version`` will do, it lacks a table or column that this code asks of it.
    """
    path = home_at(folder).published
    if not path.exists():
        raise UserError(f"{path}: no warehouse is published here. Run `dibao run --home {folder}` first.")
    con = connect(path, read_only=True)
    if not any_version and not holds_schema(con):
        con.close()
        raise UserError(f"{path}: {hint_for_outdated(folder)}")
    return con


def sources_of(home: Home) -> dict[str, Source]:
    """Return the declared sources of a home by name. Raises UserError where the declaration cannot be read."""
    try:
        return declared_sources(home)
    except DeclarationError as error:
        raise UserError(str(error)) from error
