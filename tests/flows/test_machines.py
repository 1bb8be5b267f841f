"""A worker with other code, or one that does not see the home or the source, refuses by name: nothing is quarantined for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

from flows.pipeline import machines, processing
from flows.pipeline.batches import Batch, Outcome
from flows.pipeline.machines import UnfitWorkerError
from flows.pipeline.processing import process_folder
from flows.pipeline.runners import DASK, RunnerError, opened_runner
from flows.shared.versions import code_version
from tests.flows.test_runners import batches
from tests.home import PATIENCE
from warehouse import sample

LACKS_DASK = find_spec("distributed") is None


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(batches(tmp_path)[0])


def elsewhere(monkeypatch) -> None:
    """Let this process take itself for one on another machine than the one that planned the batch."""
    for module in (machines, processing):
        monkeypatch.setattr(module, "gethostname", lambda: "worker-7")


def test_a_worker_with_other_code_refuses_by_name(folder, monkeypatch):
    elsewhere(monkeypatch)
    monkeypatch.setattr(machines, "code_version", lambda: "0ther0ther00")
    with pytest.raises(UnfitWorkerError, match=rf"worker on worker-7 .* has version 0ther0ther00 .* the run has {code_version()}"):
        process_folder(str(folder))
    assert not (folder / "done.json").exists() and not (folder / "audited").exists()


def test_a_worker_that_does_not_see_the_source_fails_and_names_machine_and_path(folder, monkeypatch):
    elsewhere(monkeypatch)
    batch = Batch.read(folder)
    moved_away(folder, batch)
    with pytest.raises(UnfitWorkerError, match=r"worker on worker-7 .* does not reach /not/here/0.txt: .*No such file"):
        process_folder(str(folder))
    assert not (folder / "done.json").exists()


def moved_away(folder: Path, batch: Batch) -> None:
    """Let the batch name files where there are none."""
    replace(
        batch, files=tuple(replace(file, location=f"/not/here/{n}.txt", file_id=f"{n:016x}") for n, file in enumerate(batch.files))
    ).write(folder)


def test_another_file_at_the_same_path_of_another_machine_is_not_taken_for_a_change(folder, tmp_path, monkeypatch):
    elsewhere(monkeypatch)
    batch = Batch.read(folder)
    other = tmp_path / "other.txt"
    other.write_text("另一份文件", "utf-8")
    replace(batch, files=(replace(batch.files[0], location=str(other)),)).write(folder)
    with pytest.raises(UnfitWorkerError, match="other.txt: another file lies there"):
        process_folder(str(folder))


def test_a_file_that_went_where_it_was_planned_is_quarantined_alone_as_ever(folder):
    batch = Batch.read(folder)
    moved_away(folder, batch)
    process_folder(str(folder))
    done = Outcome.read(folder)
    assert {row["reason"] for row in done.quarantine} == {"cannot be read"} and len(done.quarantine) == len(batch.files)


def test_a_worker_that_does_not_see_the_home_says_so(monkeypatch):
    elsewhere(monkeypatch)
    with pytest.raises(UnfitWorkerError, match="worker-7 .* does not reach /not/here/staging/b1"):
        process_folder("/not/here/staging/b1")


@pytest.mark.skipif(LACKS_DASK, reason="the package distributed is not installed")
def test_a_cluster_is_checked_before_any_work(folder, tmp_path):
    page = str(next(Path(str(sample.path())).rglob("*.txt")))
    with cluster() as address:
        for check, error, words in (
            (partial(machines.check_machine, str(folder), page, "0ther0ther00"), UnfitWorkerError, "the run has 0ther0ther00"),
            (
                partial(machines.check_machine, str(folder), "/not/here/1.txt", code_version()),
                UnfitWorkerError,
                "does not reach /not/here/1.txt",
            ),
            (partial(machines.check_machine, "/not/here", page, code_version()), UnfitWorkerError, "does not reach /not/here:"),
            (partial(int, "no check"), RunnerError, "cannot say which code it has"),
        ):
            with pytest.raises(error, match=words), opened_runner(DASK, 1, address, check):
                pytest.fail("work began")
        with opened_runner(DASK, 1, address, partial(machines.check_machine, str(folder), page, code_version())) as run:
            assert run(str, str(tmp_path)) == str(tmp_path)


@contextmanager
def cluster() -> Iterator[str]:
    """Start a Dask cluster of one worker, in a process of its own, and give its address."""
    program = """if __name__ == "__main__":
        from distributed import LocalCluster
        with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as started:
            print(started.scheduler_address, flush=True)
            input()
    """
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.communicate("\n", timeout=PATIENCE)
