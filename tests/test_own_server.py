"""The server that a run brings: what it was told is written when it ends, and one that cannot start says so at once."""

from __future__ import annotations

import sqlite3

from tests.home import dibao


def test_everything_that_was_told_is_written(ran):
    with sqlite3.connect(ran[0] / "prefect" / "prefect.db") as con:
        states = con.execute("SELECT name, state_type FROM task_run").fetchall()
        told = [message for (message,) in con.execute("SELECT message FROM log ORDER BY timestamp").fetchall()]
    assert {name.rpartition("-")[0] or name for name, _ in states} >= {"plan", "load", "publish", "data docs"}
    assert {state for _, state in states} == {"COMPLETED"}
    assert any(message.startswith("Finished in state Loaded") for message in told)


def test_a_server_that_cannot_start_says_why(tmp_path):
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect" / "prefect.db").write_text("no database, and long enough to be looked at as one" * 20)
    done = dibao("run", home=tmp_path)
    assert done.returncode == 4
    assert "file is not a database" in done.stderr and "move it away" in done.stderr and "Traceback" not in done.stderr
