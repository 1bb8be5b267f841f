"""Whoever processes the batches, the rows are the same, and a worker that dies costs only the batch it had in hand."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from flows import stages
from flows.process import process_batch
from flows.runners import ATTEMPTS, DASK, PROCESSES, RAY, THREADS, RunnerError, opened_runner
from transforms.paths import compile_pattern
from transforms.rows import file_id_of
from warehouse import sample
from warehouse.sources import discover

NEEDED = {DASK: "distributed", RAY: "ray"}


def given(kind: str):
    """Return the kind as a parameter that is skipped where its package is missing."""
    package = NEEDED.get(kind)
    missing = package is not None and find_spec(package) is None
    return pytest.param(kind, marks=pytest.mark.skipif(missing, reason=f"the package {package} is not installed"))


def batches(staging: Path) -> list[str]:
    """Write the batches of the sample, about two pages each, and return their folders."""
    run = stages.Run("run", datetime(2025, 3, 8))
    pattern = compile_pattern(sample.PATTERN)
    files = []
    for raw in discover(str(sample.path())):
        data = raw.read()
        files.append((stages.batch_file(raw, file_id_of(data), pattern), len(data)))
    folders = []
    for batch in stages.cut_batches(files[:4], 9_000, run, "code"):
        batch.write(staging / batch.batch_id)
        folders.append(str(staging / batch.batch_id))
    return folders


def made(folders: list[str]) -> dict[str, bytes]:
    """Return the bytes of every audited Parquet file."""
    return {str(path.relative_to(Path(folder).parent)): path.read_bytes() for folder in folders for path in Path(folder).glob("audited/*.parquet")}


def run_all(kind: str, work, folders: list[str]) -> list[str]:
    """Do the work for all folders at once with two workers."""
    with opened_runner(kind, 2) as run, ThreadPoolExecutor(8) as waiting:
        return list(waiting.map(lambda folder: run(work, folder), folders))


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory):
    """What a single process makes of the batches, one after the other."""
    folders = batches(tmp_path_factory.mktemp("one"))
    assert len(folders) >= 2
    return made([process_batch(folder) for folder in folders])


@pytest.mark.parametrize("kind", [THREADS, PROCESSES, given(DASK), given(RAY)])
def test_the_rows_are_the_same_byte_for_byte(kind, one_by_one, tmp_path):
    assert made(run_all(kind, process_batch, batches(tmp_path))) == one_by_one


def die_once(folder: str) -> str:
    """Note the attempt; on the batch that is marked, die at the first one, while the other worker is busy."""
    path = Path(folder)
    with (path / "attempts").open("a") as attempts:
        attempts.write(f"{os.getpid()}\n")
    if (path / "deadly").exists() and len((path / "attempts").read_text().splitlines()) <= int((path / "deadly").read_text()):
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.3)
    return folder


def folders_with_a_deadly_one(where: Path, n_deaths: int) -> list[str]:
    folders = [where / f"{number}" for number in range(6)]
    for folder in folders:
        folder.mkdir()
    (folders[2] / "deadly").write_text(f"{n_deaths}")
    return [str(folder) for folder in folders]


@pytest.mark.parametrize("kind", [PROCESSES, given(DASK), given(RAY)])
def test_a_worker_that_is_killed_costs_only_its_batch(kind, tmp_path):
    folders = folders_with_a_deadly_one(tmp_path, 1)
    assert run_all(kind, die_once, folders) == folders
    attempts = [len((Path(folder) / "attempts").read_text().splitlines()) for folder in folders]
    assert attempts[2] == 2
    if kind == PROCESSES:
        assert attempts == [1, 1, 2, 1, 1, 1]


def test_a_batch_that_kills_every_worker_is_given_up(tmp_path):
    folders = folders_with_a_deadly_one(tmp_path, 1000)
    with pytest.raises(RunnerError, match="workers died on this batch"):
        run_all(PROCESSES, die_once, folders)
    assert len((Path(folders[2]) / "attempts").read_text().splitlines()) == ATTEMPTS


def test_what_cannot_be_had_is_said():
    with pytest.raises(RunnerError, match="threads, processes, dask, ray"):
        opened_runner("slurm", 2)
    with pytest.raises(RunnerError, match="takes no address"):
        opened_runner(PROCESSES, 2, "tcp://scheduler:8786")
