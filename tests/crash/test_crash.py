"""A run that is killed costs its time and nothing else. The long campaign is ``python -m tests.bench.crash``."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from flows.pipeline import journal
from tests.bench.crash import Poller, Running, processes_of, recovered, run_arguments, start
from tests.home import PATIENCE, connect
from tests.served import until
from warehouse import sample
from warehouse.home import Home


def kill_when(home: Home, reached: Callable[[], bool], start: Callable[..., Running] = start) -> None:
    """Start a run and kill it as soon as it has come so far."""
    run = start(*run_arguments(home.path, sample.path()))
    end = time.monotonic() + PATIENCE
    while not reached() and run.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    assert run.poll() is None, "the run ended before it could be killed"
    os.kill(run.pid, signal.SIGKILL)
    run.wait()


def test_killed_in_every_stage_and_nothing_is_lost(ran, fork, tmp_path: Path):
    home = Home(tmp_path / "home")
    with Poller(home.published) as reader:
        kill_when(home, lambda: bool(list(home.staging.glob("*/batch.json"))))  # process
        until(lambda: not processes_of(home.path))  # the server and the workers end with the run that is killed
        kill_when(home, lambda: bool(list(home.staging.glob("*/done.json"))), fork)  # load
        kill_when(home, lambda: home.manifest.exists(), fork)  # publish
        kill_when(home, lambda: home.published.exists())  # report
        assert recovered(home.path, sample.path(), ran[0]) == []
    assert reader.n_read > 0 and reader.faults == []
    states = sqlite3.connect(home.prefect / "prefect.db").execute("SELECT state_type, count(*) FROM flow_run GROUP BY 1").fetchall()
    assert dict(states) == {"CRASHED": 2, "COMPLETED": 1}, "those that were forked have another server"
    with connect(home.path) as con:
        told = set(con.execute("SELECT run_id FROM runs WHERE status = 'crashed'").fetchall())
    told |= {(row["run_id"],) for row in journal.entries(home) if row["status"] == "crashed"}
    assert len(told) == 4, "every run that was killed is told of; one that was killed between its commit and its end in both places"
    assert home.report.stat().st_mtime_ns >= home.published.stat().st_mtime_ns
