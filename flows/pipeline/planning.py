"""What a run has to do: which files to read, which give way, and how paths were found.

The law: after any runs a home equals a fresh one that saw only what its sources hold now. A file's rows depend on its bytes, on what its path
and its source say of it (paper, date, page, encodings), on corrections of its page, and on the code; all of that is its version. Of several
paths to the same bytes the first in their order speaks for the page; ``file_paths`` keeps what each of them says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from operator import itemgetter
from sys import intern
from typing import NamedTuple

from flows.pipeline.batches import UNREAD, Batch, BatchFile, quarantine_id_of
from flows.shared.progress import advance
from flows.shared.versions import code_version
from transforms.forgetting import parse_forgotten
from transforms.paths import PathPattern, compile_pattern
from transforms.records import Row, file_id_of
from warehouse import store
from warehouse.home import Home
from warehouse.sources import Patience, RawFile, SourceError, discover, within

BATCH_BYTES = 6_000_000
"""Raw bytes of a batch: some 20 seconds of work, and so much memory that two workers and Prefect's server stay below 2 GB."""
LEAST_BYTES = 1_000
"""Bytes that a file of a batch counts at least: the rows that tell of a tiny one take memory too."""


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    home: Home
    source: str
    pattern: str | None = None
    retire: bool = False
    refresh: bool = False
    workers: int = 2
    batch_bytes: int = BATCH_BYTES
    paper: str | None = None
    """The paper where paths do not say it."""
    encodings: tuple[str, ...] = ()
    """What the files are said to be in, by the names that ``transforms.decoding`` reports."""
    since: date | None = None
    until: date | None = None
    only_paper: str | None = None
    retry: bool = False
    """Read again also what was quarantined."""
    by_content: bool = False
    """Read every file to see whether it has changed, also where size and time are as before."""
    runner: str | None = None
    """Who processes the batches, see ``flows.pipeline.runners``."""
    address: str | None = None
    """Where the runner's cluster is."""
    max_loss: float = 0.1
    """Share of the articles that a publish may lose without a human's approval."""
    only_change: str | None = None
    """The change that a human approved, if this run is to publish nothing else."""

    @property
    def declaration(self) -> str:
        """Return what stands for all that decides what paths say: where it is as before, an unchanged path says what it said."""
        return short_hash(self.source, self.pattern, self.paper, self.encodings)

    @property
    def wants_all(self) -> bool:
        """Return whether files of every paper and issue were asked for."""
        return self.only_paper is None and self.since is None and self.until is None

    def wants(self, paper: str | None, issue_on: date | None) -> bool:
        """Return whether a file of that paper and issue was asked for; one that says nothing of what is asked for is not."""
        if self.only_paper is not None and paper != self.only_paper:
            return False
        if self.since is None and self.until is None:
            return True
        return issue_on is not None and (self.since or issue_on) <= issue_on <= (self.until or issue_on)


@dataclass(frozen=True)
class Run:
    """The run as it is recorded: the only place where a clock counts."""

    run_id: str
    started_at: datetime
    flow_run_id: str | None = None
    approval: str | None = None
    """The words of a human who approved what this run is going to publish."""
    reason: str | None = None
    """What it does that no source gave rise to."""


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
    def says(self) -> str:
        """Return what stands for all that the path and its source say of the page."""
        return short_hash(self.paper, self.issue_on, self.page, self.encodings)


COLUMNS = ", ".join(FoundPath._fields)


class KnownPath(NamedTuple):
    """What has to be in memory of every path that the warehouse knows: enough to see that nothing has changed."""

    file_id: str | None
    fingerprint: str
    code_version: str
    declaration: str | None


@dataclass(frozen=True)
class Plan:
    """What a run has to do: batches of files to read, files that give way and why, paths as they were found.

    ``versions`` are those of the files that are read, ``renamed`` the files whose rows stay and that are found under another path now.
    """

    n_seen: int = 0
    batches: tuple[Batch, ...] = ()
    paths: tuple[FoundPath, ...] = ()
    lost_paths: tuple[str, ...] = ()
    superseded: tuple[tuple[str, str], ...] = ()
    unreadable: tuple[Row, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    renamed: tuple[tuple[str, str, str], ...] = ()

    @property
    def n_new(self) -> int:
        return sum(len(batch.files) for batch in self.batches)

    @property
    def is_empty(self) -> bool:
        return not (self.batches or self.paths or self.lost_paths or self.superseded or self.unreadable or self.renamed)


class Known:
    """What the warehouse knows of paths and files, asked when it is needed: a run that finds nothing new needs the paths alone."""

    def __init__(self, con) -> None:
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
        """Return paper, issue and status by file, without those that gave way to others."""
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
        """Return the status of a file, None where there is none or it gave way."""
        return self.files.get(file_id or "", (None, None, None))[2]

    @cached_property
    def sayings(self) -> dict[str, str]:
        """Return what each path said when it was found, as ``FoundPath.says`` has it."""
        rows = store.each_row(self.con, "SELECT path, paper, issue_on, page, encodings FROM file_paths")
        return {path: short_hash(paper, issue_on, page, tuple(encodings or ())) for path, paper, issue_on, page, encodings in rows}

    def says(self, path: str) -> str:
        """Return what a path said when it was found."""
        return self.sayings[path]

    def found(self, paths: Sequence[str]) -> dict[str, FoundPath]:
        """Return all that ``file_paths`` says of some paths."""
        rows = store.each_row(self.con, f"SELECT {COLUMNS} FROM file_paths WHERE path IN (SELECT unnest(?::VARCHAR[]))", [list(paths)])
        found = (FoundPath(*row) for row in rows)
        return {path.path: path._replace(encodings=tuple(path.encodings or ())) for path in found}


# --- plan -------------------------------------------------------------------------------------------------------------


def plan_run(con, request: Request, run: Run) -> Plan:
    """Compare what is found at the source with what the warehouse knows. Reads new files once, to know them by content."""
    survey = survey_source(Known(con), request, run)
    before = survey.known.paths
    lost = survey.lost_paths()
    concerned = survey.forced | {found.file_id for found in survey.paths.values()}
    concerned |= {before[path].file_id for path in (*survey.paths, *lost) if path in before}
    concerned.discard(None)
    gone = set(lost)
    after = {path: found.file_id for path, found in survey.paths.items()}
    leads_before = leading_paths(((path, known.file_id) for path, known in before.items()), concerned)
    leads = leading_paths([*after.items(), *((path, known.file_id) for path, known in before.items() if path not in after and path not in gone)], concerned)
    elsewhere = survey.known.found([path for path in {*leads_before.values(), *leads.values()} if path not in survey.paths])
    files: list[tuple[BatchFile, int]] = []
    versions: dict[str, str] = {}
    renamed: list[tuple[str, str, str]] = []
    for file_id, path in sorted(leads.items(), key=itemgetter(1)):
        lead = survey.paths.get(path) or elsewhere[path]
        corrections = survey.corrections.get(file_id, "")
        wanted = version_of(code_version(), lead, corrections)
        made_by = survey.known.versions.get(file_id, "")
        if file_id in survey.forced or file_id not in survey.known.files or said(made_by) != said(wanted):
            versions[file_id] = wanted
            location, n_bytes = survey.places.get(file_id, (path, LEAST_BYTES))
            files.append((batch_file(lead, file_id, location, corrections), n_bytes))
        elif leads_before.get(file_id) != path:
            renamed.append((file_id, lead.source, lead.relative_path))
    made = {**{file_id: survey.known.versions[file_id] for file_id in concerned & survey.known.versions.keys()}, **versions}
    return Plan(
        n_seen=survey.n_seen,
        batches=tuple(replace(batch, forgotten=read_forgotten(request.home)) for batch in cut_batches(files, request.batch_bytes, run, code_version())),
        paths=tuple(found._replace(code_version=made[found.file_id]) if found.file_id in made else found for found in survey.paths.values()),
        lost_paths=lost,
        superseded=superseded_files(survey, lost, concerned - leads.keys()),
        unreadable=tuple(survey.unreadable),
        versions=tuple(versions.items()),
        renamed=tuple(renamed),
    )


@dataclass
class Survey:
    """What was found at a source: paths that are new or say something else than before, and files that are to be read again in any case."""

    known: Known
    request: Request
    corrections: Mapping[str, str]
    n_seen: int = 0
    paths: dict[str, FoundPath] = field(default_factory=dict)
    forced: set[str] = field(default_factory=set)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Where the bytes of a file are, the first place of several, and about how many there are."""
    unreadable: list[Row] = field(default_factory=list)
    unopened: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def corrected(self, file_id: str | None) -> str:
        """Return what stands for the corrections of a file in its version, empty where there are none."""
        return short_hash(self.corrections[file_id]) if file_id in self.corrections else ""

    def add(self, found: FoundPath, n_bytes: int) -> None:
        """Note a path that is new or says something else, and whether what was made of its file has to be made anew."""
        made_by = self.known.versions.get(found.file_id, "")
        if self.request.refresh and code_of(made_by) != code_version() or self.request.retry and self.known.status(found.file_id) == "quarantined":
            self.forced.add(str(found.file_id))
        self.paths[found.path] = found
        self.places.setdefault(str(found.file_id), (found.path, n_bytes))

    def lost_paths(self) -> tuple[str, ...]:
        """Return the known paths of the source that were not found there any more: those to be retired, and those that stood for a fault alone,
        and those that lead to a file that was forgotten.

        What is in a folder or archive that cannot be opened is not gone.
        """
        closed = tuple(f"{location}{mark}" for location in self.unopened for mark in "/!")
        belongs = within(self.request.source)
        return tuple(sorted(self.known.paths.keys() & set(self.forgotten) | {
            path for path, known in self.known.paths.items()
            if (self.request.retire or known.file_id is None) and path not in self.seen and belongs(path) and not path.startswith(closed)
        }))


def survey_source(known: Known, request: Request, run: Run) -> Survey:
    """Go through what a source holds, and read what may have changed."""
    survey = Survey(known, request, read_corrections(request.home))
    pattern = compile_pattern(request.pattern) if request.pattern else None
    forgotten = parse_forgotten(read_forgotten(request.home))
    declaration = request.declaration
    patience = Patience()
    for raw in discover(request.source):
        survey.n_seen += 1
        before = known.paths.get(raw.location)
        if request.retire or before is not None and before.file_id is None:
            survey.seen.add(raw.location)
        if raw.error:
            survey.unopened.append(raw.location)
        if forgotten.names_any(raw.path) or not (request.wants_all or is_wanted(raw, before, known, request, pattern)):
            continue
        is_same = before is not None and before.fingerprint == raw.fingerprint
        if is_same and raw.error and not request.retry:
            continue  # it was no better before
        if is_same and before.file_id and not request.by_content:
            survey.places.setdefault(before.file_id, (raw.location, raw.n_bytes))
            if before.declaration == declaration and not has_cause(before, survey):
                continue
            found = found_path(raw, before.file_id, request, pattern)
            if found.says != known.says(raw.location) or has_cause(before, survey):
                survey.add(found, raw.n_bytes)
            continue
        was_unread = before is not None and before.fingerprint == unread(raw.fingerprint)
        try:
            data = raw.read()
        except Exception as error:  # noqa: BLE001 whatever a store may raise, the other files go on
            patience.missed(raw.location, error)
            if not was_unread:
                survey.unreadable.append(unreadable_row(raw, error, run.run_id))
                survey.paths[raw.location] = missed_path(raw, error, before, known, request, pattern)
            continue
        patience.had()
        found = found_path(raw, file_id_of(data), request, pattern)
        if found.file_id in forgotten.files:
            survey.forgotten.append(raw.location)
            continue
        advance("discover", survey.n_seen, 0)
        if is_same and before.file_id == found.file_id and found.says == known.says(raw.location) and not has_cause(before, survey):
            continue
        if was_unread:
            survey.forced.add(str(found.file_id))
        survey.add(found, len(data))
    return survey


def is_wanted(raw: RawFile, before: KnownPath | None, known: Known, request: Request, pattern: PathPattern | None) -> bool:
    """Return whether a file is of the paper and the days that were asked for, as its path says or what was read of it."""
    paper, issue_on, _ = known.files.get(before and before.file_id, (None, None, None))
    says = pattern.match(raw.path) if pattern else None
    return request.wants(says and says.paper or paper or request.paper, says and says.issue_on or issue_on)


def has_cause(before: KnownPath, survey: Survey) -> bool:
    """Return whether what was made of an unchanged file has to be looked at: for corrections, or because the user asked for it."""
    _, _, corrected = before.code_version.partition("+")[2].partition("+")
    return (
        corrected != survey.corrected(before.file_id)
        or survey.request.refresh and code_of(before.code_version) != code_version()
        or survey.request.retry and survey.known.status(before.file_id) == "quarantined"
    )


def found_path(raw: RawFile, file_id: str | None, request: Request, pattern: PathPattern | None) -> FoundPath:
    """Return a path as it was found, with what it and its source say of the page."""
    says = pattern.match(raw.path) if pattern else None
    return FoundPath(
        raw.location, raw.fingerprint, file_id, code_version(), raw.source, raw.path,
        says and says.paper or request.paper, says and says.issue_on, says and says.page, request.encodings, request.declaration,
    )


def missed_path(raw: RawFile, error: Exception, before: KnownPath | None, known: Known, request: Request, pattern: PathPattern | None) -> FoundPath:
    """Return a path whose bytes could not be had: where that is no fault of the file's, what was read of it earlier still holds."""
    mark = raw.fingerprint if raw.error else unread(raw.fingerprint)
    if before is None or before.file_id is None or isinstance(error, SourceError) and not raw.is_out_of_reach:
        return found_path(raw, None, request, pattern)._replace(fingerprint=mark)
    return known.found([raw.location])[raw.location]._replace(fingerprint=mark)


def leading_paths(paths: Iterable[tuple[str, str | None]], file_ids: set[str]) -> dict[str, str]:
    """Return the path that speaks for each of some files, the first in their order, from paths with the file that lies there.

    >>> leading_paths([("/b.txt", "f1"), ("/a.txt", "f1"), ("/c.txt", "f2")], {"f1"})
    {'f1': '/a.txt'}
    """
    leads: dict[str, str] = {}
    for path, file_id in paths:
        if file_id in file_ids and path < leads.get(file_id, path + " "):
            leads[file_id] = path
    return leads


def superseded_files(survey: Survey, lost: Iterable[str], gone: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the files that give way, of those to which no path leads any more, and why."""
    before = survey.known.paths
    replaced = {before[path].file_id for path in survey.paths if path in before}
    return tuple(
        (file_id, "replaced by a later file at the same path" if file_id in replaced else "retired: no longer at its source")
        for file_id in sorted(gone) if file_id in survey.known.files
    )


def batch_file(lead: FoundPath, file_id: str, location: str, corrections: str) -> BatchFile:
    """Return what a batch says of a file: what its leading path says, and where its bytes are."""
    return BatchFile(
        location=location, file_id=file_id, source=lead.source, path=lead.relative_path, paper=lead.paper,
        issue_on=lead.issue_on and lead.issue_on.isoformat(), page=lead.page, corrections=corrections, encodings=lead.encodings,
    )


# --- versions ---------------------------------------------------------------------------------------------------------


def short_hash(*parts: object) -> str:
    """Return 8 hex digits that stand for some values."""
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def version_of(code: str, lead: FoundPath, corrections: str) -> str:
    """Return the version of what makes a file's rows beside its bytes: the code, what its path and source say, and corrections, if any.

    >>> lead = FoundPath("/p/1.txt", "7-1", "f1", "", "/p", "1.txt", "云渡日报", date(2025, 3, 4), "1", (), "")
    >>> version_of("5d8cbc1aef52", lead, "")
    '5d8cbc1aef52+d2b34e4c'
    """
    return "+".join([code, lead.says, *([short_hash(corrections)] if corrections else [])])


def code_of(version: str) -> str:
    """Return the part of a version that stands for the code."""
    return version.partition("+")[0]


def said(version: str) -> str:
    """Return the part of a version that stands for what people said of a file, by its path, its source or corrections."""
    return version.partition("+")[2]


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


def read_corrections(home: Home) -> dict[str, str]:
    """Return the lines of the home's file of corrections by the file they are about. Raises CorrectionError for one that is none."""
    if not home.corrections.exists():
        return {}
    from transforms.pages.corrections import decode_corrections, lines_by_file

    return lines_by_file(decode_corrections(home.corrections.read_bytes()))


def read_forgotten(home: Home) -> str:
    """Return the lines that say what a home was told to forget, see ``transforms.forgetting``."""
    return home.forgotten.read_text("utf-8") if home.forgotten.exists() else ""


def cut_batches(sized: Iterable[tuple[BatchFile, int]], batch_bytes: int, run: Run, version: str) -> Iterator[Batch]:
    """Cut files into batches of about so many bytes, the last ones smaller, so that no worker is left alone with a large one.

    Where batches end depends on the files alone, not on who works: any number of workers goes on where others were. A batch is known by
    its content and the version of the code.
    """
    sized = [(file, max(n_raw, LEAST_BYTES)) for file, n_raw in sized]
    left = sum(size for _, size in sized)
    room = room_of(left, batch_bytes)
    files: list[BatchFile] = []
    n_bytes = 0
    for file, size in sized:
        if files and n_bytes + size > room:
            yield make_batch(files, run, version)
            room = room_of(left, batch_bytes)
            files, n_bytes = [], 0
        files.append(file)
        n_bytes += size
        left -= size
    if files:
        yield make_batch(files, run, version)


def room_of(left: int, batch_bytes: int) -> int:
    """Return the size of the next batch where so many bytes are left: a quarter of them, neither more nor much less than wanted.

    Less than a quarter of what is wanted would cost more in auditing, which takes half a second a batch, than it saves in waiting.

    >>> [room_of(left, 4_000_000) for left in (90_000_000, 8_000_000, 100_000)]
    [4000000, 2000000, 1000000]
    """
    return min(batch_bytes, max(batch_bytes // 4, left // 4))


def make_batch(files: Sequence[BatchFile], run: Run, version: str) -> Batch:
    """Return the batch of these files."""
    content = repr((version, [(file.file_id, file.source, file.path, file.paper, file.issue_on, file.page, file.corrections, file.encodings)
                              for file in files]))
    batch_id = sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return Batch(batch_id, run.run_id, run.started_at.isoformat(), tuple(files), version)
