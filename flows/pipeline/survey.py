"""What a source holds now, compared with what the warehouse knows: which paths are new or say something else, which files must be read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from sys import intern
from typing import NamedTuple

import duckdb

from flows.pipeline.batches import UNREAD, quarantine_id_of
from flows.pipeline.request import Request, Run
from flows.pipeline.reviewed import read_corrections, read_forgotten
from flows.shared.progress import advance
from flows.shared.versions import code_of, code_version, short_hash
from transforms.forgetting import Forgotten, parse_forgotten
from transforms.paths import PathPattern, compile_pattern
from transforms.records import Row, file_id_of
from warehouse import store
from warehouse.sources import CircuitBreaker, RawFile, SourceError, find_raw_files, within

MAX_FILES_OF_REASON = 3
"""Files that are named of those that were left out for one reason."""


class FoundPath(NamedTuple):
    """A path as it was found: what ``file_paths`` says of it, but for the run. A million of them are in memory together."""

    path: str
    fingerprint: str
    file_id: str | None
    code_version: str
    source: str
    relative_path: str
    paper: str | None
    issue_on: date | None
    page: str | None
    encodings: tuple[str, ...]
    declaration: str

    def row(self, run: Run) -> Row:
        return {**self._asdict(), "encodings": list(self.encodings), "run_id": run.run_id}

    @property
    def hints_hash(self) -> str:
        """Return the hash of all that the path and its source say of the page."""
        return short_hash(self.paper, self.issue_on, self.page, self.encodings)


class KnownPath(NamedTuple):
    """What has to be in memory of every path that the warehouse knows: enough to see that nothing has changed."""

    file_id: str | None
    fingerprint: str
    code_version: str
    declaration: str | None


class KnownFiles:
    """What the warehouse knows of paths and files, asked when it is needed: a run that finds nothing new needs the paths alone."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con

    @cached_property
    def paths(self) -> dict[str, KnownPath]:
        """Return what is known of every path."""
        return {
            path: KnownPath(file_id, fingerprint, intern(made_by), declaration and intern(declaration))
            for path, file_id, fingerprint, made_by, declaration in store.each_row(
                self.con, "SELECT path, file_id, fingerprint, code_version, declaration FROM file_paths"
            )
        }

    @cached_property
    def files(self) -> dict[str, tuple[str | None, date | None, str]]:
        """Return paper, issue and status by file, superseded files left out."""
        return {
            file_id: (paper and intern(paper), issue_on, intern(status))
            for file_id, paper, issue_on, status in store.each_row(
                self.con, "SELECT file_id, paper, issue_on, status FROM raw_files WHERE status <> 'superseded'"
            )
        }

    @cached_property
    def versions(self) -> dict[str | None, str]:
        """Return the version of what each file gave."""
        return {known.file_id: known.code_version for known in self.paths.values()}

    def status(self, file_id: str | None) -> str | None:
        """Return the status of a file, None for one that is unknown or superseded."""
        return self.files.get(file_id or "", (None, None, None))[2]

    @cached_property
    def hints_hashes(self) -> dict[str, str]:
        """Return ``FoundPath.hints_hash`` of every path, as of when it was found."""
        rows = store.each_row(self.con, "SELECT path, paper, issue_on, page, encodings FROM file_paths")
        return {path: short_hash(paper, issue_on, page, tuple(encodings or ())) for path, paper, issue_on, page, encodings in rows}

    def found_paths(self, paths: Sequence[str]) -> dict[str, FoundPath]:
        """Return all that ``file_paths`` says of some paths."""
        rows = store.each_row(
            self.con, f"SELECT {', '.join(FoundPath._fields)} FROM file_paths WHERE path IN (SELECT unnest(?::VARCHAR[]))", [list(paths)]
        )
        found = (FoundPath(*row) for row in rows)
        return {path.path: path._replace(encodings=tuple(path.encodings or ())) for path in found}


@dataclass
class LeftOut:
    """What a run met and did not read, or read without all that it could say: how much, by reason, and the first few by name."""

    numbers: Counter[str] = field(default_factory=Counter)
    names: dict[str, list[str]] = field(default_factory=dict)

    def add(self, reason: str, name: str | None = None) -> None:
        """Count one, and keep its name where it may be told and few are kept yet."""
        self.numbers[reason] += 1
        if name is not None and len(kept := self.names.setdefault(reason, [])) < MAX_FILES_OF_REASON:
            kept.append(name)

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return what was left out, most first.

        >>> left_out = LeftOut(Counter({".pdf files": 2}))
        >>> left_out.add("paths that the pattern does not match, so that they say nothing", "云渡日报/封面.txt")
        >>> left_out.sentences
        ('2 .pdf files', '1 paths that the pattern does not match, so that they say nothing: 云渡日报/封面.txt')
        """
        return tuple(
            f"{n} {reason}" + (f": {', '.join(names)}{', ...' if n > len(names) else ''}" if (names := self.names.get(reason)) else "")
            for reason, n in self.numbers.most_common()
        )


@dataclass
class Survey:
    """What was found at a source: paths that are new or say something else than before, and files that are to be read again in any case."""

    known: KnownFiles
    request: Request
    run_id: str
    corrections: Mapping[str, str]
    forgotten: Forgotten
    pattern: PathPattern | None = None
    n_seen: int = 0
    paths: dict[str, FoundPath] = field(default_factory=dict)
    forced: set[str] = field(default_factory=set)
    """Files that are read again whatever their version says."""
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Where the bytes of a file are, the first place of several, and about how many there are."""
    unreadable: list[Row] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    """Folders and archives that cannot be opened."""
    forgotten_paths: list[str] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    seen: set[str] = field(default_factory=set)
    breaker: CircuitBreaker = field(default_factory=CircuitBreaker)

    def look_at(self, raw: RawFile) -> None:
        """Take one file of the source into account; it is read where it may have changed."""
        self.n_seen += 1
        before = self.known.paths.get(raw.location)
        if self.request.retire or before is not None and before.file_id is None:
            self.seen.add(raw.location)
        if raw.error:
            self.closed.append(raw.location)
        if self.forgotten.names_any(raw.path):
            self.left_out.add("files that were forgotten for good")
            return
        if not self.wants(raw, before):
            self.left_out.add("files of other papers or days than asked for", raw.path)
            return
        if self.pattern and self.pattern.match(raw.path) is None:
            self.left_out.add("paths that the pattern does not match, so that they say nothing", raw.path)
        if before is None or before.fingerprint != raw.fingerprint:
            self.read(raw, before)
        elif raw.error and not self.request.retry:
            return  # it was no better before
        elif before.file_id is None or self.request.by_content:
            self.read(raw, before)
        else:
            self.look_at_unchanged(raw, before, before.file_id)

    def look_at_unchanged(self, raw: RawFile, before: KnownPath, file_id: str) -> None:
        """Note a path whose file is as before where other things are said of it now, or its rows have to be made anew."""
        self.places.setdefault(file_id, (raw.location, raw.n_bytes))
        is_due = self.must_reread(before)
        if before.declaration == self.request.declaration and not is_due:
            return
        found = self.found_path(raw, file_id)
        if is_due or found.hints_hash != self.known.hints_hashes[raw.location]:
            self.add(found, raw.n_bytes)

    def read(self, raw: RawFile, before: KnownPath | None) -> None:
        """Read a file to know it by content, and note its path unless nothing has changed."""
        was_unread = before is not None and before.fingerprint == unread(raw.fingerprint)
        try:
            data = raw.read()
        except Exception as error:  # noqa: BLE001 whatever a store may raise, the other files go on
            self.breaker.failure(raw.location, error)
            if not was_unread:
                self.unreadable.append(unreadable_row(raw, error, self.run_id))
                self.paths[raw.location] = self.missed_path(raw, error, before)
            return
        self.breaker.success()
        found = self.found_path(raw, file_id_of(data))
        if found.file_id in self.forgotten.files:
            self.forgotten_paths.append(raw.location)
            return
        advance("discover", self.n_seen, 0)
        if before is not None and self.is_as_before(found, before):
            return
        if was_unread:
            self.forced.add(str(found.file_id))
        self.add(found, len(data))

    def is_as_before(self, found: FoundPath, before: KnownPath) -> bool:
        """Return whether a path leads to the same file, says the same of it, and the file's rows need not be made anew."""
        return (
            before.fingerprint == found.fingerprint
            and before.file_id == found.file_id
            and found.hints_hash == self.known.hints_hashes[found.path]
            and not self.must_reread(before)
        )

    def add(self, found: FoundPath, n_bytes: int) -> None:
        """Note a path that is new or says something else, and whether what was made of its file has to be made anew."""
        made_by = self.known.versions.get(found.file_id, "")
        if (
            self.request.refresh
            and code_of(made_by) != code_version()
            or self.request.retry
            and self.known.status(found.file_id) == "quarantined"
        ):
            self.forced.add(str(found.file_id))
        self.paths[found.path] = found
        self.places.setdefault(str(found.file_id), (found.path, n_bytes))

    def wants(self, raw: RawFile, before: KnownPath | None) -> bool:
        """Return whether a file is of the paper and the days that were asked for, as its path says or what was read of it."""
        if self.request.wants_all:
            return True
        paper, issue_on, _ = self.known.files.get(before and before.file_id or "", (None, None, None))
        hints = self.pattern.match(raw.path) if self.pattern else None
        return self.request.wants(hints and hints.paper or paper or self.request.paper, hints and hints.issue_on or issue_on)

    def must_reread(self, before: KnownPath) -> bool:
        """Return whether the rows of an unchanged file have to be made anew: its corrections changed, or the user asked for it."""
        _, _, corrected = before.code_version.partition("+")[2].partition("+")
        return (
            corrected != self.corrections_hash(before.file_id)
            or self.request.refresh
            and code_of(before.code_version) != code_version()
            or self.request.retry
            and self.known.status(before.file_id) == "quarantined"
        )

    def corrections_hash(self, file_id: str | None) -> str:
        """Return the hash of a file's corrections as its version has it, empty where there are none."""
        return short_hash(self.corrections[file_id]) if file_id in self.corrections else ""

    def found_path(self, raw: RawFile, file_id: str | None) -> FoundPath:
        """Return a path as it was found, with what it and its source say of the page."""
        return found_path(raw, file_id, self.request, self.pattern)

    def missed_path(self, raw: RawFile, error: Exception, before: KnownPath | None) -> FoundPath:
        """Return a path whose bytes cannot be read: where that is no fault of the file's, what was read of it earlier still holds."""
        fingerprint = raw.fingerprint if raw.error else unread(raw.fingerprint)
        if before is None or before.file_id is None or isinstance(error, SourceError) and not raw.is_out_of_reach:
            return self.found_path(raw, None)._replace(fingerprint=fingerprint)
        return self.known.found_paths([raw.location])[raw.location]._replace(fingerprint=fingerprint)

    def lost_paths(self) -> tuple[str, ...]:
        """Return the known paths of the source that were not found there any more: those to be retired, and those that stood for a fault alone,
        and those that lead to a file that was forgotten.

        What is in a folder or archive that cannot be opened is not gone.
        """
        closed = tuple(f"{location}{mark}" for location in self.closed for mark in "/!")
        belongs = within(self.request.source)
        return tuple(
            sorted(
                self.known.paths.keys() & set(self.forgotten_paths)
                | {
                    path
                    for path, known in self.known.paths.items()
                    if (self.request.retire or known.file_id is None)
                    and path not in self.seen
                    and belongs(path)
                    and not path.startswith(closed)
                }
            )
        )


def survey_source(known: KnownFiles, request: Request, run: Run) -> Survey:
    """Return what a source holds, gone through from its first file to its last. What may have changed is read once.

    Raises SourceError where the source itself cannot be read, CorrectionError for a line of the home's corrections that cannot be read.
    """
    pattern = compile_pattern(request.pattern) if request.pattern else None
    forgotten = parse_forgotten(read_forgotten(request.home))
    survey = Survey(known, request, run.run_id, read_corrections(request.home), forgotten, pattern)
    for raw in find_raw_files(request.source, survey.left_out.numbers):
        survey.look_at(raw)
    file_ids = {path.file_id for path in survey.paths.values()}
    for file_id in sorted(file_id for file_id in survey.corrections if file_id not in file_ids and file_id not in known.files):
        survey.left_out.add("files that are corrected and are not there", file_id)
    return survey


def found_path(raw: RawFile, file_id: str | None, request: Request, pattern: PathPattern | None) -> FoundPath:
    """Return a path as it was found, with what it and its source say of the page."""
    hints = pattern.match(raw.path) if pattern else None
    return FoundPath(
        raw.location,
        raw.fingerprint,
        file_id,
        code_version(),
        raw.source,
        raw.path,
        hints and hints.paper or request.paper,
        hints and hints.issue_on,
        hints and hints.page,
        request.encodings,
        request.declaration,
    )


def unread(fingerprint: str) -> str:
    """Return what stands for the fingerprint of a file whose bytes could not be had: the next run tries again."""
    return f"unread {fingerprint}"


def unreadable_row(raw: RawFile, error: Exception, run_id: str) -> Row:
    """Return the row of ``quarantine`` for a file whose bytes could not be had."""
    return {
        "quarantine_id": unread_id(raw.location),
        "path": raw.path,
        "stage": "read",
        "record_table": "raw_files",
        "reason": UNREAD,
        "detail": str(error) or type(error).__name__,
        "run_id": run_id,
    }


def unread_id(location: str) -> str:
    """Return the id in ``quarantine`` of the file at a location whose bytes could not be had."""
    return quarantine_id_of(location, "raw_files", UNREAD)
