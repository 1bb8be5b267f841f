"""The journal: a run that publishes nothing is told of all the same, by `dibao status` at once and by the next publish."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from datetime import datetime

import pytest

from flows.pipeline import journal
from tests.home import artifacts, dibao
from warehouse.home import Home

ROW = {
    "run_id": "r1",
    "flow_run_id": None,
    "started_at": datetime(2025, 3, 8, 2),
    "ended_at": datetime(2025, 3, 8, 2, 5),
    "status": "failed",
    "reason": "load: 磁盘已满",
    "code_version": "x",
    "n_files_seen": 3,
    "n_files_new": 2,
    "n_articles": 0,
    "n_quarantined": 0,
}


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def test_what_is_kept_is_read_again(home):
    assert journal.entries(home) == []
    journal.keep(home, ROW)
    assert journal.entries(home) == [ROW]


def test_a_run_that_goes_on_takes_the_place_of_what_it_said_before(home):
    journal.keep(home, {**ROW, "flow_run_id": "f1", "status": "blocked"})
    journal.keep(home, {**ROW, "flow_run_id": "f2"})
    journal.keep(home, {**ROW, "run_id": "r2", "flow_run_id": "f1"})
    assert [(row["run_id"], row["flow_run_id"]) for row in journal.entries(home)] == [("r1", "f2"), ("r2", "f1")]


def test_nights_without_end_do_not_fill_the_disk(home, monkeypatch):
    monkeypatch.setattr(journal, "MAX_ENTRIES", 3)
    for number in range(5):
        journal.keep(home, {**ROW, "run_id": f"r{number}"})
    assert [row["run_id"] for row in journal.entries(home)] == ["r2", "r3", "r4"]


def test_a_killed_run_is_told_apart_from_one_under_way(home):
    with journal.under_way(home, ROW):
        assert [row["status"] for row in journal.entries(home)] == ["running"]
        left = json.loads(home.running.read_text("utf-8"))
    assert journal.entries(home) == []
    home.running.write_text(json.dumps([{**left[0], "began": "0"}]), "utf-8")  # a process of that number that began at another time
    assert [(row["status"], row["reason"]) for row in journal.entries(home)] == [("crashed", journal.KILLED)]
    with journal.under_way(home, {**ROW, "run_id": "r2"}):
        assert [(row["run_id"], row["status"]) for row in journal.entries(home)] == [("r1", "crashed"), ("r2", "running")]


def test_a_run_that_fails_is_told_of_everywhere_and_costs_nothing(ran, tmp_path):
    """The lake has lost a file and the build is gone: this is a failing night. The state, the summary and `dibao status` say so, and why."""
    home = Home(tmp_path / "home")
    shutil.copytree(ran[0], home.path)
    home.build.unlink()
    lost = next((home.lake / "articles").glob("*.parquet"))
    lost.unlink()
    before = home.published.read_bytes()
    failed = dibao("run", home=home.path)
    assert failed.returncode == 4 and str(lost) in failed.stderr and "Traceback" not in failed.stderr
    assert home.published.read_bytes() == before
    with sqlite3.connect(home.prefect / "prefect.db") as prefect:
        ((run_id, name, state, message),) = prefect.execute(
            "SELECT run.id, run.name, run.state_name, state.message FROM flow_run AS run JOIN flow_run_state AS state ON state.id = run.state_id "
            "WHERE run.state_type = 'FAILED'"
        ).fetchall()
        logged = "\n".join(text for (text,) in prefect.execute("SELECT message FROM log WHERE flow_run_id = ? AND level >= 40", [run_id]))
    assert state == "Failed" and "failed at start" in name
    assert message.startswith("start: ") and str(lost) in message
    description, text = artifacts(home.path, run_id)["summary"]
    assert " failed at start: " in description and lost.name in description
    assert "run again" in text and "Traceback" in logged
    (told,) = [row for row in json.loads(dibao("status", "--json", home=home.path).stdout)["Last runs"] if row["status"] == "failed"]
    assert str(lost) in told["reason"]


def test_a_first_run_that_failed_is_told_of_where_nothing_is_published(tmp_path):
    home = Home(tmp_path)
    journal.keep(home, ROW)
    done = dibao("status", home=tmp_path)
    assert done.returncode == 0 and done.stdout.startswith("The last run, 2025-03-08 02:00 UTC: failed") and "磁盘已满" in done.stdout
    os.remove(home.journal)
    assert dibao("status", home=tmp_path).returncode == 2
