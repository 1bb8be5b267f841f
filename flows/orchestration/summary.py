"""What a run did, for people and for machines: the summary, its words on Prefect's pages, and the name of the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
from prefect.runtime import deployment, flow_run

from flows.orchestration.markdown import escape_markdown
from flows.shared.error_hints import state_of_published
from flows.shared.sources import Source
from transforms.records import Row
from warehouse import store

NEXT_STEPS = (
    "Where in the code it failed: the traceback is in the log of this run.",
    "When the cause is mended, run again: batches that are done stay done.",
)
"""What whoever reads that a run failed wants to know next."""
COUNTED = ("articles", "people", "organizations", "places", "times", "quantities", "quotes", "events", "near_duplicates")
"""Tables whose rows a summary counts."""
DEGRADED = "Degraded"
"""The state of a run that took in what it could, and of which somebody should look at what it could not, or at what is late or unusual."""
REPAIRS = {"duplicates removed": "drop_duplicate", "sentences rejoined": "join", "blocks moved": "move"}
"""Kinds of repair that a summary counts, by what they are called there."""


@dataclass(frozen=True)
class Summary:
    """What a run did, or did until it failed. Times are UTC; ``seconds`` are CPU seconds by stage."""

    run_id: str
    status: str
    home: str
    source: str
    flow_run_id: str | None = None
    timezone: str = Source.timezone
    n_files_seen: int = 0
    n_files_new: int = 0
    n_superseded: int = 0
    n_quarantined: int = 0
    stage: str = "start"
    reason: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    quarantined: tuple[Row, ...] = ()
    warnings: tuple[str, ...] = ()
    degradations: tuple[str, ...] = ()
    """The warnings for which the run is degraded."""
    left_out: tuple[str, ...] = ()
    """What was met at the source and not read."""
    blocked: tuple[str, ...] = ()
    change: str | None = None
    """What was held back, by the name under which a human approves it."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    search_for: str | None = None
    """A name that most articles have, for a first search."""

    @property
    def state_name(self) -> str:
        """Return the name of the state in which the run ends: good, degraded and failed runs differ at a glance in Prefect's lists."""
        if self.reason or self.blocked:
            return self.status.capitalize()
        return DEGRADED if self.degradations else self.status.removesuffix(" with warnings").capitalize()

    @property
    def numbers(self) -> str:
        """Return what the run did in a few words."""
        return f"{self.n_files_new} new of {self.n_files_seen} files, {self.n_quarantined} quarantined"

    @property
    def sentence(self) -> str:
        """Return how the run ended, in one sentence."""
        return f"failed at {self.reason}" if self.reason else f"{self.status}: " + "; ".join([*self.blocked, self.numbers])


def run_name_at_start() -> str:
    """Return the name of the run that begins: of which deployment or source, and when."""
    what = deployment.name or flow_run.parameters.get("source") or flow_run.parameters.get("home")
    return f"{flow_run.flow_name} {what}, began {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def run_name(summary: Summary, deployed_as: str | None = None) -> str:
    """Return the name of a run that has ended: as which deployment it ran, when, and what it did.

    >>> summary = Summary("r", "failed", "home", "yundu", stage="discover", reason="discover: no such folder")
    >>> run_name(summary, "yundu").partition(", ")[2]
    'failed at discover'
    """
    did = f"failed at {summary.stage}" if summary.reason else (f"{summary.status}, " if summary.blocked else "") + summary.numbers
    return " ".join(filter(None, ("ingest", deployed_as, f"{now_in(summary.timezone):%Y-%m-%d}, {did}")))


def now_in(timezone: str) -> datetime:
    """Return the time now as the clocks of a source's time zone show it."""
    return datetime.now(ZoneInfo(timezone))


def summary_markdown(summary: Summary) -> str:
    """Return the run's summary for Prefect's artifact page."""
    lines = [
        f"## {escape_markdown(summary.state_name)}",
        "",
        f"{summary.n_files_seen} files seen, {summary.n_files_new} new, {summary.n_superseded} superseded, "
        f"{summary.n_quarantined} quarantined.",
    ]
    if summary.reason:
        why, *more = summary.reason.splitlines()
        steps = (*more, f"{state_of_published(Path(summary.home))}.", *NEXT_STEPS)
        lines += ["", f"**Failed at {escape_markdown(why)}**", "", *(f"- {escape_markdown(step)}" for step in steps)]
    lines += [f"- **{escape_markdown(reason)}**" for reason in summary.blocked]
    if summary.change:
        lines += [
            "",
            "Nothing was published. Look at quality and quarantine, then approve or reject: by the run's form where it waits as "
            f"Suspended, else by `dibao approve {summary.change}` or `dibao reject {summary.change}`.",
        ]
    lines += [f"- warning: {escape_markdown(text)}" for text in summary.warnings]
    lines += [f"- left out: {escape_markdown(text)}" for text in summary.left_out]
    if summary.counts:
        lines += [
            "",
            "| the warehouse now holds | rows |",
            "|---|---:|",
            *(f"| {escape_markdown(name.replace('_', ' '))} | {n} |" for name, n in summary.counts.items()),
        ]
    if summary.quarantined:
        lines += ["", "| quarantined | table | reason | detail |", "|---|---|---|---|"]
        lines += [
            f"| {escape_markdown(row['path'])} | {row['record_table']} | {escape_markdown(row['reason'])} | {escape_markdown(row['detail'])} |"
            for row in summary.quarantined
        ]
    return "\n".join(lines)


def name_to_search(con: duckdb.DuckDBPyConnection) -> str | None:
    """Return the name that most articles have, for a first search, reporters last; None where nobody is named."""
    return next(
        iter(store.column(con, "SELECT name FROM people ORDER BY latest_title IS NULL, n_articles DESC, n_mentions DESC, name LIMIT 1")),
        None,
    )


def count_rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return what the warehouse holds now: rows by table, and repairs by what they are called."""
    counts = {table: store.column(con, f"SELECT count(*) FROM {table}")[0] for table in COUNTED}
    return counts | {name: store.column(con, "SELECT count(*) FROM edits WHERE kind = ?", [kind])[0] for name, kind in REPAIRS.items()}


def quarantined_rows(con: duckdb.DuckDBPyConnection, run_id: str) -> tuple[Row, ...]:
    """Return what a run quarantined: path, table, reason and detail; rows that only follow others are counted per file."""
    from expectations.rejection import REFERS_TO_REJECTED

    rows = con.execute(
        """
        SELECT path, record_table, reason, detail FROM quarantine WHERE run_id = $run AND reason <> $follows
        UNION ALL
        SELECT path, 'rows', reason, count(*) || ' of them' FROM quarantine WHERE run_id = $run AND reason = $follows GROUP BY ALL
        ORDER BY ALL""",
        {"run": run_id, "follows": REFERS_TO_REJECTED},
    ).fetchall()
    return tuple(dict(zip(("path", "record_table", "reason", "detail"), row, strict=True)) for row in rows)
