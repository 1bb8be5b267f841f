"""What a run has to do: which files to read in which batches, which are superseded, and how paths were found.

The law: after any runs a home equals a fresh one that saw only what its sources hold now. A file's rows depend on its bytes, on what its path
and its source say of it (paper, date, page, encodings), on corrections of its page, and on the code; all of that is its version. Of several
paths to the same bytes the first in their order speaks for the page; ``file_paths`` keeps what each of them says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from operator import itemgetter
from typing import NamedTuple

import duckdb

from flows.pipeline.batches import Batch, BatchFile
from flows.pipeline.request import Request, Run
from flows.pipeline.reviewed import read_forgotten
from flows.pipeline.survey import FoundPath, KnownFiles, Survey, survey_source
from flows.shared.versions import code_version, hints_of, input_version
from transforms.records import Row

LEAST_BYTES = 1_000
"""Bytes that a file of a batch counts at least: the rows that tell of a tiny one take memory too."""


@dataclass(frozen=True)
class Plan:
    """What a run has to do: batches of files to read, files that are superseded and why, paths as they were found.

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
    left_out: tuple[str, ...] = ()
    """What was met and not read, in sentences."""

    @property
    def n_new(self) -> int:
        return sum(len(batch.files) for batch in self.batches)

    @property
    def is_empty(self) -> bool:
        return not (self.batches or self.paths or self.lost_paths or self.superseded or self.unreadable or self.renamed)


class Lead(NamedTuple):
    """The path that speaks for a file, and the version of what is to be made of it."""

    file_id: str
    path: FoundPath
    corrections: str
    version: str
    has_moved: bool
    """Whether another path spoke for the file before."""


def plan_run(con: duckdb.DuckDBPyConnection, request: Request, run: Run) -> Plan:
    """Compare what is found at the source with what the warehouse knows. Reads new files once, to know them by content."""
    return make_plan(survey_source(KnownFiles(con), request, run), run)


def make_plan(survey: Survey, run: Run) -> Plan:
    """Return what a run has to do where a source holds what the survey found."""
    lost = survey.lost_paths()
    concerned = concerned_files(survey, lost)
    leads = find_leads(survey, lost, concerned)
    to_read = [lead for lead in leads if must_read(lead, survey)]
    versions = {lead.file_id: lead.version for lead in to_read}
    return Plan(
        n_seen=survey.n_seen,
        batches=tuple(make_batches(to_read, survey, run)),
        paths=tuple(with_versions(survey, concerned, versions)),
        lost_paths=lost,
        superseded=superseded_files(survey, concerned - {lead.file_id for lead in leads}),
        unreadable=tuple(survey.unreadable),
        versions=tuple(versions.items()),
        renamed=tuple(
            (lead.file_id, lead.path.source, lead.path.relative_path) for lead in leads if lead.has_moved and lead.file_id not in versions
        ),
        left_out=survey.left_out.sentences,
    )


def concerned_files(survey: Survey, lost: Iterable[str]) -> set[str]:
    """Return the files whose paths changed: those that are found now, and those that lay there before."""
    before = survey.known.paths
    file_ids = {path.file_id for path in survey.paths.values()} | {
        before[path].file_id for path in (*survey.paths, *lost) if path in before
    }
    return survey.forced | {file_id for file_id in file_ids if file_id is not None}


def find_leads(survey: Survey, lost: Iterable[str], concerned: set[str]) -> list[Lead]:
    """Return the leads of the concerned files to which any path leads, in order of path."""
    before = {path: known.file_id for path, known in survey.known.paths.items()}
    gone = set(lost)
    after = {path: found.file_id for path, found in survey.paths.items()}
    still = ((path, file_id) for path, file_id in before.items() if path not in after and path not in gone)
    leads_before = leading_paths(before.items(), concerned)
    leads = leading_paths([*after.items(), *still], concerned)
    elsewhere = survey.known.found_paths([path for path in leads.values() if path not in survey.paths])
    found = []
    for file_id, path in sorted(leads.items(), key=itemgetter(1)):
        lead = survey.paths.get(path) or elsewhere[path]
        corrections = survey.corrections.get(file_id, "")
        version = input_version(code_version(), lead.hints_hash, corrections)
        found.append(Lead(file_id, lead, corrections, version, leads_before.get(file_id) != path))
    return found


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


def must_read(lead: Lead, survey: Survey) -> bool:
    """Return whether a file has to be read: it is new, forced, or something else is said of it than when it was read."""
    made_by = survey.known.versions.get(lead.file_id, "")
    return lead.file_id in survey.forced or lead.file_id not in survey.known.files or hints_of(made_by) != hints_of(lead.version)


def with_versions(survey: Survey, concerned: set[str], versions: dict[str, str]) -> Iterator[FoundPath]:
    """Yield the found paths, each with the version of its file: of files that are read the new one, of the others that of their rows."""
    made = {**{file_id: survey.known.versions[file_id] for file_id in concerned & survey.known.versions.keys()}, **versions}
    for found in survey.paths.values():
        yield found._replace(code_version=made[found.file_id]) if found.file_id in made else found


def superseded_files(survey: Survey, gone: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the files that are superseded, of those to which no path leads any more, and why."""
    before = survey.known.paths
    replaced = {before[path].file_id for path in survey.paths if path in before}
    return tuple(
        (file_id, "replaced by a later file at the same path" if file_id in replaced else "retired: no longer at its source")
        for file_id in sorted(gone)
        if file_id in survey.known.files
    )


# --- batches ----------------------------------------------------------------------------------------------------------


def make_batches(leads: Iterable[Lead], survey: Survey, run: Run) -> Iterator[Batch]:
    """Yield the batches of the files that are to be read, each with what the home was told to forget."""
    sized = []
    for lead in leads:
        location, n_bytes = survey.places.get(lead.file_id, (lead.path.path, LEAST_BYTES))
        sized.append((batch_file(lead.path, lead.file_id, location, lead.corrections), n_bytes))
    forgotten = read_forgotten(survey.request.home)
    for batch in cut_batches(sized, survey.request.batch_bytes, run, code_version()):
        yield replace(batch, forgotten=forgotten)


def batch_file(lead: FoundPath, file_id: str, location: str, corrections: str) -> BatchFile:
    """Return what a batch says of a file: what its leading path says, and where its bytes are."""
    return BatchFile(
        location=location,
        file_id=file_id,
        source=lead.source,
        path=lead.relative_path,
        paper=lead.paper,
        issue_on=lead.issue_on and lead.issue_on.isoformat(),
        page=lead.page,
        corrections=corrections,
        encodings=lead.encodings,
    )


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
    content = repr(
        (
            version,
            [
                (file.file_id, file.source, file.path, file.paper, file.issue_on, file.page, file.corrections, file.encodings)
                for file in files
            ],
        )
    )
    batch_id = sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return Batch(batch_id, run.run_id, run.started_at.isoformat(), tuple(files), version)
