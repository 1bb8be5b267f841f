"""The whole job and its stages: what the command takes, and what each stage takes that is called by itself without Prefect.

``python -m tests.bench`` calls this; ``python -m tests.bench.stages PAGES HOME`` prints the stages one by one as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tests.bench.measure import Measured, measure

IN_WORKERS = ("read", "stage", "audit")
VALIDATION = ("audit", "check", "report")
IMPORTS = {
    "Python": "pass",
    "Prefect": "import prefect.flows, prefect.client.orchestration",
    "Great Expectations": "import great_expectations",
    "pandas": "import pandas",
    "pyarrow": "import pyarrow.parquet",
    "DuckDB": "import duckdb",
    "transforms, with what they load": "from transforms.rows import *; read_file('区长王小明3月4日说，“好”。'.encode(), RawFileFacts('', ''))",
}


def folder_bytes(folder: Path) -> int:
    """Return the size of all files below a folder, one that has several names once."""
    found = [os.stat(path, follow_symlinks=False) for path, _ in files_below(folder)]
    return sum({(file.st_dev, file.st_ino): file.st_size for file in found}.values())


def files_below(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield path and size of all files below a folder; those that go while it is looked at do not count."""
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            try:
                yield path, os.stat(path).st_size
            except OSError:
                continue


def run_command(pages: Path, home: Path, workers: int, *more: str) -> list[str]:
    """Return the command that runs pages into a home."""
    return [sys.executable, "-m", "flows.cli", "run", str(pages), "--home", str(home), "--workers", str(workers), "--json", *more]


def whole(pages: Path, home: Path, workers: int, **watching) -> dict[str, object]:
    """Run the command on a folder and return what it took, all of it: start, workers, Prefect with its server, Great Expectations."""
    return figures_of(measure(run_command(pages, home, workers), **watching), pages, home)


def figures_of(run: Measured, pages: Path, home: Path) -> dict[str, object]:
    """Return the figures of a run that has ended."""
    summary = json.loads(run.stdout)
    mb = folder_bytes(pages) / 1e6
    shares = shares_of(run, summary["seconds"])
    return {
        "mb": mb,
        "pages": summary["n_files_seen"],
        "new_pages": summary["n_files_new"],
        "status": summary["status"],
        "quarantined": summary["n_quarantined"],
        "articles": summary["counts"].get("articles", 0),
        **run.figures(),
        "mb_per_cpu_second": mb / run.cpu,
        "articles_per_cpu_second": summary["counts"].get("articles", 0) / run.cpu,
        "articles_per_second": summary["counts"].get("articles", 0) / run.wall,
        "stages": shares,
        "duckdb_mb": (home / "dibao.duckdb").stat().st_size / 1e6,
        "parquet_mb": folder_bytes(home / "lake") / 1e6,
        "home_mb": folder_bytes(home) / 1e6,
        "samples": run.samples,
    }


def shares_of(run: Measured, stages: dict[str, float]) -> dict[str, float]:
    """Return CPU seconds by stage, and what no stage took: Prefect with its server and what it imports, workers' start."""
    in_workers = sum(stages.get(name, 0.0) for name in IN_WORKERS)
    started = run.cpu_of.get("workers", 0.0)
    here = sum(stages.values()) - (in_workers if started else 0.0)
    return {
        **stages,
        "Prefect, imports": run.cpu_of["main"] - here,
        "start of the workers": max(0.0, started - in_workers) + run.cpu_of.get("other", 0.0),
    }


def share(figures: dict, *names: str) -> float:
    """Return the share of some stages in the CPU seconds of a run."""
    return sum(figures["stages"].get(name, 0.0) for name in names) / figures["cpu_seconds"]


def imports() -> dict[str, float]:
    """Return the CPU seconds that imports take, each in a process of its own that imports nothing else."""
    return {name: measure([sys.executable, "-c", code]).cpu for name, code in IMPORTS.items()}


def by_themselves(pages: Path, home: Path) -> dict[str, float]:
    """Return the CPU seconds of the stages, called one after another in a process of their own."""
    return json.loads(measure([sys.executable, "-m", "tests.bench.stages", pages, home]).stdout)


def one_by_one(pages: Path, home: Path) -> dict[str, float]:
    """Call the stages one after another in this process, without Prefect, and return the CPU seconds of each."""
    seconds: dict[str, float] = {}

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        began = time.process_time()
        yield
        seconds[name] = seconds.get(name, 0.0) + time.process_time() - began

    with timed("imports"):
        from expectations import audit  # noqa: F401 what the first batch would import
        from flows.pipeline import committing, loading, planning, processing, publishing, staging
        from flows.pipeline.request import Request, Run
        from warehouse import store
        from warehouse.home import Home
    place, run = Home(home.absolute()), Run("bench", datetime(2025, 1, 1))
    with place.lock(), store.opened_build(place, loading.restore) as con:
        with timed("plan"):
            plan = planning.plan_run(con, Request(place, str(pages)), run)
            folders = staging.prepare_folders(place, plan)
        for folder in folders:
            processing.process_folder(folder)
        seconds.update(staging.worker_seconds(folders))
        seconds["audit's frames, without Great Expectations"] = sum(
            frames_alone(Path(folder, "audited"), run.started_at) for folder in folders
        )
        with timed("load"):
            loaded = loading.load_batches(con, plan, folders, run)
        with timed("complete"):
            loaded = loading.complete_warehouse(con, loaded)
        with timed("check"):
            loaded = loading.check_loaded(con, loaded, run, 1.0)
        with timed("commit"):
            committing.commit_run(place, con, plan, loaded, run)
        with timed("publish"):
            publishing.publish_release(place, con)
    with timed("report"):
        publishing.write_home_report(place)
    with timed("report"):
        publishing.write_data_docs(place, loaded.findings.validations)
    return seconds


def frames_alone(audited: Path, checked_at: datetime) -> float:
    """Return the CPU seconds that the frames of the audit take, with all that is worked out in SQL, on what passed it."""
    from expectations.contracts import contracts
    from expectations.frames import frame_of, staged

    with staged({path.stem: path for path in audited.glob("*.parquet")}, checked_at) as con:
        began = time.process_time()
        for contract in contracts().values():
            frame_of(con, contract)
        return time.process_time() - began


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("pages", type=Path)
    arguments.add_argument("home", type=Path)
    wanted = arguments.parse_args()
    print(json.dumps(one_by_one(wanted.pages, wanted.home)))


if __name__ == "__main__":
    main()
