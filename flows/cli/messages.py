"""What a command says when it ends early: what happened, what to do next, in what state the warehouse is."""

from __future__ import annotations

import warnings
from pathlib import Path
from traceback import clear_frames

import duckdb

from flows.cli.errors import WRITING
from flows.cli.printable import printable
from flows.shared.error_hints import chain, hint_for, hint_for_outdated, state_of_published


def error_message(error: BaseException, command: str, home: Path) -> str:
    """Return what the user reads of an error: what happened, what to do next, and in what state a writing command leaves the warehouse."""
    next_step = hint_for(error, home)
    if command not in WRITING and isinstance(error, duckdb.BinderException | duckdb.CatalogException):
        next_step = hint_for_outdated(home)
    state = f"{state_of_published(home)}; the same command goes on where this one was." if command in WRITING else None
    return "\n".join(filter(None, (printable(str(error).strip()) or type(error).__name__, next_step, state)))


def clear_tracebacks(error: BaseException) -> None:
    """Let go of what the frames of an error hold: Prefect keeps errors, and DuckDB complains at exit of connections that are kept."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Prefect's coroutines, that nobody is going to await any more
        for each in chain(error):
            clear_frames(each.__traceback__)
