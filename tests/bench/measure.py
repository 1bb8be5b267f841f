"""A command measured as a whole: CPU seconds, wall seconds and memory of all its processes, and what else is watched while it runs.

CPU seconds are what counts on a machine that others use too. They are the kernel's: of the command and of all processes that it
waited for, or, where that is more, what its processes were last seen to have used. Memory is what the processes hold together, read from
/proc now and then: a page that several share counts once, as a share for each.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

EVERY = 0.25
"""Seconds between two looks."""
MOST_SAMPLES = 240
"""Samples that are kept: of more, two neighbours become one."""
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")

Sample = dict[str, float]


@dataclass(frozen=True)
class Process:
    """A process as it was seen."""

    pid: int
    parent: int
    cpu: float
    rss: int


@dataclass
class Measured:
    """What a command took. ``samples`` are seconds since its start (``at``), MB by role (``main``, ``workers``, ``other``) and in
    all (``mb``), and what was watched; of neighbours that became one the larger values are kept."""

    exit_code: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    peak_mb: float = 0.0
    cpu_of: dict[str, float] = field(default_factory=dict)
    cpu_of_workers: list[float] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    stdout: str = ""
    stderr: str = ""

    def figures(self) -> dict[str, object]:
        """Return what is worth keeping, as JSON has it."""
        return {
            "cpu_seconds": round(self.cpu, 3),
            "wall_seconds": round(self.wall, 3),
            "peak_mb": round(self.peak_mb, 1),
            "cpu_of": {role: round(seconds, 2) for role, seconds in self.cpu_of.items()},
            "cpu_of_workers": [round(seconds, 2) for seconds in self.cpu_of_workers],
        }


class CommandFailed(RuntimeError):
    """A command that should have worked did not; the message holds the end of what it said."""


def processes() -> dict[int, Process]:
    """Return all processes that can be seen, by pid."""
    seen = (process_of(int(folder)) for folder in os.listdir("/proc") if folder.isdigit())
    return {process.pid: process for process in seen if process}


def process_of(pid: int) -> Process | None:
    """Return a process, None where it has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return None
    return Process(pid, int(fields[1]), (int(fields[11]) + int(fields[12])) / TICK, int(fields[21]) * PAGE)


def memory_of(process: Process) -> int:
    """Return the bytes that a process holds, its share of what it has in common with others; what is resident where that is not told."""
    with suppress(OSError), open(f"/proc/{process.pid}/smaps_rollup", encoding="ascii") as rollup:
        for line in rollup:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return process.rss


def tree(root: int) -> list[Process]:
    """Return a process and all its descendants."""
    seen = processes()
    children: dict[int, list[int]] = {}
    for process in seen.values():
        children.setdefault(process.parent, []).append(process.pid)
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        if pid in seen:
            found.append(seen[pid])
            todo += children.get(pid, ())
    return found


def role_of(pid: int, root: int) -> str:
    """Return what a process of a run is: ``main``, with Prefect's server, one of the ``workers`` or what they are forked from, or ``other``."""
    if pid == root:
        return "main"
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return "other"
    return "workers" if "forkserver" in words else "other"


class Watcher:
    """Keeps an eye on a process tree: CPU seconds by process, samples of memory and of what else is watched."""

    def __init__(self, root: int, watch: Callable[[], Mapping[str, float]]) -> None:
        self.root, self._watch, self._began, self._every = root, watch, time.monotonic(), EVERY
        self.roles: dict[int, str] = {}
        self.cpu: dict[int, float] = {}
        self.samples: list[Sample] = []
        self.peak = 0.0

    def look(self) -> None:
        """Look once; a sample is kept where the last one is old enough."""
        mb: dict[str, float] = {}
        for process in tree(self.root):
            if self.roles.get(process.pid, "other") == "other":  # what a child is going to be shows after its exec
                self.roles[process.pid] = role_of(process.pid, self.root)
            self.cpu[process.pid] = process.cpu
            mb[self.roles[process.pid]] = mb.get(self.roles[process.pid], 0.0) + memory_of(process) / 1e6
        whole, at = sum(mb.values()), time.monotonic() - self._began
        self.peak = max(self.peak, whole)
        if not self.samples or at - self.samples[-1]["at"] >= self._every:
            self.samples.append({"at": at, "mb": whole, **mb, **self._watch()})
            if len(self.samples) > MOST_SAMPLES:
                self.samples, self._every = thinned(self.samples), 2 * self._every


def thinned(samples: Sequence[Sample]) -> list[Sample]:
    """Return half as many samples: of two neighbours the larger of each value.

    >>> thinned([{"at": 1, "mb": 7}, {"at": 2, "mb": 5, "files": 3}, {"at": 3, "mb": 1}])
    [{'at': 2, 'mb': 7, 'files': 3}, {'at': 3, 'mb': 1}]
    """
    pairs = [samples[at : at + 2] for at in range(0, len(samples), 2)]
    return [
        {name: max(sample.get(name, 0) for sample in pair) for name in dict.fromkeys(name for sample in pair for name in sample)}
        for pair in pairs
    ]


def measure(
    command: Sequence[object],
    watch: Callable[[], Mapping[str, float]] = dict,
    tell: Callable[[Watcher], None] = lambda _: None,
    **options,
) -> Measured:
    """Run a command to its end and return what it took; ``options`` are subprocess's.

    ``watch`` is asked with every sample for more figures, ``tell`` is called after every look. When this is interrupted, so is the command.
    Raises CommandFailed where it ends with another code than 0.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        run = subprocess.Popen([str(word) for word in command], stdout=out, stderr=err, **options)
        watcher, status, usage = Watcher(run.pid, watch), None, None
        try:
            while True:
                pid, status, usage = os.wait4(run.pid, os.WNOHANG)
                if pid:
                    break
                watcher.look()
                tell(watcher)
                time.sleep(EVERY if time.monotonic() - began > 2 else 0.02)
        except BaseException:
            with suppress(ProcessLookupError):
                run.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                run.wait(30)
            run.kill()
            raise
        run.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - began
        out.seek(0)
        err.seek(0)
        stdout, stderr = out.read().decode(errors="replace"), err.read().decode(errors="replace")
    if run.returncode:
        raise CommandFailed(f"{' '.join(map(str, command))}: exit code {run.returncode}\n{stderr.strip()[-2000:]}")
    return measured(watcher, wall, usage.ru_utime + usage.ru_stime, stdout, stderr)


def measured(watcher: Watcher, wall: float, waited_for: float, stdout: str, stderr: str) -> Measured:
    """Return what was seen of a command that has ended; what was not seen of it was done by its first process."""
    cpu_of: dict[str, float] = {}
    for pid, seconds in watcher.cpu.items():
        cpu_of[watcher.roles[pid]] = cpu_of.get(watcher.roles[pid], 0.0) + seconds
    cpu = max(waited_for, sum(cpu_of.values()))
    cpu_of["main"] = cpu_of.get("main", 0.0) + cpu - sum(cpu_of.values())
    workers = [seconds for pid, seconds in watcher.cpu.items() if watcher.roles[pid] == "workers"]
    return Measured(0, wall, cpu, watcher.peak, cpu_of, workers, watcher.samples, stdout, stderr)
