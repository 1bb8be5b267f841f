"""What the machine does to a run: each fault is told in words, the published warehouse stays as it was, the next run makes good.

The faults come one after the other to one home, then the same command runs undisturbed. The long form, at random moments, is
``python -m tests.bench.crash``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from functools import partial
from pathlib import Path

import duckdb
import pytest

from flows.cli.messages import error_message
from tests.bench.crash import STAGES, Progress, limit_files, recovered, run_arguments
from tests.home import all_rows, dibao
from tests.lost_store import lose_after
from warehouse import sample
from warehouse.home import Home

WHOLE = "What is published can be read; the same command goes on where this one was."


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    """Four pages that the sample does not hold."""
    folder = tmp_path_factory.mktemp("faults") / "pages"
    for number, path in enumerate(sorted(sample.path().rglob("*.txt"))[:4], 1):
        day = folder / "云津日报" / "2025-04-01"
        day.mkdir(parents=True, exist_ok=True)
        (day / f"{number:02}.txt").write_text(path.read_text("utf-8").replace("云渡", "云津"), "utf-8")
    return folder


@pytest.fixture(scope="module")
def undisturbed(ran, fork, pages, tmp_path_factory) -> Path:
    """A home that took the pages in without any fault."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(ran[0], home, ignore=shutil.ignore_patterns("prefect"))
    assert fork(*run_arguments(home, pages)).wait() == 0
    return home


@pytest.fixture(scope="module")
def home(ran, tmp_path_factory) -> Path:
    """The home that all the faults come to."""
    folder = tmp_path_factory.mktemp("disturbed") / "home"
    return shutil.copytree(ran[0], folder, ignore=shutil.ignore_patterns("prefect"))


@pytest.fixture
def fails(home, pages, fork, tmp_path):
    """Start a run, do something to it, see that it ends with 4 and that readers keep what they had; return what it said."""
    before = (home / "dibao.duckdb").stat()

    def run(source=pages, then=None, **how) -> str:
        said = tmp_path / "said.txt"
        running = fork(*run_arguments(home, source), said=said, **how)
        if then:
            then(running)
        code = running.wait()
        words = said.read_text("utf-8")
        assert code == 4, words
        assert "Traceback" not in words
        assert os.path.samestat((home / "dibao.duckdb").stat(), before)
        return words

    return run


def test_a_disk_that_is_full(home, pages, fork, undisturbed, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("a small disk can be mounted by root only")
    try:
        on_disk = shutil.copytree(home, disk / "home", ignore=shutil.ignore_patterns("prefect", "data_docs"))
        free = shutil.disk_usage(disk).free
        (disk / "ballast").write_bytes(b"\0" * (free - 5_000_000))
        said = tmp_path / "said.txt"
        assert fork(*run_arguments(on_disk, pages), said=said).wait() == 4
        words = said.read_text("utf-8")
        assert "The disk is full" in words and WHOLE in words and "Traceback" not in words
        (disk / "ballast").unlink()
        assert recovered(on_disk, pages, undisturbed, fork) == []
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_home_that_may_not_be_written_to(home, tmp_path):
    if os.geteuid():
        home.chmod(0o555)
        try:
            done = dibao("run", home=home)
        finally:
            home.chmod(0o755)
    else:  # root may write everywhere, but for a file system that is mounted read-only
        (tmp_path / "disk").mkdir()
        shown = tmp_path / "disk"
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", shown], capture_output=True).returncode:
            pytest.skip("root cannot be kept from writing here")
        try:
            done = dibao("run", home=shown / "home")
        finally:
            subprocess.run(["umount", "-l", shown], check=True)
    assert done.returncode == 4
    assert "ls -ld" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("answers", [1, 5], ids=["while looking for what is new", "while reading"])
def test_a_store_that_is_lost(fails, pages, answers):
    words = fails(source=f"lost://{pages}", prepare=partial(lose_after, answers))
    assert "3 files in a row cannot be read" in words and "Connection timed out" in words and "see that it is mounted" in words


@pytest.mark.parametrize(("number", "times"), [(signal.SIGTERM, 1), (signal.SIGINT, 2)], ids=["SIGTERM", "SIGINT twice"])
def test_a_signal(fails, home, number, times):
    def send(running) -> None:
        progress = Progress(Home(home), running)
        assert progress.follow(lambda: progress.reached >= STAGES.index("process"))
        for _ in range(times):
            os.kill(running.pid, number)

    assert fails(then=send) == f"dibao: stopped by {number.name}. The same command goes on where this one was.\n"


@pytest.mark.parametrize(
    "error", [MemoryError(), OSError(12, "Cannot allocate memory"), duckdb.OutOfMemoryException("Out of Memory Error: no")]
)
def test_want_of_memory_is_told_with_what_to_do(error, tmp_path):
    try:
        raise RuntimeError("the batch failed") from error
    except RuntimeError as found:
        assert "--workers" in error_message(found, "run", tmp_path)


def test_a_file_that_may_not_grow(fails):
    """This one comes last: the small files of the lake can be written, so that the next run has only to publish."""
    words = fails(prepare=partial(limit_files, 1_000_000))
    assert "ulimit -f" in words and WHOLE in words


def test_after_all_of_them_nothing_is_lost(home, pages, undisturbed, fork):
    assert recovered(home, pages, undisturbed, fork) == []
    left_out = frozenset({"run_id", "ingested_at", "batch_id", "source"})
    assert all_rows(home, left_out)["quarantine"] == all_rows(undisturbed, left_out)["quarantine"]


def test_two_runs_on_one_home(home, pages):
    with Home(home).lock():
        done = dibao("run", pages, home=home)
    assert done.returncode == 4
    assert f"process {os.getpid()} on " in done.stderr and "since " in done.stderr and "Wait until it ends" in done.stderr


def test_another_machine_that_has_not_let_go(home, pages):
    held = {"pid": 4711, "host": "qingpu", "boot": "another", "since": "2025-03-04 02:00:00 UTC"}
    lock = home / ".lock"
    lock.write_text(json.dumps(held), "utf-8")
    done = dibao("run", pages, home=home)
    assert done.returncode == 4
    assert "process 4711 on qingpu, since 2025-03-04 02:00:00 UTC" in done.stderr and f"delete {lock}" in done.stderr
    lock.unlink()
    with Home(home).lock():
        pass
