"""The stages of a run as plain functions: plan, process, load, publish. What runs them is ``flows.ingest``.

What survives a crash is in the data: a processed batch has its ``done.json``, a loaded one is named by the lake's manifest.
Resuming is running the same command again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache, cached_property, partial
from hashlib import sha256
from pathlib import Path
from sys import intern
from typing import NamedTuple

from flows import journal
from flows.batches import DEFECT, UNREAD, Batch, BatchFile, Outcome, quarantine_id_of
from flows.corpus import complete_corpus, note_changed
from flows.machines import check_machine
from flows.progress import advance
from flows.runners import Runner, opened_runner
from flows.sources import declared_maintenance
from flows.versions import code_version
from transforms.forgetting import parse_forgotten
from transforms.paths import compile_pattern
from transforms.records import Row, file_id_of
from warehouse import schema, store
from warehouse.analytics import create_analytics
from warehouse.home import Home
from warehouse.lake import Manifest, read_manifest, take_file
from warehouse.releases import is_released, keep_release, list_releases, read_pin, roll_back
from warehouse.report import write_report
from warehouse.search import build_index, update_index
from warehouse.sources import Patience, RawFile, SourceError, discover

BATCH_BYTES = 6_000_000
"""Raw bytes of a batch: some 20 seconds of work, and so much memory that two workers and Prefect's server stay below 2 GB."""
LEAST_BYTES = 1_000
"""Bytes that a file of a batch counts at least: the rows that tell of a tiny one take memory too."""
BATCHES_AT_A_TIME = 16
"""Batches loaded in one transaction: each end of one writes the last row groups of every table again, which for every batch took three
quarters of loading; and what is read anew lies beside what it replaces until then, so that the file grows by so many batches."""
PATHS_AT_A_TIME = 50_000
"""Paths that are written to the warehouse by one statement: bounds memory."""
WHOLE = "all"
"""Part name of tables that are written to the lake as one file."""
REWRITTEN = (*schema.of_layer("corpus"), schema.TABLES["quarantine"], schema.TABLES["file_paths"], schema.TABLES["runs"])


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    home: Path
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
    runner: str | None = None
    """Who processes the batches, see ``flows.runners``."""
    address: str | None = None
    """Where the runner's cluster is."""
    max_loss: float = 0.1
    """Share of the articles that a publish may lose without a human's approval."""
    only_change: str | None = None
    """The change that a human approved, if this run is to publish nothing else."""

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

    def row(self, run: Run) -> Row:
        return {**self._asdict(), "run_id": run.run_id}


@dataclass(frozen=True)
class Plan:
    """What a run has to do: batches of files to read, files that give way and why, paths as they were found."""

    n_seen: int = 0
    batches: tuple[Batch, ...] = ()
    paths: tuple[FoundPath, ...] = ()
    lost_paths: tuple[str, ...] = ()
    superseded: tuple[tuple[str, str], ...] = ()
    unreadable: tuple[Row, ...] = ()

    @property
    def n_new(self) -> int:
        return sum(len(batch.files) for batch in self.batches)

    @property
    def is_empty(self) -> bool:
        return not (self.batches or self.paths or self.superseded or self.unreadable)


class BlockedError(RuntimeError):
    """A critical expectation failed; nothing is loaded or published. ``reasons`` are sentences for people."""

    def __init__(self, reasons: Sequence[str], validations: Sequence[Row] = ()) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)
        self.validations = tuple(validations)


def block(reasons: Sequence[str], validations: Sequence[Row], run: Run) -> list[str]:
    """Raise BlockedError, or return the reasons as warnings where a human has approved this change."""
    if run.approval is None:
        raise BlockedError(reasons, validations)
    return [f"{reason} ({run.approval})" for reason in reasons]


# --- plan -------------------------------------------------------------------------------------------------------------


class Known:
    """What the warehouse knows of paths and files, asked when it is needed: a run that finds nothing new needs the paths alone."""

    def __init__(self, con) -> None:
        self.con = con

    @cached_property
    def paths(self) -> dict[str, tuple[str | None, str, str | None]]:
        """Return file, fingerprint and version by path."""
        return {
            path: (file_id, fingerprint, made_by and intern(made_by))
            for path, file_id, fingerprint, made_by in store.each_row(self.con, "SELECT path, file_id, fingerprint, code_version FROM file_paths")
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
    def versions(self) -> dict[str | None, str | None]:
        """Return the version by file."""
        return {file_id: made_by for file_id, _, made_by in self.paths.values()}


def plan_run(con, request: Request, run: Run) -> Plan:
    """Compare what is found at the source with what the warehouse knows. Reads new files once, to know them by content."""
    version = code_version()
    known = Known(con)
    corrections = read_corrections(request.home)
    forgotten = parse_forgotten(told := read_forgotten(request.home))
    pattern = compile_pattern(request.pattern) if request.pattern else None
    n_seen, seen = 0, set[str]()
    new: dict[str, tuple[BatchFile, int]] = {}
    paths: list[FoundPath] = []
    unreadable: list[Row] = []
    unopened: list[str] = []
    passed: list[str] = []
    patience = Patience()
    usual = told_version(version, None, request.encodings)
    nothing = (None, None, None)
    for raw in discover(request.source):
        n_seen += 1
        if request.retire:
            seen.add(raw.location)
            if raw.error:
                unopened.append(raw.location)
        file_id, fingerprint, made_by = known.paths.get(raw.location, nothing)
        if not request.wants_all:
            paper, issue_on, _ = known.files.get(file_id, nothing)
            said = pattern.match(raw.path) if pattern else None
            if not request.wants(said and said.paper or paper or request.paper, said and said.issue_on or issue_on):
                continue
        wanted = told_version(version, corrections[file_id], request.encodings) if file_id in corrections else usual
        unchanged = fingerprint == raw.fingerprint
        was_unread = not unchanged and fingerprint == unread(raw.fingerprint)
        stale = was_unread or made_by is not None and told_of(made_by) != told_of(wanted) or request.refresh and made_by != wanted or (
            request.retry and raw.location in known.paths and (file_id is None or known.files.get(file_id, nothing)[2] == "quarantined"))
        if unchanged and not stale or forgotten.names_any(raw.path):
            continue
        try:
            data = raw.read()
        except Exception as error:  # noqa: BLE001 whatever a store may raise, the other files go on
            patience.missed(raw.location, error)
            if not was_unread:
                unreadable.append(unreadable_row(raw, error, run.run_id))
                spoilt = isinstance(error, SourceError) and not raw.is_out_of_reach  # else what was read of it earlier still holds
                mark = raw.fingerprint if raw.error else unread(raw.fingerprint)
                paths.append(FoundPath(raw.location, mark, None if spoilt else file_id, version))
            continue
        patience.had()
        found = file_id_of(data)
        if found in forgotten.files:
            passed.append(raw.location)
            continue
        if (found not in known.files or stale) and found not in new:
            file = batch_file(raw, found, pattern, request.paper)
            new[found] = (replace(file, corrections=corrections.get(found, ""), encodings=request.encodings), len(data))
        made = told_version(version, corrections.get(found), request.encodings) if found in new else known.versions.get(found, version)
        paths.append(FoundPath(raw.location, raw.fingerprint, found, intern(made)))  # rows that are not made anew stay as they were made
        advance("discover", n_seen, 0)
    lost = gone_paths(known.paths, seen, unopened, request.source) if request.retire else ()
    lost = (*lost, *(known.paths.keys() & set(passed)))
    superseded = superseded_files(known, paths, lost)
    return Plan(
        n_seen=n_seen,
        batches=tuple(replace(batch, forgotten=told) for batch in cut_batches(new.values(), request.batch_bytes, run, version)),
        paths=tuple(paths),
        lost_paths=tuple(lost),
        superseded=superseded,
        unreadable=tuple(unreadable),
    )


def superseded_files(known: Known, paths: Iterable[FoundPath], lost: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the files that give way, and why: no path leads to them any more."""
    before = known.paths
    replaced = {before[found.path][0] for found in paths if found.path in before and before[found.path][0] != found.file_id}
    retired = {before[path][0] for path in lost}
    if not (replaced or retired):
        return ()
    after = {path: file_id for path, (file_id, *_) in before.items()}
    after.update((found.path, found.file_id) for found in paths)
    for path in lost:
        del after[path]
    gone = (replaced | retired) & known.files.keys() - set(after.values())
    reasons = dict.fromkeys(gone & retired, "retired: no longer at its source")
    reasons.update((file_id, "replaced by a later file at the same path") for file_id in gone & replaced)
    return tuple(sorted(reasons.items()))


def read_corrections(home: Home) -> dict[str, str]:
    """Return the lines of the home's file of corrections by the file they are about. Raises CorrectionError for one that is none."""
    if not home.corrections.exists():
        return {}
    from transforms.pages.corrections import decode_corrections, lines_by_file

    return lines_by_file(decode_corrections(home.corrections.read_bytes()))


def read_forgotten(home: Home) -> str:
    """Return the lines that say what a home was told to forget, see ``transforms.forgetting``."""
    return home.forgotten.read_text("utf-8") if home.forgotten.exists() else ""


def told_version(version: str, corrections: str | None, encodings: Sequence[str] = ()) -> str:
    """Return the version of what makes a file's rows: that of the code, and a hash of what people said of the file, if anything.

    >>> told_version("5d8cbc1aef52", None), told_version("5d8cbc1aef52", None, ["gb18030"])
    ('5d8cbc1aef52', '5d8cbc1aef52+4098c6af')
    """
    said = "\n".join(filter(None, (corrections, *encodings)))
    return f"{version}+{sha256(said.encode()).hexdigest()[:8]}" if said else version


@cache
def told_of(version: str) -> str:
    """Return the part of a version that stands for what people said of a file, empty where they said nothing.

    >>> told_of("5d8cbc1aef52+4098c6af"), told_of("5d8cbc1aef52")
    ('4098c6af', '')
    """
    return version.partition("+")[2]


def batch_file(raw: RawFile, file_id: str, pattern, paper: str | None = None) -> BatchFile:
    """Return what a batch says of a file; the pattern, if any, reads paper, date and page from its path."""
    facts = pattern.match(raw.path) if pattern else None
    return BatchFile(
        location=raw.location,
        file_id=file_id,
        source=raw.source,
        path=raw.path,
        paper=facts and facts.paper or paper,
        issue_on=facts and facts.issue_on and facts.issue_on.isoformat(),
        page=facts and facts.page,
    )


def unread(fingerprint: str) -> str:
    """Return what stands for the fingerprint of a file whose bytes could not be had: the next run tries again."""
    return f"unread {fingerprint}"


def gone_paths(known: Iterable[str], seen: set[str], unopened: Iterable[str], source: str) -> tuple[str, ...]:
    """Return the known paths under a folder that were not found there any more; what is in a folder or archive that cannot be opened is not gone.

    >>> gone_paths(["/papers/01/a.txt", "/papers/02/b.txt"], set(), ["/papers/02"], "/papers")
    ('/papers/01/a.txt',)
    """
    closed = tuple(f"{location}{mark}" for location in unopened for mark in "/!")
    root = str(Path(source).absolute()).rstrip("/") + "/" if "://" not in source else source.rstrip("/") + "/"
    return tuple(sorted(path for path in known if path.startswith(root) and path not in seen and not path.startswith(closed)))


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


# --- process ----------------------------------------------------------------------------------------------------------


def prepare_folders(home: Home, plan: Plan) -> list[str]:
    """Make the folder of each batch, keep those that an earlier run finished, and drop what no batch needs."""
    wanted = {batch.batch_id for batch in plan.batches}
    home.staging.mkdir(parents=True, exist_ok=True)
    for folder in home.staging.iterdir():
        if folder.name not in wanted:
            shutil.rmtree(folder)
    for batch in plan.batches:
        folder = home.staging / batch.batch_id
        if not (folder / "done.json").exists():
            batch.write(folder)
    return [str(home.staging / batch.batch_id) for batch in plan.batches]


def open_runner(request: Request, plan: Plan, folders: Sequence[str]) -> AbstractContextManager[Runner]:
    """Return what processes the batches, with no more workers than batches, each with this code and in sight of home and source."""
    check = partial(check_machine, folders[0], plan.batches[0].files[0].location, code_version()) if folders else None
    return opened_runner(request.runner, max(1, min(len(folders), request.workers)), request.address, check)


def worker_seconds(folders: Sequence[str]) -> dict[str, float]:
    """Return the CPU seconds that the workers took, by what they did."""
    seconds: dict[str, float] = {}
    for folder in folders:
        for name, taken in Outcome.read(Path(folder)).seconds.items():
            seconds[name] = seconds.get(name, 0.0) + taken
    return seconds


def rejected(plan: Plan, folders: Sequence[str]) -> list[Row]:
    """Return the rows of ``quarantine`` that a run gives, whether it is going to be published or not."""
    return [*plan.unreadable, *(row for folder in folders for row in Outcome.read(Path(folder)).quarantine)]


def locations(plan: Plan) -> dict[str, str]:
    """Return where the bytes of the files of a plan are, by file_id."""
    return {found.file_id: found.path for found in plan.paths if found.file_id}


# --- load -------------------------------------------------------------------------------------------------------------


@dataclass
class Loaded:
    """What loading did; ``parts`` are the batches whose files in the lake have to be written anew, ``touched`` those of single tables.

    ``audited`` are the folders of what was loaded, by batch: the lake takes a table from there that nothing has touched since.
    """

    file_ids: list[str] = field(default_factory=list)
    audited: dict[str, Path] = field(default_factory=dict)
    gone_ids: list[str] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)
    touched: dict[str, set[str]] = field(default_factory=dict)
    validations: list[Row] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    n_quarantined: int = 0
    rewritten_runs: set[str] = field(default_factory=set)
    """Earlier runs whose rows of ``validations`` were changed."""


def load_batches(con, plan: Plan, folders: Sequence[str], run: Run) -> Loaded:
    """Load the audited batches, some at a time. Raises BlockedError before anything is loaded."""
    from expectations.gate import allowed, decide, merge_validations
    from expectations.rules import TOLERANCE

    outcomes = [Outcome.read(Path(folder)) for folder in folders]
    validations = merge_validations([outcome.validations for outcome in outcomes])
    for row in validations:
        row.update(run_id=run.run_id, checked_at=run.started_at)
    warnings = decide(validations).warnings
    if blocked := [reason for outcome in outcomes for reason in outcome.blocked]:
        warnings += block(sorted(set(blocked)), validations, run)
    defects = [str(row["detail"]) for outcome in outcomes for row in outcome.quarantine if row["reason"] == DEFECT]
    if len(defects) > allowed(TOLERANCE, plan.n_new):
        warnings += block([f"raw_files: {len(defects)} of {plan.n_new} files met {DEFECT}, such as {defects[0]}"], validations, run)
    loaded = Loaded(validations=validations, warnings=warnings)
    note_articles(con)
    store.mark_in_doubt(con)
    note_changed(con, [*(file_id for file_id, _ in plan.superseded), *(file_id for outcome in outcomes for file_id in outcome.file_ids)])
    supersede(con, plan, loaded)
    batches = list(zip(plan.batches, outcomes, folders, strict=True))
    for first in range(0, len(batches), BATCHES_AT_A_TIME):
        with store.transaction(con):
            for number, (batch, outcome, folder) in enumerate(batches[first : first + BATCHES_AT_A_TIME], first + 1):
                loaded.parts |= parts_of(con, outcome.file_ids) | {batch.batch_id}
                loaded.audited[batch.batch_id] = Path(folder) / "audited"
                store.load_batch(con, loaded.audited[batch.batch_id], outcome.file_ids)
                tell_of_batch(con, batch, outcome, run)
                loaded.file_ids += outcome.file_ids
                loaded.n_quarantined += len(outcome.quarantine)
                advance("load", number, len(folders))
    missed = {row["file_id"] for outcome in outcomes for row in outcome.quarantine if row["reason"] == UNREAD}
    with store.transaction(con):
        for first in range(0, len(plan.paths), PATHS_AT_A_TIME):
            some = plan.paths[first : first + PATHS_AT_A_TIME]
            had = [unread_id(found.path) for found in some if found.file_id is not None]
            con.execute("DELETE FROM quarantine WHERE quarantine_id IN (SELECT unnest(?::VARCHAR[]))", [had])
            marked = (found._replace(fingerprint=unread(found.fingerprint)) if found.file_id in missed else found for found in some)
            store.replace_rows(con, schema.TABLES["file_paths"], [found.row(run) for found in marked])
        store.replace_rows(con, schema.TABLES["quarantine"], plan.unreadable)
        con.execute("DELETE FROM file_paths WHERE path IN (SELECT unnest(?::VARCHAR[]))", [list(plan.lost_paths)])
    loaded.n_quarantined += len(plan.unreadable)
    return loaded


def tell_of_batch(con, batch: Batch, outcome: Outcome, run: Run) -> None:
    """Say which run loaded a batch, and what it rejected of it."""
    con.execute("UPDATE raw_files SET run_id = ?, ingested_at = ? WHERE batch_id = ?", [run.run_id, run.started_at, batch.batch_id])
    keep_rejected_files(con, batch, outcome, run)
    con.execute("DELETE FROM quarantine WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(outcome.file_ids)])
    store.replace_rows(con, schema.TABLES["quarantine"], [{**row, "run_id": run.run_id} for row in outcome.quarantine])


def parts_of(con, file_ids: Sequence[str]) -> set[str]:
    """Return the batches that hold the files."""
    rows = con.execute(
        "SELECT DISTINCT batch_id FROM raw_files WHERE batch_id IS NOT NULL AND file_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(file_ids)],
    ).fetchall()
    return {batch_id for (batch_id,) in rows}


def supersede(con, plan: Plan, loaded: Loaded) -> None:
    """Take out what superseded files gave; their rows in ``raw_files`` stay and say why."""
    file_ids = [file_id for file_id, _ in plan.superseded]
    loaded.gone_ids = file_ids
    loaded.parts |= parts_of(con, file_ids)
    with store.transaction(con):
        store.delete_files(con, file_ids)
        for file_id, reason in plan.superseded:
            con.execute("UPDATE raw_files SET status = 'superseded', reason = ? WHERE file_id = ?", [reason, file_id])


def keep_rejected_files(con, batch: Batch, outcome: Outcome, run: Run) -> None:
    """Keep a row in ``raw_files`` for files that the audit rejected as a whole: every file ever seen has one."""
    loaded = {row[0] for row in con.execute("SELECT file_id FROM raw_files WHERE batch_id = ?", [batch.batch_id]).fetchall()}
    reasons = {row["file_id"]: f"{row['reason']}: {row['detail']}" for row in outcome.quarantine if row["record_table"] == "raw_files"}
    rejected = [
        {
            "file_id": file.file_id,
            "source": file.source,
            "path": file.path,
            "n_bytes": 0,
            "paper": file.paper,
            "page": file.page,
            "status": "quarantined",
            "reason": reasons.get(file.file_id, "rejected by the audit"),
            "batch_id": batch.batch_id,
            "ingested_at": run.started_at,
            "run_id": run.run_id,
        }
        for file in batch.files
        if file.file_id not in loaded
    ]
    store.insert_rows(con, schema.TABLES["raw_files"], rejected)


def complete(con, loaded: Loaded) -> None:
    """Fill what only the whole warehouse knows, and bring views and search index up to date."""
    loaded.touched = {table: parts_of(con, file_ids) for table, file_ids in complete_corpus(con, loaded.file_ids).items()}
    create_analytics(con)
    update_index(
        con,
        column(con, "SELECT article_id FROM articles WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [loaded.file_ids]),
        column(con, "SELECT article_id FROM search_articles EXCEPT SELECT article_id FROM articles"),
    )


def restore(con) -> None:
    """Fill what the lake does not hold in a build that was made anew from it."""
    complete_corpus(con)
    create_analytics(con)
    build_index(con)


def column(con, query: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list:
    """Return the one column of a query's rows."""
    return [value for (value,) in con.execute(query, parameters).fetchall()]


def is_published(home: Home) -> bool:
    """Return whether the published file can be read and equals the lake, or the release that somebody went back to."""
    found = store.commit_of(home.published) if home.published.exists() else None
    wanted = pin.commit or found if (pin := read_pin(home)) else read_manifest(home.manifest).commit
    return found is not None and found == wanted


def count(con, table: str) -> int:
    """Return how many rows a table has."""
    return con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]


GUARDED = 50
"""Articles below which what is held of a paper or a source is not guarded against loss: a few pages more or less are a large share of it."""


def note_articles(con) -> None:
    """Note in the temporary table ``articles_before`` how many articles each file has, of which paper and source: before anything is taken out."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE articles_before AS
        SELECT file_id, source, raw_files.paper, count(*) AS n FROM articles JOIN raw_files USING (file_id) GROUP BY ALL
    """)


def find_losses(con, max_loss: float) -> list[str]:
    """Return the reasons to hold a publish back that would lose a larger share of all articles, of a source's or of a paper's than allowed.

    A file that was there before counts for its source and paper of before: that it is called otherwise now is no loss. Needs ``note_articles``.
    """
    rows = con.execute("""
        WITH now AS (
            SELECT coalesce(b.source, r.source) AS source, CASE WHEN b.file_id IS NULL THEN r.paper ELSE b.paper END AS paper
            FROM articles JOIN raw_files AS r USING (file_id) LEFT JOIN articles_before AS b USING (file_id)
        )
        SELECT source, paper, sum(before)::BIGINT, sum(after)::BIGINT
        FROM (SELECT source, paper, n AS before, 0 AS after FROM articles_before UNION ALL SELECT source, paper, 0, 1 FROM now)
        GROUP BY GROUPING SETS ((), (source), (paper)) HAVING grouping(paper) = 1 OR paper IS NOT NULL
        ORDER BY source NULLS FIRST, paper NULLS FIRST
    """).fetchall()
    (*_, before_all, after_all), *parts = rows
    reasons = [loss("articles", before_all or 0, after_all or 0, max_loss)]
    reasons += [
        loss(f"articles of {paper}" if paper else f"articles from {source}", before, after, max_loss)
        for source, paper, before, after in parts if (before, after) != (before_all, after_all)
    ]
    return list(filter(None, reasons))


def loss(whose: str, before: int, after: int, max_loss: float) -> str | None:
    """Return the reason to hold a publish back that would lose a larger share of some articles than allowed, None where it does not.

    >>> loss("articles of 云渡日报", 1000, 850, 0.1)
    'articles of 云渡日报: 150 of 1000 would be lost (15%), at most 10% may be'
    >>> loss("articles", 1000, 900, 0.1), loss("articles", 20, 5, 0.1)
    (None, None)
    """
    if before < GUARDED or before - after <= max_loss * before:
        return None
    return f"{whose}: {before - after} of {before} would be lost ({(before - after) / before:.0%}), at most {max_loss:.0%} may be"


def check(con, loaded: Loaded, run: Run, max_loss: float) -> None:
    """Check what holds between tables. Raises BlockedError; the build is then in doubt and made anew by the next run."""
    from expectations.warehouse_checks import audit_warehouse

    changed = [*loaded.file_ids, *loaded.gone_ids]
    most = 2 * len(changed) > count(con, "raw_files")  # where most is new all is looked at, which takes no longer
    audit = audit_warehouse(con, run_id=run.run_id, checked_at=run.started_at, file_ids=None if most else changed)
    loaded.validations += audit.validations
    loaded.warnings += audit.warnings
    if reasons := [*audit.blocked, *find_losses(con, max_loss)]:
        loaded.warnings += block(reasons, loaded.validations, run)


def record_run(con, plan: Plan, loaded: Loaded, run: Run, status: str, ended_at: datetime) -> None:
    """Write what the run says about itself."""
    n_articles = con.execute(
        "SELECT count(*) FROM articles WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [loaded.file_ids]
    ).fetchall()[0][0]
    row = {
        "run_id": run.run_id,
        "flow_run_id": run.flow_run_id,
        "started_at": run.started_at,
        "ended_at": ended_at,
        "status": status,
        "reason": run.reason,
        "code_version": code_version(),
        "n_files_seen": plan.n_seen,
        "n_files_new": plan.n_new,
        "n_articles": n_articles,
        "n_quarantined": loaded.n_quarantined,
    }
    with store.transaction(con):
        store.insert_rows(con, schema.TABLES["validations"], loaded.validations)
        store.insert_rows(con, schema.TABLES["runs"], [row])


def take_in_journal(home: Home, con, run: Run) -> None:
    """Let ``runs`` tell also of the runs since the last publish that published nothing, but for what this flow run said before."""
    known = set(column(con, "SELECT run_id FROM runs"))
    store.insert_rows(con, schema.TABLES["runs"], [
        row for row in journal.read(home.journal)
        if row["run_id"] not in known and (row["flow_run_id"] is None or row["flow_run_id"] != run.flow_run_id)
    ])


def commit_lake(home: Home, con, loaded: Loaded, run: Run) -> Manifest:
    """Write the changed parts to the lake and commit them. From here on the run's work cannot be lost."""
    replaced = {table.name: loaded.parts | loaded.touched.get(table.name, set()) for table in schema.of_layer("page")}
    files = []
    for name, parts in replaced.items():
        kept = untouched(schema.TABLES[name], loaded)
        files += [file for part, path in sorted(kept.items()) for file in take_file(home.lake, schema.TABLES[name], part, path)]
        files += store.export_batches(con, home.lake, schema.TABLES[name], sorted(parts - kept.keys()))
    for table in REWRITTEN:
        files += store.export_table(con, home.lake, table, WHOLE)
        replaced[table.name] = {WHOLE}
    replaced["validations"] = {run.run_id, *loaded.rewritten_runs}
    for run_id in sorted(replaced["validations"]):
        files += store.export_table(con, home.lake, schema.TABLES["validations"], run_id, f"run_id = '{run_id}'")
    manifest = read_manifest(home.manifest).replaced(files, replaced)
    store.commit(home, con, manifest)
    return manifest


def untouched(table: schema.Table, loaded: Loaded) -> dict[str, Path]:
    """Return the files of a table that hold what was loaded of a batch, and as it was: only ``raw_files`` is told more by loading itself."""
    touched = loaded.audited if table.name == "raw_files" else loaded.touched.get(table.name, ())
    return {part: folder / f"{table.name}.parquet" for part, folder in loaded.audited.items() if part not in touched}


def commit(home: Home, con, plan: Plan, loaded: Loaded, run: Run, status: str) -> None:
    """Record the run and commit all it did to the lake; then what was staged and the journal are no longer needed."""
    record_run(con, plan, loaded, run, status, datetime.now(UTC).replace(tzinfo=None))
    take_in_journal(home, con, run)
    commit_lake(home, con, loaded, run)
    home.journal.unlink(missing_ok=True)
    shutil.rmtree(home.staging, ignore_errors=True)


def name_to_search(con) -> str | None:
    """Return the name that most articles have, for a first search, reporters last; None where nobody is named."""
    return next(iter(column(con, "SELECT name FROM people ORDER BY latest_title IS NULL, n_articles DESC, n_mentions DESC, name LIMIT 1")), None)


COUNTED = ("articles", "people", "organizations", "places", "times", "quantities", "quotes", "events", "near_duplicates")


def tell(con, run: Run) -> tuple[dict[str, int], list[Row]]:
    """Return what the warehouse holds now, and what this run quarantined; rows that only follow others are counted per file."""
    from expectations.cascade import FOLLOWS

    counts = {table: con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in COUNTED}
    for name, kind in (("duplicates removed", "drop_duplicate"), ("sentences rejoined", "join"), ("blocks moved", "move")):
        counts[name] = con.execute("SELECT count(*) FROM edits WHERE kind = ?", [kind]).fetchall()[0][0]
    rows = con.execute("""
        SELECT path, record_table, reason, detail FROM quarantine WHERE run_id = $run AND reason <> $follows
        UNION ALL
        SELECT path, 'rows', reason, count(*) || ' of them' FROM quarantine WHERE run_id = $run AND reason = $follows GROUP BY ALL
        ORDER BY ALL""", {"run": run.run_id, "follows": FOLLOWS}).fetchall()
    return counts, [dict(zip(("path", "record_table", "reason", "detail"), row, strict=True)) for row in rows]


def write_report_of(home: Home) -> None:
    """Write the HTML report of the published warehouse."""
    con = store.connect(home.published, read_only=True)
    try:
        write_report(con, home.report)
    finally:
        con.close()


def write_data_docs(home: Home, validations: Sequence[Row]) -> None:
    """Write Data Docs of the last runs, this one's results among them; also where they blocked."""
    from expectations.docs import build_data_docs, keep_results

    keep_results(validations, home.validation_results)
    build_data_docs(home.validation_results, home.data_docs)


def publish(home: Home, con) -> None:
    """Publish the build and keep it as a release."""
    store.publish(home, con)
    release(home)


def release(home: Home) -> None:
    """Keep what is published as a release, and as many of the earlier ones as the home's maintenance says."""
    keep_release(home, datetime.now(UTC).replace(tzinfo=None), declared_maintenance(home).keep_releases)


def finish_earlier(home: Home, con) -> list[str]:
    """Do what a command left undone that died: roll back, publish, release, report. Return what was done."""
    done = []
    pin = read_pin(home)
    if not is_published(home):
        if wanted := [release for release in list_releases(home) if pin and release.name == pin.release]:
            roll_back(home, wanted[0])
        else:
            publish(home, con)
        done.append("roll back" if wanted else "publish")
    elif not pin and not is_released(home):
        release(home)
        done.append("release")
    if not home.report.exists() or home.report.stat().st_mtime_ns < home.published.stat().st_mtime_ns:
        write_report_of(home)
        done.append("report")
    return done


def rebuild(home: Home) -> None:
    """Make the warehouse anew from the lake alone and publish it."""
    home.build.unlink(missing_ok=True)
    with store.opened_build(home, restore) as con:
        publish(home, con)
