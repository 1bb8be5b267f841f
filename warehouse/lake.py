"""The Parquet lake: the truth from which a warehouse can be rebuilt.

A table is a folder of immutable files with content-hashed names. ``manifest.json`` names the files that count; replacing it is
the commit, and nothing else is. A reader who globs the folders sees the same files, but for the moment of a commit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import file_digest, sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import schema
from warehouse.arrow import arrow_schema, put_in, write_parquet
from warehouse.files import sync_folder, write_whole


@dataclass(frozen=True, order=True)
class LakeFile:
    """One Parquet file of the lake; ``part`` is the batch or run that it holds."""

    table: str
    part: str
    name: str
    n_rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The files that count, in order of table and part."""

    files: tuple[LakeFile, ...] = ()

    @property
    def commit(self) -> str:
        """Identity of this state of the lake: a hash of what it names."""
        return sha256("\n".join(file.sha256 for file in sorted(self.files)).encode()).hexdigest()[:16]

    def of(self, table: str) -> tuple[LakeFile, ...]:
        return tuple(file for file in self.files if file.table == table)

    def replaced(self, files: Iterable[LakeFile], parts: Mapping[str, set[str]]) -> Manifest:
        """Return a manifest where the parts named for each table are replaced by the files."""
        kept = [file for file in self.files if file.part not in parts.get(file.table, ())]
        return Manifest(tuple(sorted([*kept, *files])))


class LakeError(RuntimeError):
    """The lake is not what its manifest says."""


def read_manifest(path: Path) -> Manifest:
    """Return the manifest at a path, an empty one where there is none. Raises LakeError where it cannot be read."""
    return parse_manifest(path.read_bytes(), str(path)) if path.exists() else Manifest()


def parse_manifest(data: bytes, where: str) -> Manifest:
    """Return the manifest that was written as these bytes. Raises LakeError, which says where they were found, where it is not one."""
    try:
        content = json.loads(data)
        version = content["schema_version"]
        files = tuple(LakeFile(**file) for file in content["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise LakeError(f"{where}: not a manifest of a lake ({error}). Restore it from a backup, or start a new home.") from error
    if version != schema.SCHEMA_VERSION:
        raise LakeError(
            f"{where}: the lake has schema version {version}, this code has {schema.SCHEMA_VERSION}. "
            "Run the raw files into a new home: `dibao run SOURCE --home NEW`, with its sources.toml and corrections.jsonl copied there first."
        )
    return Manifest(files)


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return a manifest as it is written: JSON, a line per value, the files in order."""
    content = {
        "schema_version": schema.SCHEMA_VERSION,
        "commit": manifest.commit,
        "files": [asdict(file) for file in sorted(manifest.files)],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Commit: the manifest is replaced in one step, after it and the names of the files that it names have reached the disk."""
    for table in {file.table for file in manifest.files}:
        sync_folder(path.parent / table)
    write_whole(path, manifest_bytes(manifest).decode())


def lake_path(lake: Path, file: LakeFile) -> Path:
    """Return where a file of the lake lies. Raises LakeError where it is gone."""
    path = lake / file.table / file.name
    if not path.exists():
        raise LakeError(
            f"{path}: the manifest names this file and it is gone. Restore it from a backup, or run the raw files into a new "
            "home; `dibao verify` lists all that is wrong."
        )
    return path


def add_file(lake: Path, table: schema.Table, part: str, data: pa.Table) -> LakeFile:
    """Write one part of a table under a name made from its content and return what the manifest says of it."""
    partial = lake / table.name / f".{part}.parquet"
    write_parquet(data.select(list(table.column_names)).cast(arrow_schema(table)), partial)
    file = describe_file(table, part, partial)
    os.replace(partial, lake / table.name / file.name)
    return file


def take_file(lake: Path, table: schema.Table, part: str, path: Path) -> list[LakeFile]:
    """Take a file that was written as the lake keeps it for one part of a table; it stays where it was too. One that is missing or has no
    rows gives nothing. Return what the manifest says of it."""
    if not path.exists() or not (file := describe_file(table, part, path)).n_rows:
        return []
    (lake / table.name).mkdir(parents=True, exist_ok=True)
    put_in(path, lake / table.name / file.name)
    return [file]


def describe_file(table: schema.Table, part: str, path: Path) -> LakeFile:
    """Return what the manifest says of a Parquet file: its name in the lake is made from its content."""
    with path.open("rb") as written:
        digest = file_digest(written, "sha256").hexdigest()
    return LakeFile(table.name, part, f"{part}-{digest[:12]}.parquet", pq.read_metadata(path).num_rows, digest)


def prune_lake(lake: Path, manifest: Manifest) -> int:
    """Delete the files that the manifest does not name and return how many there were."""
    named = {(file.table, file.name) for file in manifest.files}
    stale = [path for table in schema.TABLES for path in (lake / table).glob("*.parquet*") if (table, path.name) not in named]
    stale += [path for table in schema.TABLES for path in (lake / table).glob(".*")]
    for path in set(stale):
        path.unlink(missing_ok=True)
    return len(set(stale))
