"""What a run leaves on Prefect's pages, each artifact on the task that made it, and the events that tell of what a human should look at.

The key of an artifact holds the home's name and the beginning of its id: a server that several homes share keeps them apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import duckdb
from prefect import get_client
from prefect.artifacts import (
    create_image_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterStartTime
from prefect.events import emit_event
from prefect.runtime import flow_run

from flows.orchestration.markdown import escape_markdown, quarantine_markdown, shortened
from flows.orchestration.monitor import RUNS_COMPARED, Freshness, lineage, quality_rows
from flows.orchestration.own_runs import INGEST, own_runs
from flows.orchestration.pictures import COLOURS, PastRun, data_uri, lineage_picture, runs_chart
from flows.orchestration.summary import Summary, now_in, summary_markdown
from flows.shared.settings import served_at
from warehouse import schema
from warehouse.home import Home


def artifact_key(home: Home, name: str) -> str:
    """Return the key of an artifact of a home: Prefect allows small letters, digits and hyphens.

    >>> import tempfile
    >>> home = Home(Path(tempfile.mkdtemp()) / "Dibao_home 邸报")
    >>> artifact_key(home, "quality") == f"dibao-home-{home.id[:6]}-quality"
    True
    """
    words = re.findall(r"[a-z0-9]+", home.path.name.lower())
    return "-".join([*words, home.id[:6], name])


@dataclass(frozen=True)
class Progress:
    """The artifact that says how many batches are done."""

    artifact_id: UUID
    n_batches: int

    @classmethod
    def create(cls, home: Home, n_batches: int) -> Progress:
        """Return the artifact of so many batches, none of them done."""
        return cls(create_progress_artifact(0.0, key=artifact_key(home, "progress"), description=f"0 of {n_batches} batches"), n_batches)

    def update(self, done: int) -> None:
        """Say that so many batches are done."""
        update_progress_artifact(self.artifact_id, 100 * done / self.n_batches, description=f"{done} of {self.n_batches} batches")


def create_quality_artifact(home: Home, con: duckdb.DuckDBPyConnection, validations: Sequence[Mapping[str, object]], run_id: str) -> None:
    """Leave the table of expectations that did not hold, with their trend."""
    rows = quality_rows(con, validations, run_id)
    worse = sum(row["trend"] == "worse" for row in rows)
    create_table_artifact(
        rows or [{"table": "all", "expectation": "every expectation held"}],
        key=artifact_key(home, "quality"),
        description=f"{len(rows)} of {len(validations)} did not hold, {worse} worse",
    )


def create_quarantine_artifact(
    home: Home, rows: Sequence[Mapping[str, object]], locations: Mapping[str, str], room: str | None = None
) -> None:
    """Leave what was quarantined. Markdown, for cells of Prefect's tables hold no links."""
    reasons = Counter(str(row["reason"]) for row in rows).most_common(5)
    create_markdown_artifact(
        quarantine_markdown(rows, locations, room),
        key=artifact_key(home, "quarantine"),
        description=f"{len(rows)} quarantined" + (": " + ", ".join(f"{n} {reason}" for reason, n in reasons) if rows else ""),
    )


def reading_room_address(home: Home) -> str | None:
    """Return the address of the reading room that `dibao serve` keeps open for a home, None where it does not."""
    served = served_at(home)
    return served["reading_room"] if served else None


def create_lineage_artifact(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """Leave the picture of what is made from what, with the number of rows."""
    layers, edges = lineage(con)
    rows = {table: con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in schema.TABLES}
    create_image_artifact(
        data_uri(lineage_picture(layers, edges, rows)),
        key=artifact_key(home, "lineage"),
        description=f"{rows['raw_files']} raw files -> {rows['articles']} articles -> {len(layers[-1][1])} views",
    )


def create_freshness_artifact(home: Home, papers: Sequence[Freshness]) -> None:
    """Leave the table of newest issues, and tell Prefect of every late paper by an event."""
    late = [paper for paper in papers if paper.is_late]
    rows = [
        {
            "paper": each.paper,
            "newest issue": f"{each.newest}",
            "days ago": each.days,
            "late": "late" if each.is_late else "",
            "source": each.source,
        }
        for each in papers
    ]
    description = f"{len(papers)} papers, {len(late)} late" + (
        ": " + "; ".join(escape_markdown(each.sentence) for each in late[:3]) if late else ""
    )
    create_table_artifact(rows or [{"paper": "no paper with a dated issue"}], key=artifact_key(home, "freshness"), description=description)
    for each in late:
        emit_event(
            "dibao.paper.late",
            resource={"prefect.resource.id": f"dibao.paper.{each.paper}", "prefect.resource.name": each.paper},
            payload={"text": each.sentence, "days": each.days, "source": each.source},
        )


def create_summary_artifact(home: Home, summary: Summary) -> None:
    """Leave what the run did."""
    moment = f"{now_in(summary.timezone):%m-%d %H:%M}"  # a card shows when the first artifact of its key was made, not this one
    create_markdown_artifact(
        summary_markdown(summary), key=artifact_key(home, "summary"), description=escape_markdown(shortened(f"{moment} {summary.sentence}"))
    )


def create_runs_artifact(home: Home, flow_run_id: str, state: str, timezone: str) -> None:
    """Leave the chart of the last runs of a home, this one with the name of the state it is about to get; days are those of the time zone.

    Prefect knows also the runs that failed; the published warehouse knows what the others loaded. Runs that are only scheduled are left out.
    """
    with get_client(sync_client=True) as client:
        runs = own_runs(home, client, [INGEST], FlowRunFilter(start_time=FlowRunFilterStartTime(is_null_=False)), RUNS_COMPARED)
    loaded = loaded_by_runs(home.published)
    past = [
        PastRun(
            f"{run.start_time.astimezone(ZoneInfo(timezone)):%Y-%m-%d}",
            state if str(run.id) == flow_run_id else run.state_name or "",
            *loaded.get(str(run.id), (0, 0)),
        )
        for run in reversed(runs)
        if run.start_time and run.state and (run.state.is_final() or str(run.id) == flow_run_id)
    ]
    failed = sum(COLOURS.get(run.state) is None for run in past)
    create_image_artifact(
        data_uri(runs_chart(past)), key=artifact_key(home, "last-runs"), description=f"last {len(past)} runs: {failed} failed or blocked"
    )


def loaded_by_runs(published: Path) -> dict[str, tuple[int, int]]:
    """Return how many articles each flow run loaded and how much it quarantined, as the published warehouse tells, were it readable."""
    if not published.exists():
        return {}
    try:
        with duckdb.connect(str(published), read_only=True) as con:
            rows = con.execute("SELECT flow_run_id, n_articles, n_quarantined FROM runs").fetchall()
    except duckdb.Error:
        return {}  # to tell of a run that failed because of that file
    return {run: (articles, quarantined) for run, articles, quarantined in rows}


def emit_waiting_event(run_name: str, reasons: Sequence[str], until: str) -> None:
    """Tell Prefect that a publish waits for a human: the state of a run that waits has no words."""
    emit_event(
        "dibao.publish.waiting",
        resource={"prefect.resource.id": f"prefect.flow-run.{flow_run.id}", "prefect.resource.name": run_name},
        payload={"text": f"{'; '.join(reasons)}; approve or reject until {until}"},
    )


def local_time(moment: datetime, timezone: str) -> str:
    """Return a time, given as UTC without saying so, as the clocks of a time zone show it.

    >>> local_time(datetime(2025, 3, 7, 18, 0), "Asia/Shanghai")
    '2025-03-08 02:00 Asia/Shanghai'
    """
    return f"{moment.replace(tzinfo=UTC).astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M} {timezone}"
