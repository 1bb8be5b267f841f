"""The lake on an object store, for any number of readers: immutable Parquet files, and a commit that names those that count.

    URL/<table>/<part>-<hash>.parquet    as in the home's lake
    URL/manifest.json                    the newest commit: replaced in one step when all that it names is there
    URL/commits/<when>-<commit>.json     the last commits, this one included

A reader reads one commit and then just the files that it names, so it sees a whole state whatever is copied meanwhile. Files go when
none of the last commits names them. URL is whatever fsspec opens: a bucket, a folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir

import duckdb

from warehouse import schema
from warehouse.analytics import create_views
from warehouse.ddl import create_tables, quote
from warehouse.home import Home
from warehouse.lake import LakeError, LakeFile, Manifest, lake_path, manifest_bytes, parse_manifest, read_manifest
from warehouse.releases import read_pin
from warehouse.sources import SourceError, open_store
from warehouse.store import connect_to_none

KEPT_COMMITS = 5
"""Commits whose files are kept: a reader that takes longer than so many nights finds a file gone."""
NEWEST = "manifest.json"
COMMITS = "commits"


class MirrorError(RuntimeError):
    """The store cannot be read or written, or holds something else; the message says what to do next."""


@dataclass(frozen=True)
class Mirrored:
    """What was done: the commit that readers find now, the files it names, how many of them were copied, how many old ones went."""

    commit: str
    n_files: int
    n_copied: int
    n_bytes: int
    n_deleted: int


class Mirror:
    """A lake on a store; nothing is asked of the store before it is needed."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.files, root = open_store(self.url)
        self.root = root.rstrip("/")

    def path(self, name: str) -> str:
        """Return the path in the store's file system."""
        return f"{self.root}/{name}"

    def address(self, file: LakeFile) -> str:
        """Return what opens a file of the lake: a URL, on a disk its path."""
        path = self.path(lake_name(file))
        return path if self.is_disk else self.files.unstrip_protocol(path)

    @property
    def is_disk(self) -> bool:
        return "file" in self.files.protocol

    def read(self, name: str = NEWEST) -> Manifest | None:
        """Return the commit of that name, None where there is none. Raises LakeError for one that cannot be read."""
        try:
            return parse_manifest(self.files.cat_file(self.path(name)), f"{self.url}/{name}")
        except FileNotFoundError:
            return None

    def sizes(self) -> dict[str, int]:
        """Return the size of every file there by its name."""
        self.files.invalidate_cache()
        try:
            infos = self.files.find(self.root, detail=True)
        except FileNotFoundError:
            return {}
        return {name[len(self.root) + 1 :]: info["size"] for name, info in infos.items()}

    def replace(self, name: str, data: bytes) -> None:
        """Put bytes in place of a file in one step."""
        partial = self.path(f".{name.rpartition('/')[2]}.tmp")
        self.files.pipe_file(partial, data)
        self.files.mv(partial, self.path(name))

    def make_folders(self, names: Iterable[str]) -> None:
        """Make the folders for files of these names, where the store is a disk: object stores have none."""
        if self.is_disk:
            for folder in {name.rpartition("/")[0] for name in names}:
                self.files.makedirs(self.path(folder), exist_ok=True)


def lake_name(file: LakeFile) -> str:
    """Return the name of a file of the lake below the lake's root."""
    return f"{file.table}/{file.name}"


def mirror(home: Home, url: str, committed_at: datetime, kept: int = KEPT_COMMITS) -> Mirrored:
    """Copy what is new in the home's lake to a store, commit it there, and delete what none of the last ``kept`` commits names.

    The home must be held. What breaks off leaves the earlier commit in place; the same call again goes on. Raises MirrorError.
    """
    manifest = read_manifest(home.manifest)
    if not manifest.files:
        raise MirrorError(f"{home.manifest}: no lake is committed here. Run `dibao run --home {home.path}` first.")
    if pin := read_pin(home):
        raise MirrorError(
            f"{home.path}: it was rolled back to release {pin.release}, and the lake is newer. "
            "Load something new first, so that readers do not get what was taken back."
        )
    try:
        return copy(home, Mirror(url), manifest, f"{committed_at:%Y%m%dT%H%M%S}-{manifest.commit}.json", kept)
    except (MirrorError, LakeError, SourceError):
        raise
    except Exception as error:  # noqa: BLE001 whatever a store may raise
        raise MirrorError(
            f"{url}: cannot be written ({error or type(error).__name__}). What readers find there is as before; "
            "look at the address and your rights there (for S3 the AWS_... variables), then do the same again."
        ) from error


def copy(home: Home, store: Mirror, manifest: Manifest, commit_name: str, kept: int) -> Mirrored:
    """Copy, commit, delete, in this order."""
    earlier = store.read()
    check_descent(store, earlier, manifest)
    present = store.sizes()
    paths = {lake_name(file): lake_path(home.lake, file) for file in manifest.files}
    new = {name: path for name, path in paths.items() if present.get(name) != path.stat().st_size}  # a copy that broke off is shorter
    store.make_folders((*new, f"{COMMITS}/"))
    if new:
        store.files.put([os.fspath(path) for path in new.values()], [store.path(name) for name in new])
    commits = sorted(name for name in present if name.startswith(f"{COMMITS}/"))
    if earlier is None or earlier.commit != manifest.commit:
        store.replace(f"{COMMITS}/{commit_name}", manifest_bytes(manifest))
        store.replace(NEWEST, manifest_bytes(manifest))
        commits.append(f"{COMMITS}/{commit_name}")
    stale = forgotten(store, present, commits, kept, manifest)
    if stale:
        store.files.rm([store.path(name) for name in stale])
    return Mirrored(manifest.commit, len(paths), len(new), sum(path.stat().st_size for path in new.values()), len(stale))


def check_descent(store: Mirror, earlier: Manifest | None, manifest: Manifest) -> None:
    """Raise MirrorError where the store holds runs that this lake does not know: it is another home's, or a newer state of this one."""
    if earlier and (
        unknown := sorted({file.part for file in earlier.of("validations")} - {file.part for file in manifest.of("validations")})
    ):
        raise MirrorError(
            f"{store.url}: holds a lake with run {unknown[-1]}, which this home does not know: it is the lake of another "
            "home, or newer. Give another address, or empty this one first."
        )


def forgotten(store: Mirror, present: Iterable[str], commits: list[str], kept: int, manifest: Manifest) -> list[str]:
    """Return the commits beyond the last ones, and the Parquet files that none of the last ones names."""
    named = {lake_name(file) for commit in [manifest, *map(store.read, commits[-kept:])] if commit for file in commit.files}
    return [*commits[:-kept], *sorted(name for name in present if name.endswith(".parquet") and name not in named)]


def parquet_paths(url: str, commit: str = NEWEST) -> dict[str, list[str]]:
    """Return the Parquet files of each table in one commit: URLs, or paths of a disk, to give to DuckDB, pyarrow or polars.

    A table without rows has none. Raises MirrorError where there is no lake.
    """
    store = Mirror(url)
    manifest = store.read(commit)
    if manifest is None:
        raise MirrorError(f"{url}/{commit}: no lake is there. `dibao export lake {url}` puts one there.")
    return {table: [store.address(file) for file in manifest.of(table)] for table in schema.TABLES}


def connect_to(url: str) -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty database that can read files at a URL."""
    con = connect_to_none(Path(gettempdir()))
    store = Mirror(url)
    if not store.is_disk:
        con.register_filesystem(store.files)
    return con


def open_mirror(url: str, commit: str = NEWEST) -> duckdb.DuckDBPyConnection:
    """Return a connection whose tables are the Parquet files of one commit, with the views of the warehouse. Nothing is copied.

    There is no full-text index, so no ``search``. Raises MirrorError where there is no lake.
    """
    paths = parquet_paths(url, commit)
    con = connect_to(url)
    for table in schema.TABLES.values():
        if found := paths[table.name]:
            columns = ", ".join(f'"{column}"' for column in table.column_names)
            con.execute(f"CREATE VIEW {table.name} AS SELECT {columns} FROM read_parquet([{', '.join(map(quote, found))}])")
        else:
            create_tables(con, [table])
    create_views(con)
    return con
