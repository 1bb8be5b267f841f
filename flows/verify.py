"""Check a home from end to end: lake against manifest, warehouse against lake, releases against theirs, facts against raw files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow.parquet as pq

from flows.progress import advance
from transforms.decoding import UndecodableError, decode
from transforms.rows import file_id_of
from warehouse import schema, store
from warehouse.arrow import arrow_schema
from warehouse.ddl import quote
from warehouse.home import Home
from warehouse.lake import Manifest, read_manifest
from warehouse.releases import ReleaseError, check_release, digest, list_releases
from warehouse.sources import SourceError, read_bytes


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was left; ``what`` says what was found, what was expected and what to do next."""

    where: str
    what: str


@dataclass(frozen=True)
class Verdict:
    """What was checked, in numbers, and what is wrong."""

    checked: dict[str, int]
    faults: tuple[Fault, ...]


def verify(home: Home) -> Verdict:
    """Return what was checked and what is wrong in a home. Nothing is changed. Raises LakeError where the manifest cannot be read."""
    manifest = read_manifest(home.manifest)
    con = store.connect(home.published, read_only=True)
    try:
        is_pinned = home.pinned.exists()
        faults = [
            *lake_faults(home, manifest),
            *([] if is_pinned else published_faults(con, home, manifest)),
            *release_faults(home),
        ]
        n_files, n_facts, raw_faults = raw_file_faults(con)
    finally:
        con.close()
    checked = {"lake files": len(manifest.files), "releases": len(list_releases(home)), "raw files": n_files, "facts": n_facts}
    return Verdict(checked, (*faults, *raw_faults))


def lake_faults(home: Home, manifest: Manifest) -> Iterator[Fault]:
    """Yield the files of the lake that are gone, changed, or of another form than the schema declares."""
    for done, file in enumerate(manifest.files, 1):
        advance("lake", done, len(manifest.files))
        path = home.lake / file.table / file.name
        if not path.exists():
            yield Fault(str(path), "the manifest names it and it is gone; restore it from a backup, or run the raw files into a new home")
        elif digest(path) != file.sha256:
            yield Fault(str(path), "its SHA-256 is not the manifest's; restore it from a backup, or run the raw files into a new home")
        else:
            written = pq.read_metadata(path)
            if written.num_rows != file.n_rows:
                yield Fault(str(path), f"{written.num_rows} rows; the manifest says {file.n_rows}")
            if not written.schema.to_arrow_schema().equals(arrow_schema(schema.TABLES[file.table])):
                yield Fault(str(path), "its columns are not those that the schema declares; run `dibao rebuild` with the code that wrote it")


def published_faults(con, home: Home, manifest: Manifest) -> Iterator[Fault]:
    """Yield the tables whose published rows are not those of the lake."""
    for table in schema.TABLES.values():
        columns = ", ".join(f'"{name}"' for name in table.column_names)
        files = (home.lake / table.name / file.name for file in manifest.of(table.name))
        paths = [path for path in files if path.exists()]
        source = f"SELECT {columns} FROM read_parquet([{', '.join(map(quote, paths))}])" if paths else f"SELECT {columns} FROM {table.name} LIMIT 0"
        published = f"SELECT {columns} FROM {table.name}"
        more, less = f"({published} EXCEPT ALL ({source}))", f"(({source}) EXCEPT ALL {published})"
        try:
            n_more, n_less = con.execute(f"SELECT (SELECT count(*) FROM {more}), (SELECT count(*) FROM {less})").fetchall()[0]
        except duckdb.Error as error:
            yield Fault(f"{home.published}, {table.name}", f"cannot be compared with the lake: {error}")
            continue
        if n_more or n_less:
            yield Fault(f"{home.published}, {table.name}", f"{n_more} rows that the lake has not, {n_less} missing; run `dibao rebuild`")


def release_faults(home: Home) -> Iterator[Fault]:
    """Yield the releases that are gone or changed."""
    for release in list_releases(home):
        try:
            check_release(home, release)
        except ReleaseError as error:
            yield Fault(release.name, str(error))


def raw_file_faults(con) -> tuple[int, int, list[Fault]]:
    """Return how many raw files and facts were compared, and the faults: bytes that changed, facts that are not where they say."""
    places = con.execute("""
        SELECT file_id, min(file_paths.path), any_value(n_chars), any_value(encoding) FROM raw_files JOIN file_paths USING (file_id)
        WHERE status = 'loaded' GROUP BY file_id ORDER BY file_id
    """).fetchall()
    faults: list[Fault] = []
    n_facts = 0
    for done, (file_id, location, n_chars, encoding) in enumerate(places, 1):
        advance("raw files", done, len(places))
        try:
            data = read_bytes(location)
            text = decode(data, [encoding]).text
        except (OSError, SourceError, UndecodableError) as error:
            faults.append(Fault(location, f"cannot be read any more: {error}; put it back, or run with --retire"))
            continue
        if file_id_of(data) != file_id:
            faults.append(Fault(location, "it changed after it was loaded; run `dibao run` on its source again"))
            continue
        if len(text) != n_chars:
            faults.append(Fault(location, f"{len(text)} characters; raw_files says {n_chars}"))
        for table, key, expected, spans in facts_of(con, file_id):
            n_facts += 1
            if "".join(text[start:end] for start, end in spans) != expected:
                faults.append(Fault(f"{location}, {table} {key}", "its text does not stand where its spans say; please report it with the file"))
    return len(places), n_facts, faults


def facts_of(con, file_id: str) -> Iterator[tuple[str, str, str, list[tuple[int, int]]]]:
    """Yield table, key, text and spans of everything of a file that points at raw characters."""
    for block_id, text, start, end in con.execute(
        "SELECT block_id, text, char_start, char_end FROM blocks WHERE file_id = ?", [file_id]
    ).fetchall():
        yield "blocks", block_id, text, [(start, end)]
    for table in schema.TABLES.values():
        if "spans" in table.column_names:
            text = "title" if table.name == "person_titles" else "text"
            key = " || ' ' || ".join(f"coalesce({name}, '')" for name in table.key)
            for row_key, expected, spans in con.execute(
                f"SELECT {key}, {text}, spans FROM {table.name} WHERE left(article_id, 16) = ?", [file_id]
            ).fetchall():
                yield table.name, row_key, expected.replace("\n", ""), [(span["char_start"], span["char_end"]) for span in spans]
