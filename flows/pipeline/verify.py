"""Check a home from end to end: lake against manifest, warehouse against lake, releases against theirs, facts against raw files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import duckdb
import pyarrow.parquet as pq

from flows.pipeline.reviewed import read_forgotten
from flows.shared.progress import advance
from transforms.decoding import UndecodableError, decode
from transforms.forgetting import Forgotten, parse_forgotten
from transforms.rows import file_id_of
from warehouse import schema, store
from warehouse.arrow import arrow_schema
from warehouse.ddl import quote
from warehouse.home import Home
from warehouse.lake import Manifest, read_manifest
from warehouse.releases import ReleaseError, check_release, digest, list_releases, read_pin
from warehouse.sources import SourceError, read_bytes

CHARS_AT_A_TIME = 20_000_000
"""Characters of raw text that are in memory together; for each such portion every table is gone through once."""


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was left; ``what`` says what was found, what was expected and what to do next."""

    where: str
    what: str


@dataclass(frozen=True)
class Verification:
    """What was checked, in numbers, and what is wrong."""

    checked: dict[str, int]
    faults: tuple[Fault, ...]


def verify(home: Home) -> Verification:
    """Return what was checked and what is wrong in a home. Nothing is changed. Raises LakeError where the manifest cannot be read."""
    manifest = read_manifest(home.manifest)
    con = store.connect(home.published, read_only=True)
    try:
        is_pinned = read_pin(home) is not None
        faults = [
            *lake_faults(home, manifest),
            *([] if is_pinned else published_faults(con, home, manifest)),
            *release_faults(home),
        ]
        forgotten = parse_forgotten(read_forgotten(home))
        n_files, n_facts, raw_faults = raw_file_faults(con, forgotten)
        faults += came_back(con, forgotten)
    finally:
        con.close()
    checked = {"lake files": len(manifest.files), "releases": len(list_releases(home)), "raw files": n_files, "facts": n_facts}
    return Verification(checked, (*faults, *raw_faults))


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
                yield Fault(
                    str(path), "its columns are not those that the schema declares; run `dibao rebuild` with the code that wrote it"
                )


def published_faults(con: duckdb.DuckDBPyConnection, home: Home, manifest: Manifest) -> Iterator[Fault]:
    """Yield the tables whose published rows are not those of the lake."""
    for table in schema.TABLES.values():
        columns = ", ".join(f'"{name}"' for name in table.column_names)
        files = (home.lake / table.name / file.name for file in manifest.of(table.name))
        paths = [path for path in files if path.exists()]
        source = (
            f"SELECT -1 AS side, {columns} FROM read_parquet([{', '.join(map(quote, paths))}])"
            if paths
            else f"SELECT -1, * FROM {table.name} LIMIT 0"
        )
        both = f"SELECT 1 AS side, {columns} FROM {table.name} UNION ALL ({source})"
        counts = f"SELECT sum(side)::BIGINT AS more FROM ({both}) GROUP BY {columns} HAVING more <> 0"
        try:
            n_more, n_less = con.execute(
                f"SELECT coalesce(sum(greatest(more, 0)), 0), coalesce(sum(greatest(-more, 0)), 0) FROM ({counts})"
            ).fetchall()[0]
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


class FactPlace(NamedTuple):
    """A loaded file: where its bytes are, and what ``raw_files`` says of them."""

    file_id: str
    location: str
    n_chars: int
    encoding: str


def came_back(con: duckdb.DuckDBPyConnection, forgotten: Forgotten) -> Iterator[Fault]:
    """Yield the forgotten files that are there all the same; of a forgotten article or name, a fact is not where its text says."""
    for (file_id,) in con.execute(
        "SELECT file_id FROM raw_files WHERE file_id IN (SELECT unnest(?::VARCHAR[]))", [sorted(forgotten.files)]
    ).fetchall():
        yield Fault(file_id, "it was forgotten and is there; run `dibao forget` for it again")


def raw_file_faults(con: duckdb.DuckDBPyConnection, forgotten: Forgotten) -> tuple[int, int, list[Fault]]:
    """Return how many raw files and facts were compared, and the faults: bytes that changed, facts that are not where they say."""
    places = [
        FactPlace(*row)
        for row in con.execute("""
        SELECT file_id, min(file_paths.path), any_value(n_chars), any_value(encoding) FROM raw_files JOIN file_paths USING (file_id)
        WHERE status = 'loaded' GROUP BY file_id ORDER BY file_id
    """).fetchall()
    ]
    faults: list[Fault] = []
    n_facts = done = 0
    for group in portions(places):
        texts: dict[str, str] = {}
        for place in group:
            done += 1
            advance("raw files", done, len(places))
            try:
                texts[place.file_id] = forgotten.without(current_text(place), place.file_id)
            except RawFileError as error:
                faults.append(Fault(place.location, str(error)))
        locations = {place.file_id: place.location for place in group}
        for table, rows in facts_between(con, group[0].file_id, group[-1].file_id):
            for file_id, key, expected, start, end, spans in rows:
                text = texts.get(file_id)
                if text is None:
                    continue
                n_facts += 1
                if (
                    text[start:end] if spans is None else "".join(text[span["char_start"] : span["char_end"]] for span in spans)
                ) != expected:
                    faults.append(
                        Fault(
                            f"{locations[file_id]}, {table} {key}",
                            "its text does not stand where its spans say; please report it with the file",
                        )
                    )
    return len(places), n_facts, faults


def portions(places: Iterable[FactPlace]) -> Iterator[list[FactPlace]]:
    """Yield the files in their order, so many together that their text has about ``CHARS_AT_A_TIME`` characters."""
    group: list[FactPlace] = []
    n_chars = 0
    for place in places:
        group.append(place)
        n_chars += place.n_chars
        if n_chars >= CHARS_AT_A_TIME:
            yield group
            group, n_chars = [], 0
    if group:
        yield group


class RawFileError(ValueError):
    """A raw file is not what was loaded; the message says what to do next."""


def current_text(place: FactPlace) -> str:
    """Return the text of a raw file. Raises RawFileError where it is not what was loaded."""
    try:
        data = read_bytes(place.location)
        text = decode(data, [place.encoding]).text
    except (OSError, SourceError, UndecodableError) as error:
        raise RawFileError(f"cannot be read any more: {error}; put it back, or run with --retire") from error
    if file_id_of(data) != place.file_id:
        raise RawFileError("it changed after it was loaded; run `dibao run --by-content` on its source")
    if len(text) != place.n_chars:
        raise RawFileError(f"{len(text)} characters; raw_files says {place.n_chars}")
    return text


def facts_between(con: duckdb.DuckDBPyConnection, first: str, last: str) -> Iterator[tuple[str, Iterator[tuple]]]:
    """Yield, for each table, what points at raw characters of the files from one id to another: file, key, text, start and end.

    Where there are several spans, or none, they come as a list behind, and start and end mean nothing.
    """
    yield (
        "blocks",
        store.each_row(
            con, "SELECT file_id, block_id, text, char_start, char_end, NULL FROM blocks WHERE file_id BETWEEN ? AND ?", [first, last]
        ),
    )
    for table in schema.TABLES.values():
        if "spans" in table.column_names:
            text = "title" if table.name == "person_titles" else "text"
            key = " || ' ' || ".join(f"coalesce({name}, '')" for name in table.key)
            yield (
                table.name,
                store.each_row(
                    con,
                    f"""
                SELECT left(article_id, 16), {key}, replace({text}, chr(10), ''), spans[1].char_start, spans[1].char_end,
                    CASE WHEN len(spans) <> 1 THEN spans END
                FROM {table.name} WHERE left(article_id, 16) BETWEEN ? AND ?
            """,
                    [first, last],
                ),
            )
