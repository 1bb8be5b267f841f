"""What a run leaves behind that was killed: its embedded Prefect server, its workers, and a run that Prefect believes to be running."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

OWNER = "DIBAO_OWNER"
"""Environment variable that all processes of a run carry: the process that started them, and when that began."""


def claim_children() -> None:
    """Let every process that this one starts say whose it is."""
    os.environ[OWNER] = f"{os.getpid()}:{began(os.getpid())}"


def began(pid: int) -> str | None:
    """Return when a process began, in ticks since boot; None where there is no such process, or no /proc to ask."""
    try:
        # The name in brackets may hold blanks; what follows the last bracket does not.
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def orphans(prefect_home: Path) -> Iterator[int]:
    """Yield the processes that work for this Prefect home and whose owner is gone."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            pairs = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended, or belongs to somebody else
        environment = dict(pair.split(b"=", 1) for pair in pairs if b"=" in pair)
        owner = environment.get(OWNER.encode(), b"").decode()
        if owner and environment.get(b"PREFECT_HOME") == os.fsencode(prefect_home):
            pid, _, start = owner.partition(":")
            if began(int(pid)) != start:
                yield int(folder.name)


def reap_orphans(prefect_home: Path) -> int:
    """End the processes that killed runs left behind for this Prefect home, and return how many there were."""
    found = list(orphans(prefect_home))
    for pid in found:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return len(found)
