"""What the warehouse holds, its last runs, and what is quarantined and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime

import duckdb

from flows.cli.printable import printable
from flows.cli.terminal import json_value, print_table
from flows.orchestration.approval import read_pending
from flows.orchestration.monitor import Freshness, find_freshness
from flows.pipeline import journal
from flows.pipeline.backfill import LEGEND, grid, read_ledger
from flows.shared.settings import served_at
from flows.shared.sources import declared_sources
from flows.shared.versions import code_version
from warehouse import queries
from warehouse.home import Home

RUN = {
    "run_id": "run_id",
    "started_at": "started_at",
    "ended_at": "ended_at",
    "status": "status",
    "new": "n_files_new",
    "articles": "n_articles",
    "quarantined": "n_quarantined",
    "reason": "reason",
}
"""What is shown of a run, and the column of ``runs`` that says it."""
ANSWERS = {
    "Holds": (queries.HOLDINGS_BY_PAPER, {}),
    "Physical forms": (queries.PHYSICAL_FORMS, {}),
    "Last runs": (
        f"SELECT {', '.join(f'{column} AS {shown}' for shown, column in RUN.items())} FROM ({queries.LATEST_RUNS})",
        {"limit": 10},
    ),
    "Quarantined": (f"SELECT path, record_table, reason, detail FROM ({queries.QUARANTINE})", {"limit": 50}),
    "Expectations that did not hold in the last run": (queries.BROKEN_RULES, {}),
}
"""What is shown: the query of each heading and its parameters."""


def print_status(con: duckdb.DuckDBPyConnection, home: Home, as_json: bool = False) -> None:
    """Print the ``ANSWERS`` of a published warehouse, how new every paper is, and whether the home is served.

    Without a warehouse, where none is published yet, only what the journal tells of the runs.
    """
    answers = {"Newest issues": freshness_table(con, home)} if con else {"Last runs": (list(RUN), [])}
    for name, (query, parameters) in ANSWERS.items() if con else ():
        cursor = con.execute(query, queries.named_parameters(query, parameters))
        columns = [column[0] for column in cursor.description]
        answers[name] = (columns, cursor.fetchall())
    served = {name: value for name, value in (served_at(home) or {}).items() if name != "secret"}
    answers["Last runs"] = with_journal(*answers["Last runs"], home)
    if as_json:
        listed = {name: [dict(zip(columns, row, strict=True)) for row in rows] for name, (columns, rows) in answers.items()}
        print(json.dumps({**listed, "Served at": served or None}, ensure_ascii=False, default=json_value))
        return
    print(printable(verdict(*answers["Last runs"])))
    for name, (columns, rows) in answers.items():
        print(f"\n{name}")
        print_table(columns, rows)
    for held in read_pending(home):
        said = f"{held.verdict}: {held.why}" if held.verdict else f"waits for dibao approve {held.change} or dibao reject {held.change}"
        print(f"\nHeld back until {held.expires_at:%Y-%m-%d %H:%M} UTC, {printable(said)}")
        print("\n".join(f"  {printable(reason)}" for reason in held.reasons))
    if served:
        print(
            f"\nServed by process {served['pid']}: Prefect {printable(served['prefect'])}/v2, reading room {printable(served['reading_room'])}"
        )


def verdict(columns: Sequence[str], rows: Sequence[tuple]) -> str:
    """Return how the last run ended, in a line.

    >>> from datetime import datetime
    >>> verdict(list(RUN), [("r1", datetime(2025, 3, 8, 2), None, "failed", 2, 0, 0, "plan: no such source: pages\\n/ exists")])
    'The last run, 2025-03-08 02:00 UTC: failed, 2 new files, 0 quarantined. plan: no such source: pages'
    """
    if not rows:
        return "No run yet."
    run = dict(zip(columns, rows[0], strict=True))
    why = f" {run['reason'].splitlines()[0]}" if run["reason"] else ""
    return f"The last run, {run['started_at']:%Y-%m-%d %H:%M} UTC: {run['status']}, {run['new']} new files, {run['quarantined']} quarantined.{why}"


def with_journal(columns: list[str], rows: list[tuple], home: Home) -> tuple[list[str], list[tuple]]:
    """Return the last runs, newest first, those among them that published nothing since."""
    told = {row["run_id"]: tuple(row[RUN[column]] for column in columns) for row in journal.entries(home)}
    runs = [*told.values(), *(row for row in rows if row[0] not in told)]
    return columns, sorted(runs, key=lambda row: (row[1], row[0]), reverse=True)[:10]


def print_grid(con: duckdb.DuckDBPyConnection, as_json: bool = False) -> None:
    """Print the ledger of issues: which days of which paper are loaded, stale, failed, missing."""
    days = read_ledger(con, code_version())
    if as_json:
        print(json.dumps([asdict(day) for day in days], ensure_ascii=False, default=json_value))
        return
    print("\n".join([*(printable(line) for line in grid(days)), "", LEGEND]))


def freshness_table(con: duckdb.DuckDBPyConnection, home: Home) -> tuple[list[str], list[tuple]]:
    """Return the newest issue of every paper as columns and rows."""
    columns = [field.name for field in fields(Freshness)]
    papers = find_freshness(con, list(declared_sources(home).values()), datetime.now(UTC))
    return columns, [tuple(getattr(each, name) for name in columns) for each in papers]
