"""Process one batch: raw files in, audited Parquet out. Runs in a worker process and knows nothing of Prefect."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from operator import attrgetter
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from flows.pipeline.batches import DEFECT, UNREAD, Batch, BatchFile, Outcome, quarantine_id_of
from flows.pipeline.machines import check_home, check_version, unreached
from flows.shared.garbage import imported_without_gc, without_gc
from transforms.decoding import UndecodableError
from transforms.forgetting import Forgotten, parse_forgotten
from transforms.pages.corrections import CorrectionError, parse_corrections
from transforms.records import Row
from transforms.rows import NoPageError, OpenedFile, RawFileFacts, Rows, file_id_of, read_raw_file, rows_of_files
from warehouse import schema
from warehouse.arrow import in_order, to_arrow, write_parquet
from warehouse.sources import CircuitBreaker, read_bytes

if TYPE_CHECKING:
    from expectations.audit import Audit

PORTION_BYTES = 200_000
"""Bytes of raw text whose rows are in memory as Python's, which takes some hundred times as much; the rest of a batch is columns."""
GROUP_BYTES = 100_000
"""Bytes of raw text, some fifteen pages, in whose articles numpy looks for names at once: fewer are slower, and more no faster."""


def process_folder(folder: str) -> str:
    """Read, stage and audit the batch in a folder, unless that has been done, and return the folder.

    Raises UnfitWorkerError where this worker has other code than the batch was planned with, or does not reach its files.
    """
    home = Path(folder)
    if (home / "done.json").exists():
        return folder
    check_home(folder)
    batch = Batch.read(home)
    check_version(batch.code_version)
    return process_groups(batch, groups_of(batch), home)


def process_groups(batch: Batch, groups: Iterable[Sequence[TakenFile]], home: Path) -> str:
    """Stage and audit the files of a batch, taken up some at a time, in its folder, and return the folder."""
    seconds = dict.fromkeys(("read", "stage", "audit"), 0.0)
    staged: dict[str, list[pa.Table]] = {}
    quarantine: list[Row] = []
    started = time.process_time()
    with without_gc():  # rows have no cycles, and going through all of a batch again and again takes some 7 % of the time
        for rows, faults in read_portions(batch, groups):
            quarantine += faults
            with timed(seconds, "stage"):
                add_columns(staged, rows)
            rows.clear()  # or they would be kept while the next portion is read
        with timed(seconds, "stage"):
            rows_in_order = in_order_of_keys(staged)
            paths = write_staged(rows_in_order, home / "staged")
    seconds["read"] = time.process_time() - started - seconds["stage"]
    with timed(seconds, "audit"):
        audit = audit_batch(batch, paths, rows_in_order, home / "audited")
    Outcome(
        batch_id=batch.batch_id,
        file_ids=tuple(file.file_id for file in batch.files),
        counts=audit.counts,
        validations=tuple(audit.validations),
        quarantine=(*quarantine, *audit.quarantine),
        blocked=tuple(audit.blocked),
        seconds=seconds,
    ).write(home)
    shutil.rmtree(home / "staged")
    return str(home)


@contextmanager
def timed(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Add the CPU seconds that the block takes."""
    started = time.process_time()
    try:
        yield
    finally:
        seconds[name] += time.process_time() - started


def audit_batch(batch: Batch, staged: Mapping[str, Path], rows: Mapping[str, pa.Table], out: Path) -> Audit:
    """Audit what was staged. Great Expectations takes seconds to import, so that is done here."""
    with imported_without_gc():
        from expectations.audit import audit

    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    return audit(
        staged,
        out,
        run_id=batch.run_id,
        checked_at=datetime.fromisoformat(batch.started_at),
        files={file.file_id: file.path for file in batch.files},
        rows=rows,
    )


class TakenFile(NamedTuple):
    """A file of a batch as it was taken up: its bytes and its page, else reason and detail of why it gave none."""

    file: BatchFile
    known: RawFileFacts
    data: bytes
    opened: OpenedFile | None
    fault: tuple[str, str] | None = None


def read_portions(batch: Batch, groups: Iterable[Sequence[TakenFile]] | None = None) -> Iterator[tuple[Rows, list[Row]]]:
    """Yield the rows of the files of a batch and what was quarantined, some files at a time: one bad file never stops the others."""
    rows: Rows = {}
    quarantine: list[Row] = []
    n_bytes = 0
    run = {"batch_id": batch.batch_id, "ingested_at": datetime.fromisoformat(batch.started_at), "run_id": batch.run_id}
    for group in groups_of(batch) if groups is None else groups:
        rows_of_group, faults = read_group(group, batch.run_id)
        quarantine += faults
        for row in rows_of_group["raw_files"]:
            row.update(run)
        for table, some in rows_of_group.items():
            rows.setdefault(table, []).extend(some)
        n_bytes += sum(len(one.data) for one in group)
        if n_bytes >= PORTION_BYTES:
            yield rows, quarantine
            rows, quarantine, n_bytes = {}, [], 0
    yield rows, quarantine


def groups_of(batch: Batch) -> Iterator[list[TakenFile]]:
    """Yield the files of a batch, taken up, about ``GROUP_BYTES`` at a time."""
    group: list[TakenFile] = []
    n_bytes = 0
    breaker = CircuitBreaker()
    forgotten = parse_forgotten(batch.forgotten)
    for file in sorted(batch.files, key=attrgetter("file_id")):  # whose rows are then in order
        known = RawFileFacts(
            file.source, file.path, file.paper, file.issue_on and date.fromisoformat(file.issue_on), file.page, tuple(file.encodings)
        )
        group.append(take_up(file, known, breaker, batch.machine, forgotten))
        n_bytes += len(group[-1].data)
        if n_bytes >= GROUP_BYTES:
            yield group
            group, n_bytes = [], 0
    yield group


def take_up(file: BatchFile, known: RawFileFacts, breaker: CircuitBreaker, planned_on: str, forgotten: Forgotten) -> TakenFile:
    """Return a file with its page, or reason and detail where it gave none: a defect met by one page must not cost the others.

    Raises SourceLostError where it is not the file's fault, and UnfitWorkerError where another machine has just read the file.
    """
    try:
        data = read_bytes(file.location)
    except Exception as error:  # noqa: BLE001 whatever a store may raise
        if planned_on != gethostname():
            raise unreached(file.location, error) from error
        breaker.failure(file.location, error)
        return TakenFile(file, known, b"", None, (UNREAD, str(error) or type(error).__name__))
    breaker.success()
    if file_id_of(data) != file.file_id:
        if planned_on != gethostname():
            raise unreached(file.location, ValueError("another file lies there"))
        return TakenFile(file, known, data, None, (UNREAD, "the file changed while it was read; run again"))
    try:
        return TakenFile(
            file, known, data, read_raw_file(data, known, parse_corrections(file.corrections).get(file.file_id, ()), forgotten)
        )
    except UndecodableError as error:
        fault = "cannot be decoded", str(error)
    except NoPageError as error:
        fault = "is no page", str(error)
    except CorrectionError as error:
        fault = "does not fit its corrections", str(error)
    except Exception as error:  # noqa: BLE001 it is reported with the page, and where it happened
        fault = defect(error)
    return TakenFile(file, known, data, None, fault)


def read_group(group: Sequence[TakenFile], run_id: str) -> tuple[Rows, list[Row]]:
    """Return the rows of some files and what was quarantined, in the order of the files.

    Where their pages cannot be read together, they are read one by one, so that the one at fault fails alone.
    """
    rows: Rows = {"raw_files": []}
    quarantine: list[Row] = []
    try:
        rows_of_group = rows_of_files([one.opened for one in group if one.opened]) if any(one.opened for one in group) else rows
    except Exception as error:  # noqa: BLE001 as when a file is taken up
        if len(group) > 1:
            for one in group:
                some, faults = read_group([one], run_id)
                quarantine += faults
                for table, more in some.items():
                    rows.setdefault(table, []).extend(more)
            return rows, quarantine
        group, rows_of_group = [group[0]._replace(opened=None, fault=defect(error))], rows
    loaded = iter(rows_of_group["raw_files"])
    rows_of_group["raw_files"] = [
        next(loaded) if one.opened else unread_row(one.file, one.known, one.data, ": ".join(one.fault)) for one in group
    ]
    return rows_of_group, [quarantined_file(one.file, *one.fault, run_id) for one in group if one.fault]


def defect(error: Exception) -> tuple[str, str]:
    """Return reason and detail of an error that is no file's fault: what it was, and where."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f" in {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return DEFECT, f"{type(error).__name__}: {error}{where}; please report it with the file"


def quarantined_file(file: BatchFile, reason: str, detail: str, run_id: str) -> Row:
    """Return the row of ``quarantine`` for a whole file."""
    return {
        "quarantine_id": quarantine_id_of(file.file_id, "raw_files", reason),
        "file_id": file.file_id,
        "path": file.path,
        "stage": "read",
        "record_table": "raw_files",
        "record_id": file.file_id,
        "reason": reason,
        "detail": detail,
        "run_id": run_id,
    }


def unread_row(file: BatchFile, known: RawFileFacts, data: bytes, reason: str) -> Row:
    """Return the row of ``raw_files`` for a file that gave no text."""
    return {
        "file_id": file.file_id,
        "source": file.source,
        "path": file.path,
        "n_bytes": len(data),
        "paper": known.paper,
        "issue_on": known.issue_on,
        "issue_basis": "path" if known.paper or known.issue_on else None,
        "page": known.page,
        "status": "quarantined",
        "reason": reason,
    }


def add_columns(staged: dict[str, list[pa.Table]], rows: Rows) -> None:
    """Add rows to what is staged, as columns: they take a tenth of the memory."""
    for table in schema.of_layer("page"):
        staged.setdefault(table.name, []).append(to_arrow(table, rows.get(table.name, ())))


def in_order_of_keys(staged: dict[str, list[pa.Table]]) -> dict[str, pa.Table]:
    """Return the rows of each page table in order of their key, also of tables without rows; what is staged is used up, for both take memory."""
    return {name: in_order(pa.concat_tables(staged.pop(name)), schema.TABLES[name].key) for name in list(staged)}


def write_staged(rows: Mapping[str, pa.Table], folder: Path) -> dict[str, Path]:
    """Write tables to one Parquet file each, as the lake keeps it, and return their paths."""
    paths = {name: folder / f"{name}.parquet" for name in rows}
    for name, path in paths.items():
        write_parquet(rows[name], path)
    return paths
