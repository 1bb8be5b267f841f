"""Commands that take pages in: run, backfill, approve, reject."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Literal

import duckdb
from cyclopts import Parameter

from flows.cli.errors import BLOCKED, DONE, QUARANTINED, UserError
from flows.cli.homes import home_at, opened, sources_of
from flows.cli.options import DEFAULT_HOME, N_CORES, Address, Change, HomeFolder, Json, Paper, Reason, Since, Until, Workers
from flows.cli.printable import printable
from flows.cli.terminal import bar, print_summary, print_table
from flows.orchestration import approval
from flows.orchestration.embedded_server import embedded_server
from flows.pipeline.backfill import estimate_backfill, seconds_per_file
from flows.pipeline.planning import Plan, plan_run
from flows.pipeline.request import Request, Run
from flows.shared.garbage import imported_without_gc
from flows.shared.orphans import claim_children, reap_orphans
from flows.shared.settings import apply_prefect_settings
from flows.shared.sources import DeclarationError, Source, use_credentials
from flows.shared.versions import code_version
from transforms.decoding import EncodingError, expected
from transforms.paths import compile_pattern
from warehouse import sample, store
from warehouse.ddl import create_tables
from warehouse.home import Home
from warehouse.sources import SourceError, find_raw_files
from warehouse.sources import shown as printable_path

MAX_SHOWN = 50
"""Files that a dry run names."""
RunnerName = Annotated[
    Literal["threads", "processes", "dask", "ray"] | None, Parameter(help="who processes the batches: processes unless told otherwise")
]


def run_command(
    source: Annotated[
        str | None, Parameter(help="folder, file, glob, object-store URL or the name of a declared source; without it the bundled sample")
    ] = None,
    /,
    *,
    pattern: Annotated[str | None, Parameter(help="what paths say, e.g. '{paper}/{date:%Y-%m-%d}/{page}.txt'")] = None,
    encoding: Annotated[
        str | None, Parameter(help="what the files are in where their bytes leave it open, e.g. gb18030 or big5,utf-8")
    ] = None,
    retire: Annotated[bool, Parameter(help="take out files that are no longer at the source")] = False,
    refresh: Annotated[bool, Parameter(help="read files again that an older version of the code read")] = False,
    by_content: Annotated[
        bool, Parameter(help="read every file to see whether it has changed, also where size and time are as before")
    ] = False,
    since: Since = None,
    until: Until = None,
    paper: Paper = None,
    workers: Workers = N_CORES,
    runner: RunnerName = None,
    address: Address = None,
    max_loss: Annotated[
        float, Parameter(help="per cent: hold the publish back for approval where it would lose more of the articles")
    ] = 10,
    strict: Annotated[bool, Parameter(help="exit with 1 if anything was quarantined")] = False,
    dry_run: Annotated[bool, Parameter(help="say what would be read, and what the paths say; change nothing")] = False,
    as_json: Annotated[Json, Parameter(help="print the summary as JSON")] = False,
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """Ingest, validate, transform, load, publish."""
    place = home_at(home)
    if source is None:
        source, pattern = str(sample.path()), pattern or sample.PATTERN
    source = printable_path(source)  # whatever bytes it is made of: it goes to Prefect and into the warehouse
    declared = sources_of(place).get(source) or Source(source, source)
    encodings = encoding.split(",") if encoding else None
    check_pattern(pattern)
    check_encoding(encodings or ())
    check_source(declared.location)
    if dry_run:
        print_plan(
            plan_only(
                place,
                declared,
                Request(
                    place,
                    declared.location,
                    pattern or declared.pattern,
                    retire or declared.retire,
                    refresh,
                    paper=declared.paper,
                    since=since,
                    until=until,
                    only_paper=paper,
                    encodings=expected(encodings or declared.encoding),
                    by_content=by_content,
                ),
            ),
            as_json,
        )
        return DONE
    with place.lock():
        pass  # who cannot have the home, or not write to it, should not wait for Prefect to learn that
    with prefect_ready(place):
        return run_ingest(
            strict,
            as_json,
            source=source,
            home=str(place.path),
            pattern=pattern,
            retire=retire,
            refresh=refresh,
            by_content=by_content,
            max_loss=max_loss / 100,
            encoding=encodings,
            workers=workers,
            runner=runner,
            address=address,
            **issue_filter(since, until, paper),
        )


def backfill_command(
    *,
    since: Since = None,
    until: Until = None,
    paper: Paper = None,
    workers: Workers = N_CORES,
    runner: RunnerName = None,
    address: Address = None,
    dry_run: Annotated[bool, Parameter(help="say how much it would be and how long it would take")] = False,
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """Read again what is missing, failed or made by older code, from the declared sources."""
    place = home_at(home)
    sources = list(sources_of(place).values())
    if not sources:
        raise UserError(
            f"{place.sources}: no source is declared there, so it is not known what its paths mean.\n"
            "Declare it ([name], location, pattern), or run `dibao run SOURCE --pattern ... --refresh`."
        )
    with opened(home, any_version=True) as con, secrets_at_hand(place, sources), user_errors():
        estimates = estimate_backfill(con, sources, code_version(), since, until, paper)
        pace = seconds_per_file(con)
    n_files = sum(estimate.n_files for estimate in estimates)
    rows = [
        (estimate.source, estimate.n_new, estimate.n_stale, estimate.n_failed, f"{estimate.n_bytes / 1e6:.2f}") for estimate in estimates
    ]
    print_table(("source", "new", "stale", "failed", "MB"), rows)
    if pace is not None:
        print(f"{n_files} files to read; at the pace of the last runs about {n_files * pace:,.0f} seconds")
    if dry_run or not n_files:
        return DONE
    with prefect_ready(place):
        return max(
            run_ingest(
                source=estimate.source,
                home=str(place.path),
                refresh=True,
                retry=True,
                workers=workers,
                runner=runner,
                address=address,
                **issue_filter(since, until, paper),
            )
            for estimate in estimates
            if estimate.n_files
        )


def approve_command(
    change: Change = None,
    /,
    *,
    reason: Reason = "",
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """Publish what was held back; the reason is kept."""
    return record_verdict(home_at(home), change, approval.APPROVED, reason)


def reject_command(
    change: Change = None,
    /,
    *,
    reason: Reason = "",
    home: HomeFolder = DEFAULT_HOME,
) -> int:
    """Do not publish what was held back; the reason is kept."""
    return record_verdict(home_at(home), change, approval.REJECTED, reason)


def record_verdict(home: Home, change: str | None, verdict: str, reason: str) -> int:
    """Write down what a human says of a change; one that is approved is published, by the run that waits for it or by a new one."""
    apply_prefect_settings(home)
    try:
        held = approval.write_verdict(home, change, verdict, reason, datetime.now(UTC).replace(tzinfo=None))
    except approval.ApprovalError as error:
        raise UserError(str(error)) from error
    for why in held.reasons:
        print(f"{held.verdict}: {why}")
    if "PREFECT_API_URL" in os.environ and approval.resume_flow_run(held):
        print("The run that waits for it goes on.")
        return DONE
    if held.verdict == approval.REJECTED:
        return DONE
    with prefect_ready(home):
        return run_ingest(**{**held.parameters, "only_change": held.change})


# --- the flow ---------------------------------------------------------------------------------------------------------


@contextmanager
def prefect_ready(home: Home) -> Iterator[None]:
    """Apply Prefect's settings, end what an earlier run that was killed has left running, and see that there is a server while the block runs."""
    logging.raiseExceptions = False  # a server that is gone is told of once, not again by every line of the log that it misses
    apply_prefect_settings(home)
    reap_orphans(Path(os.environ["PREFECT_HOME"]))
    claim_children()
    with nullcontext() if "PREFECT_API_URL" in os.environ else embedded_server():
        yield


def run_ingest(strict: bool = False, as_json: bool = False, **parameters: object) -> int:
    """Run the ingest flow, print what it did, and return the exit code."""
    with bar(quiet=as_json):
        with imported_without_gc():
            from flows.orchestration.ingest import ingest  # Prefect reads its settings when it is imported: they must have been applied

        state = ingest(**parameters, return_state=True)
        result = state.result(raise_on_failure=False)
        if isinstance(result, SourceError | DeclarationError):
            raise UserError(str(result))
        if isinstance(result, BaseException):
            raise result
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print_summary(result)
    if result["blocked"]:
        return BLOCKED
    return QUARANTINED if strict and result["n_quarantined"] else DONE


def issue_filter(since: date | None, until: date | None, paper: str | None) -> dict[str, str | None]:
    """Return the parameters of the ingest flow that say which issues are wanted."""
    return {"since": since and since.isoformat(), "until": until and until.isoformat(), "paper": paper}


# --- a run that changes nothing ---------------------------------------------------------------------------------------


def plan_only(home: Home, source: Source, request: Request) -> Plan:
    """Return what a run would have to do beside what is published; nothing is written. Raises UserError where the source cannot be read."""
    with opened_or_empty(home) as con, secrets_at_hand(home, [source]), user_errors():
        use_credentials(source)
        return plan_run(con, request, Run("dry run", datetime.now(UTC).replace(tzinfo=None)))


def opened_or_empty(home: Home) -> duckdb.DuckDBPyConnection:
    """Return a connection to the published warehouse, to an empty one where nothing is published yet."""
    if home.published.exists():
        return store.connect(home.published, read_only=True)
    con = duckdb.connect()
    create_tables(con)
    return con


def print_plan(plan: Plan, as_json: bool) -> None:
    """Print what a run would read, and what the paths say of paper, day and page."""
    files = [file for batch in plan.batches for file in batch.files]
    if as_json:
        print(
            json.dumps(
                {
                    "n_files_seen": plan.n_seen,
                    "n_files_new": plan.n_new,
                    "n_superseded": len(plan.superseded),
                    "n_unreadable": len(plan.unreadable),
                    "files": [{"path": file.path, "paper": file.paper, "issue_on": file.issue_on, "page": file.page} for file in files],
                },
                ensure_ascii=False,
            )
        )
        return
    if files:
        print_table(
            ("would be read", "paper", "issue_on", "page"),
            [(file.path, file.paper, file.issue_on, file.page) for file in files[:MAX_SHOWN]],
        )
    if len(files) > MAX_SHOWN:
        print(f"and {len(files) - MAX_SHOWN:,} more")
    for sentence in plan.left_out:
        print(printable(f"left out: {sentence}"))
    print(
        f"{plan.n_seen:,} files seen, {plan.n_new:,} would be read, {len(plan.superseded):,} superseded, {len(plan.unreadable):,} cannot be read"
    )


# --- checks that need no Prefect --------------------------------------------------------------------------------------


@contextmanager
def secrets_at_hand(home: Home, sources: Sequence[Source]) -> Iterator[None]:
    """See that Prefect can be asked for the keys of sources while the block runs, where one needs a key."""
    with prefect_ready(home) if any(source.credentials for source in sources) else nullcontext():
        yield


@contextmanager
def user_errors() -> Iterator[None]:
    """Raise UserError for what the block says of a source or its declaration."""
    try:
        yield
    except (SourceError, DeclarationError) as error:
        raise UserError(str(error)) from error


def check_pattern(pattern: str | None) -> None:
    """Raise UserError where a path pattern cannot be read."""
    if pattern:
        try:
            compile_pattern(pattern)
        except ValueError as error:
            raise UserError(str(error)) from error


def check_encoding(names: Sequence[str]) -> None:
    """Raise UserError where an encoding is not known."""
    try:
        expected(names)
    except EncodingError as error:
        raise UserError(f"--encoding: {error}") from error


def check_source(location: str) -> None:
    """Raise UserError where a source on this machine has no raw file: known at once, before Prefect starts."""
    if "://" not in location:
        with user_errors():
            next(find_raw_files(location))
