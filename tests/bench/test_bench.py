"""The benchmark: it counts the CPU and the memory of all processes of a command, and a stop loses nothing of what it measured."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.measure import CommandFailed, Measured, measure
from tests.bench.stages import folder_bytes, shares_of
from tests.home import PATIENCE

CHILD = "import time; held = bytearray(120_000_000); began = time.process_time()\nwhile time.process_time() - began < 0.4: pass"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}]); print('done')"


def test_cpu_and_memory_of_children_count() -> None:
    run = measure([sys.executable, "-c", PARENT])
    assert run.stdout == "done\n"
    assert 0.4 <= run.cpu < 3
    assert 120 < run.peak_mb < 300
    assert run.cpu_of["other"] > 0.1, run.cpu_of
    assert sum(run.cpu_of.values()) == pytest.approx(run.cpu)


def test_what_is_watched_is_in_the_samples() -> None:
    run = measure([sys.executable, "-c", "import time; time.sleep(0.5)"], watch=lambda: {"files": 7.0})
    assert {sample["files"] for sample in run.samples} == {7.0}
    assert all(sample["mb"] >= sample["main"] for sample in run.samples)


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(CommandFailed, match="exit code 3\nno pages"):
        measure([sys.executable, "-c", "import sys; print('no pages', file=sys.stderr); sys.exit(3)"])


def test_shares_add_up_to_the_whole() -> None:
    stages = {"plan": 1.0, "read": 8.0, "audit": 2.0, "load": 1.5}
    in_workers = Measured(cpu=20.0, cpu_of={"main": 8.0, "workers": 12.0})
    assert sum(shares_of(in_workers, stages).values()) == pytest.approx(20.0)
    assert shares_of(in_workers, stages)["start of the workers"] == pytest.approx(2.0)
    in_threads = Measured(cpu=18.0, cpu_of={"main": 18.0})
    assert sum(shares_of(in_threads, stages).values()) == pytest.approx(18.0)


def test_a_file_with_two_names_counts_once(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"0" * 1000)
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    assert folder_bytes(tmp_path) == 1000


def test_a_stop_loses_nothing(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.bench", "--pages", "20", "--folder", str(tmp_path / "work"), "--json", str(figures)]
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE
    while not figures.exists() and time.monotonic() < end:
        time.sleep(0.05)
    run.send_signal(signal.SIGTERM)
    assert run.wait(PATIENCE) == 130
    found = json.loads(figures.read_text("utf-8"))
    assert "stopped" in found
    assert found["load"]["made"]["pages"] == 20
