"""Batches of raw files: what one holds, and what became of it. Plans of many files are made with these, so that little is imported here.

A batch is a folder: ``batch.json`` says which files it holds, ``staged/`` gets what the transforms read, ``audited/`` what passed
the contracts, ``done.json``, written last, what became of it. A folder with ``done.json`` is never worked on again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from socket import gethostname

from flows.shared.versions import code_version
from transforms.records import Row

DEFECT = "a defect of Dibao"
"""Reason of files that could not be read for a fault of ours; many of them block the publish."""

UNREAD = "cannot be read"
"""Reason of files whose bytes could not be had; the next run tries again."""


@dataclass(frozen=True, slots=True)
class BatchFile:
    """One raw file of a batch: where its bytes are, what they hash to, what its path and its source say, and the reviewed corrections of its page."""

    location: str
    file_id: str
    source: str
    path: str
    paper: str | None = None
    issue_on: str | None = None
    page: str | None = None
    corrections: str = ""
    encodings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """Some MB of raw files that are processed, audited and loaded together, by code of one version, wherever the worker is."""

    batch_id: str
    run_id: str
    started_at: str
    files: tuple[BatchFile, ...]
    code_version: str = field(default_factory=code_version)
    machine: str = field(default_factory=gethostname)
    """Where the files were read when the batch was planned."""
    forgotten: str = ""
    """What the home was told to forget, see ``transforms.forgetting``."""

    @classmethod
    def read(cls, folder: Path) -> Batch:
        content = json.loads((folder / "batch.json").read_text("utf-8"))
        return cls(**{**content, "files": tuple(BatchFile(**{**file, "encodings": tuple(file["encodings"])}) for file in content["files"])})

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "batch.json").write_text(json.dumps(asdict(self), ensure_ascii=False), "utf-8")


@dataclass(frozen=True)
class Outcome:
    """What became of a batch."""

    batch_id: str
    file_ids: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]
    validations: tuple[Row, ...]
    quarantine: tuple[Row, ...]
    blocked: tuple[str, ...]
    seconds: Mapping[str, float]

    @classmethod
    def read(cls, folder: Path) -> Outcome:
        content = json.loads((folder / "done.json").read_text("utf-8"))
        for row in content["validations"]:
            row["checked_at"] = datetime.fromisoformat(row["checked_at"])
        return cls(**{**content, **{name: tuple(content[name]) for name in ("file_ids", "validations", "quarantine", "blocked")}})

    def write(self, folder: Path) -> None:
        partial = folder / ".done.json.tmp"
        with partial.open("w", encoding="utf-8") as out:
            json.dump(asdict(self), out, ensure_ascii=False, default=str)
            out.flush()
            os.fsync(out.fileno())
        os.replace(partial, folder / "done.json")


def quarantine_id_of(*parts: object) -> str:
    """Return the id of a quarantined record: a hash of file, table, record and reason."""
    return sha256("\x1f".join(str(part) for part in parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
