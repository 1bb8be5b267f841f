"""Kill runs at random moments and see that nothing is lost: ``python -m tests.bench.crash --times 200``.

Each round kills a run with SIGKILL after a random while, sometimes a second one too, then runs the plain command again. The
warehouse must then equal that of an undisturbed run, row by row; no process, lock or temporary file may stay; and a reader that
polls the published file all the time must never meet one that it cannot read.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from flows.orphans import OWNER
from tests.home import all_rows, dibao
from warehouse import sample, schema
from warehouse.home import Home

OF_A_RUN = frozenset({"run_id", "ingested_at", "batch_id", "source"})
"""Columns that differ between two runs over the same files."""
COMPARED = (*(table for table in schema.TABLES.values() if table.layer in ("page", "corpus")),)


@dataclass
class Poller:
    """Opens the published file again and again in a thread, as a reader would, and keeps what went wrong."""

    path: Path
    n_read: int = 0
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
        while not self._stop.wait(0.2):
            if self.path.exists():
                try:
                    with duckdb.connect(str(self.path), read_only=True) as con:
                        con.execute("SELECT count(*) FROM articles JOIN raw_files USING (file_id)").fetchall()
                    self.n_read += 1
                except duckdb.Error as error:
                    self.faults.append(str(error))


def start(home: Path, source: Path) -> subprocess.Popen:
    """Start a run in the background."""
    command = [sys.executable, "-m", "flows.cli", "run", str(source), "--pattern", sample.PATTERN, "--home", str(home)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def stage_of(home: Home) -> str:
    """Return how far a run has come, by what it left."""
    if home.manifest.exists():
        return "published" if home.published.exists() else "publish"
    if home.staging.exists():
        return "load" if list(home.staging.glob("*/done.json")) else "process"
    return "plan" if home.work.exists() else "start"


def processes_of(home: Path) -> list[int]:
    """Return the processes that a run on this home started and that are still there."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if OWNER.encode() in environment and f"PREFECT_HOME={home / 'prefect'}".encode() in environment:
            found.append(int(folder.name))
    return found


def leftovers(home: Path) -> list[str]:
    """Return temporary files that are still there; Prefect's database is its own."""
    return [str(path) for path in home.rglob("*") if ".tmp" in path.name and "prefect" not in path.parts]


def differences(home: Path, undisturbed: Path) -> list[str]:
    """Return the tables whose rows are not those of an undisturbed run."""
    found, wanted = all_rows(home, OF_A_RUN), all_rows(undisturbed, OF_A_RUN)
    return [table.name for table in COMPARED if found[table.name] != wanted[table.name]]


def recovered(home: Path, source: Path, undisturbed: Path) -> list[str]:
    """Run the plain command and return what is not as it should be after it."""
    done = dibao("run", source, "--pattern", sample.PATTERN, home=home)
    faults = [f"exit code {done.returncode}: {done.stderr.strip()}"] if done.returncode else []
    time.sleep(1)
    faults += [f"{table}: rows differ" for table in differences(home, undisturbed)]
    faults += [f"process {pid} is still there" for pid in processes_of(home)]
    return faults + [f"{name} is still there" for name in leftovers(home)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--times", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    wanted = arguments.parse_args()
    chance = random.Random(wanted.seed)
    stages: Counter[str] = Counter()
    n_read, faults = 0, []
    with tempfile.TemporaryDirectory() as scratch:
        undisturbed = Path(scratch, "undisturbed")
        started = time.monotonic()
        if dibao("run", sample.path(), "--pattern", sample.PATTERN, home=undisturbed).returncode:
            raise SystemExit("the undisturbed run failed")
        usual = time.monotonic() - started
        for number in range(1, wanted.times + 1):
            home = Path(scratch, "home")
            shutil.rmtree(home, ignore_errors=True)
            with Poller(home / "dibao.duckdb") as reader:
                for _ in range(chance.choice((1, 1, 2))):
                    run = start(home, sample.path())
                    time.sleep(chance.uniform(0.1, usual))
                    stages[stage_of(Home(home))] += 1
                    os.kill(run.pid, signal.SIGKILL)
                    run.wait()
                found = recovered(home, sample.path(), undisturbed)
            n_read += reader.n_read
            faults += found + reader.faults
            print(f"{number} of {wanted.times}: {'; '.join(found + reader.faults) or 'recovered'}", flush=True)
    print(f"killed in: {dict(stages)}; the reader read {n_read} times; faults: {len(faults)}")


if __name__ == "__main__":
    main()
