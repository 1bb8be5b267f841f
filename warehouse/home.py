"""Where things lie in a home: one folder that holds a warehouse and all that belongs to it."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from socket import gethostname
from typing import TextIO
from uuid import uuid4


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
    def forgotten(self) -> Path:
        """What was forgotten for good, without a name: no later run reads it again."""
        return self.path / "forgotten.jsonl"

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

    @property
    def identity(self) -> Path:
        """Holds the id of this home."""
        return self.path / "id"

    @property
    def id(self) -> str:
        """What tells this home from every other, also from one of the same path on another machine; made when it is first asked for."""
        try:
            return self.identity.read_text("ascii").strip()
        except FileNotFoundError:
            self.path.mkdir(parents=True, exist_ok=True)
        partial = self.path / f".id.{uuid4().hex}.{os.getpid()}.tmp"
        partial.write_text(f"{uuid4().hex[:12]}\n", "ascii")
        with suppress(FileExistsError):  # another process was faster: its id counts
            os.link(partial, self.identity)
        partial.unlink()
        return self.identity.read_text("ascii").strip()

    def close_prefect(self) -> None:
        """Make Prefect's home and its database, or close them to all but their owner: Secret blocks lie there with the key that opens them."""
        self.prefect.mkdir(parents=True, exist_ok=True)
        if "PREFECT_SERVER_DATABASE_CONNECTION_URL" not in os.environ:  # else the records lie elsewhere
            (self.prefect / "prefect.db").touch(0o600)  # SQLite gives its log the rights of the database
        with suppress(OSError):  # of a file system without rights
            self.prefect.chmod(0o700)
            for path in self.prefect.glob("prefect.db*"):
                path.chmod(0o600)

    def sweep(self) -> None:
        """Delete the temporary files that dead processes left, and releases that were not described any more. The home must be held."""
        for path in self.releases.glob("*.duckdb"):
            if not path.with_suffix(".json").exists():
                path.unlink()
        for path in (path for folder in (self.path, self.work, self.lake, self.releases) for path in folder.glob(".*.tmp*")):
            owner = re.search(r"\.(\d+)\.tmp$", path.name)
            if owner and Path(f"/proc/{owner[1]}").exists():
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    @property
    def lock_file(self) -> Path:
        """Locked by the process that writes to this home, and says which one that is."""
        return self.path / ".lock"

    @contextmanager
    def lock(self, patience: float = 0) -> Iterator[None]:
        """Hold the home against other writers while the block runs; wait for them some seconds, where told to be patient.

        The lock is the kernel's and ends with the process that holds it. Not every network folder tells other machines of a lock, so
        the file also says who holds it, until that process lets go of it: what a process of this machine left that was killed is taken
        over, what another machine left is not. Raises HomeBusyError naming the holder.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with self.lock_file.open("a+", encoding="utf-8") as lock:
            until = time.monotonic() + patience
            while not is_locked(lock):
                if time.monotonic() >= until:
                    raise HomeBusyError(
                        f"{self.path}: {Holder.read(lock)} is writing to this home. Wait until it ends, or give another --home."
                    )
                time.sleep(0.5)
            earlier, this = Holder.read(lock), Holder.this()
            if not earlier.is_nobody and not earlier.shares_machine(this):
                raise HomeBusyError(
                    f"{self.path}: {earlier} has not let go of this home, and whether it still runs cannot be seen from {this.host}. "
                    f"Look there; where it has ended, delete {self.lock_file} and run again."
                )
            this.write(lock)
            try:
                yield
            finally:
                lock.truncate(0)


def is_locked(lock: TextIO) -> bool:
    """Lock a file for this process, and return whether that could be done."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@dataclass(frozen=True)
class Holder:
    """The process that holds a home, as its lock file says."""

    pid: int = 0
    host: str = ""
    boot: str = ""
    since: str = ""

    @classmethod
    def this(cls) -> Holder:
        """Return this process as a holder."""
        try:
            boot = BOOT.read_text("ascii").strip()
        except OSError:
            boot = ""
        return cls(os.getpid(), gethostname(), boot, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")

    @classmethod
    def read(cls, lock: TextIO) -> Holder:
        """Return what a lock file says; nobody where it says nothing that can be understood."""
        lock.seek(0)
        try:
            return cls(**json.loads(lock.read()))
        except (ValueError, TypeError):
            return cls()

    def write(self, lock: TextIO) -> None:
        lock.truncate(0)
        lock.write(json.dumps(asdict(self), ensure_ascii=False))
        lock.flush()

    @property
    def is_nobody(self) -> bool:
        return not self.pid

    def shares_machine(self, other: Holder) -> bool:
        """Return whether both are of one machine: of one kernel, in whatever containers, or of one name, before and after a start."""
        return bool(self.boot) and self.boot == other.boot or self.host == other.host

    def __str__(self) -> str:
        return "another process" if self.is_nobody else f"process {self.pid} on {self.host}, since {self.since},"


BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Linux says here which start of which kernel this is."""
