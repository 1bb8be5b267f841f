"""Releases: the last states that were published, each a read-only file with a manifest; what changed between two; going back.

A release is named by when it was published and by the state of the lake that it equals. The name is the only place where a clock
counts; two releases of one state hold the same rows.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import NamedTuple

from warehouse import schema, store
from warehouse.comparison import Difference, compare
from warehouse.ddl import quote
from warehouse.files import read_forgivingly, write_whole
from warehouse.home import Home
from warehouse.lake import read_manifest

KEPT_RELEASES = 5
"""How many releases are kept unless told otherwise."""


class ReleaseError(RuntimeError):
    """A release is not there, or is not what its manifest says."""


@dataclass(frozen=True)
class Release:
    """What the manifest of a release says."""

    name: str
    published_at: str
    commit: str
    schema_version: int
    sha256: str
    n_rows: Mapping[str, int]
    number: int = 0
    """Counts the releases of a home: they are in order also where a clock was put back."""


def release_path(home: Home, name: str) -> Path:
    """Return where the file of a release lies."""
    return home.releases / f"{name}.duckdb"


def keep_release(home: Home, published_at: datetime, kept: int = KEPT_RELEASES) -> Release:
    """Copy the published file to a new release, delete the oldest beyond ``kept``, and return the release."""
    earlier = list_releases(home)
    commit = store.commit_of(home.published) or "unknown"
    name = f"{published_at:%Y%m%dT%H%M%S}-{commit[:8]}"
    path = release_path(home, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.tmp")
    shutil.copyfile(home.published, partial)
    con = store.connect(partial, read_only=True)
    try:
        n_rows = {table: con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in schema.TABLES}
    finally:
        con.close()
    release = Release(
        name, published_at.isoformat(), commit, schema.SCHEMA_VERSION, digest(partial), n_rows, earlier[-1].number + 1 if earlier else 1
    )
    store.put_in_place(partial, path)
    write_whole(path.with_suffix(".json"), json.dumps(asdict(release), indent=1))
    for old in list_releases(home)[:-kept]:
        release_path(home, old.name).unlink(missing_ok=True)
        release_path(home, old.name).with_suffix(".json").unlink(missing_ok=True)
    return release


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def list_releases(home: Home) -> list[Release]:
    """Return the releases of a home, oldest first."""
    releases = (read_forgivingly(path, parse_release) for path in home.releases.glob("*.json"))
    return sorted(filter(None, releases), key=lambda release: (release.number, release.name))


def parse_release(text: str) -> Release:
    """Return the release that the text of its manifest describes. Raises ValueError or TypeError where it is not one."""
    return Release(**json.loads(text))


def is_released(home: Home) -> bool:
    """Return whether the newest release is what is published."""
    return any(release.commit == store.commit_of(home.published) for release in list_releases(home)[-1:])


def find_release(home: Home, wanted: str) -> Release:
    """Return the release with this name, or beginning with it; ``latest`` and ``previous`` are names too. Raises ReleaseError."""
    releases = list_releases(home)
    names = {"latest": releases[-1:], "previous": releases[-2:-1]}
    matching = names.get(wanted, [release for release in releases if release.name.startswith(wanted)])
    if wanted == "previous" and not matching:
        raise ReleaseError(f"{home.releases}: {len(releases)} release is kept, so there is none before it. Publish again, then compare.")
    if len(matching) != 1:
        known = ", ".join(release.name for release in releases) or "none yet"
        raise ReleaseError(f"{wanted}: {len(matching)} releases have this name in {home.releases}. There are: {known}.")
    return matching[0]


def check_release(home: Home, release: Release) -> Path:
    """Return the file of a release. Raises ReleaseError where it is gone or was changed."""
    path = release_path(home, release.name)
    if not path.exists():
        raise ReleaseError(f"{path}: the file of this release is gone; choose another one.")
    if digest(path) != release.sha256:
        raise ReleaseError(f"{path}: the file was changed after it was published; choose another release.")
    return path


def roll_back(home: Home, release: Release) -> None:
    """Put a release in place of the published file. It stays until a run loads something new.

    What was decided is written down before it is done: a run that comes after a crash between the two finishes it.
    """
    partial = home.path / ".dibao.duckdb.tmp"
    shutil.copyfile(check_release(home, release), partial)
    write_whole(home.pinned, json.dumps(Pin(release.name, release.commit, read_manifest(home.manifest).commit)._asdict()))
    store.replace_published(home, partial, release.n_rows)


class Pin(NamedTuple):
    """Which release was rolled back to, its commit, and the commit of the lake that was taken back by it; None where nobody noted that."""

    release: str
    commit: str | None = None
    lake: str | None = None


def read_pin(home: Home) -> Pin | None:
    """Return what was rolled back to, None where nothing was, or the lake has got something new since."""
    pin = read_forgivingly(home.pinned, parse_pin)
    return pin if pin and pin.lake in (None, read_manifest(home.manifest).commit) else None


def parse_pin(text: str) -> Pin:
    """Return what the text of ``pinned`` says; earlier versions wrote a release's name and nothing else."""
    return Pin(**json.loads(text)) if text.startswith("{") else Pin(text.strip())


def diff(home: Home, before: Release, after: Release, examples: int = 5) -> list[Difference]:
    """Return what changed from one release to another, as ``warehouse.comparison`` tells it. Raises ReleaseError."""
    con = store.connect(check_release(home, before), read_only=True)
    try:
        con.execute(f"ATTACH {quote(check_release(home, after))} AS later (READ_ONLY)")
        return compare(con, examples)
    finally:
        con.close()
