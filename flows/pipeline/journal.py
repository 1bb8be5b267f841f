"""The journal: what every run says of itself that publishes nothing, kept beside the warehouse until the next publish takes it into ``runs``.

``journal.json`` holds the runs that failed, were blocked, or found nothing new. ``running.json`` is the run that is under way; where it
lies there and its process is gone, the run was killed, and whoever holds the home next writes that down.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from flows.shared.orphans import began
from warehouse.files import read_forgivingly, write_whole
from warehouse.home import Home
from warehouse.schema import Row

RUNNING, CRASHED = "running", "crashed"
KILLED = "its process ended without a word: it was killed, or its machine went away. Run again: batches that are done stay done."
MAX_ENTRIES = 1000
"""Entries that are kept where nothing is published for long: those that found nothing new would be without end."""
TIMES = ("started_at", "ended_at")


@contextmanager
def under_way(home: Home, row: Row) -> Iterator[None]:
    """Say that a run is under way while the block runs. The home must be held; a run that was killed before is written down first."""
    if killed := read_rows(home.running):
        keep(home, as_crashed(killed[0]))
    write_rows(home.running, [{**row, "ended_at": None, "status": RUNNING, "pid": os.getpid(), "began": began(os.getpid())}])
    try:
        yield
    finally:
        home.running.unlink(missing_ok=True)


def keep(home: Home, row: Row) -> None:
    """Write a run into the journal; what the same flow run said before, suspended and resumed, is replaced."""
    others = [other for other in read_rows(home.journal) if other["flow_run_id"] is None or other["flow_run_id"] != row["flow_run_id"]]
    write_rows(home.journal, [*others, row][-MAX_ENTRIES:])


def entries(home: Home) -> list[Row]:
    """Return the runs that the published warehouse does not tell of, oldest first, the one that is under way or was killed last."""
    return [*read_rows(home.journal), *(row_of(run) if is_alive(run) else as_crashed(run) for run in read_rows(home.running))]


def is_alive(run: Row) -> bool:
    """Return whether the process of a run is there; where the system tells nothing of processes, it is taken for alive."""
    return run.get("began") is None or began(int(str(run["pid"]))) == run["began"]


def row_of(run: Row) -> Row:
    """Return a run that is under way as a row of ``runs``."""
    return {name: value for name, value in run.items() if name not in ("pid", "began")}


def as_crashed(run: Row) -> Row:
    """Return the row of a run that was killed."""
    return {**row_of(run), "status": CRASHED, "reason": KILLED}


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a file of the journal, none where there is no file."""
    return read_forgivingly(path, parse) or []


def parse(text: str) -> list[Row]:
    """Return the rows that a file of the journal holds. Raises ValueError, KeyError or TypeError where it is not one."""
    rows = [{**row, **{name: row[name] and datetime.fromisoformat(row[name]) for name in TIMES}} for row in json.loads(text)]
    if not all({"run_id", "flow_run_id", "status"} <= row.keys() for row in rows):
        raise ValueError("a run without its id or status")
    return rows


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write a file of the journal in one step."""
    write_whole(path, json.dumps(rows, ensure_ascii=False, indent=1, default=lambda value: value.isoformat()))
