"""Where things lie in a home: one folder that holds a warehouse and all that belongs to it."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class HomeBusyError(RuntimeError):
    """Another run holds the home."""


@dataclass(frozen=True)
class Home:
    """A home folder. Nothing outside of it is written."""

    path: Path

    @property
    def published(self) -> Path:
        """The published warehouse: always a whole and validated state."""
        return self.path / "dibao.duckdb"

    @property
    def lake(self) -> Path:
        """Parquet files, one folder per table, and the manifest that names those that count."""
        return self.path / "lake"

    @property
    def manifest(self) -> Path:
        return self.lake / "manifest.json"

    @property
    def work(self) -> Path:
        """What a run needs and a later run can make anew."""
        return self.path / "work"

    @property
    def build(self) -> Path:
        """The single writer's warehouse; made anew from the lake where it is lost or in doubt."""
        return self.work / "build.duckdb"

    @property
    def staging(self) -> Path:
        """Batches that are processed and audited, not yet in the lake."""
        return self.work / "staging"

    @property
    def releases(self) -> Path:
        """The last states that were published, read-only."""
        return self.path / "releases"

    @property
    def pinned(self) -> Path:
        """Names the release that was rolled back to, until a run loads something new."""
        return self.path / "pinned"

    @property
    def corrections(self) -> Path:
        """Reviewed corrections, as data."""
        return self.path / "corrections.jsonl"

    @property
    def report(self) -> Path:
        return self.path / "report.html"

    @property
    def data_docs(self) -> Path:
        return self.path / "data_docs"

    @property
    def validation_results(self) -> Path:
        """What the expectations found in the last runs, for Data Docs."""
        return self.work / "validation_results"

    @property
    def sources(self) -> Path:
        """Declared sources, written by the user."""
        return self.path / "sources.toml"

    @property
    def serving(self) -> Path:
        """Where `dibao serve` says how it can be reached; it holds a lock on this file as long as it runs."""
        return self.path / "serving.json"

    @property
    def held_back(self) -> Path:
        """What was blocked and waits for a human."""
        return self.path / "held.json"

    @property
    def journal(self) -> Path:
        """Runs that published nothing, until the next publish takes them into ``runs``."""
        return self.path / "journal.json"

    @property
    def running(self) -> Path:
        """The run that is under way; left behind by one that was killed."""
        return self.path / "running.json"

    @property
    def prefect(self) -> Path:
        """Prefect's own home where the user has no server of their own."""
        return self.path / "prefect"

    def sweep(self) -> None:
        """Delete the temporary files that dead processes left. The home must be held."""
        for path in (path for folder in (self.path, self.lake, self.releases) for path in folder.glob(".*.tmp*")):
            owner = re.search(r"\.(\d+)\.tmp$", path.name)
            if not (owner and Path(f"/proc/{owner[1]}").exists()):
                path.unlink(missing_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the home against other writers while the block runs.

        Raises HomeBusyError naming the other process. The lock is the kernel's and ends with the process that holds it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise HomeBusyError(
                    f"{self.path}: process {lock.read().strip() or 'unknown'} is writing to this home. "
                    "Wait until it ends, or give another --home."
                ) from None
            lock.seek(0)
            lock.truncate()
            lock.write(str(os.getpid()))
            lock.flush()
            yield
