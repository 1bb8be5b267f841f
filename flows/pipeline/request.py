"""What a run was asked for, and the run as it is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from flows.shared.versions import short_hash
from warehouse.home import Home

BATCH_BYTES = 6_000_000
"""Raw bytes of a batch: some 20 seconds of work, and so much memory that two workers and Prefect's server stay below 2 GB."""


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    home: Home
    source: str
    pattern: str | None = None
    retire: bool = False
    refresh: bool = False
    workers: int = 2
    batch_bytes: int = BATCH_BYTES
    paper: str | None = None
    """The paper where paths do not say it."""
    encodings: tuple[str, ...] = ()
    """What the files are said to be in, by the names that ``transforms.decoding`` reports."""
    since: date | None = None
    until: date | None = None
    only_paper: str | None = None
    retry: bool = False
    """Read again also what was quarantined."""
    by_content: bool = False
    """Read every file to see whether it has changed, also where size and time are as before."""
    runner: str | None = None
    """Who processes the batches, see ``flows.pipeline.runners``."""
    address: str | None = None
    """Where the runner's cluster is."""
    max_loss: float = 0.1
    """Share of the articles that a publish may lose without a human's approval."""
    only_change: str | None = None
    """The change that a human approved, if this run is to publish nothing else."""

    @cached_property
    def declaration(self) -> str:
        """Return the hash of all that decides what paths say: where it is as before, an unchanged path says what it said."""
        return short_hash(self.source, self.pattern, self.paper, self.encodings)

    @property
    def wants_all(self) -> bool:
        """Return whether files of every paper and issue were asked for."""
        return self.only_paper is None and self.since is None and self.until is None

    def wants(self, paper: str | None, issue_on: date | None) -> bool:
        """Return whether a file of that paper and issue was asked for; one that says nothing of what is asked for is not."""
        if self.only_paper is not None and paper != self.only_paper:
            return False
        if self.since is None and self.until is None:
            return True
        return issue_on is not None and (self.since or issue_on) <= issue_on <= (self.until or issue_on)


@dataclass(frozen=True)
class Run:
    """The run as it is recorded: the only place where a clock counts."""

    run_id: str
    started_at: datetime
    flow_run_id: str | None = None
    approval: str | None = None
    """The words of a human who approved what this run is going to publish."""
    reason: str | None = None
    """What it does that no source gave rise to."""
