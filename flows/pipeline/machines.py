"""Checks of a worker's machine before a batch: it has the code that the run has, and sees the home and the source.

What the machine that planned a run has just read and another one does not reach is no fault of the file: the batch fails there, by name.
"""

from __future__ import annotations

import os
from pathlib import Path
from socket import gethostname

from flows.shared.versions import code_version
from warehouse.sources import check_reach, shown


class UnfitWorkerError(RuntimeError):
    """A worker cannot process a batch as the machine that planned it would; the message names the worker and what it lacks."""


def check_machine(folder: str, location: str, planned_with: str) -> None:
    """Raise UnfitWorkerError where this worker has another version of the code, or does not reach a folder of the home or a raw file."""
    check_version(planned_with)
    check_home(folder)
    try:
        check_reach(location)
    except Exception as error:
        raise unreached(location, error) from error


def check_version(planned_with: str) -> None:
    """Raise UnfitWorkerError where this worker's code makes other rows than the code that a batch was planned with."""
    if (found := code_version()) != planned_with:
        raise UnfitWorkerError(
            f"{this_worker()} has version {found} of the code that makes rows, the run has {planned_with}; install the same Dibao there and "
            "start the worker again"
        )


def check_home(folder: str) -> None:
    """Raise UnfitWorkerError where this worker does not see a folder of the home."""
    try:
        os.stat(folder)
    except OSError as error:
        raise unreached(folder, error) from error


def unreached(path: str | Path, error: Exception) -> UnfitWorkerError:
    """Return the error for a path that this worker does not reach, and the machine that planned the batch did."""
    return UnfitWorkerError(
        f"{this_worker()} does not reach {shown(str(path))}: {str(error) or type(error).__name__}; "
        "home and source must be visible under the same paths on every machine that works"
    )


def this_worker() -> str:
    """Return how a message names the worker that says it."""
    return f"the worker on {gethostname()} (process {os.getpid()})"
