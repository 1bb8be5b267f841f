"""Whoever processes the batches, the rows are the same, and a worker that dies costs only the batch it had in hand."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import pytest

from flows.pipeline import planning, survey
from flows.pipeline.processing import process_folder
from flows.pipeline.request import Request, Run
from flows.pipeline.runners import ATTEMPTS, DASK, PROCESSES, RAY, THREADS, RunnerError, opened_runner
from flows.shared.versions import code_version
from tests.bench.measure import role_of, tree
from tests.home import PATIENCE
from transforms.paths import compile_pattern
from transforms.rows import file_id_of
from warehouse import sample
from warehouse.home import Home
from warehouse.sources import find_raw_files

ROOT = Path(__file__).parents[2]
NEEDED = {DASK: "distributed", RAY: "ray"}


def given(kind: str):
    """Return the kind as a parameter that is skipped where its package is missing."""
    package = NEEDED.get(kind)
    missing = package is not None and find_spec(package) is None
    return pytest.param(kind, marks=pytest.mark.skipif(missing, reason=f"the package {package} is not installed"))


def batches(staging: Path) -> list[str]:
    """Write the batches of the sample, about two pages each, and return their folders."""
    run = Run("run", datetime(2025, 3, 8))
    asked, pattern = Request(Home(staging), str(sample.path()), sample.PATTERN), compile_pattern(sample.PATTERN)
    files = []
    for raw in find_raw_files(str(sample.path())):
        data = raw.read()
        lead = survey.found_path(raw, file_id_of(data), asked, pattern)
        files.append((planning.batch_file(lead, file_id_of(data), raw.location, ""), len(data)))
    folders = []
    for batch in planning.cut_batches(files[:4], 9_000, run, code_version()):
        batch.write(staging / batch.batch_id)
        folders.append(str(staging / batch.batch_id))
    return folders


def made(folders: list[str]) -> dict[str, bytes]:
    """Return the bytes of every audited Parquet file."""
    return {
        str(path.relative_to(Path(folder).parent)): path.read_bytes()
        for folder in folders
        for path in Path(folder).glob("audited/*.parquet")
    }


def run_all(kind: str, work, folders: list[str]) -> list[str]:
    """Do the work for all folders at once with two workers."""
    with opened_runner(kind, 2) as run, ThreadPoolExecutor(8) as waiting:
        return list(waiting.map(lambda folder: run(work, folder), folders))


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory):
    """What a single process makes of the batches, one after the other."""
    folders = batches(tmp_path_factory.mktemp("one"))
    assert len(folders) >= 2
    return made([process_folder(folder) for folder in folders])


def test_threads_make_the_same_rows_byte_for_byte(one_by_one, tmp_path):
    assert made(run_all(THREADS, process_folder, batches(tmp_path))) == one_by_one


def attempts_at(folder: str | Path) -> list[str]:
    """Return the processes that began with a batch."""
    return (Path(folder) / "attempts").read_text().splitlines()


def die_in_the_middle(folder: str) -> str:
    """Process a batch; on the one that is marked, the first worker is killed when rows are staged and not yet audited."""
    path = Path(folder)
    with (path / "attempts").open("a") as attempts:
        attempts.write(f"{os.getpid()}\n")
    if (path / "deadly").exists() and len(attempts_at(folder)) == 1:
        Thread(target=kill_when_staged, args=(path,), daemon=True).start()
    return process_folder(folder)


def kill_when_staged(path: Path) -> None:
    while not list(path.glob("staged/*")):
        time.sleep(0.0005)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("kind", [PROCESSES, given(DASK), given(RAY)])
def test_a_worker_killed_in_the_middle_costs_its_batch_and_no_row(kind, one_by_one, tmp_path):
    folders = batches(tmp_path)
    (Path(folders[1]) / "deadly").touch()
    assert made(run_all(kind, die_in_the_middle, folders)) == one_by_one
    attempts = [attempts_at(folder) for folder in folders]
    assert len(attempts[1]) == 2 and len(set(attempts[1])) == 2
    assert [len(some) for some in attempts if some is not attempts[1]] == [1] * (len(folders) - 1)


def die_where_marked(folder: str) -> str:
    """Note the attempt, and die on the batch that is marked."""
    path = Path(folder)
    with (path / "attempts").open("a") as attempts:
        attempts.write(f"{os.getpid()}\n")
    if (path / "deadly").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return folder


@pytest.mark.parametrize("kind", [PROCESSES, given(DASK), given(RAY)])
def test_a_batch_that_kills_every_worker_is_given_up(kind, tmp_path):
    folders = [tmp_path / name for name in ("good", "bad")]
    for folder in folders:
        folder.mkdir()
    (folders[1] / "deadly").touch()
    with pytest.raises(RunnerError, match="bad: 3 workers died on this batch"):
        run_all(kind, die_where_marked, list(map(str, folders)))
    assert len(attempts_at(folders[1])) == ATTEMPTS
    assert attempts_at(folders[0])


def hang(folder: str) -> str:
    """Wait for what does not come."""
    time.sleep(60)
    return folder


HANG = """
from flows.pipeline import runners
from tests.flows.test_runners import PROCESSES, hang, run_all
runners.BATCH_SECONDS = 0.5
run_all(PROCESSES, hang, ["batch"])
"""


def test_a_batch_that_hangs_is_given_up():
    done = subprocess.run([sys.executable, "-c", HANG], capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT)
    assert re.search(r"RunnerError: batch: 3 workers died on this batch, .* because it took longer than 0.5 seconds", done.stderr)
    assert done.stderr.count("Timeout") == ATTEMPTS and "in hang" in done.stderr, "each says where it hung"


def test_what_cannot_be_had_is_said():
    with pytest.raises(RunnerError, match="threads, processes, dask, ray"):
        opened_runner("slurm", 2)
    with pytest.raises(RunnerError, match="takes no address"):
        opened_runner(PROCESSES, 2, "tcp://scheduler:8786")


def workers_of_this_process() -> list[int]:
    return [process.pid for process in tree(os.getpid()) if role_of(process.pid, os.getpid()) == "workers"]


def test_when_the_batches_are_done_no_process_keeps_their_memory(tmp_path):
    with opened_runner(PROCESSES, 2) as run:
        run(str, str(tmp_path))
        assert workers_of_this_process()
    assert not workers_of_this_process()
    assert run_all(PROCESSES, str, [str(tmp_path)]) == [str(tmp_path)]


RUN = """
import os, sys
from pathlib import Path
from flows.shared.settings import apply_prefect_settings
from warehouse.home import Home
apply_prefect_settings(Home(Path(sys.argv[1])))
from flows.orchestration.embedded_server import embedded_server
with embedded_server():
    import flows.pipeline.processing
    from flows.orchestration.stages import process_batch
    from flows.pipeline.runners import PROCESSES, RunnerError, opened_runner
    from tests.flows.test_runners import die_where_marked
    flows.pipeline.processing.process_folder = die_where_marked
    with opened_runner(PROCESSES, 1) as run:
        try:
            process_batch(run, sys.argv[2], 1, 1)
        except RunnerError as error:
            print(error)
"""


def test_a_run_gives_a_batch_up_after_as_many_workers_as_it_says(tmp_path):
    """The task that waits for a batch does not begin anew what the runner has given up."""
    batch = tmp_path / "bad"
    batch.mkdir()
    (batch / "deadly").touch()
    done = subprocess.run([sys.executable, "-c", RUN, tmp_path / "home", batch], capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT)
    assert f"{ATTEMPTS} workers died" in done.stdout, done.stdout + done.stderr
    assert len(attempts_at(batch)) == ATTEMPTS
