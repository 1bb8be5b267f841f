"""Memory is bounded: what DuckDB may not hold goes to disk, inside the home, and is gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from flows.pipeline.processing import Batch, BatchFile
from tests.home import dibao
from transforms.rows import file_id_of
from warehouse import store
from warehouse.home import Home

NEEDED_BYTES = 200_000_000
LARGE = f"CREATE TEMP TABLE large AS SELECT range AS number, repeat('x', 92) AS text FROM range({NEEDED_BYTES // 100})"


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    """A home on a path of its own, while the current folder is elsewhere."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    place = Home(tmp_path / "home")
    place.work.mkdir(parents=True)
    return place


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_too_much_goes_to_disk_inside_the_home(home, monkeypatch):
    monkeypatch.setenv("DIBAO_MEMORY", "50MB")
    con = store.connect(home.build)
    con.execute(LARGE)
    assert [name for name in names(home.work) if name.startswith(".spill")], names(home.work)
    assert con.execute("SELECT count(DISTINCT number) FROM large").fetchall() == [(NEEDED_BYTES // 100,)]
    con.close()
    assert names(home.work) == ["build.duckdb"] and names(Path.cwd()) == []


def test_a_reader_who_may_not_write_there_spills_elsewhere(home, monkeypatch):
    monkeypatch.setenv("DIBAO_MEMORY", "50MB")
    store.connect(home.build).close()
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    con = store.connect(home.build, read_only=True)
    con.execute(LARGE)
    con.close()
    assert names(home.work) == ["build.duckdb"] and names(Path.cwd()) == []


@pytest.mark.parametrize("read_only", [False, True])
def test_by_default_a_run_fits_into_two_gigabytes(home, monkeypatch, read_only):
    monkeypatch.delenv("DIBAO_MEMORY", raising=False)
    store.connect(home.build).close()
    with store.connect(home.build, read_only=read_only) as con:
        assert con.execute("SELECT current_setting('memory_limit')").fetchall() == [("953.6 MiB",)]


def test_what_a_dead_process_spilled_is_swept_and_nobody_elses(home):
    dead, alive = home.work / ".spill-1.4194304.tmp", home.work / f".spill-1.{os.getpid()}.tmp"
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"spilled")
    home.sweep()
    assert names(home.work) == [alive.name]


def test_a_size_that_is_none_is_refused_with_what_is_expected(tmp_path, monkeypatch):
    monkeypatch.setenv("DIBAO_MEMORY", "plenty")
    done = dibao("run", home=tmp_path / "home")
    assert (done.returncode, done.stderr) == (2, "dibao: DIBAO_MEMORY is 'plenty'; expected what DuckDB may hold in memory, such as 4GB\n")
    with pytest.raises(duckdb.Error):
        store.connect(tmp_path / "build.duckdb")


def test_a_line_as_long_as_is_read_takes_no_memory_for_each_of_its_facts(tmp_path):
    """The audit once laid the whole line beside every fact in it: 1.1 GB for one of 120,000 characters."""
    line = "云渡区清浦渡口3月3日恢复通航，首日运送乘客1200人次，区长蒋承宇说，要把群众的事一件一件办好，" * 3000
    page = tmp_path / "page.txt"
    page.write_text(line[:119_999] + "\n", "utf-8")
    file = BatchFile(str(page), file_id_of(page.read_bytes()), str(tmp_path), "page.txt")
    Batch("batch", "run", datetime(2025, 3, 8).isoformat(), (file,)).write(tmp_path / "batch")
    code = (
        "import sys; from pathlib import Path; from flows.pipeline.processing import process_folder; process_folder(sys.argv[1]); "
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
    )  # getrusage tells of the process that started this one too
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "batch"], capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[-1]) < 700_000  # kB; 560,000 to 650,000 are seen, and 1,100,000 where the line lies beside every fact
