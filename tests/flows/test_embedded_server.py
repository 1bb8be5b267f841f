"""The server that a run brings: what it was told is written when it ends, and one that cannot start says so at once."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import sys

from flows.orchestration.embedded_server import prepare
from tests.home import PATIENCE, dibao
from warehouse.home import Home


def test_everything_that_was_told_is_written(ran):
    with sqlite3.connect(ran[0] / "prefect" / "prefect.db") as con:
        states = con.execute("SELECT name, state_type FROM task_run").fetchall()
        told = [message for (message,) in con.execute("SELECT message FROM log ORDER BY timestamp").fetchall()]
    assert {name for name, _ in states} >= {
        "discover",
        "plan",
        "process",
        "load",
        "complete",
        "check",
        "commit",
        "publish",
        "report",
        "summarize",
    }
    assert {state for _, state in states} == {"COMPLETED"}
    assert any(message.startswith("Finished in state Degraded") for message in told)


def test_a_server_that_cannot_start_says_why(tmp_path):
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect" / "prefect.db").write_text("no database, and long enough to be looked at as one" * 20)
    done = dibao("run", home=tmp_path)
    assert done.returncode == 4
    assert "file is not a database" in done.stderr and "move it away" in done.stderr and "Traceback" not in done.stderr


def test_what_prefect_keeps_of_a_home_is_closed_to_others(tmp_path):
    home = Home(tmp_path / "home")
    home.prefect.mkdir(parents=True)
    database = home.prefect / "prefect.db"
    database.touch(0o644)
    home.prefect.chmod(0o755)
    home.close_prefect()
    with sqlite3.connect(database) as con:
        con.execute("PRAGMA journal_mode = wal")
        con.execute("CREATE TABLE secrets (a)")
        modes = {path.name: path.stat().st_mode & 0o777 for path in home.prefect.iterdir()}
    assert modes.keys() >= {"prefect.db", "prefect.db-wal"} and set(modes.values()) == {0o600}
    assert home.prefect.stat().st_mode & 0o777 == 0o700


def test_a_run_leaves_no_record_that_others_can_read(ran):
    home = Home(ran[0])
    assert not any(path.stat().st_mode & 0o077 for path in (home.prefect, *home.prefect.glob("prefect.db*")))


WITHOUT = """
import sys
from flows.orchestration import embedded_server
from flows.cli.app import main
embedded_server.prepare = lambda door: None
sys.exit(main(["run", "--home", sys.argv[1]]))
"""


def test_a_run_goes_on_with_prefects_own_server_where_a_private_name_of_it_is_gone(ran, tmp_path, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as door:
        assert prepare(door)
        monkeypatch.delattr("prefect.server.utilities.messaging.memory.METRICS")
        assert prepare(door) is None
    shutil.copytree(ran[0], tmp_path / "home")
    database = tmp_path / "home" / "prefect" / "prefect.db"
    before = runs_with_nothing_new(database)
    done = subprocess.run([sys.executable, "-c", WITHOUT, tmp_path / "home"], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0 and "Nothing new" in done.stdout, done.stderr
    assert runs_with_nothing_new(database) == before + 1


def runs_with_nothing_new(database):
    with sqlite3.connect(database) as con:
        return con.execute("SELECT count(*) FROM flow_run WHERE state_name = 'Nothing new'").fetchone()[0]
