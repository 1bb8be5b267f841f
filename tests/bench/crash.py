"""Kill and disturb runs in every stage and see that nothing is lost: ``python -m tests.bench.crash --times 200``.

Each round disturbs a run, sometimes a second one too, then runs the same command again. Two of three are killed with SIGKILL at a random
moment of a random stage; the others get SIGTERM or SIGINT, once or twice, or may not write files
beyond a random size.
The warehouse must then equal that of an undisturbed run, row by row, and ``dibao verify`` must find nothing; no process, lock or
temporary file may stay; and a reader that polls the published file all the time must never meet one that it cannot read, nor one that
is neither the state before nor the state after. Every other round begins with a home that holds an earlier state of the pages: then a
page is new, one has changed, one is gone.

Most runs are forked from a process that has imported everything, and share one Prefect server: 5 CPU seconds instead of 20. Every
``--plain``-th round is the command itself with the server that it brings along and workers of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

import duckdb

from flows.shared.orphans import owned_processes
from flows.shared.settings import EMBEDDED, QUIET
from tests.bench.measure import process_of, tree
from tests.home import all_rows
from warehouse import sample, schema
from warehouse.home import Home

OF_A_RUN = frozenset({"run_id", "ingested_at", "batch_id", "source"})
"""Columns that differ between two runs over the same files."""
COMPARED = (*(table for table in schema.TABLES.values() if table.layer in ("page", "corpus")),)
IMPORTED = [
    "flows.orchestration.ingest",
    "flows.pipeline.processing",
    "expectations.audit",
    "expectations.docs",
    "expectations.warehouse_checks",
    "expectations.gx",
    "great_expectations",
]
"""What a forked run finds imported."""


@dataclass
class Poller:
    """Opens the published file again and again in a thread, as a reader would; keeps what it saw and what went wrong."""

    path: Path
    n_read: int = 0
    n_articles: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Poller:
        self._thread = threading.Thread(target=self._poll)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _poll(self) -> None:
        was_there = False
        while not self._stop.wait(0.2):
            was_there = was_there or self.path.exists()
            if was_there:
                try:
                    with duckdb.connect(str(self.path), read_only=True) as con:
                        rows = con.execute("SELECT count(*) FROM articles JOIN raw_files USING (file_id)").fetchall()
                    self.n_articles.add(rows[0][0])
                    self.n_read += 1
                except duckdb.Error as error:
                    self.faults.append(str(error))


# --- runs -------------------------------------------------------------------------------------------------------------


class Running(Protocol):
    """A command that is under way."""

    pid: int

    def poll(self) -> int | None: ...

    def wait(self) -> int: ...


def start(*arguments: object, said: Path | None = None) -> subprocess.Popen:
    """Start the command ``dibao`` in the background; what it says goes into a file, or nowhere."""
    with open(said or os.devnull, "wb") as out:
        return subprocess.Popen([sys.executable, "-m", "flows.cli", *map(str, arguments)], stdout=out, stderr=out)


@dataclass
class Forked:
    """A command in a process that was forked from one that has imported everything."""

    process: multiprocessing.process.BaseProcess

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self) -> int:
        self.process.join()
        return self.process.exitcode or 0


def be_command(arguments: Sequence[str], said: Path | None, prepare: Callable[[], object] | None) -> None:
    """Be the command ``dibao`` in this process."""
    from flows.cli.app import main

    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by what a shell starts in the background, and by its children
    if prepare:
        prepare()
    with open(said or os.devnull, "wb") as out:
        for number in (1, 2):
            os.dup2(out.fileno(), number)
    sys.exit(main(arguments))


@contextmanager
def forking() -> Iterator[Callable[..., Forked]]:
    """Give a function like ``start`` that forks; its runs share a Prefect server, which ends with the block.

    ``prepare`` is called in the process before it is the command.
    """
    from prefect.server.api.server import SubprocessASGIServer

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(IMPORTED)

    def fork(*arguments: object, said: Path | None = None, prepare: Callable[[], object] | None = None) -> Forked:
        process = context.Process(target=be_command, args=([*map(str, arguments)], said, prepare))
        process.start()
        return Forked(process)

    os.environ.update({name: value for name, value in {**QUIET, **EMBEDDED}.items() if name not in os.environ})
    server = SubprocessASGIServer()
    server.start(timeout=120)
    os.environ["PREFECT_API_URL"] = server.api_url
    try:
        fork("--help").wait()  # the process that forks is there, and knows the server
    finally:
        del os.environ["PREFECT_API_URL"]
    try:
        yield fork
    finally:
        server.stop()


def run_arguments(home: Path, source: Path, *more: str) -> tuple[object, ...]:
    """Return the command line of a run."""
    return ("run", source, "--pattern", sample.PATTERN, "--retire", "--home", home, *more)


# --- how far a run has come -------------------------------------------------------------------------------------------


def files(folder: Path, pattern: str) -> tuple:
    """Return what tells that files have come, gone or been replaced."""
    found = []
    for path in folder.glob(pattern):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        found.append((path.name, path.parent.name, status.st_ino, status.st_mtime_ns))
    return tuple(sorted(found))


SIGNS: tuple[tuple[str, Callable[[Home], tuple]], ...] = (
    ("process", lambda home: files(home.staging, "*/batch.json")),
    ("audit", lambda home: files(home.staging, "*/audited")),
    ("load", lambda home: files(home.staging, "*/done.json")),
    ("commit", lambda home: files(home.lake, "*/*.parquet")),
    ("publish", lambda home: files(home.lake, "manifest.json")),
    ("release", lambda home: files(home.path, "dibao.duckdb")),
    ("report", lambda home: files(home.releases, "*.json")),
    ("report", lambda home: files(home.path, "report.html")),
)
"""What changes in a home when a stage begins."""
STAGES = ("plan", *(stage for stage, _ in SIGNS))


@dataclass
class Progress:
    """How far a run has come, by what it leaves in its home."""

    home: Home
    run: Running
    reached: int = 0
    began: dict[str, float] = field(default_factory=dict)
    """CPU seconds of the run when a stage was seen to begin."""

    def __post_init__(self) -> None:
        self.before = [sign(self.home) for _, sign in SIGNS]

    @property
    def stage(self) -> str:
        return STAGES[self.reached]

    def cpu(self) -> float:
        """Return the CPU seconds of the run; only the command itself has workers, a forked one reads its few pages in a thread."""
        pid = self.run.pid
        if isinstance(self.run, subprocess.Popen):
            return sum(process.cpu for process in tree(pid))
        return process.cpu if (process := process_of(pid)) else 0.0

    def look(self) -> None:
        """Look whether the run has come further."""
        for number in range(self.reached, len(SIGNS)):
            found = SIGNS[number][1](self.home)
            if found and found != self.before[number]:
                self.reached = number + 1
        self.began.setdefault(self.stage, self.cpu())

    def follow(self, until: Callable[[], bool] = lambda: False) -> bool:
        """Follow the run until something is the case; False where it ended before."""
        while self.run.poll() is None:
            self.look()
            if until():
                return True
            time.sleep(0.02)
        return False


def usual_seconds(progress: Progress, whole: float) -> dict[str, float]:
    """Return the CPU seconds of every stage of a run that was followed to its end."""
    marks = [(stage, progress.began[stage]) for stage in STAGES if stage in progress.began]
    ends = [began for _, began in marks[1:]] + [whole]
    return {stage: end - began for (stage, began), end in zip(marks, ends, strict=True)}


def kill_within(progress: Progress, stage: str, seconds: float, *signals: signal.Signals) -> str | None:
    """Send signals to a run when it has taken so many CPU seconds in a stage, and return the stage it was in; None where it ended before."""
    wanted = STAGES.index(stage)
    if not progress.follow(lambda: progress.reached >= wanted):
        return None
    began = progress.cpu()
    if not progress.follow(lambda: progress.cpu() - began >= seconds or progress.reached > wanted):
        return None
    for number in signals:
        with suppress(ProcessLookupError):
            os.kill(progress.run.pid, number)
    progress.run.wait()
    return progress.stage


KILLS = ((signal.SIGKILL,), (signal.SIGTERM,), (signal.SIGINT,), (signal.SIGINT, signal.SIGINT))


def limit_files(size: int) -> None:
    """Let no file that this process writes grow beyond a size."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


# --- what must hold afterwards ----------------------------------------------------------------------------------------


def processes_of(home: Path) -> list[int]:
    """Return the processes that a run on this home started and that are still there."""
    return [pid for pid, _ in owned_processes(home / "prefect")]


def leftovers(home: Path) -> list[str]:
    """Return temporary files, releases cut short and a lock that are still there; Prefect's database is its own."""
    found = [path for path in home.rglob("*") if (".tmp" in path.name or path.suffix == ".wal") and "prefect" not in path.parts]
    found += [path for path in Home(home).releases.glob("*.duckdb") if not path.with_suffix(".json").exists()]
    return [*map(str, found), *([f"{Home(home).lock_file}, held,"] if Home(home).lock_file.read_text("utf-8") else [])]


def differences(home: Path, undisturbed: Path) -> list[str]:
    """Return the tables whose rows are not those of an undisturbed run."""
    found, wanted = all_rows(home, OF_A_RUN), all_rows(undisturbed, OF_A_RUN)
    return [table.name for table in COMPARED if found[table.name] != wanted[table.name]]


def recovered(home: Path, source: Path, undisturbed: Path, start: Callable[..., Running] = start) -> list[str]:
    """Run the plain command and return what is not as it should be after it."""
    faults = []
    for arguments in (run_arguments(home, source), ("verify", "--home", home)):
        said = home.with_name(f"{arguments[0]}.txt")
        if code := start(*arguments, said=said).wait():
            faults.append(f"{arguments[0]}: exit code {code}: {said.read_text('utf-8').strip()}")
    time.sleep(1 if processes_of(home) else 0)  # a server that was told to end takes a moment
    faults += [f"{table}: rows differ" for table in differences(home, undisturbed)]
    faults += [f"process {pid} is still there" for pid in processes_of(home)]
    return faults + [f"{name} is still there" for name in leftovers(home)]


# --- the campaign -----------------------------------------------------------------------------------------------------


def first_pages(folder: Path) -> None:
    """Lay the pages of a first run: two days of the sample."""
    days = sorted(path for path in sample.path().glob("*/*") if path.is_dir())
    for day in days[:2]:
        shutil.copytree(day, folder / day.parent.name / day.name)


def later_pages(folder: Path) -> None:
    """Make them those of a later run: one page has changed, one is gone, one is new."""
    first, second, *_ = sorted(folder.rglob("*.txt"))
    first.write_text(first.read_text("utf-8").replace("云渡", "云津"), "utf-8")
    second.rename(second.with_name("09.txt"))
    second.write_text(first.read_text("utf-8").replace("3", "4"), "utf-8")


@dataclass
class Campaign:
    """What the rounds share, and what they found."""

    chance: random.Random
    scratch: Path
    usual: dict[str, dict[str, float]] = field(default_factory=dict)
    disturbed: Counter[str] = field(default_factory=Counter)
    n_read: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def source(self) -> Path:
        return self.scratch / "pages"

    def prepare(self, start: Callable[..., Running]) -> None:
        """Make what the rounds begin with and what they must end with: an empty home, and one that holds earlier pages."""
        first_pages(self.source)
        self.undisturbed(start, "earlier", None)
        later_pages(self.source)
        self.undisturbed(start, "fresh", None)
        self.undisturbed(start, "grown", "earlier")

    def undisturbed(self, start: Callable[..., Running], name: str, base: str | None) -> None:
        """Run once without a kill, and note the CPU seconds of every stage."""
        home = self.scratch / name
        if base:
            shutil.copytree(self.scratch / base, home)
        said = self.scratch / "undisturbed.txt"
        progress = Progress(Home(home), start(*run_arguments(home, self.source), said=said))
        whole = 0.0

        def never() -> bool:
            nonlocal whole
            whole = max(whole, progress.cpu())
            return False

        progress.follow(never)
        if progress.run.wait():
            raise SystemExit(f"the undisturbed run failed: {said.read_text('utf-8')}")
        self.usual[name] = usual_seconds(progress, whole)

    def round(self, start: Callable[..., Running], kind: str, *more: str) -> list[str]:
        """Kill one or two runs, recover, and return what is wrong then."""
        home = self.scratch / "home"
        shutil.rmtree(home, ignore_errors=True)
        if kind == "grown":
            shutil.copytree(self.scratch / "earlier", home)
        told: list[str] = []
        with Poller(home / "dibao.duckdb") as reader:
            for _ in range(self.chance.choice((1, 1, 2))):
                told += self.disturb(start, home, kind, more)
            found = told + recovered(home, self.source, self.scratch / kind, start)
        self.n_read += reader.n_read
        whole = {count_articles(self.scratch / name) for name in ("earlier", kind)}
        half = [f"a reader saw {n} articles, neither before nor after" for n in reader.n_articles - whole]
        return found + reader.faults + half

    def disturb(self, start: Callable[..., Running], home: Path, kind: str, more: Sequence[str]) -> list[str]:
        """Disturb one run and return what is wrong with how it ended."""
        said = self.scratch / "disturbed.txt"
        arguments = run_arguments(home, self.source, *more)
        way = self.chance.choice(("kill",) * 8 + ("signal",) * 2 + ("file size",))
        if way in ("kill", "signal") or more:
            signals = KILLS[0] if way == "kill" else self.chance.choice(KILLS[1:])
            stage = self.chance.choice(STAGES)
            progress = Progress(Home(home), start(*arguments, said=said))
            reached = kill_within(progress, stage, self.chance.uniform(0, self.usual[kind].get(stage, 1)), *signals)
            self.disturbed[f"{' '.join(number.name for number in signals)} in {reached}" if reached else "ended before"] += 1
            if reached is None or way == "kill":
                return []
            run = progress.run
        else:
            run = start(*arguments, said=said, prepare=partial(limit_files, self.chance.randrange(10_000, 10_000_000)))
            self.disturbed[f"{way}, exit code {run.wait()}"] += 1
        words = said.read_text("utf-8")
        faults = [] if run.wait() in (0, 4) else [f"{way}: exit code {run.wait()}: {words}"]
        return faults + ([f"{way}: a traceback: {words}"] if "Traceback" in words else [])


def count_articles(home: Path) -> int:
    """Return how many articles a published warehouse holds."""
    with duckdb.connect(str(home / "dibao.duckdb"), read_only=True) as con:
        return con.execute("SELECT count(*) FROM articles").fetchall()[0][0]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--times", type=int, default=200, help="rounds (default: 200)")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--plain", type=int, default=20, metavar="N", help="every Nth round is the command itself (default: 20)")
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch, forking() as fork:
        campaign = Campaign(random.Random(wanted.seed), Path(scratch))
        campaign.prepare(fork)
        print(
            f"CPU seconds of the stages: { {kind: {stage: round(s, 2) for stage, s in usual.items()} for kind, usual in campaign.usual.items()} }",
            flush=True,
        )
        for number in range(1, wanted.times + 1):
            kind = "grown" if number % 2 else "fresh"
            is_plain = number % wanted.plain == 0
            found = campaign.round(start, kind, "--runner", "processes") if is_plain else campaign.round(fork, kind)
            campaign.faults += found
            print(f"{number} of {wanted.times}, {kind}{', plain' if is_plain else ''}: {'; '.join(found) or 'recovered'}", flush=True)
            print(f"  {dict(campaign.disturbed)}; the reader read {campaign.n_read} times; faults: {len(campaign.faults)}", flush=True)


if __name__ == "__main__":
    main()
