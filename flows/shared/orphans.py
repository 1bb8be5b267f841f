"""Orphans: the workers that a killed run leaves behind, and the run that Prefect believes to be running."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
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


def owned_processes(prefect_home: Path) -> Iterator[tuple[int, str]]:
    """Yield the processes that runs started which work for this Prefect home, each with whose it is."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            pairs = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended, or belongs to somebody else
        environment = dict(pair.split(b"=", 1) for pair in pairs if b"=" in pair)
        owner = environment.get(OWNER.encode(), b"").decode()
        if owner and environment.get(b"PREFECT_HOME") == os.fsencode(prefect_home):
            yield int(folder.name), owner


def orphans(prefect_home: Path) -> Iterator[int]:
    """Yield the processes that work for this Prefect home and whose owner is gone."""
    for pid, owner in owned_processes(prefect_home):
        owner_pid, _, start = owner.partition(":")
        if began(int(owner_pid)) != start:
            yield pid


def reap_orphans(prefect_home: Path) -> int:
    """End the processes that killed runs left behind for this Prefect home, and return how many there were."""
    return kill(orphans(prefect_home))


def end_children() -> int:
    """End the processes that this one started, if it has claimed them, and return how many there were."""
    mine = os.environ.get(OWNER)
    return (
        kill(pid for pid, owner in owned_processes(Path(os.environ["PREFECT_HOME"])) if owner == mine and pid != os.getpid()) if mine else 0
    )


def kill(pids: Iterable[int]) -> int:
    """Kill processes, and return how many there were."""
    processes = list(pids)
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(processes)
