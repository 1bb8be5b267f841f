"""``dibao forget``: take a file, an article or a person out of a home for good, and keep them out of every later run.

What is to be forgotten is written down first, without words that would keep it (``transforms.forgetting``); then the pages concerned are
read anew from the texts that the warehouse holds, so that the raw files need not be there. Whatever a kill leaves, the same command again
goes on: each step looks at what is there. Raw files, exports, mirrors and backups are not Dibao's to change.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import duckdb

from flows.pipeline import committing, loading, planning, publishing, reviewed, staging
from flows.pipeline.batches import Batch, BatchFile
from flows.pipeline.processing import TakenFile, process_groups
from flows.pipeline.request import Run
from flows.shared.versions import code_version, hints_of
from transforms.decoding import Decoded
from transforms.forgetting import (
    ARTICLE,
    FILE,
    FULL_BLOCK,
    LEAST_CHARS,
    PERSON,
    blacked_out,
    keyed_hash,
    name_pattern,
    parse_forgotten,
    printings,
    without_gaps,
)
from transforms.pages.corrections import parse_corrections
from transforms.rows import RawFileFacts, file_id_of, open_text
from warehouse import schema, store
from warehouse.files import write_whole
from warehouse.home import Home
from warehouse.releases import list_releases, release_path

FILES_AT_A_TIME = 2_000
"""Files whose texts are in memory together."""
LEAST_TELLING = 6
"""Characters below which a headline may stand anywhere, and is not looked for in logs and records."""
IN_TABLES = frozenset((".duckdb", ".wal", ".parquet", ".db", ".db-wal", ".db-shm"))
"""Suffixes of files whose content is tables."""
LOCK_SECONDS = 60
"""How long Prefect's database may be busy before it is given up."""


class ForgetError(RuntimeError):
    """Nothing in the home is called so, or something of it cannot be taken out; the message says what to do next."""


@dataclass(frozen=True)
class Target:
    """What is to be forgotten: what it is, its line in ``forgotten.jsonl``, the words that no record may keep, and the files that go as a whole."""

    kind: str
    line: Mapping[str, object]
    words: tuple[str, ...]
    gone: frozenset[str] = frozenset()

    def without(self, text: str) -> str:
        """Return a text with the words masked, also as JSON writes them in ASCII."""
        for word in self.words:
            text = blacked_out(text, (offset for stretch in printings(text, name_pattern(word)) for offset in stretch))
            text = text.replace(json.dumps(word)[1:-1], json.dumps(FULL_BLOCK)[1:-1] * len(word))
        return text


@dataclass(frozen=True)
class Done:
    """What was forgotten, in numbers."""

    kind: str
    n_files_gone: int
    n_files_read: int
    n_releases: int
    copies: tuple[str, ...] = ()
    """Articles that say much the same as a forgotten one, and stay."""


def forget(home: Home, what: str, now: datetime) -> Done:
    """Take out what is named: a file by its id or path, an article by its id, a person by name or id. Raises ForgetError.

    Nothing is changed where it raises before the first line is written. The home must be held by nobody else.
    """
    with home.lock():
        with store.opened_build(home, loading.restore) as con:
            target = find_target(con, home, what)
            copies = copies_of(con, target)
            shutil.rmtree(home.staging, ignore_errors=True)
            write_line(home, target.line)
            mask_files(home, target)  # of the corrections, before pages are read with them
            mask_prefect(home.prefect / "prefect.db", target)
            gone, read = files_gone(con, target), files_to_read(con, home, target)
            run = Run(
                f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}",
                now,
                None,
                "asked for by dibao forget",
                f"forgotten on request: {'an' if target.kind == ARTICLE else 'a'} {target.kind}; {len(gone)} files taken out, {len(read)} read anew",
            )
            loaded = take_out(con, home, target, gone, read, run)
        publishing.rebuild(home)
        n_releases = forget_releases(home)
        for place in (home.validation_results, home.data_docs):
            shutil.rmtree(place, ignore_errors=True)
        publishing.write_data_docs(home, loaded.findings.validations)
        publishing.write_home_report(home)
        mask_files(home, target)
        if left := list(remains(home, target)):
            raise ForgetError(f"it still stands in {', '.join(left)}: see who has these open, close them, and run the same command again")
    return Done(target.kind, len(gone), len(read), n_releases, copies)


# --- what is meant ----------------------------------------------------------------------------------------------------


def find_target(con: duckdb.DuckDBPyConnection, home: Home, what: str) -> Target:
    """Return what a word on the command line means. Raises ForgetError where nothing is called so."""
    if articles := con.execute("SELECT file_id, headline FROM articles WHERE article_id = ?", [what]).fetchall():
        return article_target(con, what, *articles[0])
    if file_ids := store.column(
        con,
        """
            SELECT file_id FROM raw_files WHERE file_id = $what OR path = $what UNION SELECT file_id FROM file_paths WHERE path IN ($what, $there)
        """,
        {"what": what, "there": str(Path(what).absolute())},
    ):
        return file_target(con, sorted(filter(None, file_ids)))
    forgotten = parse_forgotten(reviewed.read_forgotten(home))
    file_id = file_id_of(Path(what).read_bytes()) if Path(what).is_file() else what
    if file_id in forgotten.files:
        return Target(FILE, {"kind": FILE, "file_id": file_id}, (), frozenset([file_id]))
    for articles in forgotten.articles.values():
        for line in articles:
            if line["article_id"] == what:
                return Target(ARTICLE, line, ())
    return person_target(con, home, what)


def file_target(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str]) -> Target:
    """Return the target for a file. Raises ForgetError where several are called so."""
    if len(file_ids) != 1:
        raise ForgetError(f"{len(file_ids)} files are found at this path: {', '.join(file_ids)}; name one by its id")
    words = store.column(
        con,
        """
        SELECT path FROM file_paths WHERE file_id = $id UNION SELECT headline FROM articles WHERE file_id = $id AND len(headline) >= $least
        UNION SELECT excerpt FROM quarantine WHERE file_id = $id AND len(excerpt) >= $least
    """,
        {"id": file_ids[0], "least": LEAST_TELLING},
    )
    return Target(FILE, {"kind": FILE, "file_id": file_ids[0]}, tuple(sorted(words)), frozenset(file_ids))


def article_target(con: duckdb.DuckDBPyConnection, article_id: str, file_id: str, headline: str | None) -> Target:
    """Return the target for an article: every block that is counted to it, and those that repeat them."""
    blocks = con.execute(
        """
        SELECT seq, char_start, char_end FROM blocks WHERE article_id = $id
            OR duplicate_of IN (SELECT block_id FROM blocks WHERE article_id = $id) ORDER BY seq
    """,
        {"id": article_id},
    ).fetchall()
    line = {
        "kind": ARTICLE,
        "file_id": file_id,
        "article_id": article_id,
        "blocks": [seq for seq, *_ in blocks],
        "spans": [[start, end] for _, start, end in blocks],
    }
    return Target(ARTICLE, line, (headline,) if headline and len(headline) >= LEAST_TELLING else ())


def person_target(con: duckdb.DuckDBPyConnection, home: Home, what: str) -> Target:
    """Return the target for a person. A file whose path holds the name goes as a whole: its path cannot be told without it.

    Raises ForgetError where the name is no name, nobody is called so, or a folder is.
    """
    names = store.column(con, "SELECT name FROM people WHERE person_id = ?", [what])
    name = names[0] if names else what
    if len(without_gaps(name)[0]) < LEAST_CHARS:
        raise ForgetError(
            f"{what}: a name of fewer than {LEAST_CHARS} characters stands within all kinds of words; forget its articles one by one"
        )
    forgotten = parse_forgotten(reviewed.read_forgotten(home))
    plain = without_gaps(name)[0]
    salt = forgotten.salt or secrets.token_bytes(16)
    line = {"kind": PERSON, "n_chars": len(plain), "salt": salt.hex(), "hash": keyed_hash(plain, salt).hex()}
    pattern = name_pattern(name)
    is_known = keyed_hash(plain, salt) in forgotten.names.get(len(plain), ())
    for place in (str(home.path), *store.column(con, "SELECT DISTINCT source FROM raw_files")):
        if any(printings(place, pattern)):
            raise ForgetError(
                f"{place}: the name is part of this folder or address, and all files there are told of by it; rename it, run again with "
                "--retire, then forget"
            )
    if home.sources.exists() and any(printings(home.sources.read_text("utf-8"), pattern)):
        raise ForgetError(f"{home.sources}: the name stands in your declarations; take it out there, then forget")
    gone = {
        file_id
        for file_id, path in con.execute("SELECT file_id, path FROM raw_files UNION SELECT file_id, path FROM file_paths").fetchall()
        if any(printings(path, pattern))
    }
    target = Target(PERSON, line, (name,), frozenset(filter(None, gone)))
    if not is_known and not gone and next(texts_with(con, pattern), None) is None and not stands_in_records(con, target):
        raise ForgetError(
            f"{what}: no file, article or person is called so, and no text has these words; `dibao search` finds what there is"
        )
    return target


def stands_in_records(con: duckdb.DuckDBPyConnection, target: Target) -> bool:
    """Return whether what runs say of themselves holds a word of the target."""
    return any(changed_texts(con, table, column, target) for table, column in record_columns())


def copies_of(con: duckdb.DuckDBPyConnection, target: Target) -> tuple[str, ...]:
    """Return the articles that say much the same as the forgotten one: other pages printed it too."""
    return (
        tuple(
            store.column(
                con,
                """
        SELECT other_id FROM near_duplicates WHERE article_id = $id UNION SELECT article_id FROM near_duplicates WHERE other_id = $id ORDER BY ALL
    """,
                {"id": target.line["article_id"]},
            )
        )
        if target.kind == ARTICLE
        else ()
    )


def write_line(home: Home, line: Mapping[str, object]) -> None:
    """Write down what is forgotten, unless it stands there."""
    text = reviewed.read_forgotten(home)
    written = json.dumps(line, ensure_ascii=False)
    if written not in text.splitlines():
        home.forgotten.touch(0o600)
        write_whole(home.forgotten, f"{text}{written}\n")
        home.forgotten.chmod(0o600)


# --- the warehouse ----------------------------------------------------------------------------------------------------


def texts_with(con: duckdb.DuckDBPyConnection, pattern: re.Pattern[str]) -> Iterator[str]:
    """Yield the loaded files in whose raw text, as the blocks hold it, a name stands."""
    file_ids = store.column(con, "SELECT file_id FROM raw_files WHERE status = 'loaded' ORDER BY file_id")
    for first in range(0, len(file_ids), FILES_AT_A_TIME):
        yield from (file_id for file_id, text in raw_texts(con, file_ids[first : first + FILES_AT_A_TIME]) if any(printings(text, pattern)))


def raw_texts(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return files with their raw texts, made of their blocks."""
    return con.execute(
        """
        SELECT file_id, string_agg(space_before || text || space_after, '' ORDER BY seq) FROM blocks
        WHERE file_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY file_id ORDER BY file_id
    """,
        [list(file_ids)],
    ).fetchall()


def files_gone(con: duckdb.DuckDBPyConnection, target: Target) -> list[str]:
    """Return the files that go as a whole and are there."""
    return sorted(target.gone & set(store.column(con, "SELECT file_id FROM raw_files")))


def files_to_read(con: duckdb.DuckDBPyConnection, home: Home, target: Target) -> list[str]:
    """Return the files that have to be read anew: those whose text, or whose reviewers' words, say what is forgotten."""
    if target.kind == FILE:
        return []
    if target.kind == ARTICLE:
        spans = target.line["spans"]
        texts = dict(raw_texts(con, [str(target.line["file_id"])]))
        return [file_id for file_id, text in texts.items() if any(text[start:end].strip(FULL_BLOCK) for start, end in spans)]
    pattern = name_pattern(target.words[0])
    evidence = con.execute("SELECT DISTINCT file_id, evidence FROM edits WHERE kind = 'correct'").fetchall()
    said = {file_id for file_id, words in evidence if any(printings(words, pattern))}
    return sorted((said | set(texts_with(con, pattern))) - target.gone)


def take_out(
    con: duckdb.DuckDBPyConnection, home: Home, target: Target, gone: Sequence[str], read: Sequence[str], run: Run
) -> loading.Loaded:
    """Take files out and read others anew, bring all that depends on them up to date, and commit it to the lake."""
    batch = batch_of(con, home, read, run)
    plan = planning.Plan(
        batches=(batch,) if read else (),
        versions=tuple(versions_of(con, batch)) if read else (),
        lost_paths=tuple(store.column(con, "SELECT path FROM file_paths WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(gone)])),
        superseded=tuple((file_id, "forgotten") for file_id in gone),
    )
    folders = staging.prepare_folders(home, plan)
    for folder in folders:
        process_groups(batch, [taken] if (taken := list(taken_files(con, batch))) else [], Path(folder))
    loaded = loading.load_batches(con, plan, folders, run)
    with store.transaction(con):
        con.execute("DELETE FROM raw_files WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(gone)])
        con.execute("DELETE FROM quarantine WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [list(gone)])
        rewritten_runs = mask_records(con, target)
    loaded = loading.check_loaded(con, loading.complete_warehouse(con, loaded), run, max_loss=1.0)
    committing.commit_run(home, con, plan, loaded, run, rewritten_runs)
    return loaded


def batch_of(con: duckdb.DuckDBPyConnection, home: Home, file_ids: Sequence[str], run: Run) -> Batch:
    """Return the batch of files to be read anew: what their paths said stands in ``raw_files``."""
    corrections = reviewed.read_corrections(home)
    rows = con.execute(
        "SELECT file_id, source, path, paper, issue_on, page FROM raw_files WHERE file_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY file_id",
        [list(file_ids)],
    ).fetchall()
    files = [
        BatchFile("", file_id, source, path, paper, issue_on and issue_on.isoformat(), page, corrections.get(file_id, ""))
        for file_id, source, path, paper, issue_on, page in rows
    ]
    return replace(planning.make_batch(files, run, code_version()), forgotten=reviewed.read_forgotten(home))


def taken_files(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[TakenFile]:
    """Yield the files of the batch, opened: their text is what the blocks hold, all else of them what ``raw_files`` says."""
    forgotten = parse_forgotten(batch.forgotten)
    texts = dict(raw_texts(con, [file.file_id for file in batch.files]))
    for file in batch.files:
        n_bytes, encoding, n_replaced, basis, reason = con.execute(
            "SELECT n_bytes, encoding, n_replaced, issue_basis, reason FROM raw_files WHERE file_id = ?", [file.file_id]
        ).fetchall()[0]
        known = RawFileFacts(file.source, file.path, file.paper, file.issue_on and date.fromisoformat(file.issue_on), file.page)
        decoded = Decoded(texts[file.file_id], encoding, n_replaced, reason)
        corrections = parse_corrections(file.corrections).get(file.file_id, ())
        opened = open_text(decoded, file.file_id, n_bytes, known, corrections, forgotten)
        opened.rows["raw_files"][0]["issue_basis"] = basis
        yield TakenFile(file, known, b"", opened)


def versions_of(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[tuple[str, str]]:
    """Yield the files of a batch with their versions: their rows are those of today's code, all else of their version stays."""
    for file_id, made_by in con.execute(
        "SELECT file_id, any_value(code_version) FROM file_paths WHERE file_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY file_id ORDER BY file_id",
        [[file.file_id for file in batch.files]],
    ).fetchall():
        yield file_id, "+".join(filter(None, (batch.code_version, hints_of(made_by))))


# --- what runs say of themselves --------------------------------------------------------------------------------------


def record_columns() -> Iterator[tuple[schema.Table, schema.Column]]:
    """Yield the columns in which a run may quote a text, besides those of pages."""
    tables = [*schema.of_layer("run"), schema.TABLES["raw_files"]]
    yield from (
        (table, column)
        for table in tables
        for column in table.columns
        if column.type in (schema.TEXT, schema.TEXTS)
        and column.name not in ("file_id", "batch_id", "run_id", "fingerprint", "code_version")
    )


def changed_texts(con: duckdb.DuckDBPyConnection, table: schema.Table, column: schema.Column, target: Target) -> dict[str, str]:
    """Return the texts of a column that hold a word of the target, and what they are without it."""
    items = f"unnest({column.name})" if column.type == schema.TEXTS else column.name
    texts = store.each_row(con, f"SELECT DISTINCT text FROM (SELECT {items} AS text FROM {table.name}) WHERE text IS NOT NULL")
    return {text: without for (text,) in texts if (without := target.without(text)) != text}


def mask_records(con: duckdb.DuckDBPyConnection, target: Target) -> set[str]:
    """Mask the words of the target in what runs say of themselves, and return the runs whose validations changed."""
    runs: set[str] = set()
    for table, column in record_columns():
        for text, without in changed_texts(con, table, column, target).items():
            holds = f"list_contains({column.name}, $text)" if column.type == schema.TEXTS else f"{column.name} = $text"
            value = (
                f"list_transform({column.name}, lambda item: CASE WHEN item = $text THEN $without ELSE item END)"
                if column.type == schema.TEXTS
                else "$without"
            )
            if table.name == "validations":
                runs |= set(store.column(con, f"SELECT DISTINCT run_id FROM validations WHERE {holds}", {"text": text}))
            con.execute(f"UPDATE {table.name} SET {column.name} = {value} WHERE {holds}", {"text": text, "without": without})
    return runs


def forget_releases(home: Home) -> int:
    """Delete what was set aside, and all releases but the newest, which was made just now; return how many these were."""
    for path in home.path.rglob("*.set-aside-*"):
        path.unlink()
    older = list_releases(home)[:-1]
    for release in older:
        path = release_path(home, release.name)
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
    return len(older)


def text_files(home: Home) -> Iterator[Path]:
    """Yield the files of a home that are text: logs, records, reports."""
    return (
        path
        for path in sorted(home.path.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and path.suffix not in IN_TABLES
        and path not in (home.lock_file, home.serving, home.forgotten)
    )


def mask_files(home: Home, target: Target) -> None:
    """Mask the words of the target in the home's text files, each in its place: a server may be writing to its log."""
    for path in text_files(home):
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        if (without := target.without(text)) != text:
            path.write_bytes(without.encode("utf-8", "surrogateescape"))


def mask_prefect(path: Path, target: Target) -> None:
    """Mask the words of the target in all that Prefect recorded in a database of this home. Raises ForgetError where it is kept busy."""
    if not path.exists() or not target.words:
        return
    try:
        with closing(sqlite3.connect(path, timeout=LOCK_SECONDS)) as con:
            con.execute("PRAGMA secure_delete = ON")
            con.create_function("without", 1, target.without, deterministic=True)
            tables = con.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall()
            for (table,) in tables:
                for _, column, *_ in con.execute(f'PRAGMA table_info("{table}")').fetchall():
                    con.execute(
                        f'UPDATE "{table}" SET "{column}" = without("{column}") WHERE typeof("{column}") = \'text\' AND "{column}" <> without("{column}")'
                    )
            con.commit()
            con.execute("VACUUM")
            con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise ForgetError(f"{path}: {error}; end `dibao serve` and what else uses it, and run the same command again") from error


def remains(home: Home, target: Target) -> Iterator[str]:
    """Yield where a person's name still stands: in a table of the published warehouse, or in the bytes of a file of the home."""
    if target.kind != PERSON:
        return
    name = target.words[0]
    with closing(store.connect(home.published, read_only=True)) as con:
        columns = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'warehouse' AND data_type LIKE 'VARCHAR%'"
        ).fetchall()
        for table, column in columns:
            if con.execute(f'SELECT count(*) FROM "{table}" WHERE contains("{column}"::VARCHAR, ?)', [name]).fetchall()[0][0]:
                yield f"{home.published}, {table}.{column}"
    for path in sorted(home.path.rglob("*")):
        if path.is_file() and name.encode() in path.read_bytes():
            yield str(path)
